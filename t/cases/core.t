#!/usr/bin/perl
#
# All cases through the core; the program that runs them speaks TAP.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;
use SSTest::Cases;

$ENV{ASAN_OPTIONS} = 'detect_leaks=1';
exec build_dir() . '/t/cases', SSTest::Cases::files() or die "cases: $!\n";
