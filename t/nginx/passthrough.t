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

# the same upstream behind other settings, each on a port of its own
my %place = map { $_ => free_port() } qw(streams spills file uri observe report
                                         h2);
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port;
my $reports = rules('rules: {' . join(', ', map { "$_: report" } qw(
    host-mismatch path-double-slash account-slug-doubled
    account-slug-placeholder account-slug-missing token-method
    token-body-encoding token-parameters-in-query token-authorization-header
    token-grant-type token-redirect-uri authorization-malformed
    accept-not-jsonapi content-type-not-jsonapi)) . '}');

sub pair {
    my ($on) = @_;
    my %text = (
        streams => "$up; proxy_http_version 1.1; proxy_request_buffering off;",
        spills => "$up; client_body_buffer_size 1k;",
        file => "$up; client_body_in_file_only clean;",
        uri => "$up/; proxy_http_version 1.1;",
        observe => "$up; " . ($on && 'scopestack observe;'),
        report => "$up; " . ($on && "scopestack_rules_file $reports;"),
        h2 => "$up;",
    );
    my $all = rules();

    return gateway($recorder, mode => '', rules => '',
        module => $on ? 1 : 0,
        http => 'client_max_body_size 8m; large_client_header_buffers 8 32k; '
            . 'merge_slashes off; '
            . ($on && "scopestack enforce; scopestack_rules_file $all;")
            . join('', map {
                "server { listen 127.0.0.1:$place{$_}"
                . ($_ eq 'h2' ? ' http2' : '')
                . "; location / { $text{$_} } }"
            } sort keys %text),
        location => 'proxy_http_version 1.1;');
}

my $bare = pair('');
my %off = ('' => $bare->port, %place);
$_ = free_port() for values %place;
my $gateway = pair(1);
my %on = ('' => $gateway->port, %place);

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
        "/acme/v1/clients/\xc3\xa4?q=%c3%a4", '/acme/v1/clients?a?b?c',
        '/v1/me', '/v1/me?include=x', '/v1/accounts/a',
        'http://gateway.test/acme/v1/clients?absolute',
        '/%61cme/v1/clients', '/acme/%76%31/clients', '/acme/v1/a%5cb%3fc%23d',
        '/acme/v1/clients#part?x=y', '/acme/v1/clients?a=%0d%0aX:y',
        '/acme/v1/' . 'long/' x 400, '/acme/v1/clients?' . 'a=b&' x 999),

    # nor is it looked at what is wrong in others
    (map { [ "target $_", api_get($_) ] }
        '/mcp?a="b"&c=<d>|^`{}', "/mcp?q=\xc3\xa4", '/mcp?%', '/mcp?limit=5',
        '/mcp?' . 'a=b&' x 2000),

    # headers keep order, case and number
    [ 'headers', get('/acme/v1/clients', [
        'x-lower: a', 'X-UPPER: b', 'Accept:application/vnd.api+json',
        'X-Twice: 1', 'Cookie: a=b', 'X-Twice: 2', "X-Bytes: \xe4\xff",
        'aUTHORIZATION: Bearer abc', 'X-Empty:', 'User-Agent: test/1.0',
        'X-Long: ' . 'x' x 20000 ]) ],
    [ 'many headers', api_get('/acme/v1/clients',
                              map { "X-Header-$_: $_" } 1 .. 90) ],
    [ 'names that only begin like ours', api_get('/acme/v1/clients',
        'ScopeStack-Gatewayx: 1', 'X-ScopeStack-Gateway: 2',
        'ScopeStack: 3', 'ScopeStack-Explai: 4') ],
    [ 'one right Accept among two', get('/acme/v1/clients',
        [ 'Accept: text/html', 'Accept: application/vnd.api+json' ]) ],
    [ 'hop-by-hop headers', api_get('/acme/v1/clients', 'TE: trailers',
        'Connection: close', 'Upgrade: websocket', 'Keep-Alive: 5') ],
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
    [ 'another action', request('PUT', '/acme/v1/surveys/1/calculate',
        [ 'Accept: */*', 'Content-Type: application/json' ], '') ],
    [ 'a chunked upload', request('POST',
        '/acme/v1/document-templates/1/upload', [
        'Accept: application/json', 'Transfer-Encoding: chunked' ])
        . chunked("\0\r\n" x 50_000, 8000) ],
    [ 'a download', get('/acme/v1/document-templates/1/download',
        [ 'Accept: application/pdf' ]) ],
    [ 'GET of mcp', get('/mcp', [ 'Accept: text/event-stream' ]) ],
    [ 'DELETE of mcp', request('DELETE', '/mcp', [ 'Mcp-Session: 1' ]) ],
    [ 'POST to authorize', request('POST', '/oauth/authorize', \@form,
        'client_id=a&redirect_uri=b&grant_type=Pass-Word') ],
    [ 'introspect, as JSON and with Basic', request('POST',
        '/oauth/introspect', [ 'Content-Type: application/json',
        'Authorization: Basic YTpi' ], '{"token":"x"}') ],

    # what is right
    [ 'a token request', form($form) ],
    [ 'a token request with odd bytes',
      form("$form&x=%zz&&=&y=%00\0&z=\xff%c3+") ],
    [ 'a token request with a charset', request('POST', '/oauth/token',
        [ 'Content-Type: application/x-www-form-urlencoded; charset=UTF-8' ],
        $form) ],
    [ 'a write', request('POST', '/acme/v1/clients', \@write, $document) ],
    [ 'a write of 1 MiB', request('PATCH', '/acme/v1/clients/1', \@write,
        '{"data":{"type":"clients","id":"1","attributes":{"name":"'
            . 'x' x (1024 * 1024 - 100) . '"}}}') ],
    [ 'a chunked write', request('POST', '/acme/v1/clients',
        [ @write, 'Transfer-Encoding: chunked' ])
        . chunked($document, 7) ],
    [ 'DELETE', request('DELETE', '/acme/v1/clients/1', \@api) ],
    [ 'HEAD', request('HEAD', '/acme/v1/clients', \@api) ],
    [ 'an unknown method', request('PURGE', '/acme/v1/clients', \@api) ],
    [ 'HTTP/1.0', "GET /acme/v1/clients HTTP/1.0\r\n"
                  . join('', map { "$_\r\n" } @api) . "\r\n" ],
    [ 'HTTP/1.0 with a body', "POST /oauth/token HTTP/1.0\r\n$form[0]\r\n"
                              . 'Content-Length: ' . length($form)
                              . "\r\n\r\n$form" ],
    [ 'an empty body', request('POST', '/acme/v1/clients', \@write, '') ],
);

