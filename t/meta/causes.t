#!/usr/bin/perl
#
# A cause is an entry in a table, a page, a row and a case. What is forgotten
# fails here, and so does what is left over.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Cases;
use Tree;

my $cases = build_dir() . '/t/cases';
my @causes = map { [ split /: /, $_, 2 ] }
    split /\n/, run_cmd([ $cases, '--causes' ])->{out};
my @ids = map { $_->[0] } @causes;
my %count;
my %is_rule = map { $_->{id} => 1 } registry();

cmp_ok(scalar @ids, '>=', 60, 'there are causes');
is_deeply([ grep { $count{$_}++ } @ids ], [], 'each has an id of its own');
is_deeply([ grep { $is_rule{$_} } @ids ], [],
          'and none that of a rule: their pages share one address');

# --- pages ----------------------------------------------------------------

is_deeply([ sort map { m{^docs/causes/([a-z0-9-]+)\.md$} ? $1 : () } files() ],
          [ sort @ids ], 'docs/causes: one page per cause');

for my $cause (@causes) {
    my ($id, $summary) = @$cause;
    my $page = text_of("docs/causes/$id.md");

    like($page, qr/\A# \Q$id\E\n/, "$id: the page's title");
    unlike($summary, qr/\.$/, "$id: the summary has no full stop");

    for my $heading ('The answer', 'Why', 'What to do', 'Example', 'Source') {
        like($page, qr/^## \Q$heading\E$/m, "$id: $heading");
    }
}

# what rules find for it stands in the page's table
for my $line (split /\n/, run_cmd([ $cases, '--joins' ])->{out}) {
    my ($id, $rules, $suspects, $also) = $line =~ /^(\S+): (.*?); (.*?); (.*)/;
    my ($row) = text_of("docs/causes/$id.md") =~ /^\| found by \| (.*) \|$/m;

    is_deeply([ ($row // '') =~ m{\[([a-z-]+)\]\(\.\./rules/\1\.md\)}g ],
              [ split(' ', $rules), split(' ', $suspects) ],
              "$id: the rules that find it");
    is_deeply([ ($row // '') =~ /; then also with (.*)/
                ? map { tr/`//dr } split(/, /, $1) : () ],
              [ split ' ', $also ], "$id: the further answers");
}

my @rows = map { m{^\| \[([a-z0-9-]+)\]\(\1\.md\) \| (.*) \|$}
                     ? [ $1, $2 ] : () }
    split /\n/, text_of('docs/causes/README.md');
is_deeply(\@rows, \@causes,
          'docs/causes/README.md: one row per cause, in their order');

# --- cases ----------------------------------------------------------------

my %told;
my $run = run_cmd([ $cases, '--json', SSTest::Cases::cause_files() ]);

for my $case (@{ SSTest::Cases::read($run->{out}) }) {
    $told{$_}++ for @{ $case->{explains} };
}

is_deeply([ grep { !$told{$_} } @ids ], [], 't/causes: a case for each cause');

# every status or error that a rule was made for finds its way to a cause
my $tables = join '', map { text_of($_) } files(qr{^common/src/causes/.*\.c$});
$tables =~ s/"\s*\n?\s*"//g;
my @deaf = grep { $tables !~ /["\s]\Q$_\E["\s]/ } sort keys %is_rule;
is_deeply(\@deaf, [], 'each rule proves some cause');

done_testing();
