#!/usr/bin/perl
#
# Node's own fetch.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../../sandbox";
use SSTest;
use Clients;

client([ 'node', "$Bin/with_fetch.cjs" ], [
    [ 'form', '200' ],
    [ 'json', '415', '200' ],
    [ 'a string', '415', '200' ],
    [ 'form data', '415', '200' ],
    [ 'query', '415', '200' ],
    [ 'redirect_uri', '400 invalid_grant', '200' ],
    [ 'a dashed grant', '400 unsupported_grant_type', '200' ],
    [ 'wrong password', '400 invalid_grant',
      '400 invalid_grant (password-wrong)' ],
    [ 'default accept', '406 Not acceptable', '200' ],
    [ 'no account', '404', '200' ],
    [ 'an undefined account', '404', '200' ],
    [ 'a doubled scheme', '401 Unauthorized', '200' ],
    [ 'an undefined token', '401 Unauthorized',
      '401 Unauthorized (token-malformed)' ],
    [ 'an expired token', '401 Unauthorized',
      '401 Unauthorized (token-expired)' ],
    [ 'write with json', '415 Unsupported media type', '201' ],
    [ 'me', '200' ],
    [ 'list', '200' ],
    [ 'write', '201' ],
]);

stop_all();
done_testing();
