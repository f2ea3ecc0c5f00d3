package Benign::Oauth;

# The auth host: the four grants, revoke and introspect, and what a browser is
# sent to. All credentials are made up.

use strict;
use warnings;
use utf8;

use Exporter qw(import);

our @EXPORT_OK = qw(token_forms other_forms authorizations credential);

# 43 characters as the service gives out, full of I, l, 1, O and 0.
my @letters = ('A' .. 'Z', 'a' .. 'z', 0 .. 9, qw(- _ I l 1 O 0 I l 1 O 0));

sub credential {
    my ($seed, $length) = @_;
    my $text = '';

    for (1 .. $length || 43) {
        $seed = ($seed * 1103515245 + 12345) % 2147483648;
        $text .= $letters[ ($seed >> 8) % @letters ];
    }

    return $text;
}

my @users = (
    [ 'jane.doe@acme.example', 'correct horse battery staple' ],
    [ 'jane.doe+api@acme.example', 'p&ss=w+rd%20' ],
    [ "o'neil\@acme.example", 'Ünï-cödé €' ],
    [ 'svc_sow', '"quoted" \\ {curly} <angle>' ],
    [ 'admin@acme.example', 'nullundefined' ],
    [ 'müller@acme.example', 'I1lO0' ],
    [ 'x@y.example', 'a' x 72 ],
);
my @redirects = (
    'https://client.example/callback',
    'https://client.example/oauth/cb?tenant=acme&next=%2Fhome',
    'https://oauth.pstmn.io/v1/callback',
    'https://www.workato.com/oauth/callback',
    'https://client.example:8443/cb', 'urn:ietf:wg:oauth:2.0:oob',
);
my @scopes = (undef, 'read write', 'read');
my $verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
my $challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
my $jwt = join '.', 'eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiI0MDI5In0',
    'c2lnbmF0dXJlLW9mLW5vYm9keS1hdC1hbGwtMDAwMDA';

my $seed = 0;

# Every client its own id and secret.
sub client_pairs {
    $seed += 2;

    return ([ client_id => credential($seed) ],
            [ client_secret => credential($seed + 1) ]);
}

sub form {
    my ($what, $grant, $scope, @pairs) = @_;

    push @pairs, [ scope => $scope ] if defined $scope;

    return { what => $what, form => [ [ grant_type => $grant ], @pairs ] };
}

# Token requests: { what, form => [[name, value] ...] }.
sub token_forms {
    my @all;

    for my $scope (@scopes) {
        push @all, map { form('client-credentials', 'client_credentials',
                              $scope, client_pairs()) } 1 .. 3;

        push @all, map { form('password', 'password', $scope, client_pairs(),
                              [ username => $_->[0] ],
                              [ password => $_->[1] ]) } @users;

        push @all, map { form('refresh', 'refresh_token', $scope,
                              client_pairs(), [ refresh_token => $_ ]) }
            credential($seed + 901), $jwt, credential($seed + 902, 64);
    }

    for my $redirect (@redirects) {
        my @code = ([ code => credential($seed + 700) ],
                    [ redirect_uri => $redirect ]);
        my @id = client_pairs();

        push @all,
            form('code', 'authorization_code', undef, @id, @code),
            form('code-pkce', 'authorization_code', undef, @id, @code,
                 [ code_verifier => $verifier ]),
            form('code-pkce-public', 'authorization_code', undef, $id[0],
                 @code, [ code_verifier => credential($seed + 800, 128) ]);
    }

    # the one client that the rules file may know, with the parameters in
    # another order, and parameters of other vendors
    push @all,
        { what => 'registered', form => [
            [ client_secret => 'sandbox-secret-lI1O0-1111111111111111111111' ],
            [ client_id => 'sandbox-client-Il1O0-0000000000000000000000' ],
            [ grant_type => 'client_credentials' ] ] },
        form('vendor', 'client_credentials', 'read write', client_pairs(),
             [ audience => 'https://api.scopestack.io' ],
             [ resource => 'https://api.scopestack.io/mcp' ],
             [ 'x-tenant' => '' ]);

    return @all;
}

# { what, path, form }
sub other_forms {
    my @all;

    for my $token (credential(41), $jwt) {
        for my $hint ([], [ [ token_type_hint => 'access_token' ] ],
                      [ [ token_type_hint => 'refresh_token' ] ]) {
            push @all, map { { what => $_, path => "/oauth/$_", form => [
                [ token => $token ], @$hint, client_pairs() ] } }
                qw(revoke introspect);
        }
    }

    return @all;
}

# Queries of /oauth/authorize.
sub authorizations {
    my @all;

    for my $redirect (@redirects) {
        for my $scope (@scopes) {
            my @pairs = ((client_pairs())[0], [ redirect_uri => $redirect ],
                         [ response_type => 'code' ],
                         [ state => credential($seed, 22) ]);

            push @pairs, [ scope => $scope ] if defined $scope;
            push @all, [@pairs], [ @pairs, [ code_challenge => $challenge ],
                                   [ code_challenge_method => 'S256' ] ];
        }
    }

    return @all;
}

1;
