#!/usr/bin/perl
#
# Bodies, however they come and wherever nginx keeps them: repaired whole,
# forwarded whole, or rejected; never lost.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use IO::Select;
use IO::Socket::INET;
use SSTest;
use SSTest::Recorder;
use Gateway;
use H2;
use Time::HiRes qw(sleep);

my $recorder = SSTest::Recorder->new;
my $h2 = free_port();
my @places = (
    [ '/memory', '' ],
    [ '/file', 'client_body_buffer_size 1k;' ],
    [ '/only', 'client_body_in_file_only clean;' ],
    [ '/single', 'client_body_in_single_buffer on; '
                 . 'client_body_buffer_size 1k;' ],
    [ '/stream', 'proxy_request_buffering off; proxy_http_version 1.1;' ],
);
my $upstream = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';

# an upstream of our own that sees bytes before a request is whole
my $listener = IO::Socket::INET->new(
    Listen => 8, LocalAddr => '127.0.0.1', LocalPort => 0,
) or die "listen: $!";

my $nginx = gateway($recorder,
    http => 'client_max_body_size 16m;',
    server => "listen 127.0.0.1:$h2 http2;"
        . join('', map {
            "location $_->[0]/ { rewrite ^$_->[0](/.*) \$1 break;"
            . "$_->[1] $upstream }"
        } @places, [ '/small', 'scopestack_max_body 2k;' ],
          [ '/reject', 'scopestack_rules_file '
            . rules('rules: { token-redirect-uri: reject, '
                    . 'content-type-not-jsonapi: reject }') . ';' ],
          [ '/kept', 'client_body_in_file_only clean; '
                     . 'proxy_set_header X-Text $request_body; '
                     . 'proxy_set_header X-Length $content_length;' ],
          [ '/given', 'proxy_set_body "$request_body&given=1";' ],
          [ '/little', 'client_max_body_size 100;' ])
        . 'location /live/ { rewrite ^/live(/.*) $1 break; '
        . 'proxy_http_version 1.1; proxy_request_buffering off; '
        . 'proxy_pass http://127.0.0.1:' . $listener->sockport . '; }',
);

my $client = 'client_id=a&client_secret=b';
my $bad = "grant_type=password&$client&username=u&password=p&redirect_uri=r";
my $good = "grant_type=password&$client&username=u&password=p";
my $form = 'Content-Type: application/x-www-form-urlencoded';

sub arrives {
    my ($bytes, %opt) = @_;

    $recorder->clear;
    my $answer = $nginx->raw($bytes, %opt);
    my @arrived = $recorder->requests;

    return ($arrived[0], $answer, scalar @arrived);
}

sub post {
    my ($target, $body, @headers) = @_;

    return request('POST', $target, \@headers, $body);
}

# --- wherever nginx keeps it ----------------------------------------------

# more than a buffer of 1k, and of nginx's own sizes
for my $size (0, 3000, 100_000) {
    my $pad = 'x=' . 'y' x $size;

    for my $place (map { $_->[0] } @places) {
        my ($raw, $answer) = arrives(post("$place/oauth/token",
                                          "$bad&$pad", $form));

        is(body_of($raw), "$good&$pad", "$place, $size: repaired");
        is(header_of($raw, 'Content-Length'), length "$good&$pad",
           "$place, $size: its length");
        is(rules_header($answer), 'repaired; rules="token-redirect-uri"',
           "$place, $size: and told");

        ($raw) = arrives(post("$place/oauth/token", "$good&$pad", $form));
        is(body_of($raw), "$good&$pad", "$place, $size: a right one stays");

        my @chunked = ($form, 'Transfer-Encoding: chunked');
        ($raw) = arrives(request('POST', "$place/oauth/token", \@chunked)
                         . chunked("$bad&$pad", 1000));
        is(body_of($raw), "$good&$pad", "$place, $size: chunked, repaired");
        is(header_of($raw, 'Content-Length'), length "$good&$pad",
           "$place, $size: chunked, its length");
        is(header_of($raw, 'Transfer-Encoding'), undef,
           "$place, $size: chunked no longer");
    }
}

