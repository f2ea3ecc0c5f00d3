#!/usr/bin/perl
#
# scopestack_explain body: a member more in the service's own errors, and
# nothing else changed.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use IO::Uncompress::Gunzip qw(gunzip);
use JSON::PP;
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;
use Answers;

my $json = JSON::PP->new->utf8;
my $h2 = free_port();
my $recorder = SSTest::Recorder->new(answer => \&answer_for);
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';

my $nginx = gateway($recorder,
    location => 'proxy_http_version 1.1; proxy_set_header Connection "";',
    http => <<'END',
    scopestack_explain body;
    proxy_cache_path %%DIR%%/cache keys_zone=cache:1m;
END
    server => <<"END");
    listen 127.0.0.1:$h2 http2;
    location /header/ {
        scopestack_explain header; proxy_cache cache; proxy_cache_valid any 1m;
        proxy_cache_key \$uri;
        rewrite ^/header(/.*) \$1 break; $up
    }
    location /cached/ {
        sendfile on;
        proxy_cache cache; proxy_cache_valid any 1m; proxy_cache_key \$uri;
        rewrite ^/cached(/.*) \$1 break; $up
    }
    location /unbuffered/ {
        proxy_buffering off;
        rewrite ^/unbuffered(/.*) \$1 break; $up
    }
    location /page/ {
        proxy_intercept_errors on; error_page 401 /own;
        rewrite ^/page(/.*) \$1 break; $up
    }
    location = /own {
        internal; default_type application/vnd.api+json;
        return 200 '{"errors":[]}';
    }
    location /zip/ {
        gzip on; gzip_min_length 1; gzip_types application/vnd.api+json;
        gzip_proxied any;
        rewrite ^/zip(/.*) \$1 break; $up
    }
END

sub explained { return header_of($_[0], 'ScopeStack-Explain') }

