#!/usr/bin/perl
#
# Beside nginx's other phases and modules: the check runs once, on the main
# request, and what it said stays through internal redirects.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Recorder;
use Gateway;

my $client = 'client_id=a&client_secret=b';
my $bad = "grant_type=password&$client&username=u&password=p&redirect_uri=r";
my $good = "grant_type=password&$client&username=u&password=p";
my $repaired = 'repaired; rules="accept-not-jsonapi account-slug-missing"';

# the upstream refuses what it is asked to refuse, and redirects inside nginx
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;
    my $extra = $raw =~ m{^\S+ \S*x-accel} ? "X-Accel-Redirect: /inside/file\r\n"
                                           : '';
    my $status = $raw =~ m{^\S+ \S*status=(\d+)} ? "$1 Text" : '200 OK';

    return "HTTP/1.1 $status\r\n${extra}Content-Length: 3\r\n\r\nok\n";
});
my $auth = SSTest::Recorder->new(answer => sub {
    my $status = $_[0] =~ /^X-Deny:/m ? '403 Forbidden' : '204 No Content';

    return "HTTP/1.1 $status\r\nContent-Length: 0\r\n\r\n";
});
my $mirror = SSTest::Recorder->new;

my ($up, $auth_up, $mirror_up)
    = map { "proxy_pass http://127.0.0.1:@{[$_->port]}" }
      $recorder, $auth, $mirror;
my $h2 = free_port();
my $strict = rules('rules: { accept-not-jsonapi: reject }');

my $nginx = gateway($recorder,
    http => <<'END',
    log_format once '$request_uri $scopestack_verdict $scopestack_rules';
    access_log %%DIR%%/once.log once;
END
    server => <<"END");
    listen 127.0.0.1:$h2 http2;
    location = /auth {
        internal;
        $auth_up;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
    }
    location = /copy { internal; $mirror_up; }
    location /inside/ { internal; $up; }
    location /authed/ {
        auth_request /auth;
        rewrite ^/authed(/.*) \$1 break;
        $up;
    }
    location /mirrored/ {
        mirror /copy;
        rewrite ^/mirrored(/.*) \$1 break;
        $up;
    }
    location /both/ {
        auth_request /auth;
        mirror /copy;
        rewrite ^/both(/.*) \$1 break;
        $up;
    }
    location /tried/ {
        root %%DIR%%;
        try_files \$uri \@named;
    }
    location \@named {
        rewrite ^/tried(/.*) \$1 break;
        $up;
    }
    location /errors/ {
        proxy_intercept_errors on;
        error_page 418 = \@again;
        error_page 404 /page.html;
        error_page 410 = /v1/other;
        rewrite ^/errors(/.*) \$1 break;
        $up;
    }
    location \@again { $up; }
    location = /page.html { return 200 "page\\n"; }
    location /last/ { rewrite ^/last(/.*) \$1 last; }
    location /returned/ { return 204; }
    location /limited/ {
        limit_except GET { deny all; }
        rewrite ^/limited(/.*) \$1 break;
        $up;
    }
    location /denied/ { deny all; $up; }
    location /satisfied/ {
        satisfy any;
        deny all;
        auth_request /auth;
        rewrite ^/satisfied(/.*) \$1 break;
        $up;
    }
    location /ssi/ {
        ssi on;
        ssi_types *;
        default_type text/html;
        alias %%DIR%%/ssi/;
    }
    location /index/ {
        alias %%DIR%%/ssi/;
        index v1;
    }
    location /bodiless/ {
        mirror /headers;
        mirror_request_body off;
        rewrite ^/bodiless(/.*) \$1 break;
        $up;
    }
    location = /headers {
        internal;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
        $mirror_up;
    }
    location /acted/ {
        post_action /after;
        rewrite ^/acted(/.*) \$1 break;
        $up;
    }
    location = /after { internal; $mirror_up; }
    location /if/ {
        if (\$arg_a) { set \$x 1; }
        if (\$arg_a = stop) { return 403; }
        rewrite ^/if(/.*) \$1 break;
        $up;
    }
    location /asleep/ {
        scopestack off;
        error_page 418 = /v1/awake;
        return 418;
    }
    location /strict/ {
        auth_request /auth;
        scopestack_rules_file $strict;
        rewrite ^/strict(/.*) \$1 break;
        $up;
    }
    location /loop/ {
        proxy_intercept_errors on;
        recursive_error_pages on;
        error_page 421 = /v1/once?status=422;
        rewrite ^/loop(/.*) \$1 break;
        $up;
    }
    location = /v1/once {
        proxy_intercept_errors on;
        recursive_error_pages on;
        error_page 422 = \@again;
        $up;
    }
END

mkdir $nginx->dir . '/ssi';
spew($nginx->dir . '/ssi/page',
     'a<!--#include virtual="/v1/clients" -->z');
