#!/usr/bin/perl
#
# The ScopeStack-Gateway header, whatever kind of answer it stands on; answers.t
# has the plain ones.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use IO::Socket::INET;
use SSTest;
use SSTest::Recorder;
use Gateway;

my $both = 'repaired; rules="accept-not-jsonapi account-slug-missing"';
my $dead = free_port();
my $h2 = free_port();

# answers in the way that the target asks for, with forged headers
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;
    my $forged = "scopestack-gateway: forged\r\nScopeStack-Explain: forged\r\n";
    my ($way) = $raw =~ m{\A\S+ \S*/as-(\w+)} ? $1 : 'plain';

    return "HTTP/1.1 204 No Content\r\n$forged\r\n" if $way eq 'empty';
    return "HTTP/1.1 304 Not Modified\r\n$forged\r\n" if $way eq 'same';
    return "HTTP/1.1 302 Found\r\n${forged}Location: http://other.test/\r\n"
        . "Content-Length: 0\r\n\r\n" if $way eq 'moved';
    return "HTTP/1.0 200 OK\r\n${forged}Connection: close\r\n\r\nold"
        if $way eq 'old';
    return "HTTP/1.1 200 OK\r\n${forged}Transfer-Encoding: chunked\r\n\r\n"
        . "3\r\nabc\r\n0\r\n\r\n" if $way eq 'chunks';
    return "HTTP/1.1 200 OK\r\n${forged}Connection: close\r\n"
        . "Content-Length: 10\r\n\r\nabc" if $way eq 'half';
    return "HTTP/1.1 200 OK\r\nbad\0name: x\r\nConnection: close\r\n\r\n"
        if $way eq 'nonsense';
    return "HTTP/1.1 200 OK\r\n${forged}X-Long: " . 'x' x 20000
        . "\r\nConnection: close\r\n\r\n" if $way eq 'large';

    return "HTTP/1.1 200 OK\r\n${forged}Content-Length: 3\r\n\r\nok\n";
});
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';

