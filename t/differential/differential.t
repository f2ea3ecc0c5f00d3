#!/usr/bin/perl
#
# Random requests through core, gateway and sscurl: the same findings, and the
# same bytes leave.
#
#   SS_SEED=N SS_COUNT=N     others, or more of them

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use JSON::PP;
use SSTest;
use SSTest::Cases;
use SSTest::Nginx;
use SSTest::Recorder;

my $first = $ENV{SS_SEED} // 1;
my $count = $ENV{SS_COUNT} // 20000;
my $batch = 250;

my $program = build_dir() . '/t/requests';
my $rules = spew(tmp_dir() . '/rules.yaml',
                 run_cmd([ $program, '--rules' ])->{out});
my $recorder = SSTest::Recorder->new;
my $upstream = $recorder->port;
my $json = JSON::PP->new->utf8;

# --- the gateway ----------------------------------------------------------

my $nginx = SSTest::Nginx->new(http => <<'HTTP', server => <<"SERVER");
    log_format seeds escape=none
        '$http_x_seed $scopestack_verdict $scopestack_findings';
    access_log %%DIR%%/seeds.log seeds;
    keepalive_requests 1000000;
HTTP
    merge_slashes off;
    scopestack enforce;
    scopestack_rules_file $rules;
    location / {
        proxy_pass http://127.0.0.1:$upstream;
        proxy_set_header Host \$scopestack_host;
    }
SERVER

sub request_text {
    my ($case) = @_;
    my $r = $case->{request};
    my $head = "$r->{method} $r->{target} HTTP/1.1\r\n"
        . "Host: $r->{authority}\r\nX-Seed: $case->{seed}\r\n";

    $head .= "$_->[0]: $_->[1]\r\n" for @{ $r->{headers} };
    $head .= 'Content-Length: ' . length($r->{body}) . "\r\n"
        if length $r->{body};

    return "$head\r\n$r->{body}";
}

sub through_gateway {
    my ($cases) = @_;
    my $log = $nginx->dir . '/seeds.log';
    my %said;

    spew($log, '');
    $nginx->raw(request_text($_)) for @$cases;
    $nginx->wait_lines($log, scalar @$cases);

    for my $line (split /\n/, slurp($log)) {
        my ($seed, $verdict, $findings) = split / /, $line, 3;

        $said{$seed} = { verdict => $verdict,
                         findings => $json->decode($findings || '[]') };
    }

    return \%said;
}

# --- sscurl ---------------------------------------------------------------

sub quoted {
    my ($text) = @_;

    $text =~ s/(["\\])/\\$1/g;

    return qq{"$text"};
}

# One transfer in the words of curl's configuration file.
sub transfer {
    my ($case) = @_;
    my $r = $case->{request};
    my %given = map { lc $_->[0] => 1 } @{ $r->{headers} };
    my @lines = ('request = ' . quoted($r->{method}),
                 "header = \"X-Seed: $case->{seed}\"");

    push @lines, 'header = ' . quoted("$_->[0]: $_->[1]")
        for @{ $r->{headers} };
    push @lines, map { $given{ lc $_ } ? () : qq{header = "$_:"} }
        qw(Accept Content-Type User-Agent Expect);
    push @lines, 'data-binary = '
        . quoted('@' . spew(tmp_dir() . "/body.$case->{seed}", $r->{body}))
        if length $r->{body};
    push @lines, 'silent', 'path-as-is', 'globoff',
        "connect-to = \"::127.0.0.1:$upstream\"", 'output = /dev/null',
        'url = ' . quoted("$r->{scheme}://$r->{authority}$r->{target}");

    return join "\n", @lines, '';
}

sub through_sscurl {
    my ($cases) = @_;
    my $file = spew(tmp_dir() . '/transfers',
                    join "next\n", map { transfer($_) } @$cases);
    my $run = run_cmd([ build_dir() . '/sscurl', '-q', '--ss-config', $rules,
                        '--ss-format', 'json', '-K', $file ],
                      env => { preload_env() }, timeout => 120);
    my @said = map { $json->decode($_) } grep { /\A\{/ } split /\n/,
        $run->{err};
    my %said;

    unlink map { tmp_dir() . "/body.$_->{seed}" } @$cases;
    is(scalar @said, scalar @$cases, 'sscurl: one line each')
        or diag(substr $run->{err}, 0, 2000);
    ok(!has_report($run->{err}), 'sscurl: no sanitizer report')
        or diag($run->{err});
    $said{ $cases->[$_]{seed} } = $said[$_] for 0 .. $#$cases;

    return \%said;
}

# --- comparing ------------------------------------------------------------

sub differences {
    my ($case, $said, $arrived) = @_;
    my $rejected = $case->{verdict} eq 'rejected';

    return 'nothing said' if !$said;
    return "verdict $said->{verdict}, not $case->{verdict}"
        if $said->{verdict} ne $case->{verdict};
    return 'findings ' . SSTest::Cases::findings($said->{findings})
        if SSTest::Cases::findings($said->{findings})
            ne SSTest::Cases::findings($case->{findings});
    return 'it left' if $rejected && defined $arrived;
    return 'nothing left' if !$rejected && !defined $arrived;

    return $rejected ? '' : SSTest::Cases::difference($case, $arrived);
}

sub compare {
    my ($backend, $through, $cases) = @_;
    my (%arrived, @wrong);

    $recorder->clear;
    my $said = $through->($cases);
    for my $raw ($recorder->requests) {
        $arrived{$1} = $raw if $raw =~ /^X-Seed: (\d+)\r$/mi;
    }

    for my $case (@$cases) {
        my $what = differences($case, $said->{ $case->{seed} },
                               $arrived{ $case->{seed} });

        push @wrong, "seed $case->{seed}: $case->{request}{method} "
            . "$case->{request}{target}: $what" if $what;
    }

    return @wrong;
}

my %wrong = (gateway => [], sscurl => []);
my %verdicts;

for (my $seed = $first; $seed < $first + $count; $seed += $batch) {
    my $cases = SSTest::Cases::read(run_cmd([ $program, $seed, $batch ])->{out});

    $verdicts{ $_->{verdict} }++ for @$cases;
    push @{ $wrong{gateway} }, compare('gateway', \&through_gateway, $cases);
    push @{ $wrong{sscurl} }, compare('sscurl', \&through_sscurl, $cases);
}

for my $backend (sort keys %wrong) {
    is(scalar @{ $wrong{$backend} }, 0, "$backend: all as the core says")
        or diag(join "\n", (@{ $wrong{$backend} })[0 .. 9]);
}

# requests that nothing is said about prove little
cmp_ok($verdicts{$_} // 0, '>', $count / 200, "many are $_")
    for qw(repaired reported rejected);

$nginx->stop;
done_testing();
