package Bench::Gateway;

# Requests a second of the gateway beside those of a bare nginx proxy. Each
# round measures both, one right after the other, in turns first; the figure is
# the median of the rounds' ratios.

use strict;
use warnings;

use Bench qw(median row);
use SSTest qw(spew slurp tmp_dir run_cmd);
use SSTest::Nginx;

# as nginx has it when nobody says otherwise; findings are logged as "info"
my $log = 'error_log %%DIR%%/error.log error; access_log off; '
    . 'keepalive_requests 1000000;';

my $accept = 'Accept: application/vnd.api+json';
my $bearer = 'Authorization: Bearer kFqzQxG8bN2mT0sYv5JwRcEhUaLdPoI7XtB1ZiWnVgM';
my $client = 'client_id=0123456789012345678901234567890123456789012'
    . '&client_secret=abcdefghijabcdefghijabcdefghijabcdefghijabc'
    . '&username=user%40example.com&password=correct+horse';

# name, what the gateway says, budget, target, headers, body, verdict
my @loads = (
    { name => 'module loaded, off', mode => 'off', budget => 0.99,
      target => '/acme/v1/clients', headers => [ $accept, $bearer ],
      verdict => undef },
    { name => 'clean GET', budget => 0.97,
      target => '/acme/v1/clients', headers => [ $accept, $bearer ],
      verdict => undef },
    { name => 'GET that needs Accept and slug', budget => 0.95,
      target => '/v1/clients', headers => [ 'Accept: */*', $bearer ],
      verdict => 'repaired' },
    { name => 'token POST with full repair', budget => 0.90,
      target => '/oauth/token', headers => [
          'Authorization: Bearer old',
          'Content-Type: application/x-www-form-urlencoded' ],
      body => "grant_type=Password&$client&redirect_uri=https%3A%2F%2Fx.io%2F",
      verdict => 'repaired' },
);

sub upstream {
    return SSTest::Nginx->new(
        http => $log,
        server => 'location / { default_type application/vnd.api+json; '
            . 'return 200 "{\"data\":[]}"; }',
    );
}

sub proxy {
    my ($upstream, %opt) = @_;

    return SSTest::Nginx->new(
        module => $opt{module},
        http => $log . ' upstream service { server 127.0.0.1:' . $upstream->port
            . '; keepalive 64; }',
        server => ($opt{server} || '') . ' location / {'
            . 'proxy_pass http://service; proxy_http_version 1.1;'
            . 'proxy_set_header Connection ""; }',
    );
}

# wrk's side of a load: the request in Lua.
sub script {
    my ($load, $name) = @_;
    my $lua = sprintf qq{wrk.method = "%s"\n}, $load->{body} ? 'POST' : 'GET';

    for my $header (@{ $load->{headers} }) {
        my ($key, $value) = split /: /, $header, 2;
        $lua .= qq{wrk.headers["$key"] = "$value"\n};
    }
    $lua .= qq{wrk.body = "$load->{body}"\n} if $load->{body};

    return spew(tmp_dir() . "/$name.lua", $lua);
}

sub wrk {
    my ($port, $load, $script, $seconds) = @_;
    my $run = run_cmd([ 'wrk', '-t1', '-c32', "-d${seconds}s", '-s', $script,
                        "http://127.0.0.1:$port$load->{target}" ],
                      timeout => 60);

    die "bench: wrk: $run->{out}$run->{err}"
        if $run->{out} =~ /Non-2xx|Socket errors/;
    $run->{out} =~ m{Requests/sec:\s+([\d.]+)}
        or die "bench: wrk: $run->{out}$run->{err}";

    return $1;
}

# Nothing is measured that does not do what its name says.
sub prove {
    my ($gateway, $load) = @_;
    my @args = map { ('-H', $_) } @{ $load->{headers} };

    push @args, '-d', $load->{body} if $load->{body};
    my $run = run_cmd([ 'curl', '-s', '-D', '-', '-o', '/dev/null', @args,
                        'http://127.0.0.1:' . $gateway->port
                        . $load->{target} ]);
    my ($verdict) = $run->{out} =~ /^ScopeStack-Gateway: (\w+)/m;

    die "bench: $load->{name}: the gateway says \"", $verdict // '', "\"\n"
        if ($verdict // '') ne ($load->{verdict} // '');
}

sub compare {
    my ($bare, $gateway, $load, $rounds, $seconds) = @_;
    my $script = script($load, 'load');
    my @ports = ($bare->port, $gateway->port);
    my @ratios;

    prove($gateway, $load);
    wrk($_, $load, $script, 1) for @ports;

    for my $round (1 .. $rounds) {
        my @order = $round % 2 ? (0, 1) : (1, 0);
        my @rate;

        $rate[$_] = wrk($ports[$_], $load, $script, $seconds) for @order;
        push @ratios, $rate[1] / $rate[0];
    }

    return median(@ratios);
}

sub resident {
    my ($nginx) = @_;

    return slurp("/proc/$nginx->{pid}/status") =~ /^VmRSS:\s+(\d+)/m ? $1 : 0;
}

sub measure {
    my (%opt) = @_;
    my $upstream = upstream();
    my $bare = proxy($upstream, module => 0);
    my $rules = spew(tmp_dir() . '/rules.yaml',
                     "version: 1\nservice: { account: acme }\n");
    my @rows;

    for my $load (grep { !$opt{load} || $_->{name} =~ /$opt{load}/ } @loads) {
        my $mode = $load->{mode} || 'enforce';
        my $gateway = proxy($upstream, module => 1, server =>
                            "scopestack $mode; scopestack_rules_file $rules;");

        push @rows, row("gateway: $load->{name}", 'bare proxy, requests/s',
                        compare($bare, $gateway, $load, $opt{rounds},
                                $opt{seconds}),
                        [ '>=', $load->{budget} ]);
        push @rows, row('gateway: memory after that load',
                        'bare worker, KiB more',
                        resident($gateway) - resident($bare),
                        [ '<=', 1024 ], '%.0f') if $load == $loads[-1];
    }

    return @rows;
}

1;
