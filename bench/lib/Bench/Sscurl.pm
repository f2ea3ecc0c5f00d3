package Bench::Sscurl;

# sscurl beside curl, whole processes: wall time as the median of paired runs.
# Instructions cannot be counted by valgrind: it is a program of its own to the
# loader, with no libcurl, and the preloaded library refuses to run in it.

use strict;
use warnings;

use Bench qw(median row);
use SSTest qw(build_dir root_dir);
use SSTest::Nginx;
use Time::HiRes qw(time);

sub seconds {
    my ($cmd, $env) = @_;
    my $from = time;

    my $pid = fork // die "fork: $!";
    if ($pid == 0) {
        @ENV{ keys %$env } = values %$env;
        open STDOUT, '>', '/dev/null';
        exec @$cmd or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    die "bench: @$cmd: status $?" if $?;

    return time - $from;
}

sub measure {
    my (%opt) = @_;
    my $server = SSTest::Nginx->new(
        module => 0, server => 'location / { return 200 "ok\n"; }');
    my $url = 'http://127.0.0.1:' . $server->port . '/acme/v1/clients';
    my %env = (SCOPESTACK_CONFIG => root_dir() . '/config.yaml.example',
               HOME => SSTest::tmp_dir());
    my @curl = ('curl', '-sS', $url);
    my @sscurl = (build_dir() . '/sscurl', '-sS', $url);
    my @ratios;

    seconds($_, \%env) for \@curl, \@sscurl;
    for my $round (1 .. $opt{runs}) {
        my @order = $round % 2 ? (\@curl, \@sscurl) : (\@sscurl, \@curl);
        my %took = map { $_ => seconds($_, \%env) } @order;

        push @ratios, $took{ \@sscurl } / $took{ \@curl };
    }

    return row('sscurl: GET on loopback', 'curl, wall', median(@ratios),
               [ '<=', 1.10 ]);
}

1;
