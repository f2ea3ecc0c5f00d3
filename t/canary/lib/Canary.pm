package Canary;

# Makes secrets and puts them wherever people do: requests as nginx and sscurl
# get them, and text for files. The lists of names here are people's, and not
# taken from the code: RFC 6749, 7519, 7521, 7636 and 8628, OpenID Connect, the
# filters of Rails, Devise, Sentry, Bugsnag and Logstash, and what was seen.

use strict;
use warnings;

use Exporter ();
use MIME::Base64 qw(encode_base64 decode_base64);

our @ISA = qw(Exporter);
our @EXPORT = qw(placements leaks what_of secret_like names);

# as parameters, members, keys
my @names = qw(
    client_secret password code code_verifier device_code user_code
    access_token refresh_token id_token assertion client_assertion
    subject_token actor_token token bearer_token auth_token authToken
    accessToken refreshToken clientSecret ClientSecret CLIENT_SECRET
    client-secret api_key apikey apiKey api-key API_KEY access_key accessKey
    secret_key secretKey private_key privateKey secret passwd pwd pw pass
    passphrase passcode password_confirmation current_password new_password
    user_password userPassword db_password otp otp_attempt totp mfa_code
    two_factor_code pin ssn_pin credential credentials bearer jwt session
    session_id sessionId sessid sid PHPSESSID JSESSIONID _session_id cookie
    auth authorization sig signature hmac ticket SAMLResponse SAMLRequest
    csrf_token authenticity_token X-Amz-Signature X-Amz-Security-Token
    webhook_secret shared_secret signing_key encryption_key master_key
    reset_password_token confirmation_token invitation_token unlock_token
    remember_token magic_link_token xsrf-token oauth_token oauth_verifier
    oauth_signature consumer_secret
);

# as headers whose value is a secret
my @headers = qw(
    Authorization Proxy-Authorization Authorisation Autorization Authorizaton
    Authorizations Authentication Authenticate Auth X-Auth X-Authorization
    X-Auth-Token X-Access-Token X-Refresh-Token X-Api-Key X-API-KEY Api-Key
    ApiKey X-Apikey X-Session-Id X-Session X-Session-Token Session-Id Session
    Cookie X-Csrf-Token X-Xsrf-Token X-CSRFToken Bearer Bearer-Token Token
    Access-Token JWT X-JWT X-Jwt-Assertion X-Client-Secret Client-Secret
    X-Secret X-Password Password X-Otp X-Github-Token Private-Token
    X-Vault-Token X-Amz-Security-Token X-Goog-Iap-Jwt-Assertion
    X-Forwarded-Access-Token X-User-Token X-Id-Token Ocp-Apim-Subscription-Key
);

sub names { return @names }

# --- values -----------------------------------------------------------------

my $made = 0;
my %what;

# A number in letters, so that each value is found again by its text.
sub letters { return sprintf('%05d', $_[0]) =~ tr/0-9/a-j/r }

# What is a secret by its name alone, and what looks like one.
my %shapes = (
    plain => sub { return "canary" . letters($_[0]) },
    mixed => sub { return "Ka7CANARY" . letters($_[0]) . 'Q0' . 'xY9' x 5 },
    jwt => sub {
        return 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.Ka7CANARY'
            . letters($_[0]) . 'Q0xY9xY9xY9xY9';
    },
);

sub value {
    my ($shape, $what) = @_;
    my $text = $shapes{$shape}->($made++);
    my ($key) = $text =~ /canary([a-j]{5})/i;

    $what{lc $key} = "$what ($shape)";

    return $text;
}

# A secret that looks like one, for files.
sub secret_like { return value(@_) }

# --- ways to write it -------------------------------------------------------

