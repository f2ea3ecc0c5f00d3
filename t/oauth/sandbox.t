#!/usr/bin/perl
#
# What documentation and Doorkeeper's source say of the answers of the service,
# a real Doorkeeper answers; and so does the sandbox, but where the service is
# documented to be stricter.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../curl/lib", "$Bin/../sandbox";
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
);

sub lacks { return "Missing required parameter: $_[0]." }

sub to_sandbox {
    my ($path, @words) = @_;
    my $port = $path =~ m{^/oauth/} ? $sandbox->auth_port : $sandbox->api_port;

    return ask_at("http://127.0.0.1:$port$path", @words);
}

my %service = (client_id => $SANDBOX{service_id},
               client_secret => $SANDBOX{service_secret});
my %nobody = (client_id => undef, client_secret => undef);
my $code = $SANDBOX{code};
my $pkce = $SANDBOX{pkce_code};

# name, status, error, text, curl's words for /oauth/token
my @errors = (
    [ 'no grant_type', 400, 'invalid_request', lacks('grant_type'),
      form(client_form(grant_type => undef)) ],
    [ 'an empty grant_type', 400, 'invalid_request', lacks('grant_type'),
      form(client_form(grant_type => '')) ],
    [ 'an unknown grant_type', 400, 'unsupported_grant_type', undef,
      form(client_form(grant_type => 'client-credentials')) ],
    [ 'refresh without a token', 400, 'invalid_request', lacks('refresh_token'),
      form(refresh_form(undef)) ],
    [ 'an unknown refresh token', 400, 'invalid_grant', undef,
      form(refresh_form('unknown')) ],
    [ 'an unknown refresh token, a wrong secret', 400, 'invalid_grant', undef,
      form(refresh_form('unknown', client_secret => 'wrong')) ],
    [ 'a refresh without the client, unknown token', 400, 'invalid_grant',
      undef, form(refresh_form('unknown', %nobody)) ],
    [ 'a wrong password', 400, 'invalid_grant', undef,
      form(user_form(password => 'wrong')) ],
    [ 'no password', 400, 'invalid_grant', undef,
      form(user_form(password => undef)) ],
    [ 'an unknown user', 400, 'invalid_grant', undef,
      form(user_form(username => 'nobody@example.com')) ],
    [ 'an unknown client', 401, 'invalid_client', undef,
      form(user_form(client_id => 'unknown')) ],
    [ 'a wrong secret', 401, 'invalid_client', undef,
      form(client_form(client_secret => 'wrong')) ],
    [ 'no secret', 401, 'invalid_client', undef,
      form(client_form(client_secret => undef)) ],
    [ 'no client', 401, 'invalid_client', undef, form(client_form(%nobody)) ],
    [ 'a wrong client and a wrong password', 401, 'invalid_client', undef,
      form(user_form(client_id => 'unknown', password => 'wrong')) ],
    [ 'wrong Basic, right body', 401, 'invalid_client', undef,
      basic('another', 'client'), form(user_form()) ],
    [ 'a grant not allowed to this client', 401, 'unauthorized_client', undef,
      form(user_form(%service)) ],
    [ 'an unknown scope', 400, 'invalid_scope', undef,
      form(client_form(scope => 'admin')) ],
    [ 'an unknown scope, password', 400, 'invalid_scope', undef,
      form(user_form(scope => 'read admin')) ],
    [ 'no code', 400, 'invalid_request', lacks('code'),
      form(code_form(undef)) ],
    [ 'an unknown code', 400, 'invalid_grant', undef,
      form(code_form('unknown')) ],
    [ 'no callback', 400, 'invalid_request', lacks('redirect_uri'),
      form(code_form($code, redirect_uri => undef)) ],
    [ 'another callback', 400, 'invalid_grant', undef,
      form(code_form($code, redirect_uri => 'https://other.example/')) ],
    [ 'a code with a challenge, a wrong verifier', 400, 'invalid_grant', undef,
      form(code_form($pkce, code_verifier => 'w' x 43)) ],
    [ 'a code with a challenge, no verifier', 400, 'invalid_request',
      lacks('code_verifier'), form(code_form($pkce)) ],
);

# Doorkeeper gets codes of its own.
sub with_codes {
    my (@words) = @_;
    my %new = ($code => undef, $pkce => $SANDBOX{pkce_challenge});

    for my $old (keys %new) {
        for my $word (grep { $_ eq "code=$old" } @words) {
            $word = 'code=' . new_code(challenge => $new{$old});
        }
    }

    return @words;
}

