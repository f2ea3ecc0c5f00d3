#!/usr/bin/perl
#
# simple-oauth2, of the npm registry.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../../sandbox";
use SSTest;
use Clients;

node_client('with_simple_oauth2.cjs', [
    [ 'header', '200' ],
    [ 'body', '200' ],
    [ 'json', '415', '200' ],
    [ 'json, header', '415', '200' ],
    [ 'redirect_uri', '400 invalid_grant', '200' ],
    [ 'redirect_uri, header', '400 invalid_grant', '200' ],
    [ 'a wrong secret', '401 invalid_client',
      '401 invalid_client (client-id-mixed-up)' ],
    [ 'client credentials', '200' ],
    [ 'client credentials, json', '415', '200' ],
    [ 'refresh', '200' ],
    [ 'the old refresh token', '400 invalid_grant',
      '400 invalid_grant (refresh-token-rotated)' ],
    [ 'code, PKCE', '200' ],
    [ 'another callback', '400 invalid_grant',
      '400 invalid_grant (code-spent)' ],
    [ 'a wrong verifier', '400 invalid_grant',
      '400 invalid_grant (code-spent)' ],
    [ 'revoke', '200' ],
    [ 'a revoked refresh token', '400 invalid_grant',
      '400 invalid_grant (refresh-token-rotated)' ],
]);

stop_all();
done_testing();