sub asked {
    my ($way, %opt) = @_;

    return $nginx->raw(request($opt{method} || 'GET',
        ($opt{place} // '') . "/acme/v1/as-$way",
        [ 'Accept: application/vnd.api+json', 'Authorization: Bearer abc',
          @{ $opt{headers} || [] } ]));
}

# The member, of an answer that must otherwise say what it did before.
sub member_of {
    my ($body, $way) = @_;
    my $now = eval { $json->decode($body) } or return;
    my $before = $json->decode(body_for($way));
    my $member = delete(($now->{errors} ? $now->{meta} : $now)->{scopestack});

    delete $now->{meta} if $now->{meta} && !%{ $now->{meta} };
    is_deeply($now, $before, "$way: all else is as it was");

    return $member;
}

# --- the member -----------------------------------------------------------

for my $way (qw(jsonapi oauth etag)) {
    for my $place ('', '/unbuffered', '/cached') {
        my $answer = asked($way, place => $place);
        my $body = body_of($answer);

        is(header_of($answer, 'Content-Length'), length $body,
           "$way$place: the length is that of the body");
        my $member = member_of($body, $way);
        ok($member, "$way$place: the member is there");
        my $cause = ref $member eq 'ARRAY' ? $member->[0] : $member;
        like($cause->{doc} // $json->encode([$member]), qr{https://},
             "$way$place: with a link");
        like(explained($answer), qr/^[a-z-]+; doc="/,
             "$way$place: and so is the header");
    }
}

my $answer = asked('etag');
for my $name (qw(ETag Last-Modified Accept-Ranges Content-MD5 Repr-Digest)) {
    is(header_of($answer, $name), undef, "$name does not fit any more");
}
is(header_of($answer, 'X-Kept'), 'yes', 'another header stays');

my $hit = asked('etag', place => '/cached');
ok(member_of(body_of($hit), 'etag'), 'out of a file of the cache: the member');

# --- in pieces, by other versions -----------------------------------------

for my $way (qw(pieces late-body chunk-pieces)) {
    for my $place ('', '/unbuffered') {
        $answer = asked($way, place => $place);
        is(header_of($answer, 'Content-Length'), length body_of($answer),
           "$way$place: the length");
        is(header_of($answer, 'Transfer-Encoding'), undef,
           "$way$place: and no other");
        ok(member_of(body_of($answer), 'jsonapi'), "$way$place: the member");
    }
}

my $run = run_cmd([ 'curl', '-sS', '--http2-prior-knowledge',
    '-H', 'Accept: application/vnd.api+json',
    '-H', 'Authorization: Bearer abc',
    "http://127.0.0.1:$h2/acme/v1/as-jsonapi" ]);
ok(member_of($run->{out}, 'jsonapi'), 'HTTP/2: the member');

$answer = $nginx->raw("GET /acme/v1/as-jsonapi HTTP/1.0\r\nHost: x\r\n"
    . "Accept: application/vnd.api+json\r\nAuthorization: Bearer abc\r\n\r\n");
ok(member_of(body_of($answer), 'jsonapi'), 'HTTP/1.0: the member');

my $call = api_get('/acme/v1/as-jsonapi');
$answer = $nginx->raw($call x 3, answers => 3);
is(scalar(() = $answer =~ m{HTTP/1\.1 401}g), 3, 'a connection goes on');

# --- what is left alone ---------------------------------------------------

for my $way (qw(html empty text binary zipped)) {
    $answer = asked($way);
    is(body_of($answer), body_for($way), "$way: left alone");
    is(header_of($answer, 'Content-Length'), length body_for($way),
       "$way: with its length");
    like(explained($answer), qr/^[a-z-]+; doc="/, "$way: but for the header");
}

for my $size (65536, 65537, 200000) {
    for my $how (qw(sized chunked)) {
        $answer = asked("$how-$size");
        my $body = $answer =~ /^Transfer-Encoding: chunked/m
            ? unchunked(body_of($answer)) : body_of($answer);
        ok($body eq 'x' x $size, "$how-$size: whole and as it was");
    }
}

$answer = asked('half');
is(body_of($answer), 'abc', 'half a body is not touched');
is(header_of($answer, 'Content-Length'), 10, 'nor is what it promised');

for my $way (qw(fine odd)) {
    unlike(asked($way), qr/scopestack":/, "$way: no error, no member");
}
is(body_of(asked('jsonapi', place => '/page')), '{"errors":[]}',
   'a page of the operator\'s is left alone');

$answer = asked('jsonapi', method => 'HEAD');
is(status_of($answer), 401, 'HEAD: the status');
is(body_of($answer), '', 'HEAD: no body');
$answer = asked('etag', method => 'HEAD');
for my $name (qw(Content-Length ETag Last-Modified Repr-Digest)) {
    is(header_of($answer, $name), undef, "HEAD: no $name of another body");
}
$answer = $nginx->raw(request('HEAD', '/acme/v1/as-etag')
                      . api_get('/acme/v1/as-fine'), answers => 2);
is(join(' ', $answer =~ m{^HTTP/1\.1 (\d+)}mg), '401 200',
   'HEAD without a length: the connection goes on');
is(header_of(asked('fine', method => 'HEAD'), 'Content-Length'), 2,
   'HEAD of a success: the length stays');

# --- other modules --------------------------------------------------------

is(body_of(asked('jsonapi', place => '/header')), body_for('jsonapi'),
   'the cache has what the service said');

$answer = asked('jsonapi-404', place => '/zip', headers => [
    'Accept-Encoding: gzip' ]);
is(header_of($answer, 'Content-Encoding'), 'gzip', 'gzip: compresses');
my $packed = unchunked(body_of($answer));
gunzip(\$packed, \my $plain);
ok(member_of($plain, 'jsonapi'), 'gzip: what has the member in it');

# --- secrets --------------------------------------------------------------

my $canary = 'CANARY' . 'y2' x 12;
$answer = $nginx->raw(form("grant_type=refresh_token&client_id=a"
    . "&client_secret=$canary&refresh_token=$canary"));
my $said = $json->decode(body_of($answer));
ok($said->{scopestack}, 'the service repeats a secret: explained');
unlike($json->encode([ $said->{scopestack} ]), qr/CANARY/,
       'and not repeated once more');
unlike($nginx->error_log, qr/CANARY/, 'nor logged');

$nginx->stop;
done_testing();
