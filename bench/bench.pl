#!/usr/bin/perl
#
# Benchmarks, side by side: `build.sh bench`.
#
#   bench.pl BUILD [--rounds N] [--seconds N] [--runs N] [--requests N]
#       [--load PATTERN] [core|worker|gateway|sscurl]...
#
# Prints a table, and the same as JSON into BUILD/bench.json. A budget that is
# missed is told, and is no failure: machines differ.

use strict;
use warnings;

use FindBin qw($Bin);
use Getopt::Long qw(GetOptions);
use JSON::PP;
use lib "$Bin/lib", "$Bin/../t/lib";

my %opt = (rounds => 11, seconds => 3, runs => 101, requests => 200);
GetOptions(\%opt, 'rounds=i', 'seconds=i', 'runs=i', 'requests=i', 'load=s')
    or exit 2;

my $build = shift // die "usage: bench.pl BUILD [PART]...\n";
my @all = qw(core worker gateway sscurl);
my @parts = @ARGV ? @ARGV : @all;

for my $part (@parts) {
    die "bench: no part \"$part\"; there are @all\n"
        unless grep { $_ eq $part } @all;
}

$ENV{SS_BUILD} = $build;
$| = 1;

my @rows;
printf "%-46s %-26s %9s  %s\n", 'what', 'against', 'measured', 'budget';

for my $part (@parts) {
    my $module = 'Bench::' . ucfirst $part;

    eval "require $module" or die $@;
    for my $row ($module->can('measure')->(%opt)) {
        printf "%-46s %-26s %9s  %s\n", @$row{qw(what against text)},
            !$row->{budget} ? '-'
            : $row->{budget} . (${ $row->{met} } ? '' : '  MISSED');
        push @rows, $row;
    }
}

open my $fh, '>', "$build/bench.json" or die "$build/bench.json: $!\n";
delete $_->{text} for @rows;
print $fh JSON::PP->new->canonical->pretty->encode(\@rows);
close $fh or die "$build/bench.json: $!\n";
print "as JSON: $build/bench.json\n";
