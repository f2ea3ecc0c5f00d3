#!/usr/bin/perl
#
# nginx keeps values of variables. What "if", "set", "map" and others have read
# before the check is read anew behind it: a row for each variable and reader,
# and what the upstream was sent must be what left.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Recorder;
use Gateway;
use Params;

my $recorder = SSTest::Recorder->new;
my $asked = SSTest::Recorder->new(answer => sub {
    return "HTTP/1.1 204 No Content\r\n\r\n";
});
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';
my $h2 = free_port();
my $client = 'client_id=a&client_secret=b';
my $form = "grant_type=client_credentials&$client";
my $json = '{"grant_type":"client_credentials","client_id":"a",'
    . '"client_secret":"b"}';
my $document = '{"data":{"type":"clients","id":1,'
    . '"attributes":{"name":"x"}}}';
my $mine = 'ScopeStack-Gateway: mine';

# requests that are repaired
my %request = (
    get  => [ 'GET', '/v1/clients?limit=5&access_token=t', [ $mine ] ],
    page => [ 'GET', '/v1/clients?limit=5', [ 'Authorization: "Bearer t"' ] ],
    form => [ 'GET', "/oauth/token?$form", [] ],
    json => [ 'POST', '/oauth/token',
              [ 'Content-Type: application/json' ], $json ],
    chunks => [ 'POST', '/oauth/token',
                [ 'Content-Type: application/json',
                  'Transfer-Encoding: chunked' ] ],
    patch => [ 'PATCH', '/acme/v1/clients/1',
               [ 'Content-Type: application/json', 'Accept: */*' ],
               $document ],
);

