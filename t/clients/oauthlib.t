#!/usr/bin/perl
#
# python3-requests-oauthlib of the distribution.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../../sandbox";
use SSTest;
use Clients;

client([ '/usr/bin/python3', "$Bin/with_oauthlib.py" ], [
    [ 'password, Basic', '200' ],
    [ 'password, in the body', '200' ],
    [ 'client credentials', '200' ],
    [ 'password with a callback', '400 invalid_grant', '200' ],
    [ 'a wrong secret', '401 invalid_client' ],
    [ 'code, PKCE', '200' ],
    [ 'the code again', '400 invalid_grant' ],
    [ 'another callback', '400 invalid_grant' ],
    [ 'an expired token, refreshed', '200' ],
    [ 'refresh without the client', '400 invalid_grant' ],
    [ 'refresh', '200' ],
    [ 'the old refresh token', '400 invalid_grant' ],
    [ 'default accept', '406', '200' ],
    [ 'no account', '404', '200' ],
    [ 'me', '200' ],
]);

stop_all();
done_testing();