sub through {
    my ($nginx, $bytes) = @_;

    $recorder->clear;
    my $answer = $nginx->raw($bytes);
    my ($arrived) = $recorder->requests;

    return ($arrived, $answer);
}

# The same bytes through both; what arrives must be the same.
sub same {
    my ($place, $request) = @_;
    my ($name, $bytes) = @$request;

    $bare->{port} = $off{$place};
    $gateway->{port} = $on{$place};
    $name = "$place: $name" if $place;

    my ($plain, $plain_answer) = through($bare, $bytes);
    my ($ours, $answer) = through($gateway, $bytes);

    # the two listen on different ports and nothing else differs
    s/127\.0\.0\.1:\d+/UPSTREAM/ for grep { defined } $plain, $ours;
    ok(defined $plain, "$name: arrives without the module");
    is($ours, $plain, "$name: leaves as it came");
    is(status_of($answer), status_of($plain_answer), "$name: same status");

    return $answer;
}

for my $place ('', qw(streams spills file uri)) {
    for my $request (@requests) {
        unlike(same($place, $request), qr/scopestack/i,
               "$place: $request->[0]: no header of ours");
    }
}

# --- what is wrong, where nothing is to be changed ------------------------

my @wrong = (
    [ 'everything in the query',
      request('PUT', "//oauth//token?$form&redirect_uri=x", []) ],
    [ 'a GET of the token endpoint', get("/oauth/token?$form", []) ],
    [ 'Basic beside credentials', form($form, 'Authorization: Basic YTpi') ],
    [ 'redirect_uri', form('grant_type=Pass-Word&redirect_uri=x&'
        . 'client_id=a&client_secret=b') ],
    [ 'JSON', request('POST', '/oauth/token',
        [ 'Content-Type: application/json' ],
        '{"grant_type":"client_credentials","client_id":"a"}') ],
    [ 'a chunked text', request('POST', '/oauth/token',
        [ 'Content-Type: text/plain', 'Transfer-Encoding: chunked' ])
        . chunked("$form&redirect_uri=%2F", 9) ],
    [ 'no slug, no Accept', get('/v1/clients?a=%2f', [ 'Accept: */*' ]) ],
    [ 'a placeholder', get('/%7Baccount-slug%7D/v1/clients', []) ],
    [ 'two slugs and slashes', get('/acme//acme/v1/clients', []) ],
    [ 'Bearer Bearer', get('/acme/v1/clients',
        [ 'authorization: Bearer Bearer "abc"', 'ACCEPT: a', 'accept: b' ]) ],
    [ 'a write as JSON', request('POST', '/v1/clients',
        [ 'Content-Type: application/json; charset=utf-8' ], $document) ],
    [ 'a patch as a form', request('PATCH', '/v1/clients/1', \@form,
                                   $document x 100) ],
);

