#!/usr/bin/perl
#
# Programs that fork, load and unload, have two libcurls or no stderr. The library
# is the plain one: what a sanitizer does at a fork is not looked at here.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Recorder;
use Sscurl;

my $library = build_dir() . '/plain/libscopestack-curl.so';
my $recorder = SSTest::Recorder->new;
my $to = '::127.0.0.1:' . $recorder->port;

sub source {
    my ($name, @flags) = @_;

    return compile($name, slurp("$FindBin::Bin/$name.c"), @flags);
}

sub preloaded {
    my ($command, %opt) = @_;

    $recorder->clear;
    return run_cmd($command, timeout => $opt{timeout} || 20,
                   env => environment(LD_PRELOAD => $library,
                                      %{ $opt{env} || {} }));
}

sub lines { return map { line_of($_) } $recorder->requests }

# --- fork ---------------------------------------------------------------------

{
    my $program = source('process_fork', '-pthread', '-lcurl');
    my $run = preloaded([ $program, 50, $to ], timeout => 30);

    is($run->{out}, "50\n", 'fork: each child makes its transfer')
        or diag($run->{err} =~ s/\n.*//sr);
    is_deeply([ grep { $_ ne 'GET /acme/v1/clients HTTP/1.1' } lines() ], [],
              'fork: the rules apply in each');
}

# --- what is not sent -----------------------------------------------------------

{
    my $program = source('process_refused', '-lcurl');
    my $plain = run_cmd([ $program, 'refused', $to ], timeout => 20);
    my $run = preloaded([ $program, 'refused', $to ]);
    my ($before, $after) = split /^refused so far\n/m, $run->{err};

    like($plain->{out}, qr/^[1-9]\d*\n(?:ok\n)?[1-9]\d*\n/,
         'libcurl refuses an add');
    is($run->{out}, $plain->{out}, 'a refused add: libcurl returns the same');
    is($before, '', 'a refused add: not a word');
    is(scalar(() = $after =~ /account-slug-missing/g), 1,
       'an add that is taken later: what was found is said then');
    is((lines())[-1], 'GET /acme/v1/clients HTTP/1.1',
       'an add that is taken later: repaired');

    # 2: of a WebSocket
    for my $mode (1, 2) {
        my $rejecting = rules("rules: { account-slug-missing: reject }\n");

        $recorder->clear;
        $plain = run_cmd([ $program, $mode, $to ], timeout => 20);
        $recorder->wait_requests(2);
        my @plain = grep { /1\.0/ } lines();
        $run = preloaded([ $program, $mode, $to ],
                         env => { SCOPESTACK_CONFIG => $rejecting });
        $recorder->wait_requests(1);
        ($before, $after) = split /^connected so far\n/m, $run->{err};
        my @rc = split /\n/, $run->{out};

        is($before, '', "CONNECT_ONLY $mode: not a word");
        is_deeply([ grep { /1\.0/ } lines() ], \@plain,
                  "CONNECT_ONLY $mode: what the program sends");
        is($rc[0], (split /\n/, $plain->{out})[0],
           "CONNECT_ONLY $mode: libcurl returns the same");
        like($after, qr/account-slug-missing/,
             "CONNECT_ONLY $mode, and off: the rules apply again");
    }
}

# --- two libcurls, and one that comes and goes ----------------------------------

my $curl = `cc -print-file-name=libcurl.so.4` =~ s/\n//r;
my $gnutls = `cc -print-file-name=libcurl-gnutls.so.4` =~ s/\n//r;
my @flags = ('-Wall', '-shared', '-fPIC', '-DPLUGIN_ONLY');

SKIP: {
    skip('libcurl3-gnutls is not installed', 1) if $gnutls !~ m{/};

    my $program = source('process_two', $curl);
    my $plugin = compile('plugin.so', slurp("$FindBin::Bin/process_two.c"),
                         @flags, $gnutls);

    for my $first (qw(own plug-in)) {
        my $run = preloaded([ $program, $first, $plugin, $to ]);
        my @told = $run->{err} =~ /^(sscurl: .*rules do not see.*)$/mg;
        my %times;

        $times{$_}++ for lines();
        is($run->{out}, "0\n0\n0\n", "two libcurls, $first first: it works");
        is_deeply(\%times, $first eq 'own'
                      ? { 'GET /acme/v1/own HTTP/1.1' => 4,
                          'GET /v1/plug-in HTTP/1.1' => 2 }
                      : { 'GET /v1/own HTTP/1.1' => 4,
                          'GET /acme/v1/plug-in HTTP/1.1' => 2 },
                  "two libcurls, $first first: the rules apply to that");
        is(scalar @told, 1, "two libcurls, $first first: one line")
            or diag($run->{err});
    }
}

# A libcurl that only counts its calls: each call of a plug-in must reach it.
{
    my @names = map { /^(curl_\w+)\(/mg } map { slurp($_) }
        glob root_dir() . '/curl-wrapper/interposer/hooks*.c';
    my $text = join '', map {
        "void *$_(void); void *$_(void) { calls++; return \"x\"; }\n"
    } @names;
    ok(@names > 15, 'there are hooks');
    my $other = compile('libcurl-other.so', "static int calls;\n"
                        . "int other_calls(void); "
                        . "int other_calls(void) { return calls; }\n$text",
                        '-w', '-shared', '-fPIC',
                        '-Wl,-soname,libcurl-other.so');
    my $plugin = compile('counting.so', <<"END", '-w', '-shared', '-fPIC', $other,
int other_calls(void);
@{[ map { "void *$_(void *, ...);\n" } @names ]}
int transfer(const char *to, const char *path)
{
    (void) to; (void) path;
    @{[ map { "$_((void *) 0, (void *) 0, (void *) 0, (void *) 0);\n" } @names ]}
    return other_calls();
}
END
                         '-Wl,-rpath,' . tmp_dir());
    my $program = source('process_two', $curl);
    my $run = preloaded([ $program, 'own', $plugin, $to ]);

    is((split /\n/, $run->{out})[1], scalar @names,
       'two libcurls: every call of the other one reaches it')
        or diag($run->{out}, $run->{err});
}

# What a plug-in has brought goes with it, and comes again.
{
    my $program = source('process_two', '-DAGAIN');
    my $plugin = compile('plugin.so', slurp("$FindBin::Bin/process_two.c"),
                         @flags, $curl);
    my $run = preloaded([ $program, 'again', $plugin, $to ]);

    is($run->{out}, "0\n0\n0\n", 'a libcurl that is unloaded: it works')
        or diag($run->{err});
    is_deeply([ lines() ], [ ('GET /acme/v1/plug-in HTTP/1.1') x 6 ],
              'a libcurl that is unloaded: the rules apply each time');
}

# --- no stderr ----------------------------------------------------------------

# The second connection gets the number 2, and is kept for the third request.
{
    my $program = compile('closed', <<'END', '-lcurl');
#include <curl/curl.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    const char *paths[] = { "one", "two", "three" };
    CURL *handle = curl_easy_init();
    char url[64];
    int rc = 0;
    if (argc < 2) { return 2; }
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO,
                     curl_slist_append(NULL, argv[1]));
    for (int i = 0; i < 3; i++) {
        snprintf(url, sizeof(url), "http://api.scopestack.test/v1/%s",
                 paths[i]);
        curl_easy_setopt(handle, CURLOPT_URL, url);
        curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, i == 0 ? 1L : 0L);
        rc += (int) curl_easy_perform(handle);
        if (i == 0) { close(2); }
    }
    return rc;
}
END
    my $run = preloaded([ $program, $to ]);

    is($run->{status}, 0, 'a connection in the place of stderr: it works');
    is_deeply([ lines() ], [ map { "GET /acme/v1/$_ HTTP/1.1" } qw(one two three) ],
              'a connection in the place of stderr: nothing is written to it');
}

done_testing();
