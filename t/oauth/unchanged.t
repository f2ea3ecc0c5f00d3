#!/usr/bin/perl
#
# Calls that no rule repairs get the same answer from a real OAuth server
# whether they go straight to it, through the gateway or by sscurl; and its
# errors are explained.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../curl/lib", "$Bin/../../sandbox";
use SSTest;
use Oauth;

my $challenge = $SANDBOX{pkce_challenge};

sub used_code {
    my $code = new_code();

    ask('bare', '/oauth/token', form(code_form($code)));

    return $code;
}

sub used_refresh {
    my $token = new_tokens()->{refresh_token};

    ask('bare', '/oauth/token', form(refresh_form($token)));

    return $token;
}

sub revoked {
    my $token = new_tokens()->{access_token};

    ask('bare', '/oauth/revoke', form(client_form(), token => $token));

    return $token;
}

sub expired {
    my $token = new_tokens()->{access_token};

    ask('bare', '/test/expire', form(token => $token, expired => 1));

    return $token;
}

# name, answer, what is told of it, what explains it, path, curl's words (made
# anew for each way)
my $token = '/oauth/token';
my @calls = (
    [ 'password', '200', '', '', $token, sub { form(user_form()) } ],
    [ 'client_credentials', '200', '', '', $token,
      sub { form(client_form()) } ],
    [ 'authorization_code', '200', '', '', $token,
      sub { form(code_form(new_code())) } ],
    [ 'authorization_code, PKCE', '200', '', '', $token,
      sub { form(code_form(new_code(challenge => $challenge),
                           code_verifier => $VERIFIER)) } ],
    [ 'refresh_token', '200', '', '', $token,
      sub { form(refresh_form(new_tokens()->{refresh_token})) } ],
    [ 'a scope', '200', '', '', $token,
      sub { form(user_form(scope => 'read write')) } ],

    [ 'a wrong password', '400 invalid_grant', '',
      'password-wrong user-inactive invitation-open', $token,
      sub { form(user_form(password => 'wrong')) } ],
    [ 'a wrong secret', '401 invalid_client', '',
      'client-id-mixed-up client-unknown', $token,
      sub { form(client_form(client_secret => 'wrong')) } ],
    [ 'an unknown client', '401 invalid_client', '',
      'client-id-mixed-up client-unknown', $token,
      sub { form(user_form(client_id => 'unknown')) } ],
    [ 'a grant that the client may not use', '401 unauthorized_client', '',
      'grant-not-allowed', $token,
      sub { form(user_form(client_id => $SANDBOX{service_id},
                           client_secret => $SANDBOX{service_secret})) } ],
    [ 'an unknown scope', '400 invalid_scope', '', 'scope-unknown', $token,
      sub { form(client_form(scope => 'admin')) } ],
    [ 'a used code', '400 invalid_grant', '',
      'code-spent callback-mismatch code-of-another-client', $token,
      sub { form(code_form(used_code())) } ],
    [ 'an expired code', '400 invalid_grant', '',
      'code-spent callback-mismatch code-of-another-client', $token,
      sub { form(code_form(new_code(expired => 1))) } ],
    [ 'another callback', '400 invalid_grant', '',
      'code-spent callback-mismatch code-of-another-client', $token,
      sub { form(code_form(new_code(),
                           redirect_uri => 'https://other.example/')) } ],
    [ 'a wrong verifier', '400 invalid_grant', '', 'code-spent '
          . 'callback-mismatch code-verifier-wrong code-of-another-client',
      $token,
      sub { form(code_form(new_code(challenge => $challenge),
                           code_verifier => 'w' x 43)) } ],
    [ 'a rotated refresh token', '400 invalid_grant', '',
      'refresh-token-rotated refresh-token-revoked', $token,
      sub { form(refresh_form(used_refresh())) } ],
    [ 'an unknown refresh token', '400 invalid_grant', '',
      'refresh-token-rotated refresh-token-revoked', $token,
      sub { form(refresh_form('unknown')) } ],

    [ 'a refresh without the client', '400 invalid_grant',
      'reported token-parameter-missing',
      'refresh-without-client refresh-token-rotated', $token,
      sub { form(refresh_form(new_tokens()->{refresh_token},
                              client_id => undef, client_secret => undef)) } ],
    [ 'no grant_type', '400 invalid_request',
      'reported token-parameter-missing', 'parameter-required', $token,
      sub { form(user_form(grant_type => undef)) } ],
    [ 'an unknown grant_type', '400 unsupported_grant_type',
      'reported token-grant-type', 'grant-type-unsupported', $token,
      sub { form(user_form(grant_type => 'magic')) } ],
    [ 'no callback', '400 invalid_request', 'reported token-parameter-missing',
      'parameter-required', $token,
      sub { form(code_form(new_code(), redirect_uri => undef)) } ],
    [ 'a wrong Basic header, right credentials in the body',
      '401 invalid_client', 'reported token-authorization-header',
      'basic-header-wins client-unknown', $token,
      sub { (basic('another', 'client'), form(user_form())) } ],

    [ 'DELETE with Basic', '404',
      'reported token-authorization-header token-parameter-missing',
      'token-endpoint-missed', $token,
      sub { ('-X', 'DELETE', basic(@SANDBOX{qw(client_id client_secret)})) } ],
    [ 'PATCH with Basic', '404', 'reported token-authorization-header',
      'token-endpoint-missed', $token,
      sub { ('-X', 'PATCH', basic(@SANDBOX{qw(client_id client_secret)}),
             form(grant_type => 'client_credentials')) } ],

    [ 'revoke', '200', '', '', '/oauth/revoke',
      sub { form(client_form(grant_type => undef),
                 token => new_tokens()->{access_token}) } ],
    [ 'introspect', '200', '', '', '/oauth/introspect',
      sub { form(client_form(grant_type => undef),
                 token => new_tokens()->{access_token}) } ],

    [ 'a token', '200', '', '', '/v1/me',
      sub { ('-H', $ACCEPT, bearer(new_tokens()->{access_token})) } ],
    [ 'a revoked token', '401 Unauthorized', '', 'token-revoked', '/v1/me',
      sub { ('-H', $ACCEPT, bearer(revoked())) } ],
    [ 'an expired token', '401 Unauthorized', '', 'token-expired', '/v1/me',
      sub { ('-H', $ACCEPT, bearer(expired())) } ],
    [ 'an unknown token', '401 Unauthorized', '', 'token-unknown', '/v1/me',
      sub { ('-H', $ACCEPT, bearer('unknown')) } ],
    [ 'no token', '401 Unauthorized', '', 'token-missing',
      '/v1/me', sub { ('-H', $ACCEPT) } ],
);

for my $call (@calls) {
    my ($name, $result, $told, $causes, $path, $words) = @$call;
    my $bare = ask('bare', $path, $words->());

    is(error_of($bare), $result, "$name: bare");
    for my $way (qw(gateway sscurl)) {
        my $ours = ask($way, $path, $words->());

        is(error_of($ours), $result, "$name: $way");
        is(settled_body($ours), settled_body($bare), "$name: $way, the body");
        is($ours->{challenge}, $bare->{challenge},
           "$name: $way, WWW-Authenticate");
        is($ours->{type}, $bare->{type}, "$name: $way, Content-Type");
        is($ours->{told}, $told, "$name: $way, what is told");
        is($ours->{causes}, $causes, "$name: $way, what explains it");
    }
}

gateway()->stop;
ok(doorkeeper()->stop, 'Doorkeeper had nothing to complain of');
done_testing();
