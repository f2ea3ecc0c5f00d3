#!/usr/bin/perl
#
# All responses through nginx: the causes must be those that the core names, and
# all else of an answer stays as the service sent it.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use JSON::PP;
use SSTest;
use SSTest::CaseGateway;
use SSTest::Cases;
use SSTest::Service;

my $json = JSON::PP->new->utf8;
my @cases = SSTest::Cases::load_causes('gateway');
my $service = SSTest::Service->new;

# Two ways through it, that differ in all they can.
my %gateways = map { $_->[0] => SSTest::CaseGateway->new(
    \@cases,
    upstream => $service->port,
    says => '$scopestack_causes $scopestack_findings',
    location => "scopestack_explain $_->[0]; $_->[1]",
) } ([ header => '' ],
     [ body => 'proxy_buffering off; proxy_http_version 1.1;' ]);

# Causes, header and what the service said of itself: the same either way.
sub same {
    my ($case, $way, $answer, $line) = @_;
    my $title = "$case->{title}: $way";
    my ($causes, $findings) = split / /, $line, 2;
    my ($first) = @{ $case->{explains} };
    my ($explained, @more) = SSTest::Cases::values_of($answer,
                                                      'ScopeStack-Explain');
    my $response = $case->{response};

    is($causes, join(',', @{ $case->{explains} }), "$title: causes");
    is(SSTest::Cases::findings($json->decode($findings)),
       SSTest::Cases::findings($case->{findings}), "$title: findings");
    like($explained // 'none',
         $first ? qr{\A$first; doc="https://[^"\s]+"\z} : qr/\Anone\z/,
         "$title: the header names the first");
    is(scalar @more, 0, "$title: once");

    is($answer->{target}, $response->{status}, "$title: status");
    for my $name (map { $_->[0] } @{ $response->{headers} }) {
        is_deeply([ SSTest::Cases::values_of($answer, $name) ],
                  [ SSTest::Cases::values_of($response, $name) ],
                  "$title: header $name");
    }

    return;
}

# Left alone, though a parser that is less strict takes the body.
my %alone = ('document: a member twice' => 'which of the two is meant?');

# Does the answer take a member: is it one of the two forms, whole and plain?
sub takes_member {
    my ($case, $body) = @_;
    my $response = $case->{response};
    my ($type) = SSTest::Cases::values_of($response, 'Content-Type');
    my ($media) = lc($type // '') =~ /\A([^;\s]*)/;
    my $text = $body =~ s/\A\xef\xbb\xbf//r;
    my $data = eval { $json->decode($text) };

    return if delete $alone{ $case->{title} } || $response->{status} < 400
        || !$response->{complete}
        || SSTest::Cases::values_of($response, 'Content-Encoding')
        || ref $data ne 'HASH';
    return ref $data->{errors} eq 'ARRAY'
        && (!exists $data->{meta} || ref $data->{meta} eq 'HASH'
            && !exists $data->{meta}{scopestack})
        if $media eq 'application/vnd.api+json';
    return exists $data->{error} && !ref $data->{error}
        && $json->encode([ $data->{error} ]) =~ /\A\["/
        && !exists $data->{scopestack}
        if $media eq 'application/json';

    return;
}

# How much of two texts is the same from their beginning on.
sub common {
    my ($one, $two) = @_;
    my $different = $one ^ $two;

    return $different =~ /\A\0*/ ? $+[0] : 0;
}

# A body that must have got a member, and nothing else.
sub gained {
    my ($case, $title, $before, $after) = @_;
    my $data = eval { $json->decode($after =~ s/\A\xef\xbb\xbf//r) };
    my $member = ref $data ne 'HASH' ? undef
        : $data->{errors} ? $data->{meta}{scopestack} : $data->{scopestack};

    is_deeply([ map { $_->{cause} } @{ $member->{causes} || [] } ],
              $case->{explains}, "$title: the body names the causes");
    is(scalar(grep { !length || ref } map { @$_{qw(message fix doc)} }
              @{ $member->{causes} || [] }), 0, "$title: with texts");

    my $start = common($before, $after);
    my $end = common(scalar reverse($before), scalar reverse $after);
    ok(length $after > length $before && $start + $end >= length $before,
       "$title: no byte is missing");

    return;
}

# One way: what stays the same, and the body that came.
sub through {
    my ($way, $case) = @_;
    my ($raw, $line) = $gateways{$way}->ask($case);
    my $answer = SSTest::Cases::parse($raw);
    my $body = $answer->{body} // '';
    my ($length) = SSTest::Cases::values_of($answer, 'Content-Length');
    my $chunked = SSTest::Cases::values_of($answer, 'Transfer-Encoding');
    my $whole = $chunked ? $body =~ /(?:\A|\r\n)0\r\n\r\n\z/
        : length($body) == ($length // 0);

    same($case, $way, $answer, $line);
    is($whole ? 'whole' : 'cut off',
       $service->is_whole($case->{response}) ? 'whole' : 'cut off',
       "$case->{title}: $way: it ends as it should");

    return SSTest::Cases::body($raw);
}

my $took = 0;

for my $case (@cases) {
    my $title = $case->{title};

    my $sent = $service->answers($case->{response});
    my $body = through('header', $case);
    ok($body eq $sent, "$title: header: the same bytes");

    $sent = $service->answers($case->{response}, chunked => 1);
    $body = through('body', $case);
    if (takes_member($case, $sent)) {
        $took++;
        gained($case, "$title: body", $sent, $body);
    } else {
        ok($body eq $sent, "$title: body: the same bytes");
    }
}

cmp_ok($took, '>', @cases / 2, 'most errors take a member');
is_deeply([ sort keys %alone ], [], 'what is left alone is there');

$gateways{$_}->stop for sort keys %gateways;
done_testing();
