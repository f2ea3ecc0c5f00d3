package SSTest;

# What all tests share: where the build is, files, ports, commands.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter ();
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX qw(:sys_wait_h _exit);
use Test::More;
use Time::HiRes qw(time sleep);

our @EXPORT = (
    qw(root_dir build_dir tmp_dir free_port slurp spew run_cmd wait_port
       preload_env has_report tokenless),
    @Test::More::EXPORT,
);

# what the tests' user has set is not what is tested
delete @ENV{ grep { /^SCOPESTACK_|_proxy$|^(?:HOME|XDG_(?:CONFIG|CACHE)_HOME)$/i }
             keys %ENV };

# what a test started, and its files, go with it: nothing else is done about
# them when a signal ends it
$SIG{$_} = sub { exit 1 } for qw(HUP INT PIPE TERM);

my $root = abs_path(dirname(__FILE__) . '/../..');
my $tmp;

sub import {
    strict->import;
    warnings->import;
    goto &Exporter::import;
}

sub root_dir { return $root }

sub build_dir {
    my $dir = $ENV{SS_BUILD} || 'build/test';

    return $dir =~ m{^/} ? $dir : "$root/$dir";
}

sub tmp_dir {
    $tmp ||= tempdir('scopestack-XXXXXX', TMPDIR => 1, CLEANUP => 1);

    return $tmp;
}

sub slurp {
    my ($file) = @_;

    open my $fh, '<:raw', $file or die "$file: $!";
    local $/;

    return scalar(<$fh>) // '';
}

# The text of a rules file, with calls that have no token left alone, unless it
# says otherwise: they are made all over the tests and mostly not about that.
sub tokenless {
    my ($text) = @_;
    my $off = 'authorization-missing: off';

    return $text if $text =~ /authorization-missing/;

    return $text if $text =~ s/^rules: *\{/rules: { $off,/m
        || $text =~ s/^rules:\n( +)/rules:\n$1$off\n$1/m;

    return "$text\nrules: { $off }\n";
}

sub spew {
    my ($file, $text) = @_;

    open my $fh, '>:raw', $file or die "$file: $!";
    print $fh $text or die "$file: $!";
    close $fh or die "$file: $!";

    return $file;
}

# A port that nobody listens on, and that was not given out before: the kernel
# may well offer one again that its taker has not bound yet.
my %given;

sub free_port {
    for (1 .. 100) {
        my $socket = IO::Socket::INET->new(
            Listen => 1, LocalAddr => '127.0.0.1', LocalPort => 0,
        ) or die "no port: $!";

        return $socket->sockport if !$given{ $socket->sockport }++;
    }

    die 'no port';
}

sub wait_port {
    my ($port, $seconds) = @_;
    my $end = time + ($seconds || 10);

    while (time < $end) {
        return 1 if IO::Socket::INET->new("127.0.0.1:$port");
        sleep 0.02;
    }

    return 0;
}

# What a program that is not ours needs to load our sanitized objects.
sub _preload_env {
    my $nm = `nm -D @{[build_dir()]}/libscopestack-curl.so 2>/dev/null`;

    return () unless $nm =~ /__asan_init/;

    my @libs = map { chomp(my $f = `gcc -print-file-name=$_`); $f }
        qw(libasan.so libubsan.so);
    push @libs, build_dir() . '/t/sanitizer_first.so';

    return (
        LD_PRELOAD   => join(':', @libs),
        ASAN_OPTIONS => 'detect_leaks=0:abort_on_error=0:exitcode=99',
        UBSAN_OPTIONS => 'print_stacktrace=1:halt_on_error=1',
    );
}

# Asked for each run of sscurl, and always the same.
my %preload_env;

sub preload_env {
    %preload_env = (asked => { _preload_env() }) if !%preload_env;

    return %{ $preload_env{asked} };
}

sub has_report {
    my ($text) = @_;

    return $text =~ /AddressSanitizer|runtime error:|LeakSanitizer/;
}

sub _child {
    my ($cmd, $opt, $files) = @_;

    open STDIN, '<', $files->{in} or _exit(126);
    open STDOUT, '>', $files->{out} or _exit(126);
    open STDERR, '>', $files->{err} or _exit(126);
    chdir $opt->{dir} or _exit(126) if $opt->{dir};

    for my $name (keys %{ $opt->{env} || {} }) {
        if (defined $opt->{env}{$name}) {
            $ENV{$name} = $opt->{env}{$name};
        } else {
            delete $ENV{$name};
        }
    }

    no warnings 'exec';
    exec { $cmd->[0] } @$cmd or _exit(127);
}

my $runs = 0;

# Runs a command to its end: {status, signal, out, err, timeout}.
sub run_cmd {
    my ($cmd, %opt) = @_;
    my $base = tmp_dir() . '/run' . $runs++;
    my %files = map { $_ => "$base.$_" } qw(in out err);
    my $end = time + ($opt{timeout} || 20);
    my $status;

    spew($files{in}, $opt{stdin} // '');

    my $pid = fork // die "fork: $!";
    _child($cmd, \%opt, \%files) if $pid == 0;

    while (waitpid($pid, WNOHANG) == 0) {
        if (time > $end) {
            kill 'KILL', $pid;
            waitpid($pid, 0);
            $status = $?;
            last;
        }
        sleep 0.005;
    }
    $status //= $?;

    my $result = {
        status  => $status >> 8,
        signal  => $status & 127,
        timeout => time > $end ? 1 : 0,
        out     => slurp($files{out}),
        err     => slurp($files{err}),
    };
    unlink values %files;

    return $result;
}

1;
