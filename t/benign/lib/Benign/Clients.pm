package Benign::Clients;

# The programs that send: how each spells a query, a document and its headers.
# All of them are set up as the service wants it, but for the two whose Accept
# the rules repair by default.

use strict;
use warnings;
use utf8;

use Encode qw(encode_utf8);
use Exporter qw(import);
use JSON::PP ();

our @EXPORT_OK = qw(@CLIENTS escape query_text document_text header_lines);

my $JSONAPI = 'application/vnd.api+json';

# accept: of API calls. kept: the characters that a query's values keep, with
# unreserved letters and digits; blank: its spelling there; bracket: names keep
# their brackets. json: JSON::PP's options. lower: header names as in HTTP/2.
# on_get: a Content-Type on every call. form: the type of a form. more: what it
# sends besides.
our @CLIENTS = (
    { name => 'python-requests', agent => 'python-requests/2.31.0',
      accept => $JSONAPI, kept => '_.~-', blank => '+',
      json => [qw(ascii space_after)],
      more => [ 'Accept-Encoding: gzip, deflate', 'Connection: keep-alive' ] },

    { name => 'axios', agent => 'axios/1.6.8',
      accept => $JSONAPI, kept => q{_.~!'()*:$,-}, blank => '+', bracket => 1,
      json => [],
      form => 'application/x-www-form-urlencoded;charset=utf-8',
      more => [ 'Accept-Encoding: gzip, compress, deflate, br' ] },

    { name => 'axios-default', agent => 'axios/0.21.4',
      accept => 'application/json, text/plain, */*', kept => q{_.~!'()*:$,-},
      blank => '+', bracket => 1, json => [], more => [] },

    { name => 'node-fetch', agent => 'node', lower => 1,
      accept => $JSONAPI, kept => '_.*-', blank => '+', json => [],
      form => 'application/x-www-form-urlencoded; charset=UTF-8',
      more => [ 'accept-language: *', 'sec-fetch-mode: cors',
                'accept-encoding: gzip, deflate' ] },

    { name => 'workato', agent => 'Workato/1.0 (rest-client/2.1.0)',
      accept => $JSONAPI, kept => '_.*-', blank => '+', bracket => 1,
      json => [],
      more => [ 'Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3' ] },

    { name => 'suitescript', agent => 'NetSuite/2024.1(SuiteScript)',
      accept => $JSONAPI, kept => q{_.~!'()*-}, blank => '%20', bracket => 1,
      json => [], on_get => 'application/json', more => [] },

    { name => 'curl', agent => 'curl/7.88.1',
      accept => $JSONAPI, kept => '_.~-', blank => '%20', bracket => 1,
      json => [], more => [] },

    { name => 'curl-plain', agent => 'curl/8.5.0',
      accept => '*/*', kept => '_.~-', blank => '%20', bracket => 1,
      json => [], more => [] },

    { name => 'postman', agent => 'PostmanRuntime/7.36.3',
      accept => $JSONAPI, kept => q{_.~!'()*:$,;@/?-}, blank => '%20',
      bracket => 1, json => [qw(pretty)],
      more => [ 'Postman-Token: 7b1e2c64-0d0f-4b35-9d6f-6f1c2f3a4b5c',
                'Cache-Control: no-cache',
                'Accept-Encoding: gzip, deflate, br' ] },

    { name => 'go', agent => 'Go-http-client/2.0', lower => 1,
      accept => "application/json;q=0.5, $JSONAPI", kept => '_.~-',
      blank => '+', json => [],
      # a team of the example has rules of its own
      more => [ 'x-team: finance',
                'x-request-id: 0190a6c2-7d3e-7b5a-9c1d-2e4f60718293',
                'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-'
                    . '00f067aa0ba902b7-01' ] },

    { name => 'okhttp', agent => 'okhttp/4.12.0', lower => 1, low_hex => 1,
      accept => "$JSONAPI,application/json", kept => '_.*-', blank => '+',
      json => [qw(pretty)], on_get => $JSONAPI,
      more => [ 'x-b3-traceid: 463ac35c9f6413ad',
                'x-datadog-trace-id: 1234567890123456789' ] },
);

sub escape {
    my ($client, $text, $kept) = @_;
    my $bytes = encode_utf8($text);

    $kept = $client->{kept} unless defined $kept;
    $bytes =~ s{([^A-Za-z0-9\Q$kept\E])}
               {$1 eq ' ' ? $client->{blank} : sprintf '%%%02X', ord $1}ge;
    $bytes =~ s/(%[0-9A-F]{2})/lc $1/ge if $client->{low_hex};

    return $bytes;
}

# A query or a form, from [name, value] pairs.
sub query_text {
    my ($client, @pairs) = @_;
    my $kept = $client->{bracket} ? '_.~[]-' : '_.-';

    return join '&', map {
        escape($client, $_->[0], $kept) . '=' . escape($client, $_->[1])
    } @pairs;
}

sub document_text {
    my ($client, $document) = @_;
    my $json = JSON::PP->new->utf8->canonical->allow_nonref;

    $json->$_ for @{ $client->{json} };
    my $text = $json->encode($document);
    $text =~ s/\s+\z//;

    return $text;
}

sub header_lines {
    my ($client, @lines) = @_;

    push @lines, "User-Agent: $client->{agent}", @{ $client->{more} };
    return @lines unless $client->{lower};

    return map { s/^([^:]+)/lc $1/er } @lines;
}

1;
