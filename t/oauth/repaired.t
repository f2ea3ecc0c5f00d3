#!/usr/bin/perl
#
# Calls that a rule repairs: what a real OAuth server says to them straight, and
# that it grants them through the gateway and by sscurl. Some it would have
# granted anyway, though the service, by its documentation, would not; their
# repair must not spoil them.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../curl/lib", "$Bin/../../sandbox";
use JSON::PP;
use MIME::Base64;
use SSTest;
use Oauth;

my $token = '/oauth/token';
my $zero_width = "\xe2\x80\x8b";
my $nbsp = "\xc2\xa0";

sub json_as {
    my ($type, %p) = @_;

    return ('-H', "Content-Type: $type", '--data-binary',
            JSON::PP->new->canonical->encode(\%p));
}

sub json { return json_as('application/json', @_) }

sub multipart {
    my (%p) = @_;

    return map { ('-F', "$_=$p{$_}") } sort keys %p;
}

sub basic_of { return ('-H', "Authorization: Basic $_[0]") }

sub typed { return (form(user_form()), '-H', "Content-Type:$_[0]") }

# form values that need no encoding
sub query {
    my (%p) = @_;

    return join '&', map { "$_=$p{$_}" } sort keys %p;
}

sub url { return $token . '?' . query(@_) }

my %account = map { $_ => $SANDBOX{$_} } qw(client_id client_secret);
my ($id, $secret) = @account{qw(client_id client_secret)};
my $access = new_tokens()->{access_token};

sub me { return ('-H', $ACCEPT, @_) }