for my $error (@errors) {
    my ($name, $status, $code_word, $text, @words) = @$error;
    my %answer = (
        Doorkeeper => ask('bare', $token, with_codes(@words)),
        'the sandbox' => to_sandbox($token, @words),
    );

    $text //= $text{$code_word};
    for my $who (sort keys %answer) {
        my $answer = $answer{$who};

        is(error_of($answer), "$status $code_word", "$name: $who");
        is_deeply(json_of($answer),
                  { error => $code_word, error_description => $text },
                  "$name: $who, the body");
        is($answer->{challenge}, 'Bearer realm="Doorkeeper", '
               . "error=\"$code_word\", error_description=\"$text\"",
           "$name: $who, WWW-Authenticate");
        is($answer->{type}, 'application/json; charset=utf-8',
           "$name: $who, Content-Type");
        like($answer->{head}, qr/^Cache-Control: no-store/mi,
             "$name: $who, Cache-Control");
    }
}

# --- what is granted -------------------------------------------------------

my @granted = (
    [ 'password', form(user_form()) ],
    [ 'password, both scopes', form(user_form(scope => 'read write')) ],
    [ 'client_credentials', form(client_form()) ],
    [ 'client_credentials by Basic', basic(@SANDBOX{qw(client_id
      client_secret)}), form(client_form(%nobody)) ],
    [ 'authorization_code', form(code_form($code)) ],
    [ 'authorization_code, PKCE',
      form(code_form($pkce, code_verifier => $VERIFIER)) ],
);

for my $call (@granted) {
    my ($name, @words) = @$call;
    my $real = ask('bare', $token, with_codes(@words));
    my $ours = to_sandbox($token, @words);

    is(error_of($_), '200', $name) for $real, $ours;
    is_deeply([ sort keys %{ json_of($ours) } ],
              [ sort keys %{ json_of($real) } ], "$name: the same members");
}

# --- what the documentation has, and Doorkeeper has not --------------------

my @stricter = (
    [ 'redirect_uri in a password grant', '400 invalid_grant',
      form(user_form(redirect_uri => 'x')) ],
    [ 'a JSON body', '415', '-H', 'Content-Type: application/json', '-d',
      '{"grant_type":"client_credentials","client_id":"'
          . "$SANDBOX{client_id}\",\"client_secret\":"
          . "\"$SANDBOX{client_secret}\"}" ],
    [ 'Authorization: Bearer', '401 invalid_client', bearer('old-token'),
      form(user_form()) ],
);

for my $call (@stricter) {
    my ($name, $result, @words) = @$call;

    is(error_of(ask('bare', $token, @words)), '200', "$name: Doorkeeper");
    is(error_of(to_sandbox($token, @words)), $result, "$name: the sandbox");
}

# --- the API ---------------------------------------------------------------

my $tokens = json_of(to_sandbox($token, form(user_form())));
my $real = new_tokens();

sub both {
    my ($name, $status, $told, $words) = @_;

    for my $who ([ 'Doorkeeper', ask('bare', '/v1/me',
                                     $words->($real->{access_token})) ],
                 [ 'the sandbox', to_sandbox('/v1/me',
                                     $words->($tokens->{access_token})) ]) {
        my ($whose, $answer) = @$who;

        is($answer->{status}, $status, "$name: $whose");
        is($answer->{challenge} // '', $told ? 'Bearer realm="Doorkeeper", '
               . "error=\"invalid_token\", error_description=\"$told\"" : '',
           "$name: $whose, WWW-Authenticate");
        is_deeply(json_of($answer),
                  { errors => [ { status => '401', title => 'Unauthorized' } ] },
                  "$name: $whose, the documented body") if $status == 401;
    }
}

both('a token', 200, '', sub { ('-H', $ACCEPT, bearer($_[0])) });
both('no Accept', 406, '', sub { ('-H', 'Accept:', bearer($_[0])) });
both('no token', 401, 'The access token is invalid', sub { ('-H', $ACCEPT) });
both('an unknown token', 401, 'The access token is invalid',
     sub { ('-H', $ACCEPT, bearer('unknown')) });

ask('bare', '/test/expire', form(token => $real->{access_token}, expired => 1));
is(ask('bare', '/v1/me', '-H', $ACCEPT, bearer($real->{access_token}))
       ->{challenge}, 'Bearer realm="Doorkeeper", error="invalid_token", '
       . 'error_description="The access token expired"', 'an expired token');

$real = new_tokens();
for my $revoke ([ 'bare', $real ], [ 'sandbox', $tokens ]) {
    my ($where, $whose) = @$revoke;
    my @words = form(client_form(grant_type => undef),
                     token => $whose->{access_token});
    my $answer = $where eq 'bare' ? ask('bare', '/oauth/revoke', @words)
                                  : to_sandbox('/oauth/revoke', @words);

    is($answer->{status}, 200, "revoke: $where");
}
both('a revoked token', 401, 'The access token was revoked',
     sub { ('-H', $ACCEPT, bearer($_[0])) });

# --- the end ---------------------------------------------------------------

ok($sandbox->stop, 'the sandbox stops');
ok(doorkeeper()->stop, 'Doorkeeper had nothing to complain of');
done_testing();
