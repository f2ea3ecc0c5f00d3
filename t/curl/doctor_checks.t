#!/usr/bin/perl
#
# --ss-doctor: what each check makes of what can be seen, and what that does to
# the exit code; doctor() compares the two in every run.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use Doctor;
use IO::Socket::INET;
use POSIX qw(_exit strftime);
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $dir = tmp_dir();
my $me = '{"data":{"attributes":{"account-slug":"acme"}}}';
my %well = (token => reply('400 Bad Request', '{"error":"invalid_request"}'),
            me => reply('200 OK', $me),
            plain => reply('406 Not Acceptable', ''));

# answers the token endpoint, and GET /v1/me with and without its Accept
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;

    return slurp("$dir/tunnel") if line_of($raw) =~ /\ACONNECT /;
    return slurp("$dir/proxy") if -s "$dir/proxy"
        && header_of($raw, 'Proxy-Authorization') eq '';
    return slurp("$dir/token") if line_of($raw) =~ m{/oauth/token };

    return slurp("$dir/" . (header_of($raw, 'Accept') eq '*/*' ? 'plain'
                                                               : 'me'));
});
my @token = ('--oauth2-bearer', 'CANARY0Il1secret');
my @to = to($recorder);
my $rules = service('http://api.test', 'http://app.test', "  account: acme\n");

# Runs it with some answers that are not well.
sub with {
    my ($answers, @args) = @_;
    my %opt = ref $args[0] ? %{ shift @args } : ();
    my %all = (%well, proxy => '', tunnel => '', %$answers);

    spew("$dir/$_", $all{$_}) for keys %all;

    return doctor(\%opt, $opt{rules} // $rules, @args);
}

# "check outcome" of all that is neither ok nor skipped, in order.
sub wrong {
    my ($run) = @_;

    return join ', ', map { "$_->{check} $_->{outcome}" }
        grep { $_->{outcome} !~ /\A(?:ok|skipped)\z/ }
        map { JSON::PP->new->utf8->decode($_) } split /\n/, $run->{out};
}

# --- what is answered ---------------------------------------------------------

my $ago = strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime(time - 120));
my $long_ago = strftime('%a, %d %b %Y %H:%M:%S GMT', gmtime(time - 4000));
my $challenge = 'WWW-Authenticate: Bearer error_description="The access token';
my $cut_off = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 999\r\n"
    . "\r\n$me";
my $no_http = "what is this\r\nConnection: close\r\n\r\n";

