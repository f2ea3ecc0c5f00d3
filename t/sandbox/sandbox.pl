#!/usr/bin/perl
#
# A small stand-in for ScopeStack, both hosts, strict where the service is
# documented to be strict. It has one client, one user and one account, and a
# second client that may only use client_credentials.
#
#   sandbox.pl [--api-port N] [--auth-port N]
#
# The two hosts are two ports of 127.0.0.1; a path on the wrong one is 404, as a
# web site would have it. Prints "ready API-PORT AUTH-PORT" once it listens;
# stops on SIGTERM or SIGINT, and when its parent is gone. Never prints what it
# was sent.

use strict;
use warnings;

use Digest::SHA qw(sha256);
use FindBin qw($Bin);
use Getopt::Long qw(GetOptions);
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use MIME::Base64 qw(decode_base64 encode_base64url);

use lib $Bin;
use Credentials qw(%SANDBOX);
use Http qw(take_request message closes);

my %port = (api => 0, auth => 0);
GetOptions('api-port=i' => \$port{api}, 'auth-port=i' => \$port{auth})
    or exit 2;

my $json = JSON::PP->new->canonical->utf8;
my (%access, %refresh, %used_code, $serial);
my %secret_of = ($SANDBOX{client_id} => $SANDBOX{client_secret},
                 $SANDBOX{service_id} => $SANDBOX{service_secret});

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

# --- what jsonapi-resources says -----------------------------------------

sub jsonapi {
    my ($code, $document, @headers) = @_;

    return [ $code, [ 'Content-Type' => 'application/vnd.api+json', @headers ],
             $json->encode($document) ];
}

sub jsonapi_error {
    my ($status, $code, $title, $detail) = @_;

    return jsonapi($status, { errors => [ {
        status => "$status", code => "$code", title => $title,
        detail => $detail,
    } ] });
}

sub no_route {
    return [ 404, [ 'Content-Type' => 'text/html; charset=utf-8' ],
             "<!DOCTYPE html>\n<title>404</title>\n"
             . "<h1>The page you were looking for doesn't exist.</h1>\n" ];
}

sub unauthorized {
    my ($error) = @_;
    my %text = (
        revoked => 'The access token was revoked',
        expired => 'The access token expired',
        invalid => 'The access token is invalid',
    );

    return jsonapi(401,
        { errors => [ { status => '401', title => 'Unauthorized' } ] },
        'WWW-Authenticate' => 'Bearer realm="Doorkeeper", '
            . "error=\"invalid_token\", error_description=\"$text{$error}\"");
}

# --- requests ------------------------------------------------------------

sub unescape {
    my ($text) = @_;

    $text =~ tr/+/ /;
    $text =~ s/%([0-9a-fA-F]{2})/chr hex $1/ge;

    return $text;
}

