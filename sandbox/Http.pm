package Http;

# HTTP/1.1 for the sandbox, as much as it needs: a request off what has come in,
# and the bytes of an answer, which is [status, [name, value ...], body].

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT_OK = qw(take_request message closes no_route);

sub dechunk {
    my ($data) = @_;
    my $body = '';

    while ($$data =~ s/\A([0-9a-fA-F]+)[^\r\n]*\r\n//) {
        my $size = hex $1;

        return undef if length $$data < $size + 2;
        $body .= substr $$data, 0, $size;
        substr $$data, 0, $size + 2, '';
        return $body if $size == 0;
    }

    return undef;
}

# Takes a whole request off the buffer; undef when there is none yet.
sub take_request {
    my ($buffer) = @_;
    my $data = $$buffer;

    return undef unless $data =~ s/\A\r?\n?(\S+) (\S+) HTTP\/1\.([01])\r\n//;
    my %r = (method => $1, target => $2, minor => $3);
    return undef unless $data =~ s/\A((?:[^\r\n]+\r\n)*)\r\n//;

    for my $line (split /\r\n/, $1) {
        my ($name, $value) = split /:\s*/, $line, 2;
        $r{header}{ lc $name } = $value if defined $value;
    }

    if (lc($r{header}{'transfer-encoding'} // '') eq 'chunked') {
        $r{body} = dechunk(\$data);
        return undef unless defined $r{body};
    } else {
        my $length = $r{header}{'content-length'} || 0;

        return undef if length $data < $length;
        $r{body} = substr $data, 0, $length, '';
    }

    ($r{path}, $r{query}) = split /\?/, $r{target}, 2;
    $$buffer = $data;

    return \%r;
}

my %phrase = (200 => 'OK', 201 => 'Created', 204 => 'No Content',
              302 => 'Found', 400 => 'Bad Request', 401 => 'Unauthorized',
              403 => 'Forbidden', 404 => 'Not Found',
              406 => 'Not Acceptable', 415 => 'Unsupported Media Type');

# The bytes of the answer to a request.
sub message {
    my ($r, $answer) = @_;
    my ($code, $headers, $body) = @$answer;
    my @lines = "HTTP/1.1 $code $phrase{$code}";

    push @lines, 'Content-Length: ' . length $body if $code != 204;

    for (my $i = 0; $i < @$headers; $i += 2) {
        push @lines, "$headers->[$i]: $headers->[ $i + 1 ]";
    }
    push @lines, 'Connection: close' if closes($r);

    return join("\r\n", @lines, '', '')
        . ($r->{method} eq 'HEAD' ? '' : $body);
}

# What a web site answers where it has nothing.
sub no_route {
    return [ 404, [ 'Content-Type' => 'text/html; charset=utf-8' ],
             "<!DOCTYPE html>\n<title>404</title>\n"
             . "<h1>The page you were looking for doesn't exist.</h1>\n" ];
}

# Is the connection to end with this request's answer?
sub closes {
    my ($r) = @_;
    my $connection = lc($r->{header}{connection} // '');

    return $connection eq 'close'
        || ($r->{minor} == 0 && $connection ne 'keep-alive');
}

1;