# name, the bare answer, what is told of it, path, curl's words (made anew for
# each way)
my @calls = (
    [ 'JSON', '200', 'token-body-encoding', $token,
      sub { json(user_form()) } ],
    [ 'JSON, refresh', '200', 'token-body-encoding', $token,
      sub { json(refresh_form(new_tokens()->{refresh_token})) } ],
    [ 'JSON as text/plain', '400 invalid_request', 'token-body-encoding',
      $token, sub { json_as('text/plain', user_form()) } ],
    [ 'multipart', '200', 'token-body-encoding', $token,
      sub { multipart(user_form()) } ],
    [ 'a form as text/plain', '400 invalid_request', 'token-body-encoding',
      $token, sub { typed(' text/plain') } ],
    [ 'a form without Content-Type', '200', 'token-body-encoding', $token,
      sub { typed('') } ],

    [ 'GET, all in the query', '404', 'token-method token-parameters-in-query',
      url(user_form()), sub { () } ],
    [ 'PUT', '404', 'token-method', $token,
      sub { ('-X', 'PUT', form(user_form())) } ],
    [ 'POST, all in the query', '200', 'token-parameters-in-query',
      url(user_form()), sub { ('-X', 'POST') } ],
    [ 'POST, the client in the query', '200', 'token-parameters-in-query',
      "$token?" . query(%account),
      sub { form(user_form(client_id => undef, client_secret => undef)) } ],

    [ 'Basic of the same client', '200', 'token-authorization-header', $token,
      sub { (basic($id, $secret), form(user_form())) } ],
    [ 'Basic instead of the client', '200', 'token-authorization-header',
      $token, sub { (basic($id, $secret), form(grant_type =>
                     'client_credentials')) } ],
    [ 'Basic of echo, with its line end', '401 invalid_client',
      'credential-hidden-character token-authorization-header', $token,
      sub { (basic_of(encode_base64("$id:$secret\n", '')),
             form(grant_type => 'client_credentials')) } ],
    [ 'Basic in lines', '200', 'token-authorization-header', $token,
      sub { (basic_of(join ' ', split /\n/, encode_base64("$id:$secret")),
             form(grant_type => 'client_credentials')) } ],
    [ 'Basic without padding', '200', 'token-authorization-header', $token,
      sub { (basic_of(encode_base64("$id:$secret", '') =~ s/=+\z//r),
             form(grant_type => 'client_credentials')) } ],
    [ 'a Bearer token of before', '200', 'token-authorization-header', $token,
      sub { (bearer('old-token'), form(user_form())) } ],

    [ 'a blank behind the client_id', '401 invalid_client',
      'credential-hidden-character', $token,
      sub { form(client_form(client_id => "$id ")) } ],
    [ 'a line end behind the secret', '401 invalid_client',
      'credential-hidden-character', $token,
      sub { form(client_form(client_secret => "$secret\r\n")) } ],
    [ 'a zero width space before the secret', '401 invalid_client',
      'credential-hidden-character', $token,
      sub { form(client_form(client_secret => "$zero_width$secret")) } ],
    [ 'a no-break space behind a code', '400 invalid_grant',
      'credential-hidden-character', $token,
      sub { form(code_form(new_code() . $nbsp)) } ],
    [ 'a line end behind a refresh token', '400 invalid_grant',
      'credential-hidden-character', $token,
      sub { form(refresh_form(new_tokens()->{refresh_token} . "\n")) } ],

    [ 'client-credentials', '400 unsupported_grant_type', 'token-grant-type',
      $token, sub { form(client_form(grant_type => 'client-credentials')) } ],
    [ 'Password', '400 unsupported_grant_type', 'token-grant-type', $token,
      sub { form(user_form(grant_type => 'Password')) } ],
    [ 'authorization code with PKCE, a blank for the underscore',
      '400 unsupported_grant_type', 'token-grant-type', $token,
      sub { form(code_form(new_code(challenge => $SANDBOX{pkce_challenge}),
                           code_verifier => $VERIFIER,
                           grant_type => 'authorization code')) } ],

    [ 'redirect_uri in a password grant', '200', 'token-redirect-uri', $token,
      sub { form(user_form(redirect_uri =>
                           'https://oauth.pstmn.io/v1/callback')) } ],
    [ 'redirect_uri in a refresh', '200', 'token-redirect-uri', $token,
      sub { form(refresh_form(new_tokens()->{refresh_token},
                              redirect_uri => 'https://other.example/')) } ],
    [ 'a parameter twice', '200', 'token-parameter-duplicate', $token,
      sub { (form(user_form()), '-d', 'grant_type=password') } ],

    [ 'no Accept', '406 Not acceptable', 'accept-not-jsonapi', '/v1/me',
      sub { ('-H', 'Accept:', bearer($access)) } ],
    [ 'Accept: application/json', '406 Not acceptable', 'accept-not-jsonapi',
      '/v1/me', sub { ('-H', 'Accept: application/json', bearer($access)) } ],
    [ 'Bearer Bearer', '401 Unauthorized', 'authorization-malformed', '/v1/me',
      sub { me(bearer("Bearer $access")) } ],
    [ 'quotes around the token', '401 Unauthorized', 'authorization-malformed',
      '/v1/me', sub { me(bearer("\"$access\"")) } ],
    [ 'the whole token answer', '401 Unauthorized', 'authorization-malformed',
      '/v1/me',
      sub { me(bearer("{\"access_token\":\"$access\",\"expires_in\":7200}")) } ],
    [ 'the token in the query', '200', 'token-in-query',
      "/v1/me?access_token=$access", sub { me() } ],
    [ 'an account before /v1/me', '404', 'account-slug-unwanted', '/acme/v1/me',
      sub { me(bearer($access)) } ],
);

for my $call (@calls) {
    my ($name, $result, $told, $path, $words) = @$call;
    my $bare = ask('bare', $path, $words->());

    is(error_of($bare), $result, "$name: bare");
    for my $way (qw(gateway sscurl)) {
        my $ours = ask($way, $path, $words->());

        is(error_of($ours), '200', "$name: $way");
        is($ours->{told}, "repaired $told", "$name: $way, what is told");
    }
}

# straight, Rails answers 400 and writes an error of its JSON library to its log
for my $way (qw(gateway sscurl)) {
    my $body = JSON::PP->new->canonical->encode({ client_form() });

    utf8::downgrade($body);
    my $ours = ask($way, $token, '-H', 'Content-Type: application/json',
                   '--data-binary', "\xef\xbb\xbf$body");

    is(error_of($ours), '200', "JSON with a byte order mark: $way");
    is($ours->{told}, 'repaired token-body-encoding',
       "JSON with a byte order mark: $way, what is told");
}

# --- what the gateway keeps from the server --------------------------------

my $log = gateway()->access_log . gateway()->error_log;
my @shown = grep { index($log, $_) >= 0 }
    $secret, $SANDBOX{password}, $access;
is(scalar @shown, 0, 'no secret of all these calls is in the logs');

gateway()->stop;
ok(doorkeeper()->stop, 'Doorkeeper had nothing to complain of');
done_testing();
