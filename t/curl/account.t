#!/usr/bin/perl
#
# account: auto. sscurl asks GET /v1/me once for each token, over the program's
# own connection, and keeps the answer; whatever becomes of that, the request
# goes on, and nothing else of the transfer changes.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use Fcntl qw(:mode);
use SSTest;
use SSTest::Recorder;
use Sscurl;
use Time::HiRes qw(time);

my $secret = 'CANARY0Il1secret';

# Who somebody is follows from the token: tok-NAME or tok-NAME.MORE.
sub me {
    my ($name) = $_[0] =~ /^Authorization: Bearer tok-([^\s.]+)/m;
    $name //= 'nobody';

    return reply('401 Unauthorized', '{"errors":[{"status":"401"}]}')
        if $name =~ /^denied/;
    return reply('404 Not Found', '') if $name =~ /^lost/;
    return reply('403 Forbidden', '{"data":{"attributes":{"account-slug":'
        . '"forbidden"}}}') if $name =~ /^forbidden/;
    return reply('200 OK', 'nonsense') if $name =~ /^nonsense/;
    return reply('200 OK', '{"data":{"attributes":{"account-slug":"a b/c"}}}')
        if $name =~ /^invalid/;
    return reply('200 OK', '{"data":{"attributes":{"account-slug":"'
        . 'x' x 300 . '"}}}') if $name =~ /^long/;
    return reply('200 OK', ' ' x 200_000 . '{}') if $name =~ /^huge/;
    return reply('302 Found', '', 'Location: ' . elsewhere() . '/landed')
        if $name =~ /^moved/;
    return "nonsense\r\n\r\n" if $name =~ /^broken/;
    return "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n"
        . "\r\n{" if $name =~ /^cut/;
    return '' if $name =~ /^silent/;

    return reply('200 OK', '{"data":{"id":"1","type":"users","attributes":{'
        . "\"name\":\"x\",\"account-slug\":\"$name\"}}}",
        'Set-Cookie: lookup=1; path=/');
}

my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;

    return me($raw) if line_of($raw) =~ m{ \S*/v1/me };
    return reply('200 OK', line_of($raw) =~ /\AHEAD/ ? '' : "ok\n",
                 'Content-Type: application/vnd.api+json',
                 line_of($raw) =~ m{/cookie } ? 'Set-Cookie: taste=sweet' : ());
});

my $service = 'api_url: ' . api() . ', auth_url: ' . auth();
my $auto = rules_of("$service, account: auto");
my $files = 0;

