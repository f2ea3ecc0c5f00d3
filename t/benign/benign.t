#!/usr/bin/perl
#
# Correct requests, as well-behaved clients send them, stay as they are: no
# rules file makes an error or a repair of one. The exception is an Accept that
# names no application/vnd.api+json, which is repaired by default.

use strict;
use warnings;

use Digest::SHA qw(sha256_hex);
use FindBin qw($Bin);
use List::Util qw(min);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use Benign qw(by_hand framed generated);
use Benign::Oauth qw(credential);

# What may be told of correct requests, without an error or a repair: rule,
# which ones, and why.
my @allowed = (
    # a list is meant, which the rule cannot know
    { rule => 'filter-comma', names => qr{^list-of-names|two-names} },
    # one account in the rules file, and a caller with several
    { rule => 'account-slug-mismatch', names => qr{^foreign-} },
    # what cannot be looked into is told
    { rule => 'body-not-checked', names => qr{gzip} },
);

# --- the corpus --------------------------------------------------------------

sub twice {
    my ($member, @requests) = @_;
    my %seen;

    return [ map { $_->{name} } grep { $seen{ $_->{$member} }++ } @requests ];
}

my @generated = generated();
my @hand = by_hand("$Bin/hand");
my @all = (@generated, @hand);
my %request = map { $_->{name} => $_ } @all;

cmp_ok(scalar @generated, '>=', 3000, 'generated requests');
cmp_ok(scalar @hand, '>=', 60, 'requests by hand');
is_deeply(twice('name', @all), [], 'no name twice');
is_deeply(twice('text', @all), [], 'no request twice');

my %kinds;
$kinds{ $_->{kind} }++ for @all;
diag(sprintf '%d requests, %d of them by hand: %s', scalar @all, scalar @hand,
     join ', ', map { "$_ $kinds{$_}" } sort keys %kinds);
is_deeply([ sort keys %kinds ],
          [qw(action api authorize file mcp oauth-other other token)],
          'all kinds');

# whatever order this Perl has for its hashes today
sub made_with_seed {
    my ($seed) = @_;

    return run_cmd([ $^X, "-I$Bin/lib", '-MBenign=generated,framed', '-e',
                     'print framed(generated())' ],
                   env => { PERL_HASH_SEED => $seed })->{out};
}

ok(made_with_seed(1) eq framed(@generated), 'the same requests each time');

# --- what rules make of it ---------------------------------------------------

# nobody sends a near miss of these, so that nothing may be found
sub registered {
    my $text = "credentials:\n";

    for my $seed (9001 .. 9040) {
        $text .= sprintf "  - { name: c%d, client_id: \"%s\", "
            . "client_secret_sha256: %s }\n", $seed, credential($seed),
            sha256_hex(credential($seed + 100));
    }

    return $text . '  - { name: sandbox, client_id: '
        . 'sandbox-client-Il1O0-0000000000000000000000, client_secret_sha256: '
        . sha256_hex('sandbox-secret-lI1O0-1111111111111111111111') . " }\n";
}

my $head = "version: 1\nservice: { account: acme }\n";
my @files = (
    [ 'the defaults', [], $head ],
    [ 'config.yaml.example', [], slurp(root_dir() . '/config.yaml.example') ],
    [ 'all repairs', ['--strictest'], $head . registered() ],
);
my $corpus = spew(tmp_dir() . '/corpus', framed(@all));

# The runner's lines: { kind, finding, edit => { "WAY NAME" => [[...] ...] } }.
sub told {
    my ($name, $options, $text) = @_;
    my $file = spew(tmp_dir() . '/rules.yaml', $text);
    my $out = tmp_dir() . '/told';
    my $run = run_cmd([ 'sh', '-c', 'exec "$@" < "$0" > "$CORPUS_OUT"',
                        $corpus, build_dir() . '/t/benign', @$options, $file ],
                      timeout => 300, env => { CORPUS_OUT => $out });
    my %told;

    is("$run->{status} $run->{signal}", '0 0', "$name: all were checked")
        or diag($run->{err});

    for my $line (split /\n/, slurp($out)) {
        my ($way, $request, $what, @words) = split /\t/, $line, -1;
        push @{ $told{$what}{"$way $request"} }, \@words;
    }

    return \%told;
}

sub request_of {
    my ($key) = @_;

    return $request{ (split / /, $key, 2)[1] };
}

# As a line for people.
sub lines_of {
    my ($told) = @_;

    return map { my $key = $_; map { join '  ', $key, @$_ } @{ $told->{$key} } }
        sort keys %$told;
}

sub is_allowed {
    my ($key, $finding) = @_;
    my $request = request_of($key);
    my ($rule, $severity, $outcome) = @$finding;

    return $request->{accept} && $outcome eq 'repaired'
        if $rule eq 'accept-not-jsonapi';

    return $severity ne 'error' && $outcome eq 'reported'
        && grep { $_->{rule} eq $rule && $request->{name} =~ $_->{names} }
               @allowed;
}

sub filtered {
    my ($told, $keep) = @_;
    my %rest;

    for my $key (keys %$told) {
        my @kept = grep { $keep->($key, $_) } @{ $told->{$key} };
        $rest{$key} = \@kept if @kept;
    }

    return \%rest;
}

# A test with the first few lines of what should not be.
sub none {
    my ($told, $name) = @_;
    my @lines = lines_of($told);
    my $count = @lines;

    splice @lines, 40;
    ok($count == 0, $name) or diag("$count:\n", map { "  $_\n" } @lines);
}

sub histogram {
    my ($told) = @_;
    my %count;

    $count{"$_->[0] ($_->[1])"}++ for map { @$_ } values %$told;

    return map { "  $_: $count{$_}" } sort keys %count;
}

my @repaired = sort map { $_->{name} } grep { $_->{accept} } @all;
my @axios = grep { /axios-default/ } @repaired;
my @curl = grep { /curl-plain/ } @repaired;

is(@axios + @curl, @repaired, "Accept is repaired of " . @axios
   . " requests by axios, " . @curl . " by curl, and no other");
cmp_ok(min(scalar @axios, scalar @curl), '>', 100, 'there are some of both');

for my $file (@files) {
    my $name = $file->[0];
    my $told = told(@$file);
    my %edited = map { $_ => 1 } keys %{ $told->{edit} };

    is(scalar(grep { /^direct / } keys %{ $told->{kind} }), scalar @all,
       "$name: an answer for each");
    none(filtered($told->{kind},
                  sub { $_[1][0] ne request_of($_[0])->{kind} }),
         "$name: each is of its kind");
    none(filtered($told->{finding}, sub { !is_allowed(@_) }),
         "$name: no finding but those allowed");
    none(filtered($told->{edit}, sub { "@{$_[1]}" ne
                      'set Accept application/vnd.api+json' }),
         "$name: nothing is changed but Accept");

    for my $way (qw(direct gateway)) {
        my @names = sort map { s/^$way //r } grep { /^$way / } keys %edited;

        is_deeply(\@names, \@repaired, "$name: Accept is changed in those "
                  . scalar(@repaired) . " that need it, $way");
    }

    diag("$name, findings:\n", join "\n", histogram($told->{finding}));
}

done_testing();
