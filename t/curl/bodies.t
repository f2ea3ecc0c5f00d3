#!/usr/bin/perl
#
# Wherever curl takes a request's parts from, the rules see them, and what
# arrives is the repaired request.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Recorder;
use Sscurl;

my %tries;
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;

    # a retry is told from another request by its X-Retry
    if ($raw =~ /^X-Retry: (\w+)/mi && !$tries{$1}++) {
        return reply('503 Busy', "busy\n");
    }

    return reply('200 OK', "ok\n");
});

my @to = to($recorder);
my $dir = home();
my $token = auth() . '/oauth/token';
my $form_type = 'application/x-www-form-urlencoded';
my $jsonapi = 'application/vnd.api+json';

# a client_credentials grant with the parameter that does not belong there
my $good = 'grant_type=client_credentials&client_id=id&client_secret=s%26t';
my $bad = "$good&redirect_uri=https%3A%2F%2Fx%2F";

spew("$dir/form", "$bad\n");
spew("$dir/json", '{"grant_type":"client_credentials","client_id":"id",'
     . '"client_secret":"s&t"}');
spew("$dir/secret", 's&t');
spew("$dir/config", "url = \"$token\"\ndata = \"$bad\"\n");
spew("$dir/document", qq({"data":{"type":"clients","attributes":)
     . qq({"name":"\xc3\xa9"}}}));

# Runs sscurl and returns what arrived.
sub arrived {
    my ($args, %opt) = @_;

    $recorder->clear;
    my $run = sscurl([ '-sS', '--ss-format', 'json', @$args, @to ],
                     dir => $dir, %opt);

    return ($run, $recorder->requests);
}

# --- token requests -------------------------------------------------------

sub token_is {
    my ($name, $args, $body, $rules, %opt) = @_;
    my ($run, @got) = arrived($args, %opt);
    my $raw = $got[0] // '';

    is($run->{status}, 0, "$name: exit code") or diag($run->{err});
    is(scalar @got, 1, "$name: one request arrives");
    is(line_of($raw), 'POST /oauth/token HTTP/1.1', "$name: it is a POST");
    is(host_of($raw), 'app.scopestack.test', "$name: to the right host");
    is(body_of($raw), $body, "$name: the body is repaired");
    ok(length_is_right($raw), "$name: Content-Length is the body's")
        or diag($raw);
    is(header_of($raw, 'Content-Type'), $opt{type} // $form_type,
       "$name: Content-Type is one and right");
    is(header_of($raw, 'Authorization'), '', "$name: no Authorization");
    is_deeply([ sort map { /(\S+)/ } @{ outcomes($run) } ],
              [ sort split / /, $rules ], "$name: the findings")
        or diag($run->{err});
    is_deeply([ grep { !/ repaired\z/ } @{ outcomes($run) } ], [],
              "$name: all is repaired");

    return $raw;
}

my $redirect = 'token-redirect-uri';
my $encoding = 'token-body-encoding';
my $query = 'token-parameters-in-query';
my $header = 'token-authorization-header';
my @three = ('grant_type=client_credentials', 'client_id=id');

token_is('-d', [ '-d', $bad, $token ], $good, $redirect);
token_is('-d in pieces', [ (map { ('-d', $_) } split /&/, $bad), $token ],
         $good, $redirect);
token_is('-d @file', [ '-d', '@form', $token ], $good, $redirect);
token_is('-d @-', [ '-d', '@-', $token ], $good, $redirect,
         stdin => "$bad\n");
token_is('--data-binary', [ '--data-binary', $bad, $token ], $good, $redirect);
token_is('--data-binary @file', [ '--data-binary', '@form', $token ],
         $good, $redirect);
token_is('--data-raw', [ '--data-raw', "$good&redirect_uri=\@x", $token ],
         $good, $redirect);
token_is('--data-ascii', [ '--data-ascii', $bad, $token ], $good, $redirect);
token_is('--data-urlencode', [ '-d', $three[0], '-d', $three[1],
         '--data-urlencode', 'client_secret=s&t', '--data-urlencode',
         'redirect_uri=https://x/', $token ], $good, $redirect);
token_is('--data-urlencode name@file', [ '-d', $three[0], '-d', $three[1],
         '--data-urlencode', 'client_secret@secret', '-d', 'redirect_uri=x',
         $token ], $good, $redirect);
token_is('-X POST and -d', [ '-X', 'POST', '-d', $bad, $token ], $good,
         $redirect);
token_is('-X PUT', [ '-X', 'PUT', '-d', $good, $token ], $good,
         'token-method');
