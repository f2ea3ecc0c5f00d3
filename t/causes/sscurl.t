#!/usr/bin/perl
#
# All responses through sscurl: the causes must be those that the core names,
# and the program gets what the service sent.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;
use SSTest::CaseCurl;
use SSTest::Cases;
use SSTest::Service;

my @cases = SSTest::Cases::load_causes('sscurl');
my $service = SSTest::Service->new;
my $output = tmp_dir() . '/output';
my %by_rules;

# What is not of the service is not looked at, and that is one.
is(scalar @cases, SSTest::Cases::load_causes('core') - 1, 'all cases but one');

# One sscurl for each rules file: its start costs more than a transfer.
push @{ $by_rules{ $_->{config} } }, $_ for @cases;

sub compare {
    my ($case, $told) = @_;
    my $causes = $case->{explains};
    my @all = map { @{ $_->{causes} } } @{ $told->{answers} };
    my @explained = map { [ $_->{status}, map { $_->{cause} }
                            @{ $_->{causes} } ] } @{ $told->{answers} };

    is_deeply(\@explained,
              @$causes ? [ [ $case->{response}{status}, @$causes ] ] : [],
              "$case->{title}: causes");
    is(scalar(grep { !length || ref } map { @$_{qw(message fix doc)} } @all),
       0, "$case->{title}: with texts");
    is(SSTest::Cases::findings($told->{findings}),
       SSTest::Cases::findings($case->{findings}), "$case->{title}: findings");

    return;
}

for my $config (sort keys %by_rules) {
    my @group = @{ $by_rules{$config} };
    my $rules = spew(tmp_dir() . '/rules', $config);
    my @sent = map {
        $service->answers($group[$_]{response}, chunked => $_ % 2)
    } 0 .. $#group;
    my @transfers = map { SSTest::CaseCurl::transfer(
        $group[$_]{request}, $service->port, tmp_dir() . "/body.$_",
        ['silent'], [ output => "$output.$_" ],
        [ 'write-out' => '%{exitcode} ' ]) } 0 .. $#group;
    my $run = SSTest::CaseCurl::run(
        $rules, [ '-K', spew("$output.words", join "next\n", @transfers) ],
        timeout => 60);
    my @told = SSTest::CaseCurl::by_transfer($run->{said});
    my @exits = split / /, $run->{out};

    is(scalar @told, scalar @group, 'something is said of each transfer');
    ok(!has_report($run->{err}), 'no sanitizer report') or diag($run->{err});

    for my $i (0 .. $#group) {
        my $file = "$output.$i";

        compare($group[$i], $told[$i] // {});
        ok((-e $file ? slurp($file) : '') eq $sent[$i],
           "$group[$i]{title}: what the service sent");
        # CURLE_PARTIAL_FILE
        is($exits[$i], $service->is_whole($group[$i]{response}) ? 0 : 18,
           "$group[$i]{title}: exit code");
        unlink $file;
    }
}

done_testing();
