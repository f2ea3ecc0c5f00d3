package SSTest::Hostile;

# Answers that no service gives, made to break who reads them. The way is asked
# for in the target: /as-WAY.

use strict;
use warnings;

use Exporter ();
use IO::Compress::Gzip qw(gzip);

our @ISA = qw(Exporter);
our @EXPORT_OK = qw(hostile_ways hostile_answer);

my $jsonapi = 'Content-Type: application/vnd.api+json';
my $json = 'Content-Type: application/json';

sub _whole {
    my ($status, $body, @headers) = @_;

    return join "\r\n", "HTTP/1.1 $status", @headers,
        'Content-Length: ' . length $body, 'Connection: close', '', $body;
}

sub _chunked {
    my ($chunks, $trailer, @headers) = @_;

    return join "\r\n", 'HTTP/1.1 422 No', @headers,
        'Transfer-Encoding: chunked', 'Connection: close', '',
        (map { sprintf("%x;ext=\"a;b\";x=1\r\n%s", length $_, $_) } @$chunks),
        "0;last$trailer", '', '';
}

# A document of exactly so many bytes.
sub _sized {
    my ($size) = @_;
    my ($front, $back) = ('{"errors":[{"detail":"', '"}]}');

    return _whole('422 No', $front . 'x' x ($size - length "$front$back")
                            . $back, $jsonapi);
}

my $errors = '{"errors":[{"code":"100","detail":"name - can\'t be blank"}]}';
my $bomb = "\0" x 20_000_000;
gzip(\$bomb, \my $zipped, -Level => 9) or die 'gzip';
undef $bomb;

my %answers = (
    'many-errors' => _whole('422 No', '{"errors":[' . join(',', map {
        qq({"code":"100","detail":"d$_","source":{"pointer":"/data/a$_"}})
    } 1 .. 10_000) . ']}', $jsonapi),
    'deep' => _whole('400 No', '{"errors":' . '[' x 100_000 . ']' x 100_000
                               . '}', $jsonapi),
    'deep-short' => _whole('400 No', '{"a":' x 120 . '1' . '}' x 120, $json),
    'many-names' => _whole('400 No', '{' . join(',', map { qq("n$_":1) }
                                                1 .. 6000) . '}', $json),
    'many-headers' => _whole('404 No', $errors, $jsonapi,
                             map { "X-H$_: v" } 1 .. 100),
    'one-header-often' => _whole('401 No', '', $jsonapi,
                                 ('WWW-Authenticate: Bearer error="x') x 90),
    'many-1xx' => "HTTP/1.1 103 Early\r\nX: y\r\n\r\n" x 20
        . _whole('422 No', $errors, $jsonapi),
    'trailers' => _chunked([ $errors ], "\r\nX-Trailer: $errors\r\n"
                           . 'Content-Type: text/html', $jsonapi),
    'small-chunks' => _chunked([ split //, $errors ], '', $jsonapi),
    'bomb' => _whole('500 No', $zipped, $jsonapi, 'Content-Encoding: gzip'),
    'status-999' => _whole('999 No', $errors, $jsonapi),
    'status-600' => _whole('600 No', $errors, $jsonapi),
    'nul' => _whole('400 No', "{\"error\":\"a\0b\",\"error_description\":"
                              . "\"a\\u0000b\"}\0\0", $json),
    'nul-coded' => _whole('400 No', '{"error":"a\\u0000b","error_description":'
                                    . '"a\\u0000\\u001b[2J\\u202eb"}', $json),
    'no-utf8' => _whole('400 No', "{\"error\":\"\xff\xfe\xc0\x80\"}", $json),
    'half' => _whole('400 No', '{"error":"invalid_grant","error_desc', $json),
    'half-escape' => _whole('400 No', '{"error":"x\\u00', $json),
    'no-reason' => _whole('400', $errors, $jsonapi),
    'long-reason' => _whole('400 ' . 'r' x 2000, $errors, $jsonapi),
    'percent' => _whole('500 No', '%s%n%%' x 100, 'Content-Type: text/plain',
                        'Retry-After: %n%s'),
    'lines' => _whole('400 No', "{\"error\":\"a\\nsscurl: repaired: x\\r\\n\"}",
                      $json),
    'broken-off' => join("\r\n", 'HTTP/1.1 422 No', $jsonapi,
                         'Content-Length: 5000', 'Connection: close', '',
                         $errors),
    map { $_ => _sized($_) } 65_535, 65_536, 65_537
);

sub hostile_ways { return sort keys %answers }

# The answer to a raw request.
sub hostile_answer {
    my ($raw) = @_;

    return $raw =~ m{\A\S+ \S*/as-(\S+) } ? $answers{$1} : undef;
}

1;
