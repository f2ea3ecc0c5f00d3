#!/usr/bin/perl
#
# Programs of others with the library preloaded: nothing of the system comes into
# them by it. The library is the plain one, as it is installed.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Recorder;
use Sscurl;

my $library = build_dir() . '/plain/libscopestack-curl.so';

sub preloaded {
    my (@command) = @_;

    return run_cmd(\@command, timeout => 20,
                   env => environment(LD_PRELOAD => $library));
}

# The names of the libraries in a list of mappings.
sub mapped {
    my %names = map { m{/([^/\s]+\.so[.\d]*)$}m ? ($1 => 1) : () }
        split /\n/, $_[0];

    return sort keys %names;
}

# --- what it brings along -----------------------------------------------------

{
    my @plain = mapped(run_cmd([ 'cat', '/proc/self/maps' ])->{out});
    my @with = mapped(preloaded('cat', '/proc/self/maps')->{out});
    my %plain = map { $_ => 1 } @plain;

    is_deeply([ map { s/\.so\K.*//r } grep { !$plain{$_} } @with ],
              [qw(libjansson.so libscopestack-curl.so)],
              'a program without libcurl: itself, and jansson');
}

# --- programs with libraries of their own ---------------------------------------

# Found by the program's RUNPATH, and of the system's names, as of conda or in
# /opt.
my $dir = tmp_dir() . '/private';
mkdir $dir or die "$dir: $!";
my @runpath = ("-Wl,-rpath,$dir", '-Wl,--enable-new-dtags');

{
    my %libraries = (
        crypto => [ 'libcrypto.so.3', 'EVP_MD_CTX_new' ],
        yaml   => [ 'libyaml-0.so.2', 'yaml_parser_initialize' ],
        md     => [ 'libmd.so.0', 'SHA256Init' ],
    );
    my @flags = map {
        my ($soname, $function) = @{ $libraries{$_} };

        compile("private/$soname", <<"END", '-shared', '-fPIC',
const char *own_$_(void);
const char *own_$_(void) { return "$_"; }
void $function(void);
void $function(void) { __builtin_trap(); }
END
                "-Wl,-soname,$soname");
    } sort keys %libraries;

    # needed by what the program needs: then the loader takes what is needed by
    # a preloaded library first
    my $middle = compile('private/libmiddle.so', <<'END', '-shared', '-fPIC',
#include <stdio.h>
const char *own_crypto(void), *own_yaml(void), *own_md(void);
void show(void);
void show(void)
{
    printf("%s %s %s\n", own_crypto(), own_yaml(), own_md());
}
END
                         @flags, @runpath);
    my $program = compile('own', <<'END', $middle, @runpath);
void show(void);
int main(void) { show(); return 0; }
END
    my $run = preloaded($program);

    is($run->{out}, "crypto yaml md\n", 'libraries of the program\'s own')
        or diag($run->{err});
}

# The system's, in another place.
{
    my @own = qw(libcurl.so.4 libssl.so.3 libcrypto.so.3);
    my $recorder = SSTest::Recorder->new;

    for (@own) {
        spew("$dir/$_", slurp(`cc -print-file-name=$_` =~ s/\n//r));
    }
    my $program = compile('private_curl', <<'END', '-Wl,--no-as-needed',
#include <curl/curl.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    CURL *handle = curl_easy_init();
    FILE *maps = fopen("/proc/self/maps", "r");
    if (argc < 2 || maps == NULL) { return 1; }
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, stderr);
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO,
                     curl_slist_append(NULL, argv[1]));
    curl_easy_setopt(handle, CURLOPT_URL,
                     "http://api.scopestack.test/v1/clients");
    int rc = (int) curl_easy_perform(handle);
    for (int c; (c = getc(maps)) != EOF; putchar(c)) { }
    return rc;
}
END
                          (map { "$dir/$_" } @own), @runpath);
    my $run = preloaded($program, '::127.0.0.1:' . $recorder->port);
    my ($sent) = $recorder->requests;

    is($run->{status}, 0, 'a private libcurl: it is sent');
    is(line_of($sent), 'GET /acme/v1/clients HTTP/1.1',
       'a private libcurl: the rules apply');

    my %files = map { $_ => 1 }
        $run->{out} =~ m{ (/\S+/lib(?:curl|ssl|crypto)\.so[.\d]*)$}mg;
    is_deeply([ sort keys %files ], [ sort map { "$dir/$_" } @own ],
              'a private libcurl: with its own libssl and libcrypto');
}

done_testing();
