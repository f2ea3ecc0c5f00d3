#!/usr/bin/perl
#
# Starts the sandbox and the gateway in front of it: `build.sh run`.
#
#   run.pl BUILD [--once] [--live] [--port N]

use strict;
use warnings;

use FindBin qw($Bin);
use Getopt::Long qw(GetOptions);
use IO::Socket::INET;
use POSIX qw(_exit WNOHANG);
use Time::HiRes qw(sleep);

use lib $Bin;
use Once;

my %opt = (port => 8080);
GetOptions(\%opt, 'once', 'live', 'port=i') or exit 2;

my $build = shift // die "usage: run.pl BUILD [--once] [--live] [--port N]\n";
my $root = "$Bin/..";
my $dir = "$build/run";
my (%pid, $stopping);

# also a log or a pager shows it at once
$| = 1;

sub fail {
    my ($text) = @_;

    print STDERR "build.sh run: $text\n";
    exit 1;
}

sub spew {
    my ($file, $text) = @_;

    open my $fh, '>', $file or fail("$file: $!");
    print $fh $text;
    close $fh or fail("$file: $!");
}

sub stop_all {
    for my $name (qw(nginx sandbox)) {
        next unless $pid{$name};
        kill 'TERM', $pid{$name};
        waitpid $pid{$name}, 0;
        delete $pid{$name};
    }
}

END {
    local $?;
    stop_all();
}

sub listens {
    return IO::Socket::INET->new("127.0.0.1:$_[0]");
}

# --- the sandbox ---------------------------------------------------------

sub start_sandbox {
    pipe my $from, my $to or fail("pipe: $!");
    $pid{sandbox} = fork // fail("fork: $!");

    if ($pid{sandbox} == 0) {
        open STDOUT, '>&', $to;
        setpgrp;
        exec $^X, "$Bin/sandbox.pl" or _exit(127);
    }

    close $to;
    my $line = <$from> // '';
    $line =~ /^ready (\d+) (\d+)/ or fail('the sandbox did not start');

    return ("http://127.0.0.1:$1", "http://127.0.0.1:$2");
}

# --- the gateway ---------------------------------------------------------

# The example's rules, with the service where the sandbox is.
sub write_rules {
    my ($api, $auth, $gateway) = @_;

    open my $fh, '<', "$root/config.yaml.example"
        or fail("config.yaml.example: $!");
    local $/;
    my $text = <$fh>;

    if ($api) {
        $text =~ s{^(  api_url:).*$}{$1 $api}m;
        $text =~ s{^(  auth_url:).*$}{$1 $auth}m;
        # sscurl must not take the gateway for the service here
        $text =~ s{^(  gateways:).*$}{$1 []}m;
    } else {
        # the example's account is not yours
        my $account = $ENV{SCOPESTACK_ACCOUNT} // 'auto';

        $account =~ /\A[\w.~-]+\z/
            or fail('SCOPESTACK_ACCOUNT is no account slug');
        $text =~ s{^(  account:).*$}{$1 $account}m;
    }
    # opt-in, and worth seeing
    $text =~ s{^(  credential-confusable:) report}{$1 repair}m if $opt{once};
    spew("$dir/config.yaml", $text);

    return "$dir/config.yaml";
}

sub resolver {
    open my $fh, '<', '/etc/resolv.conf' or return '127.0.0.1';
    my @names = map { /^nameserver\s+(\S+)/ ? $1 : () } <$fh>;

    return join(' ', map { /:/ ? "[$_]" : $_ } @names) || '127.0.0.1';
}

sub live_conf {
    my $ca = '/etc/ssl/certs/ca-certificates.crt';

    return join "\n        ",
        'resolver ' . resolver() . ';',
        'proxy_ssl_server_name on;',
        'proxy_ssl_name $scopestack_host;',
        -e $ca ? ('proxy_ssl_verify on;', 'proxy_ssl_verify_depth 4;',
                  "proxy_ssl_trusted_certificate $ca;") : ();
}

