#!/usr/bin/perl
#
# Where requests go: both hosts of the service behind one origin, kept
# connections, and a second try with a repaired body.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;

my $client = 'client_id=a&client_secret=b';
my $bad = "grant_type=password&$client&username=u&password=p&redirect_uri=r";
my $good = "grant_type=password&$client&username=u&password=p";
my @form = ('Content-Type: application/x-www-form-urlencoded');

my %host = map { $_ => SSTest::Recorder->new } qw(api app);
my $busy = SSTest::Recorder->new(answer => sub {
    return "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
});
my $dead = free_port();
my $h2 = free_port();

# the service's hosts are names of nginx's own upstreams
my $rules = spew(tmp_dir() . '/hosts.yaml', <<'END');
version: 1
service: { api_url: http://api.test, auth_url: http://app.test, account: acme }
END
my $only_report = spew(tmp_dir() . '/report.yaml', slurp($rules)
                       . "rules: { host-mismatch: report }\n");

my $nginx = SSTest::Nginx->new(
    http => <<"END",
    map \$scopestack_kind \$by_kind {
        token app.test;
        default api.test;
    }
    upstream api.test { server 127.0.0.1:@{[$host{api}->port]}; keepalive 4; }
    upstream app.test { server 127.0.0.1:@{[$host{app}->port]}; keepalive 4; }
    upstream twice {
        server 127.0.0.1:$dead;
        server 127.0.0.1:@{[$busy->port]};
        server 127.0.0.1:@{[$host{app}->port]} backup;
    }
    scopestack enforce;
    scopestack_rules_file $rules;
END
    server => <<"END",
    listen 127.0.0.1:$h2 http2;
    location /by-map/ {
        rewrite ^/by-map(/.*) \$1 break;
        proxy_pass http://\$by_kind;
    }
    location / {
        proxy_pass \$scopestack_scheme://\$scopestack_host;
        proxy_set_header Host \$scopestack_host;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
    }
    location /report/ {
        scopestack_rules_file $only_report;
        rewrite ^/report(/.*) \$1 break;
        proxy_pass \$scopestack_scheme://\$scopestack_host;
        proxy_set_header Host \$scopestack_host;
    }
    location /twice/ {
        rewrite ^/twice(/.*) \$1 break;
        proxy_pass http://twice;
        proxy_next_upstream error http_503 non_idempotent;
    }
END
);

sub arrived {
    my ($bytes, %opt) = @_;

    $_->clear for values %host;
    my $answer = $nginx->raw($bytes, %opt);

    return ($answer, map { [ $host{$_}->requests ] } qw(api app));
}

sub to {
    my ($host, $bytes) = @_;

    return $bytes =~ s/^Host: \S+/Host: $host/mr;
}

# --- one origin, two hosts ------------------------------------------------

my @requests = (
    [ 'the API', api_get('/acme/v1/clients'), 'api' ],
    [ 'the token endpoint', request('POST', '/oauth/token', \@form, $good),
      'app' ],
    [ 'authorize', get('/oauth/authorize', []), 'app' ],
    [ 'revoke', request('POST', '/oauth/revoke', \@form, 'token=x'), 'app' ],
    [ 'mcp', request('POST', '/mcp', [], '{}'), 'api' ],
    [ 'another path', get('/docs', []), 'api' ],
    [ 'the API by its name', to('api.test', api_get('/acme/v1/me2')), 'api' ],
    [ 'the API by its name and a port', to('api.test:8080',
                                           api_get('/acme/v1/x')), 'api' ],
    [ 'a token request by the host\'s name',
      to('app.test', request('POST', '/oauth/token', \@form, $good)), 'app' ],
    [ 'an API path on the OAuth host',
      to('app.test', api_get('/acme/v1/clients')), 'api', 'host-mismatch' ],
    [ 'an OAuth path on the API host',
      to('api.test', request('POST', '/oauth/token', \@form, $good)), 'app',
      'host-mismatch' ],
    [ 'a name that only looks like it',
      to('api.test.evil.example', api_get('/acme/v1/clients')), 'api' ],
    [ 'not repaired: the host that was named',
      to('app.test', api_get('/report/acme/v1/clients')), 'app' ],
);

for my $case (@requests) {
    my ($name, $bytes, $host, $rule) = @$case;
    my ($answer, $api, $app) = arrived($bytes);
    my $there = $host eq 'api' ? $api : $app;

    is(scalar @$api + @$app, 1, "$name: one request leaves");
    is(scalar @$there, 1, "$name: for the $host host");
    is(header_of($there->[0], 'Host'), "$host.test", "$name: and names it");
    is(rules_header($answer) =~ /"(.*)"/ && $1, $rule, "$name: $rule")
        if $rule;
}

# --- hosts in odd spellings -----------------------------------------------

# wherever a request says it is for, it goes to one of the two
for my $name ('API.Test', 'api.test:80', 'app.test', '127.0.0.1', 'x', 'a_b',
              'api.test.', '[::1]:8080', 'evil.example:443', 'api.test@x') {
    my ($answer, $api, $app) = arrived(to($name, api_get('/acme/v1/x')));
    my @left = (@$api, @$app);

    if (status_of($answer) == 400) {
        is(scalar @left, 0, "Host $name: refused");
        next;
    }
    is(scalar @left, 1, "Host $name: one request leaves");
    like(header_of($left[0], 'Host'), qr/^ap[ip]\.test$/,
         "Host $name: for one of the two");
    is(scalar @$api, 1, "Host $name: for the API");
}

my ($old, $api_old) = arrived("GET /acme/v1/x HTTP/1.0\r\n\r\n");
is(header_of($api_old->[0], 'Host'), 'api.test', 'no Host: the API');

my ($absolute, $api_abs) = arrived(
    "GET http://evil.example/acme/v1/x HTTP/1.1\r\nHost: other\r\n\r\n");
is(header_of($api_abs->[0], 'Host'), 'api.test', 'another origin: the API');

for my $case ([ '/oauth/token', 'app', '-d', $bad ],
              [ '/v1/clients', 'api', '-H', 'Accept: x' ],
              [ '/acme/v1/x', 'api', '-H', 'Host: app.test' ],
              [ '/by-map/oauth/token', 'app', '-d', $bad ],
              [ '/by-map/v1/clients', 'api', '-H', 'Accept: x' ]) {
    my ($target, $host, @args) = @$case;

    $_->clear for values %host;
    run_cmd([ 'curl', '-sS', '--http2-prior-knowledge', @args,
              "http://127.0.0.1:$h2$target" ]);
    my @left = $host{$host}->requests;
    is(scalar @left, 1, "HTTP/2, $target @args: for the $host host");
    unlike($left[0], qr/redirect_uri|\A\S+ \/v1\/clients/,
           "HTTP/2, $target @args: repaired");
}

# --- connections ----------------------------------------------------------

my $many = join '', map {
    $_ % 2 ? get("/v1/clients/$_", []) : request('POST', '/oauth/token',
                                                 \@form, "$bad&n=$_")
} 1 .. 20;
my ($answers, $api, $app) = arrived($many, answers => 20);

is(scalar(() = $answers =~ m{HTTP/1\.1 200}g), 20,
   'pipelined to both hosts: all are answered');
is_deeply([ map { m{^GET (\S+)} } @$api ],
          [ map { "/acme/v1/clients/$_" } grep { $_ % 2 } 1 .. 20 ],
          'pipelined: the API\'s, repaired, in order');
is(scalar(grep { header_of($_, 'Connection') } @$api, @$app), 0,
   'on connections that are kept');
is_deeply([ map { body_of($_) } @$app ],
          [ map { "$good&n=$_" } grep { $_ % 2 == 0 } 1 .. 20 ],
          'pipelined: the token endpoint\'s, repaired, in order');

# --- a second try ---------------------------------------------------------

for my $size (0, 100_000) {
    my $pad = 'y' x $size;

    for my $way ([ \@form, request('POST', '/twice/oauth/token', \@form,
                                   "$bad&x=$pad") ],
                 [ 'chunked', request('POST', '/twice/oauth/token',
                                      [ @form, 'Transfer-Encoding: chunked' ])
                              . chunked("$bad&x=$pad", 5000) ]) {
        my ($answer, undef, $last) = arrived($way->[1]);

        is(status_of($answer), 200, "next upstream, $size: answered");
        is(body_of($last->[0]), "$good&x=$pad",
           "next upstream, $size: the repaired body is sent again");
    }
}

# a kept connection that the upstream has closed meanwhile: another try
my $closing = SSTest::Recorder->new(answer => sub {
    return "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
        . ($_[0] =~ /last/ ? "Connection: close\r\n" : '') . "\r\nok\n";
});
my $second = gateway($closing, location => 'proxy_http_version 1.1; '
                     . 'proxy_set_header Connection "";');
for my $n (1 .. 6) {
    my $answer = $second->raw(get('/v1/clients' . ($n % 2 ? '' : '/last'), []));
    is(status_of($answer), 200, "closed connections, $n: answered");
}
is(scalar(grep { !m{\AGET /acme/v1/clients} } $closing->requests), 0,
   'closed connections: all are repaired');
$second->stop('closed connections');

$nginx->stop;
done_testing();
