package SSTest::Recorder;

# An upstream on loopback that keeps what it was sent, byte for byte, and
# answers what it was told to.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use POSIX qw(_exit);
use SSTest ();

my $default = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
    . "Content-Type: application/vnd.api+json\r\n\r\nok\n";

# answer => sub { my ($raw) = @_; return the bytes of an answer, or an array of
# pieces of it, which then come one after the other; a piece that is a
# subroutine is called when its turn has come, and returns bytes }
sub new {
    my ($class, %opt) = @_;
    my $socket = IO::Socket::INET->new(
        Listen => 128, LocalAddr => '127.0.0.1', LocalPort => 0, ReuseAddr => 1,
    ) or die "recorder: $!";
    my $self = bless {
        port => $socket->sockport,
        dir  => tempdir('recorder-XXXXXX', DIR => SSTest::tmp_dir()),
        answer => $opt{answer} || sub { $default },
        owner => $$,
    }, $class;

    $self->{pid} = fork // die "fork: $!";
    if ($self->{pid} == 0) {
        $SIG{PIPE} = 'IGNORE';
        $SIG{TERM} = 'DEFAULT';
        $self->_serve($socket);
        _exit(0);
    }

    return $self;
}

sub port { return $_[0]{port} }

# The requests so far, in the order in which they were complete.
sub requests {
    my ($self) = @_;
    my @files = sort { $a <=> $b } map { m{/(\d+)$} ? $1 : () }
        glob "$self->{dir}/*";

    return map { SSTest::slurp("$self->{dir}/$_") } @files;
}

# Waits until so many requests are there.
sub wait_requests {
    my ($self, $count) = @_;

    for (1 .. 500) {
        return 1 if $self->requests >= $count;
        select undef, undef, undef, 0.02;
    }

    return 0;
}

sub clear {
    my ($self) = @_;

    unlink glob "$self->{dir}/*";

    return;
}

sub stop {
    my ($self) = @_;

    return if !$self->{pid} || $self->{owner} != $$;

    kill 'TERM', $self->{pid};
    waitpid $self->{pid}, 0;
    $self->{pid} = 0;

    return;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);

    $self->stop;

    return;
}

# The length of the first whole request in a buffer, or 0.
sub _whole {
    my ($data) = @_;
    my $head = index $data, "\r\n\r\n";

    return 0 if $head < 0;

    my $headers = substr $data, 0, $head + 2;
    my $body = substr $data, $head + 4;

    if ($headers =~ /^Content-Length:\s*(\d+)/mi) {
        return length $body >= $1 ? $head + 4 + $1 : 0;
    }

    if ($headers =~ /^Transfer-Encoding:\s*chunked/mi) {
        return $body =~ /\A((?:[0-9a-fA-F]+\r\n.*?\r\n)*?0\r\n\r\n)/s
            ? $head + 4 + length $1 : 0;
    }

    return $head + 4;
}

sub _keep {
    my ($self, $raw) = @_;
    my $name = "$self->{dir}/" . ++$self->{count};

    SSTest::spew("$name.part", $raw);
    rename "$name.part", $name;

    return;
}

sub _write {
    my ($client, $bytes) = @_;

    while (length $bytes) {
        my $n = syswrite $client, $bytes or return 0;
        substr $bytes, 0, $n, '';
    }

    return 1;
}

sub _feed {
    my ($self, $client, $data) = @_;

    while (my $length = _whole($$data)) {
        my $raw = substr $$data, 0, $length, '';

        $self->_keep($raw);
        my $answer = $self->{answer}->($raw);
        my @pieces = ref $answer ? @$answer : ($answer);
        for my $i (0 .. $#pieces) {
            select undef, undef, undef, 0.15 if $i > 0;
            $pieces[$i] = $pieces[$i]->() if ref $pieces[$i];
            _write($client, $pieces[$i]) or return 0;
        }
        return 0 if $pieces[0] =~ /^Connection: close/mi;
    }

    if ($$data =~ /^Expect: 100-continue/mi) {
        syswrite $client, "HTTP/1.1 100 Continue\r\n\r\n";
    }

    return 1;
}

sub _serve {
    my ($self, $socket) = @_;
    my $select = IO::Select->new($socket);
    my %data;

    while (getppid() == $self->{owner}) {
        for my $ready ($select->can_read(1)) {
            if ($ready == $socket) {
                my $client = $socket->accept or next;
                $select->add($client);
                $data{$client} = '';
                next;
            }

            my $n = sysread $ready, $data{$ready}, 65536, length $data{$ready};
            next if $n && $self->_feed($ready, \$data{$ready});

            $select->remove($ready);
            delete $data{$ready};
            close $ready;
        }
    }

    return;
}

1;
