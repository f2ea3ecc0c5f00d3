package AuthHost;

# The OAuth host: logins, tokens and their revocation, with the answers of
# Doorkeeper. What it issued is known until it ends.

use strict;
use warnings;

use Credentials qw(%SANDBOX);
use Digest::SHA qw(sha256);
use Exporter qw(import);
use Http qw(no_route);
use JSON::PP;
use MIME::Base64 qw(decode_base64 encode_base64url);

our @EXPORT_OK = qw(auth_answer state_of);

my $json = JSON::PP->new->canonical->utf8;
my %secret_of = ($SANDBOX{client_id} => $SANDBOX{client_secret},
                 $SANDBOX{service_id} => $SANDBOX{service_secret});

# What was issued: {client, scope, until, revoked}, by its access token and its
# refresh token; and codes, {client, redirect_uri, challenge, scope, used}.
my (%access, %refresh, %code, $serial);

# --- what Doorkeeper says ------------------------------------------------

my %description = (
    invalid_client => 'Client authentication failed due to unknown client, '
        . 'no client authentication included, or unsupported authentication '
        . 'method.',
    invalid_grant => 'The provided authorization grant is invalid, expired, '
        . 'revoked, does not match the redirection URI used in the '
        . 'authorization request, or was issued to another client.',
    unsupported_grant_type => 'The authorization grant type is not supported '
        . 'by the authorization server.',
    invalid_scope => 'The requested scope is invalid, unknown, or malformed.',
    unauthorized_client => 'The client is not authorized to perform this '
        . 'request using this method.',
    invalid_redirect_uri => 'The requested redirect uri is malformed or '
        . "doesn't match client redirect URI.",
    unsupported_response_type => 'The authorization server does not support '
        . 'this response type.',
);

my %status = (invalid_client => 401, unauthorized_client => 401);

sub oauth_error {
    my ($error, $text) = @_;

    $text ||= $description{$error};

    return [
        $status{$error} || 400,
        [
            'Content-Type'  => 'application/json; charset=utf-8',
            'Cache-Control' => 'no-store',
            'WWW-Authenticate' => 'Bearer realm="Doorkeeper", '
                . "error=\"$error\", error_description=\"$text\"",
        ],
        $json->encode({ error => $error, error_description => $text }),
    ];
}

sub missing {
    return oauth_error('invalid_request',
                       "Missing required parameter: $_[0].");
}

# --- requests ------------------------------------------------------------

sub unescape {
    my ($text) = @_;

    $text =~ tr/+/ /;
    $text =~ s/%([0-9a-fA-F]{2})/chr hex $1/ge;

    return $text;
}

sub escape {
    my ($text) = @_;

    $text =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/ge;

    return $text;
}

