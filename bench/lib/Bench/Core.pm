package Bench::Core;

# Instructions of one check: the difference between 1,000 and 2,000 checks, so
# that starting up does not count.

use strict;
use warnings;

use Bench qw(instructions row);
use SSTest qw(build_dir root_dir);

my %budget = (
    'clean-get'         => [ '<=', 4000 ],
    'token-repair-form' => [ '<=', 20000 ],
    'token-repair-json' => [ '<=', 20000 ],
    map { $_ => [ '<=', 60000 ] }
        qw(clean-document document-repair-type document-repair-all),
);

sub measure {
    my $core = build_dir() . '/bench/core';
    my $rules = root_dir() . '/config.yaml.example';
    my @rows;

    for my $scenario (split ' ', `$core --list`) {
        my ($once, $twice) = map {
            instructions([ $core, $rules, $scenario, $_ ])
        } 1000, 2000;

        push @rows, row("core: $scenario", 'instructions',
                        ($twice - $once) / 1000, $budget{$scenario}, '%.0f');
    }

    return @rows;
}

1;
