#!/usr/bin/perl
#
# newman, of the npm registry, with a Postman collection of the troubleshooting
# page's mistakes.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../../sandbox";
use SSTest;
use Clients;

node_client('with_newman.cjs', [
    [ 'token', '200' ],
    [ 'password credentials with a callback', '400 invalid_grant', '200' ],
    [ 'auth inherited from the collection', '401 invalid_client', '200' ],
    [ 'Basic with a callback', '400 invalid_grant', '200' ],
    [ 'raw JSON', '415', '200' ],
    [ 'form-data', '415', '200' ],
    [ 'client_secret left out', '401 invalid_client',
      '401 invalid_client (client-credentials-missing)' ],
    [ 'client_id from an e-mail', '401 invalid_client',
      '401 invalid_client (client-id-mixed-up)' ],
    [ 'wrong Basic, right body', '401 invalid_client',
      '401 invalid_client (basic-header-wins)' ],
    [ 'no Accept', '406 Not acceptable', '200' ],
    [ 'no account', '404', '200' ],
    [ 'an unset account', '404', '200' ],
    [ 'a write as application/json', '415 Unsupported media type', '201' ],
    [ 'me', '200' ],
    [ 'list', '200' ],
    [ 'write', '201' ],
]);

stop_all();
done_testing();
