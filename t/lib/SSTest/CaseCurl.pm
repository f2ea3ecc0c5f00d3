package SSTest::CaseCurl;

# Requests of cases in the words of curl, and sscurl sending them to an upstream
# on loopback.

use strict;
use warnings;

use JSON::PP;
use SSTest;

# [name, value] of each option for a request; curl's own headers are taken off.
# file: where its body is put.
sub _options {
    my ($r, $file) = @_;
    my %given = map { lc $_->[0] => 1 } @{ $r->{headers} };
    my @options = [ request => $r->{method} ];

    # "Name;" is a header without a value
    for my $header (@{ $r->{headers} }) {
        push @options, [ header => length $header->[1]
                         ? "$header->[0]: $header->[1]" : "$header->[0];" ];
    }
    push @options, map { $given{ lc $_ } ? () : [ header => "$_:" ] }
        qw(Accept Content-Type User-Agent Expect);
    push @options, [ 'data-binary' => '@' . spew($file, $r->{body}) ]
        if length $r->{body};

    return (@options, ['path-as-is'], ['globoff'],
            [ url => "$r->{scheme}://$r->{authority}$r->{target}" ]);
}

sub _to {
    my ($upstream) = @_;

    return [ 'connect-to' => "::127.0.0.1:$upstream" ];
}

sub _quoted {
    my ($text) = @_;

    $text =~ s/(["\\])/\\$1/g;

    return qq{"$text"};
}

# A request as a part of curl's configuration file; more: options like those
# above.
sub transfer {
    my ($request, $upstream, $file, @more) = @_;

    return join '', map { "$_\n" } map {
        join ' = ', $_->[0], map { _quoted($_) } @$_[1 .. $#$_]
    } @more, _to($upstream), _options($request, $file);
}

# Runs sscurl by a rules file, as run_cmd(); said: the objects on stderr.
sub run {
    my ($rules, $words, %opt) = @_;
    my $run = run_cmd([ build_dir() . '/sscurl', '-q', '--ss-config', $rules,
                        '--ss-format', 'json', @$words ],
                      env => { preload_env() }, %opt);
    my $json = JSON::PP->new->utf8;

    $run->{said} = [ map { eval { $json->decode($_) } || () }
                     grep { /\A\{/ } split /\n/, $run->{err} ];

    return $run;
}

# What was said of each transfer: {verdict, findings, answers}. The findings
# come first, and what explains the answer behind them.
sub by_transfer {
    my ($said) = @_;
    my @transfers;

    for my $object (@$said) {
        if ($object->{findings}) {
            push @transfers, { %$object, answers => [] };
        } elsif (@transfers) {
            push @{ $transfers[-1]{answers} }, $object;
        }
    }

    return @transfers;
}

# Sends a case's request.
sub ask {
    my ($case, $upstream) = @_;
    my $rules = spew(tmp_dir() . '/rules', $case->{config});
    my @words = map { my ($name, @value) = @$_; ("--$name", @value) }
        _to($upstream), _options($case->{request}, tmp_dir() . '/body');

    return run($rules, [ '-sS', @words ]);
}

1;
