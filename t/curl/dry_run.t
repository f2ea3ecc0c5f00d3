#!/usr/bin/perl
#
# --ss-dry-run: nothing is sent, nothing is written, and what is printed is what
# would leave, but for its secrets.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Recorder;
use Sscurl;

my $recorder = SSTest::Recorder->new;
my @to = to($recorder);
my $token = auth() . '/oauth/token';
my $jsonapi = 'application/vnd.api+json';
my $dir = home();

# Runs a dry run; that nothing arrives is a test of its own.
sub dry {
    my ($name, $args, %opt) = @_;

    $recorder->clear;
    my $run = sscurl([ '--ss-dry-run', '--ss-format', 'json', @to, @$args ],
                     dir => $dir, %opt);

    is(scalar(my @got = $recorder->requests), 0, "$name: nothing is sent");
    is($run->{status}, $opt{status} // 0, "$name: exit code")
        or diag($run->{err});

    return $run;
}

# --- one request ------------------------------------------------------------

{
    my $run = dry('a GET', [ api() . '/v1/clients?page[size]=1', '-H',
                             'X-A: b', '-A', 'me/1', '-g' ]);

    is($run->{out}, "GET http://api.scopestack.test/acme/v1/clients"
       . "?page[size]=1\nX-A: b\nUser-Agent: me/1\nAccept: $jsonapi\n\n",
       'a GET: method, URL, headers, an empty line');
    is_deeply(outcomes($run), [ 'account-slug-missing repaired',
                                'accept-not-jsonapi repaired' ],
              'a GET: the findings');

    $run = dry('a token request', [ '-u', 'id:s3cret', '-A', 'me', '-d',
        'grant_type=password&username=u&password=pw&redirect_uri=x', $token ]);
    is($run->{out}, "POST $token\nAccept: */*\n"
       . "Content-Type: application/x-www-form-urlencoded\nUser-Agent: me\n\n"
       . 'grant_type=password&username=u&password=***&client_id=id'
       . "&client_secret=***\n", 'a token request: repaired and masked');

    $run = dry('a document', [ '--json', '{"data":{"type":"clients"}}',
                               api() . '/acme/v1/clients' ]);
    like($run->{out}, qr/^Content-Type: \Q$jsonapi\E$/m,
         'a document: its type is repaired');
    like($run->{out}, qr/\n\n\{"data":\{"type":"clients"\}\}\n\z/,
         'a document: the body is shown');

    $run = dry('a right request', [ '-H', "Accept: $jsonapi", '-A', 'me',
                                    api() . '/v1/me' ]);
    is($run->{out}, "GET http://api.scopestack.test/v1/me\n"
       . "Accept: $jsonapi\nUser-Agent: me\n\n",
       'a right request: as it is');
    is_deeply(outcomes($run), [], 'a right request: no findings');

    $run = dry('host-mismatch', [ '-d', 'a=b', api() . '/oauth/token' ]);
    like($run->{out}, qr{\APOST \Q$token\E\n}, 'host-mismatch: where it goes');

    $run = dry('a method', [ '-G', '-d', 'grant_type=client_credentials',
                             $token ]);
    like($run->{out}, qr{\APOST \Q$token\E\n}, 'a method: the repaired one');

    $run = dry('observe', [ '--ss-mode', 'observe', api() . '/v1/clients' ]);
    like($run->{out}, qr{\AGET \S+test/v1/clients\n}, 'observe: as it is');
    is_deeply(outcomes($run), [ 'account-slug-missing would-repair',
                                'accept-not-jsonapi would-repair' ],
              'observe: the findings');

    $run = dry('off', [ '--ss-mode', 'off', api() . '/v1/clients' ]);
    like($run->{out}, qr{\AGET \S+test/v1/clients\n}, 'off: as it is');

    $run = dry('text', [ '--ss-format', 'text', api() . '/v1/clients' ]);
    like($run->{err}, qr/^sscurl: repaired: path: .*\[account-slug-missing\]$/m,
         'text: the findings');

    $run = dry('quiet', [ '--ss-quiet', api() . '/v1/clients' ]);
    is($run->{err}, '', 'quiet: no findings');
    like($run->{out}, qr{^GET }, 'quiet: but the request');
}

# --- what is not the service's ------------------------------------------------

{
    my $run = dry('another host', [ '-u', 'a:CANARY', '-d', 'x=CANARY',
                                    elsewhere() . '/x?y=1' ]);

    like($run->{out}, qr{\APOST \Q@{[elsewhere()]}\E/x\?y=1\n},
         'another host: method and URL');
    unlike($run->{out}, qr/CANARY/, 'another host: no body, no credentials');
    is_deeply([ objects($run) ], [], 'another host: no findings');

    spew("$dir/local", "local\n");
    $run = dry('a file', [ "file://$dir/local" ]);
    is($run->{out}, '', 'a file: is not read');

    $run = dry('FTP', [ 'ftp://elsewhere.test/x' ]);
    is($run->{out}, '', 'FTP: nothing to say');

    dry('a bad URL', [ 'http://[' ], status => 3);
    $run = dry('a bad port', [ 'http://127.0.0.1:1x/' ], status => 3);
    like($run->{err}, qr/^sscurl: a URL cannot be parsed/m,
         'a bad port: is told');
    dry('an unknown option', [ '--no-such', elsewhere() ], status => 2);
}

# --- what would be written ----------------------------------------------------

{
    # curl itself opens the file of -D before it asks for a transfer
    my @files = ('-o', 'out', '-c', 'jar', '--etag-save', 'tag');

    spew("$dir/out", 'before');
    dry('files', [ @files, api() . '/v1/me' ]);

    is(slurp("$dir/out"), 'before', 'files: -o leaves what is there');

    dry('-O', [ '-O', elsewhere() . '/named' ]);
    ok(!-e "$dir/named", '-O makes no file');
}

# --- several URLs -------------------------------------------------------------

{
    my @three = (api() . '/v1/me', elsewhere() . '/x', api() . '/v1/clients');
    my @lines = ("GET $three[0]", "GET $three[1]",
                 'GET ' . api() . '/acme/v1/clients');
    my $requests = sub { [ $_[0]{out} =~ /^((?:GET|POST) \S+)$/mg ] };
    my %ways = (
        'three URLs'           => [@three],
        '-Z'                   => [ '-Z', @three ],
        '--parallel-immediate' => [ '-Z', '--parallel-immediate', @three ],
        '--fail-early'         => [ '--fail-early', @three ],
        '--next'               => [ $three[0], '--next', @to, $three[1],
                                    '--next', @to, $three[2] ],
        '-L'                   => [ '-L', @three ],
        '-f'                   => [ '-f', @three ],
    );

    for my $way (sort keys %ways) {
        my $run = dry($way, $ways{$way});

        is_deeply($requests->($run), \@lines, "$way: each one is printed");
        is(scalar objects($run), 2, "$way: with the findings of two");
    }

    my $run = dry('globbing', [ api() . '/v1/clients/[1-3]' ]);
    is_deeply($requests->($run),
              [ map { 'GET ' . api() . "/acme/v1/clients/$_" } 1 .. 3 ],
              'globbing: each one is printed');

    $run = dry('a bad glob', [ api() . '/v1/clients?filter[name]=a' ],
               status => 3);
    is($run->{err}, "sscurl: curl ended with exit code 3 and says why without "
       . "--ss-dry-run\n", 'a bad glob: the silence is explained');

    # a second try must be as dry as the first, in every part of a command
    for my $retry ([ '--retry', '2', '--retry-all-errors', $three[0] ],
                   [ '-Z', '--retry', '2', '--retry-all-errors', @three ],
                   [ '--retry', '1', '--retry-all-errors', '--retry-delay',
                     '1', $three[0], '--next', @to, $three[2] ],
                   [ '--fail-early', $three[0], '--next', @to, $three[2] ],
                   [ '-Z', $three[0], '--next', '-Z', @to, $three[2] ]) {
        my $run = dry("@$retry[0 .. 1]", $retry);
        my $urls = grep { /^http/ } @$retry;

        is(scalar @{ $requests->($run) }, $urls,
           "@$retry[0 .. 1]: each one is printed once");
    }

    my $start = time;
    dry('a part that retries', [ '--retry', '3', '--retry-all-errors',
        $three[0], '--next', '-sS', @to, $three[2] ]);
    cmp_ok(time - $start, '<', 5, 'a part that retries: does not');

    my $home = home();
    spew("$home/.curlrc", "retry = 2\nretry-all-errors\nparallel\n"
         . "show-error\n");
    $run = dry('a .curlrc that retries', [ $three[0], $three[2] ],
               env => { HOME => $home });
    is(scalar @{ $requests->($run) }, 2, 'a .curlrc that retries: printed once');
    is($run->{err} =~ /^curl:/m ? 1 : 0, 0,
       'a .curlrc that retries: curl is quiet');

    $run = dry('a command in parts', [ '-S', $three[0], '--next', '-S', @to,
                                       $three[2] ]);
    is($run->{err} =~ /^curl:/m ? 1 : 0, 0,
       'a command in parts: curl is quiet about what was not sent');
}

# --- rejected -----------------------------------------------------------------

{
    my @reject = ('--ss-config', rules("rules: { token-redirect-uri: reject }"
                                       . "\n"));
    my $body = 'grant_type=client_credentials&client_id=a&client_secret=b'
        . '&redirect_uri=x';
    my $run = dry('reject', [ @reject, '-d', $body, $token ], status => 120);

    is_deeply(outcomes($run), [ 'token-redirect-uri rejected' ],
              'reject: the findings');
    is($run->{out}, '', 'reject: nothing would leave');

    dry('reject and another', [ @reject, '-d', $body, $token, elsewhere() ],
        status => 120);
}

# --- the words of the command -------------------------------------------------

{
    my $run = dry('a missing value', [ api() . '/v1/me', '-H' ], status => 2);
    is($run->{out}, '', 'a missing value: no request is printed');

    dry('no URL', [], status => 2);

    # curl 8 takes no --next that no URL stands before
    my @next = ('-A', 'x', '--next', @to, '--');
    my $old = curl([ @next, elsewhere() . '/' ])->{status} != 2;

    for my $way ([ '--', api() . '/v1/me' ],
                 [ '-A', '--', '--', api() . '/v1/me' ],
                 $old ? [ @next, api() . '/v1/me' ] : ()) {
        $run = dry("@$way[0 .. $#$way - 1]", $way);
        my @lines = $run->{out} =~ /^(\S+ \S+)$/mg;

        is_deeply([ grep { /^GET/ } @lines ], [ 'GET ' . api() . '/v1/me' ],
                  "@$way[0 .. $#$way - 1]: what is behind it is URLs");
        is($run->{err}, '{"verdict":"repaired","kind":"api","findings":'
           . $run->{err} =~ s/.*?"findings"://sr,
           "@$way[0 .. $#$way - 1]: and nothing else");
    }

    my $home = home();
    spew("$home/.curlrc", "url = \"@{[api()]}/v1/me\"\n"
         . "connect-to = \"$to[1]\"\n");
    $recorder->clear;
    $run = sscurl([ '--ss-dry-run' ], env => { HOME => $home });
    like($run->{out}, qr{\AGET \S+/v1/me\n}, 'a URL of .curlrc is printed');
    is(scalar(my @got = $recorder->requests), 0, 'and nothing is sent');
}

$recorder->stop;
done_testing();
