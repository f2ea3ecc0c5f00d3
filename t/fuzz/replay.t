#!/usr/bin/perl
#
# Each fuzz target over its committed corpus.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;

for my $source (sort glob "$Bin/fuzz_*.c") {
    my ($name) = $source =~ /fuzz_(\w+)\.c\z/;
    my @corpus = sort glob "$Bin/corpus/$name/*";

    ok(@corpus > 0, "$name: has a corpus") or next;

    my $run = run_cmd([ build_dir() . "/t/fuzz_$name", @corpus ]);
    my $done = () = $run->{out} =~ /^ok /mg;

    is("$run->{status} $run->{signal}", '0 0', "$name: nothing is wrong")
        or diag($run->{err});
    is($done, scalar @corpus, "$name: all of its corpus");
}

ok(!(grep { !-e "$Bin/fuzz_$_.c" } map { m{([^/]+)\z} } glob "$Bin/corpus/*"),
   'no corpus without a target');

done_testing();
