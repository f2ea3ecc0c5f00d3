#!/usr/bin/perl
#
# sscurl --ss-lint: the requests of a file, checked and not sent.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use JSON::PP;
use SSTest;
use Sscurl;

my $dir = root_dir() . '/t/curl/lint';
my $plain = spew(tmp_dir() . '/plain.yaml', "version: 1\n");
my $acme = spew(tmp_dir() . '/acme.yaml',
                "version: 1\nmode: off\nservice: { account: acme }\n");
my $json = JSON::PP->new->utf8->canonical;
my $v21 = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

sub lint {
    my ($file, @more) = @_;

    return sscurl([ '--ss-lint', $file, @more, '--ss-config', $plain ],
                  timeout => 240);
}

my $files = 0;

sub file_of {
    my ($text) = @_;

    return spew(tmp_dir() . '/lint' . $files++,
                ref $text ? $json->encode($text) : $text);
}

# A collection of one request, or of the members given.
sub collection {
    my ($request, %more) = @_;

    return { info => { schema => $v21 },
             item => [ { name => 'one', request => $request } ], %more };
}

# "line:column rule place" of all findings
sub found {
    my ($file, @more) = @_;
    my $run = lint($file, '--ss-format', 'json', @more);
    my $report = eval { $json->decode($run->{out}) };

    diag($run->{err} . $run->{out}) if !$report;

    return [ map { "$_->{line}:$_->{column} $_->{rule} $_->{place}" }
             @{ $report->{findings} } ];
}

# The rules that find something, for what is not about places.
sub rules_of {
    my ($text, @more) = @_;

    return join ' ', map { (split)[1] } @{ found(file_of($text), @more) };
}

# --- the fixtures -------------------------------------------------------------

my %expected = (
    'mistakes.postman.json' => [
        '7:11 token-authorization-header header Authorization',
        '7:11 token-redirect-uri parameter redirect_uri',
        '32:15 token-authorization-header header Authorization',
        '43:17 token-redirect-uri parameter redirect_uri',
        '61:21 token-body-encoding body',
        '76:16 account-slug-missing path',
        '75:21 accept-not-jsonapi header Accept',
    ],
    'clean.postman.json' => [],
    'mixed.har' => [
        '29:13 token-authorization-header header Authorization',
        '40:15 token-redirect-uri parameter redirect_uri',
        '57:18 account-slug-placeholder path',
        '60:13 authorization-malformed header Authorization',
    ],
    'mistakes.http' => [
        '7:1 account-slug-missing path',
        '16:1 accept-not-jsonapi header Accept',
        '26:1 token-authorization-header header Authorization',
        '33:2 token-redirect-uri parameter redirect_uri',
    ],
    'wire.txt' => [ '6:1 token-body-encoding body' ],
);
my %counts = (
    'mistakes.postman.json' => [ 'postman', 4, 1 ],
    'clean.postman.json'    => [ 'postman', 5, 0 ],
    'mixed.har'             => [ 'har', 5, 1 ],
    'mistakes.http'         => [ 'raw', 4, 1 ],
    'wire.txt'              => [ 'raw', 1, 0 ],
);
my @formats = qw(text json sarif junit);

for my $name (sort keys %expected) {
    my $run = lint("$dir/$name", '--ss-format', 'json');
    my $report = $json->decode($run->{out});
    my ($kind, $checked, $elsewhere) = @{ $counts{$name} };

    is_deeply(found("$dir/$name"), $expected{$name}, "$name: findings");
    is($run->{status}, @{ $expected{$name} } ? 1 : 0, "$name: exit code");
    is($run->{err}, '', "$name: nothing on stderr");
    is($report->{file}, "$dir/$name", "$name: the file");
    is("$report->{format} $report->{checked} $report->{elsewhere}",
       "$kind $checked $elsewhere", "$name: what was checked");
    is($report->{requests}, $checked + $elsewhere, "$name: all requests");
}

for my $name (sort(keys %expected), 'broken.json', 'v2.0.json') {
    for my $format (@formats) {
        my $run = lint("$dir/$name", '--ss-format', $format);

        unlike($run->{out} . $run->{err}, qr/CANARY|Q0FOQVJZ|DQU5BUlk/,
               "$name: no secret in $format");
    }
}

