package Terminal;

# A pseudo terminal with a program on it. IO::Pty is no core module, so that
# Linux's own calls are made.

use strict;
use warnings;

use Exporter ();
use Fcntl qw(O_RDWR O_NOCTTY);
use IO::Select;
use POSIX qw(:termios_h _exit setsid);
use Sscurl qw(start);

our @ISA = qw(Exporter);
our @EXPORT = qw(terminal_works);

# of the machines whose ioctls have their numbers in the usual order
my %ioctl = (unlock => 0x40045431, number => 0x80045430, control => 0x540e);

sub _open {
    sysopen my $master, '/dev/ptmx', O_RDWR | O_NOCTTY or return;
    my ($zero, $number) = (pack('i', 0), pack('i', -1));

    ioctl $master, $ioctl{unlock}, $zero or return;
    ioctl $master, $ioctl{number}, $number or return;

    my $name = '/dev/pts/' . unpack 'i', $number;

    sysopen my $slave, $name, O_RDWR | O_NOCTTY or return;

    return ($master, $slave);
}

sub terminal_works {
    my ($master) = $^O eq 'linux' ? _open() : ();

    return defined $master;
}

# Starts a command on a terminal of its own; stdout goes to a file.
sub new {
    my ($class, $cmd, %opt) = @_;
    my ($master, $slave) = _open();
    my $process = start($cmd, env => $opt{env}, child => sub {
        setsid();
        ioctl $slave, $ioctl{control}, 0 or _exit(126);
        open STDIN, '<&', $slave or _exit(126);
        open STDERR, '>&', $slave or _exit(126);
        open STDOUT, '>&', $slave or _exit(126) if $opt{stdout};
    });

    return bless { master => $master, slave => $slave, process => $process,
                   seen => '' }, $class;
}

sub pid { return $_[0]{process}{pid} }

sub echoes {
    my ($self) = @_;
    my $termios = POSIX::Termios->new;

    $termios->getattr(fileno $self->{slave});

    return $termios->getlflag & ECHO ? 1 : 0;
}

sub type {
    my ($self, $bytes) = @_;

    syswrite $self->{master}, $bytes;

    return;
}

# Everything that the terminal has shown.
sub seen {
    my ($self) = @_;
    my $select = IO::Select->new($self->{master});

    while ($select->can_read(0.05)) {
        my $n = sysread $self->{master}, $self->{seen}, 4096,
            length $self->{seen};
        last if !$n;
    }

    return $self->{seen};
}

sub finish {
    my ($self) = @_;

    return Sscurl::finish($self->{process});
}

sub out {
    my ($self) = @_;

    return SSTest::slurp($self->{process}{out});
}

1;
