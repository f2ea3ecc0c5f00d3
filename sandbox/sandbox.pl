#!/usr/bin/perl
#
# A small stand-in for ScopeStack, both hosts, strict where the service is
# documented to be strict. It has one client, one user and one account, and a
# second client that may only use client_credentials.
#
#   sandbox.pl [--api-port N] [--auth-port N]
#
# The two hosts are two ports of 127.0.0.1; a path on the wrong one is 404, as a
# web site would have it. Prints "ready API-PORT AUTH-PORT" once it listens;
# stops on SIGTERM or SIGINT, and when its parent is gone. Never prints what it
# was sent.

use strict;
use warnings;

use FindBin qw($Bin);
use Getopt::Long qw(GetOptions);
use IO::Select;
use IO::Socket::INET;

use lib $Bin;
use ApiHost qw(api_answer);
use AuthHost qw(auth_answer);
use Http qw(take_request message closes);

my %port = (api => 0, auth => 0);
GetOptions('api-port=i' => \$port{api}, 'auth-port=i' => \$port{auth})
    or exit 2;

my %answer = (api => \&api_answer, auth => \&auth_answer);

# Returns false when the connection is to be closed.
sub feed {
    my ($client, $state) = @_;

    while (my $r = take_request(\$state->{buffer})) {
        syswrite $client, message($r, $answer{ $state->{host} }->($r));
        return 0 if closes($r);
    }

    syswrite $client, "HTTP/1.1 100 Continue\r\n\r\n"
        if $state->{buffer} =~ /^Expect: 100-continue\r\n/mi
        && $state->{buffer} =~ /\r\n\r\n\z/;

    return length $state->{buffer} < 1 << 24;
}

sub listen_on {
    my ($port) = @_;

    return IO::Socket::INET->new(
        Listen => 128, LocalAddr => '127.0.0.1', LocalPort => $port,
        ReuseAddr => 1,
    ) || die "sandbox: port $port: $!\n";
}

sub main {
    my %listener = map { $_ => listen_on($port{$_}) } qw(api auth);
    my %host = reverse %listener;
    my $select = IO::Select->new(values %listener);
    my $parent = getppid;
    my (%state, $stop);

    local $SIG{PIPE} = 'IGNORE';
    local $SIG{TERM} = sub { $stop = 1 };
    local $SIG{INT} = $SIG{TERM};

    $| = 1;
    print "ready @{[map { $listener{$_}->sockport } qw(api auth)]}\n";

    while (!$stop && getppid == $parent) {
        for my $ready ($select->can_read(1)) {
            if ($host{$ready}) {
                my $client = $ready->accept or next;
                $select->add($client);
                $state{$client} = { buffer => '', host => $host{$ready} };
                next;
            }

            my $state = $state{$ready};
            my $n = sysread $ready, $state->{buffer}, 65536,
                length $state->{buffer};
            next if $n && feed($ready, $state);

            $select->remove($ready);
            delete $state{$ready};
            close $ready;
        }
    }
}

main();