token_is('-X GET with a body', [ '-X', 'GET', '-d', $good, $token ], $good,
         'token-method');
token_is('-G', [ '-G', '-d', $good, $token ], $good, "token-method $query");
token_is('--get, body last', [ '-d', $good, $token, '--get' ], $good,
         "token-method $query");
token_is('a plain GET', [ "$token?$good" ], $good, "token-method $query");
token_is('-X POST and a query', [ '-X', 'POST', "$token?$good" ], $good,
         $query);
token_is('body and query', [ '-d', $three[0],
         "$token?client_id=id&client_secret=s%26t" ], $good, $query);
token_is('--json', [ '--json', slurp("$dir/json"), $token ], $good, $encoding);
token_is('--json @file', [ '--json', '@json', $token ], $good, $encoding);
token_is('--json @-', [ '--json', '@-', $token ], $good, $encoding,
         stdin => slurp("$dir/json"));
token_is('JSON with curl\'s own type', [ '-d', '@json', $token ], $good,
         $encoding);
token_is('JSON with a type of its own', [ '-d', '@json', '-H',
         'content-type:application/json', $token ], $good, $encoding);
token_is('-F', [ '-F', $three[0], '-F', $three[1], '-F', 'client_secret=s&t',
         $token ], $good, $encoding);
token_is('-F and redirect_uri', [ '-F', $three[0], '-F', 'redirect_uri=x',
         '-F', $three[1], '-F', 'client_secret=s&t', $token ], $good,
         "$encoding $redirect");
token_is('--form-string', [ '--form-string', $three[0], '--form-string',
         $three[1], '--form-string', 'client_secret=s&t', $token ], $good,
         $encoding);
token_is('-F name=<file', [ '-F', $three[0], '-F', $three[1], '-F',
         'client_secret=<secret', $token ], $good, $encoding);
token_is('-F and types of parts', [ '-F', "$three[0];type=text/plain", '-F',
         "$three[1];encoder=8bit", '-F',
         'client_secret=s&t;headers="X: y"', $token ], $good, $encoding);
# libcurl adds its boundary to such a header, as Postman's exports have it
token_is('-F and a multipart type', [ '-F', $three[0], '-F', $three[1], '-F',
         'client_secret=s&t', '-H', 'Content-Type: multipart/form-data',
         $token ], $good, $encoding);
token_is('-F and a multipart type with a charset', [ '-F', $three[0], '-F',
         $three[1], '-F', 'client_secret=s&t', '-H',
         'Content-Type: multipart/form-data; charset=utf-8', $token ], $good,
         $encoding);
token_is('text/plain', [ '-H', 'Content-Type: text/plain', '-d', $good,
         $token ], $good, $encoding);
token_is('-H \'Content-Type:\'', [ '-H', 'Content-Type:', '-d', $good,
         $token ], $good, $encoding);
token_is('-H \'Content-Type;\'', [ '-H', 'Content-Type;', '-d', $good,
         $token ], $good, $encoding);
token_is('two Content-Types', [ '-H', 'Content-Type: text/plain', '-H',
         'content-type: application/json', '-d', '@json', $token ], $good,
         $encoding);
token_is('-u', [ '-u', 'id:s&t', '-d', $three[0], $token ], $good, $header);
token_is('-u with a colon in the secret', [ '-u', 'id:s:&', '-d', $three[0],
         $token ], "$three[0]&$three[1]&client_secret=s%3A%26", $header);
token_is('-u that repeats the body', [ '-u', 'id:s&t', '-d', $good, $token ],
         $good, $header);
token_is('userinfo in the URL', [ '-d', $three[0],
         'http://id:s%26t@app.scopestack.test/oauth/token' ], $good, $header);
token_is('--oauth2-bearer', [ '--oauth2-bearer', 'tok', '-d', $good, $token ],
         $good, $header);
token_is('-H Authorization: Basic', [ '-H', 'Authorization: Basic aWQ6cyZ0',
         '-d', $three[0], $token ], $good, $header);
token_is('-H authorization: bearer', [ '-H', 'authorization: bearer t', '-d',
         $good, $token ], $good, $header);
token_is('-K file', [ '-K', 'config' ], $good, $redirect);
token_is('-K -', [ '-K', '-' ], $good, $redirect,
         stdin => slurp("$dir/config"));
token_is('an upper case host', [ '-d', $bad,
         'HTTP://APP.ScopeStack.Test:80/oauth/token' ], $good, $redirect);
token_is('no scheme', [ '-d', $bad, 'app.scopestack.test/oauth/token' ],
         $good, $redirect);
