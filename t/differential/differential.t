#!/usr/bin/perl
#
# Random requests, and answers to them, through core, gateway and sscurl: the
# same findings, the same bytes leave, and the same causes explain the answer,
# which comes as it was.
#
#   SS_SEED=N SS_COUNT=N     others, or more of them

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use JSON::PP;
use SSTest;
use SSTest::CaseCurl;
use SSTest::Cases;
use SSTest::Nginx;
use SSTest::Service;

my $first = $ENV{SS_SEED} // 1;
my $count = $ENV{SS_COUNT} // 20000;
my $batch = 250;

my $program = build_dir() . '/t/requests';
my $rules = spew(tmp_dir() . '/rules.yaml',
                 run_cmd([ $program, '--rules' ])->{out});
my $service = SSTest::Service->new;
my $upstream = $service->port;
my $json = JSON::PP->new->utf8;

# --- the gateway ----------------------------------------------------------

my $nginx = SSTest::Nginx->new(http => <<'HTTP', server => <<"SERVER");
    log_format seeds escape=none
        '$http_x_seed $scopestack_verdict $scopestack_causes '
        '$scopestack_findings';
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
    my (%bodies, %said);

    spew($log, '');
    for my $case (@$cases) {
        my $answer = $nginx->raw(request_text($case));

        $bodies{ $case->{seed} } = SSTest::Cases::body($answer);
    }
    $nginx->wait_lines($log, scalar @$cases);

    for my $line (split /\n/, slurp($log)) {
        my ($seed, $verdict, $causes, $findings) = split / /, $line, 4;

        $said{$seed} = { verdict => $verdict, causes => $causes,
                         body => $bodies{$seed},
                         findings => $json->decode($findings || '[]') };
    }

    return \%said;
}

# --- sscurl ---------------------------------------------------------------

sub transfer {
    my ($case) = @_;

    return SSTest::CaseCurl::transfer(
        $case->{request}, $upstream, tmp_dir() . "/body.$case->{seed}",
        ['silent'], [ output => tmp_dir() . "/got.$case->{seed}" ],
        [ header => "X-Seed: $case->{seed}" ]);
}

sub through_sscurl {
    my ($cases) = @_;
    my $file = spew(tmp_dir() . '/transfers',
                    join "next\n", map { transfer($_) } @$cases);
    my $run = SSTest::CaseCurl::run($rules, [ '-K', $file ], timeout => 120);
    my @said = SSTest::CaseCurl::by_transfer($run->{said});
    my %said;

    is(scalar @said, scalar @$cases, 'sscurl: findings of each')
        or diag(substr $run->{err}, 0, 2000);
    ok(!has_report($run->{err}), 'sscurl: no sanitizer report')
        or diag($run->{err});

    for my $i (0 .. $#$cases) {
        my ($seed, $said) = ($cases->[$i]{seed}, $said[$i] || {});
        my $file = tmp_dir() . "/got.$seed";

        $said->{causes} = join ';', map {
            join ',', map { $_->{cause} } @{ $_->{causes} }
        } @{ $said->{answers} };
        $said->{body} = -e $file ? slurp($file) : '';
        $said{$seed} = $said;
        unlink $file, tmp_dir() . "/body.$seed";
    }

    return \%said;
}

# --- comparing ------------------------------------------------------------

sub differences {
    my ($case, $said, $arrived, $causes) = @_;
    my $rejected = $case->{verdict} eq 'rejected';

    return 'nothing said' if !$said;
    return "verdict $said->{verdict}, not $case->{verdict}"
        if $said->{verdict} ne $case->{verdict};
    return 'findings ' . SSTest::Cases::findings($said->{findings})
        if SSTest::Cases::findings($said->{findings})
            ne SSTest::Cases::findings($case->{findings});
    return 'it left' if $rejected && defined $arrived;
    return 'nothing left' if !$rejected && !defined $arrived;
    return "causes $said->{causes}, not @$causes"
        if $causes && $said->{causes} ne join ',', @$causes;
    return 'another body' if !$rejected && $said->{body} ne $case->{sent};

    return $rejected ? '' : SSTest::Cases::difference($case, $arrived);
}

sub compare {
    my ($through, $cases, $causes) = @_;
    my (%arrived, @wrong);

    $service->clear;
    my $said = $through->($cases);
    for my $raw ($service->requests) {
        $arrived{$1} = $raw if $raw =~ /^X-Seed: (\d+)\r$/mi;
    }

    for my $case (@$cases) {
        my $what = differences($case, $said->{ $case->{seed} },
                               $arrived{ $case->{seed} },
                               $causes && $case->{$causes});

        push @wrong, "seed $case->{seed}: $case->{request}{method} "
            . "$case->{request}{target}: $what" if $what;
    }

    return @wrong;
}

my %wrong = (gateway => [], sscurl => []);
my (%verdicts, %causes);

for (my $seed = $first; $seed < $first + $count; $seed += $batch) {
    my $cases = SSTest::Cases::read(run_cmd([ $program, $seed, $batch ])->{out});

    for my $case (@$cases) {
        $verdicts{ $case->{verdict} }++;
        $causes{$_}++ for @{ $case->{explains} };
        $case->{sent} = $service->answers($case->{response},
                                          seed => $case->{seed},
                                          chunked => $case->{seed} % 2);
    }
    push @{ $wrong{gateway} }, compare(\&through_gateway, $cases, 'streamed');
    push @{ $wrong{sscurl} }, compare(\&through_sscurl, $cases, 'explains');
    $service->forget;
}

for my $backend (sort keys %wrong) {
    is(scalar @{ $wrong{$backend} }, 0, "$backend: all as the core says")
        or diag(join "\n", grep { defined } (@{ $wrong{$backend} })[0 .. 9]);
}

# requests that nothing is said about prove little
cmp_ok($verdicts{$_} // 0, '>', $count / 200, "many are $_")
    for qw(repaired reported rejected);
cmp_ok(scalar keys %causes, '>', 40, 'many causes explain answers');

$nginx->stop;
done_testing();