my $nginx = gateway($recorder,
    location => 'proxy_http_version 1.1; proxy_read_timeout 1s;',
    http => "add_header X-Added \$scopestack_verdict always;",
    server => <<"END");
    listen 127.0.0.1:$h2 http2;
    location /v1/dead { proxy_pass http://127.0.0.1:$dead; }
    location /v1/page {
        proxy_pass http://127.0.0.1:$dead;
        error_page 502 /page.html;
    }
    location = /page.html { internal; return 503 "page\\n"; }
    location /v1/static {
        proxy_pass http://127.0.0.1:$dead;
        error_page 502 =200 /files/page;
    }
    location /files/ { internal; alias %%DIR%%/files/; }
    location /v1/named {
        proxy_pass http://127.0.0.1:$dead;
        error_page 502 = \@named;
    }
    location \@named { $up }
    location /v1/out {
        proxy_pass http://127.0.0.1:$dead;
        error_page 502 = \@out;
    }
    location \@out { scopestack off; $up }
    location /v1/redirected {
        proxy_pass http://127.0.0.1:$dead;
        error_page 502 =302 http://status.test/;
    }
    location /v1/root { root %%DIR%%/none; }
END

mkdir $nginx->dir . '/files';
spew($nginx->dir . '/files/page', "a file\n");

sub headers_of {
    my ($method, $target, @headers) = @_;

    return $nginx->raw(request($method, $target, \@headers));
}

# --- kinds of answers -----------------------------------------------------

my @answers = (
    [ 'as-plain', 200 ], [ 'as-empty', 204 ], [ 'as-same', 304 ],
    [ 'as-moved', 302 ], [ 'as-old', 200 ], [ 'as-chunks', 200 ],
    [ 'as-half', 200 ], [ 'as-nonsense', 502 ], [ 'as-large', 502 ],
    [ 'dead', 502 ], [ 'page', 502 ], [ 'static', 200 ], [ 'named', 200 ],
    [ 'out', 200 ], [ 'redirected', 302 ], [ 'root', 404 ],
);

for my $case (@answers) {
    my ($place, $status) = @$case;

    for my $method ('GET', 'HEAD') {
        my $answer = headers_of($method, "/v1/$place");

        # 3xx and 204 of HEAD and of GET are the same to a client
        is(status_of($answer), $status, "$method $place: status");
        is(rules_header($answer), $both, "$method $place: the header, once");
        is(header_of($answer, 'ScopeStack-Explain'), undef,
           "$method $place: no explanation, all was repaired");
        is(header_of($answer, 'X-Added'), 'repaired',
           "$method $place: add_header knows the verdict");
    }

    my $answer = headers_of('GET', "/acme/v1/$place",
                            'Accept: application/vnd.api+json');
    is(rules_header($answer), undef, "$place: without findings, none")
        if $place =~ /^as-/;
}

# --- HTTP/2 ---------------------------------------------------------------

for my $place (qw(as-plain as-empty as-chunks as-nonsense dead page named)) {
    my $run = run_cmd([ 'curl', '-sS', '-D', '-', '-o', '/dev/null',
        '--http2-prior-knowledge', '-H', 'Accept: */*',
        '-H', 'ScopeStack-Gateway: client', "http://127.0.0.1:$h2/v1/$place" ]);
    my @lines = $run->{out} =~ /^(scopestack-\S+: [^\r\n]*)/mig;

    is_deeply(\@lines, [ "scopestack-gateway: $both" ],
              "HTTP/2, $place: the header, once");
}

my ($raw) = $recorder->requests;
$recorder->clear;
run_cmd([ 'curl', '-sS', '--http2-prior-knowledge',
          '-H', 'scopestack-gateway: a', '-H', 'ScopeStack-Explain: b',
          "http://127.0.0.1:$h2/acme/v1/as-plain" ]);
($raw) = $recorder->requests;
unlike($raw, qr/^scopestack/mi, 'HTTP/2: a client\'s copies do not leave');

# --- form -----------------------------------------------------------------

my $form = 'Content-Type: application/x-www-form-urlencoded';
my @forms = (
    headers_of('GET', '/v1/as-plain'),
    headers_of('PUT', '//oauth//token?client_secret=x&grant_type=Pass-Word'
               . '&redirect_uri=y', 'Authorization: Basic eDp5'),
    headers_of('GET', '/acme/v1/as-plain', 'Authorization: "Bearer Bearer"'),
    headers_of('GET', '/undefined/v1//as-plain', 'Accept: text/html'),
    $nginx->raw(form('grant_type=refresh_token&redirect_uri=x')),
);
my $ids = qr/[a-z0-9-]+(?: [a-z0-9-]+)*/;

for my $answer (@forms) {
    my $value = rules_header($answer);

    like($value, qr/\A(?:reported|repaired); rules="$ids"\z/, "form of $value");
    my @rules = split / /, $value =~ s/.*"(.*)"/$1/r;
    my %once = map { $_ => 1 } @rules;
    is_deeply(\@rules, [ sort keys %once ], 'its rules are sorted, each once');
    cmp_ok(length $value, '<', 1024, 'below 1 KiB');
}

# --- bytes of the client do not get into it -------------------------------

for my $target ("/%0d%0aX-Injected:a/v1/as-plain", "/{\"x\"}/v1/as-plain",
                "/{{\xff\x80}}/v1/as-plain", '/<x>/v1/as-plain?"; rules="') {
    my $answer = headers_of('GET', $target);
    my $value = rules_header($answer) // '';

    unlike($answer, qr/^X-Injected/m, 'no header of the client\'s making');
    like($value, qr/\A(?:\w+; rules="$ids")?\z/, 'and nothing of its target');
}

# --- one connection, many requests ----------------------------------------

my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
my ($wanted, $got) = ('', '');
for my $i (1 .. 40) {
    my $right = $i % 3;

    syswrite $socket, $right ? api_get("/acme/v1/as-plain/$i")
                             : get("/v1/as-plain/$i", []);
    my $answer = '';
    while ($answer !~ /ok\n\z/) {
        last unless sysread $socket, $answer, 4096, length $answer;
    }
    $wanted .= $right ? '-' : '+';
    $got .= defined rules_header($answer) ? '+' : '-';
}
is($got, $wanted, 'on a kept connection each answer has its own, or none');

$nginx->stop;
done_testing();
