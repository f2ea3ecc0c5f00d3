#!/usr/bin/perl
#
# What documentation and Doorkeeper's source say of the answers of the service,
# a real Doorkeeper answers; and so does the sandbox, but where the service is
# documented to be stricter.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../curl/lib", "$Bin/../../sandbox";
use JSON::PP;
use SSTest;
use SSTest::Sandbox;
use Oauth;

my $sandbox = SSTest::Sandbox->new;
my $token = '/oauth/token';

# Each text stands here once more, and not taken from the sandbox.
my %text = (
    invalid_client => 'Client authentication failed due to unknown client, no '
        . 'client authentication included, or unsupported authentication '
        . 'method.',
    invalid_grant => 'The provided authorization grant is invalid, expired, '
        . 'revoked, does not match the redirection URI used in the '
        . 'authorization request, or was issued to another client.',
    unauthorized_client => 'The client is not authorized to perform this '
        . 'request using this method.',
    unsupported_grant_type => 'The authorization grant type is not supported '
        . 'by the authorization server.',
    invalid_scope => 'The requested scope is invalid, unknown, or malformed.',
    invalid_redirect_uri => 'The requested redirect uri is malformed or '
        . "doesn't match client redirect URI.",
    unsupported_response_type => 'The authorization server does not support '
        . 'this response type.',
);

sub lacks { return "Missing required parameter: $_[0]." }

# --- both servers ----------------------------------------------------------

my @servers = ('Doorkeeper', 'the sandbox');
my $server;

# Sends a call to the server whose turn it is.
sub to_server {
    my ($path, @words) = @_;
    my $port = $path =~ m{^/oauth/} ? $sandbox->auth_port : $sandbox->api_port;

    return $server eq 'Doorkeeper' ? ask('bare', $path, @words)
         : ask_at("http://127.0.0.1:$port$path", @words);
}

# What each of them answers: [whose, answer], the words made anew for each.
sub answers {
    my ($path, $words) = @_;

    return map { $server = $_; [ $_, to_server($path, $words->()) ] } @servers;
}

# What follows has it from the server whose turn it is.
sub tokens { return json_of(to_server($token, form(user_form(@_)))) }

sub refresh { return tokens()->{refresh_token} }

sub used_refresh {
    my $old = refresh();

    to_server($token, form(refresh_form($old)));

    return $old;
}

sub revoked_refresh {
    my $tokens = tokens();

    to_server('/oauth/revoke', form(client_form(grant_type => undef),
                                    token => $tokens->{access_token}));

    return $tokens->{refresh_token};
}

sub login {
    return (response_type => 'code', client_id => $SANDBOX{client_id},
            redirect_uri => $SANDBOX{redirect_uri}, state => 'a b', @_);
}

# A browser would be sent back; Doorkeeper without pages tells where to.
sub back {
    my ($answer) = @_;

    return json_of($answer)->{redirect_uri}
        // ($answer->{head} =~ /^Location: (\S+)/mi)[0] // '';
}

sub code {
    my $answer = to_server('/oauth/authorize', '-G', form(login(@_)));

    return (back($answer) =~ /[?&]code=([^&]+)/)[0] // 'none';
}

sub pkce {
    return code(code_challenge => $SANDBOX{pkce_challenge},
                code_challenge_method => 'S256');
}

sub used_code {
    my $code = code();

    to_server($token, form(code_form($code)));

    return $code;
}

# --- errors of the token endpoint ------------------------------------------

my %service = (client_id => $SANDBOX{service_id},
               client_secret => $SANDBOX{service_secret});
my %nobody = (client_id => undef, client_secret => undef);
my @client = @SANDBOX{qw(client_id client_secret)};
my @proof = (code_verifier => $VERIFIER);
my @other = (redirect_uri => 'https://other.example/');

