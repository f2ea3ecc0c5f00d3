#!/usr/bin/perl
#
# sscurl ends as curl does: by signals, by a closed stdout, without a terminal
# and without open descriptors.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use POSIX qw(setsid);
use SSTest;
use SSTest::Recorder;
use Sscurl;
use Terminal;

# "stuck": half of an answer, and no more; "large": more than a pipe holds
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;

    return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf\n"
        if line_of($raw) =~ /stuck/;

    return reply('200 OK', 'x' x 300_000) if line_of($raw) =~ /large/;

    return reply('200 OK', "ok\n");
});

my @to = to($recorder);
my %env = %{ environment() };
my %programs = (curl => [ [ 'curl' ], \%env ],
                sscurl => [ [ launcher() ], { %env, sanitizer() } ]);
my $service = api() . '/acme/v1/stuck';
my @accept = ('-H', 'Accept: application/vnd.api+json');

# What becomes of both programs: {curl => ..., sscurl => ...}.
sub both {
    my ($run) = @_;

    return { map { $_ => $run->(@{ $programs{$_} }) } sort keys %programs };
}

sub running {
    my ($cmd, $env, $args, %opt) = @_;
    my $process = start([ @$cmd, '-sS', '-N', @to, @$args ], env => $env, %opt);

    wait_for(sub { slurp($process->{out}) =~ /half/ })
        or fail('a transfer is in its middle');

    return $process;
}

# --- signals -----------------------------------------------------------------

my %urls = (
    'another host'     => [ elsewhere() . '/stuck' ],
    'the service'      => [ @accept, $service ],
    'a repaired path'  => [ api() . '/v1/stuck' ],
    'a repaired token' => [ '-u', 'a:b', '-d', 'grant_type=client_credentials',
                            auth() . '/oauth/token?stuck' ],
    '-Z'               => [ '-Z', $service ],
);

for my $signal (qw(INT TERM HUP QUIT KILL)) {
    for my $where (sort keys %urls) {
        next if $signal !~ /INT|TERM/ && $where ne 'the service';

        my $ends = both(sub {
            my ($cmd, $env) = @_;
            my $process = running($cmd, $env, $urls{$where});

            kill $signal, $process->{pid};
            my $status = finish($process);
            unlink 'core';

            return { status => $status & 0xff7f, out => slurp($process->{out}),
                     report => has_report(slurp($process->{err})) ? 1 : 0 };
        });

        is_deeply($ends->{sscurl}, $ends->{curl},
                  "SIG$signal during a transfer, $where: as curl");
    }
}

# a signal that is ignored stays so, as under nohup
{
    my $ends = both(sub {
        my ($cmd, $env) = @_;
        my $process = running($cmd, $env, [ '-m', '0.5', @accept, $service ],
                              child => sub { $SIG{HUP} = 'IGNORE' });

        kill 'HUP', $process->{pid};

        return finish($process);
    });

    is($ends->{sscurl}, $ends->{curl}, 'an ignored SIGHUP: as curl');
    is($ends->{curl}, 28 << 8, 'an ignored SIGHUP: the transfer goes on');
}

# --- descriptors -------------------------------------------------------------

# what reads stdout goes away before all is written
for my $args ([ elsewhere() . '/large' ], [ @accept, api() . '/acme/v1/large' ],
              [ api() . '/v1/large' ]) {
    my $ends = both(sub {
        my ($cmd, $env) = @_;
        my $process = start([ @$cmd, '-s', @to, @$args ], env => $env,
            child => sub {
                pipe my $read, my $write or die "pipe: $!";
                open STDOUT, '>&', $write or die "dup: $!";
            });

        return finish($process);
    });

    is($ends->{sscurl}, $ends->{curl}, "a broken pipe, $args->[-1]: as curl");
    isnt($ends->{curl}, 0, "a broken pipe, $args->[-1]: is no success");
}

