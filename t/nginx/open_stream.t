#!/usr/bin/perl
#
# A stream of HTTP/2 that says that it has no body, and leaves its end open: a
# body that is put in place of none is not mixed with what comes of it later.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;
use H2;
use Time::HiRes qw(sleep);

# the answer waits until the DATA has come
my $recorder = SSTest::Recorder->new(answer => sub {
    sleep 0.3;
    return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
});
my $port = free_port();
my $nginx = gateway($recorder, master => 1,
                    server => "listen 127.0.0.1:$port http2;");

my $form = 'grant_type=client_credentials&client_id=a&client_secret=b';

sub status {
    my ($target, @data) = @_;
    my $socket = h2_open($port);

    syswrite $socket, h2_request(1, 'GET', $target, 'content-length: 0');
    for my $data (@data) {
        sleep 0.05;
        syswrite $socket, $data;
    }
    my ($headers) = grep { $_->[0] == H2::HEADERS } h2_wait($socket, 1);
    my $index = $headers ? ord $headers->[2] : 0;

    return { 0x88 => 200, 0x8c => 400 }->{$index} || $index;
}

my $end = h2_frame(H2::DATA, H2::END_STREAM, 1, '');

for my $case ([ '/oauth/token', '' ], [ "/oauth/token?$form", $form ]) {
    my ($target, $body) = @$case;

    $recorder->clear;
    is(status($target, $end), 200, "$target: answered");
    my ($sent) = $recorder->requests;
    like($sent, qr{\APOST /oauth/token HTTP}, "$target: repaired");
    is(body_of($sent), $body, "$target: its body");

    $recorder->clear;
    is(status($target, h2_frame(H2::DATA, 0, 1, ''), $end), 200,
       "$target: nothing, twice");
    ($sent) = $recorder->requests;
    is(body_of($sent), $body, "$target: the same body");

    $recorder->clear;
    is(status($target, h2_frame(H2::DATA, H2::END_STREAM, 1, 'x' x 9)), 400,
       "$target: more than was said");
    is(scalar(() = $recorder->requests), 0, "$target: nothing left");
}

unlike($nginx->error_log, qr/exited on signal|exited with code [1-9]/,
       'no worker died');

$nginx->stop;
done_testing();
