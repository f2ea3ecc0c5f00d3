#!/usr/bin/perl
#
# How many mixed-up credentials are found out, and how many alarms are false.
# 100,000 of each, or SS_COUNT of them from SS_SEED on; the program speaks TAP.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;

$ENV{ASAN_OPTIONS} = 'detect_leaks=1';
exec build_dir() . '/t/credentials', $ENV{SS_SEED} // 1,
    $ENV{SS_COUNT} // 100_000 or die "credentials: $!\n";