spew($nginx->dir . '/ssi/v1', "index\n");

sub through {
    my ($bytes, %opt) = @_;

    $_->clear for $recorder, $auth, $mirror;
    my $answer = $nginx->raw($bytes, %opt);

    return ($answer, $recorder->requests);
}

sub wait_for {
    my ($which) = @_;

    for (1 .. 100) {
        my @requests = $which->requests;
        return $requests[0] if @requests;
        select undef, undef, undef, 0.02;
    }

    return '';
}

# --- auth_request ---------------------------------------------------------

my ($answer, @left) = through(get('/authed/v1/clients', [ 'X-Own: 1' ]));
like($left[0], qr{\AGET /acme/v1/clients }, 'auth_request: repaired');
is(rules_header($answer), $repaired, 'auth_request: told once');
is(scalar($auth->requests), 1, 'auth_request: it was asked once');
like(($auth->requests)[0], qr{\AGET /auth .*^X-Own: 1\r$}ms,
     'auth_request: about the request as it came');

($answer, @left) = through(request('POST', '/authed/oauth/token',
    [ 'Content-Type: application/x-www-form-urlencoded' ], $bad));
is(body_of($left[0]), $good, 'auth_request: a body is repaired');

($answer, @left) = through(get('/authed/v1/clients', [ 'X-Deny: 1' ]));
is(status_of($answer), 403, 'auth_request: a refusal is nginx\'s');
is(scalar @left, 0, 'auth_request: nothing leaves then');
is(rules_header($answer), undef, 'auth_request: and nothing was checked');

for my $size (0, 100_000) {
    my $file = spew(tmp_dir() . '/body', "$bad&x=" . 'y' x $size);

    for my $place (qw(authed mirrored both)) {
        $recorder->clear;
        my $run = run_cmd([ 'curl', '-sS', '-D', '-', '-m', 10,
            '--http2-prior-knowledge', '--data-binary', "\@$file",
            "http://127.0.0.1:$h2/$place/oauth/token" ]);

        is($run->{status}, 0, "HTTP/2 POST of $size, $place: answered")
            or diag($run->{err});
        is(body_of(($recorder->requests)[0]), "$good&x=" . 'y' x $size,
           "HTTP/2 POST of $size, $place: repaired");
    }
}

# --- mirror ---------------------------------------------------------------

($answer, @left) = through(request('POST', '/mirrored/oauth/token',
    [ 'Content-Type: application/x-www-form-urlencoded' ], $bad));
is(body_of($left[0]), $good, 'mirror: the request is repaired');
is(body_of(wait_for($mirror)), $good, 'mirror: and so is the copy');
is(scalar(() = $answer =~ /ScopeStack-Gateway/g), 1, 'mirror: told once');

# --- internal redirects ---------------------------------------------------

my %redirects = (
    'error_page to a named location' => [ '/errors/v1/clients?status=418', 2 ],
    'error_page to a page' => [ '/errors/v1/clients?status=404', 1 ],
    'error_page to another path' => [ '/errors/v1/clients?status=410', 2 ],
    'X-Accel-Redirect' => [ '/v1/x-accel', 2 ],
    'rewrite to another location' => [ '/last/v1/clients', 1 ],
);

for my $name (sort keys %redirects) {
    my ($target, $count) = @{ $redirects{$name} };

    ($answer, @left) = through(get($target, []));
    is(scalar @left, $count, "$name: requests that left");
    is(rules_header($answer), $repaired, "$name: told, once")
        or diag($answer);
    like($left[0], qr{\AGET \S*/acme/v1/}, "$name: repaired");
    is(header_of($left[0], 'Accept'), 'application/vnd.api+json',
       "$name: the header too");
    unlike($left[-1], qr{acme/.*acme}, "$name: nothing is done twice");
}

# the check comes before try_files looks for a file: "tried" is a slug to it
($answer, @left) = through(get('/tried/v1/clients', []));
is(rules_header($answer),
   'repaired; rules="accept-not-jsonapi account-slug-mismatch"',
   'try_files: told, once');
is(header_of($left[0], 'Accept'), 'application/vnd.api+json',
   'try_files: repaired');

# --- requests that end before ---------------------------------------------

for my $path (qw(returned denied)) {
    ($answer, @left) = through(get("/$path/v1/clients", []));
    is(scalar @left, 0, "$path: nothing leaves");
    is(rules_header($answer), undef, "$path: nothing was checked");
}

($answer, @left) = through(request('POST', '/limited/v1/clients', [], ''));
is(status_of($answer), 403, 'limit_except: refused');
($answer, @left) = through(get('/limited/v1/clients', []));
like($left[0], qr{\AGET /acme/v1/clients }, 'limit_except: GET is repaired');

($answer, @left) = through(get('/satisfied/v1/clients', []));
like($left[0], qr{\AGET /acme/v1/clients }, 'satisfy any: repaired');