# name, status, error, text, the form or curl's words
my @errors = (
    [ 'no grant_type', 400, 'invalid_request', lacks('grant_type'),
      sub { client_form(grant_type => undef) } ],
    [ 'an empty grant_type', 400, 'invalid_request', lacks('grant_type'),
      sub { client_form(grant_type => '') } ],
    [ 'a blank for a grant_type', 400, 'invalid_request', lacks('grant_type'),
      sub { client_form(grant_type => ' ') } ],
    [ 'an unknown grant_type', 400, 'unsupported_grant_type', undef,
      sub { client_form(grant_type => 'client-credentials') } ],

    [ 'a wrong password', 400, 'invalid_grant', undef,
      sub { user_form(password => 'wrong') } ],
    [ 'no password', 400, 'invalid_grant', undef,
      sub { user_form(password => undef) } ],
    [ 'an unknown user', 400, 'invalid_grant', undef,
      sub { user_form(username => 'nobody@example.com') } ],
    [ 'an unknown client', 401, 'invalid_client', undef,
      sub { user_form(client_id => 'unknown') } ],
    [ 'a wrong secret', 401, 'invalid_client', undef,
      sub { client_form(client_secret => 'wrong') } ],
    [ 'no secret', 401, 'invalid_client', undef,
      sub { client_form(client_secret => undef) } ],
    [ 'no client', 401, 'invalid_client', undef, sub { client_form(%nobody) } ],
    [ 'the secret as the id', 401, 'invalid_client', undef,
      sub { client_form(client_id => $client[1]) } ],
    [ 'a wrong client and a wrong password', 401, 'invalid_client', undef,
      sub { user_form(client_id => 'unknown', password => 'wrong') } ],
    [ 'the last of two secrets counts', 401, 'invalid_client', undef,
      sub { (form(user_form()), '-d', 'client_secret=wrong') } ],
    [ 'wrong Basic, right body', 401, 'invalid_client', undef,
      sub { (basic('another', 'client'), form(user_form())) } ],
    [ 'Basic with a wrong secret', 401, 'invalid_client', undef,
      sub { (basic($client[0], 'wrong'), form(client_form(%nobody))) } ],
    [ 'a grant not allowed to this client', 401, 'unauthorized_client', undef,
      sub { user_form(%service) } ],
    [ 'the same with a wrong password', 401, 'unauthorized_client', undef,
      sub { user_form(%service, password => 'wrong') } ],
    [ 'an unknown scope', 400, 'invalid_scope', undef,
      sub { client_form(scope => 'admin') } ],
    [ 'an unknown scope, password', 400, 'invalid_scope', undef,
      sub { user_form(scope => 'read admin') } ],
    [ 'scopes with a comma', 400, 'invalid_scope', undef,
      sub { user_form(scope => 'read,write') } ],
    [ 'an unknown scope and a wrong password', 400, 'invalid_grant', undef,
      sub { user_form(scope => 'admin', password => 'wrong') } ],

    [ 'refresh without a token', 400, 'invalid_request', lacks('refresh_token'),
      sub { refresh_form(undef) } ],
    [ 'an unknown refresh token', 400, 'invalid_grant', undef,
      sub { refresh_form('unknown') } ],
    [ 'an unknown refresh token, a wrong secret', 400, 'invalid_grant', undef,
      sub { refresh_form('unknown', client_secret => 'wrong') } ],
    [ 'a refresh without the client, unknown token', 400, 'invalid_grant',
      undef, sub { refresh_form('unknown', %nobody) } ],
    [ 'a refresh without the client', 400, 'invalid_grant', undef,
      sub { refresh_form(refresh(), %nobody) } ],
    [ 'a refresh with a wrong secret', 401, 'invalid_client', undef,
      sub { refresh_form(refresh(), client_secret => 'wrong') } ],
    [ 'a refresh without the secret', 401, 'invalid_client', undef,
      sub { refresh_form(refresh(), client_secret => undef) } ],
    [ 'a refresh with a wrong Basic', 401, 'invalid_client', undef,
      sub { (basic('another', 'client'), form(refresh_form(refresh()))) } ],
    [ 'a refresh by another client', 400, 'invalid_grant', undef,
      sub { refresh_form(refresh(), %service) } ],
    [ 'a used refresh token', 400, 'invalid_grant', undef,
      sub { refresh_form(used_refresh()) } ],
    [ 'a revoked refresh token', 400, 'invalid_grant', undef,
      sub { refresh_form(revoked_refresh()) } ],
    [ 'an access token as refresh token', 400, 'invalid_grant', undef,
      sub { refresh_form(tokens()->{access_token}) } ],
    [ 'a refresh that wants more', 400, 'invalid_scope', undef,
      sub { refresh_form(tokens(scope => 'read')->{refresh_token},
                         scope => 'read write') } ],

    [ 'no code', 400, 'invalid_request', lacks('code'),
      sub { code_form(undef) } ],
    [ 'an unknown code', 400, 'invalid_grant', undef,
      sub { code_form('unknown') } ],
    [ 'a used code', 400, 'invalid_grant', undef,
      sub { code_form(used_code()) } ],
    [ 'a code of another client', 400, 'invalid_grant', undef,
      sub { code_form(code(), %service) } ],
    [ 'a code with a wrong secret', 401, 'invalid_client', undef,
      sub { code_form(code(), client_secret => 'wrong') } ],
    [ 'no callback', 400, 'invalid_request', lacks('redirect_uri'),
      sub { code_form(code(), redirect_uri => undef) } ],
    [ 'another callback', 400, 'invalid_grant', undef,
      sub { code_form(code(), @other) } ],
    [ 'the callback with a slash', 400, 'invalid_grant', undef,
      sub { code_form(code(), redirect_uri => "$SANDBOX{redirect_uri}/") } ],
    [ 'a code with a challenge, a wrong verifier', 400, 'invalid_grant', undef,
      sub { code_form(pkce(), code_verifier => 'w' x 43) } ],
    [ 'a code with a challenge, no verifier', 400, 'invalid_request',
      lacks('code_verifier'), sub { code_form(pkce()) } ],
    [ 'neither verifier nor callback', 400, 'invalid_request',
      lacks('code_verifier'),
      sub { code_form(pkce(), redirect_uri => undef) } ],
    [ 'a code with a challenge, another callback', 400, 'invalid_grant', undef,
      sub { code_form(pkce(), @proof, @other) } ],
    [ 'a verifier is no secret', 401, 'invalid_client', undef,
      sub { code_form(pkce(), @proof, client_secret => undef) } ],
    [ 'a verifier without a challenge', 400, 'invalid_grant', undef,
      sub { code_form(code(), @proof) } ],
);

