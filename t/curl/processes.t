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

done_testing();
