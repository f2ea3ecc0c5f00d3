#!/usr/bin/perl
#
# What the rules change is for the service alone: a request that follows a
# redirect to another host is curl's own, and so are those after it.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Recorder;
use Sscurl;

my %busy;

# s: the status of a redirect, t: its target; b: busy at the first time
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;
    my ($query) = line_of($raw) =~ /\?(\S+)/;
    my %has = ($query // '') =~ /(?:\A|&)(\w)=([^&]*)/g;

    return reply("$has{s} Moved", '', 'Location: ' . decoded($has{t}))
        if $has{t};
    return reply('503 Busy', "busy\n") if $has{b} && !$busy{ $has{b} }++;

    return reply('200 OK', "ok\n");
});

my @to = to($recorder);
my @codes = (301, 302, 303, 307, 308);
my $jsonapi = 'application/vnd.api+json';
my $token = auth() . '/oauth/token';
my $json = '{"data":{"type":"clients"}}';

sub decoded {
    my ($text) = @_;

    return $text =~ s/%([0-9A-F]{2})/chr hex $1/gre;
}

sub encoded {
    my ($text) = @_;

    return $text =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/gre;
}

# A URL that redirects to the next one, and so on.
sub chain {
    my ($code, $url, @next) = @_;

    return @next ? "$url?s=$code&t=" . encoded(chain($code, @next)) : $url;
}

# What arrives from curl and from sscurl, of the same words.
sub both {
    my (@args) = @_;
    my @words = ('-sS', '-L', @args, @to);

    $recorder->clear;
    my $curl = curl(\@words);
    my @curl = $recorder->requests;

    $recorder->clear;
    my $run = sscurl([ '--ss-format', 'json', @words ]);
    my @got = $recorder->requests;

    # 42: stopped before what a rule has moved into the body leaves
    ok(0, "exit code of @args: $run->{status}")
        if $run->{status} != $curl->{status}
        && !($run->{status} == 42 && $run->{err} =~ /redirected to another/);

    return (\@curl, \@got, $run);
}

my @hops = (
    [ 'another host', elsewhere() . '/landed' ],
    [ 'another port', api() . ':81/landed' ],
    [ 'another host and back', elsewhere() . '/away', api() . '/v1/clients' ],
    [ 'two other hosts', elsewhere() . '/away', 'http://third.test/landed' ],
);

