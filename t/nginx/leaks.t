#!/usr/bin/perl
#
# Secrets in odd places and spellings, one test each, so that a leak has a
# name. secrets.t has the usual ones.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use MIME::Base64 qw(encode_base64);
use SSTest;
use SSTest::Recorder;
use Gateway;

my $canary = 'CaNaRyIl1O0' . 'x' x 30;
my $similar = $canary =~ s/Il1O0/lI1O0/r;
my $form = 'Content-Type: application/x-www-form-urlencoded';
my $dead = free_port();
my $h2 = free_port();

my $recorder = SSTest::Recorder->new;
my $up = 'http://127.0.0.1:' . $recorder->port;
my $known = "credentials:\n  - name: one\n    client_id: \"app-Il1\"\n"
    . '    client_secret_sha256: "' . sha256_hex($similar) . "\"\n";
my $all = join ', ', map { "$_: reject" } qw(
    host-mismatch path-double-slash account-slug-doubled
    account-slug-placeholder account-slug-missing token-method
    token-body-encoding token-parameters-in-query token-authorization-header
    token-grant-type token-redirect-uri credential-confusable
    token-parameter-missing authorization-malformed accept-not-jsonapi
    content-type-not-jsonapi body-not-checked);
my ($mend, $reject) = (rules($known), rules("rules: { $all }\n$known"));

# all that the module has to say stands in one log, and $request as well; the
# referrer is left out, as docs/nginx.md has it
my $nginx = gateway($recorder, rules => $mend,
    http => <<'END',
    log_format all escape=none '"$request" $status $scopestack_host '
        '$scopestack_scheme $scopestack_kind $scopestack_verdict '
        '$scopestack_rules $scopestack_findings $scopestack_causes '
        '$scopestack_account $scopestack_team';
END
    server => <<"END");
    listen 127.0.0.1:$h2 http2;
    access_log %%DIR%%/all.log all;
    merge_slashes off;
    rewrite ^/stripped(/.*) \$1?;
    location /reject/ {
        scopestack_rules_file $reject;
        rewrite ^/reject(/.*) \$1 break;
        proxy_pass $up;
    }
    location /observe/ {
        scopestack observe;
        rewrite ^/observe(/.*) \$1 break;
        proxy_pass $up;
    }
    location /dead/ {
        rewrite ^/dead(/.*) \$1 break;
        proxy_pass http://127.0.0.1:$dead;
    }
END

my ($seen_access, $seen_error, $number) = (0, 0, 0);

# What was written since the last time; the request's own line comes last.
sub written {
    my ($status) = @_;
    my ($access, $error) = ('', '');

    for (1 .. 250) {
        $access = substr slurp($nginx->dir . '/all.log'), $seen_access;
        last if $access =~ /$status\b.*\n/;
        select undef, undef, undef, 0.01;
    }
    $error = substr $nginx->error_log, $seen_error;
    $seen_access += length $access;
    $seen_error += length $error;

    return ($access, $error);
}

sub has_canary {
    my ($text) = @_;

    for my $secret ($canary, $similar) {
        for my $shift (0 .. 2) {
            # base64 has three ways to spell what stands in the middle
            my $coded = encode_base64('.' x $shift . $secret, '');
            return 1 if index($text, substr $coded, 4, 36) >= 0;
        }
        return 1 if index(lc $text, lc $secret) >= 0;
    }

    return 0;
}

sub none_in {
    my ($name, $answer, $wanted) = @_;
    my ($access, $error) = written($wanted);
    my %text = ('access log' => $access, 'error log' => $error,
                answer => $answer);
    my @leaks = grep { has_canary($text{$_}) } sort keys %text;

    is(join(', ', @leaks), '', "$name: nowhere")
        or diag(map { "$_: $text{$_}" } @leaks);

    return;
}

