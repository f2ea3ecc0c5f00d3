#!/usr/bin/perl
#
# A lookup that goes on beside its request: a client that never sends the rest
# of its body is given up, as without a lookup.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;

my $auto = spew(tmp_dir() . '/auto.yaml', tokenless(<<'END'));
version: 1
service:
  api_url: http://api.scopestack.test
  auth_url: http://app.scopestack.test
  account: auto
END
my $account = '{"data":{"attributes":{"account-slug":"acme"}}}';
my $me = SSTest::Recorder->new(answer => sub {
    return "HTTP/1.1 200 OK\r\nContent-Length: @{[length $account]}\r\n\r\n"
        . $account;
});
my $recorder = SSTest::Recorder->new;
my $nginx = gateway($recorder,
    rules => $auto,
    http => 'scopestack_zone scopestack:1m;',
    server => <<"END");
    client_body_timeout 1s;
    scopestack_lookup /account;
    scopestack_lookup_wait 0;
    location = /account {
        internal; proxy_pass http://127.0.0.1:@{[$me->port]}/v1/me;
    }
    location /flow/ {
        proxy_request_buffering off;
        proxy_http_version 1.1;
        rewrite ^/flow(/.*) \$1 break;
        proxy_pass http://127.0.0.1:@{[$recorder->port]};
    }
END

my $token = 0;

for my $body ([ 'a length', 'Content-Length: 9', '{"d' ],
              [ 'chunks', 'Transfer-Encoding: chunked', "3\r\n{\"d\r\n" ],
              [ 'none of it', 'Content-Length: 9', '' ]) {
    my ($name, $header, $bytes) = @$body;

    for my $line ('POST /v1/clients', 'HEAD /v1/clients',
                  'PUT /flow/v1/clients', 'POST /flow/v1/clients') {
        my $head = request(split(/ /, $line), [ $header,
            'Authorization: Bearer tok-' . $token++ ]);
        my $begun = time;
        my $answer = $nginx->raw("$head$bytes", wait => 8);

        cmp_ok(time - $begun, '<', 7, "$line, $name: comes to its end");
        like($answer, qr{\A(?:HTTP/1\.1 408 .*)?\z}s, "$line, $name: a timeout");
    }
}

is(scalar(() = $me->requests), $token, 'each was looked up');

$nginx->stop;
done_testing();