# a body that comes in pieces, after its headers
my $bytes = post('/file/oauth/token', "$bad&x=" . 'y' x 3000, $form);
my ($raw) = arrives([ unpack '(a400)*', $bytes ]);
is(body_of($raw), "$good&x=" . 'y' x 3000, 'in pieces: repaired');

# --- JSON:API documents ---------------------------------------------------

for my $place (map { $_->[0] } @places) {
    my $document = '{"data":{"type":"clients","attributes":{"a":"'
        . 'x' x 5000 . '"}}}';
    ($raw) = arrives(post("$place/acme/v1/clients", $document,
                          'Content-Type: application/json',
                          'Accept: application/vnd.api+json'));

    is(body_of($raw), $document, "$place: the document stays");
    is(header_of($raw, 'Content-Type'), 'application/vnd.api+json',
       "$place: its type does not");

    ($raw) = arrives(post("$place/acme/v1/clients",
                          $document =~ s/"type":"clients",//r,
                          'Content-Type: application/vnd.api+json',
                          'Accept: application/vnd.api+json'));
    is(body_of($raw), $document, "$place: a member is added");
    is(header_of($raw, 'Content-Length'), length $document,
       "$place: with the right length");
}

# --- other encodings ------------------------------------------------------

my $json = '{"grant_type":"client_credentials","client_id":"a",'
    . '"client_secret":"b"}';

for my $place (map { $_->[0] } @places) {
    ($raw) = arrives(post("$place/oauth/token", $json,
                          'Content-Type: application/json'));
    is(body_of($raw), "grant_type=client_credentials&$client",
       "$place: JSON becomes a form");
    is(header_of($raw, 'Content-Type'), 'application/x-www-form-urlencoded',
       "$place: with its type");
}

# --- Expect ---------------------------------------------------------------

{
    my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
    my $answer = '';

    $recorder->clear;
    print $socket "POST /oauth/token HTTP/1.1\r\nHost: x\r\n$form\r\n"
        . 'Content-Length: ' . length($bad) . "\r\nExpect: 100-continue\r\n\r\n";
    $socket->flush;
    sysread $socket, $answer, 4096;
    like($answer, qr{\AHTTP/1\.1 100 }, 'Expect: nginx asks for the body');
    print $socket $bad;
    $socket->flush;
    sysread $socket, $answer, 4096;
    like($answer, qr{\AHTTP/1\.1 200 }, 'Expect: answered');
    is(body_of(($recorder->requests)[0]), $good, 'Expect: repaired');
}

# --- the limit ------------------------------------------------------------

my $large = "$bad&x=" . 'y' x 3000;
my ($arrived, $answer) = arrives(post('/small/oauth/token', $large, $form));
is(body_of($arrived), $large, 'above the limit: the original leaves');
is(rules_header($answer), 'reported; rules="body-not-checked"',
   'above the limit: and is told');

($arrived, $answer) = arrives(request('POST', '/small/oauth/token',
    [ $form, 'Transfer-Encoding: chunked' ]) . chunked($large, 700));
is(body_of($arrived), $large, 'above the limit, chunked: the original leaves');
like(rules_header($answer), qr/body-not-checked/,
     'above the limit, chunked: and is told');

($arrived) = arrives(post('/small/oauth/token', $bad, $form));
is(body_of($arrived), $good, 'below the limit: repaired');

# --- the method changes ---------------------------------------------------

($arrived) = arrives(get("/oauth/token?$bad", []));
like($arrived, qr{\APOST /oauth/token HTTP/1\.[01]\r\n},
     'GET with parameters: a POST, no query');
is(body_of($arrived), $good, 'GET with parameters: its body');
is(header_of($arrived, 'Content-Length'), length $good,
   'GET with parameters: its length');
