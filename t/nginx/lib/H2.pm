package H2;

# As much of HTTP/2 as a client needs that stops halfway: frames by hand, on a
# connection without TLS. Names and values go out literally, unindexed.

use strict;
use warnings;

use Exporter ();
use IO::Select;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY);

our @ISA = qw(Exporter);
our @EXPORT = qw(h2_open h2_frame h2_headers h2_request h2_wait);

use constant { DATA => 0, HEADERS => 1, RST_STREAM => 3, SETTINGS => 4 };
use constant { END_STREAM => 1, END_HEADERS => 4 };

# What was read of a socket and not asked for yet: bytes, frames by stream.
my (%data, %frames);

sub h2_frame {
    my ($type, $flags, $stream, $payload) = @_;

    return substr(pack('N', length $payload), 1)
        . pack('CCN', $type, $flags, $stream) . $payload;
}

sub h2_open {
    my ($port) = @_;
    my $socket = IO::Socket::INET->new("127.0.0.1:$port")
        or die "connect: $!";

    # one of another socket may have been at this address
    delete $data{$socket};
    delete $frames{$socket};

    # a frame is not to wait until the one before has been acknowledged
    setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1 or die "setsockopt: $!";

    syswrite $socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        . h2_frame(SETTINGS, 0, 0, '');

    return $socket;
}

# A length as HPACK has it, with a prefix of 7 bits.
sub _string {
    my ($text) = @_;
    my $length = length $text;

    return chr($length) . $text if $length < 127;

    $length -= 127;
    my $more = "\x7f";
    while ($length >= 128) {
        $more .= chr($length & 127 | 128);
        $length >>= 7;
    }

    return $more . chr($length) . $text;
}

# HEADERS of a request with these headers, [name, value], and no others.
sub h2_headers {
    my ($stream, @headers) = @_;
    my $block = join '', map {
        "\0" . _string(lc $_->[0]) . _string($_->[1])
    } @headers;

    return h2_frame(HEADERS, END_HEADERS, $stream, $block);
}

# HEADERS of a request; it goes on with DATA.
sub h2_request {
    my ($stream, $method, $path, @headers) = @_;

    return h2_headers($stream, [ ':method', $method ], [ ':scheme', 'http' ],
                      [ ':path', $path ], [ ':authority', 'gateway.test' ],
                      map { [ split /: /, $_, 2 ] } @headers);
}

# Reads until the peer has ended a stream: [type, flags, payload] of each of
# its frames; what came until then when it never does.
sub h2_wait {
    my ($socket, $stream) = @_;
    my $select = IO::Select->new($socket);
    my $data = \($data{$socket} //= '');
    my $frames = $frames{$socket} //= {};

    while (1) {
        while (length $$data >= 9) {
            my ($high, $low, $type, $flags, $id) = unpack 'CnCCN', $$data;
            my $length = $high << 16 | $low;

            last if length $$data < 9 + $length;
            my $payload = substr substr($$data, 0, 9 + $length, ''), 9;

            push @{ $frames->{$id} }, [ $type, $flags, $payload ];
        }
        my $last = ($frames->{$stream} || [])->[-1];
        last if $last && ($last->[0] == RST_STREAM
                          || $last->[0] < 2 && $last->[1] & END_STREAM);
        last if !$select->can_read(5)
            || !sysread $socket, $$data, 65536, length $$data;
    }

    return @{ delete $frames->{$stream} || [] };
}

1;
