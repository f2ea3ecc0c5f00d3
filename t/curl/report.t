#!/usr/bin/perl
#
# --ss-report: what support asks for, in a file for the user alone, masked, and
# whatever ends the process.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use Fcntl qw(O_RDONLY O_NONBLOCK);
use JSON::PP;
use MIME::Base64 qw(decode_base64);
use POSIX qw(mkfifo);
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $description = 'The provided authorization grant is invalid, expired, '
    . 'revoked, or was issued to another client.';
my $tries = 0;

# What a server may repeat of a request: its first secret, coded or not.
sub echo_of {
    my ($raw) = @_;
    my $decoded = $raw =~ s/\bBasic (\S+)/decode_base64($1)/gre;

    return $decoded =~ /(CANARY\w+)/ ? $1 : 'nothing';
}

my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;
    my $word = line_of($raw) =~ m{/(\w+)(?:\?\S*)? HTTP} ? $1 : '';

    return reply('401 Unauthorized', JSON::PP->new->encode(
                     { error => $1, error_description =>
                       "Client authentication failed: $1 or invalid_client" }),
                 'Content-Type: application/json',
                 "WWW-Authenticate: Bearer realm=\"Doorkeeper\", error=\"$1\"")
        if $raw =~ /^X-Answer: (\w+)/m;
    return reply('400 Bad Request', JSON::PP->new->encode(
                     { error => 'invalid_grant',
                       error_description => $description }),
                 'Content-Type: application/json; charset=utf-8',
                 'X-Request-Id: req-1') if $word eq 'token';
    return reply('200 OK', '{"access_token":"CANARYissued"}',
                 'Content-Type: application/json') if $word eq 'issue';
    return reply('503 Busy', '<html><title>Busy &amp; CANARY0tokenXY</title>',
                 'Content-Type: text/html', 'Retry-After: 1',
                 'Set-Cookie: a=CANARY') if $word eq 'busy';
    return reply('422 Unprocessable', '{"errors":[' . join(',', map {
            qq({"code":"100","title":"can't be blank","detail":"name $_ \\u001b[1m)
            . qq(CANARY0tokenXY","source":{"pointer":"/data/attributes/n$_"}})
        } 1 .. 6) . ']}', 'Content-Type: application/vnd.api+json')
        if $word eq 'refused';
    return reply('302 Found', '', 'Location: /acme/v1/busy') if $word eq 'round';
    return reply('400 Bad', echo_of($raw), 'Content-Type: text/plain')
        if $word eq 'echo';

    return reply('200 OK', '{"data":[]}',
                 'Content-Type: application/vnd.api+json');
});
my @to = to($recorder);
my $dir = home();
my $file = "$dir/report";
my @bearer = ('-H', 'Authorization: Bearer CANARY0tokenXYZ');

# Runs sscurl with a report; returns the run and the report.
sub report {
    my ($name, $args, %opt) = @_;

    unlink $file if !$opt{keep};
    $recorder->clear;
    my $run = sscurl([ '-sS', '--ss-report', $opt{file} // $file,
                       @{ $opt{to} // \@to }, @$args ],
                     dir => $dir, %opt);
    my $text = -f $file ? slurp($file) : '';

    is($run->{status}, $opt{status} // 0, "$name: exit code")
        or diag($run->{err});
    unlike("$text$run->{err}", qr/CANARY/, "$name: no secret");
    is_deeply([ glob "$file.*" ], [], "$name: nothing is left beside it");

    return ($run, $text);
}

sub report_json {
    my ($name, $args, %opt) = @_;
    my ($run, $text) = report($name, [ '--ss-format', 'json', @$args ], %opt);
    my $data = eval { JSON::PP->new->utf8->decode($text) };

    is(ref $data, 'HASH', "$name: JSON");

    return $data || {};
}

# --- for people -----------------------------------------------------------------

{
    my ($run, $text) = report('a token request', [
        '-u', 'aIl0:CANARYsecret', '-b', 'c=CANARY', '-A', 'PostmanRuntime/7',
        '-d', 'grant_type=password&username=me&password=CANARYpw'
        . '&redirect_uri=https://x', auth() . '/oauth/token' ]);

    is(sprintf('%04o', (stat $file)[2] & 07777), '0600', 'for its owner alone');
    like($text, qr/^# What was tried at the ScopeStack API$/m, 'a title');
    like($text, qr/^- written: 2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/m, 'when');
    like($text, qr{^- client: curl by sscurl [\d.]+, libcurl/}m, 'which client');
    like($text, qr/^    User-Agent: PostmanRuntime\/7$/m, 'as what it came');
    like($text, qr{^Request, sent:\n\n    POST http://app\S+/oauth/token$}m,
         'what was tried');
    like($text, qr/^    grant_type=password&username=me&password=\*\*\*&/m,
         'with the body, masked');
    unlike($text, qr/redirect_uri=/, 'as it left');
    like($text, qr/^    repaired: .*\[token-redirect-uri\]$/m, 'the findings');
    like($text, qr/^Answer, after \d+\.\d{3} s:\n\n    400$/m, 'the answer');
    like($text, qr/^    X-Request-Id: req-1$/m, 'which answer it was');
    like($text, qr/^Error message:\n\n    invalid_grant: \Q$description\E$/m,
         'the exact error message');
    like($text, qr/^Likely causes.*\n\n    \S.* \[[a-z-]+\]\n      to do: \S/m,
         'the causes');
    ok(index($run->{err}, 'sscurl: cause: ') > 0, 'stderr is as without');

    ($run, $text) = report('several errors', [ @bearer,
                           api() . '/acme/v1/refused' ]);
    is(scalar(() = $text =~ /^    error 100: can't be blank/mg), 4,
       'several errors: the first ones');
    like($text, qr/^    and 2 more$/m, 'several errors: how many more');
    unlike($text, qr/[^\n\x20-\x7E]/, 'several errors: nothing but text');

    ($run, $text) = report('a page', [ @bearer, api() . '/acme/v1/busy' ]);
    like($text, qr/^    Retry-After: 1$/m, 'a page: a header that tells more');
    unlike($text, qr/Cookie/, 'a page: no other header');
    unlike($text, qr/Busy/, 'a page: no title that gives a token away');

    ($run, $text) = report('-s', [ '-s', '--no-show-error', '--ss-quiet',
                           api() . '/acme/v1/busy' ]);
    is($run->{err}, '', '-s: silent');
    like($text, qr/\[service-unavailable\]/, '-s: the report is whole');
    like($text, qr/^    Busy /m, '-s: the title of the page');
}

# --- for programs ---------------------------------------------------------------

{
    my $data = report_json('JSON', [ @bearer, api() . '/v1/refused' ]);
    my ($tried) = @{ $data->{transfers} };

    is(scalar @{ $data->{transfers} }, 1, 'JSON: one transfer');
    is("$tried->{outcome} $tried->{kind} $tried->{verdict} $tried->{mode} "
       . "$tried->{account}", 'sent api repaired enforce acme', 'JSON: how');
    is($tried->{request}{url}, api() . '/acme/v1/refused', 'JSON: the URL');
    is_deeply([ grep { $_->{name} eq 'Authorization' }
                @{ $tried->{request}{headers} } ],
              [ { name => 'Authorization', value => 'Bearer ***' } ],
              'JSON: a masked header');
    is($tried->{response}{status}, 422, 'JSON: the status');
    is($tried->{findings}[0]{rule}, 'account-slug-missing', 'JSON: a finding');
    ok($tried->{causes}[0]{cause} && $tried->{causes}[0]{fix}, 'JSON: a cause');

    $data = report_json('a long body', [ @bearer, '-H',
        'Content-Type: application/vnd.api+json', '-d', '{"data":{"type":'
        . '"clients","attributes":{"name":"' . 'x' x 70_000 . '"}}}',
        api() . '/acme/v1/clients' ]);
    is($data->{transfers}[0]{request}{body}, '(a body that is not shown)',
       'a long body: not shown');

    $data = report_json('a success', [ '-d', 'a=b', auth() . '/issue' ]);
    is($data->{transfers}[0]{response}{message}, '',
       'a success: its body is none to show');

    $data = report_json('a retry', [ '--retry', '1', '--retry-delay', '1',
                                     api() . '/acme/v1/busy' ]);
    is(scalar @{ $data->{transfers} }, 2, 'a retry: each try');

    $data = report_json('elsewhere', [ elsewhere() . '/CANARY' ]);
    is_deeply([ @$data{qw(transfers elsewhere more)} ], [ [], 1, 0 ],
              'elsewhere: only counted');

    $data = report_json('a redirect', [ '-L', api() . '/acme/v1/round' ]);
    ($tried) = @{ $data->{transfers} };
    is("$tried->{outcome} $tried->{request}{url}",
       'sent after a redirect ' . api() . '/acme/v1/busy', 'a redirect');

    $data = report_json('-Z', [ '-Z', api() . '/acme/v1/busy',
                                api() . '/acme/v1/refused', elsewhere() ]);
    is_deeply([ sort map { $_->{response}{status} } @{ $data->{transfers} } ],
              [ 422, 503 ], '-Z');

    my $jar = spew("$dir/jar", join "\t", '.scopestack.test', 'TRUE', '/',
                   'FALSE', 0, 'sid', "CANARYjar\n");
    my $netrc = spew("$dir/netrc", 'default login a password CANARYnetrc');
    my $proxy = '127.0.0.1:' . $recorder->port;

    for ([ 'a cookie', '-b', 'sid=CANARYcookie' ], [ 'a jar', '-b', $jar ],
         [ 'netrc', '--netrc-file', $netrc ],
         [ 'a referrer', '-e', 'http://a:CANARYreferrer@x/' ],
         [ 'a proxy\'s user', '-x', "http://$proxy", '-U', 'a:CANARYproxy' ],
         [ 'a proxy', '-x', "http://a:CANARYproxy\@$proxy" ]) {
        my ($name, @args) = @$_;
        my $data = report_json("the echo of $name",
                               [ @args, api() . '/acme/v1/echo' ],
                               to => $name =~ /proxy/ ? [] : \@to);

        is($data->{transfers}[0]{response}{status}, 400,
           "the echo of $name: it came");
        is($data->{transfers}[0]{response}{message}, '',
           "the echo of $name: is not told");
    }

    $data = report_json('a failure', [ '--connect-to', '::127.0.0.1:1',
                        api() . '/acme/v1/me?code=CANARY' ], status => 7,
                        to => []);
    ($tried) = @{ $data->{transfers} };
    is($tried->{response}, undef, 'a failure: no answer');
    like($tried->{failure}, qr/^Failed to connect/, 'a failure: what curl says');

    my $rules = rules("rules: { account-slug-missing: reject }\n");
    $data = report_json('a rejection', [ '--ss-config', $rules,
                        api() . '/v1/clients' ], status => 120);
    ($tried) = @{ $data->{transfers} };
    is("$tried->{outcome} $tried->{request}{url}",
       'rejected, not sent ' . api() . '/v1/clients', 'a rejection');

    $data = report_json('a dry run', [ '--ss-dry-run', api() . '/v1/clients' ]);
    is($data->{transfers}[0]{outcome}, 'dry run, not sent', 'a dry run');

    $data = report_json('mode off', [ '--ss-mode', 'off',
                                      api() . '/acme/v1/busy' ]);
    ($tried) = @{ $data->{transfers} };
    is("$tried->{mode} @{ $tried->{findings} } @{ $tried->{causes} }", 'off  ',
       'mode off: nothing is found in it');
    is($tried->{response}{status}, 503, 'mode off: but it is told');
    $data = report_json('a body that no rule wants', [ '-X', 'DELETE', '-d',
        '{"password":"CANARYword"}', api() . '/acme/v1/echo' ]);
    is($data->{transfers}[0]{response}{message}, '',
       'a body that no rule wants: its secrets are known');

    $data = report_json('many', [ map { api() . '/acme/v1/clients' } 1 .. 103 ]);
    is(scalar(@{ $data->{transfers} }) . " $data->{more}", '100 3',
       'many: the first ones are kept');
}

# --- words that stand in a request as names -------------------------------------

for my $error (qw(invalid_client unauthorized_client invalid_token)) {
    my ($run, $text) = report($error, [ '-H', "X-Answer: $error", '-d',
        'grant_type=client_credentials&client_id=app&client_secret=CANARYword',
        auth() . '/oauth/token' ]);

    like($text, qr/^    $error: Client .* failed: $error or invalid_client$/m,
         "$error: it is shown, and its description");
    like($text, qr/^    WWW-Authenticate: Bearer realm="Doorkeeper", error="$error"$/m,
         "$error: the challenge");
}

# --- the file -------------------------------------------------------------------

{
    my $one = api() . '/acme/v1/busy';

    spew($file, 'before');
    chmod 0644, $file;
    report('a file that is there', [ $one ], keep => 1);
    is(sprintf('%04o', (stat $file)[2] & 07777), '0600',
       'a file that is there: for its owner alone from now on');

    symlink $file, "$dir/link";
    report('a link', [ $one ], file => "$dir/link",
           keep => 1);
    ok(-l "$dir/link" && -s $file, 'a link stays one');
    unlink "$dir/link";

    report('/dev/null', [ $one ], file => '/dev/null');
    ok(-c '/dev/null', '/dev/null stays what it is');

    my ($run) = report('a full disk', [ $one ], file => '/dev/full');
    like($run->{err}, qr{^sscurl: --ss-report: /dev/full: No space}m,
         'a full disk: told');
    is(scalar(() = $run->{err} =~ /--ss-report/g), 1, 'a full disk: once');

    # who takes it for another option's value
    for my $name ('Ka7xY9Q0CANARYKa7xY9Q0xY9', 'token=CANARY', 'https://u:CANARY@h/x') {
        my $run = sscurl([ '--ss-report', "/none/$name", @to, $one ]);

        like($run->{err}, qr{^sscurl: --ss-report: .*No such file}m, "a secret as its name: told");
        unlike($run->{err}, qr/CANARY/, 'a secret as its name: not shown');
    }

    # a pipe gets it once, and nobody waits for one that nobody reads
    mkfifo("$dir/pipe", 0600);
    ($run) = report('a pipe without a reader', [ $one ], file => "$dir/pipe");
    like($run->{err}, qr{^sscurl: --ss-report: \Q$dir\E/pipe: No such device}m,
         'a pipe without a reader: told');
    ok(-p "$dir/pipe", 'a pipe stays one');
    {
        sysopen(my $pipe, "$dir/pipe", O_RDONLY | O_NONBLOCK) or die "pipe: $!";
        report('a pipe', [ $one ], file => "$dir/pipe");
        sysread $pipe, my $text, 1 << 16;
        is(scalar(() = $text =~ /^# What was tried/mg), 1, 'a pipe: one report');
        like($text, qr/\[service-unavailable\]/, 'a pipe: the whole of it');
    }
    ($run) = report('stdout', [ $one, '-o', '/dev/null' ], file => '/dev/stdout');
    is(scalar(() = $run->{out} =~ /^# What was tried/mg), 1,
       'stdout: one report');

    # the limit ends whoever writes more
    $run = run_cmd([ 'sh', '-c', '{ (ulimit -f 0; exec "$@"); echo "= $?"; }'
                     . ' 2>&1 | cat', '-', launcher(), '-sS', '--ss-report',
                     $file, @to, $one ],
                   env => { %{ environment() }, sanitizer() });
    like($run->{out}, qr/^= 0$/m, 'no room for files: exit code');
    like($run->{out}, qr/Busy/, 'no room for files: the answer is there');
    like($run->{out}, qr{^sscurl: --ss-report: \Q$file\E: File too large}m,
         'no room for files: told');
    is_deeply([ glob "$file.*" ], [], 'no room for files: nothing is left');

    SKIP: {
        skip('only root makes links of others', 4) if $> != 0;
        my $open = "$dir/open";
        my $victim = spew("$dir/victim", 'before');

        mkdir $open;
        chmod 01777, $open;
        symlink $victim, "$open/report";
        system('chown', '-h', '12345', "$open/report");
        my ($run) = report('a link of another', [ $one ], status => 2,
                           file => "$open/report");
        like($run->{err}, qr/: it is somebody else's, in a directory that is/,
             'a link of another: why');
        is(slurp($victim), 'before', 'a link of another: leads nowhere');
    }

    for ([ 'no folder', "$dir/none/report", 'No such file or directory' ],
         [ 'a folder', $dir, 'it is a directory' ]) {
        my ($name, $to, $why) = @$_;
        my ($run) = report($name, [ $one ], file => $to, status => 2);

        is($run->{err}, "sscurl: --ss-report: $to: $why; nothing was sent\n",
           "$name: why");
        is(scalar(my @got = $recorder->requests), 0, "$name: nothing is sent");
    }

    $run = sscurl([ '--ss-report', $file, '--ss-rules' ]);
    is($run->{status}, 2, 'with a tool: exit code');
    like($run->{err}, qr/\Asscurl: --ss-report goes with transfers/,
         'with a tool: why');
    $run = sscurl([ '--ss-report=', $one ]);
    is($run->{status}, 2, 'without a name: exit code');
}

{
    unlink $file;
    my $silent = SSTest::Recorder->new(answer => sub { sleep 20; return '' });
    my $run = start([ launcher(), '-sS', '--ss-report', $file, @to,
                      api() . '/acme/v1/busy', '--next', '-sS', to($silent),
                      api() . '/acme/v1/clients' ],
                    env => { %{ environment() }, sanitizer() });

    wait_for(sub { -s $file });
    kill INT => $run->{pid};
    finish($run);
    like(slurp($file), qr/\[service-unavailable\]/,
         'interrupted: what was tried before is there');
}

done_testing();
