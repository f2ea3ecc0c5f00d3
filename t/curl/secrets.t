#!/usr/bin/perl
#
# No secret in what sscurl says, wherever in a request it stands; and every
# secret where it was sent.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use MIME::Base64 qw(encode_base64);
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $recorder = SSTest::Recorder->new;
my @to = to($recorder);
my $token = auth() . '/oauth/token';
my $me = api() . '/v1/me';
my $clients = api() . '/acme/v1/clients';

# short enough for every header, and with nothing that coding would change
my $canary = 'CANARY0Il1secret';
my $basic = encode_base64("id:$canary", '');
my $alone = encode_base64($canary, '');

# a registered client, so that look-alikes are looked for
my $rules = rules(<<"END");
credentials:
  - { name: known, client_id: id,
      client_secret_sha256: "@{[ '0' x 64 ]}" }
  - { name: near, client_id: CANARYOIl1secret }
END
my %rules = (repair => $rules);

{
    my $all = sscurl([ '--ss-rules' ])->{out};
    my @ids = $all =~ /^(\S+)/mg;
    my $reject = "rules: {" . join(', ', map { "$_: reject" } @ids) . "}\n";
    my $report = "rules: {" . join(', ', map { "$_: report" } @ids) . "}\n";
    my ($credentials) = slurp($rules) =~ /^(credentials:\n(?: .*\n)+)/m;

    $rules{reject} = rules($credentials . $reject);
    $rules{report} = rules($credentials . $report);
}

sub is_silent {
    my ($name, $text) = @_;

    # also a piece of it, and what it looks like when coded
    unlike($text, qr/CANARY|\Q$basic\E|\Q$alone\E|CANARYOIl1/, $name);

    return;
}