sub write_conf {
    my ($rules) = @_;
    my $user = $> == 0 ? 'user root;' : '';
    my $live = $opt{live} ? live_conf() : '';

    spew("$dir/nginx.conf", <<"END");
load_module $build/ngx_http_scopestack_module.so;
$user
daemon off;
worker_processes 1;
pid $dir/nginx.pid;
error_log $dir/error.log info;
events { }
http {
    log_format scopestack '\$request \$status \$scopestack_verdict '
                          '\$scopestack_rules';
    access_log $dir/access.log scopestack;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;

    server {
        listen 127.0.0.1:$opt{port};

        scopestack enforce;
        scopestack_rules_file $rules;
        $live

        location / {
            proxy_pass \$scopestack_scheme://\$scopestack_host;
            proxy_set_header Host \$scopestack_host;
        }
    }
}
END
}

sub start_nginx {
    my $nginx = $ENV{SS_NGINX} || '/usr/sbin/nginx';
    my @command = ($nginx, '-p', $dir, '-c', "$dir/nginx.conf",
                   '-e', "$dir/error.log");

    fail("port $opt{port} is in use; choose another one with --port N")
        if listens($opt{port});

    $pid{nginx} = fork // fail("fork: $!");
    if ($pid{nginx} == 0) {
        setpgrp;
        exec @command or _exit(127);
    }

    for (1 .. 250) {
        return if listens($opt{port});
        if (waitpid($pid{nginx}, WNOHANG) > 0) {
            delete $pid{nginx};
            fail("nginx did not start; see $dir/error.log");
        }
        sleep 0.02;
    }
    fail("nginx does not answer; see $dir/error.log");
}

# --- what to try ---------------------------------------------------------

sub hints {
    my ($api, $auth, $rules) = @_;
    my $gateway = "http://127.0.0.1:$opt{port}";
    my $where = $opt{live} ? 'the real service' : "the sandbox ($api, $auth)";
    my %c = %Once::SANDBOX;
    my $form = "grant_type=password&client_id=$c{client_id}"
        . "&client_secret=$c{client_secret}&username=$c{username}"
        . "&password=$c{password}";

    print <<"END";
The gateway listens on $gateway, in front of $where.
Rules: $rules. Logs: $dir/access.log, $dir/error.log. Ctrl-C stops all.

END
    print "No account is known; SCOPESTACK_ACCOUNT=slug names yours.\n\n"
        if $opt{live} && !$ENV{SCOPESTACK_ACCOUNT};
    return if $opt{live};

    print <<"END";
Try a token request with Postman's redirect_uri, which fails at the service:

  curl -i $auth/oauth/token -d '$form&redirect_uri=x'

and the same through the gateway, or by sscurl:

  curl -i $gateway/oauth/token -d '$form&redirect_uri=x'
  $build/sscurl --ss-config $rules $auth/oauth/token -d '$form&redirect_uri=x'

Then, with the access_token, a call without Accept and account slug:

  curl -i $gateway/v1/clients -H 'Authorization: Bearer ACCESS_TOKEN'
END
}

# --- main ----------------------------------------------------------------

mkdir $dir;
mkdir "$dir/$_" for qw(body proxy fastcgi uwsgi scgi);
chmod 0755, $dir;

if ($opt{once}) {
    # nobody needs to know the port
    my $socket = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
    $opt{port} = $socket->sockport;
}

# between the calls of --once nobody looks
$SIG{INT} = $SIG{TERM} = sub { $opt{once} ? exit 130 : ($stopping = 1) };

my ($api, $auth) = $opt{live} ? () : start_sandbox();
my $rules = write_rules($api, $auth);
write_conf($rules);
start_nginx();

if ($opt{once}) {
    my $ok = Once::run(api => $api, auth => $auth, rules => $rules,
                       gateway => "http://127.0.0.1:$opt{port}",
                       sscurl => "$build/sscurl", dir => $dir);
    stop_all();
    exit($ok ? 0 : 1);
}

hints($api, $auth, $rules);
sleep 0.2 while !$stopping && waitpid($pid{nginx}, WNOHANG) == 0;
print $stopping ? "\nstopped\n" : "nginx ended; see $dir/error.log\n";
stop_all();
exit($stopping ? 0 : 1);
