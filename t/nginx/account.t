#!/usr/bin/perl
#
# account: auto. GET /v1/me is asked once for each token, and whatever becomes
# of it, the request goes on.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use IO::Select;
use Time::HiRes qw(time);
use Gateway;
use H2;

my $h2 = free_port();
my $dead = free_port();
my $auto = spew(tmp_dir() . '/auto.yaml', tokenless(<<'END'));
version: 1
service:
  api_url: http://api.scopestack.test
  auth_url: http://app.scopestack.test
  account: auto
teams:
  - name: fixed
    match: { header: X-Team, value: fixed }
    account: fixed-one
END

sub reply {
    my ($status, $body) = @_;

    return "HTTP/1.1 $status\r\nContent-Type: application/vnd.api+json\r\n"
        . 'Content-Length: ' . length($body) . "\r\n\r\n$body";
}

# Slow answers wait for a file, so that no test depends on who is faster.
my $gate = tmp_dir() . '/gate';

sub wait_gate {
    for (1 .. 500) {
        last if -e $gate;
        select undef, undef, undef, 0.02;
    }

    return '';
}

# Who somebody is follows from the token: tok-NAME or tok-NAME.MORE.
my $me = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;
    my ($name) = $raw =~ /^Authorization: Bearer tok-([^\s.]+)/m;
    $name //= 'nobody';

    return reply(401, '{"errors":[{"status":"401"}]}') if $name =~ /^denied/;
    return reply(200, 'nonsense') if $name =~ /^nonsense/;
    return reply(200, '{"data":{"attributes":{"account-slug":"a b/c"}}}')
        if $name =~ /^invalid/;
    return reply(200, '{"data":{"attributes":{"account-slug":"'
        . 'x' x 300 . '"}}}') if $name =~ /^long/;
    return reply(200, ' ' x 200_000 . '{}') if $name =~ /^huge/;
    return reply(302, '') if $name =~ /^moved/;
    return "nonsense\r\n\r\n" if $name =~ /^broken/;
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n"
        if $name =~ /^unchunked/;
    return [ \&wait_gate, reply(200,
        '{"data":{"attributes":{"account-slug":"slow"}}}') ]
        if $name =~ /^slow/;
    return '' if $name =~ /^silent/;

    return reply(200, '{"data":{"id":"1","type":"users","attributes":{'
        . "\"name\":\"x\",\"account-slug\":\"$name\"}}}");
});
my $recorder = SSTest::Recorder->new;
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';

sub nginx_with {
    my (%opt) = @_;
    my $zone = $opt{zone} // 'scopestack:1m';

    return gateway($recorder,
        rules => $auto,
        master => $opt{master},
        main => $opt{main},
        allow => $opt{allow},
        no_start => $opt{no_start},
        http => "scopestack_zone $zone;"
            . ' proxy_cache_path %%DIR%%/cache keys_zone=cache:1m;',
        server => <<"END");
    listen 127.0.0.1:$h2 http2;
    scopestack_lookup /account;
    scopestack_lookup_wait 20s;
    location = /account {
        internal;
        proxy_pass http://127.0.0.1:@{[ $me->port ]}/v1/me;
    }
    location /cached/ {
        scopestack_lookup /cached-account;
        rewrite ^/cached(/.*) \$1 break; $up
    }
    location = /cached-account {
        internal; proxy_pass http://127.0.0.1:@{[ $me->port ]}/v1/me;
        proxy_cache cache;
        proxy_cache_valid 1m;
    }
    location /impatient/ {
        scopestack_lookup /impatient-account;
        rewrite ^/impatient(/.*) \$1 break; $up
    }
    location = /impatient-account {
        internal; proxy_pass http://127.0.0.1:@{[ $me->port ]}/v1/me;
        proxy_read_timeout 1s;
    }
    location /hasty/ {
        scopestack_lookup_wait 300ms;
        rewrite ^/hasty(/.*) \$1 break; $up
    }
    location /elsewhere/ {
        scopestack_lookup /other-account;
        rewrite ^/elsewhere(/.*) \$1 break; $up
    }
    location = /other-account {
        internal; proxy_pass http://127.0.0.1:@{[ $me->port ]}/v1/me;
    }
    location = /deny { return 403; }
    location = /allow { return 204; }
    location /dead/ {
        scopestack_lookup /dead-account;
        rewrite ^/dead(/.*) \$1 break; $up
    }
    location = /dead-account {
        internal; proxy_pass http://127.0.0.1:$dead/v1/me;
    }
    location /lost/ {
        scopestack_lookup /not-there;
        rewrite ^/lost(/.*) \$1 break; $up
    }
    location = /not-there { internal; return 404; }
    location /gone/ {
        scopestack_lookup /say-gone;
        rewrite ^/gone(/.*) \$1 break; $up
    }
    location = /say-gone { internal; return 499; }
    location /local/ {
        scopestack_lookup /local-account;
        rewrite ^/local(/.*) \$1 break; $up
    }
    location = /local-account {
        internal;
        return 200 '{"data":{"attributes":{"account-slug":"local"}}}';
    }
    location /never/ {
        scopestack_lookup off;
        rewrite ^/never(/.*) \$1 break; $up
    }
    location /watch/ {
        scopestack observe;
        rewrite ^/watch(/.*) \$1 break; $up
    }
    location /auth/ {
        auth_request /allow;
        rewrite ^/auth(/.*) \$1 break; $up
    }
    location /mirror/ {
        mirror /allow;
        rewrite ^/mirror(/.*) \$1 break; $up
    }
END
}