# Words begin with an option, the name of a parameter never does.
sub words {
    my (@words) = @_;

    return $words[0] =~ /^-/ ? @words : form(@words);
}

for my $error (@errors) {
    my ($name, $status, $code, $text, $form) = @$error;

    $text //= $text{$code};
    for (answers($token, sub { words($form->()) })) {
        my ($who, $answer) = @$_;

        is(error_of($answer), "$status $code", "$name: $who");
        is_deeply(json_of($answer),
                  { error => $code, error_description => $text },
                  "$name: $who, the body");
        is($answer->{challenge}, 'Bearer realm="Doorkeeper", '
               . "error=\"$code\", error_description=\"$text\"",
           "$name: $who, WWW-Authenticate");
        is($answer->{type}, 'application/json; charset=utf-8',
           "$name: $who, Content-Type");
        like($answer->{head}, qr/^Cache-Control: no-store/mi,
             "$name: $who, Cache-Control");
    }
}

# --- other errors ----------------------------------------------------------

my %not_yours = (error => 'unauthorized_client',
                 error_description => 'You are not authorized to revoke this '
                     . 'token');

sub stays {
    my ($error, $text) = @_;

    return { error => $error, error_description => $text // $text{$error},
             state => 'a b' };
}

# name, path, status, body, the form or curl's words
my @others = (
    [ 'revoke without a client', '/oauth/revoke', 403, \%not_yours,
      sub { (token => tokens()->{access_token}) } ],
    [ 'revoke with a wrong secret', '/oauth/revoke', 403, \%not_yours,
      sub { client_form(token => tokens()->{access_token},
                        client_secret => 'wrong') } ],
    [ 'revoke by another client', '/oauth/revoke', 403, \%not_yours,
      sub { client_form(token => tokens()->{access_token}, %service) } ],
    [ 'revoke an unknown token', '/oauth/revoke', 200, {},
      sub { client_form(token => 'unknown') } ],

    [ 'a login without a client', '/oauth/authorize', 400,
      stays('invalid_request', lacks('client_id')),
      sub { ('-G', form(login(client_id => undef))) } ],
    [ 'a login of an unknown client', '/oauth/authorize', 400,
      stays('invalid_client'),
      sub { ('-G', form(login(client_id => 'unknown'))) } ],
    [ 'a login of a service', '/oauth/authorize', 400,
      stays('unauthorized_client'),
      sub { ('-G', form(login(client_id => $service{client_id}))) } ],
    [ 'a login with another callback', '/oauth/authorize', 400,
      stays('invalid_redirect_uri'), sub { ('-G', form(login(@other))) } ],
    [ 'a login without response_type', '/oauth/authorize', 400,
      stays('invalid_request', lacks('response_type')),
      sub { ('-G', form(login(response_type => undef))) } ],
    [ 'a login for a token', '/oauth/authorize', 400,
      stays('unsupported_response_type'),
      sub { ('-G', form(login(response_type => 'token'))) } ],
    [ 'a login for an unknown scope', '/oauth/authorize', 400,
      stays('invalid_scope'), sub { ('-G', form(login(scope => 'admin'))) } ],
);