# Runs both with some descriptors closed.
sub closed {
    my ($redirections, @args) = @_;

    return both(sub {
        my ($cmd, $env) = @_;
        my $process = start([ 'sh', '-c', "exec \"\$\@\" $redirections", 'sh',
                              @$cmd, '-sS', @to, @args ], env => $env);
        my $status = finish($process);

        return { status => $status, out => slurp($process->{out}),
                 err => slurp($process->{err}) };
    });
}

for my $which ('<&-', '>&-', '2>&-', '<&- >&-', '<&- 2>&-', '>&- 2>&-',
               '<&- >&- 2>&-') {
    my $file = tmp_dir() . '/closed';

    for my $args ([ elsewhere() ], [ '-o', $file, @accept, api() . '/v1/me' ]) {
        my $ends = closed($which, @$args);

        is_deeply($ends->{sscurl}, $ends->{curl},
                  "closed $which, $args->[-1]: as curl");
    }

    # findings must not end in what took the place of stderr
    my $ends = closed($which, '-o', $file, api() . '/v1/clients');
    is($ends->{sscurl}{status}, $ends->{curl}{status},
       "closed $which, with findings: exit code");
    is(slurp($file), "ok\n", "closed $which, with findings: the file is right");
}

# an unusable rules file is refused, also when nobody can be told
for my $which ('2>&-', '<&- >&- 2>&-') {
    $recorder->clear;
    my $process = start([ 'sh', '-c', "exec \"\$\@\" $which", 'sh', launcher(),
                          '--ss-config', tmp_dir() . '/none', @to,
                          elsewhere() ], env => { %env, sanitizer() });

    is(finish($process), 121 << 8, "closed $which: 121 is 121");
    is(scalar(my @got = $recorder->requests), 0,
       "closed $which: nothing is sent");
}

# stderr on a full device: findings are lost, the transfer is not
SKIP: {
    skip 'no full device', 2 if !-e '/dev/full';

    my $process = start([ launcher(), '-sS', @to, api() . '/v1/clients' ],
        env => { %env, sanitizer() },
        child => sub { open STDERR, '>', '/dev/full' });

    is(finish($process), 0, 'a full stderr: exit code');
    is(slurp($process->{out}), "ok\n", 'a full stderr: the answer');
}

# --- terminals ---------------------------------------------------------------

{
    my $ends = both(sub {
        my ($cmd, $env) = @_;
        my $process = start([ @$cmd, '-sS', @to, elsewhere() ], env => $env,
                            child => sub { setsid() });

        return [ finish($process), slurp($process->{out}) ];
    });

    is_deeply($ends->{sscurl}, $ends->{curl}, 'without a terminal: as curl');
}

SKIP: {
    skip 'no pseudo terminals here', 3 if !terminal_works();

    my $ends = both(sub {
        my ($cmd, $env) = @_;
        my $terminal = Terminal->new([ @$cmd, @to, @accept, $service ],
                                     env => $env, stdout => 1);

        wait_for(sub { $terminal->seen =~ /half/ });
        $terminal->type("\003");

        return $terminal->finish;
    });
    is($ends->{sscurl}, $ends->{curl}, 'Ctrl-C at a terminal: as curl');
    is($ends->{curl}, 2, 'Ctrl-C at a terminal: ends by SIGINT');

    # curl asks for a password where there is none
    $ends = both(sub {
        my ($cmd, $env) = @_;
        my $terminal = Terminal->new([ @$cmd, '-s', @to, '-u', 'me',
                                       elsewhere() ], env => $env);

        wait_for(sub { $terminal->seen =~ /password/ });
        wait_for(sub { !$terminal->echoes });
        $terminal->type("CANARY\n");
        my $status = $terminal->finish;

        return [ $status, $terminal->out, $terminal->seen ];
    });
    is_deeply($ends->{sscurl}, $ends->{curl},
              'a password that curl asks for: as curl');
}

$recorder->stop;
done_testing();