my $nginx = nginx_with();

# A call of a token: the target that left, how often the account was asked for.
sub call {
    my ($token, %opt) = @_;
    my $target = $opt{target} // '/v1/projects';
    my $on = $opt{on} // $nginx;

    $_->clear for $me, $recorder;
    my $answer = $on->raw(request($opt{method} || 'GET', $target, [
        'Accept: application/vnd.api+json', "Authorization: Bearer $token",
        @{ $opt{headers} || [] } ], $opt{body}));
    my ($left) = $recorder->requests;

    return ($left // '') =~ /\A\S+ (\S+)/ ? $1 : '',
        scalar(my @asked = $me->requests), $answer, $left;
}

sub is_call {
    my ($token, $path, $asked, $name, %opt) = @_;
    my ($got, $times) = call($token, %opt);

    is($got, $path, "$name: what left");
    is($times, $asked, "$name: lookups");

    return;
}

# --- the account ----------------------------------------------------------

is_call('tok-acme', '/acme/v1/projects', 1, 'the first call');
my ($lookup) = $me->requests;
like($lookup, qr{\AGET /v1/me HTTP/1\.[01]\r\n}, 'asks for /v1/me');
like($lookup, qr{^Authorization: Bearer tok-acme\r$}m, 'with the token');
like($lookup, qr{^Accept: application/vnd\.api\+json\r$}m, 'as JSON:API');

is_call('tok-acme', '/acme/v1/projects', 0, 'the second one');
is_call('tok-other', '/other/v1/projects', 1, 'another token');
is_call('tok-other', '/other/v1/projects', 0, 'another token, again');
is_call('tok-acme', '/acme/v1/projects', 0, 'and the first is still known');

my (undef, undef, $answer) = call('tok-acme', target => '/other/v1/projects');
like(rules_header($answer), qr/account-slug-mismatch/,
     'a slug of somebody else is told');

my ($path, undef, undef, $left) = call('tok-posted', method => 'POST',
    headers => [ 'Content-Type: application/vnd.api+json', 'X-A: b',
                 'Cookie: c=d' ],
    body => '{"data":{"type":"projects","attributes":{"name":"x"}}}');
is($path, '/posted/v1/projects', 'POST: the account');
like($left, qr/"name":"x"/, 'POST: the body leaves');
like($left, qr/^X-A: b\r$/m, 'POST: and a header');
($lookup) = $me->requests;
unlike($lookup, qr/^(?:X-A|Cookie|Content-Type|Content-Length|Transfer)/mi,
       'POST: none of that goes with the lookup');
unlike($lookup, qr/"name"/, 'POST: nor does the body');

is_call('tok-large', '/large/v1/projects', 1, 'a large POST',
    method => 'POST', headers => [ 'Content-Type: application/vnd.api+json' ],
    body => '{"data":{"type":"projects","attributes":{"name":"'
            . 'x' x 100_000 . '"}}}');

# --- where it is not asked for --------------------------------------------

is_call('tok-n1', '/v1/me', 0, 'a path above accounts', target => '/v1/me');
is_call('tok-n2', '/mcp', 0, 'another kind', target => '/mcp');
is_call('tok-n3', '/fixed-one/v1/projects', 0, 'a team with an account',
        headers => [ 'X-Team: fixed' ]);
is_call('tok-n4', '/v1/projects', 0, 'switched off',
        target => '/never/v1/projects');
$_->clear for $me, $recorder;
$nginx->raw(get('/v1/projects', []));
is(scalar(my @none = $me->requests), 0, 'no token, no lookup');
is_call('tok-watch', '/v1/projects', 1, 'observe asks, and changes nothing',
        target => '/watch/v1/projects');

# --- under which token, and of whom ----------------------------------------

for my $case (
    [ 'twice "Bearer"', 'Bearer tok-fix1', 'fix1' ],
    [ 'in quotes', '"tok-fix2"', 'fix2' ],
    [ 'the whole answer', '{"access_token":"tok-fix3"}', 'fix3' ],
) {
    my ($name, $value, $account) = @$case;

    is_call($value, "/$account/v1/projects", 1, "a token that is repaired, $name");
    like(($me->requests)[0] // 'not asked', qr/^Authorization: Bearer tok-fix/m,
         "$name: it is asked with the repaired one") if $account eq 'fix3';
    is_call("tok-$account", "/$account/v1/projects", 0, "$name: well written");
}

$_->clear for $me, $recorder;
$nginx->raw(get('/v1/projects?access_token=tok-query',
                [ 'Accept: application/vnd.api+json' ]));
like(($recorder->requests)[0], qr{^GET /query/v1/projects }, 'from the query');
like(($me->requests)[0], qr/^Authorization: Bearer tok-query\r/m,
     'and asked with it');

is_call('tok-acme', '/acme/v1/projects', 1, 'another location asks for itself',
        target => '/elsewhere/v1/projects');
is_call('tok-acme', '/acme/v1/projects', 0, 'once',
        target => '/elsewhere/v1/projects');
is_call('Bearer tok-odd', '/v1/projects', 1, 'observe asks with it, too',
        target => '/watch/v1/projects');

# --- what may go wrong ----------------------------------------------------

for my $way (qw(denied nonsense invalid long huge moved broken unchunked
                silent)) {
    my $target = ($way =~ /^(?:broken|silent)/ ? '/impatient' : '') . '/v1/projects';
    my ($path, $times, $answer) = call("tok-$way", target => $target);

    is(status_of($answer), 200, "$way: the request is answered");
    is($path, '/v1/projects', "$way: without an account");
    cmp_ok($times, '<=', 1, "$way: one lookup at most");
    is_call("tok-$way", '/v1/projects', 0, "$way, again at once",
            target => $target);
}

for my $place (qw(dead lost gone)) {
    is_call("tok-x$place", '/v1/projects', 0, "$place: the request goes on",
            target => "/$place/v1/projects");
}
is_call('tok-local', '/local/v1/projects', 0, 'a lookup without an upstream',
        target => '/local/v1/projects');
unlike($nginx->error_log, qr/the check failed/, 'none of them fails a check');

# a cache would tell everybody the first one's account
is_call('tok-one', '/v1/projects', 1, 'a lookup into a cache: not used',
        target => '/cached/v1/projects');
is_call('tok-two', '/v1/projects', 0, 'a lookup out of a cache: not used',
        target => '/cached/v1/projects');
is(scalar(() = $nginx->error_log =~ /location has a cache .* "proxy_cache off"/g),
   2, 'and why is told');

# A call that waits for its lookup behind the gate; its connection.
sub waiting {
    my ($token, $on, $target) = @_;

    unlink $gate;
    $_->clear for $me, $recorder;
    my $socket = IO::Socket::INET->new('127.0.0.1:' . ($on // $nginx)->port);
    syswrite $socket, api_get($target // '/v1/projects')
        =~ s/Bearer abc/Bearer $token/r;
    ok($me->wait_requests(1), "$token: a lookup has begun");

    return $socket;
}

# The same, of a stream of HTTP/2.
sub waiting_h2 {
    my ($token, $id) = @_;

    unlink $gate;
    $_->clear for $me, $recorder;
    my $socket = h2_open($h2);
    syswrite $socket, h2_request($id, 'GET', '/v1/projects',
        'accept: application/vnd.api+json', "authorization: Bearer $token")
        . h2_frame(0, 1, $id, '');
    ok($me->wait_requests(1), "$token: HTTP/2: a lookup has begun");

    return $socket;
}

# Sends a call of a token and leaves its answer to be read.
sub send_call {
    my ($token, %opt) = @_;
    my $socket = IO::Socket::INET->new(
        '127.0.0.1:' . ($opt{on} // $nginx)->port);
    my $body = $opt{body} // '';

    syswrite $socket, request($body ? 'POST' : 'GET',
        $opt{target} // '/v1/projects', [
        'Accept: application/vnd.api+json', "Authorization: Bearer $token",
        $body ? 'Content-Type: application/vnd.api+json' : () ], $body);

    return $socket;
}

sub answer_to {
    my ($socket) = @_;

    my $text = '';

    return 'no answer' if !IO::Select->new($socket)->can_read(5);
    sysread $socket, $text, 4096;

    return status_of($text);
}

sub is_silent { return !IO::Select->new($_[0])->can_read($_[1]) }

# one lookup at a time: the others wait for it
my @slow = waiting('tok-slow');
push @slow, send_call('tok-slow', target => "/v1/projects?$_") for 2 .. 9;
push @slow, send_call('tok-slow',
    body => '{"data":{"type":"projects","attributes":{"name":"x"}}}');
ok(is_silent($_, 0.02), 'it is waited for') for @slow;
is(status_of($nginx->raw(api_get('/v1/me'))), 200,
   'what needs no account is answered meanwhile');
spew($gate, '');
is(answer_to($_), 200, 'and then answered') for @slow;
is(scalar(my @one = grep { /tok-slow/ } $me->requests), 1,
   'there was one lookup');
my @left = map { m{\A\S+ (\S+)} } $recorder->requests;
is(scalar(grep { m{^/slow/v1/projects} } @left), 10, 'all have the account');
like((grep { /^POST/ } $recorder->requests)[0], qr/"name":"x"\}\}\}\z/,
     'and the body');
is_call('tok-slow', '/slow/v1/projects', 0, 'later ones have it');

# not longer than scopestack_lookup_wait, who asks and who waits
my @late = waiting('tok-slow-late', undef, '/hasty/v1/projects');
push @late, send_call('tok-slow-late', target => '/hasty/v1/projects');
is(answer_to($_), 200, 'the time is over: it goes on') for @late;
is_deeply([ map { m{\A\S+ (\S+)} } $recorder->requests ],
          [ '/v1/projects', '/v1/projects' ], 'without an account');
like($nginx->error_log, qr/takes longer than scopestack_lookup_wait/,
     'which is logged');
spew($gate, '');
ok($nginx->wait_log(error_log => qr/takes longer/), 'the answer comes late');
for (1 .. 100) {
    last if (call('tok-slow-late', target => '/hasty/v1/projects'))[0]
        eq '/slow/v1/projects';
    select undef, undef, undef, 0.02;
}
is_call('tok-slow-late', '/slow/v1/projects', 0, 'and is kept',
        target => '/hasty/v1/projects');
is(answer_to(send_call('tok-x', target => '/hasty/v1/projects')), 200,
   'nothing is left behind');

# the one who asks goes away: one of the others asks
my $asks = waiting('tok-slow-gone', undef, '/v1/projects?tok-slow-gone-asks');
my @others = map { send_call('tok-slow-gone') } 1 .. 5;
ok(is_silent($others[0], 0.1), 'the others wait');
$me->clear;
close $asks;
ok($nginx->wait_log(access_log => qr/tok-slow-gone-asks.*" 499 /),
   'who asks has gone');
spew($gate, '');
ok($me->wait_requests(1), 'one of the others asks');
is(answer_to($_), 200, 'and all are answered') for @others;
is(scalar(my @again = $me->requests), 1, 'it was asked once more');
is(scalar(grep { m{^GET /slow/v1} } $recorder->requests), 5,
   'they have the account');

# those who wait may go away as well
my $stays = waiting('tok-slow-leave');
close send_call('tok-slow-leave') for 1 .. 3;
spew($gate, '');
is(answer_to($stays), 200, 'some who waited have gone');

# HTTP/2: streams of one connection
my $streams = waiting_h2('tok-slow-h2', 1);
syswrite $streams, h2_request($_, 'GET', '/v1/projects',
    'accept: application/vnd.api+json', 'authorization: Bearer tok-slow-h2')
    . h2_frame(0, 1, $_, '') for 3, 5;
select undef, undef, undef, 0.1;
spew($gate, '');
ok(scalar(h2_wait($streams, $_)), "HTTP/2: stream $_ is answered") for 1, 3, 5;
is(scalar(my @h2_asked = $me->requests), 1, 'HTTP/2: one lookup');
is(scalar(grep { m{^GET /slow/v1} } $recorder->requests), 3,
   'HTTP/2: they have the account');

# a client that goes away takes its lookup with it, and no more
close waiting('tok-slow-2');
spew($gate, '');
is(status_of($nginx->raw(api_get('/acme/v1/projects'))), 200,
   'nginx goes on when a client has gone');
is_call('tok-slow-2', '/slow/v1/projects', 1, 'the next one asks at once');

# the same of a stream of HTTP/2
my $stream = waiting_h2('tok-slow-3', 1);
syswrite $stream, h2_frame(3, 0, 1, pack('N', 8));
ok($nginx->wait_log(access_log => qr/projects HTTP\/2\.0" 499 /),
   'HTTP/2: the stream is cancelled');
spew($gate, '');
is_call('tok-slow-3', '/slow/v1/projects', 1, 'a stream that was cancelled');

# --- other modules, HTTP/2 ------------------------------------------------

for my $place (qw(auth mirror)) {
    is_call("tok-$place", "/$place/v1/projects", 1, "$place: the account",
            target => "/$place/v1/projects");
    is_call("tok-$place-post", "/$place-post/v1/projects", 1, "$place, POST",
            target => "/$place/v1/projects", method => 'POST',
            headers => [ 'Content-Type: application/vnd.api+json' ],
            body => '{"data":{"type":"projects"}}');
}

for my $place ('', '/auth') {
    my $token = 'tok-h2' . ($place && 'auth');

    $_->clear for $me, $recorder;
    my $socket = h2_open($h2);
    syswrite $socket, h2_request(1, 'POST', "$place/v1/projects",
        'accept: application/vnd.api+json', "authorization: Bearer $token",
        'content-type: application/vnd.api+json');
    select undef, undef, undef, 0.1;
    syswrite $socket, h2_frame(0, 1, 1, '{"data":{"type":"projects"}}');
    my @frames = h2_wait($socket, 1);
    ok(@frames && $frames[-1][1] & 1, "HTTP/2 POST$place: is answered");
    my ($left) = $recorder->requests;
    like($left, qr{\APOST /h2\w*/v1/projects }, "HTTP/2 POST$place: account");
    like($left, qr/"projects"\}\}\z/, "HTTP/2 POST$place: body");
}

# --- secrets --------------------------------------------------------------

is_call('tok-acme.CANARY123', '/acme/v1/projects', 1, 'a secret');
is_call('tok-denied.CANARY123', '/v1/projects', 1, 'a secret, denied');
unlike($nginx->error_log . $nginx->access_log, qr/CANARY123/,
       'no token in the logs');
like($nginx->error_log, qr/scopestack: no account found, .* status 401/,
     'a lookup that failed is told');
$nginx->stop('lookups');

# --- time -----------------------------------------------------------------

$nginx = nginx_with(zone => 'scopestack:1m valid=4s retry=4s');
is_call('tok-acme', '/acme/v1/projects', 1, 'short times');
is_call('tok-denied', '/v1/projects', 1, 'short times, denied');
is_call('tok-denied', '/v1/projects', 0, 'denied, at once');
sleep 5;
is_call('tok-acme', '/acme/v1/projects', 1, 'asked again when it has expired');
is_call('tok-denied', '/v1/projects', 1, 'and so is what failed');
$nginx->stop('expiry');

# --- bounded memory -------------------------------------------------------

$nginx = nginx_with(zone => 'scopestack:32k');
is_call('tok-first', '/first/v1/projects', 1, 'a small zone');
my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
for my $i (1 .. 300) {
    syswrite $socket, api_get('/v1/x') =~ s/Bearer abc/Bearer tok-t$i/r;
    my $text = '';
    while ($text !~ /ok\n\z/) {
        sysread $socket, $text, 4096, length $text or last;
    }
}
is_call('tok-t300', '/t300/v1/projects', 0, 'the last one is there');
is_call('tok-first', '/first/v1/projects', 1, 'the oldest one had to go');
is_call('tok-t299', '/t299/v1/projects', 0, 'and others did not');

# refused tokens make room for each other
for my $i (1 .. 300) {
    syswrite $socket, api_get('/v1/x') =~ s/Bearer abc/Bearer tok-denied.$i/r;
    my $text = '';
    while ($text !~ /ok\n\z/) {
        sysread $socket, $text, 4096, length $text or last;
    }
}
is_call("tok-t$_", "/t$_/v1/projects", 0, "refused ones: t$_ is still there")
    for 300, 295, 290, 280;
unlike($nginx->error_log, qr/no memory/, 'a full zone is no error');
$nginx->stop('a full zone');

# --- workers and reloads --------------------------------------------------

$nginx = nginx_with(master => 1);
my $conf = $nginx->dir . '/nginx.conf';
spew($conf, slurp($conf) =~ s/worker_processes 1/worker_processes 2/r);
$nginx->signal('HUP');
ok($nginx->wait_workers(3, 2), 'two workers');
my $asked = 0;
for (1 .. 20) {
    my ($path, $times) = call('tok-acme');
    $asked += $times;
}
is($asked, 1, 'two workers: one lookup');
is_call('tok-acme', '/acme/v1/projects', 0, 'known before a reload');
$nginx->signal('HUP');
ok($nginx->wait_workers(5, 2), 'two others');
is_call('tok-acme', '/acme/v1/projects', 0, 'and behind it');

# a zone of another size, or another name, is another zone
my $begun = 5;
for my $change ([ qw(scopestack:1m scopestack:2m) ],
                [ qw(scopestack:2m other:2m) ]) {
    my ($from, $to) = @$change;

    spew($conf, slurp($conf) =~ s/zone \Q$from\E/zone $to/r);
    $nginx->signal('HUP');
    ok($nginx->wait_workers($begun += 2, 2), "$to: is there");
    is_call('tok-acme', '/acme/v1/projects', 1, "$to: asked anew");
    is_call('tok-acme', '/acme/v1/projects', 0, "$to: and kept");
}
$nginx->stop('workers and reloads');

# a worker that dies takes its lookup with it; others ask at once
$nginx = nginx_with(master => 1, zone => 'scopestack:1m retry=1h',
                    allow => qr/exited on signal 9/);
my ($worker) = $nginx->error_log =~ /start worker process (\d+)/;
my $last = waiting('tok-slow-4');
kill 'KILL', $worker;
ok($nginx->wait_workers(2, 1), 'another worker comes up');
spew($gate, '');
is_call('tok-slow-4', '/slow/v1/projects', 1, 'a worker has died: asked anew');
$nginx->stop('a worker that dies');

# --- configuration --------------------------------------------------------

for my $case (
    [ 'scopestack_zone a:1m; scopestack_lookup x;', 'wants a path' ],
    [ 'scopestack_lookup /x;',
      'scopestack_lookup needs a scopestack_zone in %%DIR%%/nginx.conf:17' ],
    [ 'scopestack_zone a:1m; scopestack_lookup /x?a=b;',
      'wants a path, without query' ],
    [ 'scopestack_zone a:1m; scopestack_lookup /$x;', 'without query and var' ],
    [ 'limit_req_zone all zone=a:1m rate=1r/s; scopestack_zone a:1m;',
      'already declared for a different use' ],
    [ 'scopestack_explain yes;', 'invalid value "yes"' ],
    [ 'scopestack_zone a:1m retry=9223372036854775807s;', 'invalid parameter' ],
    [ 'scopestack_zone a:4k;', 'is too small' ],
    [ 'scopestack_zone a;', 'invalid zone' ],
    [ 'scopestack_zone a:b;', 'invalid zone size' ],
    [ 'scopestack_zone :1m;', 'invalid zone' ],
    [ 'scopestack_zone a:1m; scopestack_zone b:1m;', 'is duplicate' ],
    [ 'scopestack_zone a:1m valid=x;', 'invalid parameter' ],
    [ 'scopestack_zone a:1m other=1s;', 'invalid parameter' ],
    [ 'scopestack_lookup_wait soon;', 'invalid value' ],
    [ 'scopestack_zone a:1m valid=0;', 'invalid parameter' ],
) {
    my ($text, $error) = @$case;
    my $bad = gateway($recorder, http => $text, no_start => 1);
    my $run = $bad->test_conf;
    my $dir = $bad->dir;

    $error =~ s/%%DIR%%/$dir/;
    isnt($run->{status}, 0, "$text: an error");
    like($run->{err} . $bad->error_log, qr/\Q$error\E/, "$text: and told");
    like($run->{err}, qr{/nginx\.conf:\d+$}m, "$text: with its place");
}

done_testing();
