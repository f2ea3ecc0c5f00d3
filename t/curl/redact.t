#!/usr/bin/perl
#
# --ss-dry-run and --ss-report show a request without its secrets, by name and
# by value, wherever they stand; and all else of it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use Encode qw(encode);
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $recorder = SSTest::Recorder->new;
my @to = to($recorder);
my $me = api() . '/v1/me';
my $token = auth() . '/oauth/token';
my $file = home() . '/report';
my $long = 'CaNaRy0Zx9Kq2Lm8Pw4Rt6Yv1Bn3';

# What both show of a request.
sub shown {
    my ($args, %opt) = @_;
    my $run = sscurl([ '-sS', '--ss-dry-run', '--ss-report', $file, '-g', @to,
                       @$args ], %opt);

    is($run->{status}, 0, "$args->[0]: exit code") or diag($run->{err});

    return "$run->{out}\n$run->{err}\n" . slurp($file);
}

sub hides {
    my ($name, $args, %opt) = @_;
    my $text = shown($args, %opt);

    unlike($text, qr/canary/i, "$name: is not shown");

    return;
}

sub keeps {
    my ($words, $args) = @_;
    my $text = shown($args);
    my $count = () = $text =~ /\Q$words\E/g;

    is($count, 2, "$words: is shown");

    return;
}

# --- headers ------------------------------------------------------------------

for my $name (qw(Authorisation Authentication Autorization Authorizaton
                 X-Authorisation Proxy-Authorisation Auth X-Auth Bearer JWT
                 X-JWT X-Session-Id Session Api_Key X-Access-Key X-Private-Key
                 Client-Secret ClientSecret X-Csrf X-Passphrase X-Otp Ticket
                 X-Credentials)) {
    hides("$name: Bearer", [ '-H', "$name: Bearer canary", $me ]);
    hides("$name", [ '-H', "$name: canary", $me ]);
}
for my $value ('Bearer canary', 'bearer  canary', 'x; Bearer canary',
               'Basic Y2FuYXJ5OmNhbmFyeQ==canary', "a $long b", "\"$long\"",
               'https://me:canary@host/', 'https://me:can/canary@host/',
               'eyJhbGciOiJub25lIn0.canary.x', 'a=b; token=canary',
               '{"password":"canary"}') {
    hides("a header of any name: $value", [ '-H', "X-Note: $value", $me ]);
}

# --- paths and queries --------------------------------------------------------

for my $place ('/v1/Bearer%20canary', '/v1/Bearer+canary', '/v1/bearer/canary',
               '/v1/access_token=canary', "/v1/clients/$long",
               '/v1/clients%3Faccess_token=canary',
               '/v1/clients%3Faccess_token%3Dcanary',
               '/v1/clients%253Faccess_token%253Dcanary',
               '/v1/clients;a=b;token=canary', '/v1/clients?a=b;pwd=canary',
               '/v1/clients?a=b%26client_secret%3Dcanary',
               '/v1/clients?a=b%2526client_secret%253Dcanary',
               '/v1/clients?bearer=canary', '/v1/clients?device_code=canary',
               '/v1/clients?x=Bearer%20canary', "/v1/clients?x=$long",
               '/v1/clients?url=https%3A%2F%2Fme%3Acanary%40host',
               '/v1/clients?user%5Bpassword%5D=canary',
               '/v1/clients?%70%61%73%73%77%6f%72%64=canary') {
    hides($place, [ api() . $place ]);
}

# --- bodies -------------------------------------------------------------------

for my $name (qw(device_code user_code private_key passphrase passcode
                 credentials credential pw bearer access_key totp mfa_code
                 ticket SAMLResponse SAMLRequest db_pass newPassword
                 verification_code recovery-code signing_key csrf session_id
                 mysql_pwd)) {
    hides("$name in a form", [ '-d', "grant_type=password&$name=canary",
                               $token ]);
    hides("$name in a document", [ '--json', '{"data":{"type":"clients",'
        . "\"attributes\":{\"$name\":\"canary\"}}}", api() . '/acme/v1/clients' ]);
}
hides('a form that is encoded once too often', [ '-d',
    'grant_type%3Dpassword%26password%3Dcanary', $token ]);
hides('the same behind a parameter', [ '-d',
    'a=b&grant_type%3Dpassword%26password%3Dcanary', $token ]);
hides('userinfo in a parameter', [ '-d',
    'grant_type=password&redirect_uri=https://me:canary@host/', $token ]);

for my $coding (qw(UTF-16LE UTF-16BE UTF-16 UTF-32LE)) {
    my $form = encode($coding, 'grant_type=password&password=canary');
    my $text = shown([ '--data-binary', '@-', $token ], stdin => $form);

    unlike($text =~ s/\\x00|\0//gr, qr/canary/, "$coding: is not shown");
    like($text, qr/^\(${\ length $form} bytes that are not shown\)$/m,
         "$coding: its size is");

    my $json = encode($coding, '{"data":{"attributes":{"a":"canary"}}}');
    unlike(shown([ '--data-binary', '@-', '-H', 'Content-Type: application/json',
                   api() . '/acme/v1/clients' ], stdin => $json)
           =~ s/\\x00|\0//gr, qr/canary/, "$coding, a document: is not shown");
}

# --- what users need ----------------------------------------------------------

keeps('X-Request-Id: 123e4567-E89b-12d3-a456-426614174000',
      [ '-H', 'X-Request-Id: 123e4567-E89b-12d3-a456-426614174000', $me ]);
keeps("If-None-Match: \"$long\"", [ '-H', "If-None-Match: \"$long\"", $me ]);
keeps('traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      [ '-H', 'traceparent: 00-0af7651916cd43dd8448eb211c80319c-'
              . 'b7ad6b7169203331-01', $me ]);
keeps("client_id=$long", [ '-d', "grant_type=x&client_id=$long", $token ]);
keeps('/acme/v1/clients?filter[name]=Basic+Support&sort=-created-at',
      [ api() . '/acme/v1/clients?filter[name]=Basic+Support&sort=-created-at' ]);
keeps('User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/1',
      [ '-A', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/1',
        $me ]);

$recorder->stop;
done_testing();