my @cases = (
    # name, answers, what is wrong, a message
    [ 'all is well', {}, '' ],
    [ 'the token endpoint is a page', { token => reply('200 OK', '<html>') },
      'token-endpoint failed', qr/200, with no OAuth error/ ],
    [ 'the token endpoint is happy',
      { token => reply('200 OK', '{"error":"none"}') },
      'token-endpoint failed', qr/200, with no OAuth error/ ],
    [ 'the token endpoint is not there', { token => reply('404 No', '{}') },
      'token-endpoint failed', qr/404, with no OAuth error/ ],
    [ 'the token endpoint is busy', { token => reply('503 No', '') },
      'token-endpoint failed', qr/it answers 503\z/ ],
    [ 'too many requests',
      { token => reply('429 No', '{"error":"rate_limited"}') },
      'token-endpoint failed', qr/it answers 429\z/ ],
    [ 'an expired token', { me => reply('401 No', '', "$challenge expired\"") },
      'token failed', qr/401: it has expired\z/ ],
    [ 'a revoked token',
      { me => reply('401 No', '', "$challenge was revoked\"") },
      'token failed', qr/401: it was revoked\z/ ],
    [ 'an unknown token', { me => reply('401 No', '') }, 'token failed',
      qr/401: it is not known\z/ ],
    [ 'a role that may not', { me => reply('403 No', '') }, 'token failed',
      qr/answers 403\z/ ],
    [ 'a redirection', { me => reply('302 No', '', 'Location: /') },
      'token failed', qr/answers 302\z/ ],
    [ 'a busy API', { me => reply('500 No', '') }, 'token failed',
      qr/answers 500\z/ ],
    [ 'a page', { me => reply('200 OK', '<html>') }, 'account failed',
      qr/no account-slug/ ],
    [ 'another account', { me => reply('200 OK', $me =~ s/acme/other/r) },
      'account failed', qr/token is of other, and acme is set/ ],
    [ 'an Accept that is refused', { me => reply('406 No', '') },
      'token failed, accept failed', qr/answered with 406/ ],
    [ 'no Accept needed', { plain => reply('200 OK', $me) }, '' ],
    [ 'a plain Accept that fails', { plain => reply('502 No', '') },
      'accept failed', qr/curl's own Accept is answered with 502\z/ ],
    [ 'a plain Accept that is cut off', { plain => $cut_off }, 'accept failed',
      qr/curl's own Accept is not answered\z/ ],
    [ 'a clock that is off', { me => reply('200 OK', $me, "Date: $ago") },
      'clock warning', qr/s ahead of the service's/ ],
    [ 'a clock that is far off',
      { me => reply('200 OK', $me, "Date: $long_ago") }, 'clock failed',
      qr/s ahead of the service's/ ],
    [ 'an answer that is cut off', { me => $cut_off }, 'api-answer failed',
      qr/the answer is cut off \(curl: 18\)/ ],
    [ 'no HTTP', { token => $no_http }, 'auth-answer failed',
      qr/the answer is no HTTP \(curl: 1\)/ ],
    [ 'a bad head', { me => "HTTP/1.1 200 OK\r\nContent-Length: x\r\n"
                      . "Connection: close\r\n\r\n" },
      'api-answer failed', qr/the answer is no HTTP \(curl: 8\)/ ],

    # heads of all sorts
    [ 'lines that end as in Unix', { me => "HTTP/1.1 200 OK\nDate: $long_ago\n"
                                      . 'Content-Length: ' . length($me)
                                      . "\n\n$me" },
      'clock failed', qr/s ahead/ ],
    [ 'an answer to come', { me => "HTTP/1.1 100 Continue\r\n\r\n$well{me}" },
      '' ],
    [ 'an answer in an answer', { token => reply('400 No',
      '{"error":"invalid_request"}'), me => reply('200 OK',
      "HTTP/1.1 500 No\r\nDate: $long_ago\r\n\r\n$me") },
      'account failed', qr/no account-slug/ ],
);

for my $case (@cases) {
    my ($name, $answers, $wrong, $message) = @$case;
    my ($run, $checks) = with($answers, @to, @token);

    is(wrong($run), $wrong, $name)
        or diag($run->{out});
    my ($check) = $wrong =~ /([\w-]+) \w+\z/;
    like($checks->{$check}{message}, $message, "$name: what is told") if $check;
}

for my $status (302, 403, 404, 429, 500) {
    my (undef, $checks) = with({ me => reply("$status No", '') }, @to, @token);

    outcomes_are("without a good answer, $status", $checks,
                 account => 'skipped', accept => 'skipped');
}

# --- what it is given ---------------------------------------------------------

{
    my ($run) = with({}, @to, @token, '--ss-mode', 'observe');
    is(wrong($run), 'rules warning, accept warning', 'mode observe');

    ($run) = with({}, @to, '-H', 'Authorization: Bearer Bearer x');
    is(wrong($run), 'token-header warning', 'a header that is mended');

    ($run) = with({}, { rules => service('http://api.test',
                                         'http://app.test') }, @to, @token);
    is(wrong($run), 'account warning', 'no account');

    my $script = spew(tmp_dir() . '/curl',
                      "#!/bin/sh\nPATH=$ENV{PATH}\nexec curl \"\$@\"\n");
    chmod 0755, $script;
    ($run) = with({}, { env => { SCOPESTACK_CURL => $script } }, @to, @token);
    is(wrong($run), 'curl failed', 'a curl that the rules cannot be put before');

    # the first digest is refused, and its head stands before the answer's
    my $refusal = reply('407 No', '', 'Proxy-Authenticate: Digest realm="x", '
                        . 'nonce="y", qop="auth"');
    ($run) = with({ proxy => $refusal }, @token, '-x',
                  '127.0.0.1:' . $recorder->port, '--proxy-digest', '-U', 'a:b');
    is(wrong($run), '', 'a proxy that asks who we are');
}

# --- the way ------------------------------------------------------------------

my $nobody = 'http://127.0.0.1:' . free_port();
my $tls = 'https://127.0.0.1:' . $recorder->port;

# one whose queue is full, so that it takes no more
my $queue = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
    or die "no port: $!";
my $full = $queue->sockport;
my @queued = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                         PeerPort => $full, Blocking => 0) }
    1 .. 6;

# one that does not wait for what it is asked
my $hasty = IO::Socket::INET->new(Listen => 9, LocalAddr => '127.0.0.1')
    or die "no port: $!";
my $plain = 'https://127.0.0.1:' . $hasty->sockport;
my $hasty_pid = fork // die "fork: $!";
if ($hasty_pid == 0) {
    while (my $client = $hasty->accept) {
        syswrite $client, "HTTP/1.1 400 Bad Request\r\n\r\n";
    }
    _exit(0);
}
close $hasty;

my @both = qw(name connect tls answer);

sub both { my ($stage) = @_; return "auth-$stage failed, api-$stage failed" }

# a proxy of which a tunnel is wanted
for my $status (403, 407, 502) {
    my ($run, $checks) = with({ tunnel => reply("$status No", '') },
        { rules => service('https://api.test', 'https://app.test') },
        '-x', '127.0.0.1:' . $recorder->port);

    is(wrong($run), both('connect'), "no tunnel, $status");
    like($checks->{'api-connect'}{message},
         qr/the proxy opens no tunnel, and answers $status \(curl: \d+\)\z/,
         "no tunnel, $status: what is told");
    like($checks->{'api-connect'}{fix}, qr/--proxy-user/,
         "no tunnel, $status: what to do");
}

# curl 8.14 does not tell how far a connection came that was not finished
my $told = run_cmd([ qw(curl -q -s -m 1 -w %{local_port}), $tls ])->{out} > 0;
my $either = qr/no server accepts the connection, or agrees on TLS, in time/;

# curl 8.23 tells nothing of a connection that nobody took
my $untaken = run_cmd([ qw(curl -q -s -m 1 -w %{local_port}),
                        "https://127.0.0.1:$full" ])->{out} >= 0;

# and it looks for the file of --cacert before it makes a request
my $no_ca = run_cmd([ qw(curl -q -s --cacert /nowhere), $tls ])->{status};

for my $case (
    [ 'an unknown name', 'http://nobody.invalid', [], 'name', qr/curl: 6/ ],
    [ 'an unknown proxy', $nobody, [ '-x', 'nobody.invalid' ], 'name',
      qr/the proxy's name is not known/ ],
    [ 'nobody there', $nobody, [], 'connect', qr/curl: 7/ ],
    [ 'no such interface', $nobody, [ '--interface', 'nowhere0' ], 'connect',
      qr/interface or port of this machine cannot be used \(curl: 45\)/ ],
    [ 'nobody who takes it', "http://127.0.0.1:$full", [ '-m', '1' ],
      'connect', qr/no server accepts the connection in time \(curl: 28\)/ ],
    [ 'nobody who takes it, TLS', "https://127.0.0.1:$full", [ '-m', '1' ],
      'connect', $untaken ? qr/no server accepts the connection in time \(curl: 28\)/
                          : $either ],
    [ 'no TLS', $plain, [], 'tls', qr/no TLS is agreed on \(curl: 35\)/ ],
    [ 'no word of TLS', $tls, [ '-m', '2' ], $told ? 'tls' : 'connect',
      $told ? qr/no TLS is agreed on in time \(curl: 28\)/ : $either ],
    [ 'no such CA', $tls, [ '--cacert', '/nowhere' ],
      $no_ca == 77 ? 'tls' : 'name', qr/curl: $no_ca\)/ ],
    [ 'a word that curl cannot use', $nobody, [ '--tls-max', 'bogus' ], 'name',
      qr/curl made no request \(curl: 2\)/ ],
    [ 'a word that libcurl cannot use', $nobody, [ '--resolve', 'bogus' ],
      'name', qr/curl made no request \(curl: \d+\)/ ],
    [ 'a curl that cannot be run', $nobody, {
      env => { SCOPESTACK_CURL => spew(tmp_dir() . '/none', '#!/nowhere') } },
      'name', qr/curl made no request \(curl: 127\)/ ],
) {
    my ($name, $origin, $args, $stage, $message) = @$case;
    my $opt = ref $args eq 'HASH' ? $args : {};

    chmod 0755, tmp_dir() . '/none';
    my ($run, $checks) = with({}, { %$opt, rules => service($origin, $origin) },
                              ref $args eq 'ARRAY' ? @$args : ());
    is(wrong($run) =~ s/\Acurl failed, //r, both($stage), $name);
    like($checks->{"api-$stage"}{message}, $message, "$name: what is told");

    # what comes before has been seen, and what comes behind has not
    my $passed = 1;
    for my $each (qw(name connect tls)) {
        $passed = 0 if $each eq $stage;
        is($checks->{"api-$each"}{outcome},
           $passed ? 'ok' : $each eq $stage ? 'failed' : 'skipped',
           "$name: $each");
    }
}

kill 'TERM', $hasty_pid;
waitpid $hasty_pid, 0;

# --- rights -------------------------------------------------------------------

SKIP: {
    skip 'not root', 2 if $> != 0;

    my $lent = spew(tmp_dir() . '/lent', "#!$^X\n\$< = 65534;\n"
        . "exec { '@{[ launcher() ]}' } 'sscurl', \@ARGV;\n");
    chmod 0755, $lent;
    my $run = sscurl([ '--ss-doctor', '--ss-config', $rules ],
                     program => $lent);

    is($run->{status}, 121, 'lent rights: 121');
    like($run->{err}, qr/effective user/, 'lent rights: why');
}

# --- the page -------------------------------------------------------------------

{
    my ($table) = slurp(root_dir() . '/docs/sscurl.md')
        =~ /^## --ss-doctor\n.*?^\| check \| \|\n(.*?)\n\n/ms;
    my @names = map { /\A(.*)-\.\.\.\z/ ? map({ "$1-$_" } @both) : $_ }
        map { /\A\| (.*?) \|/ ? $1 =~ /`([^`]+)`/g : () } split /\n/, $table;

    is_deeply([ sort @names ], [ names_seen() ],
              'all checks have been seen, and the page has all');
}

$recorder->stop;
done_testing();
