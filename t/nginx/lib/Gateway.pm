package Gateway;

# What the tests of the module share: rules whose hosts lead nowhere, an nginx
# that proxies to a recorder, and requests as bytes.

use strict;
use warnings;

use Exporter ();
use SSTest;
use SSTest::Nginx;

our @ISA = qw(Exporter);
our @EXPORT = qw(rules gateway request get body_of header_of status_of
                 rules_header form api_get chunked);

my $files = 0;

# A rules file for the account acme; what is given is added.
sub rules {
    my ($more) = @_;

    return spew(tmp_dir() . '/rules' . $files++ . '.yaml', tokenless(<<"END"));
version: 1
service:
  api_url: http://api.scopestack.test
  auth_url: http://app.scopestack.test
  account: acme
@{[ $more // '' ]}
END
}

# An nginx in front of a recorder. server: more text of the server; location:
# of the location that proxies; mode, rules: '' leaves the directive out.
sub gateway {
    my ($upstream, %opt) = @_;
    my $mode = $opt{mode} // 'enforce';
    my $rules = $opt{rules} // rules();
    my $on = ($opt{module} // 1)
        ? ($mode && "scopestack $mode;")
          . ($rules && "scopestack_rules_file $rules;") : '';

    return SSTest::Nginx->new(
        module => $opt{module} // 1,
        main   => $opt{main} // '',
        http   => $opt{http} // '',
        allow  => $opt{allow},
        master => $opt{master},
        no_start => $opt{no_start},
        server => "$on @{[ $opt{server} // '' ]}"
            . "location / { proxy_pass http://127.0.0.1:@{[$upstream->port]};"
            . " @{[ $opt{location} // '' ]} }",
    );
}

# The bytes of a request; a body gets its Content-Length.
sub request {
    my ($method, $target, $headers, $body) = @_;
    my $head = "$method $target HTTP/1.1\r\nHost: gateway.test\r\n";

    $head .= "$_\r\n" for @{ $headers || [] };
    $head .= 'Content-Length: ' . length($body) . "\r\n" if defined $body;

    return "$head\r\n" . ($body // '');
}

sub get { return request('GET', @_) }

# A GET of the API with which nothing is wrong.
sub api_get {
    my ($target, @headers) = @_;

    return get($target, [ 'Accept: application/vnd.api+json',
                          'Authorization: Bearer abc', @headers ]);
}

# A token request as a form.
sub form {
    my ($body, @headers) = @_;

    return request('POST', '/oauth/token',
                   [ 'Content-Type: application/x-www-form-urlencoded',
                     @headers ], $body);
}

# A chunked body, in pieces of a size.
sub chunked {
    my ($body, $size) = @_;
    my $text = '';

    for (my $at = 0; $at < length $body; $at += $size) {
        my $piece = substr $body, $at, $size;
        $text .= sprintf("%x\r\n", length $piece) . "$piece\r\n";
    }

    return "${text}0\r\n\r\n";
}

sub body_of {
    my ($raw) = @_;

    return (split /\r\n\r\n/, $raw // '', 2)[1];
}

# The values of a header, joined by newlines; undef when there is none.
sub header_of {
    my ($raw, $name) = @_;
    my ($head) = split /\r\n\r\n/, $raw // '', 2;
    my @values = ($head // '') =~ /^\Q$name\E:[ ]?([^\r\n]*)/mig;

    return @values ? join "\n", @values : undef;
}

sub status_of {
    my ($answer) = @_;

    return $answer =~ m{\AHTTP/1\.1 (\d+)} ? $1 : 0;
}

sub rules_header { return header_of($_[0], 'ScopeStack-Gateway') }

1;