for my $call (@others) {
    my ($name, $path, $status, $body, $form) = @$call;

    for (answers($path, sub { words($form->()) })) {
        my ($who, $answer) = @$_;

        is($answer->{status}, $status, "$name: $who");
        is_deeply(json_of($answer), $body, "$name: $who, the body");
        is($answer->{type}, 'application/json; charset=utf-8',
           "$name: $who, Content-Type");
    }
}

for ([ 'GET', $token ], [ 'PUT', $token ], [ 'DELETE', $token ],
     [ 'GET', '/oauth/revoke' ], [ 'POST', '/v1/me' ], [ 'PATCH', '/v1/me' ],
     [ 'POST', '/oauth/Token' ]) {
    my ($method, $path) = @$_;

    is($_->[1]{status}, 404, "$method $path: $_->[0]")
        for answers($path, sub { ('-X', $method) });
}

# --- what is granted -------------------------------------------------------

my @granted = (
    [ 'password', sub { user_form() } ],
    [ 'password, a scope', sub { user_form(scope => 'write') } ],
    [ 'password, an empty scope', sub { user_form(scope => '') } ],
    [ 'password, a scope twice', sub { user_form(scope => 'read  read') } ],
    [ 'client_credentials', sub { client_form() } ],
    [ 'client_credentials of a service', sub { client_form(%service) } ],
    [ 'client_credentials by Basic',
      sub { (basic(@client), form(client_form(%nobody))) } ],
    [ 'right Basic, a body that is not',
      sub { (basic(@client), form(client_form(client_secret => 'x'))) } ],
    [ 'authorization_code', sub { code_form(code()) } ],
    [ 'authorization_code, a scope', sub { code_form(code(scope => 'read')) } ],
    [ 'authorization_code, an unknown scope is not looked at',
      sub { code_form(code(), scope => 'admin') } ],
    [ 'authorization_code, PKCE', sub { code_form(pkce(), @proof) } ],
    [ 'refresh_token', sub { refresh_form(refresh()) } ],
    [ 'refresh_token, Basic',
      sub { (basic(@client), form(refresh_form(refresh(), %nobody))) } ],
    [ 'refresh_token, what there was',
      sub { refresh_form(tokens(scope => 'write')->{refresh_token}) } ],
    [ 'refresh_token, less',
      sub { refresh_form(refresh(), scope => 'read') } ],
);

for my $call (@granted) {
    my ($name, $form) = @$call;
    my ($real, $ours) = map { $_->[1] }
                        answers($token, sub { words($form->()) });

    is(error_of($_), '200', $name) for $real, $ours;
    is(settled_body($ours), settled_body($real), "$name: the body");
    is($ours->{type}, $real->{type}, "$name: Content-Type");
}

for (answers('/oauth/authorize', sub { ('-G', form(login())) })) {
    like(back($_->[1]),
         qr/\A\Q$SANDBOX{redirect_uri}\E\?code=[\w-]+&state=a(?:%20|\+)b\z/,
         "a login leads back: $_->[0]");
}

# --- what the documentation has, and Doorkeeper has not --------------------

my @stricter = (
    [ 'redirect_uri in a password grant', '400 invalid_grant',
      sub { user_form(redirect_uri => 'x') } ],
    [ 'Authorization: Bearer', '401 invalid_client',
      sub { (bearer('old-token'), form(user_form())) } ],
    [ 'a callback with a query', '400 invalid_grant',
      sub { code_form(code(), redirect_uri => "$SANDBOX{redirect_uri}?a=b") } ],
);

for my $call (@stricter) {
    my ($name, $result, $form) = @$call;
    my ($real, $ours) = map { $_->[1] }
                        answers($token, sub { words($form->()) });

    is(error_of($real), '200', "$name: Doorkeeper");
    is(error_of($ours), $result, "$name: the sandbox");
}

# --- the API ---------------------------------------------------------------

sub revoked {
    my $tokens = tokens();

    to_server('/oauth/revoke', form(client_form(
        token => $tokens->{ $_[0] }, grant_type => undef)));

    return $tokens->{access_token};
}

sub refreshed {
    my $tokens = tokens();

    to_server($token, form(refresh_form($tokens->{refresh_token})));

    return $tokens->{access_token};
}

sub expired {
    return $SANDBOX{expired_token} if $server ne 'Doorkeeper';
    my $access = tokens()->{access_token};

    ask('bare', '/test/expire', form(token => $access, expired => 1));

    return $access;
}

my @accept = ('-H', $ACCEPT);

sub good { return bearer(tokens()->{access_token}) }