is(header_of($arrived, 'Content-Type'), 'application/x-www-form-urlencoded',
   'GET with parameters: its type');

($arrived) = arrives(get('/oauth/token', []));
like($arrived, qr{\APOST }, 'GET without any: a POST');
is(header_of($arrived, 'Content-Length'), '0', 'GET without any: no body');

($arrived) = arrives("POST /oauth/token HTTP/1.0\r\n$form\r\nContent-Length: "
                     . length($bad) . "\r\n\r\n$bad");
is(body_of($arrived), $good, 'HTTP/1.0: repaired');

# --- odd bodies -----------------------------------------------------------

my %odd = (
    'NUL bytes' => "$good&x=a\0b&\0&y",
    'bad escapes' => "$good&x=%&y=%g0&z=%4",
    'no form at all' => 'nothing of the kind',
    'only separators' => '&&&&==&=',
    'bytes that are no UTF-8' => "$good&x=\xff\xfe",
);

for my $name (sort keys %odd) {
    ($arrived, $answer) = arrives(form($odd{$name}));
    is(body_of($arrived), $odd{$name}, "$name: sent on as it is");
    is(status_of($answer), 200, "$name: answered");
}

for my $broken ('{', '{"a":1,"a":2}', '[' x 100_000, '{"a":"\\ud800"}',
                "{\"a\":\"\xff\"}", '{"a":' x 5000, "{\"a\":\"\0\"}") {
    my $name = substr $broken, 0, 12;

    ($arrived, $answer) = arrives(post('/oauth/token', $broken,
                                       'Content-Type: application/json'));
    is(body_of($arrived), $broken, "broken JSON $name: sent on as it is");
    like(rules_header($answer), qr/^reported; /,
         "broken JSON $name: and told");
}

# 1 MiB of parameters: more than are looked at
my $many = join '&', map { "p$_=v" } 1 .. 120_000;
$many = substr($many, 0, 1024 * 1024 - 300) . "&$bad";
($arrived, $answer) = arrives(form($many));
is(body_of($arrived), $many, '1 MiB of parameters: all of them leave');
like(rules_header($answer), qr/body-not-checked/,
     '1 MiB of parameters: and it is told');

($arrived) = arrives(form("$bad&redirect_uri=twice&redirect_uri="));
is(body_of($arrived), $good, 'a parameter three times: all go');

($arrived) = arrives(post('/oauth/token', $bad, $form, $form,
                          'Content-Type: text/plain'));
is(body_of($arrived), $good, 'duplicate headers: repaired');

# --- a client that goes away ----------------------------------------------

$recorder->clear;
{
    my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
    print $socket "POST /oauth/token HTTP/1.1\r\nHost: x\r\n$form\r\n"
        . "Content-Length: 1000\r\n\r\n$bad";
    $socket->flush;
    sleep 0.1;
}
sleep 0.2;
is(scalar $recorder->requests, 0, 'half a body: nothing leaves');
($arrived) = arrives(form($bad));
is(body_of($arrived), $good, 'half a body: the next request is served');

# --- rejected, with a body behind -----------------------------------------

for my $size (0, 100_000) {
    my $rejected = post('/reject/oauth/token', "$bad&x=" . 'y' x $size, $form);
    my $both = $rejected . form($good);
    my $n;

    ($arrived, $answer, $n) = arrives($both, answers => 2);
    is($n, 1, "rejected with $size bytes: only the next one leaves");
    is(body_of($arrived), $good, "rejected with $size bytes: and whole");
    is(join(' ', $answer =~ m{HTTP/1\.1 (\d+)}g), '400 200',
       "rejected with $size bytes: both are answered");
}

# --- HTTP/2 ---------------------------------------------------------------

sub curl_h2 {
    my ($target, @args) = @_;

    $recorder->clear;
    my $run = run_cmd([ 'curl', '-sS', '-D', '-', '--http2-prior-knowledge',
                        @args, "http://127.0.0.1:$h2$target" ]);
    my ($first) = $recorder->requests;

    return ($first, $run->{out} . $run->{err});
}

