#!/usr/bin/perl
#
# Requests without headers: those of HTTP/0.9, and those that nginx refuses
# while it reads them, which come to the module through error_page. Every way
# of refusing, in every mode: the worker lives, and what leaves is right.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use IO::Select;
use IO::Socket::INET;
use SSTest;
use SSTest::Recorder;
use Gateway;
use H2;
use JSON::PP;

my $long = 'a' x 40_000;
my $client = 'client_id=a&client_secret=b';
my $query = "grant_type=client_credentials&$client";

# [name, bytes, the target as it must leave]
my @whole = (
    [ 'HTTP/0.9', "GET /v1/x\r\n", 'GET /acme/v1/x' ],
    [ 'HTTP/0.9, clean', "GET /acme/v1/x\r\n", 'GET /acme/v1/x' ],
    [ 'HTTP/0.9, LF', "GET /v1/x\n", 'GET /acme/v1/x' ],
    [ 'HTTP/0.9, a query', "GET /v1/x?a=b\r\n", 'GET /acme/v1/x?a=b' ],
    [ 'HTTP/0.9, a token in it', "GET /v1/x?access_token=t\r\n",
      'GET /acme/v1/x' ],
    [ 'HTTP/0.9, a token request', "GET /oauth/token?$query\r\n",
      'POST /oauth/token' ],
    [ 'HTTP/0.9, //', "GET //v1//x\r\n", 'GET /acme/v1/x' ],
    [ 'HTTP/0.9, an escape', "GET /v1/%7E%20\r\n", 'GET /acme/v1/%7E%20' ],
    [ 'HTTP/0.9, a fragment', "GET /v1/x#f\r\n", 'GET /acme/v1/x#f' ],
    [ 'HTTP/0.9, /', "GET /\r\n", 'GET /' ],
    [ 'HTTP/1.0, no headers', "GET /v1/x HTTP/1.0\r\n\r\n",
      'GET /acme/v1/x' ],
);
# [name, bytes, why no answer comes]
my @refused = (
    [ 'a long URI', "GET /v1/$long HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'a long query', "GET /v1/x?access_token=$long HTTP/1.1\r\n\r\n" ],
    [ 'a long method', 'G' x 40_000 . " / HTTP/1.1\r\n\r\n" ],
    [ 'a long header', "GET /v1/x HTTP/1.1\r\nHost: x\r\nA: $long\r\n\r\n" ],
    [ 'many long headers', "GET /v1/x HTTP/1.1\r\nHost: x\r\n"
      . join('', map { "A$_: " . 'a' x 8000 . "\r\n" } 1 .. 6) . "\r\n" ],
    [ 'TLS', "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" . "\xaa" x 64 ],
    [ 'SSLv2', "\x80\x2e\x01\x00\x02" . "\x01" x 40 ],
    [ 'HTTP/2 preface, cut', "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" ],
    [ 'NUL', "\0\r\n\r\n" ],
    [ 'a method alone', "GET\r\n\r\n" ],
    [ 'a method and a blank', "GET \r\n\r\n" ],
    [ 'blanks', "   \r\n\r\n" ],
    [ 'no method', "/v1/x HTTP/1.1\r\n\r\n" ],
    [ 'a small method', "get /v1/x HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'POST by HTTP/0.9', "POST /oauth/token\r\n" ],
    [ 'a bad escape', "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'a bad escape, HTTP/0.9', "GET /%zz\r\n" ],
    [ 'NUL by escape', "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ '/..', "GET /.. HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'no slash', "GET v1/x HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'a control character', "GET /v1/\x01x HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'CONNECT', "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n" ],
    [ 'CONNECT, HTTP/1.0', "CONNECT a:1 HTTP/1.0\r\n\r\n" ],
    [ 'CONNECT, HTTP/0.9', "CONNECT a:1\r\n" ],
    [ 'TRACE', "TRACE /v1/x HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'OPTIONS *', "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'a bad scheme', "GET 1ttp://x/v1/x HTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'a bad host in the line', "GET http://a..b/v1/x HTTP/1.1\r\n\r\n" ],
    [ 'HTTP/3.0', "GET /v1/x HTTP/3.0\r\nHost: x\r\n\r\n" ],
    [ 'HTTP/9', "GET /v1/x HTTP/9\r\nHost: x\r\n\r\n" ],
    [ 'HTTP/1.x', "GET /v1/x HTTP/1.x\r\nHost: x\r\n\r\n" ],
    [ 'HTTP/99999.1', "GET /v1/x HTTP/99999.1\r\nHost: x\r\n\r\n" ],
    [ 'XTTP/1.1', "GET /v1/x XTTP/1.1\r\nHost: x\r\n\r\n" ],
    [ 'no Host', "GET /v1/x HTTP/1.1\r\n\r\n" ],
    [ 'an empty Host', "GET /v1/x HTTP/1.1\r\nHost: \r\n\r\n" ],
    [ 'a bad Host', "GET /v1/x HTTP/1.1\r\nHost: a..b\r\n\r\n" ],
    [ 'two Hosts', "GET /v1/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" ],
    [ 'a header without a colon',
      "GET /v1/x HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n" ],
    [ 'a bad length',
      "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n" ],
    [ 'two lengths', "POST /oauth/token HTTP/1.1\r\nHost: x\r\n"
      . "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab" ],
    [ 'a length and chunks', "POST /oauth/token HTTP/1.1\r\nHost: x\r\n"
      . "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" ],
    [ 'an unknown encoding', "POST /oauth/token HTTP/1.1\r\nHost: x\r\n"
      . "Transfer-Encoding: br\r\n\r\n" ],
    [ 'chunks by HTTP/1.0', "POST /oauth/token HTTP/1.0\r\nHost: x\r\n"
      . "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" ],
    [ 'a bad chunk', "POST /oauth/token HTTP/1.1\r\nHost: x\r\n"
      . "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" ],
    [ 'a body too large', "POST /oauth/token HTTP/1.1\r\nHost: x\r\n"
      . "Content-Length: 5000\r\n\r\n" . 'a' x 5000 ],
    [ 'a body too large, in chunks', "POST /oauth/token HTTP/1.1\r\n"
      . "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      . chunked('a' x 5000, 900), 'nginx waits for the rest' ],
    [ 'our header, and a bad one', "GET /v1/x HTTP/1.1\r\nHost: x\r\n"
      . "ScopeStack-Gateway: mine\r\nContent-Length: x\r\n\r\n" ],
);

my $statuses = join ' ', 400, 403, 404, 405, 411, 413, 414, 421, 494, 497, 500,
                         501, 505;
my %pages = (
    path   => [ "error_page $statuses = /v1/refused;", 'GET /acme/v1/refused' ],
    token  => [ "error_page $statuses = /oauth/token?$query;",
                'POST /oauth/token' ],
    secret => [ "error_page $statuses = /v1/refused?access_token=t;",
                'GET /acme/v1/refused' ],
    named  => [ "error_page $statuses = \@page;" ],
    kept   => [ "error_page $statuses /v1/refused;", 'GET /acme/v1/refused' ],
);
my @modes = qw(observe enforce body);
my %port = map { my $p = $_; map { ("$p $_" => free_port()) } @modes }
           keys %pages;

# an answer that wants an explanation
my $recorder = SSTest::Recorder->new(answer => sub {
    return "HTTP/1.1 200 OK\r\nContent-Length: 48\r\n\r\n"
        . '{"data":{"attributes":{"account-slug":"known"}}}'
        if $_[0] =~ m{^GET /who };
    my $body = '{"errors":[{"status":"404","title":"Record not found"}]}';

    return "HTTP/1.1 404 Not Found\r\nContent-Type: application/vnd.api+json"
        . "\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
});
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';
my $rules = rules();
my $auto = spew(tmp_dir() . '/auto.yaml', slurp($rules) =~ s/acme/auto/r);

sub server {
    my ($page, $mode) = @_;
    my ($name) = @$page;
    my $errors = $pages{$name}[0];
    my $on = $mode eq 'body' ? 'scopestack enforce; scopestack_explain body;'
                             : "scopestack $mode;";

    return <<"END";
    server {
        listen 127.0.0.1:$port{"$name $mode"};
        $on
        scopestack_rules_file $rules;
        client_max_body_size 1k;
        $errors
        location / { $up }
        location \@page { $up }
    }
END
}

my $h2 = free_port();
my @values = map { "\$scopestack_$_" }
             qw(host scheme kind verdict rules causes account team findings);
my $nginx = gateway($recorder, rules => $auto,
    http => <<"END" . join('', map { my $p = $_; map { server([ $p ], $_) } @modes } keys %pages),
    scopestack_zone z:1m;
    log_format all escape=json '\$status \$request_uri @values \$http_accept'
        ' \$request \$args \$content_length \$request_body';
    access_log %%DIR%%/all.log all;
    map \$scopestack_verdict\$request_uri\$http_accept \$early { default x; }
END
    server => <<"END");
    listen 127.0.0.1:$h2 http2;
    scopestack_lookup /who;
    scopestack_account \$http_x_account;
    scopestack_team \$arg_team;
    client_max_body_size 1k;
    set \$seen \$early\$request_uri\$http_accept\$scopestack_host;
    proxy_set_header X-Host \$scopestack_host;
    proxy_set_header X-Verdict \$scopestack_verdict;
    add_header X-Kind "\$scopestack_kind \$seen" always;
    error_page $statuses = /v1/refused;
    location = /who { internal; $up }
END

sub ask {
    my ($port, $bytes, $wait) = @_;
    my $socket = IO::Socket::INET->new("127.0.0.1:$port");
    my $answer = '';

    return if !$socket;
    local $SIG{PIPE} = 'IGNORE';
    syswrite $socket, $bytes;
    while (IO::Select->new($socket)->can_read($wait || 5)) {
        sysread $socket, $answer, 65536, length $answer or last;
        last if $answer =~ /\r\n\r\n.*\}\z/s;
    }

    return $answer;
}

# Does it still answer, on a connection of its own?
sub alive {
    my ($port) = @_;
    my $answer = ask($port, api_get('/acme/v1/alive'));

    return defined $answer && $answer =~ m{\AHTTP/1\.1 \d};
}

# --- what is whole, if without headers ------------------------------------

for my $mode (@modes) {
    for my $case (@whole) {
        my ($name, $bytes, $wanted) = @$case;
        my $port = $port{"path $mode"};

        $recorder->clear;
        my $answer = ask($port, $bytes);
        my ($left) = $recorder->requests;
        ok(alive($port), "$mode, $name: the worker lives")
            or BAIL_OUT($nginx->error_log);
        like($answer // '', qr/Record not found/, "$mode, $name: answered");

        next if $mode eq 'observe';
        is(($left // '') =~ m{\A(\S+ \S+) HTTP}, 1, "$mode, $name: it left");
        is(($left // '') =~ m{\A(\S+ \S+)} ? $1 : undef, $wanted,
           "$mode, $name: the target");
        next if $wanted !~ m{/v1/};
        is(header_of($left, 'Accept'), 'application/vnd.api+json',
           "$mode, $name: Accept");
    }

    $recorder->clear;
    ask($port{"path $mode"}, "GET /oauth/token?$query\r\n");
    my ($left) = $recorder->requests;
    next if $mode eq 'observe';
    is(body_of($left), $query, "$mode, HTTP/0.9: the body of a token request");
    is(header_of($left, 'Content-Type'), 'application/x-www-form-urlencoded',
       "$mode, HTTP/0.9: its type");
    is(header_of($left, 'Content-Length'), length $query,
       "$mode, HTTP/0.9: its length");

    $recorder->clear;
    ask($port{"path $mode"}, "GET /v1/x?access_token=t\r\n");
    ($left) = $recorder->requests;
    is(header_of($left, 'Authorization'), 'Bearer t',
       "$mode, HTTP/0.9: a token in the query");
}

# --- what nginx refuses ---------------------------------------------------

my $repaired = 0;

for my $page (sort keys %pages) {
    my $wanted = $pages{$page}[1];

    for my $mode (@modes) {
        my $port = $port{"$page $mode"};

        for my $case (@refused) {
            my ($name, $bytes, $silent) = @$case;

            $recorder->clear;
            my $answer = ask($port, $bytes, $silent && 0.1);
            my ($left) = $recorder->requests;
            ok(alive($port), "$page, $mode, $name: the worker lives")
                or BAIL_OUT($nginx->error_log);
            isnt($answer // '', '', "$page, $mode, $name: answered")
                if !$silent;

            # nginx closes on some of them, whatever error_page says
            next if !$left || !$wanted || $mode eq 'observe'
                    || $left =~ m{\A\S+ (?!/acme/v1/refused|/oauth/token)};
            like($left, qr/\A\Q$wanted\E[ ?]/,
                 "$page, $mode, $name: the page is repaired");
            $repaired++;
        }
    }
}
cmp_ok($repaired, '>', 200, 'most of them got as far as that');

# --- with variables, a lookup and a zone ----------------------------------

for my $case (@whole, @refused) {
    my ($name, $bytes) = @$case;

    ask($nginx->port, $bytes, 0.1);
    ok(alive($nginx->port), "with all there is, $name: the worker lives")
        or BAIL_OUT($nginx->error_log);
}

# a body that cannot be read, behind a check that has begun: what stands for it
# is another request, and is read anew
for my $token ('', "Authorization: Bearer t\r\n") {
    $recorder->clear;
    ask($nginx->port, "POST /v1/clients HTTP/1.1\r\nHost: x\r\n$token"
        . "ScopeStack-Gateway: mine\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    my ($left) = grep { !m{\AGET /who} } $recorder->requests;
    like($left, $token ? qr{\AGET /known/v1/refused } : qr{\AGET /v1/refused },
         "a bad chunk, token '$token': the page is repaired, once");
    is(header_of($left, 'Accept'), 'application/vnd.api+json',
       "a bad chunk, token '$token': Accept");
}

# --- by HTTP/2 ------------------------------------------------------------

my @streams = (
    [ 'no path', [ ':method', 'GET' ], [ ':scheme', 'http' ] ],
    [ 'an empty path', [ ':method', 'GET' ], [ ':scheme', 'http' ],
      [ ':path', '' ] ],
    [ 'a bad path', [ ':method', 'GET' ], [ ':scheme', 'http' ],
      [ ':path', '/%zz' ] ],
    [ 'no slash', [ ':method', 'GET' ], [ ':scheme', 'http' ],
      [ ':path', 'v1/x' ] ],
    [ 'no method', [ ':scheme', 'http' ], [ ':path', '/v1/x' ] ],
    [ 'an empty method', [ ':method', '' ], [ ':scheme', 'http' ],
      [ ':path', '/v1/x' ] ],
    [ 'no scheme', [ ':method', 'GET' ], [ ':path', '/v1/x' ] ],
    [ 'CONNECT', [ ':method', 'CONNECT' ], [ ':authority', 'a:1' ] ],
    [ 'nothing' ],
    [ 'no authority', [ ':method', 'GET' ], [ ':scheme', 'http' ],
      [ ':path', '/v1/x' ] ],
    [ 'a pseudo header behind others', [ ':method', 'GET' ], [ 'a', 'b' ],
      [ ':path', '/v1/x' ] ],
);

for my $case (@streams) {
    my ($name, @headers) = @$case;
    my $socket = h2_open($h2);

    syswrite $socket, h2_headers(1, @headers);
    h2_wait($socket, 1);
    close $socket;
    ok(alive($nginx->port), "HTTP/2, $name: the worker lives")
        or BAIL_OUT($nginx->error_log);
}

# what the log's variables said of all of them is JSON still
my $bad = 0;
$nginx->wait_log(error_log => qr/client sent/);
for my $line (split /\n/, slurp($nginx->dir . '/all.log')) {
    $bad++ if $line =~ /[^\x20-\xff]/;
}
is($bad, 0, 'the access log has printable bytes alone');

$nginx->stop;
done_testing();