for my $code (@codes) {
    for my $hop (@hops) {
        my ($where, @urls) = @$hop;
        my $url = chain($code, api() . '/acme/v1/go', @urls);
        my ($want, $got) = both('-H', 'Authorization: Bearer "tok"', '-b',
                                'a=b', $url);

        is(header_of($got->[0], 'Accept'), $jsonapi,
           "$code to $where: the first request is repaired");
        is(header_of($got->[0], 'Authorization'), 'Bearer tok',
           "$code to $where: the token as well");
        is_deeply([ @$got[1 .. $#$got] ], [ @$want[1 .. $#$want] ],
                  "$code to $where: the other ones are curl's own");
        ok((!grep { header_of($_, 'Authorization') ne '' && host_of($_) !~
                    /\Aapi\.scopestack\.test\z/ } @$got),
           "$code to $where: no Authorization goes there");
    }

    my $url = chain($code, api() . '/acme/v1/go', '/acme/v1/landed');
    my ($want, $got) = both($url);

    is(line_of($got->[1]), 'GET /acme/v1/landed HTTP/1.1',
       "$code to the same host: followed");
    is(header_of($got->[1], 'Accept'), $jsonapi,
       "$code to the same host: still repaired");

    $url = chain($code, api() . '/v1/clients', 'landed');
    ($want, $got) = both($url);
    is(line_of($got->[1]), 'GET /acme/v1/landed HTTP/1.1',
       "$code to a relative place: next to the repaired URL");

    $url = chain($code, elsewhere() . '/go', api() . '/v1/clients');
    ($want, $got, my $run) = both($url);
    is_deeply($got, $want, "$code from another host: all is curl's own");
    is_deeply([ objects($run) ], [], "$code from another host: no findings");

    $url = chain($code, api() . '/acme/v1/go', elsewhere() . '/landed');
    ($want, $got) = both('--json', $json, $url);
    is(header_of($got->[0], 'Content-Type'), $jsonapi,
       "$code, JSON: the first request is repaired");
    is($got->[1], $want->[1], "$code, JSON: the second is curl's own");
}

# --- token requests -------------------------------------------------------

my $grant = 'grant_type=client_credentials';
my $secret = 'CANARY-s3cret';

for my $code (@codes) {
    my $away = "$token?s=$code&t=" . encoded(elsewhere() . '/landed');

    # Basic goes to no other host, and a query stays with its URL
    my %credentials = (
        '-u'             => [ '-u', "id:$secret", '-d', $grant, $away ],
        '-H Basic'       => [ '-H', 'Authorization: Basic '
                              . 'aWQ6Q0FOQVJZLXMzY3JldA==', '-d', $grant,
                              $away ],
        'userinfo'       => [ '-d', $grant, $away =~ s{//}{//id:$secret@}r ],
        'the query'      => [ '-X', 'POST', '-d', $grant,
                              "$away&client_id=id&client_secret=$secret" ],
        'a GET\'s query' => [ "$away&$grant&client_id=id"
                              . "&client_secret=$secret" ],
    );

    for my $from (sort keys %credentials) {
        my ($want, $got) = both(@{ $credentials{$from} });

        like(body_of($got->[0]), qr/client_secret=\Q$secret\E/,
             "$code, secret from $from: it is in the first body");
        is(scalar(grep { /\Q$secret\E/ } @$want[1 .. $#$want]), 0,
           "$code, secret from $from: curl sends it to no other host");
        is(scalar(grep { /\Q$secret\E/ } @$got[1 .. $#$got]), 0,
           "$code, secret from $from: nor does sscurl");
    }

    my ($want, $got) = both('-d', "$grant&client_id=id&client_secret=x"
                            . '&redirect_uri=y', $away);
    is(scalar @$got, 2, "$code: a token request is followed");

    # docs/sscurl.md, known limits: edits of body and method persist
    local $TODO = $code > 303 ? 'the body cannot be given back' : undef;
    is($got->[1], $want->[1], "$code, a body: the second is curl's own");

    $TODO = 'the method cannot be given back';
    ($want, $got) = both('-X', 'PUT', '-d', "$grant&client_id=id"
                         . '&client_secret=x', $away);
    is($got->[1], $want->[1], "$code, a method: the second is curl's own");
}

# --- and around -----------------------------------------------------------------

{
    my $url = chain(302, api() . '/acme/v1/go', elsewhere() . '/landed');
    my ($want, $got) = both('--location-trusted', '-H',
                            'Authorization: Bearer "tok"', $url);

    is(header_of($got->[0], 'Authorization'), 'Bearer tok',
       '--location-trusted: repaired for the service');
    is($got->[1], $want->[1],
       '--location-trusted: the other host gets what curl would send');

    ($want, $got) = both('-u', 'a:b', $url);
    is($got->[1], $want->[1], '-u: the other host gets what curl would send');

    my $userinfo = $url =~ s{//}{//a:b@}r;
    ($want, $got) = both($userinfo =~ s{/acme}{}r);
    is($got->[1], $want->[1],
       'userinfo and a repaired path: the other host gets what curl sends');

    ($want, $got) = both($url, api() . '/v1/me');
    is(header_of($got->[2], 'Accept'), $jsonapi,
       'the next URL of a command is repaired again');

    ($want, $got) = both('-Z', '-o', '/dev/null', '-o', '/dev/null', $url,
                         api() . '/v1/me');
    my ($landed) = grep { line_of($_) =~ m{\AGET /landed } } @$got;
    is(header_of($landed, 'Accept'), '*/*',
       '-Z: the other host gets curl\'s own headers');

    ($want, $got) = both('-H', 'Accept: a/b', '-H', 'X-A: 1', $url);
    is($got->[1], $want->[1], '-H: the other host gets the user\'s headers');

    ($want, $got) = both(chain(302, api() . '/acme/v1/go',
                               auth() . '/v1/landed'));
    is(header_of($got->[1], 'Accept'), $jsonapi,
       'the other host of the service is the service');

    ($want, $got) = both('--max-redirs', '1',
                         chain(302, api() . '/acme/v1/go',
                               elsewhere() . '/a', elsewhere() . '/b'));
    is(scalar @$got, 2, '--max-redirs holds');
}

# A method that is the user's own goes where curl takes it, whatever became of
# the body; and so does a target.
{
    my $body = 'grant_type=client_credentials&client_id=a&client_secret=b'
        . '&redirect_uri=x';
    my ($want, $got) = both('-X', 'POST', '-d', $body,
                            chain(302, $token, elsewhere() . '/landed'));

    unlike(body_of($got->[0]), qr/redirect_uri/, '-X POST: it is repaired');
    is(line_of($got->[1]), line_of($want->[1]),
       '-X POST: the method after a redirect');

    ($want, $got) = both('--request-target', '/v1/clients',
                         chain(302, api() . '/go', elsewhere() . '/landed'));
    is(line_of($got->[0]), 'GET /acme/v1/clients HTTP/1.1',
       '--request-target: it is repaired');
}

# A retry begins at the service again, and must not be without its repairs.
{
    my $url = chain(302, api() . '/acme/v1/go', elsewhere() . '/landed?b=1');
    my @words = ('-sS', '-L', '--retry', '1', '-H', 'X-A: 1', $url, @to);

    $recorder->clear;
    my $run = sscurl(\@words);
    my @got = $recorder->requests;

    is(scalar @got, 4, '--retry after a redirect: four requests');
    is(header_of($got[0], 'Accept'), $jsonapi,
       '--retry after a redirect: the first request is repaired');
    is(header_of($got[2], 'Accept'), $jsonapi,
       '--retry after a redirect: the second try is repaired as well');
}

$recorder->stop;
done_testing();
