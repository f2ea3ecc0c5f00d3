#!/usr/bin/perl
#
# Programs that use libcurl directly, with the library preloaded: library.c has
# them. What they send to other hosts must be what they send without it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Recorder;
use Sscurl;

my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;

    return reply('302 Found', '', 'Location: ' . elsewhere() . '/landed')
        if line_of($raw) =~ m{/away };
    return reply('200 OK', "ok\n", 'Set-Cookie: taste=sweet; path=/')
        if line_of($raw) =~ m{/cookie };

    return reply('406 Not Acceptable', '{"errors":[{"code":"406"}]}',
                 'Content-Type: application/vnd.api+json')
        if line_of($raw) =~ m{/refused };
    return reply('400 Bad Request', '{"meta":"' . 'y' x 40_000
                 . '","errors":[{"code":"102"}]}',
                 'Content-Type: application/vnd.api+json')
        if line_of($raw) =~ m{/large };

    return reply('200 OK', line_of($raw) =~ /\AHEAD/ ? '' : "ok\n");
});

my $jsonapi = 'application/vnd.api+json';
my $form = 'application/x-www-form-urlencoded';
my $good = 'grant_type=client_credentials&client_id=a&client_secret=b';
my @sources = map { "$FindBin::Bin/library_$_.c" } qw(handles bodies multi
    lifetimes answers sending);
my $program = compile('library', slurp("$FindBin::Bin/library.c"), @sources,
                      "-I$FindBin::Bin", '-lcurl', '-pthread',
                      '-rdynamic');

if (!ok($program, 'the programs compile')) {
    done_testing();
    exit;
}

# A program with the library, behind what a sanitizer needs.
sub preloaded {
    my %env = sanitizer();

    $env{LD_PRELOAD} = join ':', grep { defined } $env{LD_PRELOAD},
        build_dir() . '/libscopestack-curl.so';
    $env{ASAN_OPTIONS} =~ s/detect_leaks=0/detect_leaks=1/
        if $env{ASAN_OPTIONS};

    return %env;
}

my %preloaded = preloaded();

sub run_with {
    my ($name, %env) = @_;

    $recorder->clear;
    my $run = run_cmd([ $program, $name, $recorder->port ], timeout => 20,
                      env => environment(%env));

    return ($run, $recorder->requests);
}

sub is_elsewhere { return host_of($_[0]) eq 'elsewhere.test' }

