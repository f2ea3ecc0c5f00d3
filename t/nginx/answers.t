#!/usr/bin/perl
#
# What clients get to see: our two headers, rejections, variables.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use JSON::PP;
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;

my $client = 'client_id=a&client_secret=b';
my $bad = "grant_type=password&$client&username=u&password=p&redirect_uri=r";
my $json = JSON::PP->new->utf8;

# answers with forged headers of ours, and as bad as it is asked to be
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;
    my $status = $raw =~ m{^\S+ \S*status=(\d+)} ? "$1 Text" : '200 OK';
    my $forged = $raw =~ m{^\S+ \S*forged}
        ? "ScopeStack-Gateway: forged\r\nscopestack-explain: forged\r\n"
          . "SCOPESTACK-GATEWAY: again\r\n" : '';

    return "HTTP/1.1 $status\r\n${forged}Content-Length: 3\r\n\r\nok\n";
});
my $upstream = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';
my $everything = rules('rules: {' . join(', ', map { "$_: reject" } qw(
    accept-not-jsonapi account-slug-missing token-redirect-uri
    content-type-not-jsonapi token-parameter-missing body-not-checked))
    . '}');
my $dead = free_port();
my $h2 = free_port();

my $nginx = gateway($recorder,
    http => <<'END',
    log_format all escape=none '$request_uri|$scopestack_host'
        '|$scopestack_scheme|$scopestack_kind|$scopestack_verdict'
        '|$scopestack_rules|$scopestack_causes|$scopestack_account'
        '|$scopestack_team|$scopestack_findings';
    access_log %%DIR%%/all.log all;
    proxy_cache_path %%DIR%%/cache keys_zone=cache:1m;
END
    server => <<"END");
    listen 127.0.0.1:$h2 http2;
    location /reject/ {
        scopestack_rules_file $everything;
        rewrite ^/reject(/.*) \$1 break;
        $upstream
    }
    location /watch/ {
        scopestack observe;
        scopestack_rules_file $everything;
        rewrite ^/watch(/.*) \$1 break;
        $upstream
    }
    location /page/ {
        scopestack_rules_file $everything;
        error_page 406 =418 /own;
        rewrite ^/page(/.*) \$1 break;
        $upstream
    }
    location = /own { return 200 "own\\n"; }
    location /quiet/ {
        scopestack_explain off;
        rewrite ^/quiet(/.*) \$1 break;
        $upstream
    }
    location /off/ {
        scopestack off;
        rewrite ^/off(/.*) \$1 break;
        $upstream
    }
    location /dead/ {
        rewrite ^/dead(/.*) \$1 break;
        proxy_pass http://127.0.0.1:$dead;
    }
    location /cached/ {
        proxy_cache cache;
        proxy_cache_valid 200 1m;
        rewrite ^/cached(/.*) \$1 break;
        $upstream
    }
END

sub through {
    my ($bytes, %opt) = @_;

    $recorder->clear;
    my $answer = $nginx->raw($bytes, %opt);

    return ($answer, ($recorder->requests)[0]);
}

sub explained { return header_of($_[0], 'ScopeStack-Explain') }

# --- the header -----------------------------------------------------------

my ($answer, $left) = through(api_get('/acme/v1/clients'));
is(rules_header($answer), undef, 'no findings, no header');

($answer) = through(get('/v1/clients', []));
is(rules_header($answer),
   'repaired; rules="accept-not-jsonapi account-slug-missing"',
   'verdict and rules, sorted');
is(explained($answer), undef, 'no explanation of a success');

for my $place ('', '/reject', '/watch') {
    ($answer, $left) = through(api_get("$place/acme/v1/clients?forged",
        'ScopeStack-Gateway: from a client', 'scopestack-explain: too'));
    is(rules_header($answer), undef, "$place: a forged header is removed");
    is(explained($answer), undef, "$place: both of them");
    unlike($left, qr/^ScopeStack-/mi, "$place: those of a client as well");
}

($answer, $left) = through(get('/v1/clients?forged', [
    'ScopeStack-Gateway: from a client' ]));
