#!/usr/bin/perl
#
# The C unit tests; each is a program of its own.

use strict;
use warnings;

use File::Basename qw(basename);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;

my @names = map { basename($_, '.c') } glob "$Bin/*_test.c";

cmp_ok(scalar @names, '>', 0, 'there are unit tests');

# of the other provider of digests
for my $name (@names, 'crypto_md_test') {
    my $run = run_cmd([ build_dir() . "/t/$name" ], timeout => 120,
                      env => { CMOCKA_MESSAGE_OUTPUT => 'TAP',
                               ASAN_OPTIONS => 'detect_leaks=1:'
                                   . 'allocator_may_return_null=1' });
    my $count = () = $run->{out} =~ /^ok /mg;

    ok($run->{status} == 0 && $run->{signal} == 0 && $count > 0,
       "$name: $count tests") or diag($run->{out}, $run->{err});
}

done_testing();
