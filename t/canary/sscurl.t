#!/usr/bin/perl
#
# Secrets in every place of a request, in every way to write them, through
# sscurl: none of them in a dry run, a finding or a report.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib", "$Bin/../curl/lib";

use SSTest;
use Sscurl;
use Canary;

my $batch = 400;
my $dir = tmp_dir();

sub quoted { return '"' . $_[0] =~ s/([\\"])/\\$1/gr . '"' }

# A request as words of a file for curl's -K; bodies are files, as they may
# have any byte.
sub config_of {
    my ($one, $n) = @_;
    my $origin = $one->{target} =~ m{^/oauth} ? auth() : api();
    my @lines = ('url = ' . quoted($origin . $one->{target} =~ s/ /%20/gr),
                 "request = $one->{method}", map { 'header = ' . quoted($_) }
                 grep { !/\t/ } @{ $one->{headers} });

    if (defined $one->{body}) {
        my $file = spew("$dir/body$n", $one->{body});
        push @lines, 'data-binary = ' . quoted("\@$file");
        push @lines, 'header = "Content-Type:"'
            if !grep { /^Content-Type/ } @{ $one->{headers} };
    }

    return join "\n", @lines, 'globoff', 'path-as-is', '';
}

# What libcurl makes a request of, besides: these are read by the library.
sub more_configs {
    my @configs;

    for my $shape (qw(plain mixed jwt)) {
        for my $pattern ('user = "me:VALUE"', 'oauth2-bearer = "VALUE"',
                         'user = "VALUE:"', 'cookie = "a=b; s=VALUE"',
                         'proxy-user = "me:VALUE"', 'pass = "VALUE"',
                         'referer = "https://h.test/?token=VALUE"',
                         'referer = "https://me:VALUE@h.test/"',
                         'form-string = "password=VALUE"',
                         'form-string = "x={\"password\":\"VALUE\"}"',
                         'data-urlencode = "client_secret=VALUE"',
                         'json = "{\"client_secret\":\"VALUE\"}"',
                         'url-query = "access_token=VALUE"',
                         'user-agent = "x/1 token=VALUE"') {
            my $value = secret_like($shape, $pattern);

            push @configs, 'url = ' . quoted(api() . '/acme/v1/clients') . "\n"
                . $pattern =~ s/VALUE/$value/gr . "\n";
        }
        for my $url ('http://me:VALUE@api.scopestack.test/v1/me',
                     'http://VALUE@api.scopestack.test/v1/me') {
            my $value = secret_like($shape, $url);

            push @configs, 'url = ' . quoted($url =~ s/VALUE/$value/gr) . "\n";
        }
    }

    return @configs;
}

my $n = 0;
my @configs = ((map { config_of($_, $n++) } placements()), more_configs());
my %outputs = map { ($_ => '') } ('a dry run', 'findings', 'findings as JSON',
                                  'a report', 'a report as JSON');
my ($runs, $shown) = (0, 0);

for (my $at = 0; $at < @configs; $at += $batch) {
    my $last = $at + $batch > @configs ? $#configs : $at + $batch - 1;
    my $file = spew("$dir/config", join "next\n", @configs[$at .. $last]);
    my $json = $runs++ % 2;
    my $report = "$dir/report" . ($json ? '.json' : '.md');
    my $run = sscurl([ '-K', $file, '--ss-dry-run', '--ss-report', $report,
                       $json ? ('--ss-format', 'json') : () ], timeout => 120);

    $outputs{'a dry run'} .= $run->{out};
    $outputs{$json ? 'findings as JSON' : 'findings'} .= $run->{err};
    $outputs{$json ? 'a report as JSON' : 'a report'} .= slurp($report);
    $shown += () = $run->{out} =~ m{^\S+ (?:http|/)\S*}mg;
    is($run->{status}, 0, "requests $at to $last: the exit code")
        or diag(substr $run->{err}, -300);
}

for my $name (sort keys %outputs) {
    my @leaks = leaks($outputs{$name});

    cmp_ok(length $outputs{$name}, '>', 100, "$name: there is some");
    is(scalar(@leaks), 0, "$name: no secret");
    diag(join "\n", "$name:", grep { defined }
         @leaks[map { $_ * @leaks / 25 } 0 .. 24]) if @leaks;
    spew("$ENV{SS_LEAKS}/$name", join "\n", @leaks, '') if $ENV{SS_LEAKS};
}
cmp_ok($shown, '>=', 10_000, 'so many requests were shown');

done_testing();
