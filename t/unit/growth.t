#!/usr/bin/perl
#
# What a rules file costs grows with its size: twice as much of anything takes
# at most 2.3 times the instructions, as callgrind counts them.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;

my ($valgrind) = grep { -x } map { "$_/valgrind" } split /:/, $ENV{PATH};
plan skip_all => 'needs valgrind' if !$valgrind;

sub many {
    my ($n, $text, $separator) = @_;

    return join $separator // '', map { $text =~ s/%/$_/gr } 1 .. $n;
}

# A file of n; the exit code when it is read.
my %files = (
    'anchors' => [ 6000, 1, sub { 'x: [' . many($_[0], '&a% 1', ',') . "]\n" } ],
    'anchors and aliases' => [ 3000, 1, sub {
        'x: [' . many($_[0], '&a% 1, *a%', ',') . "]\n" } ],
    'keys of a map' => [ 450, 1, sub { many($_[0], "key%: 1\n") } ],
    'equal keys' => [ 3000, 1, sub { many($_[0], "mode: off\n") } ],
    'merged maps' => [ 450, 0, sub {
        "rules: &r { token-method: off }\nteams:\n- name: t\n  rules:\n"
            . '    <<: [' . many($_[0], '*r', ',') . "]\n" } ],
    'merged pairs' => [ 450, 1, sub {
        'x: &x { ' . many($_[0], 'k%: 1', ', ') . "}\n"
            . 'y: &y { ' . many($_[0], 'j%: 1', ', ') . "}\n"
            . "z: { <<: [*x, *y] }\n" } ],
    'teams' => [ 6000, 0, sub { "teams:\n" . many($_[0], "- { name: t% }\n") } ],
    'equal teams' => [ 2000, 1, sub {
        "teams:\n" . many($_[0], "- { name: t }\n") } ],
    'credentials' => [ 2000, 0, sub {
        "credentials:\n" . many($_[0], "- { client_id: c% }\n") } ],
    'gateways' => [ 2000, 0, sub {
        "service:\n  gateways:\n" . many($_[0], "  - http://h%\n") } ],
    'teams with rules' => [ 500, 0, sub {
        "rules: &r { token-method: off }\nteams:\n"
            . many($_[0], "- { name: t%, rules: { <<: *r } }\n") } ],
    'brackets' => [ 4000, 1, sub { 'x: ' . '[' x $_[0] . "\n" } ],
    'indents' => [ 300, 1, sub {
        join '', map { ' ' x $_ . "a:\n" } 0 .. $_[0] } ],
    'lists in a row' => [ 3000, 1, sub { 'x: [' . '[],' x $_[0] . "]\n" } ],
    'aliases of a long word' => [ 3000, 1, sub {
        'x: &x ' . 'w' x 20_000 . "\ny: [" . '*x,' x $_[0] . "]\n" } ],
    'directives' => [ 3000, 1, sub { many($_[0], "%TAG !% tag:x:\n") } ],
    'comments' => [ 5000, 0, sub { "# words\n" x $_[0] } ],
    'errors' => [ 3000, 1, sub {
        "teams:\n" . many($_[0], "- { name: t%, rules: { x%: off } }\n") } ],
);

sub instructions {
    my ($name, $status, $text) = @_;
    my $file = spew(tmp_dir() . '/growth.yaml',
                    $name eq 'directives' ? "$text---\nversion: 1\n"
                    : "version: 1\n$text");
    my $run = run_cmd([ $valgrind, '--tool=callgrind',
                        '--callgrind-out-file=/dev/null',
                        build_dir() . '/t/growth', $file ], timeout => 120);

    is($run->{status}, $status, "$name: exit code") or diag($run->{err});

    return $run->{err} =~ /Collected : (\d+)/ ? $1 : 0;
}

# what the program costs by itself
my $base = instructions('nothing', 0, '');
cmp_ok($base, '>', 0, 'callgrind counts');

for my $name (sort keys %files) {
    my ($n, $status, $make) = @{ $files{$name} };
    my ($one, $two) =
        map { instructions($name, $status, $make->($_ * $n)) - $base } 1, 2;

    cmp_ok($one, '>', 0, "$name: costs something");
    cmp_ok($two, '<=', 2.3 * $one, "$name: twice of them")
        and note(sprintf '%s: %.2f', $name, $two / ($one || 1));
}

done_testing();