sub rules_of {
    my ($text, $more) = @_;

    return spew(tmp_dir() . '/auto' . $files++ . '.yaml',
                tokenless("version: 1\nservice: { $text }\n" . ($more // '')));
}

sub new_dir {
    my $dir = tmp_dir() . '/cache' . $files++;

    mkdir $dir or die "$dir: $!";

    return $dir;
}

my $cache = new_dir();
my $jsonapi = 'Accept: application/vnd.api+json';

# What the recorder got: how often the account was asked for, and the lines of
# all else, in no order.
sub got {
    my @lines = map { line_of($_) =~ /\A(\S+ \S+)/ ? $1 : '' }
        $recorder->requests;

    return (scalar(grep { $_ eq 'GET /v1/me' } @lines),
            sort grep { $_ ne 'GET /v1/me' } @lines);
}

sub lookup { return (grep { line_of($_) =~ m{ /v1/me } } $recorder->requests)[0] }

# A call of a token to the words given, else to the projects. Options are those
# of sscurl(), `rules`, `cache`, and `to` for other words that lead somewhere.
sub call {
    my ($token, %opt) = @_;
    my $words = delete $opt{words} // [ api() . '/v1/projects' ];
    my $rules = delete $opt{rules} // $auto;
    my $dir = delete $opt{cache} // $cache;
    my $to = delete $opt{to} // [ to($recorder) ];

    $recorder->clear;
    my $run = sscurl([ '-sS', '--ss-config', $rules, @$to, '-H', $jsonapi,
                       '-H', "Authorization: Bearer $token",
                       @$words ], %opt,
                     env => { XDG_CACHE_HOME => $dir, %{ $opt{env} || {} } });

    return ($run, got());
}

sub is_call {
    my ($token, $path, $asked, $name, %opt) = @_;
    my ($run, $times, @left) = call($token, %opt);

    is("$run->{status} $run->{out}", "0 ok\n", "$name: the answer");
    is_deeply(\@left, [ "GET $path" ], "$name: what left");
    is($times, $asked, "$name: lookups");

    return $run;
}

# --- the account --------------------------------------------------------------

{
    my $run = is_call('tok-acme', '/acme/v1/projects', 1, 'the first call');
    is(scalar(() = $run->{err} =~ /^sscurl: /mg), 2,
       'and the finding is all that is said');
}

{
    my $lookup = lookup();

    is(line_of($lookup), 'GET /v1/me HTTP/1.1', 'asks for /v1/me');
    is(host_of($lookup), 'api.scopestack.test', 'at the API host');
    is(header_of($lookup, 'Authorization'), 'Bearer tok-acme',
       'with the token');
    is(header_of($lookup, 'Accept'), 'application/vnd.api+json', 'as JSON:API');
}

{
    my $rules = rules_of("$service, account: auto, "
                         . 'gateways: [ "http://gateway.test:8080" ]');

    is_call('tok-gate', '/gate/v1/projects', 1, 'a request to a gateway',
            rules => $rules,
            words => [ 'http://gateway.test:8080/v1/projects' ]);
    is(host_of(lookup()), 'gateway.test:8080', 'the gateway is asked');
    is_call('tok-gate', '/gate/v1/projects', 1, 'the service has another key',
            rules => $rules);
    is(host_of(lookup()), 'api.scopestack.test', 'and is asked itself');
}

is_call('tok-acme', '/acme/v1/projects', 0, 'a second process');
is_call('tok-other', '/other/v1/projects', 1, 'another token');
is_call('tok-other', '/other/v1/projects', 0, 'another token, again');
is_call('tok-acme', '/acme/v1/projects', 0, 'and the first is still known');

{
    my ($run, $times) = call('tok-acme', words => [ '--ss-format', 'json',
                             api() . '/other/v1/projects' ]);

    is_deeply(outcomes($run), [ 'account-slug-mismatch reported' ],
              'a slug of somebody else is told');
    is($times, 0, 'out of what is known');
}

is_call('tok-flag', '/flag/v1/projects', 1, '--ss-account auto',
        rules => rules("rules: { authorization-missing: off }\n"),
        words => [ '--ss-account', 'auto', api() . '/v1/projects' ]);
is_call('tok-team', '/team/v1/projects', 1, 'a team that is auto',
        rules => rules_of("$service, account: fixed",
                          "teams: [ { name: t, account: auto } ]\n"),
        words => [ '--ss-team', 't', api() . '/v1/projects' ]);
{
    $recorder->clear;
    my $run = sscurl([ '-sS', '--ss-config', $auto, to($recorder), '-H',
                       $jsonapi, '--oauth2-bearer', 'tok-bearer',
                       api() . '/v1/projects' ],
                     env => { XDG_CACHE_HOME => $cache });

    is_deeply([ got() ], [ 1, 'GET /bearer/v1/projects' ], '--oauth2-bearer');
    is(header_of(lookup(), 'Authorization'), 'Bearer tok-bearer',
       '--oauth2-bearer: once, as the request has it');
}

# --- what goes along, and what does not -----------------------------------------

{
    my $body = '{"data":{"id":"7","type":"projects","attributes":{"name":"x"}}}';
    my $dir = new_dir();
    my ($run, $times, @left) = call('tok-posted', words => [
        '-X', 'PATCH', '-H', 'Content-Type: application/vnd.api+json', '-H',
        'X-A: b', '-b', 'c=d', '-e', 'http://referer.test/', '-r', '0-1',
        '-A', 'mine/1', '--compressed', '-u', "user:$secret", '-z',
        'yesterday', '-d', $body, '-o', "$dir/out", '-D', "$dir/head", '-c',
        "$dir/jar", '-f', '-L', '-w', '%{http_code} %{num_connects}\n',
        api() . '/v1/projects/7' ]);
    my $lookup = lookup();

    is($run->{out}, "200 1\n", 'PATCH: what -w says');
    is_deeply(\@left, [ 'PATCH /posted/v1/projects/7' ], 'PATCH: what left');
    like((grep { /PATCH/ } $recorder->requests)[0], qr/\Q$body\E\z/,
         'PATCH: its body');
    is($times, 1, 'PATCH: one lookup');
    is(join(' ', sort map { lc } $lookup =~ /^([\w-]+):/mg),
       'accept authorization host user-agent',
       'the lookup has none of the request\'s own headers');
    is(header_of($lookup, 'User-Agent'), 'mine/1', 'but says who asks');
    is(body_of($lookup), '', 'nor its body');
    is(slurp("$dir/out"), "ok\n", '-o: the answer, alone');
    is(scalar(() = slurp("$dir/head") =~ /^HTTP/mg), 1, '-D: its head, alone');
    unlike(slurp("$dir/jar"), qr/lookup/, '-c: no cookie of the lookup\'s');
}

{
    my $dir = new_dir();
    my ($run) = call('tok-remote', dir => $dir,
                     words => [ '-O', api() . '/v1/projects' ]);

    is(slurp("$dir/projects"), "ok\n", '-O: the answer');
    opendir my $handle, $dir or die $!;
    is_deeply([ grep { !/^\./ } readdir $handle ], ['projects'],
              '-O: and no other file');
}

{
    # up to curl 8.5, curl_easy_duphandle() would switch the cookies on
    my @words = map { api() . $_ } '/v1/projects/cookie', '/v1/projects';

    call('tok-sweet', words => \@words);
    is((grep { header_of($_, 'Cookie') ne '' } $recorder->requests), 0,
       'no cookies where curl has none');

    my $jar = tmp_dir() . '/sweet';
    my ($run) = call('tok-sweeter', words => [ '-c', $jar, @words ]);
    is_deeply([ map { header_of($_, 'Cookie') }
                grep { line_of($_) !~ /cookie|me / } $recorder->requests ],
              [ 'taste=sweet' ], '-c: the program\'s cookies');
    like(slurp($jar), qr/taste\tsweet/, '-c: are kept');
    unlike(slurp($jar), qr/lookup/, '-c: alone');

    my $hsts = spew(tmp_dir() . '/hsts', ".other.test \"20301231 23:59:59\"\n");
    is_call('tok-hsts', '/hsts/v1/projects', 1, '--hsts, --alt-svc',
            words => [ '--hsts', $hsts, '--alt-svc', tmp_dir() . '/altsvc',
                       api() . '/v1/projects' ]);
    like(slurp($hsts), qr/other\.test/, '--hsts: the file is as it was');
}

{
    my ($run, $times, @left) = call('tok-head', words => [
        '-I', api() . '/v1/projects' ]);
    is_deeply([ $times, @left ], [ 1, 'HEAD /head/v1/projects' ], '-I');

    ($run) = call('tok-verbose', words => [ '-v', api() . '/v1/projects' ]);
    is(scalar(() = $run->{err} =~ /^> GET/mg), 1, '-v shows the transfer only');

    ($run) = call('tok-include', words => [ '-i', api() . '/v1/projects' ]);
    is(scalar(() = $run->{out} =~ /^HTTP/mg), 1, '-i: one head');

    my $trace = tmp_dir() . '/trace';
    call('tok-trace', words => [ '--trace-ascii', $trace,
                                 api() . '/v1/projects' ]);
    unlike(slurp($trace), qr{/v1/me}, '--trace: nothing of the lookup');

    is_call('tok-large', '/large/v1/projects', 1, '--max-filesize',
            words => [ '--max-filesize', '10', api() . '/v1/projects' ]);
    is_call('tok-resume', '/resume/v1/projects', 1, '--request-target',
            words => [ '--request-target', '/v1/projects',
                       api() . '/v1/other' ]);

    my $netrc = spew(tmp_dir() . '/netrc',
                     "default login u password $secret\n");
    chmod 0600, $netrc;
    is_call('tok-netrc', '/netrc/v1/projects', 1, '--netrc-file',
            words => [ '--netrc-file', $netrc, api() . '/v1/projects' ]);
    is(header_of(lookup(), 'Authorization'), 'Bearer tok-netrc',
       '--netrc-file: no other Authorization');
}

# --- the connection -----------------------------------------------------------

{
    my $proxy = SSTest::Recorder->new(answer => sub {
        return line_of($_[0]) =~ m{/v1/me } ? me($_[0])
            : reply('200 OK', "proxied\n");
    });
    my $at = 'http://127.0.0.1:' . $proxy->port;
    my ($run, $times, @left) = call('tok-proxy', to => [], words => [ '-x', $at,
        '--proxy-user', "p:$secret", api() . '/v1/projects' ]);

    is($run->{out}, "proxied\n", '-x: the answer');
    is_deeply([ $times, @left ], [ 0 ], '-x: nothing goes around the proxy');
    is_deeply([ map { line_of($_) } $proxy->requests ],
              [ 'GET ' . api() . '/v1/me HTTP/1.1',
                'GET ' . api() . '/proxy/v1/projects HTTP/1.1' ],
              '-x: both go through it');
    like(header_of(($proxy->requests)[0], 'Proxy-Authorization'), qr/^Basic /,
         '-x: and say to it who asks');

    $proxy->clear;
    call('tok-environment', to => [], env => { http_proxy => $at });
    is(scalar(my @both = $proxy->requests), 2, '$http_proxy: both');
    $proxy->clear;
    call('tok-noproxy', env => { http_proxy => $at },
         words => [ '--noproxy', '*', api() . '/v1/projects' ]);
    is(scalar(my @none = $proxy->requests), 0, '--noproxy: none');

    # what is asked for a tunnel must not see the token
    my $tunnel = SSTest::Recorder->new(answer => sub {
        return reply('403 Forbidden', '', 'Connection: close') });
    call("tok-tunnel.$secret", to => [], words => [ '-p', '-x', 'http://127.0.0.1:'
         . $tunnel->port, api() . '/v1/projects' ]);
    is_deeply([ map { line_of($_) } $tunnel->requests ],
              [ ('CONNECT api.scopestack.test:80 HTTP/1.1') x 2 ],
              '-p: both ask for a tunnel');
    unlike(join('', $tunnel->requests), qr/CANARY/, '-p: without the token');
}

{
    my @direct = ('-sS', '--ss-config', rules_of('api_url: "http://api.test:'
        . $recorder->port . '", auth_url: "' . auth() . '", account: auto'),
        '-H', $jsonapi);
    my $url = 'http://api.test:' . $recorder->port . '/v1/projects';

    for my $case ([ '--resolve', 'api.test:' . $recorder->port . ':127.0.0.1' ],
                  [ '--unix-socket', '/nowhere' ]) {
        my $name = $case->[0] =~ s/\W//gr;

        $recorder->clear;
        my $run = sscurl([ @direct, @$case, '-H',
                           "Authorization: Bearer tok-$name", $url ],
                         env => { XDG_CACHE_HOME => $cache });
        my ($times, @left) = got();

        is($times, $name eq 'resolve' ? 1 : 0, "$case->[0] holds for both");
        is_deeply(\@left, $name eq 'resolve' ? [ 'GET /resolve/v1/projects' ]
                                             : [], "$case->[0]: what left");
    }

    for my $case ([ '-6', 7 ], [ '--interface', '192.0.2.7', 45 ],
                  [ '--proto', '=https', 1 ]) {
        my $status = pop @$case;

        $recorder->clear;
        my $run = sscurl([ @direct, '--resolve', 'api.test:' . $recorder->port
                           . ':127.0.0.1', @$case, '-H',
                           "Authorization: Bearer tok-no$status", $url ],
                         env => { XDG_CACHE_HOME => $cache });

        is(scalar(my @none = $recorder->requests), 0,
           "@$case: neither of them connects");
        isnt($run->{status}, 0, "@$case: curl fails as it would");
    }

    # a port that is said once can be used once
    my $port = free_port();
    $recorder->clear;
    my $run = sscurl([ @direct, '--resolve', 'api.test:' . $recorder->port
                       . ':127.0.0.1', '--local-port', $port, '-H',
                       'Authorization: Bearer tok-port', $url ],
                     env => { XDG_CACHE_HOME => $cache });
    is($run->{out}, "ok\n", '--local-port: the port is free for the request')
        or diag($run->{err});
}

SKIP: {
    my ($key, $cert) = map { tmp_dir() . "/account.$_" } qw(key cert);
    my $made = run_cmd([ qw(openssl req -x509 -newkey ec -pkeyopt
                            ec_paramgen_curve:prime256v1 -nodes -days 2 -subj
                            /CN=localhost -addext subjectAltName=IP:127.0.0.1),
                         '-keyout', $key, '-out', $cert ]);

    skip 'no openssl to make a certificate', 8 if $made->{status} != 0;

    my $port = free_port();
    my $site = new_dir();
    mkdir "$site/v1";
    spew("$site/v1/me", '{"data":{"attributes":{"account-slug":"secured"}}}');
    mkdir "$site/$_" for qw(secured secured/v1);
    spew("$site/secured/v1/projects", "ok\n");

    my $server = start([ qw(openssl s_server -quiet -WWW -Verify 1 -accept),
                         $port, '-key', $key, '-cert', $cert, '-CAfile',
                         $cert ], child => sub { chdir $site });
    my $origin = "https://127.0.0.1:$port";
    my $rules = rules_of("api_url: \"$origin\", auth_url: \"$origin\", "
                         . 'account: auto');
    my @mine = ('-E', $cert, '--key', $key, '--http1.0');

    wait_port($port);
    for my $case ([ 'untrusted', [@mine], 60, '' ],
                  [ '--cacert', [ '--cacert', $cert, @mine ], 0, "ok\n" ],
                  [ '-k', [ '-k', @mine ], 0, "ok\n" ],
                  [ 'no certificate of ours', [ '-k', '--http1.0' ], 56, '' ]) {
        my ($name, $words, $status, $out) = @$case;
        my ($run) = call("tok-tls$status$secret", rules => $rules, to => [],
                         cache => new_dir(),
                         words => [ @$words, "$origin/v1/projects" ]);

        is($run->{out}, $out, "TLS, $name: the answer") or diag($run->{err});
        is($run->{status}, $status, "TLS, $name: the exit code");
    }

    kill 'KILL', $server->{pid};
    finish($server);
}

# --- where it is not asked for --------------------------------------------------

for my $case ([ 'a path above accounts', api() . '/v1/users/me' ],
              [ 'another kind', api() . '/mcp' ],
              [ 'another host', elsewhere() . '/v1/projects' ]) {
    my ($run, $times) = call('tok-n1', words => [ $case->[1] ]);

    is($times, 0, "$case->[0]: no lookup") if $case->[0] !~ /above/;
}

{
    my ($run, $times) = call('tok-n2', words => [ '--ss-mode', 'off',
                             api() . '/v1/projects' ]);
    is($times, 0, 'off: no lookup');

    ($run, $times, my @left) = call('tok-watch', words => [
        '--ss-mode', 'observe', api() . '/v1/projects' ]);
    is_deeply([ $times, @left ], [ 1, 'GET /v1/projects' ],
              'observe: asks, and changes nothing');

    ($run, $times) = call('tok-n3', rules => rules_of("$service, account: a"));
    is($times, 0, 'an account that is named: no lookup');

    ($run, $times) = call('tok-n4', rules => rules_of(
        'api_url: "https://api.scopestack.test", auth_url: "https://'
        . 'app.scopestack.test", account: auto',
        'rules: { scheme-insecure: report }'));
    # which would be one by https, and fail here
    unlike($run->{err}, qr/no account found/,
           'by http where https is the service\'s way: no lookup');

    $recorder->clear;
    sscurl([ '-sS', '--ss-config', $auto, to($recorder), '-H', $jsonapi,
             @$_, api() . '/v1/projects' ], env => { XDG_CACHE_HOME => $cache })
        for [], [ '-u', 'a:b' ], [ '-H', 'Authorization: Bearer a b' ];
    ($times) = got();
    is($times, 0, 'no token, or none that is well-formed: no lookup');
}

{
    my $dir = new_dir();
    my @words = ('--ss-dry-run', api() . '/v1/projects');
    my ($run, $times, @left) = call('tok-dry', words => \@words,
                                    cache => $dir);

    is_deeply([ $times, @left ], [ 0 ], 'a dry run sends nothing');
    like($run->{out}, qr{/v1/projects$}m, 'and shows what is known');
    is($run->{status}, 0, 'dry run: the exit code');
    ok(!-e "$dir/scopestack", 'dry run: nothing is written');

    call('tok-dry', cache => $dir);
    ($run, $times, @left) = call('tok-dry', words => \@words, cache => $dir);
    is_deeply([ $times, @left ], [ 0 ], 'dry run, known: sends nothing');
    like($run->{out}, qr{/dry/v1/projects$}m, 'dry run, known: the account');
}

# --- what may go wrong ----------------------------------------------------------

for my $way (qw(denied lost forbidden nonsense invalid long huge moved broken
               cut)) {
    my $run = is_call("tok-$way.$secret", '/v1/projects', 1, $way);

    like($run->{err}, qr/^sscurl: no account found: GET \S+: \S/m,
         "$way: one line says why");
    like($run->{err}, qr/\[account-slug-missing\]/, "$way: and the rule's");
    unlike($run->{err}, qr/CANARY|a b|nonsense/, "$way: and no more");
    $run = is_call("tok-$way.$secret", '/v1/projects', 0, "$way, at once again");
    unlike($run->{err}, qr/no account found/, "$way: told once");
}
is(scalar(grep { host_of($_) eq 'elsewhere.test' } $recorder->requests), 0,
   'a redirect is not followed');

{
    my ($run) = call("tok-denied-quiet.$secret", words => [ '-s', '--no-show-error', api()
                     . '/v1/projects' ]);
    is($run->{err}, '', '-s: not a word');

    my $begun = time;
    my ($slow, $times, @left) = call('tok-silent', words => [ '-m', '1',
                                     api() . '/v1/projects' ]);
    is("$slow->{status} $times", '0 1', 'silence: the request goes on');
    is_deeply(\@left, [ 'GET /v1/projects' ], 'silence: as it is');
    cmp_ok(time - $begun, '<', 8, '-m bounds the lookup too');

    ($run) = call('tok-denied-reject', rules => rules_of(
        "$service, account: auto", 'rules: { account-slug-missing: reject }'));
    is($run->{status}, 120, 'a rule still rejects');

    ($run, $times) = call('tok-fail', words => [ '-f', '--retry', '2',
                          '--retry-all-errors', api() . '/v1/projects' ]);
    is("$run->{status} $times", '0 1', '-f, --retry: one lookup');
}

# --- files ----------------------------------------------------------------------

sub files_in {
    my ($dir) = @_;

    return glob "$dir/scopestack/{.[!.],}*";
}

sub mode_of { return sprintf '%03o', (stat $_[0])[2] & 07777 }

{
    my $dir = new_dir();
    my $umask = umask 0;

    call("tok-acme.$secret", cache => $dir);
    my @files = files_in($dir);

    is(mode_of("$dir/scopestack"), '700', 'the directory is the user\'s');
    is(scalar @files, 1, 'one file') or diag("@files");
    is(mode_of($files[0]), '600', 'that is the user\'s too');
    like($files[0], qr{/[0-9a-f]{64}\z}, 'its name is a hash');
    unlike(`grep -r CANARY $dir; ls -R $dir`, qr/CANARY/, 'no token in there');
    is(run_cmd([ 'grep', '-rl', $secret, $cache ])->{out}, '',
       'nor in the one of all tests');
    umask $umask;

    my ($file) = @files;
    my $text = slurp($file);
    my ($expires) = $text =~ /^(\d+)$/m;
    cmp_ok(abs($expires - time - 600), '<', 30, 'good for ten minutes');
    like($text, qr/\Ascopestack account 1\n\d+\nacme\n\z/, 'what it says');

    my $change = sub {
        my ($name, $asked, $new) = @_;

        spew($file, $new);
        is_call("tok-acme.$secret", '/acme/v1/projects', $asked, $name,
                cache => $dir);
        is(slurp($file) =~ /^acme$/m, 1, "$name: is written anew");
    };

    $change->('expired', 1, $text =~ s/\d{5,}/time - 1 | 0/er);
    $change->('good for a moment', 0, $text =~ s/\d{5,}/time + 9 | 0/er);
    $change->('too good', 1, $text =~ s/\d{5,}/time + 9999 | 0/er);
    $change->('empty', 1, '');
    $change->('cut', 1, substr $text, 0, 30);
    $change->('longer', 1, $text . "more\n");
    $change->('large', 1, $text . 'x' x 9999);
    $change->('another version', 1, $text =~ s/1\n/2\n/r);
    $change->('no number', 1, $text =~ s/\d{5,}/-1/r);
    $change->('no slug', 1, $text =~ s/acme/a b/r);
    $change->('a NUL', 1, $text =~ s/acme/ac\0me/r);
    $change->('binary', 1, pack('C*', 0 .. 255));

    chmod 0620, $file;
    is_call("tok-acme.$secret", '/acme/v1/projects', 1, 'others may write it',
            cache => $dir);
    is(mode_of($file), '600', 'others may write it: written anew');

    my $other = spew(tmp_dir() . '/other', $text =~ s/acme/evil/r);
    unlink $file;
    symlink $other, $file;
    is_call("tok-acme.$secret", '/acme/v1/projects', 1, 'a link to a file',
            cache => $dir);
    ok(!-l $file, 'a link to a file: is replaced');
    like(slurp($other), qr/evil/, 'a link to a file: what it leads to stays');

    unlink $file;
    system 'mkfifo', $file;
    is_call("tok-acme.$secret", '/acme/v1/projects', 1, 'a pipe',
            cache => $dir);
    unlink $file;
    mkdir $file;
    is_call("tok-acme.$secret", '/acme/v1/projects', 1, 'a directory',
            cache => $dir);
    rmdir $file;
}

{
    my $dir = new_dir();
    my $target = new_dir();

    symlink $target, "$dir/scopestack";
    is_call('tok-link', '/link/v1/projects', 1, 'a link to a directory',
            cache => $dir);
    is_deeply([ glob "$target/*" ], [], 'a link to a directory: not followed');

    unlink "$dir/scopestack";
    mkdir "$dir/scopestack";
    chmod 0777, "$dir/scopestack";
    is_call('tok-open', '/open/v1/projects', 1, 'a directory for all',
            cache => $dir);
    is_deeply([ files_in($dir) ], [], 'a directory for all: not written');

    chmod 0700, "$dir/scopestack";
    SKIP: {
        skip 'only root can give files away', 8 if $> != 0;

        chown 65534, -1, "$dir/scopestack";
        is_call('tok-foreign', '/foreign/v1/projects', 1, 'another\'s directory',
                cache => $dir);
        is_deeply([ files_in($dir) ], [], 'another\'s directory: not written');

        chown 0, -1, "$dir/scopestack";
        call('tok-foreign', cache => $dir);
        chown 65534, -1, files_in($dir);
        is_call('tok-foreign', '/foreign/v1/projects', 1, 'another\'s file',
                cache => $dir);
        is((stat((files_in($dir))[0]))[4], 0, 'another\'s file: is replaced');
    }
}

for my $case ([ 'a directory that is not there', XDG_CACHE_HOME => '/nowhere/x' ],
              [ 'a file in its place', XDG_CACHE_HOME => $auto ],
              [ 'no home', XDG_CACHE_HOME => undef, HOME => undef ],
              [ 'a relative one', XDG_CACHE_HOME => 'x', HOME => 'y' ],
              [ 'a full disk', XDG_CACHE_HOME => '/dev/full' ]) {
    my ($name, %env) = @$case;

    is_call('tok-bare', '/bare/v1/projects', 1, $name, env => \%env);
}

{
    my $home = new_dir();

    is_call('tok-house', '/house/v1/projects', 1, 'in $HOME',
            env => { XDG_CACHE_HOME => undef, HOME => $home });
    is(mode_of("$home/.cache"), '700', 'in $HOME: .cache is made');
    is(scalar(my @one = files_in("$home/.cache")), 1, 'in $HOME: the file');
    is_call('tok-house', '/house/v1/projects', 0, 'in $HOME, again',
            env => { XDG_CACHE_HOME => '', HOME => $home });

    # a limit on files is no reason to die
    my $dir = new_dir();
    my $run = run_cmd([ 'sh', '-c', '(ulimit -f 0; exec "$@") 2>&1 | cat',
        'sh', launcher(), '-sS', '--ss-config', $auto, to($recorder), '-H',
        $jsonapi, '-H', 'Authorization: Bearer tok-limit', api()
        . '/v1/projects' ], env => { sanitizer(), %{ environment(
        XDG_CACHE_HOME => $dir) } });
    like($run->{out}, qr/^ok$/m, 'ulimit -f 0: the answer');
}

{
    my $dir = new_dir();

    mkdir "$dir/scopestack", 0700;
    my @old = map { spew("$dir/scopestack/$_", "x\n") }
        'a' x 64, 'new-0123456789abcdef', 'notes.txt';
    utime time - 4000, time - 4000, @old;
    spew("$dir/scopestack/" . sprintf('%064x', $_), "x\n") for 1 .. 300;
    spew("$dir/scopestack/" . sprintf('%064x', $_), "scopestack account 1\n"
         . (int(time) + 300) . "\nacme\n") for 1001 .. 1300;
    call('tok-sweep', cache => $dir);

    is_deeply([ map { -e $_ ? 1 : 0 } @old ], [ 0, 0, 1 ],
              'what has expired goes, and nothing of others');
    my @kept = grep { m{/[0-9a-f]{64}\z} } files_in($dir);
    is(scalar(grep { slurp($_) =~ /\nacme\n\z/ } @kept), 255,
       'so many accounts are kept');
    cmp_ok(scalar(@kept), '<=', 256 + 64, 'and so many without one');
    is_call('tok-sweep', '/sweep/v1/projects', 0, 'the new one is there',
            cache => $dir);
}

{
    my $other = rules_of('api_url: "http://second.test", auth_url: "'
                         . auth() . '", account: auto');

    # an account stays known, however many tokens are refused
    my $dir = new_dir();
    call('tok-stays', cache => $dir);
    my ($run, $times) = call('tok-stays', cache => $dir, words => [
        '-H', 'Accept: application/vnd.api+json', api() . '/v1/projects',
        map { ('--next', '-sS', to($recorder), '-H',
               "Authorization: Bearer tok-denied$_", api() . '/v1/projects') }
            1 .. 40 ]);
    is($times, 40, 'refused tokens: each is asked once');
    is_call('tok-stays', '/stays/v1/projects', 0, 'and the account stays',
            cache => $dir);

    # a token that is repaired is asked about as it leaves
    ($run, $times, my @left) = call('Bearer "tok-odd"', cache => $dir);
    is_deeply([ $times, @left ], [ 1, 'GET /odd/v1/projects' ],
              'a token that is repaired');
    like((grep { /^GET \/v1\/me/ } $recorder->requests)[0],
         qr/^Authorization: Bearer tok-odd\r/m, 'is asked about as it leaves');
    is_call('tok-odd', '/odd/v1/projects', 0, 'and well written', cache => $dir);

    is_call('tok-twice', '/twice/v1/projects', 1, 'a service');
    is_call('tok-twice', '/twice/v1/projects', 1, 'another service asks anew',
            rules => $other, words => [ 'http://second.test/v1/projects' ]);
}

# --- many at once ---------------------------------------------------------------

{
    my @urls = map { api() . "/v1/projects/$_" } 1 .. 8;
    my ($run, $times, @left) = call('tok-many', words => [ '-Z', @urls ]);

    is("$run->{status} $times", '0 1', '-Z: one lookup');
    is_deeply(\@left, [ map { "GET /many/v1/projects/$_" } 1 .. 8 ],
              '-Z: all have the account');

    ($run, $times, @left) = call('tok-uncached', words => \@urls, cache => '/dev/null/x');
    is("$run->{status} $times", '0 1', 'several URLs: one lookup, by memory');

    ($run, $times) = call('tok-denied-many', words => \@urls, cache => '/dev/null/x');
    is("$run->{status} $times", '0 1', 'several URLs, denied: one lookup');
    is(scalar(() = $run->{err} =~ /no account found/g), 1, 'and one line');

    ($run, $times, @left) = call('tok-one', cache => '/dev/null/x', words => [
        api() . '/v1/projects', '--next', to($recorder), '-H', $jsonapi, '-H',
        'Authorization: Bearer tok-two', api() . '/v1/projects' ]);
    is($times, 2, '--next with another token: two lookups');
    is_deeply(\@left, [ 'GET /one/v1/projects', 'GET /two/v1/projects' ],
              '--next: each has its own');
}

{
    my $dir = new_dir();
    my @words = (launcher(), '-sS', '--ss-config', $auto, to($recorder), '-H',
                 $jsonapi, '-H', 'Authorization: Bearer tok-crowd',
                 api() . '/v1/projects');

    $recorder->clear;
    my @running = map { start(\@words, env => { sanitizer(), %{ environment(
        XDG_CACHE_HOME => $dir) } }) } 1 .. 12;
    my @ended = map { finish($_) } @running;
    my ($times, @left) = got();

    is_deeply(\@ended, [ (0) x 12 ], 'processes at once: all end well');
    is_deeply(\@left, [ ('GET /crowd/v1/projects') x 12 ],
              'processes at once: all have the account');
    is($times, 1, 'processes at once: one lookup');
    is(scalar(my @one = files_in($dir)), 1, 'processes at once: one file');
    is_call('tok-crowd', '/crowd/v1/projects', 0, 'and it is good',
            cache => $dir);
}

# --- a program of its own -------------------------------------------------------

{
    my $program = compile('asker', slurp("$FindBin::Bin/account.c"),
                          '-lcurl', '-pthread');
    ok($program, 'a program compiles');

    my %env = sanitizer();
    $env{LD_PRELOAD} = join ':', grep { defined } $env{LD_PRELOAD},
        build_dir() . '/libscopestack-curl.so';
    $env{ASAN_OPTIONS} =~ s/detect_leaks=0/detect_leaks=1/
        if $env{ASAN_OPTIONS};

    for my $case ([ 'easy', 1 ], [ 'threads', 1 ], [ 'multi', 1 ],
                  [ 'copy', 1 ], [ 'reset', 1 ], [ 'callbacks', 1 ],
                  [ 'nested', 1 ], [ 'shared', 1 ]) {
        my ($name, $asked) = @$case;

        $recorder->clear;
        my $begun = time;
        my $run = run_cmd([ $program, $name, $recorder->port, "tok-$name" ],
            timeout => 30, env => environment(%env, SCOPESTACK_CONFIG => $auto,
            XDG_CACHE_HOME => new_dir()));
        my ($times, @left) = got();

        is("$run->{signal} $run->{status}", '0 0', "$name: ends well");
        ok(!has_report($run->{err}), "$name: no report") or diag($run->{err});
        is($times, $asked, "$name: one lookup");
        cmp_ok(time - $begun, '<', 9, "$name: nobody waits for himself");
        is(scalar(grep { $_ ne "GET /$name/v1/projects" } @left),
           $name eq 'nested' ? 1 : 0, "$name: all have the account")
            or diag("@left");
        cmp_ok(scalar @left, '>', 0, "$name: and are sent");
    }
}

$recorder->stop;
done_testing();
