#!/usr/bin/perl
#
# --ss-doctor and .curlrc: what it says of the connection counts, and nothing
# else of it has an effect.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use Doctor;
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $canary = 'CANARY0Il1secret';
my $me = '{"data":{"attributes":{"account-slug":"acme"}}}';

# the service, for whoever has the token
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;

    return reply('400 Bad Request', '{"error":"invalid_request"}')
        if line_of($raw) =~ m{\APOST (?:http://[\w.]+)?/oauth/token };
    return reply('401 Unauthorized', '')
        if header_of($raw, 'Authorization') ne "Bearer $canary";
    return reply('406 Not Acceptable', '')
        if header_of($raw, 'Accept') eq '*/*';
    return reply('200 OK', $me);
});
my $port = $recorder->port;
my $rules = service('http://api.test', 'http://app.test', "  account: acme\n");
my @token = ('--oauth2-bearer', $canary);

# Runs it with a .curlrc, in a folder of its own: the run, the checks, the
# requests without what is curl's own in them, and what is in the folder then.
sub with {
    my ($curlrc, @args) = @_;
    my $home = home();
    my $opt = ref $args[0] ? shift @args : {};

    spew("$home/.curlrc", $curlrc);
    mkdir "$home/here";
    spew("$home/here/input", 'x');
    $recorder->clear;
    my ($run, $checks) = doctor({ dir => "$home/here",
                                  env => { HOME => $home,
                                           %{ $opt->{env} // {} } } },
                                $rules, @args);

    return { run => $run, checks => $checks,
             requests => [ $recorder->requests ],
             files => [ map { s{.*/}{}r } glob "$home/here/*" ] };
}

# --- what is of no use here ---------------------------------------------------

my $plain = with('', @token, to($recorder));
outcomes_are('without it', $plain->{checks}, (map { $_ => 'ok' } qw(auth-name
             auth-connect api-connect token-endpoint token account accept)));
is(scalar @{ $plain->{requests} }, 3, 'without it: the requests');

my $there = "http://127.0.0.1:$port";

for my $lines ('output = "file"', '-o file', '--output file', 'output=file',
               'output: file', "output = a\noutput = b", 'remote-name',
               '-O', 'remote-name-all', "remote-name-all\nremote-header-name",
               'output-dir = "dir"', "output = d/file\ncreate-dirs",
               'dump-header = file', 'dump-header = -', '-D file',
               'trace = file', 'trace-ascii = -', 'stderr = file',
               'stderr = -', 'libcurl = file', 'cookie-jar = file',
               'etag-save = file', 'hsts = file',
               'include', 'verbose', 'fail', 'fail-with-body', 'silent',
               'show-error', 'progress-bar', '-v', '-sSivf', 'no-include',
               'write-out = "%{http_code}"', 'write-out = "@input"', '-w x',
               'head', '-I', 'get', 'request = "PUT"', 'data = "a=b"',
               'data-binary = "@input"', 'form = "a=b"', 'json = "{}"',
               'upload-file = input', '-T input', 'user = "a:b"',
               'parallel', 'parallel-max = 3', 'next', "next\nnext",
               "url = $there/else", "url = $there/else\nnext",
               "url = $there/else\nparallel", 'location', 'location-trusted',
               'compressed', 'range = 0-1', 'max-filesize = 1',
               'continue-at = 5', 'limit-rate = 1', 'retry = 5',
               "retry = 9\nretry-all-errors", 'time-cond = "file"',
               'proto = "=ftp"', 'proto-default = "ftp"', 'cookie = "a=b"',
               'netrc', 'referer = "x"', 'request-target = "/x"', 'help',
               'version', 'manual', 'no-such-option = x', 'junk', '"', '=',
               '-', '--', '-- x', 'x', '-x',
               "# output = file\n  # x\n\n/\n*", "\xff\xfe = \xff", 'output',
               'connect-timeout', "output = \"file\n\"") {
    my $got = with("$lines\n", @token, to($recorder));
    my $name = $lines =~ s/$port/PORT/r =~ s/\n/; /gr =~ s/[^ -~]/?/gr;

    is_deeply([ $got->{run}{status}, $got->{run}{err}, $got->{checks} ],
              [ $plain->{run}{status}, '', $plain->{checks} ],
              "$name: the same checks");
    is_deeply($got->{requests}, $plain->{requests}, "$name: as many requests");
    is_deeply($got->{files}, ['input'], "$name: no file is made");
}

# --- what is of use ------------------------------------------------------------

sub tells {
    my ($name, $got, %want) = @_;

    outcomes_are($name, $got->{checks}, %want);

    return $got;
}

my $to = "connect-to = \"::127.0.0.1:$port\"";

for my $line ($to, "connect-to \"::127.0.0.1:$port\"",
              "connect-to = \"::127.0.0.1:$port\" # here",
              "proxy = 127.0.0.1:$port # here",
              " --connect-to ::127.0.0.1:$port \r",
              "--connect-to\t\"::127.0.0.1:$port\" more",
              "connect-to = \"::127.0.0.1:\\$port\"",
              "proxy = 127.0.0.1:$port", "proxy:127.0.0.1:$port",
              "-x 127.0.0.1:$port", "--proxy \"127.0.0.1:$port\"",
              "-4sx 127.0.0.1:$port", "-x127.0.0.1:$port",
              "proxy = nobody.invalid\n-x 127.0.0.1:$port",
              "url = $there/else\nproxy = nobody.invalid\nnext\n$to",
              "$to\nresolve = \"api.test:80:127.0.0.9\"") {
    my $name = $line =~ s/$port/PORT/gr =~ s/\n/; /gr =~ s/[\r\t]/ /gr;

    tells($name, with("$line\n", @token), token => 'ok', accept => 'ok');
}

tells('the variables of proxies', with('', { env => {
    http_proxy => "http://127.0.0.1:$port" } }, @token), token => 'ok');
tells('-q is not about them', with('', { env => {
    http_proxy => "http://127.0.0.1:$port" } }, '-q', @token), token => 'ok');

{
    my $before = $rules;

    $rules = service("http://api.test:$port", "http://app.test:$port");
    tells('resolve', with("resolve = \"app.test:$port:127.0.0.1\"\n"),
          'auth-connect' => 'ok', 'api-name' => 'failed');
    $rules = $before;
}

tells('a word wins', with("proxy = nobody.invalid\n", '-x',
                          "127.0.0.1:$port", @token), token => 'ok');
tells('an empty word wins', with("proxy = nobody.invalid\n", '--proxy', '',
                                 to($recorder), @token), token => 'ok');
tells('-q', with("proxy = nobody.invalid\n", '-q', to($recorder), @token),
      token => 'ok');
tells('--disable', with("proxy = nobody.invalid\n", '--disable',
                        to($recorder), @token), token => 'ok');
tells('-q among others', with("proxy = nobody.invalid\n", '-qsS',
                              to($recorder), @token), token => 'ok');
tells('-q behind others', with("$to\n", @token, '-q'), token => 'ok');

{
    my $got = with("$to\nheader = \"X-More: \\\"a\\\\b\"\nuser-agent = \"me\"\n");

    is(header_of($got->{requests}[0], 'X-More'), '"a\\b', 'a header');
    is(header_of($got->{requests}[0], 'User-Agent'), 'me', 'a user agent');

    $got = with("proxy = \"http://u:$canary\@127.0.0.1:$port\"\n");
    is(header_of($got->{requests}[0], 'Proxy-Authorization'),
       'Basic dTpDQU5BUlkwSWwxc2VjcmV0', 'the password of a proxy');
}

# variables, which curl 8.3 has brought, for options of the connection
{
    my $said = tmp_dir() . '/said';
    my $script = spew(tmp_dir() . '/curl', "#!/bin/sh\ncat > $said\nexit 2\n");
    chmod 0755, $script;
    with("variable = %PLACE\nexpand-proxy = \"{{PLACE}}\"\n"
         . "expand-output = {{PLACE}}\n",
         { env => { SCOPESTACK_CURL => $script } });
    is(slurp($said), "--variable \"%PLACE\"\n--expand-proxy \"{{PLACE}}\"\n",
       'variables');

    with('', { env => { SCOPESTACK_CURL => $script } }, '--variable', 'a=b',
         '--expand-proxy', '{{a}}');
    is(slurp($said), "--variable \"a=b\"\n--expand-proxy \"{{a}}\"\n",
       'variables in words');
}

# the token may stand there; it goes to the API alone
for my $line ("oauth2-bearer = \"$canary\"", "--oauth2-bearer $canary",
              "header = \"Authorization: Bearer $canary\"",
              "-H \"Authorization: Bearer $canary\"") {
    my $got = tells("a token by $line", with("$to\n$line\n"), token => 'ok',
                    account => 'ok');

    is(header_of($got->{requests}[0], 'Authorization'), '',
       'and not to the token endpoint');
}

# --- TLS is looked at, or is not ------------------------------------------------

SKIP: {
    my ($key, $cert) = map { tmp_dir() . "/curlrc.$_" } qw(key cert);
    my $made = run_cmd([ qw(openssl req -x509 -newkey ec -pkeyopt
                            ec_paramgen_curve:prime256v1 -nodes -days 2 -subj
                            /CN=localhost -addext subjectAltName=IP:127.0.0.1),
                         '-keyout', $key, '-out', $cert ]);

    skip 'no openssl to make a certificate', 4 if $made->{status} != 0;

    my $tls = free_port();
    my $server = start([ qw(openssl s_server -quiet -www -accept), $tls,
                         '-key', $key, '-cert', $cert ]);
    my $origin = "https://127.0.0.1:$tls";
    my $before = $rules;
    $rules = service($origin, $origin);

    wait_port($tls);
    # it does not answer a POST
    my @soon = ('-m', '3');
    tells('no CA', with('', @soon), 'api-tls' => 'failed');
    tells('cacert', with("cacert = $cert\n", @soon), 'api-tls' => 'ok');
    tells('insecure', with("insecure\n", @soon), 'api-tls' => 'warning');
    tells('no-insecure', with("insecure\n", '--no-insecure', @soon),
          'api-tls' => 'failed');

    $rules = $before;
    kill 'KILL', $server->{pid};
    finish($server);
}

# --- where it is ------------------------------------------------------------------

# curl 8.10 has left the dot out
my $xdg = curl(['--version'])->{out} =~ /^curl (?:[0-7]|8\.\d\.)/
    ? 'XDG_CONFIG_HOME/.curlrc' : 'XDG_CONFIG_HOME/curlrc';

# Each place has a header with its name; which of them count, curl itself says.
sub names_of {
    return join ' ', map { header_of($_, 'X-Place') } $recorder->requests;
}

for my $places ([ 'HOME/.curlrc' ], [ 'HOME/.config/curlrc' ],
                [ 'HOME/.config/.curlrc' ], [ 'CURL_HOME/.curlrc' ],
                [ 'CURL_HOME/.config/curlrc' ], [ $xdg ],
                [ 'HOME/.curlrc', 'CURL_HOME/.curlrc' ],
                [ 'HOME/.curlrc', 'HOME/.config/curlrc' ],
                [ 'HOME/.curlrc', $xdg ],
                [ 'XDG_CONFIG_HOME/nothing', 'HOME/.config/curlrc' ],
                [ 'CURL_HOME/nothing', 'HOME/.curlrc' ]) {
    my %env = (HOME => home());

    for my $place (@$places) {
        my ($name, $path) = split m{/}, $place, 2;
        my $dir = $env{$name} //= home();

        mkdir "$dir/.config" if $path =~ /config/;
        spew("$dir/$path", "header = \"X-Place: $place\"\n");
    }

    $recorder->clear;
    curl([ '-sS', to($recorder), 'http://app.test/else' ], env => \%env);
    my $curls = names_of();

    $recorder->clear;
    doctor({ env => \%env }, $rules, to($recorder));
    like(names_of(), qr/\A\Q$curls\E (?:\Q$curls\E)\z/, "@$places: as curl");
}

# --- further files ------------------------------------------------------------

{
    my $file = spew(tmp_dir() . '/more', "$to\noutput = file\n");

    tells('config', with("config = \"$file\"\n", @token), token => 'ok');
    tells('-K in it', with("-K $file\n", @token), token => 'ok');
    tells('one that is not there', with("config = /nowhere\n$to\n", @token),
          token => 'ok');
    tells('-K', with('', '-K', $file, @token), token => 'ok');
    tells('--config', with('', '--config', $file, @token), token => 'ok');

    my $round = tmp_dir() . '/round';
    spew($round, "config = $round\n$to\n");
    tells('one that names itself', with('', '-K', $round, @token),
          token => 'ok');

    my $got = with("$to\nheader = \@/nowhere\n", @token);
    tells('headers of no file', $got, token => 'ok');
    is($got->{run}{err}, '', 'headers of no file: nothing is said');
}

for my $case ([ 'no file', '-K', '/nowhere' ], [ 'no name', '-K' ]) {
    my ($name, @args) = @$case;
    my $run = sscurl([ doctor_words($rules, @args) ]);

    is($run->{status}, 2, "-K, $name: 2");
    isnt($run->{err}, '', "-K, $name: and said");
}

$recorder->stop;
done_testing();
