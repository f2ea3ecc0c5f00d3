#!/usr/bin/perl
#
# A call without a token is told, and none that has one, or gets one from curl
# later.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Recorder;
use Sscurl;

my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;

    return header_of($raw, 'X-Ask') eq '' || header_of($raw, 'Authorization')
        ? reply('200 OK', "ok\n")
        : reply('401 Unauthorized', '', 'WWW-Authenticate: Basic realm="x"');
});
my $rules = rules("rules: { authorization-missing: report }\n");
my $netrc = spew(tmp_dir() . '/netrc',
                 "machine api.scopestack.test login a password b\n");
my $me = api() . '/v1/me';

sub missing_is {
    my ($name, $missing, $sent, @args) = @_;

    $recorder->clear;
    my $run = sscurl([ '-sS', '--ss-config', $rules, '--ss-format', 'json',
                       '-H', 'Accept: application/vnd.api+json', @args, $me,
                       to($recorder) ]);
    my @got = $recorder->requests;

    is(header_of($got[-1], 'Authorization'), $sent, "$name: what is sent");
    is_deeply([ grep { /^authorization-missing/ } @{ outcomes($run) } ],
              [ $missing ? 'authorization-missing reported' : () ],
              "$name: the finding") or diag($run->{err});
}

missing_is('nothing', 1, '');
missing_is('a header', 0, 'Bearer tok', '-H', 'Authorization: Bearer tok');
missing_is('--oauth2-bearer', 0, 'Bearer tok', '--oauth2-bearer', 'tok');
missing_is('-u', 0, 'Basic YTpi', '-u', 'a:b');
missing_is('--netrc-file', 0, 'Basic YTpi', '--netrc-file', $netrc);
missing_is('--netrc-optional', 0, 'Basic YTpi', '--netrc-optional',
           '--netrc-file', $netrc);
missing_is('--anyauth', 0, 'Basic YTpi', '--anyauth', '-u', 'a:b', '-H',
           'X-Ask: 1');
missing_is('--netrc-file, taken back', 1, '', '--netrc-file', $netrc, '-H',
           'Authorization:');
missing_is('-u, taken back', 1, '', '-u', 'a:b', '-H', 'Authorization:');

{
    my $url = $me =~ s{//}{//a:b@}r;

    $recorder->clear;
    my $run = sscurl([ '-sS', '--ss-config', $rules, '--ss-format', 'json',
                       '--digest', $url, $me, to($recorder) ]);
    my @missing = grep { /^authorization-missing/ } @{ outcomes($run) };

    is(scalar @missing, 1, 'userinfo and a scheme that waits: not the first');
}

$recorder->stop;
done_testing();
