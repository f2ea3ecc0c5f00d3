package Credentials;

# The sandbox's client, user and account, and a second client for services: made
# up, and good nowhere else. The first client's id and secret have the characters that e-mail fonts confuse.

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT_OK = qw(%SANDBOX);

our %SANDBOX = (
    account       => 'acme',
    client_id     => 'sandbox-client-Il1O0-0000000000000000000000',
    client_secret => 'sandbox-secret-lI1O0-1111111111111111111111',
    service_id    => 'sandbox-service-2222222222222222222222222222',
    service_secret => 'sandbox-service-secret-333333333333333333333',
    username      => 'user@example.com',
    password      => 'sandbox-password',
    redirect_uri  => 'https://client.example/callback',
    code          => 'sandbox-code',
    pkce_code     => 'sandbox-pkce-code',
    expired_token => 'sandbox-expired-token',
    # S256 of "sandbox-verifier-0123456789-0123456789-012345"
    pkce_challenge => 'fOS6hw3VsQ71xBYc62leI3m3mhUXLmNnxVZGw6kP7gI',
);

1;
