#!/usr/bin/perl
#
# Where no rule has anything to say, sscurl is curl: the same bytes on stdout,
# on stderr, in files and at the server, the same exit code.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use IO::Compress::Gzip qw(gzip);
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $plain = "line one\nline two\0with a NUL\n";
my $zipped;
gzip(\$plain, \$zipped) or die 'gzip';

my %answers = (
    missing  => reply('404 Not Found', "no such thing\n"),
    redirect => reply('302 Found', '', 'Location: landed'),
    zipped   => reply('200 OK', $zipped, 'Content-Encoding: gzip'),
    cookie   => reply('200 OK', "c\n", 'Set-Cookie: taste=sweet; path=/'),
    chunked  => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        . "5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n",
    old      => "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nold\n",
    short    => "HTTP/1.1 200 OK\r\nConnection: close\r\n"
        . "Content-Length: 100\r\n\r\nshort",
    none     => "Connection: close\r\n",
    silent   => '',
    nul      => reply('200 OK', $plain),
    part     => reply('206 Partial Content', "rest\n",
                      'Content-Range: bytes 5-9/10'),
    dated    => reply('200 OK', "d\n", 'Content-Disposition: attachment; '
                      . 'filename=named', 'ETag: "one"'),
);

my $refusals = 0;
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;
    my ($word) = line_of($raw) =~ m{/(\w*)(?:\?\S*)? HTTP};

    return reply('503 Busy', "busy\n")
        if $word eq 'busy' && $refusals++ % 2 == 0;

    my $answer = $answers{$word} // reply('200 OK', "ok $word\n",
                                          'Content-Type: text/plain');

    $answer =~ s/\r\n\r\n\K.*//s if $raw =~ /\AHEAD /;

    return $answer;
});

my @to = to($recorder);

# An empty directory with the files that the commands name.
sub place {
    my ($n) = @_;
    my $dir = home();

    spew("$dir/text", "a=b c\n&d=e\n");
    spew("$dir/nul", "a\0b\r\n\0");
    spew("$dir/begun", 'begin');
    spew("$dir/jar", "elsewhere.test\tFALSE\t/\tFALSE\t0\told\tcookie\n");

    return $dir;
}

# All that a run left in its directory, name by name.
sub left_in {
    my ($dir) = @_;
    my %files;

    for my $file (grep { -f } glob "$dir/* $dir/*/* $dir/.??*") {
        my $text = unbounded(slurp($file));

        # curl 8.23 names HOME in the code of --libcurl
        $files{ substr $file, length $dir } = $text =~ s/\Q$dir\E/HOME/gr;
    }

    return \%files;
}

