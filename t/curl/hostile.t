#!/usr/bin/perl
#
# Answers made to break who reads them: curl's output and exit code stay what
# they are, and what we say is text.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use JSON::PP;
use SSTest;
use SSTest::Hostile qw(hostile_ways hostile_answer);
use SSTest::Recorder;
use Sscurl;

my $recorder = SSTest::Recorder->new(answer => \&hostile_answer);
my $report = home() . '/report';

for my $way (hostile_ways()) {
    my @args = ('-sS', to($recorder), '-m', '20', '-H',
                'Accept: application/vnd.api+json',
                api() . "/acme/v1/as-$way");
    my $curl = curl(\@args);
    my $run = sscurl([ '--ss-report', $report, @args ]);

    is($run->{status}, $curl->{status}, "$way: exit code");
    ok($run->{out} eq $curl->{out}, "$way: stdout");
    unlike($run->{err}, qr/[^\n\x20-\x7E]/, "$way: stderr is text");
    unlike($run->{err}, qr/^(?!sscurl: |curl: )/m, "$way: no line of others");
    cmp_ok(length $run->{err}, '<', 8192, "$way: stderr is short");
    like($run->{err}, qr/^sscurl: cause: /m, "$way: explained");

    my $text = slurp($report);
    unlike($text, qr/[^\n\x20-\x7E]/, "$way: the report is text");
    cmp_ok(length $text, '<', 20_000, "$way: the report is short");

    $run = sscurl([ '--ss-report', $report, '--ss-format', 'json', @args ]);
    ok(eval { JSON::PP->new->utf8->decode(slurp($report)) },
       "$way: the report is JSON");
    ok(eval { JSON::PP->new->utf8->decode($_) }, "$way: so is each line")
        for grep { !/^curl: / } split /\n/, $run->{err};
}

$recorder->stop;
done_testing();