# --- subrequests ----------------------------------------------------------

($answer, @left) = through(get('/ssi/page', []));
is(body_of($answer) =~ /a.*ok\n.*z/s, 1, 'ssi: the page has its part')
    or diag($answer);
like($left[0], qr{\AGET /v1/clients }, 'ssi: a subrequest is not looked at');
is(rules_header($answer), undef, 'ssi: the page itself has no findings');

($answer) = through(get('/index/', []));
is(status_of($answer), 200, 'index: served');

# --- mirror without the body, post_action, if ------------------------------

my @form = ('Content-Type: application/x-www-form-urlencoded');

($answer, @left) = through(request('POST', '/bodiless/oauth/token', \@form,
                                   $bad));
is(body_of($left[0]), $good, 'mirror without the body: repaired');
my $copy = wait_for($mirror);
like($copy, qr{\APOST /headers }, 'mirror without the body: a copy leaves');
is(body_of($copy), '', 'mirror without the body: without it');

for my $bytes (get('/acted/v1/clients', []),
               request('POST', '/acted/oauth/token', \@form, $bad)) {
    ($answer, @left) = through($bytes);
    is(scalar @left, 1, 'post_action: one request leaves');
    is(scalar(() = $answer =~ /ScopeStack-Gateway/g), 1,
       'post_action: told once');
    like(wait_for($mirror), qr{\A(?:GET|POST) /after }, 'post_action: acts');
}

($answer, @left) = through(get('/if/v1/clients?a=b', []));
like($left[0], qr{\AGET /acme/v1/clients\?a=b }, 'if: repaired inside of it');
($answer, @left) = through(get('/if/v1/clients?a=stop', []));
is(status_of($answer) . '-' . (rules_header($answer) // ''), '403-',
   'if: nothing is checked of what ends there');

# --- from where it is off to where it is on -------------------------------

($answer, @left) = through(get('/asleep/x', []));
like($left[0], qr{\AGET /acme/v1/awake },
     'off, then on: checked where it is on');
is(rules_header($answer), $repaired, 'off, then on: told once');

($answer, @left) = through(get('/loop/v1/clients?status=421', []));
is(scalar @left, 3, 'error pages of error pages: three requests leave');
is(rules_header($answer), $repaired, 'error pages of error pages: told once');

# --- rejections and access ------------------------------------------------

($answer, @left) = through(get('/strict/acme/v1/x', [ 'X-Deny: 1' ]));
is(status_of($answer), 403, 'who may not is not told what is wrong');
is(rules_header($answer), undef, 'nor by the header');
($answer, @left) = through(get('/strict/acme/v1/x', []));
is(status_of($answer), 406, 'who may is told');
is(scalar @left, 0, 'and nothing leaves');

# a method that is changed behind the access phase was allowed or not before
($answer, @left) = through(get("/limited/oauth/token?$bad", []));
like($left[0], qr{\APOST /oauth/token }, 'limit_except GET: a GET may');
is(body_of($left[0]), $good, 'and is repaired');

# --- bodies through all of them -------------------------------------------

for my $place (qw(authed mirrored both satisfied bodiless acted)) {
    my $big = "$bad&x=" . 'y' x 100_000;
    my $mended = "$good&x=" . 'y' x 100_000;

    ($answer, @left) = through(request('POST', "/$place/oauth/token", \@form,
                                       $big));
    is(body_of($left[0]), $mended, "$place: a large body is repaired");
    ($answer, @left) = through(request('POST', "/$place/oauth/token",
        [ @form, 'Transfer-Encoding: chunked' ]) . chunked($big, 9000));
    is(body_of($left[0]), $mended, "$place: a chunked one as well");
    ($answer, @left) = through(
        request('POST', "/$place/oauth/token", [ @form,
            'Expect: 100-continue' ], $bad));
    is(body_of($left[0]), $good, "$place: and with Expect");

    $recorder->clear;
    my $run = run_cmd([ 'curl', '-sS', '-m', 10, '-X', 'POST', '-T', '-',
        '-H', @form, '--http2-prior-knowledge',
        "http://127.0.0.1:$h2/$place/oauth/token" ], stdin => $big);
    is($run->{status}, 0, "$place: HTTP/2 without a length is answered");
    is(body_of(($recorder->requests)[0]), $mended,
       "$place: HTTP/2 without a length is repaired");
}

# --- once -----------------------------------------------------------------

$nginx->wait_log(error_log => qr/scopestack: repaired/);
my @lines = $nginx->error_log =~ m{scopestack: repaired .*status=418}g;
is(scalar @lines, 1, 'one line in the log for a request checked once');
like(slurp($nginx->dir . '/once.log'),
     qr{^/errors/v1/clients\?status=418 repaired accept}m,
     'the access log has the verdict behind internal redirects');

$nginx->stop;
done_testing();