for my $size (0, 100_000) {
    my $file = spew(tmp_dir() . '/body', "$bad&x=" . 'y' x $size);

    for my $place (map { $_->[0] } @places) {
        ($arrived, $answer) = curl_h2("$place/oauth/token",
                                      '--data-binary', "\@$file");
        is(body_of($arrived), "$good&x=" . 'y' x $size,
           "HTTP/2, $place, $size: repaired");
        like($answer, qr/^scopestack-gateway: repaired/mi,
             "HTTP/2, $place, $size: and told");
    }
}

# no length: curl streams standard input
$recorder->clear;
my $run = run_cmd([ 'curl', '-sS', '-D', '-', '--http2-prior-knowledge', '-T',
                    '-', '-X', 'POST', '-H', $form,
                    "http://127.0.0.1:$h2/oauth/token" ], stdin => $bad);
is(body_of(($recorder->requests)[0]), $good, 'HTTP/2 without a length');

($arrived) = curl_h2('/v1/clients', '-H', 'Accept: */*');
like($arrived, qr{\AGET /acme/v1/clients }, 'HTTP/2: path');
is(header_of($arrived, 'Accept'), 'application/vnd.api+json',
   'HTTP/2: header');

# --- HTTP/2 that stops halfway --------------------------------------------

{
    my $socket = h2_open($h2);
    my @headers = ($form);
    my $half = substr $bad, 0, 20;

    $recorder->clear;
    syswrite $socket, h2_request(1, 'POST', '/oauth/token', @headers)
        . h2_frame(0, 0, 1, $half);
    sleep 0.1;
    syswrite $socket, h2_frame(3, 0, 1, pack 'N', 8);

    # without a length, in three frames; then one that is longer than it says
    syswrite $socket, h2_request(3, 'POST', '/oauth/token', @headers)
        . h2_frame(0, 0, 3, $half);
    sleep 0.1;
    syswrite $socket, h2_frame(0, 0, 3, substr $bad, 20)
        . h2_frame(0, 1, 3, '');
    ok(scalar(h2_wait($socket, 3)), 'HTTP/2 in frames: answered');

    my @arrived = $recorder->requests;
    is(scalar @arrived, 1, 'HTTP/2: nothing leaves of a stream that was reset');
    is(body_of($arrived[0]), $good, 'HTTP/2 in frames: repaired');

    $recorder->clear;
    syswrite $socket, h2_request(5, 'POST', '/oauth/token', @headers,
                                 'Content-Length: 10')
        . h2_frame(0, 1, 5, $bad);
    h2_wait($socket, 5);
    is(scalar $recorder->requests, 0,
       'HTTP/2: nothing leaves that is longer than it says');

    syswrite $socket, h2_request(7, 'POST', '/oauth/token', @headers,
                                 'Content-Length: 1000')
        . h2_frame(0, 0, 7, $half);
    close $socket;
    sleep 0.1;
    is(scalar $recorder->requests, 0, 'HTTP/2: nor of a connection that ends');
}

# --- many at once ---------------------------------------------------------

SKIP: {
    my $body = spew(tmp_dir() . '/many', "$bad&x=" . 'y' x 3000);
    my $run = run_cmd([ 'h2load', '-n', 200, '-c', 4, '-m', 16, '-d', $body,
                        '-H', $form, "http://127.0.0.1:$h2/file/oauth/token" ])
        if -x '/usr/bin/h2load';

    skip 'no h2load', 2 unless $run;

    # the recorder was not cleared between them
    my %seen;
    $seen{ body_of($_) }++ for $recorder->requests;
    like($run->{out}, qr/200 succeeded, 0 failed/, 'many streams: answered');
    is_deeply(\%seen, { "$good&x=" . 'y' x 3000 => 200 },
              'many streams: every body is repaired, and none is another\'s');
}

