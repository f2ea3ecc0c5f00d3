#!/usr/bin/perl
#
# Copies of our headers that the upstream sends before its answer (103), which
# nginx passes on from 1.29 on, and behind it, as trailers, from 1.27.2 on.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Recorder;
use Gateway;

my $nginx_path = $ENV{SS_NGINX} || '/usr/sbin/nginx';
my ($minor, $patch) = run_cmd([ $nginx_path, '-v' ])->{err}
    =~ m{nginx/1\.(\d+)\.(\d+)};

plan skip_all => "nginx 1.$minor.$patch passes on no early hints"
    if $minor < 29;

my $ours = "ScopeStack-Gateway: forged\r\nScopestack-explain: forged\r\n";
my $recorder = SSTest::Recorder->new(answer => sub {
    return "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n$ours\r\n"
        . "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        . "Trailer: X-Sum, ScopeStack-Gateway\r\n\r\n"
        . "3\r\nok\n\r\n0\r\nX-Sum: 1\r\n$ours\r\n";
});
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';'
    . 'proxy_http_version 1.1; proxy_set_header Connection ""; '
    . 'proxy_pass_trailers on; early_hints 1;';
my $nginx = gateway($recorder,
    location => 'proxy_http_version 1.1; proxy_set_header Connection ""; '
        . 'proxy_pass_trailers on; early_hints 1;',
    server => "location /off/ { scopestack off; $up }"
        . "location /plain/ { proxy_buffering off; $up }",
);

for my $target ('/acme/v1/x', '/v1/x', '/plain/v1/x', '/other') {
    my $answer = $nginx->raw(api_get($target, 'TE: trailers'), wait => 1);

    like($answer, qr/^Link: /m, "$target: early hints come");
    like($answer, qr/^X-Sum: 1\r$/m, "$target: trailers come");
    unlike($answer, qr/forged/, "$target: without copies of our headers");
}

my $answer = $nginx->raw(api_get('/off/v1/x', 'TE: trailers'), wait => 1);
is(scalar(() = $answer =~ /forged/g), 4, 'off: all of it is passed on');

$nginx->stop;
done_testing();
