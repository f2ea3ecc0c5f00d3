#!/usr/bin/perl
#
# Options set, requests sent, handles reset, duplicated and freed in an order by
# lot: sequences.c has them. With the library preloaded, libcurl returns the
# same, and a server gets the same of all that no rule concerns; where the rules
# only observe, of everything.
#
#   SS_SEED=N SS_COUNT=N     others, or more of them

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use Sscurl;

my $first = $ENV{SS_SEED} // 1;
my $count = $ENV{SS_COUNT} // 300;
my $batch = 50;

my $source = "$FindBin::Bin/sequences";
my $program = compile('sequences', slurp("$source.c"),
                      (map { "${source}_$_.c" } qw(steps options server)),
                      '-D_GNU_SOURCE',
                      "-I$FindBin::Bin", '-lcurl');

if (!ok($program, 'the program compiles')) {
    done_testing();
    exit;
}

# A program with the library, behind what a sanitizer needs. libcurl 7.88
# duplicates some bodies by their size of -1, which fails, and leaks forms that
# a reset in a callback takes away.
sub preloaded {
    my %env = sanitizer();
    my $leaks = spew(tmp_dir() . '/leaks', "leak:libcurl.so\n");

    $env{LD_PRELOAD} = join ':', grep { defined } $env{LD_PRELOAD},
        build_dir() . '/libscopestack-curl.so';
    $env{LSAN_OPTIONS} = "suppressions=$leaks:print_suppressions=0";
    $env{ASAN_OPTIONS} =~ s/detect_leaks=0/detect_leaks=1/
        && ($env{ASAN_OPTIONS} .= ':allocator_may_return_null=1')
        if $env{ASAN_OPTIONS};

    return %env;
}

# The requests of a log, those of each sequence by themselves: many at once come
# in any order.
sub requests_of {
    my ($log) = @_;
    my %by;

    while ($log =~ /\G(\d+)\n/gc) {
        my $raw = substr $log, pos $log, $1;

        pos($log) += $1;
        push @{ $by{$raw =~ m{^User-Agent: seq/(\d+)}mi ? $1 : 0} },
            unbounded($raw);
    }
    @$_ = sort @$_ for values %by;

    return \%by;
}

# What libcurl returned, by sequence.
sub results_of {
    my ($out) = @_;

    return { map { /\A(\d+)\n(.*)\z/s ? ($1 => $2) : () }
             split /^sequence /m, $out };
}

sub run_from {
    my ($seed, $n, %env) = @_;
    my $log = tmp_dir() . '/log';
    my $run = run_cmd([ $program, $seed, $n, $log ], timeout => 120,
                      env => environment(%env));

    return { run => $run, results => results_of($run->{out}),
             requests => requests_of(slurp($log)) };
}

sub is_elsewhere { return host_of($_[0]) eq 'elsewhere.test' }

# Results without those of steps that time out without the library: what is
# repaired need not.
sub timely {
    my ($plain, $with) = @_;
    my %late = map { $_ => 1 } $plain =~ /^(\d+) rc 28$/mg;

    return map { join '', grep { !/^(\d+) / || !$late{$1} } split /^/, $_ }
        $plain, $with;
}

# The first sequence whose requests or results differ; nothing if none does.
sub difference {
    my ($plain, $with, $which, @seeds) = @_;

    for my $seed (@seeds, 0) {
        my @results = timely(map { $_->{results}{$seed} // '' } $plain, $with);
        my ($want, $got) = map {
            join "\n---\n", shift @results,
                grep { $which->($_) } @{ $_->{requests}{$seed} || [] }
        } $plain, $with;

        next if $want eq $got;
        diag("SS_SEED=$seed SS_COUNT=1: without the library\n$want\n"
             . "==== and with it\n$got");
        return $seed;
    }

    return;
}

my %modes = (
    enforce => \&is_elsewhere,
    observe => sub { 1 },
);
my %preloaded = preloaded();

for (my $seed = $first; $seed < $first + $count; $seed += $batch) {
    my $n = $first + $count - $seed < $batch ? $first + $count - $seed : $batch;
    my $plain = run_from($seed, $n);

    is("$plain->{run}{signal} $plain->{run}{status}", '0 0',
       "plain, from $seed: ends well");

    for my $mode (sort keys %modes) {
        my $with = run_from($seed, $n, %preloaded, SCOPESTACK_MODE => $mode);
        my $run = $with->{run};

        is("$run->{signal} $run->{status}", '0 0',
           "$mode, from $seed: ends well");
        $run->{err} =~ s/^.*AddressSanitizer failed to allocate.*\n//mg;
        ok(!has_report($run->{err}),
           "$mode, from $seed: no sanitizer report, no leak")
            or diag($run->{err} =~ s/\A.*?(?=^==|Sanitizer:)//msr
                    =~ s/^Shadow bytes.*//msr);
        is(difference($plain, $with, $modes{$mode}, $seed .. $seed + $n - 1),
           undef, "$mode, from $seed: the same");
    }
}

done_testing();
