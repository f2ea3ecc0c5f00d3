#!/usr/bin/perl
#
# libcurl in plug-ins: of PHP, Python and Perl, and of small programs that load
# theirs in every way. Where the rules cannot see the calls, one line says so.
# The library is the plain one: sanitizers refuse RTLD_DEEPBIND.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Recorder;
use Sscurl;

my $library = build_dir() . '/plain/libscopestack-curl.so';
my $recorder = SSTest::Recorder->new;
my $port = $recorder->port;

# the names of the service lead to a port, so that it is asked for by address
my $rules = spew(tmp_dir() . '/loopback.yaml', tokenless("version: 1\nservice: "
    . "{ api_url: \"http://127.0.0.1:$port\", auth_url: "
    . "\"http://127.0.0.1:$port\", account: acme }\n"));
my $url = "http://127.0.0.1:$port/v1/clients";

# Runs a command with the library; returns it and the lines of its requests.
sub preloaded {
    my ($command, %env) = @_;

    $recorder->clear;
    my $run = run_cmd($command, timeout => 20,
                      env => environment(SCOPESTACK_CONFIG => $rules,
                                         LD_PRELOAD => $library, %env));

    return ($run, map { line_of($_) } $recorder->requests);
}

my $repaired = 'GET /acme/v1/clients HTTP/1.1';
my $unseen = 'GET /v1/clients HTTP/1.1';

sub applied {
    my ($name, $run, @lines) = @_;

    is("$run->{signal} $run->{status}", '0 0', "$name: ends well")
        or diag($run->{err});
    is_deeply(\@lines, [$repaired], "$name: the rules apply");
    like($run->{err}, qr/account-slug-missing/, "$name: and say so");
    unlike($run->{err}, qr/rules do not see/, "$name: without the line");

    return;
}

sub told {
    my ($name, $run, @lines) = @_;
    my @told = $run->{err} =~ /^(sscurl: .*rules do not see.*)$/mg;

    is("$run->{signal} $run->{status}", '0 0', "$name: ends well")
        or diag($run->{err});
    is_deeply(\@lines, [$unseen], "$name: it is sent unchanged");
    is(scalar @told, 1, "$name: one line") or diag($run->{err});

    return;
}

# --- hosts that people have -------------------------------------------------------

# PHP loads extensions with RTLD_DEEPBIND
applied('php-curl', preloaded([ 'php', '-r', <<'END', $url ]));
$c = curl_init($argv[1]);
curl_setopt($c, CURLOPT_RETURNTRANSFER, true);
exit(curl_exec($c) === "ok\n" ? 0 : 1);
END

applied('pycurl', preloaded([ '/usr/bin/python3', '-c', <<'END', $url ]));
import pycurl, sys
c = pycurl.Curl()
c.setopt(c.URL, sys.argv[1])
c.perform()
c.close()
END

applied('WWW::Curl', preloaded([ 'perl', '-e', <<'END', $url ]));
use WWW::Curl::Easy;
my ($curl, $body) = (WWW::Curl::Easy->new, '');
open my $fh, '>', \$body;
$curl->setopt(CURLOPT_URL, $ARGV[0]);
$curl->setopt(CURLOPT_WRITEDATA, $fh);
exit $curl->perform;
END

# ruby-ethon does the same
my $by_name = <<'END';
import ctypes, sys
curl = ctypes.CDLL('libcurl.so.4')
curl.curl_easy_init.restype = ctypes.c_void_p
handle = ctypes.c_void_p(curl.curl_easy_init())
curl.curl_easy_setopt(handle, 10002, sys.argv[1].encode())
curl.curl_easy_perform(handle)
END
told('ctypes', preloaded([ '/usr/bin/python3', '-c', $by_name, $url ]));

{
    my ($run, @lines) = preloaded([ '/usr/bin/python3', '-c', $by_name, $url ],
                                  SCOPESTACK_MODE => 'off');

    is($run->{err}, '', 'ctypes: not a word when the rules are off');
    is_deeply(\@lines, [$unseen], 'ctypes: it is sent when they are off');
}

# --- in all ways of loading --------------------------------------------------------

my $dir = tmp_dir() . '/plugins';
mkdir $_ or die "$_: $!" for $dir, "$dir/found", "$dir/inner";

my $call = <<'END';
#include <curl/curl.h>
int call(const char *url);
int call(const char *url)
{
    CURL *handle = curl_easy_init();
    int rc;
    curl_easy_setopt(handle, CURLOPT_URL, url);
    rc = (int) curl_easy_perform(handle);
    curl_easy_cleanup(handle);
    return rc;
}
END
my @shared = ('-shared', '-fPIC');
my $plugin = compile('plugins/found/plugin.so', $call, @shared, '-lcurl');
my $inner = compile('plugins/inner/libinner.so', $call, @shared, '-lcurl',
                    '-Wl,-soname,libinner.so');
