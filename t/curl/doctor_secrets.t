#!/usr/bin/perl
#
# --ss-doctor: no secret stands where others can see it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use Doctor;
use POSIX qw(mkfifo);
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $canary = 'CANARY0Il1secret';

# takes a request, and never answers
my $stuck = SSTest::Recorder->new(answer => sub { '' });
my $port = $stuck->port;
my $there = "http://127.0.0.1:$port";
my $rules = service($there, $there);

# Starts it, and gives what it and the curl it runs show of themselves while
# the server keeps both waiting: words, and the environment.
sub shown {
    my (@args) = @_;

    $stuck->clear;
    my $process = start([ launcher(), '--ss-doctor', '--ss-config', $rules,
                          @args ], env => { %{ environment() }, sanitizer() });
    ok($stuck->wait_requests(1), 'a check is under way');
    my @children = children_of($process->{pid});
    is(scalar @children, 1, 'and curl makes it');
    my %shown = (
        own => words_of($process->{pid}),
        child => words_of($children[0]),
        environment => slurp("/proc/$children[0]/environ") =~ tr/\0/\n/r,
    );

    kill 'KILL', @children, $process->{pid};
    finish($process);
    my ($request) = $stuck->requests;

    return (\%shown, $request);
}

my @secrets = (
    [ '--oauth2-bearer', $canary ],
    [ '-H', "Authorization: Bearer $canary" ],
    [ "-HAuthorization: Bearer $canary" ],
    [ "-k4HAuthorization: Bearer $canary" ],
    [ '--header', "Authorization: Bearer $canary" ],
    [ '-H', "X-Key: $canary" ],
    [ "-HX-Key: $canary" ],
    [ '-H', '@' . spew(tmp_dir() . '/headers', "X-Key: $canary\n") ],
    [ '-x', "http://user:$canary\@127.0.0.1:$port" ],
    [ "-xhttp://user:$canary\@127.0.0.1:$port" ],
    [ '--proxy', "http://user:$canary\@127.0.0.1:$port" ],
    [ '--proxy', "http://127.0.0.1:$port", '-U', "user:$canary" ],
    [ '-x', "127.0.0.1:$port", '--proxy-user', "user:$canary" ],
    [ '-x', "127.0.0.1:$port", '--proxy-header', "X-Key: $canary" ],
    [ '--pass', $canary ],
    [ '--tlsuser', 'user', '--tlspassword', $canary ],
);

for my $args (@secrets) {
    my ($shown) = shown(@$args);
    my $name = join ' ', @$args;

    for my $where (sort keys %$shown) {
        unlike($shown->{$where}, qr/CANARY/, "$name: $where");
    }
    like($shown->{own}, qr/ --ss-doctor /, "$name: the rest stays");
    like($shown->{child}, qr{\Acurl .*http://127\.0\.0\.1}s, "$name: as in curl");
}

# not even while it waits for its rules
{
    my $pipe = tmp_dir() . '/rules.pipe';
    local $SIG{PIPE} = 'IGNORE';

    mkfifo($pipe, 0600) or die "$pipe: $!";
    my $process = start([ launcher(), '--ss-doctor', '--ss-config', $pipe,
                          '--oauth2-bearer', $canary ],
                        env => { %{ environment() }, sanitizer() });

    # opening it waits for the one that reads
    open my $end, '>', $pipe or die "$pipe: $!";
    unlike(words_of($process->{pid}), qr/CANARY/, 'before the rules are read');
    print $end "version: 7\n";
    close $end;
    is(finish($process), 121 << 8, 'they are no good');
}

# what is not shown is sent all the same
{
    my (undef, $request) = shown('-H', "X-Key: $canary", '-Hx-more:"a\\b" ',
                                 '-x', "user:$canary\@127.0.0.1:$port");

    is(header_of($request, 'X-Key'), $canary, 'a header');
    (undef, my $other) = shown('-H', '@' . tmp_dir() . '/headers');
    is(header_of($other, 'X-Key'), $canary, 'a header of a file');
    is(header_of($request, 'x-more'), '"a\\b" ', 'a header with quotes');
    is(header_of($request, 'Proxy-Authorization'),
       'Basic dXNlcjpDQU5BUlkwSWwxc2VjcmV0', 'the password of a proxy');
    like(line_of($request), qr{\APOST \Q$there\E/oauth/token },
         'the proxy is asked');
}

# and an empty value is one
{
    my (undef, $request) = shown('--proxy', 'http://nobody.invalid:1',
                                 '--proxy', '');

    like(line_of($request), qr{\APOST /oauth/token }, 'no proxy is asked');
}

$stuck->stop;
done_testing();
