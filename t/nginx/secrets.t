#!/usr/bin/perl
#
# No secret in anything that the gateway writes or answers: canaries in every
# place where a client may put one, looked for in logs, headers and bodies.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use MIME::Base64 qw(encode_base64);
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;

my $canary = 'CaNaRy';
my $form = 'Content-Type: application/x-www-form-urlencoded';
my $dead = free_port();

my $recorder = SSTest::Recorder->new;
my $all = join ', ', map { "$_: reject" } qw(
    token-redirect-uri token-authorization-header token-body-encoding
    token-parameter-missing token-grant-type token-method
    token-parameters-in-query credential-confusable authorization-malformed
    accept-not-jsonapi content-type-not-jsonapi account-slug-placeholder
    account-slug-missing body-not-checked);
my $known = <<"END";
credentials:
  - name: one
    client_id: "app-Il1"
    client_secret_sha256: "@{[ '0' x 64 ]}"
END
my ($mend, $reject) = (rules($known), rules("rules: { $all }\n$known"));

my $nginx = gateway($recorder, rules => $mend,
    http => <<'END',
    log_format all escape=none '$remote_addr "$request" $status '
        '$scopestack_host $scopestack_scheme $scopestack_kind '
        '$scopestack_verdict $scopestack_rules $scopestack_findings '
        '$scopestack_causes $scopestack_account $scopestack_team';
    access_log %%DIR%%/all.log all;
    client_body_buffer_size 1k;
END
    server => <<"END");
    location /reject/ {
        scopestack_rules_file $reject;
        rewrite ^/reject(/.*) \$1 break;
        proxy_pass http://127.0.0.1:@{[$recorder->port]};
    }
    location /observe/ {
        scopestack observe;
        rewrite ^/observe(/.*) \$1 break;
        proxy_pass http://127.0.0.1:@{[$recorder->port]};
    }
    location /dead/ {
        rewrite ^/dead(/.*) \$1 break;
        proxy_pass http://127.0.0.1:$dead;
    }
END

# names of secrets, and a number for each use, so that a leak tells its place
my $uses = 0;
my %what;

sub secret {
    my ($name) = @_;
    my $text = $canary . $uses++ . 'x' x 30;

    $what{$text} = $name;

    return $text;
}

# the user's name is personal, not secret: it may be told
my @secrets = qw(client_secret password code code_verifier refresh_token
                 access_token assertion);

sub pairs {
    my ($where, $separator, $equals, $quote) = @_;

    return join $separator, map {
        "$quote$_$quote$equals$quote" . secret("$where $_") . $quote
    } @secrets;
}

my %requests = (
    form => [ "$form", pairs('form', '&', '=', '') . '&grant_type=password' ],
    'form, misspelt grant' => [ $form,
        'grant_type=Pass-Word&' . pairs('misspelt', '&', '=', '') ],
    'form as text' => [ 'Content-Type: text/plain',
                        pairs('text', '&', '=', '') ],
    json => [ 'Content-Type: application/json',
              '{"grant_type":"password",' . pairs('json', ',', ':', '"') . '}' ],
    'broken json' => [ 'Content-Type: application/json',
                       '{' . pairs('broken json', ',', ':', '"') ],
    multipart => [ 'Content-Type: multipart/form-data; boundary=b',
        join('', map { "--b\r\nContent-Disposition: form-data; name=\"$_\""
                       . "\r\n\r\n" . secret("multipart $_") . "\r\n" }
             @secrets) . "--b--\r\n" ],
    'the token alone' => [ $form, secret('alone') ],
    'a value as the grant' => [ $form, 'client_id=a&grant_type='
                                       . secret('grant') ],
    'two secrets in a wrong name' => [ $form, secret('name') . '=1' ],
    'a large one' => [ $form, pairs('large', '&', '=', '') . '&x='
                              . 'y' x 5000 ],
);

my @headers = (
    map { [ "Authorization: $_" ] }
        'Bearer ' . secret('bearer'), 'Bearer Bearer ' . secret('doubled'),
        '"' . secret('quoted') . '"', 'Token ' . secret('scheme'),
        secret('no scheme'), 'Bearer ' . secret('blank') . ' ' . secret('in'),
        'Bearer {"access_token":"' . secret('answer') . '","refresh_token":"'
            . secret('answer too') . '"}',
        'Bearer ' . secret('bytes') . "\xff",
        'Basic ' . encode_base64('app-Il1:' . secret('basic'), ''),
        'Basic ' . encode_base64(secret('basic without colon'), ''),
        'Basic ' . secret('not base64'),
);
# two Authorization headers: nginx itself answers 400 and logs both
push @headers, [ 'Cookie: session=' . secret('cookie') ],
    [ 'Proxy-Authorization: Basic ' . secret('proxy') ];

my ($sent, $answers, $arrived) = (0, '', '');

sub through {
    my ($bytes) = @_;

    $recorder->clear;
    $answers .= $nginx->raw($bytes) . "\n";
    $arrived .= join '', $recorder->requests;
    $sent++;
}

for my $place ('', '/reject', '/observe', '/dead') {
    for my $name (sort keys %requests) {
        my ($type, $body) = @{ $requests{$name} };

        through(request('POST', "$place/oauth/token", [ $type ], $body));
        through(request('POST', "$place/acme/v1/clients", [ $type ], $body));
        # as a parameter's name, or as a value that is none, nothing tells a
        # secret from what it stands for
        through(get("$place/oauth/token?$body", []))
            if $body !~ /[\s"{]/ && $name !~ /as the grant|wrong name/;
    }
    for my $headers (@headers) {
        through(get("$place/v1/clients", $headers));
        through(request('POST', "$place/oauth/token", [ $form, @$headers ],
                        'grant_type=client_credentials'));
    }
    for my $name (@secrets) {
        my $query = "$name=" . secret("query $name");

        through(get("$place/v1/clients?$query", []));
        through(get("$place/other?$query&x=y", []));
        through(get("$place/oauth/authorize?a=b&$query", []));
        # a query that lost its "?", and a path's own parameter
        through(get("$place/oauth/token&$query", []));
        through(get("$place/v1/clients;$query", []));
        through(get("$place/v1/clients", [ "Referer: http://x/#$query" ]));
    }
}

# nginx writes a request's line behind its answer
for (1 .. 250) {
    my $lines = () = slurp($nginx->dir . '/all.log') =~ /\n/g;
    last if $lines >= $sent;
    select undef, undef, undef, 0.02;
}

my %written = (
    'the access log' => slurp($nginx->dir . '/all.log'),
    'the error log'  => $nginx->error_log,
    'the answers'    => $answers,
);

cmp_ok($sent, '>', 250, 'many requests were sent');
cmp_ok(scalar(() = $written{'the access log'} =~ /\n/g), '>=', $sent,
       'the access log has them all');
like($written{'the error log'}, qr/connect\(\) failed/,
     'the error log has something to say of them');

for my $name (sort keys %written) {
    my %leaked = map { ($what{$_} // $_) => 1 }
        $written{$name} =~ /(${canary}\d+x+)/g;

    is(join("\n", sort keys %leaked), '', "$name: no secret");
    for my $text (keys %what) {
        my $coded = encode_base64("app-Il1:$text", '');

        ok(0, "$name: no secret in base64: $what{$text}")
            if index($written{$name}, $coded) >= 0;
    }
}

# what is hidden from logs still gets to where it belongs
cmp_ok(scalar(() = $arrived =~ /${canary}\d+x+/g), '>', 200,
       'the upstream gets what was sent');

$nginx->stop;
done_testing();
