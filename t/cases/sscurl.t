#!/usr/bin/perl
#
# All cases through sscurl: findings, what leaves and the exit code must be what
# the core says.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use JSON::PP;
use SSTest;
use SSTest::Cases;
use SSTest::Recorder;

my @cases = SSTest::Cases::load('sscurl');
my $recorder = SSTest::Recorder->new;
my $upstream = $recorder->port;
my $dir = tmp_dir();

# curl's words for a request; its own headers are taken off.
sub arguments {
    my ($r) = @_;
    my @args = ('-X', $r->{method});
    my %given = map { lc $_->[0] => 1 } @{ $r->{headers} };

    for my $header (@{ $r->{headers} }) {
        push @args, '-H', "$header->[0]: $header->[1]";
    }
    push @args, map { $given{ lc $_ } ? () : ('-H', "$_:") }
        qw(Accept Content-Type User-Agent Expect);
    push @args, '--data-binary', '@' . spew("$dir/body", $r->{body})
        if length $r->{body};

    return (@args, '--path-as-is', '-g',
            "$r->{scheme}://$r->{authority}$r->{target}");
}

for my $case (@cases) {
    my $rules = spew("$dir/rules", $case->{config});

    $recorder->clear;
    my $run = run_cmd(
        [ build_dir() . '/sscurl', '-q', '-sS', '--ss-config', $rules,
          '--ss-format', 'json', '--connect-to', "::127.0.0.1:$upstream",
          arguments($case->{request}) ],
        env => { preload_env() },
    );
    my @arrived = $recorder->requests;
    my $findings = [];

    for my $line (split /\n/, $run->{err}) {
        my $data = eval { JSON::PP->new->utf8->decode($line) };
        push @$findings, @{ $data->{findings} } if ref $data eq 'HASH';
    }

    is(SSTest::Cases::findings($findings),
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
