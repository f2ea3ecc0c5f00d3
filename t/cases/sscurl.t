#!/usr/bin/perl
#
# All cases through sscurl: findings, what leaves and the exit code must be what
# the core says.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;
use SSTest::CaseCurl;
use SSTest::Cases;
use SSTest::Recorder;

my @cases = SSTest::Cases::load('sscurl');
my $recorder = SSTest::Recorder->new;

for my $case (@cases) {
    $recorder->clear;
    my $run = SSTest::CaseCurl::ask($case, $recorder->port);
    my @arrived = $recorder->requests;
    my @findings = map { @{ $_->{findings} } } @{ $run->{said} };

    is(SSTest::Cases::findings(\@findings),
       SSTest::Cases::findings($case->{findings}),
       "$case->{title}: findings") or diag($run->{err});
    ok(!has_report($run->{err}), "$case->{title}: no sanitizer report")
        or diag($run->{err});

    if ($case->{status}) {
        is($run->{status}, 120, "$case->{title}: exit code");
        is(scalar @arrived, 0, "$case->{title}: nothing left");
    } else {
        is($run->{status}, 0, "$case->{title}: exit code") or diag($run->{err});
        is(scalar @arrived, 1, "$case->{title}: one request left");
        is(SSTest::Cases::difference($case, $arrived[0] // ''), '',
           "$case->{title}: what left") if @arrived;
    }
}

done_testing();
