#!/usr/bin/perl
#
# A rule is a file, a line, a page, cases, and an entry in the example. What is
# forgotten fails here, and so does what is left over.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use Tree;

my @rules = registry();
my @ids = map { $_->{id} } @rules;

sub names_of {
    my ($pattern) = @_;

    return [ sort map { $_ =~ $pattern ? $1 : () } files() ];
}

cmp_ok(scalar @rules, '>=', 32, 'sscurl --ss-rules lists the rules');

# --- code -----------------------------------------------------------------

my @lines = text_of('common/src/rules/ss_rules.def') =~ /^SS_RULE\((\w+)\)/mg;

is_deeply([ map { tr/_/-/r } @lines ], \@ids,
          'ss_rules.def: one line per rule, in their order');
is_deeply(names_of(qr{^common/src/rules/ss_rule_(\w+)\.c$}),
          [ sort @lines ], 'common/src/rules: one file per rule');

# --- pages ----------------------------------------------------------------

is_deeply(names_of(qr{^docs/rules/([a-z-]+)\.md$}), [ sort @ids ],
          'docs/rules: one page per rule');

for my $rule (@rules) {
    my $page = text_of("docs/rules/$rule->{id}.md");
    my %said = $page =~ /^\| (\w+) \| (.*?) \|$/mg;

    like($page, qr/\A# \Q$rule->{id}\E\n/, "$rule->{id}: the page's title");
    is_deeply(
        { map { $_ => $said{$_} } qw(severity default repair requests) },
        { severity => $rule->{severity}, default => $rule->{default},
          repair => $rule->{repair}, requests => $rule->{concerns} },
        "$rule->{id}: the page's table");

    my %parameters = $page =~ /^\| parameter `(\S+)` \| (.*?) \|$/mg;
    is_deeply(\%parameters, $rule->{parameters},
              "$rule->{id}: the page's parameters");
}

my @rows = text_of('docs/rules/README.md')
    =~ /^\| \[([\w-]+)\]\(\1\.md\) \| .*? \| (\w+) \| (\w+) \| (\w+) \|$/mg;

is_deeply(\@rows,
          [ map { @$_{qw(id severity default repair)} } @rules ],
          'docs/rules/README.md: one row per rule, in their order');

# --- the example ----------------------------------------------------------

my ($example) = text_of('config.yaml.example') =~ /^rules:\n((?:  .*\n)+)/m;

# A rule with parameters stands there in the long form, each with its default.
sub entry {
    my ($rule) = @_;
    my $parameters = $rule->{parameters};
    my @values = map { "$_: " . ($parameters->{$_} =~ /^(\d+)/)[0] }
        sort keys %$parameters;

    return $rule->{default} if !@values;
    return '{ ' . join(', ', "action: $rule->{default}", @values) . ' }';
}

is_deeply([ $example =~ /^  ([\w-]+): (\{.*?\}|\w+)/mg ],
          [ map { ($_->{id}, entry($_)) } @rules ],
          'config.yaml.example: one entry per rule, with its default');

my $checked = run_cmd([ build_dir() . '/sscurl', '--ss-check',
                        root_dir() . '/config.yaml.example' ],
                      env => { preload_env() });
is($checked->{status}, 0, 'config.yaml.example is a good rules file')
    or diag($checked->{err});

# --- cases ----------------------------------------------------------------

is_deeply(names_of(qr{^t/cases/([a-z-]+)\.yaml$}), [ sort @ids ],
          't/cases: one file per rule');

my %seen;
my $run = run_cmd([ build_dir() . '/t/cases', '--json',
                    map { root_dir() . "/t/cases/$_.yaml" } @ids ]);

for my $line (split /\n/, $run->{out}) {
    my ($file) = $line =~ /"rule":\s*"([\w-]+)"/;
    my ($findings) = $line =~ /"findings":\s*\[(.*?)\]/;
    my @outcomes = ($findings // '')
        =~ /"rule":"\Q$file\E","outcome":"([\w-]+)"/g;

    $seen{$file}{$_}++ for @outcomes ? @outcomes : 'silent';
}

for my $rule (@rules) {
    my $seen = $seen{ $rule->{id} };
    my @wanted = ('silent', 'rejected',
                  $rule->{repair} eq 'none' ? 'reported' : 'repaired');

    for my $outcome (@wanted) {
        ok($seen->{$outcome}, "$rule->{id}: a case in which it is $outcome");
    }
}

done_testing();
