#!/usr/bin/perl
#
# Errors whose body takes its time, or breaks: the header waits for a second
# and no longer, and the client gets it in any case.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use IO::Select;
use IO::Socket::INET;
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;
use Answers;
use H2;

my $h2 = free_port();
my $recorder = SSTest::Recorder->new(answer => \&answer_for);
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';

my $nginx = gateway($recorder,
    location => 'proxy_http_version 1.1; proxy_set_header Connection "";',
    http => 'scopestack_explain body; proxy_read_timeout 5s;',
    server => <<"END");
    listen 127.0.0.1:$h2 http2;
    location /unbuffered/ {
        proxy_buffering off;
        rewrite ^/unbuffered(/.*) \$1 break; $up
    }
END

sub explained { return header_of($_[0], 'ScopeStack-Explain') }

# What comes first, and all of it.
sub slowly {
    my ($target) = @_;
    my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
    my $select = IO::Select->new($socket);
    my ($first, $all) = (undef, '');

    syswrite $socket, api_get($target);
    while ($select->can_read(5)) {
        sysread $socket, $all, 4096, length $all or last;
        $first //= $all;
        last if length(body_of($all) // '')
            >= (header_of($all, 'Content-Length') // 1e9);
    }

    return ($first // '', $all);
}

# --- time -----------------------------------------------------------------

for my $place ('', '/unbuffered') {
    my ($first, $all) = slowly("$place/acme/v1/as-trickle");

    is(status_of($first), 401, "trickle$place: the header comes first");
    cmp_ok(length(body_of($first) // ''), '<', 20,
           "trickle$place: and not behind all of the body");
    like(explained($first), qr/^[a-z-]+; doc="/, "trickle$place: explained");
    is(body_of($all), 'x' x 20, "trickle$place: the body is whole");
    is(header_of($all, 'Content-Length'), 20, "trickle$place: and its length");

    ($first, $all) = slowly("$place/acme/v1/as-very-late-body");
    is(status_of($first), 401, "no body for long$place: the header");
    is(body_of($first), '', "no body for long$place: and nothing else");
    is(body_of($all), 'late body', "no body for long$place: then the body");
}

# A connection of HTTP/2 with a GET on its way.
sub h2_get {
    my ($target) = @_;
    my $socket = h2_open($h2);

    syswrite $socket, h2_request(1, 'GET', $target,
        'accept: application/vnd.api+json', 'authorization: Bearer abc')
        . h2_frame(0, 1, 1, '');

    return $socket;
}

{
    my @frames = h2_wait(h2_get('/unbuffered/acme/v1/as-trickle'), 1);
    my $body = join '', map { $_->[2] } grep { $_->[0] == 0 } @frames;

    is($body, 'x' x 20, 'HTTP/2: the body is whole');
    cmp_ok(scalar(grep { $_->[0] == 0 } @frames), '>', 1,
           'HTTP/2: and came in pieces');
}

# --- what breaks ----------------------------------------------------------

for my $place ('', '/unbuffered') {
    my (undef, $all) = slowly("$place/acme/v1/as-bad-chunk");

    is(status_of($all), 401, "a chunk that is none$place: the status");
    like(explained($all), qr/^[a-z-]+; doc="/,
         "a chunk that is none$place: explained");
    is(body_of($all), "3\r\nabc\r\n",
       "a chunk that is none$place: the body up to there");
}

{
    my @frames = h2_wait(h2_get('/acme/v1/as-bad-chunk'), 1);

    is(join(' ', grep { $_ != 8 } map { $_->[0] } @frames), '1 0 3',
       'a chunk that is none, HTTP/2: header, what came, and its end');
}

# --- clients that go away -------------------------------------------------

for my $place ('', '/unbuffered') {
    for my $wait (0.3, 1.3) {
        my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);

        syswrite $socket, api_get("$place/acme/v1/as-trickle");
        select undef, undef, undef, $wait;
        close $socket;
    }
}
for my $gone ('a stream', 'a connection') {
    my $socket = h2_get('/unbuffered/acme/v1/as-trickle');

    select undef, undef, undef, 0.3;
    if ($gone eq 'a stream') {
        syswrite $socket, h2_frame(3, 0, 1, pack('N', 8));
        select undef, undef, undef, 1.3;
    }
    close $socket;
}
select undef, undef, undef, 1.3;
is(status_of($nginx->raw(api_get('/acme/v1/as-jsonapi'))), 401,
   'clients that go away while it waits: nginx goes on');

$nginx->stop('slow answers');

# --- a worker that is to end ----------------------------------------------

$nginx = gateway($recorder, master => 1);
my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
syswrite $socket, api_get('/acme/v1/as-trickle');
select undef, undef, undef, 0.3;
$nginx->stop('ending while a header waits');
sysread $socket, my $text, 4096;
is(status_of($text // ''), 401, 'which is sent before');

done_testing();