sub percent { return join '', map { sprintf '%%%02X', ord } split //, $_[0] }

my %ways = (
    'as it is' => sub { return $_[0] },
    percent => \&percent,
    'percent twice' => sub { return percent($_[0]) =~ s/%/%25/gr },
    'quoted' => sub { return "%22$_[0]%22" },
);

# --- places -----------------------------------------------------------------

# NAME is the name, VALUE the value, in a target.
my @targets = (
    '/acme/v1/clients?NAME=VALUE', '/acme/v1/clients?a=b&NAME=VALUE', '/v1/me?a=b;NAME=VALUE',
    '/v1/me?a=b&amp;NAME=VALUE', '/v1/clients?x=a%26NAME=VALUE', '/v1/clients?x=a%26NAME%3DVALUE',
    '/v1/me?x=a%2526NAME%253DVALUE', '/v1/me?x=y&&NAME=VALUE', '/v1/me?NAME%3DVALUE',
    '/v1/me?redirect=https%3A%2F%2Fh.test%2F%3FNAME%3DVALUE',
    '/v1/me?redirect=https://h.test/?NAME=VALUE', '/v1/me?state=%7B%22NAME%22%3A%22VALUE%22%7D',
    '/v1/me?state={"NAME":"VALUE"}', '/v1/me?user[NAME]=VALUE', '/v1/me?user%5BNAME%5D=VALUE',
    '/v1/me?NAME[]=VALUE', '/v1/me?filter[x]=1&NAME=VALUE#top', '/v1/me?NAME=VALUE%20w%20VALUE',
    '/v1/clients%3FNAME=VALUE', '/v1/clients%3FNAME%3DVALUE', '/v1/clients%3fa=b%26NAME=VALUE',
    '/v1/clients&NAME=VALUE', '/v1/clients;NAME=VALUE', '/acme/v1/NAME=VALUE/clients',
    '/acme/v1/NAME%3DVALUE/clients', '/v1/me#NAME=VALUE', '/oauth/authorize?NAME=VALUE',
    '/oauth/token%3FNAME=VALUE', '/oauth/token&NAME=VALUE', '/mcp?NAME=VALUE', '/elsewhere?NAME=VALUE',
    '/oauth/revoke?NAME=VALUE', '/oauth/token/info?NAME=VALUE', '//v1//clients?NAME=VALUE',
);

# What is a secret by its looks.
my @bare_targets = (
    '/acme/v1/clients/VALUE', '/acme/v1/clients?x=VALUE', '/acme/v1/clients?VALUE',
    '/acme/v1/clients/Bearer%20VALUE', '/acme/v1/clients?x=Bearer%20VALUE',
    '/acme/v1/clients?x=Bearer+VALUE', '/VALUE/v1/clients', '/oauth/token/VALUE',
    '/acme/v1/clients?filter[name]=VALUE', '/acme/v1/clients?x=a,VALUE,b',
    '/acme/v1/clients%2FVALUE', '/acme/v1/clients?x=%22VALUE%22', '/elsewhere/VALUE',
);

my $form = 'application/x-www-form-urlencoded';
my $jsonapi = 'application/vnd.api+json';

sub utf16 {
    my ($order, $text) = @_;

    return join '', map { $order eq 'le' ? "$_\0" : "\0$_" } split //, $text;
}

# Type and body with a name and a value in it.
my @bodies = (
    [ $form, 'NAME=VALUE' ], [ $form, 'grant_type=password&NAME=VALUE' ],
    [ $form, 'grant_type=password;NAME=VALUE' ], [ $form, 'x=1&user[NAME]=VALUE' ],
    [ $form, 'grant_type%3Dpassword%26NAME%3DVALUE' ], [ $form, 'x=a%3Db%26NAME%3DVALUE' ],
    [ 'application/json', '{"NAME":"VALUE"}' ],
    [ 'application/json', '{"x":{"y":[{"NAME":"VALUE"}]}}' ],
    [ 'application/json', '{"x":"{\"NAME\":\"VALUE\"}"}' ],
    [ 'application/json', '{"NAME":"VALUE"' ], [ '', 'NAME=VALUE' ], [ '', '{"NAME":"VALUE"}' ],
    [ 'text/plain', 'NAME: VALUE' ], [ 'text/plain', "a=b\nNAME=VALUE\n" ],
    [ 'application/xml', '<x><NAME>VALUE</NAME></x>' ],
    [ 'multipart/form-data; boundary=b',
      "--b\r\nContent-Disposition: form-data; name=\"NAME\"\r\n\r\nVALUE\r\n--b--\r\n" ],
    [ $jsonapi, '{"data":{"type":"clients","attributes":{"NAME":"VALUE"}}}' ],
    [ $jsonapi, '{"data":{"type":"clients","attributes":{"x":{"NAME":"VALUE"}}}}' ],
    [ $jsonapi, '{"data":{"type":"clients","meta":{"x":"a NAME=VALUE"}}}' ],
);
my @odd_bodies = (
    [ 'application/json', 'le' ], [ 'application/json', 'be' ],
    [ 'text/plain', 'le' ], [ $form, 'le' ],
);

# What is a secret by its looks, in bodies and headers.
my @bare_bodies = (
    [ $form, 'x=VALUE' ], [ $form, 'VALUE' ], [ 'application/json', '{"x":"VALUE"}' ],
    [ 'application/json', '"VALUE"' ], [ 'text/plain', 'VALUE' ],
    [ 'text/plain', 'Bearer VALUE' ],
    [ $jsonapi, '{"data":{"type":"clients","attributes":{"x":"VALUE"}}}' ],
    [ $jsonapi, '{"data":{"type":"clients","attributes":{"x":"Bearer VALUE"}}}' ],
    [ $jsonapi, '{"data":{"type":"clients","id":"VALUE"}}' ],
);
my @bare_headers = (
    'X-Custom: VALUE', 'X-Custom: Bearer VALUE', 'X-Custom: Basic VALUE', 'X-Custom: "VALUE"',
    'X-Custom: a=VALUE', 'X-Team: VALUE', 'Referer: https://h.test/VALUE',
    'User-Agent: me/1 VALUE', 'Accept: VALUE', 'X-Forwarded-For: VALUE', 'Origin: VALUE',
    'Accept: application/vnd.api+json, Bearer VALUE',
);

# Headers with a name and a value in them.
my @named_headers = (
    'Referer: https://h.test/?NAME=VALUE', 'X-Original-URI: /v1/me?NAME=VALUE',
    'X-Custom: {"NAME":"VALUE"}', 'X-Custom: NAME=VALUE', 'User-Agent: me/1 (NAME=VALUE)',
    'Cookie: a=b; NAME=VALUE', 'Referer: https://u:VALUE@h.test/', 'X-Custom: NAME: VALUE',
    'X-Forwarded-Uri: /a%3FNAME%3DVALUE', 'Forwarded: for=1.2.3.4;NAME=VALUE',
    'X-Rewrite-Url: /oauth/token?a=b&NAME=VALUE', 'Link: <https://h.test/?NAME=VALUE>',
);

# In a header the value follows the scheme.
my @schemes = ('Bearer VALUE', 'VALUE', 'Token VALUE', 'Bearer Bearer VALUE', 'bearer VALUE',
               'OAuth2 VALUE', 'Token token="VALUE"', 'Bearer "VALUE"', '{"access_token":"VALUE"}',
               "Bearer VALUE\tVALUE");

# --- requests ---------------------------------------------------------------

my @all;

sub add {
    my ($what, $method, $target, $headers, $body) = @_;

    push @all, { what => $what, method => $method, target => $target,
                 headers => $headers, body => $body };

    return;
}

sub put {
    my ($pattern, $shape, $what, $name, $way) = @_;
    my $value = $ways{$way // 'as it is'}->(value($shape, "$what: $pattern"));

    return $pattern =~ s/NAME/$name/gr =~ s/VALUE/$value/gr;
}

sub add_targets {
    for my $name (@names) {
        for my $i (0 .. $#targets) {
            my $pattern = $targets[$i];
            my $method = $pattern =~ m{/oauth/(?:token|revoke)} ? 'POST' : 'GET';
            my @ways = $i < 3 ? sort keys %ways : ('as it is');

            for my $way (@ways) {
                add("$name, $way", $method,
                    put($pattern, 'plain', "$name, $way", $name, $way), []);
            }
        }
    }

    for my $shape (qw(mixed jwt)) {
        add($shape, 'GET', put($_, $shape, 'target'), []) for @bare_targets;
    }

    return;
}

sub add_bodies {
    my %typed = map { ($_ => $_ ? [ "Content-Type: $_" ] : []) }
        map { $_->[0] } @bodies, @odd_bodies, @bare_bodies;

    for my $target ('/oauth/token', '/acme/v1/clients') {
        for my $name (@names) {
            for my $one (@bodies) {
                my ($type, $pattern) = @$one;

                add("$name in $type", 'POST', $target, $typed{$type},
                    put($pattern, 'plain', "$name in $type", $name));
            }
            for my $one (@odd_bodies) {
                my ($type, $order) = @$one;

                add("$name in UTF-16", 'POST', $target, $typed{$type},
                    utf16($order, put('{"NAME":"VALUE"}', 'plain',
                                      "$name in UTF-16", $name)));
            }
        }
        for my $shape (qw(mixed jwt)) {
            add("body, $shape", 'POST', $target, $typed{$_->[0]},
                put($_->[1], $shape, "body of $_->[0]")) for @bare_bodies;
        }
    }

    return;
}

sub add_headers {
    for my $header (@headers) {
        for my $scheme (@schemes) {
            for my $target ('/v1/me', '/acme/v1/clients') {
                add("header $header", 'GET', $target,
                    [ "$header: " . put($scheme, 'plain', "header $header") ]);
            }
        }
        add("header $header", 'POST', '/oauth/token',
            [ "Content-Type: $form", "$header: "
              . put('VALUE', 'plain', "header $header") ], 'grant_type=password');
        my $pair = encode_base64('u:' . value('plain', "$header: Basic"), '');
        add("header $header, Basic", 'GET', '/v1/me', [ "$header: Basic $pair" ]);
    }

    for my $name (@names) {
        my $cookie = "Cookie: a=b; NAME=VALUE; c=d";

        for my $pattern (@named_headers, $cookie) {
            add("$name in a header", 'GET', '/acme/v1/clients',
                [ put($pattern, 'plain', "$name in a header", $name) ]);
        }
    }

    for my $shape (qw(mixed jwt)) {
        add("header, $shape", 'GET', '/acme/v1/clients',
            [ put($_, $shape, 'header') ]) for @bare_headers;
    }

    return;
}

# All requests with a secret in them: { what, method, target, headers, body }.
sub placements {
    if (!@all) {
        add_targets();
        add_headers();
        add_bodies();
    }

    return @all;
}

# --- leaks ------------------------------------------------------------------

sub what_of {
    my ($text) = @_;

    return $what{lc $text} // "unknown: $text";
}

# What a text says when it is read by somebody who wants to know.
sub readings {
    my ($text) = @_;
    my @all = ($text =~ tr/\0//dr);

    for (1 .. 3) {
        push @all, $all[-1] =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger
                            =~ s/\\u00([0-9A-Fa-f]{2})/chr hex $1/ger
                            =~ s/\\x([0-9A-Fa-f]{2})/chr hex $1/ger
                            =~ s/&#(\d+);/chr $1/ger;
    }
    push @all, join "\n", map { decode_base64($_) } $text =~ m{([\w+/=-]{12,})}g;

    return @all;
}

# The places whose secrets stand in a text: a list, each once.
sub leaks {
    my ($text) = @_;
    my %found;

    for my $reading (readings($text)) {
        $found{what_of($1)} = 1 while $reading =~ /canary([a-j]{5})/gi;
    }

    return sort keys %found;
}

1;
