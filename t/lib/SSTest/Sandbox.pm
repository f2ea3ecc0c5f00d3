package SSTest::Sandbox;

# The stand-in for the service, both its hosts, on loopback ports.

use strict;
use warnings;

use POSIX qw(_exit);
use SSTest;
use Time::HiRes qw(time sleep);

my $count = 0;

sub new {
    my ($class) = @_;
    my $ready = tmp_dir() . '/sandbox' . $count++;
    my $self = bless { owner => $$ }, $class;

    spew($ready, '');
    $self->{pid} = fork // die "fork: $!";
    if ($self->{pid} == 0) {
        open STDOUT, '>', $ready or _exit(126);
        exec $^X, root_dir() . '/sandbox/sandbox.pl' or _exit(127);
    }

    my $end = time + 10;
    while (time < $end) {
        @$self{qw(api auth)} = slurp($ready) =~ /^ready (\d+) (\d+)$/m;
        return $self if $self->{auth};
        sleep 0.02;
    }
    die 'the sandbox did not start';
}

sub api_port  { return $_[0]{api} }
sub auth_port { return $_[0]{auth} }

# Stops it; true when it ended as it should.
sub stop {
    my ($self) = @_;

    return 1 if !$self->{pid} || $self->{owner} != $$;

    kill 'TERM', $self->{pid};
    waitpid $self->{pid}, 0;
    $self->{pid} = 0;

    return $? == 0;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);

    $self->stop;

    return;
}

1;