{
    my $findings = $json->decode(lint("$dir/mistakes.postman.json",
                                      '--ss-format', 'json')->{out})->{findings};

    is_deeply([ map { $_->{pointer} } @$findings ],
              [ '/auth', '/auth', '/item/0/item/0/request/header/0',
                '/item/0/item/0/request/body/urlencoded/5',
                '/item/0/item/1/request/body', '/item/1/request/url',
                '/item/1/request/header/0' ], 'JSON: pointers');
    is($findings->[0]{request}, 'OAuth 2.0 helper', 'JSON: the helper');
    is($findings->[2]{request}, 'Tokens / Password, by hand',
       'JSON: folder and name');
    is($findings->[4]{request}, '(a name that is not shown)',
       'JSON: a URL with a secret as name');
    is_deeply([ sort keys %{ $findings->[0] } ],
              [ qw(column doc fix line message outcome place pointer request
                   rule severity) ], 'JSON: members');
    is_deeply([ map { $_->{outcome} } @$findings ],
              [ ('would-repair') x 5, 'reported', 'would-repair' ],
              'JSON: outcomes');
}

# --- formats --------------------------------------------------------------------

{
    my $run = lint("$dir/mistakes.http");
    my @lines = split /\n/, $run->{out};

    like($lines[0], qr{^\Q$dir/mistakes.http\E:7:1: error: path: the account},
         'text: a finding');
    like($lines[0], qr/ \[account-slug-missing, reported\]$/, 'text: its rule');
    is($lines[1], '  request: Clients', 'text: its request');
    like($lines[2], qr/^  to do: write /, 'text: what to do');
    is($lines[-1], "$dir/mistakes.http: 4 requests checked, 1 to other hosts; "
                   . '4 findings', 'text: the sum');

    is(lint("$dir/mistakes.http", '--ss-quiet')->{out}, '', 'quiet: nothing');
    is(lint("$dir/mistakes.http", '--ss-quiet')->{status}, 1,
       'quiet: the exit code');
}

