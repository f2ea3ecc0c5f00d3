#!/usr/bin/perl
#
# --ss-doctor: against the sandbox, against what is no service, and against
# nothing.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib", "$FindBin::Bin/../../sandbox";

use Credentials qw(%SANDBOX);
use Doctor;
use JSON::PP;
use POSIX qw(strftime);
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $canary = 'CANARY0Il1secret';

my $sandbox_pid = open(my $sandbox, '-|', $^X,
                       root_dir() . '/sandbox/sandbox.pl')
    or die "sandbox: $!";
my ($api_port, $auth_port) = <$sandbox> =~ /\Aready (\d+) (\d+)/
    or die 'no sandbox';

sub sandbox_rules {
    return service("http://127.0.0.1:$api_port", "http://127.0.0.1:$auth_port",
                   @_);
}

my $token = JSON::PP->new->decode(run_cmd([
    'curl', '-s', '-d', join('&', 'grant_type=client_credentials',
    "client_id=$SANDBOX{client_id}", "client_secret=$SANDBOX{client_secret}"),
    "http://127.0.0.1:$auth_port/oauth/token" ])->{out})->{access_token};

my $rules = sandbox_rules("  account: $SANDBOX{account}\n");

# --- against the sandbox ------------------------------------------------------

{
    my ($run, $checks) = doctor($rules, '--oauth2-bearer', $token);

    is($run->{status}, 0, 'all is well: the exit code');
    outcomes_are('all is well', $checks,
                 (map { $_ => 'ok' } qw(curl rules auth-name auth-connect
                  api-name api-connect token-endpoint token account accept)),
                 'auth-tls' => 'skipped', 'api-tls' => 'skipped',
                 clock => 'skipped');
    like($checks->{'token-endpoint'}{message}, qr/400 invalid_request/,
         'the OAuth error is named');
    like($checks->{accept}{message}, qr/406; sscurl sends the right one/,
         'what Accept */* is answered');

    my $text = sscurl([ '--ss-doctor', '--ss-config', $rules, '-sS',
                        '--oauth2-bearer', $token ]);
    is(scalar grep({ !/^(?:ok|skipped) +[a-z-]+ +\S/ }
                   split /\n/, $text->{out}), 0, 'text: a line for each');
    is($text->{err}, '', 'nothing on stderr');

    my @lines = split /\n/, $text->{out};
    is(scalar @lines, scalar keys %$checks, 'as many as in JSON');
}

for my $way ([ 'in -H', [ '-H', "Authorization: Bearer $token" ] ],
             [ 'in a joined -H', [ "-HAuthorization:Bearer $token" ] ],
             [ 'in a file', [ '-H', '@' . spew(tmp_dir() . '/head',
               "X-A: 1\nauthorization: Bearer $token\n") ] ],
             [ 'twice the scheme', [ '-H',
               "Authorization: Bearer Bearer $token" ] ]) {
    my ($run, $checks) = doctor($rules, @{ $way->[1] });

    is($run->{status}, 0, "a token $way->[0]: the exit code");
    outcomes_are("a token $way->[0]", $checks, token => 'ok');
    is($checks->{'token-header'}{outcome} // 'none',
       $way->[0] =~ /twice/ ? 'warning' : 'none',
       "a token $way->[0]: what the rules say");
}

