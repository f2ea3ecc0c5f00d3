#!/usr/bin/perl
#
# All cases through nginx: findings, what leaves and what is answered must be
# what the core says.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use JSON::PP;
use SSTest;
use SSTest::CaseGateway;
use SSTest::Cases;
use SSTest::Recorder;

my @cases = SSTest::Cases::load('gateway');
my $recorder = SSTest::Recorder->new;
my $gateway = SSTest::CaseGateway->new(
    \@cases,
    upstream => $recorder->port,
    says => '$scopestack_verdict $scopestack_findings',
);

for my $case (@cases) {
    $recorder->clear;
    my ($answer, $line) = $gateway->ask($case);
    my ($verdict, $findings) = split / /, $line || 'none []', 2;
    my @arrived = $recorder->requests;

    # where it is off, the variables are empty
    ($verdict, $findings) = ('pass', '[]')
        if $case->{mode} eq 'off' && $verdict eq '' && $findings eq '';

    is($verdict, $case->{verdict}, "$case->{title}: verdict");
    is(SSTest::Cases::findings(JSON::PP->new->utf8->decode($findings)),
       SSTest::Cases::findings($case->{findings}),
       "$case->{title}: findings");

    if ($case->{status}) {
        is(scalar @arrived, 0, "$case->{title}: nothing left");
        like($answer, qr{\AHTTP/1\.1 $case->{status} .*\Q$case->{code}\E}s,
             "$case->{title}: answer");
    } else {
        is(scalar @arrived, 1, "$case->{title}: one request left");
        is(SSTest::Cases::difference($case, $arrived[0] // ''), '',
           "$case->{title}: what left") if @arrived;
    }
}

$gateway->stop;
done_testing();
