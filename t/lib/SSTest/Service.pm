package SSTest::Service;

# A recorder that answers what cases say the service did, byte for byte: one
# answer after the other, or the one for the number that a request has in X-Seed.

use strict;
use warnings;

use File::Temp qw(tempdir);
use SSTest;
use SSTest::Recorder;

our @ISA = qw(SSTest::Recorder);

# As much of a body as cases know; of a longer one they have the beginning.
my $known = 65536;

sub new {
    my ($class) = @_;
    my $dir = tempdir('answers-XXXXXX', DIR => tmp_dir());
    my $next = 0;
    my $self = SSTest::Recorder::new($class, answer => sub {
        my ($raw) = @_;

        return slurp($raw =~ /^X-Seed: (\d+)\r$/mi ? "$dir/seed.$1"
                     : "$dir/" . $next++);
    });

    $self->{answers} = $dir;
    $self->{told} = 0;

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

sub _bytes {
    my ($response, $body, $whole, %opt) = @_;
    my @head = map { "$_->[0]: $_->[1]" } @{ $response->{headers} };

    push @head, 'Connection: close' if !$whole;

    if ($response->{status} =~ /\A(?:204|304)\z/) {
        $body = '';
    } elsif ($opt{chunked}) {
        push @head, 'Transfer-Encoding: chunked';
        $body = _chunks($body, $whole);
    } else {
        unshift @head, 'Content-Length: '
            . (length($body) + ($whole ? 0 : 10));
    }

    return join "\r\n", "HTTP/1.1 $response->{status} Told", @head, '', $body;
}

# What it answers next, or to the request with this seed; chunked => 1: that way.
# Returns the body, which goes on behind what is known where the case says so, or
# is cut off.
sub answers {
    my ($self, $response, %opt) = @_;
    my $whole = $self->is_whole($response);
    my $body = $response->{body};

    $body .= 'x' x 100_000 if $whole && !$response->{complete};
    spew("$self->{answers}/"
         . (defined $opt{seed} ? "seed.$opt{seed}" : $self->{told}++),
         _bytes($response, $body, $whole, %opt));

    return $body;
}

# Forgets the answers that are for a seed.
sub forget {
    my ($self) = @_;

    unlink glob "$self->{answers}/seed.*";

    return;
}

1;