my $outer = compile('plugins/found/outer.so', <<'END', @shared, $inner,
int call(const char *url);
int outer(const char *url);
int outer(const char *url) { return call(url); }
END
                    '-Wl,-rpath,$ORIGIN/../inner', '-Wl,--enable-new-dtags');

# dlopen() of a plug-in with flags in the words of the first argument; FUNCTION
# is what it has. The old version is what programs built before glibc 2.34 ask.
my $host = <<'END';
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#ifdef OLD
__asm__(".symver dlopen,dlopen@GLIBC_2.2.5");
#endif
int main(int argc, char **argv)
{
    int flags = RTLD_NOW;
    void *plugin;
    int (*call)(const char *);
    if (argc < 4) { return 2; }
    if (strstr(argv[1], "deep") != NULL) { flags |= RTLD_DEEPBIND; }
    if (strstr(argv[1], "lazy") != NULL) { flags ^= RTLD_NOW | RTLD_LAZY; }
    if (strstr(argv[1], "global") != NULL) { flags |= RTLD_GLOBAL; }
    plugin = strstr(argv[1], "base") != NULL
                 ? dlmopen(LM_ID_BASE, argv[2], flags)
             : strstr(argv[1], "space") != NULL
                 ? dlmopen(LM_ID_NEWLM, argv[2], flags)
                 : dlopen(argv[2], flags);
    if (plugin == NULL) { fprintf(stderr, "%s\n", dlerror()); return 1; }
    call = (int (*)(const char *)) dlsym(plugin, FUNCTION);
    if (call == NULL) { fprintf(stderr, "%s\n", dlerror()); return 1; }
    return call(argv[3]);
}
END
my @runpath = ("-Wl,-rpath,$dir/found", '-Wl,--enable-new-dtags');
my $direct = compile('direct', $host, '-DFUNCTION="call"', @runpath);
my $indirect = compile('indirect', $host, '-DFUNCTION="outer"', @runpath);
my $old = compile('old', $host, '-DFUNCTION="call"', '-DOLD', @runpath);

for my $flags ('now', 'lazy', 'global', 'deep', 'deep lazy', 'deep global',
               'base', 'base deep') {
    applied("$flags, by its path",
            preloaded([ $direct, $flags, $plugin, $url ]));
    applied("$flags, indirectly",
            preloaded([ $indirect, $flags, $outer, $url ]));
}

# a name is looked for in the RUNPATH of whoever asks
for my $flags ('now', 'deep') {
    applied("$flags, by the program's RUNPATH",
            preloaded([ $direct, $flags, 'plugin.so', $url ]));
    applied("$flags, indirectly by the program's RUNPATH",
            preloaded([ $indirect, $flags, 'outer.so', $url ]));
    applied("$flags, by LD_LIBRARY_PATH",
            preloaded([ $direct, $flags, 'libinner.so', $url ],
                      LD_LIBRARY_PATH => "$dir/inner"));
}

SKIP: {
    skip('no old version of dlopen here', 4) if !$old;
    applied('the old dlopen, deep', preloaded([ $old, 'deep', $plugin, $url ]));
}

told('a namespace of its own', preloaded([ $direct, 'space', $plugin, $url ]));

# --- what it does to others ---------------------------------------------------------

# A plug-in that asks for RTLD_DEEPBIND for reasons of its own keeps it.
{
    my $own = compile('plugins/own.so', <<'END', @shared);
int which(void); int which(void) { return 0; }
int call(const char *url); int call(const char *url) { (void) url; return which(); }
END
    my $program = compile('deep', "int which(void); int which(void) "
                          . "{ return 7; }\n$host", '-DFUNCTION="call"',
                          '-rdynamic');

    is((preloaded([ $program, 'now', $own, 'x' ]))[0]{status}, 7,
       'without RTLD_DEEPBIND: the program\'s');
    is((preloaded([ $program, 'deep', $own, 'x' ]))[0]{status}, 0,
       'RTLD_DEEPBIND of a plug-in without libcurl: its own');
}

for my $flags ('now', 'deep', 'base deep') {
    for my $name ('missing.so', '/missing.so', 'libcurl.so.99', '', $rules) {
        my @command = ($direct, $flags, $name, $url);
        my $plain = run_cmd(\@command, timeout => 20);
        my ($run) = preloaded(\@command);

        is("$run->{status} $run->{err}", "$plain->{status} $plain->{err}",
           "$flags \"$name\": the same error");
    }
}

{
    my ($run) = preloaded([ 'curl', '--version' ]);

    is($run->{err}, '', 'a program that has libcurl and does not use it');
}

done_testing();
