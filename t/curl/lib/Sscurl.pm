package Sscurl;

# What the tests of sscurl share: one service, one rules file, and ways to run
# curl and sscurl alike.

use strict;
use warnings;

use Exporter ();
use JSON::PP;
use POSIX qw(_exit);
use SSTest;
use Time::HiRes qw(time sleep);

our @ISA = qw(Exporter);
our @EXPORT = qw(
    api auth elsewhere home rules to launcher sanitizer environment sscurl curl
    objects outcomes reply line_of host_of body_of header_of length_is_right
    unbounded settled curls compile start wait_for finish
);

sub api  { return 'http://api.scopestack.test' }
sub auth { return 'http://app.scopestack.test' }

# a host that no rule concerns
sub elsewhere { return 'http://elsewhere.test' }

my $service = "version: 1\nservice: { api_url: @{[api()]}, "
    . "auth_url: @{[auth()]}, account: acme }\n";
my $files = 0;

# A rules file for the service; what is given is added.
sub rules {
    my ($more) = @_;

    return spew(tmp_dir() . '/rules' . $files++ . '.yaml',
                tokenless($service . ($more // '')));
}

# A new home directory, so that nobody's .curlrc or rules count.
sub home {
    my $dir = tmp_dir() . '/home' . $files++;

    mkdir $dir or die "$dir: $!";

    return $dir;
}

# The words that lead every name to a recorder.
sub to {
    my ($recorder) = @_;

    return ('--connect-to', '::127.0.0.1:' . $recorder->port);
}

sub launcher { return build_dir() . '/sscurl' }

# preload_env() asks the compiler every time
my %sanitizer;
sub sanitizer {
    %sanitizer = preload_env() if !%sanitizer;

    return %sanitizer;
}

my ($home, $rules);

# The environment of a run, without the sanitizer's.
sub environment {
    my (%more) = @_;

    $home ||= home();
    $rules ||= rules();

    return { HOME => $home, SCOPESTACK_CONFIG => $rules, %more };
}

# sscurl with the service's rules; options as run_cmd has them, and `program`
# for another launcher.
sub sscurl {
    my ($args, %opt) = @_;
    my $program = delete $opt{program} || launcher();
    my $env = environment(%{ $opt{env} || {} });
    my $run = run_cmd([ $program, @$args ], timeout => 15, %opt,
                      env => { sanitizer(), %$env });

    fail('no sanitizer report of ' . join ' ', @$args) or diag($run->{err})
        if has_report($run->{err});

    return $run;
}

# The system's curl in the same place.
sub curl {
    my ($args, %opt) = @_;

    return run_cmd([ 'curl', @$args ], timeout => 15, %opt,
                   env => environment(%{ $opt{env} || {} }));
}

# What --ss-format json said: an object for each request.
sub objects {
    my ($run) = @_;

    return grep { ref eq 'HASH' }
        map { scalar eval { JSON::PP->new->utf8->decode($_) } }
        split /\n/, $run->{err};
}

# "rule outcome" of all findings, in order
sub outcomes {
    my ($run) = @_;

    return [ map { "$_->{rule} $_->{outcome}" }
             map { @{ $_->{findings} || [] } } objects($run) ];
}

# --- requests and answers -------------------------------------------------

# The bytes of an answer: reply('200 OK', $body, @headers).
sub reply {
    my ($status, $body, @headers) = @_;

    return join "\r\n", "HTTP/1.1 $status", @headers,
        'Content-Length: ' . length $body, '', $body;
}

sub line_of {
    my ($raw) = @_;

    return ($raw // '') =~ /\A([^\r\n]*)/ ? $1 : '';
}

sub host_of {
    my ($raw) = @_;

    return lc header_of($raw, 'Host');
}

sub body_of {
    my ($raw) = @_;

    return (split /\r\n\r\n/, $raw // '', 2)[1];
}

# The values of a header of a raw request, joined by newlines.
sub header_of {
    my ($raw, $name) = @_;
    my ($head) = split /\r\n\r\n/, $raw // '', 2;

    return join "\n", ($head // '') =~ /^\Q$name\E:[ ]?([^\r\n]*)/mig;
}

# One Content-Length, and the body's; none without a body is right as well.
sub length_is_right {
    my ($raw) = @_;
    my $length = header_of($raw, 'Content-Length');

    return $length eq length body_of($raw)
        || $length eq '' && body_of($raw) eq '';
}

# Bytes with the boundaries and ports that are drawn by lot made one, and
# without a line that curl 8 writes or not, as time has it.
sub unbounded {
    my ($bytes) = @_;

    $bytes =~ s/-{24}[0-9A-Za-z]+/BOUNDARY/g;
    $bytes =~ s/^(?:\*|== Info:) Established .* from \S+ port \K\d+/PORT/mg;
    $bytes =~ s/^(?:\*|== Info:) Request completely sent off\n//mg;

    return $bytes;
}

# stderr of curl without what is another one in each run.
sub settled {
    my ($text) = @_;

    for ($text) {
        $_ = unbounded($_);
        s/ after \d+ (ms|milliseconds)/ after N $1/g;
        s/^\* Request completely sent off\n//mg; # not when the answer is sooner
        s/^  % Total.*\n.*Dload.*\n//mg;
        s/(?:^|\r)[ \d.:kMGTP-]{60,}//mg; # how far it came, and how fast
        s/#+ +[\d.]+%|[#=O-]+\r|\r//g;
    }

    return $text;
}

# What curl itself has said on stderr.
sub curls {
    my ($text) = @_;

    return join '', grep { !/^sscurl: / } split /^/, $text;
}

# --- programs -------------------------------------------------------------

# Compiles C text; returns the program's path, or nothing when it cannot be.
sub compile {
    my ($name, $text, @flags) = @_;
    my $source = spew(tmp_dir() . "/$name.c", $text);
    my $program = tmp_dir() . "/$name";
    my $run = run_cmd([ 'cc', '-Wall', '-o', $program, $source, @flags ]);

    diag($run->{err}) if $run->{status} != 0;

    return $run->{status} == 0 ? $program : undef;
}

# Starts a command and returns {pid, out, err}; `child` is called in it before
# exec. For what run_cmd, which waits for the end, cannot do.
sub start {
    my ($cmd, %opt) = @_;
    my $base = tmp_dir() . '/start' . $files++;
    my %process = (out => "$base.out", err => "$base.err");
    my $env = $opt{env} || {};

    # for a look at what is there before the child has opened them
    spew($_, '') for values %process;

    $process{pid} = fork // die "fork: $!";
    return \%process if $process{pid};

    open STDIN, '<', '/dev/null' or _exit(126);
    open STDOUT, '>', $process{out} or _exit(126);
    open STDERR, '>', $process{err} or _exit(126);
    # of what a shell starts in the background, or nohup, they are ignored
    $SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT);
    $opt{child}->() if $opt{child};

    for my $name (keys %$env) {
        if (defined $env->{$name}) {
            $ENV{$name} = $env->{$name};
        } else {
            delete $ENV{$name};
        }
    }

    no warnings 'exec';
    exec { $cmd->[0] } @$cmd or _exit(127);
}

# Waits until a condition holds; false when it does not in time.
sub wait_for {
    my ($condition, $seconds) = @_;
    my $end = time + ($seconds || 10);

    until ($condition->()) {
        return 0 if time > $end;
        sleep 0.01;
    }

    return 1;
}

# The wait status of what start() started; a failure when it had to be killed.
sub finish {
    my ($process) = @_;
    my $status;

    return $status if wait_for(sub {
        return if waitpid($process->{pid}, POSIX::WNOHANG()) <= 0;
        $status = $?;
        return 1;
    });

    kill 'KILL', $process->{pid};
    waitpid $process->{pid}, 0;
    fail('a program ends in time');

    return 'none';
}

1;