sub form {
    return map { unescape($_) }
           map { my ($name, $value) = split /=/, $_, 2; ($name, $value // '') }
           grep { length } split /&/, $_[0];
}

# --- /oauth/token --------------------------------------------------------

sub issue {
    my (%more) = @_;
    my $token = 'sandbox-access-token-' . ++$serial;
    my $again = 'sandbox-refresh-token-' . $serial;

    $access{$token} = 'valid';
    $refresh{$again} = 1 unless $more{no_refresh};

    return [
        200,
        [ 'Content-Type' => 'application/json; charset=utf-8',
          'Cache-Control' => 'no-store' ],
        $json->encode({
            access_token => $token, token_type => 'Bearer',
            expires_in => 7200, scope => 'read write', created_at => time,
            ($more{no_refresh} ? () : (refresh_token => $again)),
        }),
    ];
}

my %grant = (
    password => sub {
        my ($p) = @_;

        return oauth_error('invalid_grant')
            if ($p->{username} // '') ne $SANDBOX{username}
            || ($p->{password} // '') ne $SANDBOX{password};
        return issue();
    },
    client_credentials => sub { return issue(no_refresh => 1) },
    authorization_code => sub {
        my ($p) = @_;

        return missing('code') unless length($p->{code} // '');
        return missing('redirect_uri') unless length($p->{redirect_uri} // '');
        return missing('code_verifier') if $p->{code} eq $SANDBOX{pkce_code}
            && !length($p->{code_verifier} // '');
        return oauth_error('invalid_grant')
            if $p->{redirect_uri} ne $SANDBOX{redirect_uri}
            || !code_fits($p);
        $used_code{ $p->{code} } = 1;
        return issue();
    },
    refresh_token => sub {
        my ($p) = @_;

        delete $refresh{ $p->{refresh_token} };
        return issue();
    },
);

# A code is good once; one with a challenge needs its verifier.
sub code_fits {
    my ($p) = @_;

    return 0 if $used_code{ $p->{code} };
    return 1 if $p->{code} eq $SANDBOX{code};
    return 0 if $p->{code} ne $SANDBOX{pkce_code};

    return encode_base64url(sha256($p->{code_verifier} // ''))
        eq $SANDBOX{pkce_challenge};
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

# The error of a client, if any. A refresh is looked at by its token first, and
# one without a client is the grant's fault.
sub bad_client {
    my ($r, $p) = @_;
    my ($id, $secret) = client_of($r, $p);
    my $grant = $p->{grant_type};

    if ($grant eq 'refresh_token') {
        my $old = $p->{refresh_token} // '';

        return missing('refresh_token') unless length $old;
        return oauth_error('invalid_grant')
            if !$refresh{$old}
            || $id eq '' && !defined $r->{header}{authorization};
    }

    my $known = $secret_of{$id};
    my $public = $grant eq 'authorization_code' && $secret eq ''
        && defined $p->{code_verifier};

    return oauth_error('invalid_client')
        if !defined $known || $secret ne $known && !$public;
    return oauth_error('unauthorized_client')
        if $id eq $SANDBOX{service_id} && $grant ne 'client_credentials';

    return;
}

sub bad_scope {
    my ($p) = @_;

    return grep { !/\A(?:read|write)\z/ } split ' ', $p->{scope} // '';
}

sub token {
    my ($r) = @_;

    return no_route() if $r->{method} ne 'POST';
    return [ 415, [ 'Content-Type' => 'application/json' ], '{}' ]
        if ($r->{header}{'content-type'} // '')
            !~ m{\Aapplication/x-www-form-urlencoded\s*(?:;|\z)}i;

    my %p = form($r->{body});
    return missing('grant_type') unless length($p{grant_type} // '');
    my $run = $grant{ $p{grant_type} }
        or return oauth_error('unsupported_grant_type');

    my $error = bad_client($r, \%p);
    return $error if $error;
    return oauth_error('invalid_grant')
        if exists $p{redirect_uri} && $p{grant_type} ne 'authorization_code';
    return oauth_error('invalid_scope') if bad_scope(\%p);

    return $run->(\%p);
}

sub revoke {
    my ($r) = @_;
    my %p = form($r->{body});

    $access{ $p{token} } = 'revoked' if $access{ $p{token} // '' };
    delete $refresh{ $p{token} // '' };

    return [ 200, [ 'Content-Type' => 'application/json' ], '{}' ];
}

# --- the API -------------------------------------------------------------

my %rows = (
    clients => { 1 => { name => 'Initech', active => JSON::PP::true } },
    projects => { 7 => { 'project-name' => 'Migration' } },
);

sub resource {
    my ($type, $id) = @_;

    return { type => $type, id => "$id", attributes => $rows{$type}{$id},
             links => { self => "/$SANDBOX{account}/v1/$type/$id" } };
}

sub me {
    return jsonapi(200, { data => {
        id => '4029', type => 'mes', attributes => {
            name => 'Sandbox User', email => $SANDBOX{username},
            'account-id' => 1, 'account-slug' => $SANDBOX{account},
        },
    } });
}

sub guard {
    my ($r) = @_;
    my $auth = $r->{header}{authorization} // '';
    my ($token) = $auth =~ /\ABearer (\S+)\z/i;
    my $state = defined $token ? $access{$token} // 'invalid' : 'invalid';

    return unauthorized($state) if $state ne 'valid';

    my $accept = $r->{header}{accept} // '';
    return if grep { $_ eq 'application/vnd.api+json' }
        map { s/\A\s+|\s+\z//gr } split /,/, $accept;

    return jsonapi_error(406, 406, 'Not acceptable',
        "All requests must use the 'application/vnd.api+json' Accept without "
        . "media type parameters. This request specified '$accept'.");
}

sub bad_write {
    my ($r) = @_;
    my $type = $r->{header}{'content-type'} // '';

    return jsonapi_error(415, 415, 'Unsupported media type',
        'All requests that create or update must use the '
        . "'application/vnd.api+json' Content-Type. This request specified "
        . "'$type'.") if $type ne 'application/vnd.api+json';

    $r->{document} = eval { $json->decode($r->{body}) };
    return jsonapi_error(400, 400, 'Bad Request', 'unexpected token')
        if ref $r->{document} ne 'HASH';
    return jsonapi_error(400, 106, 'Missing Parameter',
        'The required parameter, data, is missing.')
        if ref $r->{document}{data} ne 'HASH';

    return;
}

sub collection {
    my ($r, $type) = @_;
    my $rows = $rows{$type};

    if ($r->{method} eq 'POST') {
        my $error = bad_write($r);
        return $error if $error;

        my $id = 1000 + keys %$rows;
        $rows->{$id} = $r->{document}{data}{attributes};
        return jsonapi(201, { data => resource($type, $id) },
                       Location => "/$SANDBOX{account}/v1/$type/$id");
    }

    return jsonapi(200, {
        data => [ map { resource($type, $_) } sort keys %$rows ],
        meta => { 'record-count' => scalar keys %$rows, 'page-count' => 1 },
    });
}

sub single {
    my ($r, $type, $id) = @_;

    return jsonapi_error(404, 404, 'Record not found',
        "The record identified by $id could not be found.")
        unless $rows{$type}{$id};

    if ($r->{method} eq 'PATCH') {
        my $error = bad_write($r);
        return $error if $error;

        my $new = $r->{document}{data}{attributes} || {};
        @{ $rows{$type}{$id} }{ keys %$new } = values %$new;
    }

    return jsonapi(200, { data => resource($type, $id) });
}

sub api {
    my ($r) = @_;
    my $account = quotemeta $SANDBOX{account};
    my ($type, $id);

    if ($r->{path} ne '/v1/me') {
        ($type, $id) = $r->{path} =~ m{\A/$account/v1/([a-z-]+)(?:/(\w+))?\z};
        return no_route() unless $type && $rows{$type};
    }

    return guard($r) || (!$type ? me()
                         : defined $id ? single($r, $type, $id)
                         : collection($r, $type));
}

# --- both hosts ----------------------------------------------------------

sub answer {
    my ($r) = @_;
    my ($oauth) = $r->{path} =~ m{\A/oauth/(token|revoke)\z};

    return no_route() if ($oauth ? 'auth' : 'api') ne $r->{host};
    return api($r) unless $oauth;

    return $oauth eq 'token' ? token($r) : revoke($r);
}

# --- connections ---------------------------------------------------------

# Returns false when the connection is to be closed.
sub feed {
    my ($client, $state) = @_;

    while (my $r = take_request(\$state->{buffer})) {
        $r->{host} = $state->{host};
        syswrite $client, message($r, answer($r));
        return 0 if closes($r);
    }

    syswrite $client, "HTTP/1.1 100 Continue\r\n\r\n"
        if $state->{buffer} =~ /^Expect: 100-continue\r\n/mi
        && $state->{buffer} =~ /\r\n\r\n\z/;

    return length $state->{buffer} < 1 << 24;
}

sub listen_on {
    my ($port) = @_;

    return IO::Socket::INET->new(
        Listen => 128, LocalAddr => '127.0.0.1', LocalPort => $port,
        ReuseAddr => 1,
    ) || die "sandbox: port $port: $!\n";
}

sub main {
    my %listener = map { $_ => listen_on($port{$_}) } qw(api auth);
    my %host = reverse %listener;
    my $select = IO::Select->new(values %listener);
    my $parent = getppid;
    my (%state, $stop);

    local $SIG{PIPE} = 'IGNORE';
    local $SIG{TERM} = sub { $stop = 1 };
    local $SIG{INT} = $SIG{TERM};

    $| = 1;
    print "ready @{[map { $listener{$_}->sockport } qw(api auth)]}\n";

    while (!$stop && getppid == $parent) {
        for my $ready ($select->can_read(1)) {
            if ($host{$ready}) {
                my $client = $ready->accept or next;
                $select->add($client);
                $state{$client} = { buffer => '', host => $host{$ready} };
                next;
            }

            my $state = $state{$ready};
            my $n = sysread $ready, $state->{buffer}, 65536,
                length $state->{buffer};
            next if $n && feed($ready, $state);

            $select->remove($ready);
            delete $state{$ready};
            close $ready;
        }
    }
}

main();
