#!/usr/bin/perl
#
# --ss-doctor comes to an end, and says so: signals, descriptors that are
# closed, readers that go away, servers that keep it waiting.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use Doctor;
use POSIX qw(setsid);
use SSTest;
use SSTest::Recorder;
use Sscurl;
use Terminal;

my %env = (%{ environment() }, sanitizer());
my $gate = tmp_dir() . '/gate';

# "stuck": takes a request and never answers; "gated": not before it may;
# "trickle": answers, and comes to no end; "well": an OAuth error
my %answers = (
    stuck => sub { '' },
    gated => sub { wait_for(sub { -e $gate }, 30); well() },
    trickle => sub { [ "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
                       ('x') x 100 ] },
    well => sub { well() },
);
my (%recorder, %rules);

for my $name (keys %answers) {
    $recorder{$name} = SSTest::Recorder->new(answer => $answers{$name});

    my $there = 'http://127.0.0.1:' . $recorder{$name}->port;
    $rules{$name} = service($there, $there);
}

sub well { return reply('400 Bad Request', '{"error":"invalid_request"}') }

sub command {
    my ($server, @args) = @_;

    return [ launcher(), '--ss-doctor', '--ss-config', $rules{$server}, @args ];
}

# --- signals -----------------------------------------------------------------

# Waits until the curl that is run is gone; it is ended where it is not.
sub nobody_is_left {
    my ($name, @children) = @_;

    is(scalar @children, 1, "$name: curl was there");
    ok(wait_for(sub { !grep { is_running($_) } @children }), "$name: and is gone");
    kill 'KILL', @children;

    return;
}

# Starts it, and waits until curl has sent what is never answered.
sub stuck {
    my (%opt) = @_;

    $recorder{stuck}->clear;
    my $process = start(command('stuck'), env => \%env, %opt);
    $recorder{stuck}->wait_requests(1) or fail('a check is under way');

    return ($process, children_of($process->{pid}));
}

for my $signal (qw(INT TERM HUP QUIT KILL)) {
    my ($process, @children) = stuck();

    kill $signal, $process->{pid};
    my $status = finish($process);
    unlink 'core';
    is($status & 0x7f, { INT => 2, TERM => 15, HUP => 1, QUIT => 3,
                         KILL => 9 }->{$signal}, "SIG$signal ends it");
    nobody_is_left("SIG$signal", @children);
    unlike(slurp($process->{err}), qr/./, "SIG$signal: nothing on stderr");
}

{
    my ($process, @children) = stuck(child => sub { setsid() });

    like(slurp($process->{out}), qr/^ok +rules/m, 'without a terminal: begins');
    kill 'TERM', $process->{pid};
    finish($process);
    nobody_is_left('without a terminal', @children);
}

SKIP: {
    skip 'no pseudo terminals here', 3 if !terminal_works();

    $recorder{stuck}->clear;
    my $terminal = Terminal->new(command('stuck'), env => \%env, stdout => 1);
    $recorder{stuck}->wait_requests(1);
    my @children = children_of($terminal->pid);

    $terminal->type("\003");
    is($terminal->finish, 2, 'Ctrl-C at a terminal: ends by SIGINT');
    nobody_is_left('Ctrl-C at a terminal', @children);
}

# who starts it may not care for what becomes of children
{
    my $process = start(command('well'), env => \%env,
                        child => sub { $SIG{CHLD} = 'IGNORE' });

    is(finish($process), 0, 'SIGCHLD is ignored: the exit code');
    like(slurp($process->{out}), qr/^ok +token-endpoint/m,
         'SIGCHLD is ignored: the checks are made');
}

# --- descriptors -------------------------------------------------------------

sub closed {
    my ($which) = @_;
    my $process = start([ 'sh', '-c', "exec \"\$\@\" $which", 'sh',
                          @{ command('well') } ], env => \%env);

    return (finish($process), slurp($process->{out}), slurp($process->{err}));
}

my (undef, $whole) = closed('');
like($whole, qr/^ok +token-endpoint.*^skipped +accept/ms, 'all checks');

for my $which ('<&-', '2>&-', '<&- 2>&-') {
    my ($status, $out, $err) = closed($which);

    is($status, 0, "closed $which: the exit code");
    is($out, $whole, "closed $which: the same checks");
    is($err, '', "closed $which: nothing on stderr");
}

for my $which ('>&-', '<&- >&-', '>/dev/full', '<&- >&- 2>&-') {
  SKIP: {
        skip 'no full device', 1 if $which =~ /full/ && !-e '/dev/full';
        $recorder{well}->clear;
        my ($status, undef, $err) = closed($which);

        is($status, 2 << 8, "$which: the exit code says that nothing is told");
        like($err, $which =~ /2>/ ? qr/\A\z/ : qr/\Asscurl: stdout: .+\n\z/,
             "$which: stderr");
        is(scalar(my @got = $recorder{well}->requests), 0,
           "$which: nothing is asked in vain");
    }
}

# Starts it with a reader that leaves while the first answer is waited for.
sub left_alone {
    my ($handler) = @_;

    unlink $gate;
    $recorder{gated}->clear;
    pipe my $read, my $write or die "pipe: $!";
    my $process = start(command('gated'), env => \%env, child => sub {
        $SIG{PIPE} = $handler;
        close $read;
        open STDOUT, '>&', $write or die "dup: $!";
    });
    close $write;
    $recorder{gated}->wait_requests(1);
    close $read;
    spew($gate, '');

    return (finish($process), scalar(my @got = $recorder{gated}->requests));
}

{
    my ($status, $requests) = left_alone('DEFAULT');

    is($status, 13, 'nobody reads any more: ends by SIGPIPE');
    is($requests, 1, 'nobody reads any more: nobody is asked any more');

    ($status, $requests) = left_alone('IGNORE');
    is($status, 2 << 8, 'SIGPIPE is ignored: the exit code');
    is($requests, 1, 'SIGPIPE is ignored: nobody is asked any more');
}

# --- servers -----------------------------------------------------------------

{
    my ($run, $checks) = doctor($rules{stuck}, '-m', '1');

    is($run->{status}, 1, 'silence: the exit code');
    outcomes_are('silence', $checks, 'auth-connect' => 'ok',
                 'auth-answer' => 'failed', 'api-answer' => 'failed',
                 'token-endpoint' => 'skipped', accept => 'skipped');
    like($checks->{'auth-answer'}{message}, qr/no answer comes in time/,
         'silence: is named');

    ($run, $checks) = doctor($rules{trickle}, '-m', '2');
    is($run->{status}, 1, 'an answer without end: the exit code');
    outcomes_are('an answer without end', $checks, 'auth-connect' => 'ok',
                 'auth-answer' => 'failed', 'api-answer' => 'failed',
                 'token-endpoint' => 'skipped', accept => 'skipped');
    like($checks->{'auth-answer'}{message}, qr/the answer does not end in time/,
         'an answer without end: is named');
}

# and whatever .curlrc says, there is an end
{
    my $home = home();

    spew("$home/.curlrc", "max-time = 0\nconnect-timeout = 0\n");
    $recorder{stuck}->clear;
    my $process = start(command('stuck'), env => { %env, HOME => $home });
    $recorder{stuck}->wait_requests(1);
    my ($child) = children_of($process->{pid});

    like(words_of($child), qr/ --connect-timeout 5 --max-time 15 /,
         'the bounds stand behind what .curlrc says');
    kill 'KILL', $process->{pid}, $child;
    finish($process);
}

$_->stop for values %recorder;
done_testing();