# --- what needs no look streams -------------------------------------------

# One that waits for the body's end before the upstream may have a byte of it
# keeps this from ever being accepted.
sub streams {
    my ($head, $begin, $end) = @_;
    my $client = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
    my $select = IO::Select->new($listener);

    syswrite $client, $head . $begin;
    return 'no connection' unless $select->can_read(3);

    my $socket = $listener->accept;
    my ($seen, $got) = ('', IO::Select->new($socket));
    while ($seen !~ /first/ && $got->can_read(3)) {
        last unless sysread $socket, $seen, 65536, length $seen;
    }
    return 'no beginning' unless $seen =~ /first/;

    syswrite $client, $end;
    while ($seen !~ /second/ && $got->can_read(3)) {
        last unless sysread $socket, $seen, 65536, length $seen;
    }
    syswrite $socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    sysread $client, my $answer, 4096;

    return $seen =~ /second/ ? status_of($answer) : 'no end';
}

my $large_body = 3 * 1024 * 1024;
for my $case (
    [ 'an upload', '/live/acme/v1/document-templates/1/upload' ],
    [ 'mcp', '/live/mcp' ],
    [ 'another path', '/live/other' ],
    [ 'revoke', '/live/oauth/revoke' ],
) {
    my ($name, $target) = @$case;
    my $head = "POST $target HTTP/1.1\r\nHost: x\r\n";

    is(streams("${head}Content-Length: 11\r\n\r\n", 'first', 'second'), 200,
       "$name: streams");
    is(streams("${head}Transfer-Encoding: chunked\r\n\r\n",
               "5\r\nfirst\r\n", "6\r\nsecond\r\n0\r\n\r\n"), 200,
       "$name: streams, chunked");
}

is(streams("POST /live/oauth/token HTTP/1.1\r\nHost: x\r\n$form\r\n"
           . "Content-Length: $large_body\r\n\r\n", 'first', 'second'), 200,
   'above the limit: streams as well');

# --- what other directives make of the body -------------------------------

# $request_body is empty where the body is a file, until it is repaired
($arrived) = arrives(post('/kept/oauth/token', $bad, $form));
is(header_of($arrived, 'X-Text'), $good, '$request_body is the repaired one');
is(header_of($arrived, 'X-Length'), length $good, 'and so is its length');
is(body_of($arrived), $good, 'and it leaves');

($arrived) = arrives(post('/given/oauth/token', $bad, $form));
is(body_of($arrived), "$good&given=1", 'proxy_set_body has the repaired one');

# --- what nginx refuses ---------------------------------------------------

for my $bytes (post('/little/oauth/token', $bad x 2, $form),
               request('POST', '/little/oauth/token',
                       [ $form, 'Transfer-Encoding: chunked' ])
               . chunked($bad x 2, 50)) {
    ($arrived, $answer) = arrives($bytes);
    is(status_of($answer), 413, 'above client_max_body_size: refused');
    is($arrived, undef, 'and nothing leaves');
    is(rules_header($answer), undef, 'and nothing is said of rules');
}

($arrived, $answer) = arrives(request('POST', '/oauth/token',
    [ $form, 'Transfer-Encoding: chunked' ]) . "zz\r\n$bad\r\n0\r\n\r\n");
is(status_of($answer), 400, 'a broken chunk: refused');
is($arrived, undef, 'a broken chunk: nothing leaves');

# two lengths, or a length and chunks, would be read in two ways
for my $two ("Content-Length: 5\r\nContent-Length: 6",
             "Content-Length: 5\r\nTransfer-Encoding: chunked") {
    ($arrived, $answer) = arrives("POST /oauth/token HTTP/1.1\r\nHost: x\r\n"
                                  . "$form\r\n$two\r\n\r\n0\r\n\r\n");
    is(status_of($answer), 400, 'two lengths: refused');
    is($arrived, undef, 'two lengths: nothing leaves');
}

$nginx->stop;
done_testing();
