#!/usr/bin/perl
#
# The link graph of core and sscurl has no cycle: an object that calls another
# one is above it, and can be read, tested and replaced without what is above.
# Objects say by their symbols who calls whom, headers cannot hide it. Nor do
# sscurl's hooks and tools call each other.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use Tree;

# --- the graph --------------------------------------------------------------

# The plain object of a source; some are linked into programs only that are
# built with sanitizers.
sub object {
    my ($source) = @_;

    $source =~ s/\.c$/.o/;
    my ($object) = grep { -e } map { build_dir() . "/$_/$source" }
        qw(plain/obj obj);

    return $object;
}

# {name => {name of another one that it calls => a symbol}}
sub graph {
    my ($objects) = @_;
    my (%defines, %wants, %calls);

    for my $name (keys %$objects) {
        my $run = run_cmd([ 'nm', '-g', $objects->{$name} ]);

        for (split /\n/, $run->{out}) {
            my ($type, $symbol) = /([A-Za-z]) (\w+)$/ or next;

            if ($type eq 'U') {
                $wants{$name}{$symbol} = 1;
            } else {
                $defines{$symbol} = $name;
            }
        }
    }

    for my $name (keys %wants) {
        for my $symbol (sort keys %{ $wants{$name} }) {
            my $other = $defines{$symbol} // next;

            $calls{$name}{$other} //= $symbol if $other ne $name;
        }
    }

    return \%calls;
}

# Strongly connected components of more than one (Tarjan).
sub cycles {
    my ($calls) = @_;
    my (%index, %low, %open, @stack, @cycles, $visit);

    $visit = sub {
        my ($name) = @_;

        no warnings 'recursion';
        $index{$name} = $low{$name} = keys %index;
        push @stack, $name;
        $open{$name} = 1;

        for my $other (sort keys %{ $calls->{$name} }) {
            if (!exists $index{$other}) {
                $visit->($other);
            } elsif (!$open{$other}) {
                next;
            }
            $low{$name} = $low{$other} if $low{$other} < $low{$name};
        }
        return if $low{$name} != $index{$name};

        my @members;
        do {
            push @members, pop @stack;
            delete $open{ $members[-1] };
        } while ($members[-1] ne $name);
        push @cycles, [ sort @members ] if @members > 1;
    };

    for my $name (sort keys %$calls) {
        $visit->($name) if !exists $index{$name};
    }

    return @cycles;
}

# --- the test ---------------------------------------------------------------

is_deeply([ cycles({ a => { b => 1 }, b => { c => 1, d => 1 }, c => { a => 1 },
                     d => { e => 1 }, e => {} }) ],
          [ [qw(a b c)] ], 'a cycle of three is found, and no more');

my (%objects, @missing);

for my $source (files(qr{^(?:common/src|curl-wrapper)/.*\.c$})) {
    my $object = object($source);

    (my $name = $source) =~ s/\.c$//;
    if ($object) {
        $objects{$name} = $object;
    } else {
        push @missing, $source;
    }
}
is_deeply(\@missing, [], 'every source has an object');

my $calls = graph(\%objects);

cmp_ok(scalar(map { keys %$_ } values %$calls), '>', 300, 'they call each other');

my @cycles = cycles($calls);

for my $cycle (@cycles) {
    my %in = map { $_ => 1 } @$cycle;

    diag("a cycle of @$cycle:\n",
         map { my $name = $_;
               map { "  $name calls $_: $calls->{$name}{$_}\n" }
                   grep { $in{$_} } sort keys %{ $calls->{$name} } } @$cycle);
}
is(scalar @cycles, 0, 'no cycle');

# --- sscurl's parts ---------------------------------------------------------

# What hooks and tools call, directly or not: each could be a program alone.
sub reached {
    my @open = map { "curl-wrapper/$_" } @_;
    my %reached;

    while (defined(my $name = pop @open)) {
        push @open, keys %{ $calls->{$name} } if !$reached{$name}++;
    }

    return map { m{^curl-wrapper/(.*)} ? ($1 => 1) : () } keys %reached;
}

my %hooks = reached(map { "interposer/$_" }
    qw(hooks hooks_drive hooks_mime dlopen process));
my %tools = reached(qw(tools/tools tools/doctor/doctor));

is_deeply([ grep { $tools{$_} && !m{^(?:shared|settings)/} }
               sort keys %hooks ], [],
          'hooks and tools share what is below both, and no more');
is_deeply([ grep { m{^tools/} } sort keys %hooks ], [],
          'no transfer reaches a tool');

done_testing();
