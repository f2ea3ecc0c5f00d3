#!/usr/bin/perl
#
# What the service refuses is explained in a header; answers keep their bytes,
# however they come, and only those of errors are held.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use IO::Socket::INET;
use IO::Select;
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;
use Answers;

my $form = qr{\A[a-z0-9]+(?:-[a-z0-9]+)*; doc="https://[^"\s]+"\z};
my $dead = free_port();
my $h2 = free_port();

my $recorder = SSTest::Recorder->new(answer => \&answer_for);
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';
my $strict = rules('rules: { accept-not-jsonapi: reject }');
my $teams = rules(<<'END');
teams:
  - { name: off, match: { header: X-Team, value: off }, mode: off }
  - { name: watched, match: { header: X-Team, value: watched }, mode: observe }
END

my $nginx = gateway($recorder,
    location => 'proxy_http_version 1.1; proxy_set_header Connection "";',
    http => <<'END',
    proxy_cache_path %%DIR%%/cache keys_zone=cache:1m;
    proxy_read_timeout 1s;
    log_format causes '$request_uri|$status|$scopestack_causes|';
    access_log %%DIR%%/causes.log causes;
END
    server => <<"END");
    listen 127.0.0.1:$h2 http2;
    location /quiet/ {
        scopestack_explain off;
        rewrite ^/quiet(/.*) \$1 break; $up
    }
    location /quiet/unbuffered/ {
        scopestack_explain off; proxy_buffering off;
        rewrite ^/quiet/unbuffered(/.*) \$1 break; $up
    }
    location /unbuffered/ {
        proxy_buffering off;
        rewrite ^/unbuffered(/.*) \$1 break; $up
    }
    location /cached/ {
        proxy_cache cache; proxy_cache_valid any 1m;
        rewrite ^/cached(/.*) \$1 break; $up
    }
    location /page/ {
        proxy_intercept_errors on; error_page 401 /own;
        rewrite ^/page(/.*) \$1 break; $up
    }
    location = /own { internal; return 200 "own\\n"; }
    location /other/ {
        proxy_intercept_errors on; error_page 401 =402 /own;
        rewrite ^/other(/.*) \$1 break; $up
    }
    location /named/ {
        proxy_intercept_errors on; error_page 401 = \@named;
        rewrite ^/named(/.*) \$1 break; $up
    }
    location \@named { $up }
    location /dead/ { proxy_pass http://127.0.0.1:$dead; }
    location /zip/ {
        gzip on; gzip_min_length 1; gzip_types application/vnd.api+json;
        gzip_proxied any;
        rewrite ^/zip(/.*) \$1 break; $up
    }
    location /unzip/ {
        gunzip on;
        rewrite ^/unzip(/.*) \$1 break; $up
    }
    location /sub/ {
        sub_filter errors mistakes; sub_filter_types *;
        rewrite ^/sub(/.*) \$1 break; $up
    }
    location /ssi/ {
        ssi on; ssi_types *;
        rewrite ^/ssi(/.*) \$1 break; $up
    }
    location /strict/ {
        scopestack_rules_file $strict;
        rewrite ^/strict(/.*) \$1 break; $up
    }
    location /teams/ {
        scopestack_rules_file $teams;
        rewrite ^/teams(/.*) \$1 break; $up
    }
    location /off/ {
        scopestack off;
        rewrite ^/off(/.*) \$1 break; $up
    }
    location /files/ { internal; alias %%DIR%%/files/; }
END

mkdir $nginx->dir . '/files';
spew($nginx->dir . '/files/page', "a file\n");

sub explained { return header_of($_[0], 'ScopeStack-Explain') }

# A call of the API with which nothing is wrong, by its way of being answered.
sub asked {
    my ($way, %opt) = @_;

    return $nginx->raw(request($opt{method} || 'GET',
        ($opt{place} // '') . "/acme/v1/as-$way",
        [ 'Accept: application/vnd.api+json', 'Authorization: Bearer abc',
          @{ $opt{headers} || [] } ]), %{ $opt{raw} || {} });
}

# --- errors ---------------------------------------------------------------

for my $way (qw(jsonapi oauth html empty text binary zipped etag)) {
    my $answer = asked($way);
    my $body = body_for($way);

    is(status_of($answer), 401, "$way: the status stays");
    like(explained($answer), $form, "$way: explained");
    cmp_ok(length(explained($answer)), '<', 1024, "$way: briefly");
    is(body_of($answer), $body, "$way: the body is as it was");
    is(header_of($answer, 'Content-Length'), length $body,
       "$way: and so is its length");
    is(header_of($answer, 'X-Kept'), 'yes', "$way: and another header");
}
is(header_of(asked('etag'), 'ETag'), '"abc"', 'the ETag stays');
is(header_of(asked('etag'), 'Last-Modified'),
   'Tue, 01 Jan 2030 00:00:00 GMT', 'Last-Modified stays');
is(header_of(asked('zipped'), 'Content-Encoding'), 'gzip',
   'a compressed body stays so');

my $answer = asked('forged');
like(explained($answer), $form, 'a forged header is replaced, once');
is(rules_header($answer), undef, 'and the other one is removed');

for my $method (qw(POST PATCH DELETE PUT)) {
    like(explained(asked('jsonapi', method => $method)), $form,
         "$method: explained");
}

$answer = $nginx->raw(form('grant_type=client_credentials&client_id=a'
                           . '&client_secret=b'));
is(status_of($answer), 401, 'a token request');
like(explained($answer), $form, 'a token request: explained');

# --- lengths --------------------------------------------------------------

my $max = 64 * 1024;
for my $size (0, 1, 4095, 4096, $max - 1, $max, $max + 1, 3 * $max) {
    for my $how (qw(sized chunked closed)) {
        for my $place ('', '/unbuffered') {
            my $answer = asked("$how-$size", place => $place);
            my $name = "$how, $size bytes" . ($place && ', unbuffered');
            my $body = $answer =~ /^Transfer-Encoding: chunked/m
                ? unchunked(body_of($answer)) : body_of($answer);

            like(explained($answer), $form, "$name: explained");
            ok($body eq 'x' x $size, "$name: the body is whole");
        }
    }
}

# --- pieces ---------------------------------------------------------------

for my $place ('', '/unbuffered') {
    for my $way (qw(pieces late-body chunk-pieces)) {
        my $answer = asked($way, place => $place);
        my $body = $answer =~ /^Transfer-Encoding: chunked/m
            ? unchunked(body_of($answer)) : body_of($answer);

        like(explained($answer), $form, "$way$place: explained");
        is($body, body_for('jsonapi'), "$way$place: the body is whole");
    }

    # the service goes away, or says nothing more
    for my $way (qw(half none)) {
        my $answer = asked($way, place => $place);

        is(status_of($answer), 401, "$way$place: the status");
        like(explained($answer), $form, "$way$place: explained");
        is(body_of($answer), $way eq 'half' ? 'abc' : '',
           "$way$place: what came of the body");
    }
    $answer = asked('stuck', place => $place);
    is(status_of($answer), 401, "stuck$place: the status");
    like(explained($answer), $form, "stuck$place: explained");
    is(body_of($answer), body_of(asked('stuck', place => "/quiet$place")),
       "stuck$place: as much of the body as nginx sends");
}

# --- without a body -------------------------------------------------------

for my $place ('', '/unbuffered', '/cached', '/zip', '/sub') {
    $answer = asked('jsonapi', method => 'HEAD', place => $place);
    is(status_of($answer), 401, "HEAD $place: the status");
    like(explained($answer), $form, "HEAD $place: explained");
    is(body_of($answer), '', "HEAD $place: no body");
}
is(header_of(asked('jsonapi', method => 'HEAD'), 'Content-Length'),
   length body_for('jsonapi'), 'HEAD: the length is that of a GET');

$answer = $nginx->raw(request('HEAD', '/acme/v1/as-jsonapi')
                      . api_get('/acme/v1/as-fine'), answers => 2);
is(join(' ', $answer =~ m{^HTTP/1\.1 (\d+)}mg), '401 200',
   'HEAD: the connection goes on');

for my $way (qw(fine nothing same moved)) {
    for my $method (qw(GET HEAD)) {
        is(explained(asked($way, method => $method)), undef,
           "$method $way: nothing to explain");
    }
}

# --- versions and connections ---------------------------------------------

$answer = $nginx->raw("GET /acme/v1/as-chunked-5 HTTP/1.0\r\nHost: x\r\n"
    . "Accept: application/vnd.api+json\r\nAuthorization: Bearer abc\r\n\r\n");
like(explained($answer), $form, 'HTTP/1.0: explained');
is(body_of($answer), 'xxxxx', 'HTTP/1.0: the body');

for my $way (qw(jsonapi chunked-70000 sized-0 empty late-body)) {
    my $run = run_cmd([ 'curl', '-sS', '-D', '-', '--http2-prior-knowledge',
        '-H', 'Accept: application/vnd.api+json',
        '-H', 'Authorization: Bearer abc',
        "http://127.0.0.1:$h2/acme/v1/as-$way" ]);

    like($run->{out}, qr/^scopestack-explain: [a-z]/m, "HTTP/2 $way: explained");
    is($run->{status}, 0, "HTTP/2 $way: and whole");
}

my $call = api_get('/acme/v1/as-jsonapi');
$answer = $nginx->raw($call . api_get('/acme/v1/as-fine') . $call,
                      answers => 3);
is(join(' ', $answer =~ m{HTTP/1\.1 (\d+)}g), '401 200 401',
   'on one connection: the statuses');
is(scalar(() = $answer =~ /^ScopeStack-Explain/mg), 2,
   'on one connection: each has its own');

# --- below 400 ------------------------------------------------------------

# The first byte of a body must not wait for the last one.
sub first_bytes {
    my ($target) = @_;
    my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
    my $select = IO::Select->new($socket);
    my $text = '';

    syswrite $socket, api_get($target);
    while ($text !~ /first/ && $select->can_read(3)) {
        sysread $socket, $text, 4096, length $text or last;
    }

    return $text;
}

$answer = first_bytes('/unbuffered/acme/v1/as-stream');
like($answer, qr/first/, 'a success streams');
unlike($answer, qr/second/, 'and is not held');
$answer = first_bytes('/unbuffered/acme/v1/as-odd-stream');
like($answer, qr/first/, 'a success of a wrong type streams');
like(explained($answer), $form, 'and is explained by its head');
unlike($answer, qr/second/, 'and is not held either');
is(body_of(asked('odd')), '<html>', 'its body is as it was');
is(header_of(asked('odd'), 'Content-Length'), 6, 'and so is its length');

# --- other modules --------------------------------------------------------

for my $round (1, 2) {
    $answer = asked('cache-me', place => '/cached');
    like(explained($answer), $form, "proxy_cache, $round: explained");
    is(body_of($answer), body_for('jsonapi'), "proxy_cache, $round: the body");
}
my @sent = grep { /as-cache-me/ } $recorder->requests;
is(scalar @sent, 1, 'proxy_cache: the second one was a hit');
for my $round (1, 2) {
    $answer = asked('sized-100000', place => '/cached');
    ok(body_of($answer) eq 'x' x 100000, "proxy_cache, $round: a large body");
}

$answer = asked('jsonapi', place => '/page');
is(status_of($answer), 401, 'error_page: the status');
is(body_of($answer), "own\n", 'error_page: the page is the operator\'s');
like(explained($answer), $form, 'error_page: explained by the status');
$answer = asked('jsonapi', place => '/other');
is(status_of($answer), 402, 'error_page with another status');
is(explained($answer), undef, 'that is not what the service said');
$answer = asked('jsonapi', place => '/named');
is(status_of($answer), 401, 'error_page to a named location');
is(body_of($answer), body_for('jsonapi'), 'which asks again');
like(explained($answer), $form, 'and is explained');

$answer = asked('accel');
is(body_of($answer), "a file\n", 'X-Accel-Redirect');
is(status_of($answer), 200, 'and its status');

$answer = $nginx->raw(api_get('/dead/acme/v1/x'));
is(status_of($answer), 502, 'nginx\'s own error');
is(explained($answer), undef, 'is not the service\'s');

$answer = asked('jsonapi-403', place => '/zip', headers => [
    'Accept-Encoding: gzip' ]);
is(header_of($answer, 'Content-Encoding'), 'gzip', 'gzip: compresses');
like(explained($answer), $form, 'gzip: explained');
$answer = asked('zipped', place => '/unzip');
like(explained($answer), $form, 'gunzip: explained');
like($answer, qr/unzipped text/, 'gunzip: does its work');
$answer = asked('jsonapi', place => '/sub');
like(explained($answer), $form, 'sub_filter: explained');
like($answer, qr/"mistakes"/, 'sub_filter: does its work');
$answer = asked('ssi', place => '/ssi');
like(explained($answer), $form, 'ssi: explained');
like($answer, qr/before\[.*\]after/s, 'ssi: does its work');

# --- where it is not wanted -----------------------------------------------

is(explained(asked('jsonapi', place => '/quiet')), undef, 'off: no header');
is(explained(asked('jsonapi', place => '/off')), undef, 'nor without us');
$answer = $nginx->raw(get('/strict/acme/v1/as-jsonapi', []));
is(status_of($answer), 406, 'our own rejection');
is(explained($answer), undef, 'says itself what it is');

# --- teams ----------------------------------------------------------------

for my $way (qw(jsonapi odd)) {
    my %teams = map {
        ($_ => explained(asked($way, place => '/teams',
                               headers => ["X-Team: $_"])))
    } qw(off watched nobody);

    is($teams{off}, undef, "$way: nothing is explained to a team that is off");
    like($teams{$_}, $form, "$way: explained to $_") for qw(watched nobody);
}

# --- the variable, and secrets --------------------------------------------

$nginx->wait_log('access_log', qr/strict/);
my $log = slurp($nginx->dir . '/causes.log');
like($log, qr/\|401\|[a-z-]+(?:,[a-z-]+)*\|$/m, 'the variable names causes');
unlike($log, qr/as-fine\S*\|200\|[a-z]/, 'and none of a success');
unlike($log, qr{/quiet/\S*\|401\|[a-z]}, 'nor where it is off');
unlike($log, qr/\|406\|[a-z]/, 'nor of a rejection');

my $canary = 'CANARY' . 'x1' x 12;
for my $answer (
    $nginx->raw(request('POST', '/oauth/token/', [
        'Content-Type: application/x-www-form-urlencoded' ],
        "grant_type=password&client_id=a&client_secret=$canary&username=u"
        . "&password=$canary")),
    $nginx->raw(form("grant_type=refresh_token&client_id=a&client_secret="
                     . "$canary&refresh_token=$canary")),
    asked("secret", headers => [ "X-Echo: $canary" ]),
    $nginx->raw(get('/acme/v1/as-secret', [ "Authorization: Bearer $canary",
        'Accept: application/vnd.api+json', "Cookie: a=$canary" ])),
) {
    unlike(explained($answer) // '', qr/CANARY/, 'no secret in the header');
}
unlike($nginx->error_log, qr/CANARY/, 'nor in the error log');
like($nginx->error_log, qr/scopestack: answer 401 explained: [a-z]/,
     'which tells what was explained');
unlike($nginx->error_log, qr/could not be explained/, 'all could be');

$nginx->stop;
done_testing();
