#!/usr/bin/perl
#
# python3-requests of the distribution.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../../sandbox";
use SSTest;
use Clients;

client([ '/usr/bin/python3', "$Bin/with_requests.py" ], [
    [ 'form', '200' ],
    [ 'json', '415', '200' ],
    [ 'params', '415', '200' ],
    [ 'files', '415', '200' ],
    [ 'get', '404', '200' ],
    [ 'redirect_uri', '400 invalid_grant', '200' ],
    [ 'wrong password', '400 invalid_grant',
      '400 invalid_grant (password-wrong)' ],
    [ 'wrong Basic', '401 invalid_client',
      '401 invalid_client (basic-header-wins)' ],
    [ 'session at the token endpoint', '401 invalid_client', '200' ],
    [ 'default accept', '406 Not acceptable', '200' ],
    [ 'no account', '404', '200' ],
    [ 'base with a slash', '404', '200' ],
    [ 'write with json', '415 Unsupported media type', '201' ],
    [ 'me', '200' ],
    [ 'list', '200' ],
    [ 'write', '201' ],
    [ 'an expired token', '401 Unauthorized',
      '401 Unauthorized (token-expired)' ],
    [ 'no such client', '404 Record not found',
      '404 Record not found (record-missing)' ],
]);

stop_all();
done_testing();
