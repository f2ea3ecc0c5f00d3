package Bench;

# What the benchmarks share: medians, and instructions counted by callgrind.

use strict;
use warnings;

use Exporter qw(import);
use SSTest ();

our @EXPORT_OK = qw(median instructions row);

sub median {
    my @sorted = sort { $a <=> $b } @_;
    my $middle = int(@sorted / 2);

    return @sorted % 2 ? $sorted[$middle]
                       : ($sorted[ $middle - 1 ] + $sorted[$middle]) / 2;
}

# Instructions of a command.
sub instructions {
    my ($cmd) = @_;
    my $run = SSTest::run_cmd(
        [ qw(valgrind --tool=callgrind --callgrind-out-file=/dev/null), @$cmd ],
        timeout => 300);
    my ($count) = $run->{err} =~ /Collected : (\d+)/;

    die "bench: @$cmd: $run->{err}" if !$count || $run->{status};

    return $count;
}

# A line of the table. budget: [">=" or "<=", number]; format: of the value.
sub row {
    my ($what, $against, $value, $budget, $format) = @_;
    my ($how, $limit) = @{ $budget || [] };

    return {
        what => $what, against => $against, value => $value + 0,
        text => sprintf($format || '%.3f', $value),
        $how ? (budget => "$how $limit",
                met => ($how eq '>=' ? $value >= $limit : $value <= $limit)
                       ? \1 : \0) : (),
    };
}

1;