{
    my ($run, $checks) = doctor($rules);

    is($run->{status}, 0, 'no token: the exit code');
    outcomes_are('no token', $checks, token => 'skipped',
                 account => 'skipped', accept => 'skipped');
    like($checks->{token}{fix}, qr/--oauth2-bearer/, 'no token: what to do');

    ($run, $checks) = doctor($rules, '--oauth2-bearer', $canary);
    is($run->{status}, 1, 'a wrong token: the exit code');
    outcomes_are('a wrong token', $checks, token => 'failed',
                 account => 'skipped', accept => 'skipped');
    like($checks->{token}{message}, qr/401: it is not known/,
         'a wrong token: why');

    ($run, $checks) = doctor($rules, '--oauth2-bearer', qq($canary" \\ x));
    is($run->{status}, 1, 'a token with quotes');
    outcomes_are('a token with quotes', $checks, token => 'failed');

    ($run, $checks) = doctor($rules, '--oauth2-bearer', $token,
                             '--ss-account', 'other');
    is($run->{status}, 1, 'another account: the exit code');
    outcomes_are('another account', $checks, account => 'failed',
                 token => 'ok');

    ($run, $checks) = doctor(sandbox_rules(), '--oauth2-bearer', $token);
    is($run->{status}, 0, 'no account: a warning is no failure');
    outcomes_are('no account', $checks, account => 'warning');
    like($checks->{account}{fix}, qr/account: \Q$SANDBOX{account}\E/,
         'no account: what to write');

    for my $auto ([ 'auto' ], [ 'other', '--ss-account', 'auto' ]) {
        my ($account, @words) = @$auto;

        ($run, $checks) = doctor(sandbox_rules("  account: $account\n"),
                                 '--oauth2-bearer', $token, @words);
        is($run->{status}, 0, 'account: auto: the exit code');
        outcomes_are('account: auto', $checks, account => 'ok');
        like($checks->{account}{message}, qr/\A\Q$SANDBOX{account}\E, by /,
             'account: auto: whose the token is');
    }

    $rules = sandbox_rules("  account: $SANDBOX{account}\n");
    ($run, $checks) = doctor($rules, '--oauth2-bearer', $token, '--ss-mode',
                             'observe');
    outcomes_are('mode observe', $checks, rules => 'warning',
                 accept => 'warning');

}

{
    my ($run, $checks) = doctor(service("http://127.0.0.1:$auth_port",
                                        "http://127.0.0.1:$api_port"));

    is($run->{status}, 1, 'the hosts changed over: the exit code');
    outcomes_are('the hosts changed over', $checks,
                 'token-endpoint' => 'failed', 'auth-connect' => 'ok');
    like($checks->{'token-endpoint'}{fix}, qr/auth_url/,
         'the hosts changed over: what to do');
}

# --- against nothing ------------------------------------------------------------

{
    my $nobody = 'http://127.0.0.1:' . free_port();
    my ($run, $checks) = doctor(service($nobody, $nobody));

    is($run->{status}, 1, 'nobody listens: the exit code');
    outcomes_are('nobody listens', $checks,
                 'auth-name' => 'ok', 'auth-connect' => 'failed',
                 'auth-tls' => 'skipped', 'token-endpoint' => 'skipped',
                 'api-connect' => 'failed', accept => 'skipped',
                 clock => 'skipped');

    my $unknown = 'https://nobody.invalid';
    ($run, $checks) = doctor(service($unknown, $unknown), '--oauth2-bearer',
                             $canary);
    is($run->{status}, 1, 'an unknown name: the exit code');
    outcomes_are('an unknown name', $checks, 'api-name' => 'failed',
                 'api-connect' => 'skipped', token => 'skipped');

    ($run, $checks) = doctor($rules, '--proxy', "http://u:$canary\@nobody.invalid:1");
    is($run->{status}, 1, 'an unknown proxy: the exit code');
    like($checks->{'api-name'}{message}, qr/the proxy's name/,
         'an unknown proxy is named as such');
}

# --- against what is none ---------------------------------------------------------



my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;

    return slurp(tmp_dir() . '/answer');
});
my @to = to($recorder);

sub answers {
    spew(tmp_dir() . '/answer', $_[0]);
    $recorder->clear;

    return;
}

my $other = service('http://api.test', 'http://app.test', "  account: acme\n");

for my $case ([ 0, 'ok', 0 ], [ 120, 'warning', 0 ], [ -4000, 'failed', 1 ]) {
    my $stamp = strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime(time + $case->[0]));

    answers(reply('400 Bad Request', '{"error":"invalid_request"}',
                  "Date: $stamp"));
    my ($run, $checks) = doctor($other, @to);
    outcomes_are("a clock that is off by $case->[0]", $checks,
                 clock => $case->[1], 'token-endpoint' => 'ok');
    is($run->{status}, $case->[2], 'the exit code');

    my @got = $recorder->requests;
    is(scalar(grep { header_of($_, 'Authorization') ne '' } @got), 0,
       'no token was given, and none is sent');
}