# name, status, what is told, curl's words
my @api = (
    [ 'a token', 200, '', sub { (@accept, good()) } ],
    [ 'bearer, a small b', 200, '',
      sub { (@accept, '-H', 'Authorization: bearer '
                            . tokens()->{access_token}) } ],
    [ 'one of many Accepts', 200, '',
      sub { ('-H', "Accept: text/html, application/vnd.api+json", good()) } ],
    [ 'no Accept', 406, '', sub { ('-H', 'Accept:', good()) } ],
    [ 'any Accept', 406, '', sub { ('-H', 'Accept: */*', good()) } ],
    [ 'an Accept with a parameter', 406, '',
      sub { ('-H', "$ACCEPT;q=0.9", good()) } ],

    [ 'no token', 401, 'is invalid', sub { @accept } ],
    [ 'neither token nor Accept', 401, 'is invalid',
      sub { ('-H', 'Accept:') } ],
    [ 'an unknown token', 401, 'is invalid',
      sub { (@accept, bearer('unknown')) } ],
    [ 'no Bearer', 401, 'is invalid',
      sub { (@accept, '-H', 'Authorization: ' . tokens()->{access_token}) } ],
    [ 'two blanks', 401, 'is invalid',
      sub { (@accept, bearer(' ' . tokens()->{access_token})) } ],
    [ 'a refresh token', 401, 'is invalid', sub { (@accept, bearer(refresh())) }
    ],
    [ 'Basic', 401, 'is invalid', sub { (@accept, basic(@client)) } ],
    [ 'an expired token', 401, 'expired',
      sub { (@accept, bearer(expired())) } ],
    [ 'a revoked token', 401, 'was revoked',
      sub { (@accept, bearer(revoked('access_token'))) } ],
    [ 'a revoked refresh token', 401, 'was revoked',
      sub { (@accept, bearer(revoked('refresh_token'))) } ],
    [ 'the token before a refresh', 401, 'was revoked',
      sub { (@accept, bearer(refreshed())) } ],
);

for my $call (@api) {
    my ($name, $status, $told, $words) = @$call;
    my ($real, $ours) = map { $_->[1] } answers('/v1/me', $words);

    for ([ 'Doorkeeper', $real ], [ 'the sandbox', $ours ]) {
        my ($who, $answer) = @$_;

        is($answer->{status}, $status, "$name: $who");
        is($answer->{challenge} // '', $told eq '' ? ''
               : 'Bearer realm="Doorkeeper", error="invalid_token", '
                 . "error_description=\"The access token $told\"",
           "$name: $who, WWW-Authenticate");
        is_deeply(json_of($answer), { errors => [
                      { status => '401', title => 'Unauthorized' } ] },
                  "$name: $who, the documented body") if $status == 401;
    }
    is(settled_body($ours), settled_body($real), "$name: the body");
}

# --- a server that reads nothing but forms ----------------------------------

sub in_json {
    return ('-H', 'Content-Type: application/json', '-d',
            JSON::PP->new->encode({ client_form() }));
}

# name, path, curl's words
my @unread = (
    [ 'JSON', $token, sub { in_json() } ],
    [ 'multipart', $token, sub { ('-F', 'grant_type=password') } ],
    [ 'text/plain', $token,
      sub { (form(user_form()), '-H', 'Content-Type: text/plain') } ],
    [ 'no Content-Type', $token,
      sub { (form(user_form()), '-H', 'Content-Type:') } ],
    [ 'no body', $token, sub { ('-X', 'POST') } ],
    [ 'revoke, JSON', '/oauth/revoke', sub { in_json() } ],
);

$server = 'Doorkeeper';
is(error_of(to_server($token, in_json())), '200', 'JSON: Doorkeeper');
is(ask('bare', '/test/strict', '-d', '')->{status}, 200,
   'Doorkeeper has its enforce_content_type');

for my $call (@unread) {
    my ($name, $path, $words) = @$call;

    for (answers($path, $words)) {
        my ($who, $answer) = @$_;

        is($answer->{status}, 415, "$name: $who");
        is($answer->{body}, '{}', "$name: $who, the body");
        is($answer->{type}, 'application/json; charset=utf-8',
           "$name: $who, Content-Type");
    }
}
for (answers($token, sub { (form(client_form()), '-H', 'Content-Type: '
                 . 'application/x-www-form-urlencoded; charset=utf-8') })) {
    is($_->[1]{status}, 200, "a form with a charset: $_->[0]");
}

# --- the end ---------------------------------------------------------------

ok($sandbox->stop, 'the sandbox stops');
ok(doorkeeper()->stop, 'Doorkeeper had nothing to complain of');
done_testing();
