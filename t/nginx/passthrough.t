#!/usr/bin/perl
#
# What no rule concerns leaves byte for byte as nginx alone would send it.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Recorder;
use Gateway;

my $recorder = SSTest::Recorder->new;
my %common = (http => 'client_max_body_size 8m; large_client_header_buffers '
                      . '8 32k;',
              server => 'merge_slashes off;',
              location => 'proxy_http_version 1.1;');
my $bare = gateway($recorder, %common, module => 0);
my $gateway = gateway($recorder, %common);

my $form = 'grant_type=client_credentials&client_id=a&client_secret=b';
my @form = ('Content-Type: application/x-www-form-urlencoded');
my @api = ('Accept: application/vnd.api+json', 'Authorization: Bearer abc');
my $document = '{"data":{"type":"clients","attributes":{"name":"a"}}}';
my @write = (@api, 'Content-Type: application/vnd.api+json');

my @requests = (
    # paths keep their spelling
    (map { [ "target $_", api_get($_) ] }
        '/acme/v1/clients/a%2Fb%2fc', '/acme/v1/clients/%7e~%7E',
        '/acme/v1/clients/a%20b+c', '/acme/v1/clients;x=1/a,b',
        '/acme/v1/clients?', '/acme/v1/clients?a', '/acme/v1/clients?a=%20+%2b',
        '/acme/v1/clients?filter[name]=a%5Bb', '/acme/v1/clients/?x=/../y',
        '/acme/v1/./clients', '/acme/v1/x/../clients', '/acme/v1/clients/',
        "/acme/v1/clients/\xc3\xa4?q=\xc3\xa4", '/acme/v1/clients?a?b?c',
        '/v1/me', '/v1/me?include=x', '/v1/accounts/a',
        'http://gateway.test/acme/v1/clients?absolute'),

    # headers keep order, case and number
    [ 'headers', get('/acme/v1/clients', [
        'x-lower: a', 'X-UPPER: b', 'Accept:application/vnd.api+json',
        'X-Twice: 1', 'Cookie: a=b', 'X-Twice: 2', "X-Bytes: \xe4\xff",
        'aUTHORIZATION: Bearer abc', 'X-Empty:', 'User-Agent: test/1.0',
        'X-Long: ' . 'x' x 20000 ]) ],
    [ 'many headers', api_get('/acme/v1/clients',
                              map { "X-Header-$_: $_" } 1 .. 90) ],
    [ 'a Content-Type that a GET does not need',
      api_get('/acme/v1/clients', 'Content-Type: application/json') ],

    # what is not for the rules
    [ 'mcp', request('POST', '/mcp', [ 'Accept: text/event-stream' ], '{}') ],
    [ 'another path', get('/docs/index.html?client_id=x', []) ],
    [ 'authorize', get('/oauth/authorize?client_id=a&redirect_uri=b', []) ],
    [ 'revoke', request('POST', '/oauth/revoke', \@form, 'token=x') ],
    [ 'OPTIONS', request('OPTIONS', '/v1/clients', [ 'Origin: http://x' ]) ],
    [ 'OPTIONS of the token endpoint', request('OPTIONS', '/oauth/token') ],
    [ 'an upload', request('POST', '/acme/v1/document-templates/1/upload',
        [ 'Content-Type: multipart/form-data; boundary=b' ],
        "--b\r\n\r\nx\0y\r\n--b--\r\n") ],
    [ 'an action', request('PUT', '/acme/v1/surveys/1/apply', []) ],

    # what is right
    [ 'a token request', form($form) ],
    [ 'a token request with odd bytes',
      form("$form&x=%zz&&=&y=%00\0&z=\xff%c3+") ],
    [ 'a token request with a charset', request('POST', '/oauth/token',
        [ 'Content-Type: application/x-www-form-urlencoded; charset=UTF-8' ],
        $form) ],
    [ 'a write', request('POST', '/acme/v1/clients', \@write, $document) ],
    [ 'a write of 1 MiB', request('PATCH', '/acme/v1/clients/1', \@write,
        '{"data":"' . 'x' x (1024 * 1024 - 20) . '"}') ],
    [ 'a chunked write', request('POST', '/acme/v1/clients',
        [ @write, 'Transfer-Encoding: chunked' ])
        . chunked($document, 7) ],
    [ 'DELETE', request('DELETE', '/acme/v1/clients/1', \@api) ],
    [ 'HEAD', request('HEAD', '/acme/v1/clients', \@api) ],
    [ 'an unknown method', request('PURGE', '/acme/v1/clients', \@api) ],
    [ 'HTTP/1.0', "GET /acme/v1/clients HTTP/1.0\r\n"
                  . join('', map { "$_\r\n" } @api) . "\r\n" ],
    [ 'an empty body', request('POST', '/acme/v1/clients', \@write, '') ],
);

sub through {
    my ($nginx, $bytes) = @_;

    $recorder->clear;
    my $answer = $nginx->raw($bytes);
    my ($arrived) = $recorder->requests;

    return ($arrived, $answer);
}

for my $request (@requests) {
    my ($name, $bytes) = @$request;
    my ($plain, $plain_answer) = through($bare, $bytes);
    my ($ours, $answer) = through($gateway, $bytes);

    # the two listen on different ports and nothing else differs
    s/127\.0\.0\.1:\d+/UPSTREAM/ for grep { defined } $plain, $ours;
    ok(defined $plain, "$name: arrives without the module");
    is($ours, $plain, "$name: leaves as it came");
    is(status_of($answer), status_of($plain_answer), "$name: same status");
    unlike($answer, qr/scopestack/i, "$name: no header of ours");
}

# --- several requests on one connection -----------------------------------

my $pipe = join '', map { api_get("/acme/v1/clients/$_") } 1 .. 5;

$recorder->clear;
my $answers = $gateway->raw($pipe, answers => 5);
my @targets = map { m{^GET (\S+)} } $recorder->requests;
is_deeply(\@targets, [ map { "/acme/v1/clients/$_" } 1 .. 5 ],
          'pipelined requests arrive, in order');
is(scalar(() = $answers =~ m{^HTTP/1\.1 200}mg), 5, 'and are answered');

$bare->stop('nginx alone');
$gateway->stop('the gateway');
done_testing();
