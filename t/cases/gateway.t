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
use SSTest::Cases;
use SSTest::Nginx;
use SSTest::Recorder;
use Time::HiRes qw(sleep);

my @cases = SSTest::Cases::load('gateway');
my $recorder = SSTest::Recorder->new;
my $upstream = $recorder->port;

# one server for each rules file
my (%port, $servers);
for my $case (@cases) {
    next if $port{ $case->{config} };

    my $port = $port{ $case->{config} } = free_port();
    my $file = spew(tmp_dir() . "/rules.$port", $case->{config});

    $servers .= <<"END";
    server {
        listen 127.0.0.1:$port;
        merge_slashes off;
        scopestack $case->{mode};
        scopestack_rules_file $file;
        location / {
            proxy_pass http://127.0.0.1:$upstream;
            proxy_set_header Host \$scopestack_host;
        }
    }
END
}

my $nginx = SSTest::Nginx->new(http => <<"END" . $servers);
    log_format cases escape=none '\$scopestack_verdict \$scopestack_findings';
    access_log %%DIR%%/cases.log cases;
    client_max_body_size 4m;
END

sub request {
    my ($r) = @_;
    my $head = "$r->{method} $r->{target} HTTP/1.1\r\n"
        . "Host: $r->{authority}\r\n";

    $head .= "$_->[0]: $_->[1]\r\n" for @{ $r->{headers} };
    $head .= 'Content-Length: ' . length($r->{body}) . "\r\n"
        if length $r->{body};

    return "$head\r\n$r->{body}";
}

my $seen = 0;

sub next_log_line {
    my @lines;

    # it is written behind the answer, and may be seen while it is written
    for (1 .. 500) {
        @lines = slurp($nginx->dir . '/cases.log') =~ /(.*)\n/g;
        last if @lines > $seen;
        sleep 0.01;
    }

    return split / /, $lines[ $seen++ ] // 'none []', 2;
}

for my $case (@cases) {
    $recorder->clear;
    $nginx->{port} = $port{ $case->{config} };
    my $answer = $nginx->raw(request($case->{request}));
    my ($verdict, $findings) = next_log_line();
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

$nginx->stop;
done_testing();