# Sends it; the secret must be nowhere but at the upstream. The token endpoint
# is not sent all: Bearer and redirect_uri are dropped there.
sub quiet {
    my ($name, $bytes) = @_;

    $recorder->clear;
    my $answer = $nginx->raw($bytes);
    my ($raw) = $recorder->requests;

    none_in($name, $answer, status_of($answer));
    ok(has_canary($raw), "$name: and at the upstream")
        if $raw && $bytes =~ m{\A\S+ /(?:observe|acme)/};

    return;
}

# --- queries --------------------------------------------------------------

my %query = (
    'plain' => "client_secret=$canary",
    'in capitals' => "CLIENT_SECRET=$canary",
    'an escaped name' => "client%5Fsecret=$canary",
    'an escaped value' => "client_secret=$canary%20$canary",
    'blanks around the name' => "+client_secret+=$canary",
    'behind empty ones' => "&&=&client_secret=$canary",
    'twice' => "code=$canary&code=$canary&x=y",
    'with = in it' => "password=a=$canary==",
    'alone' => $canary,
    'behind a quote' => "a=\"&client_secret=$canary",
    'behind an apostrophe' => "a='&client_secret=$canary",
    'behind #' => "a=b#&client_secret=$canary",
    'behind a second ?' => "a=b?client_secret=$canary",
    'behind an escaped &' => "a=b&amp;client_secret=$canary",
    'behind bytes' => "a=\xff\xc3\x28&client_secret=$canary",
    'a token' => "access_token=$canary",
    'two tokens' => "access_token=$canary&bearer_token=x$canary",
    'a token that is none' => "access_token=%22$canary",
    'in a long one' => 'a=b&' x 1500 . "client_secret=$canary",
);

for my $name (sort keys %query) {
    my $query = $query{$name};

    quiet("query, $name, api", get("/acme/v1/clients?$query", []));
    quiet("query, $name, token", get("/reject/oauth/token?$query", []));
    quiet("query, $name, no upstream", get("/dead/other?$query", []));
}

quiet('query that a rewrite strips', get(
    "/stripped/acme/v1/clients?client_secret=$canary", [ "X-Sent: $canary" ]));
quiet('query of an absolute target', get(
    "http://gateway.test/dead/v1/clients?client_secret=$canary", []));
quiet('query of a pipelined request',
      api_get("/acme/v1/clients/$canary") =~ s{/$canary }{?code=$canary }r);

my $run = run_cmd([ 'curl', '-sS', '-D', '-', '--http2-prior-knowledge',
    "http://127.0.0.1:$h2/dead/v1/clients?client_secret=$canary" ]);
none_in('query, HTTP/2', $run->{out}, 502);

# --- other headers --------------------------------------------------------

for my $referer ("https://client.test/callback?code=$canary&state=x",
                 "https://client.test/?a=b&access_token=$canary") {
    for my $query ('', '?x=y', "?code=$canary") {
        quiet("Referer, $query", get("/dead/acme/v1/clients$query",
                                     [ "Referer: $referer" ]));
    }
}

my @authorizations = (
    "$canary Bearer", "Bearer: $canary", "Bearer=$canary", "Bearer$canary",
    "token=\"$canary\"", "OAuth $canary", "$canary:$canary",
    "Bearer <$canary>", "Bearer $canary, $canary", "bearer\t$canary",
    "Authorization: Bearer $canary", "Bearer {\"access_token\":\"$canary\"",
    "Bearer ['$canary']", "Bearer $canary\xc2\xa0", "Bearer %22$canary%22",
    "{\"token\":\"$canary\"}", "Basic $canary:", "Basic app-Il1:$canary",
    'Basic ' . encode_base64("app-Il1:$canary\n", ''),
    'Basic ' . encode_base64(":$canary", ''),
    'Basic ' . encode_base64("$canary:", ''),
    'Basic ' . encode_base64("app-Il1:$canary", '') . '!',
    'Digest username="a", response="' . $canary . '"',
);

for my $value (@authorizations) {
    for my $place ('', '/reject', '/observe') {
        my $name = "Authorization ${\ substr $value, 0, 24}, $place";

        quiet("$name, api", get("$place/acme/v1/clients",
                                [ "Authorization: $value" ]));
        quiet("$name, token",
              request('POST', "$place/oauth/token",
                      [ $form, "Authorization: $value" ],
                      'grant_type=client_credentials&client_id=app-Il1'));
    }
}