token_is('the API host', [ '-d', $good, api() . '/oauth/token' ], $good,
         'host-mismatch');
token_is('chunked', [ '-H', 'Transfer-Encoding:', '-d', $bad, $token ], $good,
         $redirect);
token_is('Expect', [ '-H', 'Expect: 100-continue', '-d', $bad, $token ],
         $good, $redirect);
token_is('all at once', [ '-u', 'id:s&t', '-X', 'PUT', '--json',
         '{"grant_type":"Client-Credentials","redirect_uri":"x"}',
         api() . '//oauth/token' ],
         'grant_type=client_credentials&client_id=id&client_secret=s%26t',
         "host-mismatch path-double-slash token-method $encoding $header "
         . "token-grant-type $redirect");

{
    my $home = home();

    spew("$home/.curlrc", "data = \"$bad\"\n");
    token_is('.curlrc', [ $token ], $good, $redirect,
             env => { HOME => $home });
}

# A length of the user's own is the old body's.
{
    my ($run, @got) = arrived([ '-H', 'Content-Length: ' . length $bad, '-d',
                                $bad, '-m', '0.5', $token ]);

    is($run->{status}, 0, '-H Content-Length: the request is a whole one');
    is(header_of($got[0], 'Content-Length'), length $good,
       '-H Content-Length: of another body does not leave');
}

# A Host of the user's own is the old origin's.
token_is('-H Host', [ '-H', 'Host: api.scopestack.test', '-d', $good,
         api() . '/oauth/token' ], $good, 'host-mismatch');

# --- bodies that cannot be had ----------------------------------------------

{
    my ($run, @got) = arrived([ '-X', 'POST', '-T', 'form', $token ]);

    is(body_of($got[0]), "$bad\n", '-T: the body is as it was');
    is_deeply(outcomes($run), [ 'body-not-checked reported' ],
              '-T: it is told that nobody looked');

    # the method cannot be mended without the body, and must not be said to be
    ($run, @got) = arrived([ '-T', 'form', $token ]);
    my $is_post = line_of($got[0]) =~ /\APOST / ? 1 : 0;
    my $told = grep { $_ eq 'token-method repaired' } @{ outcomes($run) };

    is($is_post, $told, '-T as PUT: a method that is told as repaired is');

    ($run, @got) = arrived([ '-F', $three[0], '-F', 'file=@form', $token ]);
    like($got[0], qr/filename="form"/, '-F with a file is as it was');
    is_deeply([ grep { /encoding/ } @{ outcomes($run) } ],
              [ 'token-body-encoding reported' ],
              '-F with a file is reported, and not said to be repaired');

    # a form would say something else, or leave out what the part says of itself
    for my $part ('client_secret=s;type=text/plain; charset=iso-8859-1',
                  'client_secret=s;encoder=base64',
                  'client_secret=s;headers="Content-Type: text/plain; '
                      . 'charset=utf-16"',
                  '=s', 'client\\secret=s') {
        ($run, @got) = arrived([ '-F', $three[0], '-F', $part, $token ]);
        is_deeply([ grep { /encoding/ } @{ outcomes($run) } ],
                  [ 'token-body-encoding reported' ],
                  "-F $part is reported");
        like($got[0], qr/form-data/, "-F $part is as it was");
    }

    ($run, @got) = arrived([ '-I', $token ]);
    is(line_of($got[0]), 'HEAD /oauth/token HTTP/1.1', '-I: HEAD leaves');
    is((grep { /token-method| repaired/ } @{ outcomes($run) }), 0,
       '-I: no other method is promised');
}

# --- API requests -----------------------------------------------------------

sub api_is {
    my ($name, $args, $want, $rules, %opt) = @_;
    my ($run, @got) = arrived($args, %opt);
    my $raw = $got[0] // '';
    my $bare = $raw =~ s/\r\n\r\n.*//sr;

    is($run->{status}, 0, "$name: exit code") or diag($run->{err});
    is(scalar @got, 1, "$name: one request arrives");
    ok(length_is_right($raw), "$name: Content-Length is the body's")
        or diag($raw);
    for my $key (sort keys %$want) {
        my $have = $key eq 'line' ? line_of($raw) =~ s{ HTTP/1.1\z}{}r
            : $key eq 'body' ? body_of($raw) : header_of($raw, $key);

        is($have, $want->{$key}, "$name: $key");
    }
    is_deeply([ sort @{ outcomes($run) } ],
              [ map { "$_ repaired" } sort split / /, $rules ],
              "$name: the findings") or diag($run->{err});

    return $bare;
}

