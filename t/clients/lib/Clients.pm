package Clients;

# What the tests with real clients share: the sandbox, the gateway in front of
# it, and one run of a program for each.

use strict;
use warnings;

use Credentials qw(%SANDBOX);
use Exporter ();
use JSON::PP;
use SSTest;
use SSTest::Nginx;
use SSTest::Sandbox;

our @ISA = qw(Exporter);
our @EXPORT = qw(client node_client stop_all);

my $modules = root_dir() . '/build/clients';
my ($sandbox, $gateway);

sub _start {
    $sandbox = SSTest::Sandbox->new;

    my $rules = spew(tmp_dir() . '/clients.yaml', <<"END");
version: 1
service:
  api_url: http://127.0.0.1:@{[ $sandbox->api_port ]}
  auth_url: http://127.0.0.1:@{[ $sandbox->auth_port ]}
  account: $SANDBOX{account}
END
    $gateway = SSTest::Nginx->new(server => <<"END");
        merge_slashes off;
        scopestack enforce;
        scopestack_rules_file $rules;
        location / {
            proxy_pass \$scopestack_scheme://\$scopestack_host;
            proxy_set_header Host \$scopestack_host;
        }
END

    return;
}

# {call => "status error (cause)"} of a program.
sub _run {
    my ($command, $env, @where) = @_;
    my $run = run_cmd([ @$command, @where ], timeout => 60, env => {
        SS_CLIENT => JSON::PP->new->canonical->encode(\%SANDBOX),
        HOME => tmp_dir(), no_proxy => '*', %$env,
    });
    my @lines = map { [ /^(.*?): (.*)$/ ] } split /\n/, $run->{out};

    is($run->{status}, 0, "$command->[-1] ends well") or diag($run->{err});

    return { map { @$_ } @lines };
}

# Runs a program against the sandbox and through the gateway. Its calls are
# given as [name, answer of the sandbox, answer through the gateway]; without
# the last both are the same.
sub client {
    my ($command, $calls, %env) = @_;

    _start() if !$sandbox;
    my $bare = _run($command, \%env, map { "http://127.0.0.1:$_" }
                    $sandbox->auth_port, $sandbox->api_port);
    my $ours = _run($command, \%env,
                    ('http://127.0.0.1:' . $gateway->port) x 2);

    for my $call (@$calls) {
        my ($name, $before, $after) = @$call;

        is(delete $bare->{$name}, $before, "$name: the sandbox");
        is(delete $ours->{$name}, $after // $before, "$name: the gateway");
    }
    is_deeply([ sort keys %$bare, keys %$ours ], [], 'these were all calls');

    return;
}

# The same with a program for Node that needs a module of npm's. A file that
# build.sh leaves tells why it could not install them.
sub node_client {
    my ($program, $calls) = @_;

    plan(skip_all => $1)
        if -e "$modules/not-run" && slurp("$modules/not-run") =~ /(.+)/;

    return client([ 'node', root_dir() . "/t/clients/$program" ], $calls,
                  NODE_PATH => "$modules/node_modules");
}

sub stop_all {
    $gateway->stop;
    ok($sandbox->stop, 'the sandbox stops');

    return;
}

1;
