package Params;

# An upstream that speaks FastCGI, SCGI or uwsgi, for one request a connection:
# it keeps the parameters and the body, and answers "ok".

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(_exit);
use SSTest ();

my %read = (fastcgi => \&_fastcgi, scgi => \&_scgi, uwsgi => \&_uwsgi);

sub new {
    my ($class, $kind) = @_;
    my $socket = IO::Socket::INET->new(
        Listen => 16, LocalAddr => '127.0.0.1', LocalPort => 0,
    ) or die "params: $!";
    my $self = bless {
        kind => $kind, port => $socket->sockport, owner => $$,
        file => tempdir('params-XXXXXX', DIR => SSTest::tmp_dir()) . '/last',
    }, $class;

    $self->{pid} = fork // die "fork: $!";
    if ($self->{pid} == 0) {
        $SIG{TERM} = 'DEFAULT';
        while (my $client = $socket->accept) {
            my ($params, $answer) = $read{$kind}->($client);

            SSTest::spew($self->{file},
                         JSON::PP->new->latin1->encode($params));
            syswrite $client, $answer;
            close $client;
        }
        _exit(0);
    }

    return $self;
}

sub kind { return $_[0]{kind} }
sub port { return $_[0]{port} }

# Parameters of the last request by name, its body by "body".
sub last {
    my ($self) = @_;

    return {} if !-e $self->{file};
    my $params = JSON::PP->new->latin1->decode(SSTest::slurp($self->{file}));
    unlink $self->{file};

    return $params;
}

sub _take {
    my ($client, $size) = @_;
    my $bytes = '';

    while (length $bytes < $size) {
        sysread $client, $bytes, $size - length $bytes, length $bytes
            or last;
    }

    return $bytes;
}

my $cgi = "Content-Type: text/plain\r\n\r\nok\n";

sub _length {
    my ($bytes) = @_;
    my $size = ord substr $$bytes, 0, 1;

    return unpack 'C', substr $$bytes, 0, 1, '' if $size < 128;

    return 0x7fffffff & unpack 'N', substr $$bytes, 0, 4, '';
}

sub _record {
    my ($type, $bytes) = @_;

    return pack('CCnnCC', 1, $type, 1, length $bytes, 0, 0) . $bytes;
}

sub _fastcgi {
    my ($client) = @_;
    my ($params, %stream) = ('', 4 => '', 5 => '');

    while (length(my $head = _take($client, 8)) == 8) {
        my (undef, $type, undef, $size, $pad) = unpack 'CCnnC', $head;
        my $bytes = substr _take($client, $size + $pad), 0, $size;

        $stream{$type} .= $bytes;
        last if $type == 5 && $size == 0;
    }

    my %params = (body => $stream{5});
    while (length $stream{4}) {
        my @size = (_length(\$stream{4}), _length(\$stream{4}));
        my $name = substr $stream{4}, 0, $size[0], '';

        $params{$name} = substr $stream{4}, 0, $size[1], '';
    }

    return (\%params, _record(6, $cgi) . _record(6, '')
                      . _record(3, "\0" x 8));
}

sub _scgi {
    my ($client) = @_;
    my $size = '';

    while ((my $byte = _take($client, 1)) =~ /\d/) {
        $size .= $byte;
    }
    my %params = split /\0/, substr(_take($client, $size + 1), 0, -2), -1;
    $params{body} = _take($client, $params{CONTENT_LENGTH} || 0);

    return (\%params, "Status: 200 OK\r\n$cgi");
}

sub _uwsgi {
    my ($client) = @_;
    my (undef, $size) = unpack 'Cv', _take($client, 4);
    my $bytes = _take($client, $size);
    my %params;

    while (length $bytes) {
        my $name = unpack 'v/a', $bytes;
        substr $bytes, 0, 2 + length $name, '';
        $params{$name} = unpack 'v/a', $bytes;
        substr $bytes, 0, 2 + length $params{$name}, '';
    }
    $params{body} = _take($client, $params{CONTENT_LENGTH} || 0);

    return (\%params, "HTTP/1.1 200 OK\r\n$cgi");
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);

    return if !$self->{pid} || $self->{owner} != $$;
    kill 'TERM', $self->{pid};
    waitpid $self->{pid}, 0;

    return;
}

1;