# Runs a program without and with the library; returns the latter's requests.
# `same`: its output is the same, too.
sub sent {
    my ($name, %opt) = @_;
    my ($plain, @want) = run_with($name);
    my ($run, @got) = run_with($name, %preloaded, %{ $opt{env} || {} });

    is("$run->{signal} $run->{status}", '0 0', "$name: ends well");
    ok(!has_report($run->{err}), "$name: no sanitizer report, no leak")
        or diag($run->{err} =~ s/\A.*?(?=^==|Sanitizer:)//msr
                =~ s/^Shadow bytes.*//msr);
    is($run->{out}, $plain->{out}, "$name: libcurl returns the same")
        if !$opt{differs};
    is(scalar @got, scalar @want, "$name: as many requests")
        if !$opt{differs};
    is_deeply([ map { unbounded($_) } grep { is_elsewhere($_) } @got ],
              [ map { unbounded($_) } grep { is_elsewhere($_) } @want ],
              "$name: other hosts get the program's own requests")
        if !$opt{any_order};
    ok(!(grep { !length_is_right($_) } @got), "$name: Content-Length is right")
        if !$opt{chunked};

    return ($run, @got);
}

# A request of a repaired token request.
sub token_is {
    my ($name, $raw, $body) = @_;

    is(line_of($raw), 'POST /oauth/token HTTP/1.1', "$name: a POST");
    is(body_of($raw), $body // $good, "$name: the body");
    is(header_of($raw, 'Content-Type'), $form, "$name: the type");
    is(header_of($raw, 'Authorization'), '', "$name: no Authorization");

    return;
}

sub api_is {
    my ($name, $raw, $line) = @_;

    is(line_of($raw), "$line HTTP/1.1", "$name: the line");
    is(header_of($raw, 'Accept'), $jsonapi, "$name: the Accept header");

    return;
}

# --- handles ------------------------------------------------------------------

{
    my ($run, @got) = sent('setopt');

    api_is('setopt, GET last', $got[0], 'GET /acme/v1/clients');
    is(header_of($got[0], 'X-Own'), '1', 'setopt: the program\'s header');
    is(body_of($got[0]), '', 'setopt, GET last: no body');
    token_is('setopt, POST last', $got[1]);
    is(header_of($got[1], 'X-Own'), '', 'setopt: the header is gone');
    api_is('setopt, NOBODY', $got[2], 'HEAD /acme/v1/head');
    api_is('setopt, NOBODY off', $got[3], 'GET /acme/v1/get');
}

{
    my ($run, @got) = sent('reset');

    token_is('reset', $got[0]);
    api_is('reset, and used again', $got[2], 'GET /v1/me');
    is(header_of($got[2], 'Authorization'), '', 'reset: no old credentials');
}

{
    my ($run, @got) = sent('duphandle');

    api_is('duphandle before a transfer', $got[1], 'GET /acme/v1/clients');
    api_is('duphandle after a transfer', $got[3], 'GET /acme/v1/clients');
}

{
    my ($run, @got) = sent('duphandle-body');

    token_is('duphandle-body', $got[0]);
    token_is('duphandle-body, the copy', $got[1]);
}

{
    my ($run, @got) = sent('reuse');

    api_is('reuse, first', $got[0], 'GET /acme/v1/clients');
    api_is('reuse, second', $got[2], 'GET /acme/v1/clients');
    is(header_of($got[2], 'X-Own'), '1', 'reuse: the program\'s header');
    token_is('reuse, token', $got[3]);
    token_is('reuse, token again', $got[5]);
}

{
    my ($run, @got) = sent('again');

    api_is('again, first', $got[0], 'GET /acme/v1/clients');
    api_is('again, second', $got[1], 'GET /acme/v1/clients');
}

{
    my ($run, @got) = sent('in-place');
    my $body = 'client_id=a&client_secret=b&grant_type=client_credentials';

    token_is('in-place, first', $got[0], $body);
    token_is('in-place, a body that was written anew', $got[1],
             $body =~ s/=a/=z/r);
    is(header_of($got[1], 'X-Two'), '2', 'in-place: a list that has grown');
}

{
    my ($run, @got) = sent('user');
    my $body = 'grant_type=client_credentials';

    token_is('USERNAME after USERPWD', $got[0],
             "$body&client_id=new&client_secret=newer");
    token_is('USERPWD after USERNAME', $got[1],
             "$body&client_id=third&client_secret=thirdly");
    token_is('USERPWD unset', $got[2], $body);
}

# --- bodies -------------------------------------------------------------------

{
    my ($run, @got) = sent('copy');

    token_is('COPYPOSTFIELDS of a size', $got[0]);
    is(body_of($got[2]), "{\"a\":\0\"b\"}  \n",
       'COPYPOSTFIELDS with a NUL: whole');
    is(header_of($got[2], 'Content-Type'), $form,
       'COPYPOSTFIELDS with a NUL: no document, and so of no other type');

    ($run, @got) = sent('size-after-copy', differs => 1, chunked => 1);
    like($run->{out}, qr/alive/, 'a size after COPYPOSTFIELDS: nothing is read '
         . 'behind its end');

    ($run, @got) = sent('callback');
    is(body_of($got[0]), "$good&redirect_uri=x",
       'a read callback: the body is the program\'s');
    like($run->{err}, qr/\[body-not-checked\]/, 'a read callback: is told');

    ($run, @got) = sent('mime');
    token_is('mime', $got[0]);
    token_is('mime, a second time', $got[2]);
    like($got[3], qr/name="inner"/, 'mime with subparts: as it is');

    ($run, @got) = sent('mime-duphandle');
    like(body_of($got[0]), qr/name="grant_type"/,
         'mime-duphandle: libcurl\'s copy leaves as it is');
    like($run->{err}, qr/\[body-not-checked\]/, 'mime-duphandle: is told');

    ($run, @got) = sent('formadd');
    like(body_of($got[0]), qr/name="grant_type"/, 'formadd: as it is');
    like($run->{err}, qr/\[body-not-checked\]/, 'formadd: is told');
}

# --- options that switch each other -------------------------------------------

{
    my ($run, @got) = sent('copied-template');
    token_is('copied-template', $got[0]);
    token_is('copied-template, the copy', $got[2]);

    ($run, @got) = sent('copied-sizes');
    token_is('copied-sizes', $got[0]);
    is(body_of($got[1]), substr($good, 0, 5), 'copied-sizes: five bytes');
    is(body_of($got[2]), 'R' x 600, 'copied-sizes: the copy is dropped');

    ($run, @got) = sent('head-then-form');
    token_is('head-then-form', $got[1]);
    like(line_of($got[3]), qr/^POST /, 'head-then-form: the old form, a POST');

    ($run, @got) = sent('get-between');
    is(line_of($got[0]), 'POST /oauth/token HTTP/1.1', 'get-between: a POST');

    ($run, @got) = sent('refused-options');
    token_is('refused-options', $got[2]);

    ($run, @got) = sent('large-bodies');
    my $large = 3 << 20;
    is(length body_of($_), $large, 'large-bodies: whole') for @got[0 .. 2];
    cmp_ok(length body_of($got[3]), '>', $large, 'large-bodies: the form, too');

    sent('inside', any_order => 1);
    ($run, @got) = sent('form-copied-inside');
    token_is('form-copied-inside', $got[0]);
    like($got[1], qr/name="client_secret"/, 'form-copied-inside: the form');
    ($run) = run_with('freed-inside', %preloaded);
    is("$run->{signal} $run->{out}", "0 alive\n",
       'freed-inside: the program goes on');
    ok(!has_report($run->{err}), 'freed-inside: no sanitizer report')
        or diag($run->{err});
}

# --- URLs ---------------------------------------------------------------------

{
    my ($run, @got) = sent('curlu');

    api_is('CURLU', $got[0], 'GET /acme/v1/clients?a=b');
    api_is('CURLU that was changed', $got[1], 'GET /acme/v1/projects?a=b');

    ($run, @got) = sent('port');
    is(host_of($got[0]), 'api.scopestack.test:81', 'PORT: the program\'s');
    is(line_of($got[0]), 'GET /v1/clients HTTP/1.1',
       'PORT: another port is not the service');
}

{
    my $origin = 'http://ported.test:8080';
    my $ported = spew(tmp_dir() . '/ported.yaml', "version: 1\nservice: "
        . "{ api_url: \"$origin\", auth_url: \"$origin\", account: acme }\n");
    my ($run, @got) = sent('port-service',
                           env => { SCOPESTACK_CONFIG => $ported });

    api_is('PORT of the service', $got[0], 'GET /acme/v1/clients');
    is(header_of($got[1], 'Authorization'), '',
       'PORT of the service: no Authorization');
    like(body_of($got[1]), qr/client_secret=b/, 'PORT of the service: the body');

    ($run, @got) = sent('target');
    api_is('REQUEST_TARGET', $got[0], 'GET /acme/v1/clients?a=b');
    api_is('REQUEST_TARGET unset', $got[2], 'GET /acme/v1/clients');

    ($run, @got) = sent('empty-query');
    my $mark = line_of($got[1]) =~ /[?]/ ? '?' : '';
    api_is('empty-query, as libcurl has it', $got[0],
           "GET /acme/v1/clients$mark");
    api_is('empty-query, without one', $got[2], 'GET /acme/v1/clients');

    ($run, @got) = sent('broken-pipe');
    like($run->{out}, qr/alive/, 'stderr that nobody reads is no end');
    api_is('stderr that nobody reads', $got[0], 'GET /acme/v1/clients');
}

# --- many at once -------------------------------------------------------------

{
    my ($run, @got) = sent('multi', any_order => 1);
    my %by = map { host_of($_) . ' ' . line_of($_) => $_ } @got;
    my ($line) = grep { /clients/ } keys %by;

    is(scalar @got, 5, 'multi: five requests');
    api_is('multi', $by{$line // ''}, 'GET /acme/v1/clients');
    token_is('multi', (grep { /token/ } @got)[0]);
    api_is('multi, added again', (grep { m{v1/me } } @got)[0], 'GET /v1/me');
    is(scalar(grep { is_elsewhere($_) && header_of($_, 'Accept') eq '*/*' }
              @got), 2, 'multi: other hosts get the program\'s own headers');

    ($run, @got) = sent('set-added');
    like(header_of($got[0], 'Authorization'), qr/^Basic /,
         'set when added: another host gets what was set');
    api_is('set when added: the service', $got[1], 'GET /acme/v1/clients');

    ($run, @got) = sent('share');
    api_is('share', $got[1], 'GET /v1/me');
    is(header_of($got[1], 'Cookie'), 'taste=sweet', 'share: its cookies');

    ($run, @got) = sent('threads', any_order => 1);
    is(scalar(grep { line_of($_) =~ /token/ && body_of($_) eq $good } @got),
       120, 'threads: every token request is repaired');
    is(scalar(grep { is_elsewhere($_) && $_ =~ /\AGET / } @got), 42,
       'threads: and nothing else is touched');

    sent('many');
}

# --- callbacks and errors -----------------------------------------------------

{
    my ($run, @got) = sent('prereq');

    like($run->{out}, qr/first 2 second 2/, 'prereq: the program\'s is called');
    api_is('prereq', $got[0], 'GET /acme/v1/away');
    api_is('prereq, later', $got[3], 'GET /v1/me');
}

{
    my $rules = rules("rules: { account-slug-missing: reject }\n");
    my ($run, @got) = sent('reject', differs => 1,
                           env => { SCOPESTACK_CONFIG => $rules });

    is_deeply([ map { line_of($_) } @got ],
              [ map { "GET $_ HTTP/1.1" } qw(/acme/v1/clients /beside /after) ],
              'reject: only what is not rejected is sent');
    my ($first, $text, $second, $third, @multi) = split /\n/, $run->{out};
    my $last = pop @multi;
    is("$first $second $third $last", '42 42 0 0', 'reject: what perform says');
    like($text, qr/\Arejected by rule account-slug-missing/,
         'reject: the error buffer');
    is_deeply([ sort @multi ], [ 0, 1 ], 'reject: what multi says');
}

{
    my ($run, @got) = sent('plain', differs => 1, any_order => 1,
        env => { SCOPESTACK_CONFIG => tmp_dir() . '/none.yaml' });

    is(scalar @got, 0, 'no rules: nothing is sent, to no host');
    is($run->{out}, "2\n2\n4\n43\n", 'no rules: what libcurl returns');

    ($run, @got) = sent('plain', env => { SCOPESTACK_MODE => 'off' });
    is(line_of($got[0]), 'GET /v1/clients HTTP/1.1', 'off: as it is');
    is($run->{err}, '', 'off: not a word');

    ($run, @got) = sent('plain', env => { SCOPESTACK_ACCOUNT => 'other' });
    api_is('$SCOPESTACK_ACCOUNT', $got[0], 'GET /other/v1/clients');
}

{
    my $rules = rules("rules: { account-slug-missing: reject }\n");
    my ($run, @got) = sent('reject-curlu', differs => 1,
                           env => { SCOPESTACK_CONFIG => $rules });

    is_deeply([ map { line_of($_) } @got ], [ 'GET /after HTTP/1.1' ],
              'reject with CURLU: nothing that is rejected is sent');
}

# --- coming and going ---------------------------------------------------------

{
    # an address is used again at once, as malloc() does it
    my $options = $preloaded{ASAN_OPTIONS} || '';
    my %reusing = $options ? (ASAN_OPTIONS => "$options:quarantine_size_mb=0:"
                              . 'thread_local_quarantine_size_kb=0') : ();
    my $late = compile('late.so', <<"END", '-shared', '-fPIC', '-ldl');
#define _GNU_SOURCE
#include <dlfcn.h>
void curl_easy_cleanup(void *handle)
{
    void (*cleanup)(void *) = dlsym(RTLD_NEXT, "curl_easy_cleanup");
    void (*late)(void) = dlsym(RTLD_DEFAULT, "late");
    cleanup(handle);
    late();
}
END
    my ($run, @got) = sent('births', env => { %reusing, LD_PRELOAD =>
                           "$preloaded{LD_PRELOAD}:$late" });
    api_is('births: a handle in the place of another', $got[1],
           'GET /acme/v1/clients');
    sent('crowd', env => \%reusing);

    ($run, @got) = sent('doh', env => \%reusing);
    is(scalar(grep { header_of($_, 'Accept') eq $jsonapi } @got), 20,
       'doh: libcurl\'s own handles leave nothing behind');

    ($run, @got) = sent('mime-freed');
    token_is('mime-freed', $got[0]);

    ($run, @got) = sent('mime-file');
    like($got[0], qr/filename="a-file"/, 'mime-file: a file stays one');

    my $start = time;
    sent('mime-many');
    cmp_ok(time - $start, '<', 10, 'mime-many: no part costs more than another');

    ($run, @got) = sent('added');
    is(length body_of($got[0]), 600_000, 'added twice: the body is whole');
    api_is('added twice, and then', $got[1], 'GET /acme/v1/clients');

    ($run, @got) = sent('duplicated');
    my ($upload) = grep { !is_elsewhere($_) } @got;
    like(body_of($upload), qr/\Agrant_type=client_credentials&/,
         'duplicated under way: the original is repaired');
    is(length body_of($upload), 600_000,
       'duplicated under way: the original is whole');

    ($run, @got) = sent('prereq-late');
    api_is('a prereq under way', $_, 'GET /acme/v1/clients') for @got;

    ($run, @got) = sent('nested');
    api_is('perform in a callback, and then', $_, 'GET /acme/v1/clients')
        for @got;

    ($run, @got) = sent('multi-freed');
    api_is('after its multi was freed', $got[0], 'GET /acme/v1/clients');
}

# --- answers ------------------------------------------------------------------

# Programs get the same calls with the same bytes, and are told what it meant.
{
    my %explained = (callbacks => 5, files => 2, pause => 1, 'short-write' => 1,
                     changing => 2, copies => 4, ends => 3);

    for my $name (sort keys %explained) {
        my ($run) = sent($name);

        isnt($run->{out}, '', "$name: the program runs") if $name ne 'ends';
        is(scalar(grep { /^sscurl: cause: / } split /\n/, $run->{err}),
           $explained{$name}, "$name: explained as often as that")
            or diag($run->{err});
        like($run->{err}, qr/\[filter-unknown\]/,
             'pause: what came again counts once') if $name eq 'pause';
    }
}

# --- libcurl where a plug-in has brought it -------------------------------------

{
    my $plugin = compile('plugin.so', <<"END", '-shared', '-fPIC', '-lcurl');
#include <curl/curl.h>
int run(const char *url, long port);
int run(const char *url, long port)
{
    char to[32];
    CURL *h = curl_easy_init();
    snprintf(to, sizeof(to), "::127.0.0.1:%ld", port);
    struct curl_slist *list = curl_slist_append(NULL, to);
    curl_easy_setopt(h, CURLOPT_CONNECT_TO, list);
    curl_easy_setopt(h, CURLOPT_URL, url);
    int rc = curl_easy_perform(h);
    curl_easy_cleanup(h);
    curl_slist_free_all(list);
    return rc;
}
END
    my $host = compile('host', <<"END", '-ldl');
#include <dlfcn.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
    void *plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    int (*run)(const char *, long) = plugin ? dlsym(plugin, "run") : 0;
    return run ? run(argv[2], atol(argv[3])) : 99;
}
END

    ok($plugin && $host, 'a program with a plug-in compiles');
    $recorder->clear;
    my $run = run_cmd([ $host, $plugin, api() . '/v1/clients',
                        $recorder->port ], env => environment(%preloaded));
    is("$run->{signal} $run->{status}", '0 0', 'a plug-in\'s libcurl: works')
        or diag($run->{err});
    api_is('a plug-in\'s libcurl', ($recorder->requests)[0],
           'GET /acme/v1/clients');
}

$recorder->stop;
done_testing();