# A request whose findings, and whose dry run, must be silent; that it is sent as
# it is shows that there was something to be silent about.
sub no_leak {
    my ($name, $args, %opt) = @_;
    my @words = ('-sS', @to, @$args);
    my @stdin = (stdin => $opt{stdin} // '');

    $recorder->clear;
    my $run = sscurl([ '--ss-config', $rules{report}, @words ], @stdin);
    my @got = $recorder->requests;

    like(join("\n", @got), qr/CANARY|\Q$basic\E|\Q$alone\E/,
         "$name: it is sent");
    is_silent("$name: text", $run->{err});

    $run = sscurl([ '--ss-config', $rules{repair}, '--ss-format', 'json',
                    '--ss-dry-run', @words ], @stdin);
    is_silent("$name: JSON", $run->{err});
    is_silent("$name: a dry run", $run->{out}) if !$opt{unmarked};
    return if !$opt{reject};

    $run = sscurl([ '--ss-config', $rules{reject}, @words ], @stdin);
    is_silent("$name: rejected", $run->{err});

    return;
}

# --- the right places ---------------------------------------------------------

my $cc = 'grant_type=client_credentials&client_id=id';

for my $parameter (qw(client_secret password code code_verifier refresh_token
                      access_token bearer_token token assertion
                      client_assertion)) {
    my $pair = "$parameter=$canary";

    no_leak("$parameter in a form", [ '-d', "$cc&$pair", $token ],
            reject => 1);
    no_leak("$parameter in the query", [ '-d', $cc, "$token?$pair" ],
            reject => 1);
    no_leak("$parameter in JSON", [ '--json',
            qq({"grant_type":"password","$parameter":"$canary"}), $token ],
            reject => 1);
    no_leak("$parameter in multipart", [ '-F', 'grant_type=password', '-F',
            $pair, $token ]);
    no_leak("$parameter in a query of the API", [ "$me?$pair" ]);
}

no_leak('Basic of -u', [ '-u', "id:$canary", '-d', $cc, $token ]);
no_leak('Basic of -u of another client', [ '-u', "other:$canary", '-d',
        "$cc&client_secret=x", $token ]);
no_leak('Basic in a header', [ '-H', "Authorization: Basic $basic", '-d', $cc,
        $token ]);
no_leak('userinfo', [ '-d', $cc,
        "http://id:$canary\@app.scopestack.test/oauth/token" ]);
no_leak('Bearer on the token endpoint', [ '--oauth2-bearer', $canary, '-d',
        $cc, $token ]);
no_leak('Bearer for the API', [ '-H', "Authorization: Bearer $canary", $me ]);
no_leak('a cookie', [ '-H', "Cookie: session=$canary", $me ]);
no_leak('a cookie of -b', [ '-b', "session=$canary", $me ]);
no_leak('a user\'s password', [ '-u', "id:$canary", $me ]);

# --- wrong places, wrong spellings --------------------------------------------

my $bearer = 'Authorization: Bearer';
my %tokens = (
    'no scheme'        => "Authorization: $canary",
    'an unknown one'   => "Authorization: Token $canary",
    'twice'            => "$bearer Bearer $canary",
    'quotes'           => "$bearer \"$canary\"",
    'a colon'          => "Authorization: Bearer:$canary",
    'no blank'         => "Authorization: Bearer$canary",
    'two tokens'       => "$bearer $canary $canary",
    'JSON'             => "$bearer {\"access_token\":\"$canary\"}",
    'broken JSON'      => "$bearer {\"access_token\":\"$canary",
    'JSON in capitals' => "$bearer {\"ACCESS_TOKEN\":\"$canary\"}",
    'a placeholder'    => "$bearer {{$canary}}",
    'angle brackets'   => "$bearer <$canary>",
    'a parameter'      => "$bearer access_token=$canary",
    'the wrong way'    => "Authorization: $canary Bearer",
    'a tab'            => "Authorization:\tBearer\t$canary",
    'Digest'           => "Authorization: Digest response=\"$canary\"",
    'bytes'            => "$bearer \xff$canary\xff",
    'a broken Basic'   => "Authorization: Basic $canary!",
    'Basic, no colon'  => "Authorization: Basic $alone",
    'a proxy\'s'       => "Proxy-Authorization: Bearer $canary",
    'an odd case'      => "aUTHORIZATION:bEARER  $canary",
);

for my $name (sort keys %tokens) {
    no_leak("Authorization, $name", [ '-H', $tokens{$name}, $me ]);
    no_leak("Authorization, $name, for a token", [ '-H', $tokens{$name}, '-d',
            "$cc&client_secret=x", $token ]);
}

no_leak('two Authorizations', [ '-H', "$bearer $canary", '-H',
        "Authorization: Basic $basic", $me ]);

my %forms = (
    'a name in capitals'   => "$cc&CLIENT_SECRET=$canary",
    'a name that is coded' => "$cc&client%5Fsecret=$canary",
    'a blank in the name'  => "$cc&client_secret+=$canary",
    'a blank at the front' => "$cc& client_secret=$canary",
    'a newline'            => "$cc&client_secret=$canary\n",
    'a dash in the name'   => "$cc&client-secret=$canary",
    'semicolons'           => "$cc;client_secret=$canary",
    'nothing else'         => $canary x 2,
    'no name'              => "=$canary",
    'a colon for ='        => "$cc&client_secret:$canary",
    'two of them'          => "$cc&client_secret=$canary&client_secret=$canary",
    'a NUL'                => "$cc&x=%00&client_secret=$canary",
    'as the grant'         => "grant_type=$canary",
    'as the client'        => "$cc&client_id=$canary",
    'in the redirect'      => "$cc&redirect_uri=http://x/?code=$canary",
    'JSON in a form'       => "$cc&x={\"client_secret\":\"$canary\"}",
    'brackets'             => "user[password]=$canary&$cc",
);

# a dry run shows what nothing marks as a secret; findings never do
my %unmarked = map { $_ => 1 } 'no name', 'as the grant', 'as the client',
    'a JSON array', 'a JSON string', 'XML', 'a coded one';

for my $name (sort keys %forms) {
    my $query = $forms{$name} =~ s/([ {}"\n])/sprintf '%%%02X', ord $1/ger;
    my %opt = (unmarked => $unmarked{$name});

    no_leak("a form, $name", [ '-d', $forms{$name}, $token ], %opt);
    no_leak("a query, $name", [ '-g', '-d', 'a=b', "$token?$query" ], %opt);
}

my %bodies = (
    'broken JSON'      => [ 'application/json', "{\"client_secret\":\"$canary" ],
    'a JSON array'     => [ 'application/json', "[\"$canary\"]" ],
    'a JSON string'    => [ 'application/json', "\"$canary\"" ],
    'nested JSON'      => [ 'application/json',
                            "{\"a\":{\"client_secret\":\"$canary\"}}" ],
    'JSON twice'       => [ 'application/json', "{\"client_secret\":\"$canary\""
                            . ",\"client_secret\":\"$canary\"}" ],
    'JSON as a form'   => [ 'application/x-www-form-urlencoded',
                            "{\"client_secret\":\"$canary\"}" ],
    'JSON after blanks' => [ 'application/x-www-form-urlencoded',
                             " \n{\"client_secret\":\"$canary\"}" ],
    'text'             => [ 'text/plain', "client_secret=$canary" ],
    'XML'              => [ 'text/xml', "<password>$canary</password>" ],
    'broken multipart' => [ 'multipart/form-data; boundary=b', "--b\r\n"
        . "Content-Disposition: form-data; name=\"client_secret\"\r\n\r\n"
        . $canary ],
    'multipart without a boundary' => [ 'multipart/form-data', "--b\r\n"
        . "Content-Disposition: form-data; name=\"client_secret\"\r\n\r\n"
        . "$canary\r\n--b--\r\n" ],
    'a coded one'      => [ 'application/json', "$canary\0\xff" ],
    'a form'           => [ 'application/x-www-form-urlencoded',
                            "client_secret=$canary" ],
);

for my $name (sort keys %bodies) {
    my ($type, $body) = @{ $bodies{$name} };
    my @args = ('-H', "Content-Type: $type", '--data-binary', '@-');

    no_leak("a body, $name", [ @args, $token ], stdin => $body);

    # API documents are printed, but a secret in one is a secret
    no_leak("a body for the API, $name", [ @args, $clients ], stdin => $body,
            unmarked => $unmarked{$name});
}

no_leak('a document', [ '--json', '{"data":{"type":"users","attributes":'
        . "{\"password\":\"$canary\"}}}", $clients ]);
no_leak('a document with a header', [ '--json', '{"data":{"type":"hooks",'
        . "\"attributes\":{\"headers\":{\"Authorization\":\"Basic $canary\"}}}}",
        $clients ]);
no_leak('multipart to the API', [ '-F', "client_secret=$canary", $clients ]);
no_leak('a secret as the name of a part', [ '-F', "client_secret=$canary\"",
        $token ]);
no_leak('a secret in a header that is none', [ '-H', "client_secret: $canary",
        $token ]);
no_leak('a Referer with a code', [ '-H', 'Referer: http://x.test/callback?code='
        . $canary, $me ]);
no_leak('a Referer with a token', [ '-H', 'Referer: http://x.test/#access_token='
        . $canary, $me ]);
no_leak('a Referer with a user', [ '-H', "Referer: http://a:$canary\@x.test/",
        $me ]);
no_leak('a code for a path', [ '-g', auth() . "/oauth/token&code=$canary" ]);
no_leak('a secret behind a path', [ '-g', auth()
        . "/oauth/token;client_secret=$canary" ]);
no_leak('a blank before the colon', [ '-H', "Authorization : Bearer $canary",
        $me ]);
for my $name ('X-Api-Key', 'Api-Key', 'X-Signature', 'X-Authorization') {
    no_leak("a header $name", [ '-H', "$name: $canary", $me ]);
}
for my $name (qw(api_key sig otp pin pwd auth session)) {
    no_leak("$name in a form", [ '-d', "$cc&$name=$canary", $token ]);
    no_leak("$name in a query", [ "$me?$name=$canary" ]);
}
no_leak('another host', [ '-u', "id:$canary", '-d', "client_secret=$canary",
        elsewhere() ]);
no_leak('another host\'s query', [ elsewhere() . "/?access_token=$canary" ]);

# --- where a bad file or a bad option has one ---------------------------------

{
    my $file = spew(tmp_dir() . '/secret.yaml', <<"END");
version: 1
credentials:
  - { client_id: id, client_secret: $canary }
  - client_id: id
    client_secret_sha256: $canary
  - { client_id: id, password: "$canary", token: [$canary] }
END
    my $run = sscurl([ '--ss-check', $file ]);

    is($run->{status}, 1, 'a secret in a rules file: exit code');
    spew("$file.url", <<"END");
version: 1
service:
  api_url: https://user:$canary\@host/
  auth_url: [ "https://$canary\@host" ]
  gateways: [ "ftp://a:$canary\@b", "https://a:$canary\@b/c/d" ]
END
    is_silent('userinfo in a rules file: the errors',
              sscurl([ '--ss-check', "$file.url" ])->{err});
    is_silent('a secret in a rules file: the errors', $run->{err});

    for my $args ([ "--ss-nope=$canary" ], [ "--ss-quiet=$canary" ],
                  [ '--ss-format', $canary ], [ '--ss-mode', $canary ],
                  [ '--ss-account', "$canary/" ], [ '--ss-team', $canary ],
                  [ "--ss-hash=$canary" ]) {
        my $run = sscurl([ @$args, $me ]);

        isnt($run->{status}, 0, "a secret in $args->[0]: is refused");
        is_silent('a secret in ' . $args->[0] =~ s/=.*//r . ': the message',
                  $run->{err});
    }
}

# the guard, and our words, are in nobody's list of processes
{
    my $stuck = SSTest::Recorder->new(answer => sub { '' });
    my $process = start([ launcher(), '-m', '5', '--ss-account', $canary,
                          to($stuck), $me ],
                        env => { %{ environment() }, sanitizer() });

    ok(wait_for(sub { my @got = $stuck->requests; scalar @got }),
       'a transfer is under way');
    my $line = slurp("/proc/$process->{pid}/cmdline");
    unlike($line, qr/--ss-|CANARY/, 'only curl\'s words are on its line');
    like($line, qr/\Acurl\0-m\0/, 'and all of them');
    kill 'KILL', $process->{pid};
    finish($process);
    $stuck->stop;
}

# nor in what a program that curl starts would inherit
{
    my $curious = compile('curious', <<'END', '-lcurl');
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
extern char **environ;
int main(int argc, char **argv)
{
    curl_easy_cleanup(NULL);
    for (char **e = environ; *e != NULL; e++) {
        printf("%s\n", *e);
    }
    printf("%d words, %s", argc, argv[1]);
    return 0;
}
END
    my $run = sscurl([ "-uuser:$canary", $me ],
                     env => { SCOPESTACK_CURL => $curious });

    is($run->{out} =~ s/(.*)\z//r && $1, "3 words, -uuser:$canary",
       'the first word is as it was');
    $run->{out} =~ s/(.*)\z//;
    like($run->{out}, qr/^PATH=/m, 'the environment is there');
    unlike($run->{out}, qr/CANARY|SCOPESTACK_(?:WORD|OPTIONS)/,
           'the environment: nothing is left in it');
}

$recorder->stop;
done_testing();
