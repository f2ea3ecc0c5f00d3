package SSTest::Cases;

# The cases of t/cases and t/causes, and what the core makes of them, for the
# tests of the gateway and of sscurl, which must agree with it.

use strict;
use warnings;

use File::Basename qw(basename);
use JSON::PP;
use SSTest;

# Bytes out of hex digits.
sub _message {
    my ($message, @keys) = @_;

    $message->{$_} = pack 'H*', $message->{$_} for @keys, 'body';
    $_ = [ map { pack 'H*', $_ } @$_ ] for @{ $message->{headers} };

    return;
}

sub _request {
    my ($request) = @_;

    _message($request, qw(method scheme authority path query));
    $request->{target} = $request->{path}
        . ($request->{has_query} ? "?$request->{query}" : '');

    return;
}

# Cases from lines of JSON.
sub read {
    my ($lines) = @_;
    my $json = JSON::PP->new->utf8;
    my @cases = map { $json->decode($_) } split /\n/, $lines;

    for my $case (@cases) {
        _request($case->{$_}) for qw(request leaves);
        _message($case->{response}) if $case->{response};
    }

    return \@cases;
}

# Those about a rule each, and those about what real clients did.
sub files {
    return sort glob root_dir() . '/t/{cases,mistakes}/*.yaml';
}

# Those about what explains a response.
sub cause_files {
    return sort glob root_dir() . '/t/causes/*.yaml';
}

sub _load {
    my ($backend, @files) = @_;
    my $run = run_cmd([ build_dir() . '/t/cases', '--json', @files ]);

    die "cases: $run->{err}" if $run->{status} != 0;

    my @cases = @{ SSTest::Cases::read($run->{out}) };

    for my $case (@cases) {
        my $about = $case->{response} ? basename($case->{file}, '.yaml')
            : $case->{rule} || 'mistake';

        $case->{title} = "$about: $case->{name}";
        utf8::encode($case->{config});
        utf8::encode($case->{title});
    }

    return grep {
        my $backends = $_->{backends};
        !@$backends || grep { $_ eq $backend } @$backends;
    } @cases;
}

# All cases that this backend is to run.
sub load {
    my ($backend) = @_;

    return _load($backend, files());
}

# Where the mode is off, there is no gateway and no sscurl to explain anything.
# What the core does then, they do with all rules off.
sub _all_rules_off {
    my ($case) = @_;
    my $json = JSON::PP->new->utf8->canonical;
    my $config = $json->decode($case->{config});
    my @pages = glob root_dir() . '/docs/rules/*-*.md';

    delete $config->{mode};
    $config->{rules} = { map { basename($_, '.md') => 'off' } @pages };
    $case->{config} = $json->encode($config);
    $case->{mode} = 'enforce';

    return;
}

# All cases with a response that this backend is to run.
sub load_causes {
    my ($backend) = @_;
    my @cases = _load($backend, cause_files());

    _all_rules_off($_) for grep { $_->{mode} eq 'off' } @cases;

    return @cases;
}

# Takes a raw HTTP/1 request apart: {method, target, headers, body}.
sub parse {
    my ($raw) = @_;
    my ($head, $body) = split /\r\n\r\n/, $raw, 2;
    my ($line, @lines) = split /\r\n/, $head;
    my ($method, $target) = split / /, $line;
    my @headers = map { [ split /:[ ]?/, $_, 2 ] } @lines;

    return { method => $method, target => $target, headers => \@headers,
             body => $body };
}

sub _unchunked {
    my ($text) = @_;
    my $body = '';

    while ($text =~ s/\A([0-9a-f]+)\r\n//i && hex $1) {
        $body .= substr $text, 0, hex $1, '';
        $text =~ s/\A\r\n//;
    }

    return $body;
}

# The body of an answer, chunks joined.
sub body {
    my ($raw) = @_;
    my $answer = parse($raw);
    my $body = $answer->{body} // '';

    return values_of($answer, 'Transfer-Encoding') ? _unchunked($body) : $body;
}

# The values of a header, in order.
sub values_of {
    my ($request, $name) = @_;

    return map { $_->[1] } grep { lc $_->[0] eq lc $name }
        @{ $request->{headers} };
}

my @compared = qw(Accept Authorization Content-Type Content-Encoding X-Team);

# Compares what arrived with what is to leave; '' or what differs.
sub difference {
    my ($case, $raw) = @_;
    my $got = parse($raw);
    my $want = $case->{leaves};

    return "method $got->{method}" if $got->{method} ne $want->{method};
    return "target $got->{target}" if $got->{target} ne $want->{target};
    return 'host ' . join ',', values_of($got, 'Host')
        if lc join(',', values_of($got, 'Host')) ne lc $want->{authority};

    for my $name (@compared) {
        my $have = join "\n", values_of($got, $name);

        return "header $name: $have"
            if $have ne join "\n", values_of($want, $name);
    }

    return "body " . substr $got->{body}, 0, 300
        if $got->{body} ne $want->{body};
    return 'Content-Length ' . join ',', values_of($got, 'Content-Length')
        if length $got->{body}
            && join(',', values_of($got, 'Content-Length'))
                ne length $got->{body};

    return '';
}

# Findings in one spelling, to compare.
sub findings {
    my ($json) = @_;

    return JSON::PP->new->canonical->ascii->encode($json);
}

1;