my $me = api() . '/v1/me';
my $clients = api() . '/acme/v1/clients';
my $accept = 'accept-not-jsonapi';
my $type = 'content-type-not-jsonapi';
my @accept = ('-H', "Accept: $jsonapi");
my $document = slurp("$dir/document");

api_is('curl\'s own Accept', [ $me ],
       { line => 'GET /v1/me', Accept => $jsonapi }, $accept);
api_is('-H overriding Accept', [ '-H', 'Accept: application/json', $me ],
       { Accept => $jsonapi }, $accept);
api_is('a right Accept in another case', [ '-H', "aCCept:$jsonapi", $me ],
       { Accept => $jsonapi }, '');
api_is('-H \'Accept;\'', [ '-H', 'Accept;', $me ],
       { Accept => $jsonapi }, $accept);
api_is('-H \'Accept:\'', [ '-H', 'Accept:', $me ],
       { Accept => $jsonapi }, $accept);
api_is('two Accepts', [ '-H', 'Accept: a/b', '-H', 'accept: c/d', $me ],
       { Accept => $jsonapi }, $accept);
api_is('-I', [ '-I', $me ], { line => 'HEAD /v1/me', Accept => $jsonapi },
       $accept);
api_is('the slug', [ @accept, api() . '/v1/clients?filter%5Ba%5D=b%20c' ],
       { line => 'GET /acme/v1/clients?filter%5Ba%5D=b%20c' },
       'account-slug-missing');

# curl 8 sends no "?" before an empty query
$recorder->clear;
curl([ '-s', elsewhere() . '/?', @to ]);
my ($empty) = line_of(($recorder->requests)[0]) =~ m{ /(\??) };
api_is('the slug, an empty query', [ @accept, api() . '/v1/clients?' ],
       { line => "GET /acme/v1/clients$empty" }, 'account-slug-missing');
api_is('the slug, a fragment', [ @accept, api() . '/v1/clients?a=b#top' ],
       { line => 'GET /acme/v1/clients?a=b' }, 'account-slug-missing');
api_is('-G', [ '-G', '-d', 'page[size]=1', @accept, api() . '/v1/clients' ],
       { line => 'GET /acme/v1/clients?page[size]=1' },
       'account-slug-missing');
api_is('--path-as-is', [ '--path-as-is', @accept,
       api() . '//v1/me/x' ], { line => 'GET /v1/me/x' },
       'path-double-slash');
api_is('globbing', [ @accept, api() . '/v1/clients/[7-7]' ],
       { line => 'GET /acme/v1/clients/7' }, 'account-slug-missing');
api_is('-g and a placeholder', [ '-g', @accept,
       api() . '/{account-slug}/v1/clients' ],
       { line => 'GET /acme/v1/clients' }, 'account-slug-placeholder');
api_is('-d', [ @accept, '-d', '@document', $clients ],
       { 'Content-Type' => $jsonapi, body => $document }, $type);
api_is('--json', [ '--json', '@document', $clients ],
       { 'Content-Type' => $jsonapi, Accept => $jsonapi, body => $document },
       "$accept $type");
