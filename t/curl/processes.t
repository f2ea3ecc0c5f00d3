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
        my @plain = grep { /1\.0/ } lines();
        $run = preloaded([ $program, $mode, $to ],
                         env => { SCOPESTACK_CONFIG => $rejecting });
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

done_testing();
