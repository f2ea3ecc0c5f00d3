package SSTest::CaseGateway;

# An nginx with a server for each rules file among cases, which proxies to an
# upstream on loopback.

use strict;
use warnings;

use SSTest;
use SSTest::Nginx;
use Time::HiRes qw(sleep);

# upstream: its port; says: what is logged of each request, in the words of
# log_format; location: more of the place that proxies
sub new {
    my ($class, $cases, %opt) = @_;
    my $self = bless { ports => {}, seen => 0 }, $class;
    my $servers = '';

    for my $case (@$cases) {
        next if $self->{ports}{ _key($case) };

        my $port = $self->{ports}{ _key($case) } = free_port();
        my $file = spew(tmp_dir() . "/rules.$port", $case->{config});

        $servers .= <<"END";
    server {
        listen 127.0.0.1:$port;
        merge_slashes off;
        scopestack $case->{mode};
        scopestack_rules_file $file;
        location / {
            proxy_pass http://127.0.0.1:$opt{upstream};
            proxy_set_header Host \$scopestack_host;
            @{[ $opt{location} // '' ]}
        }
    }
END
    }

    $self->{nginx} = SSTest::Nginx->new(allow => $opt{allow}, http => <<"END");
    log_format cases escape=none '$opt{says}';
    access_log %%DIR%%/cases.log cases;
    client_max_body_size 4m;
$servers
END

    return $self;
}

sub _key { return "$_[0]{mode} $_[0]{config}" }

sub _request {
    my ($r) = @_;
    my $head = "$r->{method} $r->{target} HTTP/1.1\r\n"
        . "Host: $r->{authority}\r\n";

    $head .= "$_->[0]: $_->[1]\r\n" for @{ $r->{headers} };
    $head .= 'Content-Length: ' . length($r->{body}) . "\r\n"
        if length $r->{body};

    return "$head\r\n$r->{body}";
}

# Sends a case's request: its answer, and the line that is logged of it.
sub ask {
    my ($self, $case) = @_;

    $self->{nginx}{port} = $self->{ports}{ _key($case) };
    my $answer = $self->{nginx}->raw(_request($case->{request}));

    return ($answer, $self->_next_line);
}

# It is written behind the answer, and may be seen while it is written.
sub _next_line {
    my ($self) = @_;
    my @lines;

    for (1 .. 500) {
        @lines = slurp($self->{nginx}->dir . '/cases.log') =~ /(.*)\n/g;
        last if @lines > $self->{seen};
        sleep 0.01;
    }

    return $lines[ $self->{seen}++ ] // '';
}

sub stop {
    my ($self) = @_;

    $self->{nginx}->stop;

    return;
}

1;