sub form {
    return map { unescape($_) }
           map { my ($name, $value) = split /=/, $_, 2; ($name, $value // '') }
           grep { length } split /&/, $_[0];
}

sub blank { return ($_[0] // '') !~ /\S/ }

# The words of a scope, each once; undef when there is a strange one. It may
# want no more than there is.
sub scope_of {
    my ($wanted, $there) = @_;
    my (%once, %there);

    return $there if blank($wanted);
    $there{$_} = 1 for split ' ', $there;
    my @words = grep { !$once{$_}++ } split ' ', $wanted;

    return (grep { !$there{$_} } @words) ? undef : join ' ', @words;
}

# --- /oauth/token --------------------------------------------------------

my $all_scopes = 'read write';
my $lifetime = 7200;

sub issue {
    my ($client, $scope, %more) = @_;
    my $access = 'sandbox-access-token-' . ++$serial;
    my $refresh = 'sandbox-refresh-token-' . $serial;
    my $now = time;
    my $token = { client => $client, scope => $scope,
                  until => $now + $lifetime };

    $access{$access} = $token;
    $refresh{$refresh} = $token unless $more{no_refresh};

    return [
        200,
        [ 'Content-Type' => 'application/json; charset=utf-8',
          'Cache-Control' => 'no-store' ],
        $json->encode({
            access_token => $access, token_type => 'Bearer',
            expires_in => $lifetime, scope => $scope, created_at => $now,
            ($more{no_refresh} ? () : (refresh_token => $refresh)),
        }),
    ];
}

# Credentials in the header beat those in the body. The documented form is "No
# Auth": what else stands in Authorization counts, and a bearer token is no
# client.
sub client_of {
    my ($r, $p) = @_;
    my $header = $r->{header}{authorization};

    return ($p->{client_id} // '', $p->{client_secret} // '')
        unless defined $header;
    return ('', '') unless $header =~ /\ABasic (.*)\z/;

    return split /:/, decode_base64($1) . ':', 3;
}

# The client that proved to be one; undef for any other.
sub proved_client {
    my ($r, $p) = @_;
    my ($id, $secret) = client_of($r, $p);
    my $known = $secret_of{$id};

    return defined $known && $secret eq $known ? $id : undef;
}

# No grant but that of a code has a redirect_uri.
sub bad_redirect { return exists $_[0]{redirect_uri} }

# Each grant looks at things in Doorkeeper's order: the first that is wrong is
# what the answer tells.
my %grant = (
    password => sub {
        my ($r, $p) = @_;
        my $client = proved_client($r, $p)
            // return oauth_error('invalid_client');

        return oauth_error('unauthorized_client')
            if $client eq $SANDBOX{service_id};
        return oauth_error('invalid_grant')
            if ($p->{username} // '') ne $SANDBOX{username}
            || ($p->{password} // '') ne $SANDBOX{password}
            || bad_redirect($p);
        my $scope = scope_of($p->{scope}, $all_scopes)
            // return oauth_error('invalid_scope');

        return issue($client, $scope);
    },
    client_credentials => sub {
        my ($r, $p) = @_;
        my $client = proved_client($r, $p)
            // return oauth_error('invalid_client');

        return oauth_error('invalid_grant') if bad_redirect($p);
        my $scope = scope_of($p->{scope}, $all_scopes)
            // return oauth_error('invalid_scope');

        return issue($client, $scope, no_refresh => 1);
    },
    authorization_code => sub {
        my ($r, $p) = @_;
        return missing('code') if blank($p->{code});

        my $code = $code{ $p->{code} };
        return missing('code_verifier')
            if $code && $code->{challenge} && blank($p->{code_verifier});
        return missing('redirect_uri') if blank($p->{redirect_uri});
        my $client = proved_client($r, $p)
            // return oauth_error('invalid_client');

        return oauth_error('invalid_grant')
            if !$code || $code->{used} || $code->{client} ne $client
            || $code->{redirect_uri} ne $p->{redirect_uri}
            || challenge_of($p) ne $code->{challenge};
        $code->{used} = 1;

        return issue($client, $code->{scope});
    },
    refresh_token => sub {
        my ($r, $p) = @_;
        return missing('refresh_token') if ($p->{refresh_token} // '') eq '';

        my $token = $refresh{ $p->{refresh_token} };
        return oauth_error('invalid_grant') if !$token || $token->{revoked};
        # one without a client is the grant's fault
        my $client = proved_client($r, $p) // return oauth_error(
            blank((client_of($r, $p))[0]) && !$r->{header}{authorization}
            ? 'invalid_grant' : 'invalid_client');

        return oauth_error('invalid_grant')
            if $token->{client} ne $client || bad_redirect($p);
        my $scope = scope_of($p->{scope}, $token->{scope})
            // return oauth_error('invalid_scope');
        # what was issued with it is void, too
        $token->{revoked} = 1;

        return issue($client, $scope);
    },
);

# A verifier for a code without a challenge fits none.
sub challenge_of {
    my ($p) = @_;

    return blank($p->{code_verifier}) ? ''
        : encode_base64url(sha256($p->{code_verifier}));
}

sub bad_type {
    my ($r) = @_;

    return if ($r->{header}{'content-type'} // '')
        =~ m{\Aapplication/x-www-form-urlencoded\s*(?:;|\z)}i;

    return [ 415, [ 'Content-Type' => 'application/json; charset=utf-8' ],
             '{}' ];
}

sub token {
    my ($r) = @_;
    my $error = bad_type($r);
    return $error if $error;

    my %p = form($r->{body});
    return missing('grant_type') if blank($p{grant_type});
    my $run = $grant{ $p{grant_type} }
        or return oauth_error('unsupported_grant_type');

    return $run->($r, \%p);
}

# --- /oauth/revoke -------------------------------------------------------

# Only who got a token may revoke it; to revoke an unknown one is no error.
sub revoke {
    my ($r) = @_;
    my $error = bad_type($r);
    return $error if $error;

    my %p = form($r->{body});
    my $client = proved_client($r, \%p);
    my $token = $access{ $p{token} // '' } || $refresh{ $p{token} // '' };
    my $type = 'application/json; charset=utf-8';

    return [ 403, [ 'Content-Type' => $type ], $json->encode({
        error => 'unauthorized_client',
        error_description => 'You are not authorized to revoke this token',
    }) ] if !defined $client || $token && $token->{client} ne $client;

    $token->{revoked} = 1 if $token;

    return [ 200, [ 'Content-Type' => $type ], '{}' ];
}

# --- /oauth/authorize ----------------------------------------------------

# A login's error stays here: where to go back to is not to be trusted.
sub login_error {
    my ($error, $text, $p) = @_;

    return [ 400, [ 'Content-Type' => 'application/json; charset=utf-8' ],
             $json->encode({
                 error => $error,
                 error_description => $text || $description{$error},
                 (defined $p->{state} ? (state => $p->{state}) : ()),
             }) ];
}

sub bad_login {
    my ($p) = @_;
    my $id = $p->{client_id};

    return ('invalid_request', 'Missing required parameter: client_id.')
        if blank($id);
    return ('invalid_client') unless $secret_of{$id};
    return ('unauthorized_client') if $id eq $SANDBOX{service_id};
    return ('invalid_redirect_uri')
        if ($p->{redirect_uri} // '') ne $SANDBOX{redirect_uri};
    return ('invalid_request', 'Missing required parameter: response_type.')
        if blank($p->{response_type});
    return ('unsupported_response_type') if $p->{response_type} ne 'code';
    return ('invalid_scope') unless scope_of($p->{scope}, $all_scopes);

    return;
}

# Whoever asks has logged in, and agrees: no page, but the way back at once.
sub authorize {
    my ($r) = @_;
    my %p = form($r->{query} // '');
    my ($error, $text) = bad_login(\%p);
    return login_error($error, $text, \%p) if $error;

    my $name = 'sandbox-code-' . ++$serial;
    $code{$name} = {
        client => $p{client_id}, redirect_uri => $p{redirect_uri},
        challenge => $p{code_challenge} // '',
        scope => scope_of($p{scope}, $all_scopes),
    };
    my $state = defined $p{state} ? '&state=' . escape($p{state}) : '';

    return [ 302, [ Location => "$p{redirect_uri}?code=$name$state" ], '' ];
}

# What tests and people need not log in for.
$code{ $SANDBOX{$_} } = {
    client => $SANDBOX{client_id}, redirect_uri => $SANDBOX{redirect_uri},
    scope => $all_scopes,
    challenge => $_ eq 'pkce_code' ? $SANDBOX{pkce_challenge} : '',
} for qw(code pkce_code);
$access{ $SANDBOX{expired_token} } = { client => $SANDBOX{client_id},
                                       scope => $all_scopes, until => 0 };

# --- all of it -----------------------------------------------------------

# What an access token is: valid, expired, revoked or invalid.
sub state_of {
    my ($name) = @_;
    my $token = $access{ $name // '' };

    return !$token ? 'invalid' : $token->{revoked} ? 'revoked'
         : $token->{until} < time ? 'expired' : 'valid';
}

# method, path, who answers
my %oauth = (
    'POST /oauth/token' => \&token,
    'POST /oauth/revoke' => \&revoke,
    'GET /oauth/authorize' => \&authorize,
);

sub auth_answer {
    my ($r) = @_;
    my $run = $oauth{"$r->{method} $r->{path}"} or return no_route();

    return $run->($r);
}

1;
