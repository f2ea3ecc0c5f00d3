#!/usr/bin/perl
#
# What a client does from the login on, with a real OAuth server: what one
# answer gives is what the next request sends, straight, through the gateway and
# by sscurl. Each answer must be of this very request.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../curl/lib", "$Bin/../../sandbox";
use SSTest;
use Oauth;

my ($way, %seen);

# What explains an error; there is nobody to do so straight.
sub explained {
    my ($answer, $causes, $name) = @_;

    is($answer->{causes}, $way eq 'bare' ? '' : $causes,
       "$way: $name, what explains it");

    return;
}

# The tokens of a grant; none may have been seen before.
sub granted {
    my ($name, @words) = @_;
    my $answer = ask($way, '/oauth/token', form(@words));
    my $tokens = json_of($answer);
    my @new = grep { defined } map { $tokens->{$_} }
                               qw(access_token refresh_token);

    is($answer->{status}, 200, "$way: $name");
    is(scalar(grep { $seen{$_}++ } @new), 0, "$way: $name, new tokens");
    is($answer->{told}, '', "$way: $name, nothing is told");

    return $tokens;
}

sub refused {
    my ($name, $causes, @words) = @_;
    my $answer = ask($way, '/oauth/token', form(@words));

    is(error_of($answer), '400 invalid_grant', "$way: $name");
    explained($answer, $causes, $name);

    return;
}

sub me { return ask($way, '/v1/me', '-H', $ACCEPT, bearer($_[0])) }

sub good {
    my ($token, $name) = @_;

    is(me($token)->{status}, 200, "$way: $name");

    return;
}

# A token that is no longer good, and which word tells why.
sub spent {
    my ($token, $word, $name) = @_;
    my $answer = me($token);

    is($answer->{status}, 401, "$way: $name");
    like($answer->{challenge},
         qr/ error_description="The access token .*$word"/,
         "$way: $name, WWW-Authenticate");
    explained($answer, "token-$word", $name);

    return;
}

sub login {
    my (%change) = @_;
    my %p = (response_type => 'code', client_id => $SANDBOX{client_id},
             redirect_uri => $SANDBOX{redirect_uri}, state => 'some-state',
             code_challenge => $SANDBOX{pkce_challenge},
             code_challenge_method => 'S256', %change);

    return ask($way, '/oauth/authorize', '-G', form(%p));
}

# --- one session ------------------------------------------------------------

sub with_a_code {
    my $back = json_of(login())->{redirect_uri} // '';
    my ($code) = $back =~ /\A\Q$SANDBOX{redirect_uri}\E\?code=([\w-]+)
                           &state=some-state\z/x;

    isnt($code, undef, "$way: a code");

    my @proof = (code_verifier => $VERIFIER);
    my $tokens = granted('the code, PKCE and secret',
                         code_form($code, @proof));
    refused('the code again',
            'code-spent callback-mismatch code-verifier-wrong '
            . 'code-of-another-client', code_form($code, @proof));
    good($tokens->{access_token}, 'its token');

    return $tokens;
}

sub refreshed {
    my ($old) = @_;
    my $new = granted('a refresh', refresh_form($old->{refresh_token}));

    isnt($new->{refresh_token}, undef, "$way: another refresh token");
    spent($old->{access_token}, 'revoked', 'the token before');
    refused('the refresh token before',
            'refresh-token-rotated refresh-token-revoked',
            refresh_form($old->{refresh_token}));
    good($new->{access_token}, 'the token behind a refresh');

    return $new;
}

sub expired {
    my ($tokens) = @_;

    ask('bare', '/test/expire', form(token => $tokens->{access_token},
                                     expired => 1));
    spent($tokens->{access_token}, 'expired', 'an expired token');

    return;
}

sub revoked {
    my ($tokens) = @_;
    my $answer = ask($way, '/oauth/revoke',
                     form(client_form(grant_type => undef),
                          token => $tokens->{access_token}));

    is($answer->{status}, 200, "$way: revoke");
    spent($tokens->{access_token}, 'revoked', 'a revoked token');
    refused('a revoked refresh token',
            'refresh-token-rotated refresh-token-revoked',
            refresh_form($tokens->{refresh_token}));

    return;
}

sub of_a_service {
    my $tokens = granted('client_credentials',
                         client_form(client_id => $SANDBOX{service_id},
                                     client_secret =>
                                         $SANDBOX{service_secret}));

    ok(!exists $tokens->{refresh_token}, "$way: without a refresh token");
    good($tokens->{access_token}, 'a token of a service');

    return;
}

# --- another callback, before and after the login ---------------------------

sub with_another_callback {
    my @other = (redirect_uri => 'https://other.example/callback');
    my $answer = login(@other);

    is(error_of($answer), '400 invalid_redirect_uri',
       "$way: a login with another callback");
    explained($answer, 'callback-not-registered', 'a login');

    refused('a code with another callback',
            'code-spent callback-mismatch code-of-another-client',
            code_form(new_code(), @other));

    return;
}

for (qw(bare gateway sscurl)) {
    $way = $_;

    my $tokens = refreshed(with_a_code());
    expired($tokens);
    revoked(refreshed(granted('password', user_form())));
    of_a_service();
    with_another_callback();
}

gateway()->stop;
ok(doorkeeper()->stop, 'Doorkeeper had nothing to complain of');
done_testing();
