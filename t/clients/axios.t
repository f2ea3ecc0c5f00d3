#!/usr/bin/perl
#
# axios, of the npm registry.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../../sandbox";
use SSTest;
use Clients;

node_client('with_axios.cjs', [
    [ 'form', '200' ],
    [ 'an object', '415', '200' ],
    [ 'params', '400 invalid_request', '200' ],
    [ 'refresh without the client', '415',
      '400 invalid_grant (refresh-without-client)' ],
    [ 'default headers at the token endpoint', '415', '200' ],
    [ 'default accept', '406 Not acceptable', '200' ],
    [ 'no account', '404', '200' ],
    [ 'write an object', '406 Not acceptable', '201' ],
    [ 'me', '200' ],
    [ 'write', '201' ],
]);

stop_all();
done_testing();