# by variable: requests, and its value as the request that left has it
my %variable = (
    request_uri    => [ 'get form', sub { $_[0]{target} } ],
    uri            => [ 'get', sub { $_[0]{target} =~ s/\?.*//r } ],
    document_uri   => [ 'get', sub { $_[0]{target} =~ s/\?.*//r } ],
    request_filename => [ 'get', sub {
        '/nowhere' . $_[0]{target} =~ s/\?.*//r } ],
    args           => [ 'get form', sub {
        $_[0]{target} =~ /\?(.*)/ ? $1 : '' } ],
    query_string   => [ 'get form', sub {
        $_[0]{target} =~ /\?(.*)/ ? $1 : '' } ],
    is_args        => [ 'form', sub { '' } ],
    arg_limit      => [ 'get', sub { '' } ],
    arg_access_token => [ 'get', sub { '' } ],
    request_method => [ 'form', sub { $_[0]{method} } ],
    content_type   => [ 'form json chunks patch',
                        sub { $_[0]{headers}{'content-type'} } ],
    content_length => [ 'form json chunks patch',
                        sub { length $_[0]{body} } ],
    http_accept    => [ 'get patch', sub { $_[0]{headers}{accept} } ],
    http_authorization => [ 'get page',
                            sub { $_[0]{headers}{authorization} } ],
    http_content_type => [ 'form json chunks patch',
                           sub { $_[0]{headers}{'content-type'} } ],
    http_content_length => [ 'form json chunks patch',
                             sub { length $_[0]{body} } ],
    http_transfer_encoding => [ 'chunks', sub { '' } ],
    http_scopestack_gateway => [ 'get', sub { '' } ],
    request_body   => [ 'form json chunks patch', sub { $_[0]{body} } ],
    request_body_file => [ 'json', sub { '' } ],
    scopestack_verdict => [ 'get form json patch', sub { 'repaired' } ],
    scopestack_account => [ 'get', sub { 'acme' } ],
    scopestack_host => [ 'get', sub { 'api.scopestack.test' } ],
    scopestack_rules => [ 'form', sub { 'token-method,'
        . 'token-parameters-in-query' } ],
);

# by reader: what the server has of it, at the level of http and of a location
my %reader = (
    nobody => sub { ('', '') },
    if     => sub { ('', "if (\$$_[0] = never) { return 418; }") },
    set    => sub { ('', "set \$kept \$$_[0];") },
    map    => sub { ("map \$$_[0] \$map_$_[0] { default d; never n; }",
                     "if (\$map_$_[0] = n) { return 418; }") },
    split  => sub { ("split_clients \$$_[0] \$split_$_[0] { 1% a; * b; }",
                     "if (\$split_$_[0] = c) { return 418; }") },
    geo    => sub { ("geo \$$_[0] \$geo_$_[0] { default d; 192.0.2.1 n; }",
                     "if (\$geo_$_[0] = n) { return 418; }") },
    req    => sub { ("limit_req_zone \$$_[0] zone=r_$_[0]:1m rate=1000r/s;",
                     "limit_req zone=r_$_[0] burst=1000 nodelay;") },
    conn   => sub { ("limit_conn_zone \$$_[0] zone=c_$_[0]:1m;",
                     "limit_conn c_$_[0] 1000;") },
    auth   => sub { ('', 'auth_request /auth;') },
    team   => sub { ('', "scopestack_team \$$_[0];") },

    # and nobody asks behind the check but the log, which takes what is there
    log    => sub { ('', "set \$kept \$$_[0];") },
);

my (@http, @servers);
for my $reader (sort keys %reader) {
    for my $variable (sort keys %variable) {
        my ($http, $location) = $reader{$reader}->($variable);

        my $late = $reader eq 'log' ? ''
            : "proxy_set_header X-Late \$$variable;";

        push @http, $http;
        push @servers, <<"END";
        server {
            listen 127.0.0.1:%%PORT%%;
            server_name $reader.$variable.test;
            access_log %%DIR%%/$reader.$variable.log $variable;
            root /nowhere;
            location / {
                $location
                $late
                proxy_set_header X-Own \$scopestack_verdict;
                $up
            }
            location = /auth {
                internal;
                proxy_pass_request_body off;
                proxy_set_header Content-Length "";
                proxy_set_header X-Early \$$variable;
                proxy_pass http://127.0.0.1:@{[ $asked->port ]};
            }
        }
END
    }
    next if $reader ne 'nobody';
    push @http, map { "log_format $_ '[\$$_]';" } sort keys %variable;
}

my ($fastcgi, $scgi, $uwsgi) = map { Params->new($_) } qw(fastcgi scgi uwsgi);
my @params = map { "param " . uc($_) . " \$$_;" }
             qw(request_uri query_string request_method content_type
                content_length uri request_body http_accept);
my $read = join ' ', map { "if (\$$_ = never) { return 418; }" }
           sort grep { !/^scopestack/ } keys %variable;

sub params {
    my ($name) = @_;

    return join ' ', map { "${name}_$_" } @params;
}

my $nginx = gateway($recorder,
    http => "scopestack enforce; scopestack_rules_file "
        . rules("rules: { page-parameter: repair }") . ';'
        . 'server_names_hash_max_size 4096; variables_hash_max_size 4096;'
        . "upstream kept { server 127.0.0.1:@{[ $recorder->port ]};"
        . ' keepalive 1; }' . join("\n", @http, @servers, <<"END"),
    log_format line '\$request';
    server {
        listen 127.0.0.1:%%PORT%%;
        server_name nobody.line.test;
        access_log %%DIR%%/line.log line;
        if (\$request = never) { return 418; }
        location / { $up }
    }
    map \$content_length \$mapped { default x; }
    map \$http_accept \$http_mapped { default snapshot; }
    map \$http_accept \$fresh { volatile; default \$http_accept; }
END
    rules => '', mode => '',
    location => 'proxy_set_header X-Nothing 1;',
    server => <<"END");
    server_name gateway.test;
    listen 127.0.0.1:$h2 http2;
    location /fastcgi/ {
        rewrite ^/fastcgi(/.*) \$1 break;
        $read
        @{[ params('fastcgi') ]}
        fastcgi_pass 127.0.0.1:@{[ $fastcgi->port ]};
    }
    location /scgi/ {
        rewrite ^/scgi(/.*) \$1 break;
        $read
        @{[ params('scgi') ]}
        scgi_pass 127.0.0.1:@{[ $scgi->port ]};
    }
    location /uwsgi/ {
        rewrite ^/uwsgi(/.*) \$1 break;
        $read
        @{[ params('uwsgi') ]}
        uwsgi_pass 127.0.0.1:@{[ $uwsgi->port ]};
    }
    location /oauth/ {
        if (\$content_length = 0) { return 418; }
        if (\$http_content_length = 0) { return 418; }
        if (\$mapped = y) { return 418; }
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Content-Length \$content_length;
        proxy_pass http://kept;
    }
    location /set/ {
        set \$http_accept mine;
        set \$other \$http_accept;
        rewrite ^/set(/.*) \$1 break;
        proxy_set_header X-Late \$http_accept;
        $up
    }
    location /maps/ {
        if (\$http_mapped = y) { return 418; }
        if (\$fresh = y) { return 418; }
        rewrite ^/maps(/.*) \$1 break;
        proxy_set_header X-Kept \$http_mapped;
        proxy_set_header X-Fresh \$fresh;
        $up
    }
    location ~ ^/(?<rest>(?:acme/)?v1/caught)\$ {
        proxy_set_header X-Rest \$rest;
        proxy_pass http://127.0.0.1:@{[ $recorder->port ]}/\$1;
    }
    location ~ ^/(?<narrow>v1/narrow)\$ {
        proxy_set_header X-Rest \$narrow;
        proxy_pass http://127.0.0.1:@{[ $recorder->port ]}/\$1;
    }
    location ~ ^/(?:acme/)?v1/plain\$ { $up }
    location ~ ^/((?:acme/)?v1/asked)\$ {
        if (\$uri !~ ^/(v1)/) { return 418; }
        proxy_pass http://127.0.0.1:@{[ $recorder->port ]}/\$1;
    }
    location /v1/mirrored {
        if (\$request_uri = y) { return 418; }
        mirror /copy;
        $up
    }
    location = /copy {
        internal;
        proxy_pass http://127.0.0.1:@{[ $asked->port ]}\$request_uri;
    }
    location /v1/passed {
        if (\$request_uri = y) { return 418; }
        proxy_pass http://127.0.0.1:@{[ $recorder->port ]}\$request_uri;
    }
END

sub parse {
    my ($raw) = @_;
    my ($head, $body) = split /\r\n\r\n/, $raw, 2;
    my ($line, @lines) = split /\r\n/, $head;
    my ($method, $target) = split / /, $line;

    return { method => $method, target => $target, body => $body,
             headers => { map { /^([^:]+): ?(.*)/ ? (lc $1, $2) : () }
                          @lines } };
}

sub bytes {
    my ($name, $host, $prefix) = @_;
    my ($method, $target, $headers, $body) = @{ $request{$name} };
    my $bytes = request($method, ($prefix // '') . $target, $headers, $body);

    $bytes .= chunked($json, 30) if $name eq 'chunks';

    return $bytes =~ s/^Host: .*?\r$/Host: $host\r/mr;
}

# --- one row for each variable and reader ---------------------------------

for my $reader (sort keys %reader) {
    for my $variable (sort keys %variable) {
        my ($requests, $value) = @{ $variable{$variable} };

        for my $name (split / /, $requests) {
            $recorder->clear;
            $asked->clear;
            $nginx->raw(bytes($name, "$reader.$variable.test"));
            my ($raw) = $recorder->requests;
            my $left = $raw ? parse($raw) : {};
            my $row = "$reader, \$$variable, $name";

            is($left->{headers}{'x-own'}, 'repaired', "$row: repaired")
                or next;
            my $wanted = $value->($left) // '';
            is($left->{headers}{'x-late'} // '', $wanted, "$row: sent")
                if $reader ne 'log';

            # the log does not ask variables anew by itself
            my $log = $nginx->dir . "/$reader.$variable.log";
            is($nginx->wait_lines($log, 1), 1, "$row: logged");
            my ($line) = (split /\n/, slurp($log))[-1];
            $line =~ s/\\x([0-9A-F]{2})/chr hex $1/ge;
            is($line =~ s/^\[-?(.*)\]$/$1/r, $wanted, "$row: in the log");
            truncate $log, 0;

            # a subrequest has a path and a query of its own
            next if $reader ne 'auth' || $variable !~ /^request_uri|^http_/;
            my ($early) = $asked->requests;
            isnt(header_of($early, 'X-Early') // '', $wanted,
                 "$row: auth_request got it as it came");
        }
    }
}

# --- a body and its length on a kept connection ---------------------------

for my $name (qw(json form chunks json form)) {
    $recorder->clear;
    $nginx->raw(bytes($name, 'gateway.test'));
    $nginx->raw(request('POST', '/oauth/token',
        [ 'Content-Type: application/x-www-form-urlencoded' ], $form));
    my @requests = $recorder->requests;

    is(scalar @requests, 2, "kept connection, $name: two requests");
    is_deeply([ map { (split / /, $_)[0] } @requests ], [ ('POST') x 2 ],
              "kept connection, $name: each begins where it begins");
    is_deeply([ map { body_of($_) } @requests ], [ ($form) x 2 ],
              "kept connection, $name: bodies");
    is_deeply([ map { header_of($_, 'Content-Length') } @requests ],
              [ (length $form) x 2 ], "kept connection, $name: lengths");
}

# the same by HTTP/2, with a length and without
for my $more ([ '-d', $json ], [ '-X', 'POST', '-T', '-' ],
              [ '-X', 'GET' ]) {
    my $target = $more->[1] eq 'GET' ? "?$form" : '';

    $recorder->clear;
    for (1 .. 2) {
        my $run = run_cmd([ 'curl', '-sS', '-m', 10, @$more,
            '-H', 'Content-Type: application/json', '-H', 'Expect:',
            '--http2-prior-knowledge',
            "http://127.0.0.1:$h2/oauth/token$target" ], stdin => $json);
        is($run->{status}, 0, "HTTP/2, @$more: answered");
    }
    my @requests = $recorder->requests;
    is_deeply([ map { body_of($_) } @requests ], [ ($form) x 2 ],
              "HTTP/2, @$more: bodies");
    is_deeply([ map { header_of($_, 'Content-Length') } @requests ],
              [ (length $form) x 2 ], "HTTP/2, @$more: lengths");
}

# --- parameters of FastCGI, SCGI and uwsgi --------------------------------

for my $server ($fastcgi, $scgi, $uwsgi) {
    my $kind = $server->kind;

    for my $name (qw(form json chunks patch)) {
        $nginx->raw(bytes($name, 'gateway.test', "/$kind"));
        my $got = $server->last;
        my $wanted = $name eq 'patch' ? $document =~ s/:1,/:"1",/r : $form;

        is($got->{body}, $wanted, "$kind, $name: the body");
        is($got->{CONTENT_LENGTH}, length $wanted, "$kind, $name: its length");
        is($got->{CONTENT_TYPE}, $name eq 'patch' ? 'application/vnd.api+json'
           : 'application/x-www-form-urlencoded', "$kind, $name: its type");
        is($got->{REQUEST_BODY}, $wanted, "$kind, $name: \$request_body");
        is($got->{REQUEST_METHOD}, $name eq 'patch' ? 'PATCH' : 'POST',
           "$kind, $name: the method");
        is($got->{QUERY_STRING}, '', "$kind, $name: the query");
    }
}

# --- mirror, and a target of variables ------------------------------------

$asked->clear;
$recorder->clear;
$nginx->raw(get('/v1/mirrored', []));
ok($asked->wait_requests(1), 'mirror: a copy leaves');
like(($asked->requests)[0], qr{\AGET /acme/v1/mirrored },
     'mirror: it goes where the request goes');

$recorder->clear;
$nginx->raw(get('/v1/passed?limit=5', []));
like(($recorder->requests)[0], qr{\AGET /acme/v1/passed\?page\[size\]=5 },
     'proxy_pass to $request_uri: repaired');

# --- what a location has captured -----------------------------------------

for my $case (
    [ '/v1/caught', '/acme/v1/caught', 'the path that left' ],
    [ '/acme/v1/caught', '/acme/v1/caught', 'one without a repair' ],
    [ '/v1/narrow', '/v1/narrow', 'what does not match stays' ],
    [ '/v1/plain', '/acme/v1/plain', 'a regex without captures' ],
    [ '/v1/asked', '/v1', 'what "if" has captured stays' ],
) {
    my ($target, $wanted, $name) = @$case;

    $recorder->clear;
    $nginx->raw(get($target, []));
    my ($raw) = $recorder->requests;
    is((split / /, $raw)[1], $wanted, "captured: $name");
    is(header_of($raw, 'X-Rest') // '', substr($wanted, 1),
       "captured, by name: $name") if $target =~ /caught|narrow/;
}

# --- what is the operator's -----------------------------------------------

$recorder->clear;
$nginx->raw(get('/set/v1/clients', [ 'Accept: */*' ]));
my ($raw) = $recorder->requests;
is(header_of($raw, 'X-Late'), 'mine', 'a variable that was set stays');
is(header_of($raw, 'Accept'), 'application/vnd.api+json', 'repaired beside it');

$recorder->clear;
$nginx->raw(get('/maps/v1/clients', [ 'Accept: */*' ]));
($raw) = $recorder->requests;
is(header_of($raw, 'X-Kept'), 'snapshot', 'map: a value stays');
is(header_of($raw, 'X-Fresh'), 'application/vnd.api+json',
   'map with volatile: made anew');

# --- what the log says of a request line ----------------------------------

$nginx->raw(get('/v1/line?access_token=secret1', [])
            =~ s/gateway/nobody.line/r);
my $line = $nginx->dir . '/line.log';
ok($nginx->wait_lines($line, 1), 'the request line: logged');
unlike(slurp($line), qr/secret1/, 'read before it was masked, it is masked');

$nginx->stop;
done_testing();