is(rules_header($answer),
   'repaired; rules="accept-not-jsonapi account-slug-missing"',
   'beside forged ones there is ours alone');
unlike($left, qr/^ScopeStack-/mi, 'and none leaves');

($answer, $left) = through(get('/off/v1/clients?forged', [ 'X: y' ]));
is(rules_header($answer), "forged\nagain", 'off: nothing is touched');

($answer) = through(get('/dead/v1/clients', []));
is(status_of($answer), 502, 'an upstream that is not there: 502');
like(rules_header($answer), qr/^repaired; /, 'and the header is on it');

# every rule at once
($answer) = through(request('PUT', '//oauth//token?client_secret=x', [
    'Authorization: Basic nonsense', 'Content-Encoding: gzip',
    'Content-Type: application/json' ], '{'));
cmp_ok(length(rules_header($answer)), '<', 1024, 'the header is short');

my $run = run_cmd([ 'curl', '-sS', '-D', '-', '-o', '/dev/null',
                    '--http2-prior-knowledge',
                    "http://127.0.0.1:$h2/v1/clients" ]);
like($run->{out}, qr/^scopestack-gateway: repaired; rules="accept-not/m,
     'HTTP/2: the header');

# --- explanations ---------------------------------------------------------

($answer) = through(request('POST', '/oauth/token?status=401', [
    'Content-Type: application/x-www-form-urlencoded' ],
    "grant_type=password&$client&username=u"));
like(explained($answer), qr/^[a-z-]+; doc="https:\S+"\z/,
     'an error is explained; explain.t has more');
($answer) = through(request('POST', '/quiet/oauth/token?status=401', [
    'Content-Type: application/x-www-form-urlencoded' ],
    "grant_type=password&$client&username=u"));
is(explained($answer), undef, 'scopestack_explain off');

# --- rejections -----------------------------------------------------------

($answer, $left) = through(get('/reject/acme/v1/clients', []));
is($left, undef, 'rejected: nothing leaves');
is(status_of($answer), 406, 'rejected: with the rule\'s status');
is(header_of($answer, 'Content-Type'), 'application/vnd.api+json',
   'rejected: as JSON:API');
is(header_of($answer, 'Content-Length'), length body_of($answer),
   'rejected: with its length');
is(rules_header($answer), 'rejected; rules="accept-not-jsonapi"',
   'rejected: with the header');
is(explained($answer), undef, 'rejected: the answer says itself why');

my $document = $json->decode(body_of($answer));
my $error = $document->{errors}[0];
is_deeply([ sort keys %$document ], [ 'errors' ], 'rejected: errors only');
is_deeply([ sort keys %$error ],
          [qw(code detail links source status title)],
          'rejected: the members of an error');
