#!/usr/bin/perl
#
# What rules about URLs and parameters rest on: how Rails routes and reads them,
# asked of a real server without a word of ours.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/lib", "$Bin/../lib", "$Bin/../curl/lib", "$Bin/../../sandbox";
use SSTest;
use JSON::PP;
use Oauth;

# --- parameters --------------------------------------------------------------

my $json = JSON::PP->new->canonical->utf8;

# What is read: as JSON, or the status.
sub read_of {
    my (@args) = @_;
    my $answer = ask('bare', @args);

    return $answer->{status} == 200
        ? $json->encode($json->decode($answer->{body})) : $answer->{status};
}

sub query { return read_of("/test/read?$_[0]", '-g') }
sub posted { return read_of('/test/read', '--data-binary', $_[0]) }

my @read = (
    [ 'a=1&a=2', '{"a":"2"}', 'the last one counts' ],
    [ 'page[size]=5&page[size]=9', '{"page":{"size":"9"}}',
      'the last page[size] counts' ],
    [ 'include=a&include=b', '{"include":"b"}', 'the last include counts' ],
    [ 'a', '{"a":null}', 'a name alone is nil' ],
    [ 'a=', '{"a":""}', 'a name and "=" an empty text' ],
    [ 'a&a=', '{"a":""}', 'the two differ' ],
    [ 'a=&a', '{"a":null}', 'the other way round' ],
    [ 'a=%C3%BC', qq({"a":"\xc3\xbc"}), 'UTF-8' ],
    [ 'a=%FC', '400', 'an escape of Latin-1' ],
    [ 'a%FC=b', '400', 'the same in a name' ],
    [ 'a=%ED%A0%80', '400', 'half a surrogate pair' ],
    [ 'a=%C0%AF', '400', 'an overlong form' ],
    [ 'a=50%', '400', 'a "%" that begins no escape' ],
    [ 'a=%zz', '400', 'the same with letters' ],
);

for (@read) {
    my ($text, $expect, $name) = @$_;

    is(query($text), $expect, "query: $name");
    is(posted($text), $expect, "form: $name");
}

is(posted('a=1;b=2'), '{"a":"1;b=2"}', 'form: ";" separates nothing');
# in a query it does until Rack 3
like(query('a=1;b=2'), qr/\A\{"a":"1(?:;b=2"|","b":"2")\}\z/,
     'query: ";" may separate');

is(query("a=M\xfcller"), '400', 'query: a byte of Latin-1');
is(posted("a=M\xfcller"), '400', 'form: a byte of Latin-1');
is(query("a=M\xc3\xbcller"), qq({"a":"M\xc3\xbcller"}), 'query: bytes of UTF-8');
is(posted('a=1& b=2&  c=3'), '{"a":"1","b":"2","c":"3"}',
   'form: blanks behind "&" are passed over');
is(posted(' a=1'), '{" a":"1"}', 'form: at its beginning they are not');
is(posted('a=1&%20b=2'), '{" b":"2","a":"1"}', 'form: nor are their escapes');
is(read_of('/test/read?a=1', '-d', 'a='), '{"a":""}',
   'what the form has counts, not the query');
is(read_of('/test/read?a=1', '-d', 'a'), '{"a":null}', 'nil as well');
is(read_of('/test/read?a=1', '-H', 'Content-Type: application/json', '-d',
           '{"a":null}'), '{"a":null}', 'null of JSON as well');

# --- paths -------------------------------------------------------------------

my @form = form(client_form());
my @bearer = ('-H', $ACCEPT, bearer(new_tokens()->{access_token}));

for (
    [ '/oauth/token', 200 ],
    [ '/oauth/token/', 200 ],
    [ '/v1/oauth/token', 404 ],
    [ '/oauth/v1/token', 404 ],
    [ '/api/oauth/token', 404 ],
    [ '/acme/oauth/token', 404 ],
    [ '/OAuth/Token', 404 ],
    [ '/oauth/token/x', 404 ],
) {
    my ($path, $status) = @$_;

    is(ask('bare', $path, @form)->{status}, $status, "POST $path");
}

for (
    [ '/v1/me', 200 ],
    [ '/v1/me/', 200 ],
    [ '/V1/me', 404 ],
    [ '/v1/Me', 404 ],
    [ '/acme/v1/me', 404 ],
    [ '/api/v1/me', 404 ],
) {
    my ($path, $status) = @$_;

    is(ask('bare', $path, @bearer)->{status}, $status, "GET $path");
}

ok(doorkeeper()->stop, 'Doorkeeper had nothing to complain of');
done_testing();