sub observe {
    my ($how, $case, $base) = @_;
    my $dir = place();
    my @args = map { my $arg = $_; $arg =~ s/%U/$base/g; $arg }
        @{ $case->{args} };
    my %env = (HOME => $dir);

    if (my $text = $case->{curlrc}) {
        $text =~ s/%U/$base/g;
        spew("$dir/.curlrc", $text);
    }
    if (my $text = $case->{config}) {
        $text =~ s/%U/$base/g;
        spew("$dir/config", $text);
    }

    $recorder->clear;
    my $run = $how->([ @args, $case->{bare} ? () : @to ], dir => $dir,
                     env => \%env, stdin => $case->{stdin} // '');
    my @requests = map { unbounded($_) } $recorder->requests;
    @requests = sort @requests if $case->{any_order};

    return {
        status => $run->{status}, signal => $run->{signal},
        timeout => $run->{timeout}, out => unbounded($run->{out}),
        err => settled(curls($run->{err})), files => left_in($dir),
        requests => \@requests,
    };
}

my @cases = (
    [ 'a plain GET', [ '%U/plain' ] ],
    [ 'a GET with -s', [ '-s', '%U/plain' ] ],
    [ 'a progress bar', [ '-#', '%U/plain' ] ],
    [ '-i', [ '-s', '-i', '%U/plain' ] ],
    [ '-I', [ '-s', '-I', '%U/plain' ] ],
    [ '-v', [ '-s', '-v', '%U/plain' ] ],
    [ '-w', [ '-s', '-w', '%{http_code} %{size_download} %{num_connects} '
              . '%{url_effective} %{exitcode} %header{content-type}\n',
              '%U/plain' ] ],
    [ '-o', [ '-s', '-o', 'file', '%U/plain' ] ],
    [ '-O', [ '-s', '-O', '%U/plain' ] ],
    [ '-O -J', [ '-s', '-OJ', '%U/dated' ] ],
    [ '-D', [ '-s', '-D', 'headers', '%U/plain' ] ],
    [ '-f with 404', [ '-sS', '-f', '%U/missing' ], status => 22 ],
    [ '404 without -f', [ '-sS', '%U/missing' ] ],
    [ '--fail-with-body', [ '-sS', '--fail-with-body', '%U/missing' ],
      status => 22 ],
    [ 'an answer that ends early', [ '-sS', '%U/short' ], status => 18 ],
    [ 'an answer that is none', [ '-sS', '--http0.9', '%U/none' ] ],
    [ 'a timeout', [ '-sS', '-m', '0.2', '%U/silent' ], status => 28 ],
    # a curl that takes beginnings of names takes what follows for a value
    [ 'an option cut short', [ '-s', '--user-age', '--ss-quiet', '%U/plain' ] ],
    [ 'a switch that begins a name', [ '-s', '--head', '%U/plain' ] ],
    [ 'words behind --', [ '-s', '-A', '--ss-quiet', '%U/plain', '--',
                           '%U/one' ] ],
    [ '--next', [ '-s', @to, '%U/one', '-H', 'X-A: 1', '--next', '-s',
                  '%U/two' ] ],
    [ 'several URLs', [ '-s', '%U/one', '%U/two', '%U/missing' ] ],
    [ '-Z', [ '-sS', '-Z', '-o', 'a', '-o', 'b', '-o', 'c', '%U/one', '%U/two',
              '%U/three' ], any_order => 1 ],
    [ '-Z, immediate, one fails', [ '-sS', '-Z', '--parallel-immediate', '-f',
      '-o', 'a', '-o', 'b', '%U/one', '%U/missing' ], any_order => 1 ],
    [ 'globbing', [ '-s', '-o', 'f#1', '%U/part[1-3]' ] ],
    [ 'globbing of words', [ '-s', '%U/{one,two}' ] ],
    [ 'a query without words', [ '-s', '%U/plain?' ] ],
    [ '-g with brackets', [ '-s', '-g', '%U/plain?f[a]=[b]' ] ],
    [ '--path-as-is', [ '-s', '--path-as-is', '%U/a/../plain' ] ],
    [ '-C', [ '-s', '-C', '5', '-o', 'begun', '%U/part' ] ],
    [ '-C -', [ '-s', '-C', '-', '-o', 'begun', '%U/part' ] ],
    [ '-r', [ '-s', '-r', '5-9', '%U/part' ] ],
    [ 'cookies sent', [ '-s', '-b', 'a=b', '%U/plain' ] ],
    [ 'cookies kept', [ '-s', '-c', '-', '%U/cookie' ] ],
    [ 'a cookie jar', [ '-s', '-b', 'jar', '-c', 'jar', '%U/cookie' ] ],
    [ '-L', [ '-s', '-i', '-L', '%U/redirect' ] ],
    [ '-L -w', [ '-s', '-L', '-w', '%{num_redirects} %{url_effective}',
                 '%U/redirect' ] ],
    [ 'too many redirects', [ '-sS', '-L', '--max-redirs', '0',
                              '%U/redirect' ], status => 47 ],
    [ '--compressed', [ '-s', '--compressed', '%U/zipped' ] ],
    [ 'a coded answer as it is', [ '-s', '%U/zipped' ] ],
    [ 'an answer with NULs', [ '-s', '%U/nul' ] ],
    [ '-0', [ '-s', '-0', '-i', '%U/plain' ] ],
    [ 'an HTTP/1.0 answer', [ '-s', '-i', '%U/old' ] ],
    [ 'a chunked answer', [ '-s', '-i', '%U/chunked' ] ],
    [ '--raw', [ '-s', '--raw', '%U/chunked' ] ],
    [ '-d', [ '-s', '-d', 'a=b&c=d', '%U/plain' ] ],
    [ '-d @file', [ '-s', '-d', '@text', '%U/plain' ] ],
    [ '-d @-', [ '-s', '-d', '@-', '%U/plain' ], stdin => "x=1\n&y=2\n" ],
    [ '--data-binary of a file with NULs', [ '-s', '--data-binary', '@nul',
      '%U/plain' ] ],
    [ '--data-urlencode', [ '-s', '--data-urlencode', 'a=b c&d', '%U/plain' ] ],
    [ 'an empty -d', [ '-s', '-d', '', '%U/plain' ] ],
    [ '-G', [ '-s', '-G', '-d', 'a=b', '--data-urlencode', 'c=d e',
              '%U/plain' ] ],
    [ '-F', [ '-s', '-F', 'a=b', '-F', 'f=@nul', '-F', 't=<text',
              '%U/plain' ] ],
    [ '-X', [ '-s', '-X', 'DELETE', '%U/plain' ] ],
    [ '-X with a body', [ '-s', '-X', 'PATCH', '-d', 'a=b', '%U/plain' ] ],
    [ 'odd headers', [ '-s', '-H', 'X-Empty;', '-H', 'User-Agent:', '-H',
      'X-Two: 1', '-H', 'X-Two: 2', '-H', 'x-low:v', '%U/plain' ] ],
    [ '-A and -e', [ '-s', '-A', 'agent/1', '-e', 'http://from.test/',
                     '%U/plain' ] ],
    [ '--request-target', [ '-s', '--request-target', '/other/plain',
                            '%U/plain' ] ],
    [ '-K file', [ '-K', 'config' ],
      config => "silent\nurl = \"%U/plain\"\nheader = \"X-K: 1\"\n" ],
    [ '-K -', [ '-s', '-K', '-' ],
      stdin => "url = \"http://elsewhere.test/plain\"\n" ],
    [ '.curlrc in HOME', [ '-i', '%U/plain' ],
      curlrc => "silent\nheader = \"X-Rc: 1\"\n" ],
    [ '-q', [ '-q', '-s', '%U/plain' ], curlrc => "header = \"X-Rc: 1\"\n" ],
    [ '--disable', [ '--disable', '-s', '%U/plain' ],
      curlrc => "header = \"X-Rc: 1\"\n" ],
    [ '--libcurl', [ '-s', '--libcurl', 'code.c', '-d', 'a=b', '%U/plain' ] ],
    [ '--trace-ascii', [ '-s', '--trace-ascii', 'trace', '-d', 'a=b',
                         '%U/plain' ] ],
    [ '--trace on stdout', [ '-s', '--trace', '-', '%U/plain' ] ],
    [ '--stderr', [ '--stderr', 'errors', '-v', '-s', '%U/plain' ] ],
    [ '--create-dirs', [ '-s', '--create-dirs', '-o', 'sub/file',
                         '%U/plain' ] ],
    [ '--etag-save', [ '-s', '--etag-save', 'etag', '%U/dated' ] ],
    [ '-z', [ '-s', '-z', 'Sat, 01 Jan 2022 00:00:00 GMT', '%U/plain' ] ],
    [ 'no such option', [ '--no-such-option', '%U/plain' ], status => 2 ],
    [ 'an unreadable -d file', [ '-sS', '-d', '@nowhere', '%U/plain' ] ],
    [ 'an option as the value of another', [ '-s', '-d', '--ss-quiet', '-A',
      '--ss-help', '-sH', 'X-V: --ss-mode', '%U/plain' ] ],
    [ 'clusters of options', [ '-sSid', '--ss-version', '%U/plain' ] ],
);

# what only another host can show, or is too slow to be shown twice
my $bad = 'grant_type=password&client_id=a&redirect_uri=x';
my @elsewhere = (
    [ 'a path of the API', [ '-s', '%U/v1/clients' ] ],
    [ 'a document', [ '-s', '--json', '{"data":{}}', '%U//v1/clients' ] ],
    [ 'a token path', [ '-s', '-u', 'a:b', '-d', $bad, '%U/oauth/token' ] ],
    [ 'a GET of a token path', [ '-s', "%U/oauth/token?$bad" ] ],
    [ 'another port', [ '-s', '-d', $bad, auth() . ':81/oauth/token' ] ],
    [ 'a host below', [ '-s', 'http://x.api.scopestack.test/v1/clients' ] ],
    [ 'a host that begins so', [ '-s',
      'http://api.scopestack.test.elsewhere.test/v1/clients' ] ],
    [ 'a user of that name', [ '-s',
      'http://api.scopestack.test@elsewhere.test/v1/clients' ] ],
    [ 'a Host header of that name', [ '-s', '-H', 'Host: api.scopestack.test',
      '%U/v1/clients' ] ],
    [ '-T file', [ '-s', '-T', 'nul', '%U/put' ] ],
    [ '-T to a directory', [ '-s', '-T', 'text', '%U/' ] ],
    [ '-T -', [ '-s', '-T', '-', '%U/put' ], stdin => "piped\0\n" ],
    [ '-u', [ '-s', '-u', 'user:pass', '%U/plain' ] ],
    [ '--oauth2-bearer', [ '-s', '--oauth2-bearer', 'token', '%U/plain' ] ],
    [ 'userinfo', [ '-s', 'http://us%40er:pa%3Ass@elsewhere.test/plain' ] ],
    [ '--json', [ '-s', '--json', '{"a":1}', '%U/plain' ] ],
    [ '--retry', [ '-s', '--retry', '1', '%U/busy' ] ],
    [ 'a refused connection', [ '-sS', 'http://127.0.0.1:1/' ], bare => 1,
      status => 7 ],
    [ 'a refused connection, parallel', [ '-sS', '-Z', 'http://127.0.0.1:1/' ],
      bare => 1, status => 7 ],
    [ 'a bad URL', [ '-sS', 'http://[' ], bare => 1, status => 3 ],
    [ 'a blank in a URL', [ '-sS', 'http://elsewhere.test/a b' ], status => 3 ],
    [ 'an unknown protocol', [ '-sS', 'nope://elsewhere.test/' ],
      status => 1 ],
    [ 'file://', [ '-sS', 'file:///dev/null' ], bare => 1 ],
    [ 'a bad glob', [ '-sS', '%U/[1-' ], status => 3 ],
    [ 'no words at all', [], bare => 1, status => 2 ],
    [ 'no words, but a .curlrc with a URL', [], bare => 1,
      curlrc => "silent\nurl = \"%U/plain\"\nconnect-to = \"$to[1]\"\n" ],
    [ 'no URL', [ '-v' ], bare => 1, status => 2 ],
    [ '--version', [ '--version' ], bare => 1 ],
    [ '-V', [ '-V' ], bare => 1 ],
    [ '--help', [ '--help' ], bare => 1 ],
    [ '--help all', [ '--help', 'all' ], bare => 1 ],
    [ '--manual', [ '-M' ], bare => 1 ],
    [ 'an option without its value', [ '%U/plain', '-o' ], bare => 1,
      status => 2 ],
    [ 'a broken -K file', [ '-sS', '-K', 'config' ], config => "nonsense\n",
      status => qr/\A(?:2|26)\z/ ],
    [ 'an empty word', [ '-sS', '' ] ],
);

sub compare {
    my ($case, $base, $where) = @_;
    my ($name, $args, %more) = @$case;
    my %case = (args => $args, %more);
    my $want = observe(\&curl, \%case, $base);
    my $got = observe(\&sscurl, \%case, $base);

    like($want->{status}, ref $more{status} ? $more{status}
         : qr/\A$more{status}\z/,
         "$name, $where: curl does what is to be compared")
        if defined $more{status};
    is_deeply($got, $want, "$name, $where: as curl");

    return;
}

for my $case (@cases, @elsewhere) {
    compare($case, elsewhere(), 'another host');
}

# A right request to the service is nobody's business either; what is said of
# the answer is explain.t's.
my @right = ('-H', 'Accept: application/vnd.api+json');

for my $case (@cases) {
    my ($name, $args, %more) = @$case;
    next if $name =~ /\A(?:-K|no such)/;

    my @args = map { $_ eq '--next' ? ($_, @right) : $_ } @$args;
    my @first = @args && $args[0] =~ /\A(?:-q|--disable)\z/ ? shift @args : ();

    compare([ $name, [ @first, @right, @args ], %more ], api() . '/acme/v1',
            'a right API call');
}

my @token = (
    [ 'a token request', [ '-s', '-i', '-d', 'grant_type=client_credentials'
      . '&client_id=a&client_secret=b', auth() . '/oauth/token' ] ],
    [ 'a token request with a charset', [ '-s', '-H', 'Content-Type: '
      . 'application/x-www-form-urlencoded; charset=utf-8', '-d',
      'grant_type=refresh_token&refresh_token=r&client_id=a&client_secret=b',
      auth() . '/oauth/token' ] ],
    [ 'an authorize page', [ '-s', auth() . '/oauth/authorize?redirect_uri=x'
      . '&client_id=%20' ] ],
    [ 'a preflight', [ '-s', '-X', 'OPTIONS', api() . '/v1/clients' ] ],
    [ 'the MCP endpoint', [ '-s', '-d', '{"jsonrpc":"2.0"}', api() . '/mcp' ] ],
    [ 'a page that is neither', [ '-s', api() . '/docs' ] ],
    [ 'the root', [ '-s', api() ] ],
);

compare($_, '', 'the service') for @token;

# Rules that are off are as rules that are silent.
for my $url (api() . '/v1/clients', api() . '//v1/{account-slug}/clients?a b',
             auth() . '/oauth/token?client_secret=x') {
    my @args = ('-sSvg', $url, @to);

    $recorder->clear;
    my $want = curl(\@args);
    my $got = sscurl([ '--ss-mode', 'off', @args ]);
    my @requests = $recorder->requests;

    is(settled($got->{err}), settled($want->{err}),
       "mode off, $url: stderr is curl's");
    is($requests[1], $requests[0], "mode off, $url: the request is curl's");
}

$recorder->stop;
done_testing();
