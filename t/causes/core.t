#!/usr/bin/perl
#
# All responses through the core; the program that runs them speaks TAP.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;
use SSTest::Cases;

$ENV{ASAN_OPTIONS} = 'detect_leaks=1';
exec build_dir() . '/t/cases', SSTest::Cases::cause_files()
    or die "cases: $!\n";