is($error->{status}, '406', 'rejected: status');
is($error->{code}, 'accept-not-jsonapi', 'rejected: code');
is_deeply($error->{source}, { header => 'Accept' }, 'rejected: source');
like($error->{links}{about}, qr{^https://}, 'rejected: about');
like($error->{detail}, qr/to do: /, 'rejected: what to do');

($answer) = through(get('/reject/v1/clients', []));
$document = $json->decode(body_of($answer));
is_deeply([ map { $_->{code} } @{ $document->{errors} } ],
          [ 'account-slug-missing', 'accept-not-jsonapi' ],
          'two rules reject: two errors');

($answer, $left) = through(request('POST', '/reject/oauth/token', [
    'Content-Type: application/x-www-form-urlencoded' ], $bad));
is($left, undef, 'token rejected: nothing leaves');
is(status_of($answer), 400, 'token rejected: 400');
like(header_of($answer, 'Content-Type'), qr{^application/json},
     'token rejected: as OAuth has it');
$document = $json->decode(body_of($answer));
is_deeply([ sort keys %$document ],
          [qw(error error_description error_uri)],
          'token rejected: the members');
is($document->{error}, 'invalid_grant', 'token rejected: the error');

($answer, $left) = through(request('HEAD', '/reject/acme/v1/clients', []));
is(status_of($answer), 406, 'HEAD: rejected');
is(body_of($answer), '', 'HEAD: without a body');

($answer) = through(get('/reject/acme/v1/clients', [])
                    . api_get('/acme/v1/clients'), answers => 2);
is(join(' ', $answer =~ m{HTTP/1\.1 (\d+)}g), '406 200',
   'rejected: the connection goes on');

($answer, $left) = through(get('/page/acme/v1/clients', []));
is(status_of($answer), 406, 'error_page is not asked about our answers');

($answer, $left) = through(get('/watch/acme/v1/clients', []));
is(status_of($answer), 200, 'observe: nothing is rejected');
is(rules_header($answer), 'would-reject; rules="accept-not-jsonapi"',
   'observe: but told');
unlike($left, qr/^Accept:/mi, 'observe: and nothing is changed');

# --- variables ------------------------------------------------------------

sub logged {
    my ($bytes, $mark) = @_;

    through($bytes);
    for (1 .. 250) {
        my ($line) = grep { index($_, $mark) >= 0 }
            split /\n/, slurp($nginx->dir . '/all.log') =~ s/[^\n]*\z//r;
        return split /\|/, $line, 10 if $line;
        select undef, undef, undef, 0.02;
    }

    return;
}

my @names = qw(uri host scheme kind verdict rules causes account team);
my $api = 'api.scopestack.test';
my $app = 'app.scopestack.test';
my @logged = (
    [ api_get('/acme/v1/clients?v1'), 'v1',
      [ $api, 'http', 'api', 'pass', '', '', 'acme', '' ] ],
    [ get('/v1/clients?v2', []), 'v2',
      [ $api, 'http', 'api', 'repaired',
        'accept-not-jsonapi,account-slug-missing', '', 'acme', '' ] ],
    [ get('/watch/v1/clients?v3', []), 'v3',
      [ $api, 'http', 'api', 'would-reject',
        'accept-not-jsonapi,account-slug-missing', '', 'acme', '' ] ],
    [ get('/reject/acme/v1/clients?v4', []), 'v4',
      [ $api, 'http', 'api', 'rejected', 'accept-not-jsonapi',
        '', 'acme', '' ] ],
    [ get('/mcp?v5', []), 'v5',
      [ $api, 'http', 'mcp', 'pass', '', '', 'acme', '' ] ],
    [ get('/oauth/authorize?v6', []), 'v6',
      [ $app, 'http', 'authorize', 'pass', '', '', 'acme', '' ] ],
    [ get('/docs?v7', []), 'v7',
      [ $api, 'http', 'other', 'pass', '', '', 'acme', '' ] ],
    [ get('/off/v1/clients?v8', []), 'v8',
      [ $api, 'http', 'api', '', '', '', '', '' ] ],
    [ request('POST', '/oauth/token?v9', [
          'Content-Type: application/x-www-form-urlencoded' ], $client),
      'v9', [ $app, 'http', 'token', 'reported', 'token-parameter-missing',
              '', 'acme', '' ] ],
);

for my $case (@logged) {
    my ($bytes, $mark, $expected) = @$case;
    my @values = logged($bytes, "?$mark|");

    for my $i (0 .. $#$expected) {
        is($values[ $i + 1 ], $expected->[$i], "$mark: $names[ $i + 1 ]");
    }
    if (length $expected->[4]) {
        is(ref $json->decode($values[9]), 'ARRAY', "$mark: findings are JSON");
    }
}

# --- the cache ------------------------------------------------------------

$recorder->clear;
$answer = $nginx->raw(get('/cached/v1/clients', []));
my $again = $nginx->raw(get('/cached/v1/clients', []));
is(scalar $recorder->requests, 1, 'proxy_cache: one request leaves');
is(rules_header($again), rules_header($answer),
   'proxy_cache: an answer from the cache has the header, too');
$again = $nginx->raw(api_get('/cached/acme/v1/clients'));
is(rules_header($again), undef,
   'proxy_cache: nobody gets the header of another request');

$nginx->stop;
done_testing();
