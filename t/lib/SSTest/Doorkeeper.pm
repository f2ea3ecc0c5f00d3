package SSTest::Doorkeeper;

# A real OAuth server, Doorkeeper of the distribution (t/oauth/config.ru), on a
# loopback port of its own, with a database that is empty but for two clients.

use strict;
use warnings;

use File::Temp qw(tempdir);
use JSON::PP;
use POSIX qw(:sys_wait_h _exit);
use SSTest;
use Time::HiRes qw(time sleep);

# client: the client, user and account, as Credentials has them
sub new {
    my ($class, %opt) = @_;
    my $self = bless {
        dir   => tempdir('doorkeeper-XXXXXX', DIR => tmp_dir()),
        owner => $$,
    }, $class;

    $self->{pid} = fork // die "fork: $!";
    $self->_serve($opt{client}) if $self->{pid} == 0;

    if (!$self->_wait) {
        diag($self->log);
        die 'Doorkeeper did not start';
    }

    return $self;
}

sub port { return $_[0]{port} }

sub log {
    my ($self) = @_;

    return -e "$self->{dir}/log" ? slurp("$self->{dir}/log") : '';
}

sub _serve {
    my ($self, $client) = @_;

    # gems of the user's are not what is tested
    delete @ENV{ grep { /^(?:RUBY|GEM_|BUNDLE_|RAILS_|RACK_|PUMA_)/ }
                 keys %ENV };
    $ENV{HOME} = $self->{dir};
    $ENV{RAILS_ENV} = 'production';
    $ENV{SS_PARENT} = $self->{owner};
    $ENV{SS_CLIENT} = JSON::PP->new->canonical->encode($client);
    $ENV{DATABASE_URL} = "sqlite3:$self->{dir}/db.sqlite3";
    chdir $self->{dir} or _exit(126);

    open STDIN, '<', '/dev/null' or _exit(126);
    open STDOUT, '>', "$self->{dir}/log" or _exit(126);
    open STDERR, '>&', \*STDOUT or _exit(126);
    exec '/usr/bin/ruby', '/usr/bin/puma', '--config', '-', '--threads', '1:4',
        '--bind', 'tcp://127.0.0.1:0',
        root_dir() . '/t/oauth/config.ru' or _exit(127);
}

# Rails takes its time, most of all on a busy machine. A port that was free when
# it began may be somebody else's when it listens: it takes one then, and says
# which.
sub _wait {
    my ($self) = @_;
    my $end = time + 120;

    while (time < $end) {
        ($self->{port}) =
            $self->log =~ m{^\* Listening on http://127\.0\.0\.1:(\d+)\n}m;
        return 1 if $self->{port};
        if (waitpid($self->{pid}, WNOHANG) > 0) {
            $self->{pid} = 0;
            return 0;
        }
        sleep 0.1;
    }

    return 0;
}

# Stops it; true when nothing was wrong all along. An unknown path is a fatal
# error to Rails.
sub stop {
    my ($self) = @_;

    return 1 if !$self->{pid} || $self->{owner} != $$;

    kill 'TERM', $self->{pid};
    my $end = time + 10;
    while (waitpid($self->{pid}, WNOHANG) == 0) {
        kill 'KILL', $self->{pid} if time > $end;
        sleep 0.02;
    }
    $self->{pid} = 0;

    return !grep { /\w(?:Error|Exception)\b/ && !/RoutingError/ }
        split /\n/, $self->log;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);

    $self->stop;

    return;
}

1;