for my $place (qw(observe report)) {
    my $told = $place eq 'observe' ? 'would-repair' : 'reported';

    for my $request (@wrong) {
        like(rules_header(same($place, $request)), qr/^$told; rules="/,
             "$place: $request->[0]: told");
    }
}

# --- HTTP/2 ---------------------------------------------------------------

sub over_h2 {
    my ($port, $method, $target, $body, @headers) = @_;
    my @data = length $body ? ('--data-binary', $body) : ();

    $recorder->clear;
    run_cmd([ 'curl', '-sS', '-X', $method, '--path-as-is', '-g', @data,
              '--http2-prior-knowledge', (map { ('-H', $_) } @headers),
              "http://127.0.0.1:$port$target" ]);

    return ($recorder->requests)[0] =~ s/127\.0\.0\.1:\d+/UPSTREAM/r;
}

for my $request (
    [ 'GET', '/acme/v1/x/%2F/../%7e?a=%5B[&b', '', @api, 'X-Two: 1',
      'X-Two: 2', 'Cookie: a=b' ],
    [ 'POST', '/acme/v1/clients', $document x 1000, @write ],
    [ 'POST', '/oauth/token', "$form&x=%zz", @form ],
    [ 'POST', '/acme/v1/document-templates/1/upload', 'x' x 100_000,
      'Content-Type: application/octet-stream' ],
    [ 'OPTIONS', '/v1/clients', '', 'Origin: http://x' ],
) {
    is(over_h2($on{h2}, @$request), over_h2($off{h2}, @$request),
       "HTTP/2: $request->[0] $request->[1]: leaves as it came");
}

$bare->{port} = $off{''};
$gateway->{port} = $on{''};

# --- several requests on one connection -----------------------------------

my $pipe = join '', map { api_get("/acme/v1/clients/$_") } 1 .. 5;

$recorder->clear;
my $answers = $gateway->raw($pipe, answers => 5);
my @targets = map { m{^GET (\S+)} } $recorder->requests;
is_deeply(\@targets, [ map { "/acme/v1/clients/$_" } 1 .. 5 ],
          'pipelined requests arrive, in order');
is(scalar(() = $answers =~ m{^HTTP/1\.1 200}mg), 5, 'and are answered');

# a connection that is kept: what was found of one request is not the next's
my $mixed = '';
for my $i (1 .. 6) {
    $mixed .= $i % 2 ? api_get("/acme/v1/kept/$i")
                     : form("$form&redirect_uri=x&n=$i");
}
$recorder->clear;
$answers = $gateway->raw([ split /(?<=\n)(?=GET|POST)/, $mixed ],
                         answers => 6);
my @told = map { rules_header($_) // '' } split /(?=HTTP\/1\.1 )/, $answers;
is_deeply(\@told, [ ('', 'repaired; rules="token-redirect-uri"') x 3 ],
          'on one connection, right ones stay right beside wrong ones');
my @left = $recorder->requests;
is_deeply([ map { body_of($_) } @left[ 1, 3, 5 ] ],
          [ map { "$form&n=$_" } 2, 4, 6 ], 'and each has its own body');

$bare->stop('nginx alone');
$gateway->stop('the gateway');
done_testing();
