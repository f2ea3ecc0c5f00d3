package SSTest::Nginx;

# The distribution's nginx with our module, on a loopback port of its own.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use POSIX qw(_exit);
use SSTest;
use Time::HiRes qw(time sleep);

my $nginx = $ENV{SS_NGINX} || '/usr/sbin/nginx';

# main, http, server: text put at that level; module => 0: without our module;
# under: a command that runs it.
sub new {
    my ($class, %opt) = @_;
    my $self = bless {
        dir   => tempdir('nginx-XXXXXX', DIR => tmp_dir()),
        port  => $opt{port} || free_port(),
        opt   => \%opt,
        owner => $$,
    }, $class;

    chmod 0755, tmp_dir(), $self->{dir};
    $self->write_conf;

    return $self if $opt{no_start};

    return $self->start;
}

sub port { return $_[0]{port} }
sub dir  { return $_[0]{dir} }

sub write_conf {
    my ($self, %change) = @_;
    my %opt = (%{ $self->{opt} }, %change);
    my $load = ($opt{module} // 1)
        ? 'load_module ' . build_dir() . '/ngx_http_scopestack_module.so;' : '';
    my %text = map { $_ => $opt{$_} // '' } qw(main http server);
    my $user = $> == 0 ? 'user root;' : '';

    for (values %text) {
        s/%%DIR%%/$self->{dir}/g;
        s/%%PORT%%/$self->{port}/g;
    }

    spew("$self->{dir}/nginx.conf", <<"END");
$load
$user
daemon off;
master_process @{[ $opt{master} ? 'on' : 'off' ]};
worker_processes 1;
pid $self->{dir}/nginx.pid;
error_log $self->{dir}/error.log info;
$text{main}
events { worker_connections 256; }
http {
    access_log $self->{dir}/access.log;
    client_body_temp_path $self->{dir}/body;
    proxy_temp_path $self->{dir}/proxy;
    fastcgi_temp_path $self->{dir}/fastcgi;
    uwsgi_temp_path $self->{dir}/uwsgi;
    scgi_temp_path $self->{dir}/scgi;
    $text{http}
    server {
        listen 127.0.0.1:$self->{port};
        $text{server}
    }
}
END

    return $self;
}

sub command {
    my ($self, @more) = @_;

    my @under = @{ $self->{opt}{under} || [] };

    s/%%DIR%%/$self->{dir}/ for @under;

    return [ @under, $nginx, '-p', $self->{dir}, '-c', "$self->{dir}/nginx.conf",
             '-e', "$self->{dir}/error.log", @more ];
}

# What `nginx -t` says of the configuration.
sub test_conf {
    my ($self) = @_;

    return run_cmd($self->command('-t'), env => { preload_env() });
}

sub start {
    my ($self) = @_;
    my %env = preload_env();

    $self->{pid} = fork // die "fork: $!";
    if ($self->{pid} == 0) {
        @ENV{ keys %env } = values %env;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', "$self->{dir}/stderr";
        my @command = @{ $self->command };
        exec { $command[0] } @command or _exit(127);
    }

    if (!wait_port($self->{port}, $self->{opt}{under} ? 60 : 10)) {
        diag($self->error_log, slurp("$self->{dir}/stderr"));
        die 'nginx did not start';
    }

    # a signal before its loop has begun would wait for the next one
    $self->wait_workers(1, 1) if $self->{opt}{master};

    return $self;
}

sub error_log {
    my ($self) = @_;

    return -e "$self->{dir}/error.log" ? slurp("$self->{dir}/error.log") : '';
}

sub access_log {
    my ($self) = @_;

    return -e "$self->{dir}/access.log" ? slurp("$self->{dir}/access.log") : '';
}

# Waits until a log matches, or a subroutine says so of it; the request's own
# line comes after its answer.
sub wait_log {
    my ($self, $which, $wanted) = @_;
    my $end = time + 10;

    while (time < $end) {
        my $log = $self->$which;

        return 1 if ref $wanted eq 'CODE' ? $wanted->($log) : $log =~ $wanted;
        sleep 0.02;
    }

    return 0;
}

# Waits until a file has so many lines.
sub wait_lines {
    my ($self, $file, $count) = @_;
    my $end = time + 5;

    while (time < $end) {
        return 1 if (slurp($file) =~ tr/\n//) >= $count;
        sleep 0.02;
    }

    return 0;
}

sub signal {
    my ($self, $signal) = @_;

    kill $signal, $self->{pid};

    return;
}

# Waits until so many workers have begun since the start, and all but the last
# of them have ended.
sub wait_workers {
    my ($self, $begun, $alive) = @_;

    return $self->wait_log(error_log => sub {
        my $started = () = $_[0] =~ /start worker process \d+\n/g;
        my $ended = () = $_[0] =~ /worker process \d+ exited /g;

        return $started >= $begun && $started - $ended <= $alive;
    });
}

# Sends bytes and reads until the peer closes or is silent; an HTTP message
# with a length ends the wait.
sub raw {
    my ($self, $request, %opt) = @_;
    my $socket = IO::Socket::INET->new("127.0.0.1:$self->{port}")
        or die "connect: $!";
    my $select = IO::Select->new($socket);
    my $answer = '';
    my $parts = ref $request ? $request : [$request];

    for my $part (@$parts) {
        syswrite $socket, $part;
        sleep 0.05 if @$parts > 1;
    }

    my $wanted = $opt{answers} || 1;
    while ($select->can_read($opt{wait} || 5)) {
        my $n = sysread $socket, $answer, 65536, length $answer;
        last if !$n || _complete($answer, $wanted, $parts->[0] =~ /\AHEAD /);
    }

    return $answer;
}

sub _complete {
    my ($answer, $wanted, $no_body) = @_;

    while ($answer =~ s/\A(HTTP.*?\r\n)\r\n//s) {
        my $head = $1;

        next if $head =~ m{\AHTTP/1\.1 100};
        if ($no_body || $head =~ m{\AHTTP/1\.1 [23]04 }) {
            # a length would be that of the body that is not there
        } elsif ($head =~ /^Content-Length: (\d+)/mi) {
            return 0 if length $answer < $1;
            substr $answer, 0, $1, '';
        } elsif ($head =~ /^Transfer-Encoding: chunked/mi) {
            return 0 unless $answer =~ s/\A.*?(?<!\d)0\r\n\r\n//s;
        } else {
            return 0;
        }
        return 1 if --$wanted == 0;
    }

    return 0;
}

# Stops nginx; a test of its own, that nothing was wrong all along.
sub stop {
    my ($self, $name) = @_;

    return if !$self->{pid} || $self->{owner} != $$;

    $self->signal('QUIT');
    my $end = time + 10;
    my $status;
    while (time < $end) {
        if (waitpid($self->{pid}, POSIX::WNOHANG()) > 0) {
            $status = $?;
            last;
        }
        sleep 0.02;
    }

    if (!defined $status) {
        kill 'KILL', $self->{pid};
        waitpid $self->{pid}, 0;
    }
    $self->{pid} = 0;

    my $log = $self->error_log . slurp("$self->{dir}/stderr");
    my @bad = grep { /\[(?:alert|emerg|crit)\]/ || has_report($_) }
        split /\n/, $log;
    @bad = grep { $_ !~ $self->{opt}{allow} } @bad if $self->{opt}{allow};

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    ok(defined $status && $status == 0 && !@bad,
       ($name || 'nginx') . ': no alert, no sanitizer report')
        or diag("status ", $status // 'none', "\n", join "\n", @bad, '');

    return;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);

    if ($self->{pid} && $self->{owner} == $$) {
        kill 'KILL', $self->{pid};
        waitpid $self->{pid}, 0;
    }

    return;
}

1;