# --- bodies ---------------------------------------------------------------

my $json = 'Content-Type: application/json';
my $parts = 'Content-Type: multipart/form-data; boundary=b';
my $part = "--b\r\nContent-Disposition: form-data; name=\"client_secret\"";
my @bodies = (
    [ 'a mix-up', $form, "grant_type=client_credentials&client_id=app-Il1"
                         . "&client_secret=$canary" ],
    [ 'a mixed-up id', $form, "grant_type=client_credentials&client_id=app-I11"
                              . "&client_secret=$canary" ],
    [ 'two of them', $form, "client_secret=$canary&client_secret=$similar" ],
    [ 'a code in redirect_uri', $form,
      "grant_type=password&redirect_uri=http://x/?code=$canary" ],
    [ 'a code in an odd grant', $form, "grant_type=Pass-Word&code=$canary"
                                       . "&redirect_uri=$canary" ],
    [ 'a form that says JSON', $json, "client_secret=$canary" ],
    [ 'JSON that says form', $form, "{\"client_secret\":\"$canary\"}" ],
    [ 'JSON, nested', $json, "{\"a\":{\"client_secret\":\"$canary\"}}" ],
    [ 'JSON, a list', $json, "[\"$canary\"]" ],
    [ 'JSON, a string', $json, "\"$canary\"" ],
    [ 'JSON that ends', $json, "{\"client_secret\":\"$canary" ],
    [ 'JSON, twice', $json, "{\"code\":\"$canary\",\"code\":\"$canary\"}" ],
    [ 'JSON, as a name', $json, "{\"$canary\":1,\"$canary\":[]}" ],
    [ 'JSON, bytes', $json, "{\"code\":\"$canary\xff\"}" ],
    [ 'parts that end', $parts, "$part\r\n\r\n$canary" ],
    [ 'parts, a file', $parts, "$part; filename=\"$canary\"\r\n\r\n"
                               . "$canary\r\n--b--\r\n" ],
    [ 'parts, a name', $parts, "--b\r\nContent-Disposition: form-data; "
                               . "name=\"$canary\"\r\n\r\nx\r\n--b--\r\n" ],
    [ 'parts without a boundary', 'Content-Type: multipart/form-data',
      "$part\r\n\r\n$canary\r\n--b--\r\n" ],
    [ 'a text', 'Content-Type: text/plain', $canary ],
    [ 'a coded one', "$form\r\nContent-Encoding: gzip", $canary ],
    [ 'no type', 'X-No: type', "code=$canary" ],
);

for my $body (@bodies) {
    my ($name, $type, $text) = @$body;

    for my $place ('', '/reject', '/observe', '/dead') {
        quiet("body, $name, $place, token",
              request('POST', "$place/oauth/token", [ $type ], $text));
        quiet("body, $name, $place, api",
              request('POST', "$place/acme/v1/clients", [ $type ], $text));
    }
}

# --- a rules file that is wrong -------------------------------------------

for my $text ("credentials:\n  - name: a\n    client_id: b\n"
              . "    client_secret: $canary\n",
              "credentials:\n  - name: a\n    client_id: b\n"
              . "    client_secret_sha256: \"$canary\"\n",
              "credentials: [{name: a, client_id: b, "
              . "client_secret: $canary}]\n",
              "credentials:\n  - {name: a, client_secret: $canary, rulez: x}\n",
              "client_secret: >\n  $canary\nrulez: {}\n") {
    my $conf = SSTest::Nginx->new(no_start => 1,
        http => 'scopestack_rules_file ' . rules($text) . ';');
    my $run = $conf->test_conf;

    isnt($run->{status}, 0, 'a secret in a rules file: nginx -t fails');
    ok(!has_canary($run->{err}), 'a secret in a rules file: and does not tell')
        or diag($run->{err});
}

$nginx->stop;
done_testing();
