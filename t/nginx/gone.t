#!/usr/bin/perl
#
# What a test started, and its files, go with it when it gets a signal: Ctrl-C,
# or a pipe that nobody reads any more because prove was stopped.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;
use Time::HiRes qw(time sleep);

sub goes {
    my ($pid) = @_;
    my $end = time + 30;

    while (time < $end) {
        return 1 if !kill 0, $pid;
        sleep 0.02;
    }
    kill 'KILL', $pid;

    return 0;
}

my $test = <<'END';
use SSTest; use SSTest::Nginx; use SSTest::Recorder; use SSTest::Sandbox;
alarm 60;
my @started = (SSTest::Nginx->new, SSTest::Recorder->new, SSTest::Sandbox->new);
print join(' ', tmp_dir(), map { $_->{pid} } @started), "\n";
close STDOUT;
kill $ARGV[0], $$;
sleep 1 while 1;
END

for my $signal (qw(HUP INT PIPE TERM)) {
    my $run = run_cmd([ $^X, "-I$Bin/../lib", '-e', $test, $signal ],
                      timeout => 90);
    my ($files, @pids) = split ' ', $run->{out};

    is(scalar @pids, 3, "$signal: a test that has begun") or diag($run->{err});
    is(scalar(grep { goes($_) } @pids), 3, "$signal: what it started goes");
    ok(defined $files && !-e $files, "$signal: so do its files");
    isnt($run->{status} || $run->{signal}, 0, "$signal: it has failed");
}

done_testing();