api_is('-X PATCH', [ '-X', 'PATCH', @accept, '--data-binary', '@document',
       "$clients/1" ],
       { line => 'PATCH /acme/v1/clients/1', 'Content-Type' => $jsonapi,
         body => $document =~ s/"data":\{\K/"id":"1",/r },
       "$type document-id");
api_is('--oauth2-bearer', [ '--oauth2-bearer', '"tok"', @accept, $me ],
       { Authorization => 'Bearer tok' }, 'authorization-malformed');
api_is('-H Authorization', [ '-H', 'Authorization: Bearer Bearer tok',
       @accept, $me ], { Authorization => 'Bearer tok' },
       'authorization-malformed');
api_is('-u stays where it is wanted', [ '-u', 'a:b', @accept, $me ],
       { Authorization => 'Basic YTpi' }, '');
api_is('userinfo stays', [ @accept,
       'http://u%40:p%3A@api.scopestack.test/v1/clients' ],
       { line => 'GET /acme/v1/clients', Authorization => 'Basic dUA6cDo=' },
       'account-slug-missing');
api_is('-F to the API', [ '-F', 'a=b', $clients ], { Accept => $jsonapi },
       $accept);
api_is('an upload', [ @accept, '-X', 'POST', '--data-binary', '@form', '-H',
       'Content-Type: application/octet-stream',
       "$clients/1/document-templates/1/upload" ],
       { body => "$bad\n", 'Content-Type' => 'application/octet-stream' }, '');
my $large = '{"data":{"type":"clients","attributes":{"name":"'
    . 'x' x 900_000 . '"}}}';
api_is('a large body', [ @accept, '--data-binary', '@-', $clients ],
       { 'Content-Type' => $jsonapi, body => $large }, $type,
       stdin => $large);
api_is('a large body without a type',
       [ @accept, '--data-binary', '@-', $clients ],
       { 'Content-Type' => $jsonapi, body => $large },
       "$type document-type", stdin => $large =~ s/"type":"clients",//r);

# curl asks for another scheme than the URL's guess; the rules must follow.
{
    my $rules = spew("$dir/https", "version: 1\nservice: { account: acme, "
                     . "api_url: https://api.scopestack.test }\n");
    my @args = ('--ss-dry-run', '--ss-format', 'json', '--proto-default',
                'https', 'api.scopestack.test/v1/clients');
    my $run = sscurl([ '--ss-config', $rules, @args ]);

    like($run->{out}, qr{^GET https://api\.scopestack\.test/acme/v1/clients$}m,
         '--proto-default https: the rules for https apply');

    $run = sscurl(\@args);
    like($run->{out}, qr{^GET https://}m,
         '--proto-default https: nothing is sent as http');
}

# One word of -H can hold two headers, and the second may be a rule's as well.
for my $end ("\r\n", "\n") {
    my $name = $end eq "\n" ? 'two headers in a word, LF' : 'two headers in a word';

    $recorder->clear;
    sscurl([ '-sS', @to, '-H', "Accept: x${end}X-Team: finance", '-H',
             "X-A: 1${end}X-B: 2${end} more", api() . '/acme/v1/clients' ]);
    my ($got) = $recorder->requests;

    is(header_of($got, 'Accept'), $jsonapi, "$name: the first is repaired");
    is(header_of($got, 'X-Team'), 'finance', "$name: the second is there");
    is(header_of($got, 'X-A') . header_of($got, 'X-B'), '12',
       "$name: others are as they were");
    like($got, qr/^X-B: 2\r?\n more\r\n/m, "$name: a folded one, too");
}

# --- several requests ---------------------------------------------------------

{
    my ($run, @got) = arrived([ @to, '-d', $bad, $token, '--next', '-sS',
                                @to, $me, '--next', '-sS', '-X', 'PUT', '-d',
                                $bad, elsewhere() ]);

    is(scalar @got, 3, '--next: three requests');
    is(body_of($got[0]), $good, '--next: the first is repaired');
    is(header_of($got[1], 'Accept'), $jsonapi, '--next: and the second');
    is(line_of($got[2]), 'PUT / HTTP/1.1',
       '--next: the third, elsewhere, is as it was');
    is(body_of($got[2]), $bad, '--next: its body as well');
    is(header_of($got[2], 'Accept'), '*/*', '--next: its headers, too');
    is(scalar objects($run), 2, '--next: a report for each one of ours');

    my @four = ($me, "$clients/1", api() . '/v1/clients', elsewhere());
    ($run, @got) = arrived([ '-Z', (map { ('-o', '/dev/null', $_) } @four) ]);
    my %by = map { line_of($_) => header_of($_, 'Accept') } @got;

    is_deeply(\%by, { 'GET /v1/me HTTP/1.1' => $jsonapi,
                      'GET /acme/v1/clients/1 HTTP/1.1' => $jsonapi,
                      'GET /acme/v1/clients HTTP/1.1' => $jsonapi,
                      'GET / HTTP/1.1' => '*/*' },
              '-Z: each one is repaired, and the other host\'s is not');
    is(scalar objects($run), 3, '-Z: a report for each one of ours');

    ($run, @got) = arrived([ '-Z', '-d', $bad, (map { ('-o', '/dev/null') }
                             1 .. 8), map { "$token?n=$_" } 1 .. 8 ]);
    is(scalar(grep { body_of($_) eq $good } @got), 8,
       '-Z: eight bodies are repaired');

    ($run, @got) = arrived([ '-F', $three[0], '-F', $three[1], '-F',
                             'client_secret=s&t', "$token?n=[1-3]" ]);
    is(scalar(grep { body_of($_) eq $good } @got), 3,
       '-F with several URLs: each one is repaired');

    ($run, @got) = arrived([ '--retry', '1', '-H', 'X-Retry: one', '-d', $bad,
                             $token ]);
    is(scalar @got, 2, '--retry: sent twice');
    is_deeply([ map { body_of($_) } @got ], [ $good, $good ],
              '--retry: repaired both times');
    is_deeply(outcomes($run), [ 'token-redirect-uri repaired' ],
              '--retry: told once');
}

$recorder->stop;
done_testing();