answers(reply('503 Busy', '<html>'));
{
    my ($run, $checks) = doctor($other, @to, '--oauth2-bearer', $canary);

    outcomes_are('a busy service', $checks, 'token-endpoint' => 'failed',
                 token => 'failed', account => 'skipped');
    is(scalar(grep { line_of($_) =~ m{/oauth/token}
                     && header_of($_, 'Authorization') ne '' }
              $recorder->requests), 0, 'no token for the token endpoint');
    ok((grep { header_of($_, 'Authorization') eq "Bearer $canary" }
        $recorder->requests), 'the API gets it');
}

answers(reply('200 OK', qq({"data":{"attributes":{"account-slug":"a/\e[1m"}}})));
{
    my ($run, $checks) = doctor($other, @to, '--oauth2-bearer', 'x');

    outcomes_are('a slug that is none', $checks, account => 'failed');
    unlike($run->{out}, qr/\e/, 'it is not told');
}

answers(reply('200 OK', 'x' x 400_000));
{
    my ($run, $checks) = doctor($other, @to, '--oauth2-bearer', 'x');

    outcomes_are('a large answer', $checks, token => 'ok',
                 account => 'failed');
}

# --- TLS --------------------------------------------------------------------------

SKIP: {
    my ($key, $cert) = map { tmp_dir() . "/doctor.$_" } qw(key cert);
    my $made = run_cmd([ qw(openssl req -x509 -newkey ec -pkeyopt
                            ec_paramgen_curve:prime256v1 -nodes -days 2 -subj
                            /CN=localhost -addext subjectAltName=IP:127.0.0.1),
                         '-keyout', $key, '-out', $cert ]);

    skip 'no openssl to make a certificate', 7 if $made->{status} != 0;

    my $port = free_port();
    my $server = start([ qw(openssl s_server -quiet -www -accept), $port,
                         '-key', $key, '-cert', $cert ]);
    my $origin = "https://127.0.0.1:$port";

    wait_port($port);
    for my $case ([ [], 'failed' ], [ ['-k'], 'warning' ],
                  [ [ '--cacert', $cert ], 'ok' ]) {
        # it does not answer a POST
        my ($run, $checks) = doctor(service($origin, $origin), '-m', '3',
                                    @{ $case->[0] });

        outcomes_are("TLS @{ $case->[0] }", $checks, 'api-connect' => 'ok',
                     'api-tls' => $case->[1]);
    }

    kill 'KILL', $server->{pid};
    finish($server);
}

# --- a token that curl does not take ----------------------------------------------

{
    my ($run, $checks) = doctor($rules, '--tls-max', 'bogus',
                                '--oauth2-bearer', $canary . 'x' x 90_000);
    is($run->{status}, 1, 'a curl that reads nothing of a long token');
    outcomes_are('a curl that reads nothing', $checks, token => 'skipped');

    my $trace = tmp_dir() . '/trace';
    ($run, $checks) = doctor($rules, '--oauth2-bearer',
                             qq(a"\ntrace-ascii = $trace\nheader = "x: y));
    isnt($checks->{token}{outcome}, 'ok', 'line ends in a token');
    ok(!-e $trace, 'they give curl no options');
}

# --- words ------------------------------------------------------------------------

for my $case ([ 'a URL', [ 'http://api.test/' ] ],
              [ '-d', [ '-d', $canary ] ],
              [ '--data', [ '--data', $canary ] ],
              [ '-v', ['-v'] ],
              [ 'an option without its value', ['--proxy'] ],
              [ 'a file that is not there', [ '-H', '@/nowhere' ] ],
              [ 'another tool', ['--ss-hash'] ]) {
    my $run = sscurl([ '--ss-doctor', '--ss-config', $other,
                       @{ $case->[1] } ]);

    is($run->{status}, 2, "$case->[0]: 2");
    is($run->{out}, '', "$case->[0]: no check is made");
    isnt($run->{err}, '', "$case->[0]: and said why");
    unlike($run->{err}, qr/CANARY/, "$case->[0]: no value is told");
}

{
    my $run = sscurl([ '--ss-doctor', '--ss-config',
                       spew(tmp_dir() . '/bad.yaml', "version: 7\n") ]);

    is($run->{status}, 121, 'a bad rules file: 121');

    $run = sscurl([ '--ss-doctor' ], env => { SCOPESTACK_CURL => '/nowhere' });
    is($run->{status}, 121, 'no curl: 121');
}

kill 'TERM', $sandbox_pid;
close $sandbox;

done_testing();
