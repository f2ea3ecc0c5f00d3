package SSTest::Service;

# A recorder that answers what a case says the service did, byte for byte.

use strict;
use warnings;

use SSTest;
use SSTest::Cases;
use SSTest::Recorder;

our @ISA = qw(SSTest::Recorder);

# As much of a body as cases know; of a longer one they have the beginning.
my $known = 65536;

sub new {
    my ($class) = @_;
    my $file = spew(tmp_dir() . '/answer', '');
    my $self = SSTest::Recorder::new($class, answer => sub { slurp($file) });

    $self->{file} = $file;

    return $self;
}

# Does the answer come to its end, or is it cut off?
sub is_whole {
    my ($self, $response) = @_;

    return $response->{complete} || length $response->{body} == $known;
}

sub _chunks {
    my ($body, $whole) = @_;
    my $text = join '', map { sprintf("%x\r\n%s\r\n", length, $_) }
        $body =~ /(.{1,500})/sg;

    return $text . ($whole ? "0\r\n\r\n" : '');
}

# What it answers from now on; chunked => 1: that way. Returns the body, which
# goes on behind what is known where the case says so, or is cut off.
sub answers {
    my ($self, $response, %opt) = @_;
    my $body = $response->{body};
    my $whole = $self->is_whole($response);
    my @head = ("HTTP/1.1 $response->{status} Told",
                map { "$_->[0]: $_->[1]" } @{ $response->{headers} });

    $body .= 'x' x 100_000 if $whole && !$response->{complete};
    push @head, 'Connection: close' if !$whole;

    if ($response->{status} =~ /\A(?:204|304)\z/) {
        spew($self->{file}, join "\r\n", @head, '', '');
    } elsif ($opt{chunked}) {
        spew($self->{file}, join "\r\n", @head, 'Transfer-Encoding: chunked',
             '', _chunks($body, $whole));
    } else {
        my $length = length($body) + ($whole ? 0 : 10);

        spew($self->{file}, join "\r\n", @head, "Content-Length: $length", '',
             $body);
    }

    return $body;
}

1;
