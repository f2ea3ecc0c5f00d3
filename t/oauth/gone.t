#!/usr/bin/perl
#
# An OAuth server whose test is gone goes too, also when that was killed while
# Rails was loading.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/../../sandbox";
use Credentials qw(%SANDBOX);
use POSIX qw(_exit);
use SSTest;
use SSTest::Doorkeeper;
use Time::HiRes qw(time sleep);

sub wait_until {
    my ($true) = @_;
    my $end = time + 120;

    while (time < $end) {
        return 1 if $true->();
        sleep 0.1;
    }

    return 0;
}

my $dir = tmp_dir();
my $test = fork // die "fork: $!";

if ($test == 0) {
    no warnings 'redefine';
    local *SSTest::Doorkeeper::_wait = sub { kill 'KILL', $$ };
    SSTest::Doorkeeper->new(client => \%SANDBOX);
    _exit(1);
}
waitpid $test, 0;

my $server;
ok(wait_until(sub {
    ($server) = map { slurp($_) =~ /PID: (\d+)\n/ }
                glob "$dir/doorkeeper-*/log";
}), 'a server of a test that was killed');
ok(wait_until(sub { !kill 0, $server }), 'goes') or kill 'KILL', $server;

done_testing();
