package Answers;

# Answers of a service that refuses, in every form that HTTP has for them. The
# way is asked for in the target: /as-WAY.

use strict;
use warnings;

use Exporter ();
use IO::Compress::Gzip qw(gzip);

our @ISA = qw(Exporter);
our @EXPORT = qw(answer_for body_for unchunked);

my $json = 'application/vnd.api+json';
my $errors = '{"errors":[{"status":"401","title":"Unauthorized"}]}';
gzip(\"unzipped text\n", \my $zipped);

# way: media type, body
my %bodies = (
    jsonapi => [ $json, $errors ],
    oauth   => [ 'application/json; charset=utf-8',
                 '{"error":"invalid_client","error_description":"no"}' ],
    html    => [ 'text/html', '<html><h1>Unauthorized</h1></html>' ],
    empty   => [ $json, '' ],
    text    => [ 'text/plain', 'HTTP Token: Access denied.' ],
    binary  => [ 'application/octet-stream', join '', map { chr } 0 .. 255 ],
    zipped  => [ "$json\r\nContent-Encoding: gzip", $zipped ],
    etag    => [ "$json\r\nETag: \"abc\"\r\nAccept-Ranges: bytes\r\n"
                 . "Content-MD5: abc\r\nRepr-Digest: sha-256=:abc=:\r\n"
                 . 'Last-Modified: Tue, 01 Jan 2030 00:00:00 GMT', $errors ],
    forged  => [ "$json\r\nScopeStack-Explain: forged\r\n"
                 . 'scopestack-gateway: forged', $errors ],
    ssi     => [ 'text/plain', 'before[<!--#echo var="none" -->]after' ],
    'cache-me' => [ $json, $errors ],
);

sub body_for { return $bodies{ $_[0] }[1] }

sub unchunked {
    my ($text) = @_;
    my $body = '';

    while ($text =~ s/\A([0-9a-f]+)\r\n//i && hex $1) {
        $body .= substr $text, 0, hex $1, '';
        $text =~ s/\A\r\n// or last;
    }

    return $body;
}

sub _head {
    my ($status, $type, @more) = @_;

    return join "\r\n", "HTTP/1.1 $status", "Content-Type: $type",
        'X-Kept: yes', @more, '', '';
}

sub _chunk { return sprintf("%x\r\n%s\r\n", length $_[0], $_[0]) }

# One that comes in pieces, or not whole.
sub _in_pieces {
    my ($way) = @_;
    my $length = 'Content-Length: ' . length $errors;
    my @halves = (substr($errors, 0, 20), substr $errors, 20);
    my $close = 'Connection: close';

    return [ _head(401, $json, $length) . $halves[0], $halves[1] ]
        if $way eq 'pieces';
    return [ _head(401, $json, $length), $errors ] if $way eq 'late-body';
    return [ _head(401, $json, 'Transfer-Encoding: chunked'),
             _chunk($halves[0]), _chunk($halves[1]), "0\r\n\r\n" ]
        if $way eq 'chunk-pieces';
    return _head(401, $json, $close, 'Content-Length: 10') . 'abc'
        if $way eq 'half';
    return [ _head(401, $json, $close, 'Content-Length: 10'), '' ]
        if $way eq 'none';
    return _head(401, $json, 'Content-Length: 10') . 'abc'
        if $way eq 'stuck';
    return [ _head(401, $json, 'Content-Length: 20') . 'x', ('x') x 19 ]
        if $way eq 'trickle';
    return [ _head(401, $json, 'Content-Length: 9'), ('') x 12, 'late body' ]
        if $way eq 'very-late-body';
    return [ _head(401, $json, 'Transfer-Encoding: chunked'), _chunk('abc'),
             "no chunk\r\n" ] if $way eq 'bad-chunk';

    return;
}

# One that is no error.
sub _fine {
    my ($way) = @_;
    my $long = 'Content-Length: 1000';

    return _head(200, $json, 'Content-Length: 2') . '{}' if $way eq 'fine';
    return "HTTP/1.1 204 No Content\r\n\r\n" if $way eq 'nothing';
    return "HTTP/1.1 304 Not Modified\r\n\r\n" if $way eq 'same';
    return _head(302, 'text/html', 'Location: /x', 'Content-Length: 0')
        if $way eq 'moved';
    return [ _head(200, $json, $long) . 'first', '', '', 'second' ]
        if $way eq 'stream';
    return [ _head(200, 'text/html', $long) . 'first', '', '', 'second' ]
        if $way eq 'odd-stream';
    return _head(200, 'text/html', 'Content-Length: 6') . '<html>'
        if $way eq 'odd';
    return _head(200, 'text/plain', 'X-Accel-Redirect: /files/page',
                 'Content-Length: 0') if $way eq 'accel';

    return;
}

sub _sized {
    my ($how, $size) = @_;
    my $body = 'x' x $size;

    return _head(401, $json, "Content-Length: $size") . $body
        if $how eq 'sized';
    return _head(401, $json, 'Connection: close') . $body
        if $how eq 'closed';

    my $text = '';
    $text .= _chunk($1) while $body =~ /\G(.{1,3000})/g;

    return _head(401, $json, 'Transfer-Encoding: chunked') . "${text}0\r\n\r\n";
}

sub answer_for {
    my ($raw) = @_;
    my ($way) = $raw =~ m{\A\S+ \S*/as-([\w-]+)} ? $1 : 'oauth';

    return _sized($1, $2) if $way =~ /\A(sized|chunked|closed)-(\d+)\z/;
    my $special = _in_pieces($way) || _fine($way);
    return $special if $special;

    my $status = $way =~ s/-(4\d\d)\z// ? $1 : 401;
    my ($type, $body) = @{ $bodies{$way} || $bodies{oauth} };

    # what the client sent, as a careless service would repeat it
    $body = '{"error":"invalid_grant","error_description":"'
        . join(' ', $raw =~ /(CANARY\w+)/g) . '"}' if $raw =~ /CANARY/;

    my $head = _head($status, $type, 'Content-Length: ' . length $body);

    return $raw =~ /\AHEAD/ ? $head : $head . $body;
}

1;