# What the schema of SARIF 2.1.0 demands, of the objects that are there, written
# down by hand; no more than these members may be there.
my %sarif = (
    log => { version => qr/^2\.1\.0$/, runs => 'run[]', '$schema' => qr/^http/ },
    run => { tool => 'tool', results => 'result[]', invocations => 'call[]',
             columnKind => qr/^unicodeCodePoints$/, properties => 'bag' },
    bag => { requests => qr/^\d+$/, checked => qr/^\d+$/,
             elsewhere => qr/^\d+$/ },
    call => { executionSuccessful => qr/^1$/ },
    tool => { driver => 'driver' },
    driver => { name => qr/^sscurl$/, version => qr/^\d/, rules => 'rule[]' },
    rule => { id => qr/^[a-z-]+$/, shortDescription => 'message',
              help => 'message', helpUri => qr{^https://\S+$},
              defaultConfiguration => 'configuration' },
    configuration => { level => qr/^(?:error|warning|note)$/ },
    message => { text => qr/\S/ },
    result => { ruleId => qr/^[a-z-]+$/, message => 'message',
                level => qr/^(?:error|warning|note)$/,
                locations => 'location[]', properties => 'outcome' },
    outcome => { outcome => qr/^(?:reported|would-repair|would-reject)$/ },
    location => { physicalLocation => 'physical',
                  logicalLocations => 'logical[]' },
    logical => { name => qr/\S/ },
    physical => { artifactLocation => 'artifact', region => 'region' },
    artifact => { uri => qr{^[\w./%-]+$} },
    region => { startLine => qr/^[1-9]\d*$/, startColumn => qr/^[1-9]\d*$/ },
);

sub differences {
    my ($type, $object, $path) = @_;

    if ($type =~ s/\[\]$//) {
        return ref $object eq 'ARRAY'
            ? map { differences($type, $object->[$_], "$path/$_") }
                  0 .. $#$object
            : "$path: no array";
    }
    return "$path: no object" if ref $object ne 'HASH';

    my @differences = map { "$path/$_: unknown" }
        grep { !$sarif{$type}{$_} } keys %$object;

    for my $key (sort keys %{ $sarif{$type} }) {
        my ($rule, $value) = ($sarif{$type}{$key}, $object->{$key});

        push @differences, ref $rule
            ? (($value // '') =~ $rule ? () : "$path/$key")
            : differences($rule, $value, "$path/$key");
    }

    return @differences;
}

for my $name (sort keys %expected) {
    my $log = $json->decode(lint("$dir/$name", '--ss-format', 'sarif')->{out});
    my $run = $log->{runs}[0];
    my %known = map { $_->{id} => $_ } @{ $run->{tool}{driver}{rules} };
    my @results = @{ $run->{results} };
    my @at = map { my $l = $_->{locations}[0]{physicalLocation}{region};
                   "$l->{startLine}:$l->{startColumn} $_->{ruleId}" } @results;

    is_deeply([ differences('log', $log, '') ], [], "SARIF, $name: structure");
    is_deeply(\@at, [ map { s/^(\S+ \S+).*/$1/r } @{ $expected{$name} } ],
              "SARIF, $name: places and rules");
    is(scalar(grep { !$known{ $_->{ruleId} } } @results), 0,
       "SARIF, $name: rules are told");
    is(scalar(grep { $known{ $_->{ruleId} }{defaultConfiguration}{level}
                     ne $_->{level} } @results), 0, "SARIF, $name: levels");
    is(scalar(grep { $_->{locations}[0]{physicalLocation}{artifactLocation}{uri}
                     ne "$dir/$name" } @results), 0, "SARIF, $name: the file");
}

{
    my $file = spew(home() . '/a: b%.http',
                    "GET https://api.scopestack.io/v1/x\n");
    my ($base) = $file =~ m{([^/]+)$};
    my $run = sscurl([ '--ss-lint', $base, '--ss-format', 'sarif',
                       '--ss-config', $plain ], dir => $file =~ s{/[^/]+$}{}r);

    like($run->{out}, qr{"uri": "\./a:%20b%25\.http"}, 'SARIF: a URI');
}

{
    my $out = lint("$dir/mistakes.postman.json", '--ss-format', 'junit')->{out};
    my @cases = $out =~ /<testcase name="([^"]*)"/g;

    like($out, qr/\A<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /,
         'JUnit: begins as XML');
    like($out, qr/ tests="4" failures="4" errors="0" skipped="0">/,
         'JUnit: counts');
    is_deeply(\@cases, [ 'OAuth 2.0 helper', 'Tokens / Password, by hand',
                         '(a name that is not shown)',
                         'Clients, without the account' ], 'JUnit: requests');
    is(scalar(() = $out =~ /<failure message="[^"]+" type="error">/g), 4,
       'JUnit: failures');
    like($out, qr/line="28"/, 'JUnit: a line');
    like($out, qr/^43:17: error: parameter redirect_uri: /m,
         'JUnit: all findings of a request');
    like($out, qr/Postman&apos;s .*&gt;.*&quot;/s, 'JUnit: escapes');

    $out = lint(file_of(collection('https://api.scopestack.io/v1/me',
        item => [ { name => qq(<a b="c"> & 'd' \x01\x{fffe}),
                    request => 'https://api.scopestack.io/v1/me' } ])),
        '--ss-format', 'junit')->{out};
    like($out, qr/name="\(a name|name="&lt;a b=&quot;c&quot;&gt; &amp;/,
         'JUnit: names are escaped');
    unlike($out, qr/[\x00-\x08]|\xef\xbf\xbe/, 'JUnit: only XML\'s characters');
    is(scalar(() = lint("$dir/clean.postman.json", '--ss-format',
                        'junit')->{out} =~ m{<testcase [^>]*/>}g), 5,
       'JUnit: clean requests');
}

# --- --ss-output -----------------------------------------------------------------

{
    my $to = home() . '/report with json in its name';
    my $run = lint("$dir/mistakes.http", '--ss-output', $to);

    is($run->{status}, 1, '--ss-output: exit code');
    is($run->{out} . $run->{err}, '', '--ss-output: nothing else');
    is(slurp($to), lint("$dir/mistakes.http")->{out}, '--ss-output: the report');
    lint("$dir/broken.json", '--ss-output', $to);
    isnt(slurp($to), '', '--ss-output: an unusable file leaves it alone');

    $run = lint("$dir/mistakes.http", '--ss-output', home());
    is($run->{status}, 2, '--ss-output: 2 when it cannot be written');
    like($run->{err}, qr/\Asscurl: .*: Is a directory/, '--ss-output: why');

    $run = lint("$dir/mistakes.http", '--ss-output', '/dev/full');
    is($run->{status}, 2, '--ss-output: 2 when the disk is full');
}

for my $args ([ '--ss-format', 'sarif' ], [ '--ss-format', 'junit' ],
              [ '--ss-output', 'x' ]) {
    my $run = sscurl([ @$args, 'http://127.0.0.1:1/' ]);

    is($run->{status}, 2, "@$args: refused for a transfer");
    like($run->{err}, qr/\Asscurl: $args->[0].* goes with --ss-lint\n\z/,
         "@$args: why");
}

# --- unusable ------------------------------------------------------------------

{
    my %unusable = (
        "$dir/broken.json" => qr/:5:18: error: no JSON: /,
        "$dir/v2.0.json" => qr/ v2\.0; export it as Collection v2\.1/,
        file_of('{"id": "x", "name": "x", "order": [], "requests": []}')
            => qr/ v1; export it as Collection v2\.1/,
        file_of('{"values": [], "_postman_variable_scope": "environment"}')
            => qr/ environment; export the collection/,
        file_of('{"openapi": "3.0.0", "info": {}}') => qr/ OpenAPI /,
        file_of('{"a": 1}') => qr/neither a Postman collection v2\.1 nor a HAR/,
        file_of('[]') => qr/neither a Postman collection v2\.1 nor a HAR/,
        file_of('{"info": {}}') => qr/without items/,
        file_of('hello') => qr/nor does it begin with a request line/,
        file_of("# only a comment\n") => qr/nor does it begin with/,
        file_of("GET https://x/\n\n###\nnonsense\n")
            => qr/:4:1: error: here a request line must stand/,
        file_of('') => qr/it is empty/,
        file_of(" \n\n") => qr/it is empty/,
        file_of("\xff\xfe{\0") => qr/UTF-16/,
        file_of("{\"a\": \"\xff\"}") => qr/:1:\d+: error: no JSON: /,
        file_of('[' x 5000) => qr/:1:\d+: error: no JSON: .*depth/,
        file_of('{"a": ' . '{}' x 2) => qr/:1:\d+: error: no JSON: /,
        home() => qr/it is a directory/,
        home() . '/none' => qr/No such file or directory/,
        '/dev/zero' => qr/it is not a regular file/,
        file_of('x' x (10 * 1024 * 1024 + 1)) => qr/larger than 10 MiB/,
    );

    for my $file (sort keys %unusable) {
        my $run = lint($file);
        my $name = "$unusable{$file}";

        is($run->{status}, 2, "unusable: exit code: $name");
        is($run->{out}, '', "unusable: nothing on stdout: $name");
        like($run->{err}, qr/\A\Q$file\E:/, "unusable: the file: $name");
        like($run->{err}, $unusable{$file}, "unusable: why: $name");
    }

    is(sscurl([ '--ss-lint', "$dir/wire.txt", '--ss-config',
                home() . '/none' ])->{status}, 2, 'unusable: the rules file');
    is(sscurl([ '--ss-lint' ])->{status}, 2, '--ss-lint: needs a file');
}

# --- where nothing was checked ----------------------------------------------------

{
    my $run = lint(file_of("GET https://example.com/v1/clients\n"));

    is($run->{status}, 0, 'nothing checked: clean');
    like($run->{err}, qr/nothing was checked: all its requests go to other/,
         'nothing checked: is told');
    like(lint(file_of('{"log": {"entries": []}}'))->{err},
         qr/nothing was checked: there are no requests/, 'no requests: is told');
    like(lint(file_of({ log => { entries => [ 1, {}, { request => 2 } ] } }))
         ->{err}, qr/no requests/, 'HAR: entries that are none');
    like(lint(file_of(collection(5)))->{err}, qr/no requests/,
         'Postman: items that are none');
}

# --- settings -----------------------------------------------------------------

{
    my $file = file_of("GET https://api.scopestack.io/v1/clients HTTP/1.1\n"
                       . "Accept: application/vnd.api+json\n"
                       . "Authorization: Bearer abc\n");
    my $run = sscurl([ '--ss-lint', $file, '--ss-config', $acme ]);

    like($run->{out}, qr/\[account-slug-missing, would-repair\]/,
         'a known account; mode off does not count');

    $run = sscurl([ '--ss-lint', $file, '--ss-config', $plain, '--ss-account',
                    'acme' ]);
    like($run->{out}, qr/\[account-slug-missing, would-repair\]/,
         '--ss-account counts');

    $run = sscurl([ '--ss-lint', '-', '--ss-config', $plain ],
                  stdin => slurp($file));
    like($run->{out}, qr/^stdin:1:1: error: path: /, '- is stdin');

    $run = sscurl([ '--ss-lint', file_of("GET /v1/me\nHost: api.scopestack.test"
                                         . "\nAuthorization: Bearer a\n") ]);
    like($run->{out}, qr/:1:1: .*\[accept-not-jsonapi/,
         'a service of another name, by http');
}

# --- Postman ------------------------------------------------------------------

my $me = 'https://api.scopestack.io/v1/me';
my @accept = ({ key => 'Accept', value => 'application/vnd.api+json' });
my $bearer = { type => 'bearer', bearer => [ { key => 'token', value => 'x' } ] };

# name, request, rules that find something, further members
my @postman = (
    [ 'a string', $me, 'accept-not-jsonapi', auth => $bearer ],
    [ 'no scheme, another host', 'example.com/v1/me', '', auth => $bearer ],
    [ 'headers as a string',
      { url => $me, header => "Accept: application/vnd.api+json\nX: y" }, '',
      auth => $bearer ],
    [ 'a disabled header',
      { url => $me, header => [ { %{ $accept[0] }, disabled => JSON::PP::true } ]
      }, 'accept-not-jsonapi', auth => $bearer ],
    [ 'auth of the request',
      { url => $me, header => \@accept, auth => { type => 'bearer', bearer =>
        [ { key => 'token', value => 'undefined' } ] } },
      'authorization-malformed', auth => $bearer ],
    [ 'auth that is inherited', { url => $me, header => \@accept },
      'authorization-malformed', auth => { type => 'bearer', bearer =>
        [ { key => 'token', value => 'Bearer Bearer x' } ] } ],
    [ 'auth wins over a header',
      { url => $me, header => [ @accept, { key => 'authorization',
        value => 'nonsense and more' } ] }, '', auth => $bearer ],
    [ 'an unknown token', { url => $me, header => \@accept }, '',
      auth => { type => 'bearer', bearer => [ { key => 'token',
        value => '{{token}}' } ] } ],
    [ 'auth as v2.0 wrote it', { url => $me, header => \@accept },
      'authorization-malformed',
      auth => { type => 'bearer', bearer => { token => 'null' } } ],
    [ 'digest', { url => $me, header => \@accept }, '',
      auth => { type => 'digest' } ],
    [ 'a prefix of the helper', { url => $me, header => \@accept },
      'authorization-malformed', auth => { type => 'oauth2', oauth2 =>
        [ { key => 'headerPrefix', value => 'Token Bearer' } ] } ],
    [ 'an API key', { url => $me, header => [ { key => 'Authorization',
      value => 'Bearer x' } ] }, '', auth => { type => 'apikey',
      apikey => [ { key => 'key', value => 'Accept' },
                  { key => 'value', value => 'application/vnd.api+json' } ] } ],
    [ 'a placeholder of the documentation',
      { url => 'https://api.scopestack.io/{account-slug}/v1/clients',
        header => \@accept }, 'account-slug-placeholder', auth => $bearer ],
    [ 'a path variable that is not given a value',
      { url => { protocol => 'https', host => 'api.scopestack.io',
                 path => ':slug/v1/clients' }, header => \@accept },
      'account-slug-placeholder', auth => $bearer ],
    [ 'a path variable with a value',
      { url => { protocol => 'https', host => [ 'api', 'scopestack', 'io' ],
                 path => [ ':slug', 'v1', 'clients' ],
                 variable => [ { key => 'slug', value => 'acme/acme' } ] },
        header => \@accept }, 'account-slug-doubled', auth => $bearer ],
    [ 'a variable of the request',
      { url => '{{url}}/clients', header => \@accept }, 'account-slug-missing',
      auth => $bearer, variable => [ { key => 'url', value =>
        'https://api.scopestack.io/v1' } ] ],
    [ 'a disabled variable',
      { url => '{{url}}/v1/me', header => \@accept }, '', auth => $bearer,
      variable => [ { key => 'url', value => 'https://example.com',
                      disabled => JSON::PP::true } ] ],
    [ 'a variable of itself', { url => '{{a}}/v1/me', header => \@accept }, '',
      auth => $bearer, variable => [ { key => 'a', value => '{{a}}' } ] ],
    [ 'a form as multipart',
      { method => 'POST', url => 'https://app.scopestack.io/oauth/token',
        body => { mode => 'formdata', formdata => [
          { key => 'grant_type', value => 'client_credentials' },
          { key => 'client_id', value => '{{id}}' },
          { key => 'client_secret', value => '{{secret}}' } ] } },
      'token-body-encoding' ],
    [ 'a grant that is a variable',
      { method => 'POST', url => 'https://app.scopestack.io/oauth/token',
        body => { mode => 'urlencoded', urlencoded => [
          { key => 'grant_type', value => '{{grant}}' } ] } }, '' ],
    [ 'a body from a file',
      { method => 'POST', url => 'https://app.scopestack.io/oauth/token',
        header => [ { key => 'Content-Type',
                      value => 'application/x-www-form-urlencoded' } ],
        body => { mode => 'file', file => { src => '/form' } } }, '' ],
    [ 'JSON without a type',
      { method => 'POST', url => 'https://api.scopestack.io/acme/v1/projects',
        header => \@accept, body => { mode => 'raw', raw =>
          '{"data":{"type":"projects","attributes":{"name":"{{n}}"}}}',
          options => { raw => { language => 'json' } } } },
      'content-type-not-jsonapi', auth => $bearer ],
    [ 'GET has no body',
      { method => 'GET', url => $me, header => \@accept, body =>
        { mode => 'raw', raw => '{"a":' } }, '', auth => $bearer ],
    [ 'wrapped, as Postman\'s API gives it', undef, 'accept-not-jsonapi',
      collection => collection($me, auth => $bearer) ],
);

for my $case (@postman) {
    my ($name, $request, $rules, %more) = @$case;

    is(rules_of(collection($request, %more)), $rules, "Postman: $name");
}

# The helper's own request, by grant and place of the client.
sub helper {
    my (%values) = @_;

    return collection({ url => $me, header => \@accept }, auth => {
        type => 'oauth2',
        oauth2 => [ map { { key => $_, value => $values{$_} } }
                    sort keys %values ],
    });
}

my %helper = (accessTokenUrl => 'https://app.scopestack.io/oauth/token',
              clientId => '{{id}}', client_authentication => 'body');
my @helpers = (
    [ 'password', 'token-redirect-uri', grant_type => 'password_credentials' ],
    [ 'client credentials', '', grant_type => 'client_credentials' ],
    [ 'code', '', grant_type => 'authorization_code' ],
    [ 'code with PKCE', '', grant_type => 'authorization_code_with_pkce' ],
    [ 'implicit', '', grant_type => 'implicit' ],
    [ 'Basic', 'token-authorization-header', grant_type => 'client_credentials',
      client_authentication => 'header' ],
    [ 'the wrong host', 'host-mismatch', grant_type => 'client_credentials',
      accessTokenUrl => 'https://api.scopestack.io/oauth/token' ],
    [ 'another service', '', grant_type => 'password_credentials',
      accessTokenUrl => 'https://auth.example.com/oauth/token' ],
    [ 'a host that is not known', 'token-redirect-uri',
      grant_type => 'password_credentials',
      accessTokenUrl => '{{auth}}/oauth/token' ],
    [ 'no URL', '', grant_type => 'password_credentials',
      accessTokenUrl => '' ],
);

for my $case (@helpers) {
    my ($name, $rules, %values) = @$case;

    is(rules_of(helper(%helper, %values)), $rules, "helper: $name");
}

# --- HAR ----------------------------------------------------------------------

sub har {
    my ($request, $status) = @_;

    return { log => { entries => [ { request => { method => 'GET', headers => [
        { name => 'accept', value => 'application/vnd.api+json' } ],
        %$request }, response => { status => $status // 200 } } ] } };
}

is(rules_of(har({ url => 'https://api.scopestack.io/v1/{{x}}' })),
   'account-slug-missing', 'HAR: nothing is a variable');
is(rules_of(har({ url => 'https://app.scopestack.io/oauth/token',
                  method => 'POST', postData => { text => 'AAAA',
                  encoding => 'base64' } })), '', 'HAR: a coded body');
is(rules_of("\xef\xbb\xbf" . $json->encode(har({ url => $me }))), '',
   'HAR: a byte order mark');
is(rules_of(har({ url => 'https://app.scopestack.io/oauth/token',
                  method => 'POST', postData => { mimeType =>
                  'multipart/form-data; boundary=x', params => [
                  { name => 'grant_type', value => 'refresh_token' },
                  { name => 'refresh_token', value => 'x' },
                  { name => 'client_id', value => 'x' },
                  { name => 'client_secret', value => 'x' } ] } })),
   'token-body-encoding', 'HAR: a multipart form');

# --- raw ----------------------------------------------------------------------

my $head = "Accept: application/vnd.api+json\nAuthorization: Bearer {{t}}";
my @raw = (
    [ 'a URL alone', "https://api.scopestack.io/v1/me\n$head", '' ],
    [ 'a variable first', "{{api}}/v1/me\n$head\n", '' ],
    [ 'CR LF', "GET $me HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\n",
      'accept-not-jsonapi' ],
    [ 'no host', "GET /v1/clients HTTP/1.1\n$head\n", 'account-slug-missing' ],
    [ 'the account is a variable', "GET {{u}}/{{a}}/v1/clients\n$head\n", '' ],
    [ 'a variable at the end of the file',
      "GET {{u}}/v1/clients\n$head\n\n###\n\n\@u = https://example.com\n", '' ],
    [ 'several', "GET $me\n$head\n\n### x\nGET $me\n\n###\n# c\n\nGET $me\n",
      'authorization-missing accept-not-jsonapi '
      . 'authorization-missing accept-not-jsonapi' ],
    [ 'scripts', "< {%\n x\n%}\nGET $me\n$head\n\n> {% y %}\n>> out.json\n\n"
      . "###\nGET $me\n$head\n", '' ],
    [ 'a body of a variable', "POST {{a}}/oauth/token\n"
      . "Content-Type: application/x-www-form-urlencoded\n\n{{body}}\n", '' ],
    [ 'bytes', "GET https://api.scopestack.io/v1/\xff\0\n$head\n\xfe\n",
      'account-slug-missing' ],
);

for my $case (@raw) {
    my ($name, $text, $rules) = @$case;

    is(rules_of($text), $rules, "raw: $name");
}

# --- places -------------------------------------------------------------------

is_deeply(found(file_of("// \xc3\xa4\n\n  GET $me\nAuthorization: Bearer x\n")),
          [ '3:3 accept-not-jsonapi header Accept' ], 'place: blanks');
is_deeply(found(file_of('{"info":{"n":"' . "\xc3\xa4" x 5000 . '\\"},{"},'
    . '"item":[{"name":"]","request":"' . $me . '"}],"auth":'
    . $json->encode($bearer) . '}')),
    [ '1:5053 accept-not-jsonapi header Accept' ],
    'place: one line, columns are characters');
is_deeply(found(file_of('{"info":{},"item":[1],' . "\n"
    . '"auth":' . $json->encode($bearer) . ",\n"
    . '"item":[ {"request":' . "\n \"$me\"}]}")),
    [ '4:2 accept-not-jsonapi header Accept' ],
    'place: of two members the last');

# --- bounds -------------------------------------------------------------------

{
    my @doubling = map { my $next = '{{v' . ($_ + 1) . '}}';
                         { key => "v$_", value => $next x 20 } } 0 .. 11;
    my $run = lint(file_of(collection('{{v0}}', variable => \@doubling)));

    is($run->{status}, 2, 'variables that double: refused');
    like($run->{err}, qr/variables.*more than 16 MiB/, 'and why');

    my $deep = { request => $me };
    $deep = { item => [ $deep ] } for 1 .. 66;
    $run = lint(file_of({ %$deep, info => {} }));
    is($run->{status}, 2, 'folders too deep: refused');
    like($run->{err}, qr/:1:\d+: error: folders in folders/, 'and why');

    my $item = qq({"name":"x","request":"$me"});
    $run = lint(file_of('{"info":{},"auth":' . $json->encode($bearer)
                        . ',"item":[' . join(',', ($item) x 100_000) . ']}'));
    like($run->{out}, qr/100000 requests checked, .* 100000 findings\n\z/,
         '100,000 requests: all are checked');
    ok(!$run->{timeout}, '100,000 requests: in time');
}

done_testing();
