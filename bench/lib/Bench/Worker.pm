package Bench::Worker;

# User instructions of an nginx worker for one request, counted by callgrind:
# a gateway's beside those of the same nginx without the module. The counts of
# N and of 2N requests on a kept connection are taken of a warm worker; their
# difference by N is one request's.

use strict;
use warnings;

use Bench qw(row);
use Bench::Loads qw(loads service request);
use IO::Socket::INET;
use SSTest qw(spew slurp tmp_dir run_cmd);
use SSTest::Nginx;

my $warm_up = 20;
my $log = 'error_log %%DIR%%/error.log error; access_log off; '
    . 'keepalive_requests 1000000;';

# which memcpy() libc takes depends on the processor, and so does the count
my $tunables = 'glibc.cpu.hwcaps='
    . join ',', map { "-$_" } qw(AVX2 AVX512F AVX512VL ERMS FSRM SSE4_2);

sub upstream {
    return SSTest::Nginx->new(module => 0, http => $log, server => service());
}

# An nginx under callgrind in front of the upstream. Its time stands still:
# what a new second costs would fall on some requests and not on others.
sub worker {
    my ($upstream, %opt) = @_;

    return SSTest::Nginx->new(
        %opt,
        main => 'timer_resolution 60s;',
        under => [ qw(setarch -R valgrind -q --tool=callgrind),
                   map { "$_%%DIR%%/callgrind" }
                       '--callgrind-out-file=', '--vgdb-prefix=' ],
        http => $log . ($opt{http} || '') . ' upstream service {'
            . 'server 127.0.0.1:' . $upstream->port . '; keepalive 4; '
            . 'keepalive_requests 1000000; }',
        server => ($opt{server} || '') . ' location / {'
            . 'proxy_pass http://service; proxy_http_version 1.1;'
            . 'proxy_set_header Connection ""; }',
    );
}

# One request on a kept connection; its answer.
sub exchange {
    my ($socket, $request) = @_;
    my $answer = '';

    syswrite($socket, $request) == length $request
        or die "bench: a request was not taken at once\n";

    until ($answer =~ /\r\n\r\n/) {
        sysread $socket, $answer, 65536, length $answer
            or die "bench: the worker closed the connection\n";
    }
    my ($head) = $answer =~ /(.*?\r\n\r\n)/s;
    my ($length) = $head =~ /^Content-Length: (\d+)/mi
        or die "bench: an answer without a length: $head";

    while (length($answer) < length($head) + $length) {
        sysread $socket, $answer, 65536, length $answer
            or die "bench: the worker closed the connection\n";
    }

    return $answer;
}

# Instructions since the last call.
sub count {
    my ($nginx) = @_;
    my $file = $nginx->dir . '/callgrind';
    my $run = run_cmd([ 'vgdb', "--pid=$nginx->{pid}", "--vgdb-prefix=$file",
                        'dump' ], timeout => 60);
    my ($dump) = grep { -s } glob "$file.[0-9]*";

    die "bench: vgdb: $run->{out}$run->{err}" if $run->{status} || !$dump;
    my ($count) = slurp($dump) =~ /^(?:summary|totals): (\d+)/m
        or die "bench: callgrind counted nothing: $run->{out}$run->{err}";
    unlink $dump;

    return $count;
}

sub instructions {
    my ($nginx, $load, $requests) = @_;
    my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port)
        or die "bench: connect: $!\n";
    my $request = request($load, 'scopestack.example');
    my $answer = '';
    my @counts;

    $answer = exchange($socket, $request) for 1 .. $warm_up;
    count($nginx);

    for my $times (1, 2) {
        exchange($socket, $request) for 1 .. $requests * $times;
        push @counts, count($nginx);
    }

    return (($counts[1] - $counts[0]) / $requests, $answer);
}

# Nothing is measured that does not do what its name says.
sub prove {
    my ($load, $answer) = @_;

    die "bench: $load->{name}: not what the gateway says: $answer\n"
        if $load->{says} ? $answer !~ $load->{says}
                         : $answer =~ /^ScopeStack-/m;
}

sub measure {
    my (%opt) = @_;
    local $ENV{GLIBC_TUNABLES} = $tunables;
    my $upstream = upstream();
    my $rules = spew(tmp_dir() . '/rules.yaml',
                     "version: 1\nservice: { account: acme }\n");
    my $bare = worker($upstream, module => 0);
    my $gateway = worker($upstream, server =>
                         "scopestack enforce; scopestack_rules_file $rules;");
    my @rows;

    for my $load (grep { !$opt{load} || $_->{name} =~ /$opt{load}/ } loads()) {
        my ($without) = instructions($bare, $load, $opt{requests});
        my ($with, $answer) = instructions($gateway, $load, $opt{requests});

        prove($load, $answer);
        push @rows, {
            %{ row("worker: $load->{name}", sprintf('instructions, bare %.0f', $without),
                   $with - $without, [ '<=', $load->{budget} ], '%.0f') },
            bare => $without, gateway => $with,
        };
    }

    return @rows;
}

1;
