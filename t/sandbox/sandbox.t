#!/usr/bin/perl
#
# The sandbox is strict where the service is documented to be: what the
# documentation says of a request is what it answers.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/../../sandbox";
use SSTest;
use Credentials qw(%SANDBOX);
use Http qw(take_request);
use JSON::PP;
use SSTest::Sandbox;

my $sandbox = SSTest::Sandbox->new;
my ($api, $auth) = ($sandbox->api_port, $sandbox->auth_port);

# [status, body as text, headers as text]
sub call {
    my ($port, $target, @args) = @_;
    my $run = run_cmd([ 'curl', '-sS', '-i', "http://127.0.0.1:$port$target",
                        @args ]);
    my ($head, $body) = split /\r\n\r\n/, $run->{out}, 2;
    my ($status) = $head =~ m{^HTTP/1\.1 (\d+)};

    return [ $status, $body // '', $head ];
}

sub token {
    my (%p) = @_;

    return call($auth, '/oauth/token', map { ('--data-urlencode', "$_=$p{$_}") }
                                       sort keys %p);
}

sub json {
    my ($answer) = @_;

    return eval { JSON::PP->new->utf8->decode($answer->[1]) } || {};
}

my %client = map { $_ => $SANDBOX{$_} } qw(client_id client_secret);
my %user = (grant_type => 'password', %client,
            map { $_ => $SANDBOX{$_} } qw(username password));
my %code = (grant_type => 'authorization_code', %client,
            map { $_ => $SANDBOX{$_} } qw(code redirect_uri));

# --- the four grants ------------------------------------------------------

my $password = token(%user);
is($password->[0], 200, 'password grant');
is(json($password)->{token_type}, 'Bearer', 'a bearer token');
is(token(%client, grant_type => 'client_credentials')->[0], 200,
   'client_credentials grant');
is(token(%code)->[0], 200, 'authorization_code grant');

my $refresh = json($password)->{refresh_token};
my %refresh = (%client, grant_type => 'refresh_token',
               refresh_token => $refresh);
is(token(%refresh)->[0], 200, 'refresh_token grant');

# --- errors of the token endpoint ----------------------------------------

my @errors = (
    [ 'redirect_uri in a password grant', 400, 'invalid_grant',
      { %user, redirect_uri => 'https://oauth.pstmn.io/v1/callback' } ],
    [ 'redirect_uri in a client_credentials grant', 400, 'invalid_grant',
      { %client, grant_type => 'client_credentials', redirect_uri => 'x' } ],
    [ 'a wrong password', 400, 'invalid_grant', { %user, password => 'x' } ],
    [ 'a used code', 400, 'invalid_grant', \%code ],
    [ 'another callback', 400, 'invalid_grant',
      { %code, redirect_uri => 'https://other.example/' } ],
    [ 'a used refresh token', 400, 'invalid_grant', \%refresh ],
    [ 'a wrong client_id', 401, 'invalid_client', { %user, client_id => 'x' } ],
    [ 'a wrong secret', 401, 'invalid_client',
      { %user, client_secret => 'x' } ],
    [ 'no grant_type', 400, 'invalid_request', \%client ],
    [ 'an unknown grant_type', 400, 'unsupported_grant_type',
      { %user, grant_type => 'client-credentials' } ],
    [ 'a refresh without the client', 400, 'invalid_grant',
      { grant_type => 'refresh_token', refresh_token => 'x' } ],
    [ 'a code with a challenge, no verifier', 400, 'invalid_request',
      { %code, code => $SANDBOX{pkce_code} } ],
    [ 'a service that asks with a password', 401, 'unauthorized_client',
      { %user, client_id => $SANDBOX{service_id},
        client_secret => $SANDBOX{service_secret} } ],
    [ 'an unknown scope', 400, 'invalid_scope', { %user, scope => 'admin' } ],
    [ 'no refresh token', 400, 'invalid_request',
      { %client, grant_type => 'refresh_token' } ],
);

for my $error (@errors) {
    my ($name, $status, $code, $form) = @$error;
    my $answer = token(%$form);

    is($answer->[0], $status, "$name: $status");
    is(json($answer)->{error}, $code, "$name: $code");
    like($answer->[2], qr/^WWW-Authenticate: Bearer .*error="$code"/m,
         "$name: WWW-Authenticate");
}

is(json(token(%user, redirect_uri => 'x'))->{error_description},
   'The provided authorization grant is invalid, expired, revoked, does not '
   . 'match the redirection URI used in the authorization request, or was '
   . 'issued to another client.', 'redirect_uri: the documented text');

is(call($auth, '/oauth/token', '-H', 'Content-Type: application/json', '-d',
        JSON::PP->new->encode(\%user))->[0], 415, 'a JSON token request');
is(call($auth, '/oauth/token')->[0], 404, 'GET /oauth/token');
is(call($auth, '/oauth/token', '-u', 'other:wrong', '-d',
        join '&', map { "$_=$user{$_}" } sort keys %user)->[0],
   401, 'wrong credentials in the header beat right ones in the body');
is(call($api, '/oauth/token', '-d', 'x')->[0], 404,
   'the token endpoint is not on the API host');

# --- the API --------------------------------------------------------------

my @bearer = ('-H', 'Authorization: Bearer '
                    . json(token(%user))->{access_token});
my @accept = ('-H', 'Accept: application/vnd.api+json');
my @type = ('-H', 'Content-Type: application/vnd.api+json');
my $document = '{"data":{"type":"clients","attributes":{"name":"a"}}}';

my $me = call($api, '/v1/me', @bearer, @accept);
is($me->[0], 200, '/v1/me');
is(json($me)->{data}{attributes}{'account-slug'}, $SANDBOX{account},
   '/v1/me tells the account slug');

my $no_token = call($api, '/v1/me', @accept);
is($no_token->[0], 401, 'no token: 401');
is_deeply(json($no_token),
          { errors => [ { status => '401', title => 'Unauthorized' } ] },
          'no token: the documented body');

for my $accept ('*/*', 'application/json',
                'application/vnd.api+json; charset=utf-8') {
    is(call($api, '/v1/me', @bearer, '-H', "Accept: $accept")->[0], 406,
       "Accept: $accept: 406");
}

is(call($api, '/v1/clients', @bearer, @accept)->[0], 404, 'no slug: 404');
is(call($api, '/other/v1/clients', @bearer, @accept)->[0], 404,
   'another slug: 404');
is(call($api, '//v1/me', @bearer, @accept)->[0], 404, 'two slashes: 404');
is(call($auth, '/acme/v1/clients', @bearer, @accept)->[0], 404,
   'the API is not on the OAuth host');
is(call($api, '/acme/v1/clients', @bearer, @accept)->[0], 200, 'a collection');
is(call($api, '/acme/v1/clients/1', @bearer, @accept)->[0], 200, 'a resource');
is(call($api, '/acme/v1/clients/99', @bearer, @accept)->[0], 404,
   'no such resource');

my @write = ('/acme/v1/clients', @bearer, @accept, '-d', $document);
is(call($api, @write, @type)->[0], 201, 'a new resource');
is(call($api, @write, '-H', 'Content-Type: application/json')->[0], 415,
   'a write as application/json: 415');

# method, path, data, status, code
my @documents = (
    [ 'POST', '/acme/v1/clients', undef, 400, 106 ],
    [ 'POST', '/acme/v1/clients', {}, 400, 106 ],
    [ 'POST', '/acme/v1/clients', { type => 'client' }, 400, 101 ],
    [ 'POST', '/acme/v1/clients', { type => 'clients', id => '5' }, 400, 105 ],
    [ 'PATCH', '/acme/v1/clients/1', { type => 'clients' }, 400, 109 ],
    [ 'PATCH', '/acme/v1/clients/1', { type => 'clients', id => '2' }, 400,
      110 ],
    [ 'PATCH', '/acme/v1/clients/99', { type => 'clients', id => '99' }, 404,
      404 ],
    [ 'PATCH', '/acme/v1/clients/1', { type => 'clients', id => '1' }, 200 ],
    [ 'PUT', '/acme/v1/clients/1', { type => 'clients', id => '1' }, 200 ],
    [ 'POST', '/acme/v1/clients', { type => 'clients' }, 201 ],
);

for (@documents) {
    my ($method, $path, $data, $status, $code) = @$_;
    my $body = JSON::PP->new->canonical->encode(
        { $data ? (data => $data) : () });
    my $answer = call($api, $path, '-X', $method, @bearer, @accept, @type, '-d',
                      $body);

    is($answer->[0], $status, "$method $path $body: $status");
    is((json($answer)->{errors} || [ {} ])->[0]{code}, $code, 'its code');
}

for (qw(POST PATCH DELETE)) {
    is(call($api, '/v1/me', '-X', $_, @bearer, @accept, @type)->[0], 404,
       "$_ /v1/me: 404");
}
is(call($api, '/acme/v1/clients', '-X', 'DELETE', @bearer, @accept)->[0], 404,
   'no DELETE of all');
is(call($api, '/acme/v1/clients/1', '-X', 'DELETE', @bearer, @accept)->[0], 204,
   'a DELETE of one');
is(call($api, '/acme/v1/clients/1', @bearer, @accept)->[0], 404,
   'and it is gone');

# --- what comes in pieces -------------------------------------------------

my %whole = (
    'without headers' => "GET / HTTP/1.0\r\n\r\n",
    'with headers' => "GET / HTTP/1.1\r\nHost: a\r\nAccept: b\r\n\r\n",
    'with a body' => "POST / HTTP/1.1\r\nHost: a\r\n"
        . "Content-Length: 4\r\n\r\na\r\n\r",
    'in chunks' => "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        . "4\r\na\r\n\r\r\n0\r\n\r\n",
);

for my $name (sort keys %whole) {
    my $all = $whole{$name};
    my @parts = map { substr $all, 0, $_ } 0 .. length($all) - 1;

    is(scalar(grep { take_request(\$_) } @parts), 0,
       "$name: a part is no request yet");
    ok(take_request(\$all) && $all eq '', "$name: all of it is one");
}

# --- the end --------------------------------------------------------------

ok($sandbox->stop, 'it stops when told to');

done_testing();
