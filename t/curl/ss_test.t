#!/usr/bin/perl
#
# sscurl --ss-test: cases against a rules file. What a case may say is tested in
# unit/case_test.c; here is what a user of the program sees.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use JSON::PP;
use SSTest;
use SSTest::Cases;
use Sscurl;

my $json = JSON::PP->new->utf8;

sub cases {
    my ($text, %opt) = @_;
    my $file = $opt{file} || spew(tmp_dir() . '/cases.yaml', $text);

    return sscurl([ @{ $opt{args} || [] }, '--ss-test', $file ], %opt);
}

# A case that passes, and one of each kind that does not.
my $good = <<'END';
  - name: good
    request: GET http://api.scopestack.test/v1/clients
    headers: ["Accept: application/vnd.api+json", "Authorization: Bearer CANARY-1"]
    finds: { account-slug-missing: repaired }
    only: true
    leaves:
      request: GET http://api.scopestack.test/acme/v1/clients
END

# --- the whole corpus ------------------------------------------------------------

# The same rules as t/unit/cases.c has.
my $base = rules("rules: { authorization-missing: report }\n");

for my $file (SSTest::Cases::files(), SSTest::Cases::cause_files()) {
    my $run = sscurl([ '--ss-config', $base, '--ss-test', $file ]);
    my ($name) = $file =~ m{([^/]+)\z};
    my $count = () = slurp($file) =~ /^  - name:/mg;

    is($run->{status}, 0, "$name: as expected") or diag($run->{out});
    like($run->{out}, qr/^\Q$file\E: $count cases, 0 failed\n\z/m,
         "$name: all $count cases were run");
    is($run->{err}, '', "$name: nothing on stderr");
}

# --- output ----------------------------------------------------------------------

{
    my $run = cases("cases:\n$good");
    my $file = tmp_dir() . '/cases.yaml';

    is($run->{status}, 0, 'a good file: exit code');
    is($run->{out}, "$file:2: ok: good\n$file: 1 case, 0 failed\n",
       'a good file: one line for the case, and the sum');
    is($run->{err}, '', 'a good file: nothing on stderr');

    $run = cases("cases:\n$good", args => [ '--ss-quiet' ]);
    is($run->{status}, 0, '--ss-quiet: exit code');
    is($run->{out}, '', '--ss-quiet: nothing is said of what is good');

    $run = sscurl([ '--ss-test', '-' ], stdin => "cases:\n$good");
    is($run->{status}, 0, 'stdin: exit code');
    is($run->{out}, "stdin:2: ok: good\nstdin: 1 case, 0 failed\n",
       'stdin: the name is stdin');

    is(sscurl([ "--ss-test=$file" ])->{status}, 0, '--ss-test=FILE: the same');
}

my %failing = (
    'another outcome' => [
        'finds: { account-slug-missing: reported }',
        'finding: expected account-slug-missing: reported; found '
            . 'account-slug-missing: repaired: path: ' ],
    'a rule that is silent' => [
        'finds: { token-method: repaired }',
        'finding: expected token-method: repaired; found nothing' ],
    'a rule that is not' => [
        'finds: { account-slug-missing: [] }',
        'finding: expected account-slug-missing: nothing; found account-slug' ],
    'another rule' => [
        'finds: { token-method: [] }, only: true',
        'finding: expected no other; found account-slug-missing: repaired: ' ],
    'any rule' => [
        'finds: {}',
        'finding: expected no other; found account-slug-missing: repaired: ' ],
    'other words' => [
        'finds: { account-slug-missing: repaired }, says: [nonsense]',
        'says: expected "nonsense"; found account-slug-missing: repaired: ' ],
    'another path' => [
        'finds: { account-slug-missing: repaired }, leaves: { request: '
            . 'GET http://api.scopestack.test/other/v1/clients }',
        'leaves: expected path /other/v1/clients; found path /acme/v1/clients' ],
    'a header' => [
        'finds: { account-slug-missing: repaired }, leaves: { headers: '
            . '["Accept: application/vnd.api+json", "Authorization: '
            . 'Bearer CANARY-2"] }',
        'leaves: expected header Authorization: Bearer ***; found another '
            . 'one; what differs is not shown' ],
    'a body' => [
        'finds: { account-slug-missing: repaired }, leaves: { body: '
            . '"client_secret=CANARY-3" }',
        'leaves: expected body (22 bytes that are not shown); found no body' ],
    'an answer' => [
        'finds: { account-slug-missing: repaired }, answer: { status: 404 }',
        'answer: expected status 404; found no rejection' ],
);

for my $name (sort keys %failing) {
    my ($expects, $line) = @{ $failing{$name} };
    my $file = tmp_dir() . '/cases.yaml';
    my $text = "cases:\n$good  - { name: $name, request: GET "
        . 'http://api.scopestack.test/v1/clients, headers: ["Accept: '
        . 'application/vnd.api+json", "Authorization: Bearer CANARY-1"], '
        . "$expects }\n";
    my $run = cases($text);

    is($run->{status}, 1, "$name: exit code");
    like($run->{out}, qr/^\Q$file:9: failed: $name: $line\E/m,
         "$name: where, expected and found");
    like($run->{out}, qr/^\Q$file\E:2: ok: good\n/m, "$name: the good one");
    like($run->{out}, qr/^\Q$file\E: 2 cases, 1 failed\n\z/m, "$name: the sum");
    unlike($run->{out} . $run->{err}, qr/CANARY/, "$name: no secret");

    my $quiet = cases($text, args => [ '--ss-quiet' ]);
    is($quiet->{status}, 1, "$name: --ss-quiet: exit code");
    is($quiet->{out}, join('', grep { /: failed: / }
                           $run->{out} =~ /^(.*\n)/mg),
       "$name: --ss-quiet: what failed");

    my $objects = cases($text, args => [ '--ss-format', 'json' ]);
    my ($first, $second, $sum, @more) =
        map { $json->decode($_) } split /\n/, $objects->{out};

    is($objects->{status}, 1, "$name: JSON: exit code");
    ok($first->{ok} && !@{ $first->{differences} }, "$name: JSON: the good one");
    ok(!$second->{ok}, "$name: JSON: the other one");
    is($second->{name}, $name, "$name: JSON: its name");
    is("$second->{file}:$second->{line}", "$file:9", "$name: JSON: its place");
    like(join("\n", map { "$_->{what}: expected $_->{expected}; found "
                          . $_->{found} } @{ $second->{differences} }),
         qr/^\Q$line\E/m, "$name: JSON: the difference");
    ok((grep { $_->{rule} eq 'account-slug-missing' }
        @{ $second->{findings} }), "$name: JSON: the findings");
    is_deeply($sum, { cases => 2, failed => 1 }, "$name: JSON: the sum");
    is(scalar @more, 0, "$name: JSON: nothing more");
    unlike($objects->{out}, qr/CANARY/, "$name: JSON: no secret");
}

# --- settings --------------------------------------------------------------------

# The rules are those of a request: option, variable, search.
{
    my $report = rules("rules: { account-slug-missing: report }\n");
    my $text = "cases:\n" . $good =~ s/repaired/reported/r =~ s/^    (only|leaves):.*\n//mgr
        =~ s/^      request:.*\n//mgr;

    is(cases($text)->{status}, 1, 'the rules of the tests repair');
    is(cases($text, args => [ '--ss-config', $report ])->{status}, 0,
       '--ss-config: the rules of the file');
    is(cases($text, env => { SCOPESTACK_CONFIG => $report })->{status}, 0,
       'SCOPESTACK_CONFIG: the same');

    my $home = home();
    mkdir "$home/.config" and mkdir "$home/.config/scopestack" or die $!;
    spew("$home/.config/scopestack/config.yaml", slurp($report));
    is(cases($text, env => { SCOPESTACK_CONFIG => undef, HOME => $home })
        ->{status}, 0, 'without either: where rules are looked for');

    my $built_in = "cases: [ { name: n, request: 'GET https://api.scopestack.io"
        . "/v1/clients', finds: { account-slug-missing: reported } } ]\n";
    is(cases($built_in, env => { SCOPESTACK_CONFIG => undef })->{status}, 0,
       'without a file: the built-in rules');

    is(cases("cases:\n$good", args => [ '--ss-mode', 'observe' ])->{status}, 1,
       '--ss-mode: nothing is repaired');
    my $run = cases("cases:\n$good", args => [ '--ss-account', 'other' ]);
    like($run->{out}, qr{; found path /other/v1/clients}, '--ss-account');

    my $team = rules("teams: [ { name: t, account: of-team } ]\n");
    $run = cases("cases:\n$good", args => [ '--ss-config', $team, '--ss-team', 't' ]);
    like($run->{out}, qr{; found path /of-team/v1/clients}, '--ss-team');

    my $own = "$good    config: { version: 1, service: { api_url: "
        . "'http://api.scopestack.test', account: acme } }\n";
    is(cases("cases:\n$own", args => [ '--ss-config', $report ])->{status}, 0,
       'a config with a version: the rules file does not matter');
}

# --- what cannot be run ----------------------------------------------------------

sub unusable {
    my ($run, $error, $name) = @_;

    is($run->{status}, 2, "$name: exit code");
    is($run->{out}, '', "$name: nothing on stdout");
    like($run->{err}, $error, "$name: what is wrong");
    unlike($run->{err}, qr/CANARY/, "$name: no secret");
}

{
    my $file = tmp_dir() . '/cases.yaml';
    my $dir = home();

    unusable(cases("cases: [\n"), qr/^\Q$file\E:2:1: error: /, 'no YAML');
    unusable(cases(''), qr/^\Q$file\E:1:1: error: the file is empty/,
             'an empty file');
    unusable(cases("cases:\n$good    bdy: 'client_secret=CANARY'\n"),
             qr/:9:5: error: unknown key "bdy"; did you mean "body"\?/,
             'an unknown key');
    unusable(cases("cases:\n$good    config: { rules: { tokn-method: off } }\n"),
             qr/:9:24: error: unknown rule .* did you mean "token-method"\?/,
             'an unknown rule in config');

    my $run = cases("cases:\n$good    bdy: x\n    hedaers: x\n    answer: x\n");
    is(scalar(() = $run->{err} =~ /: error: /g), 3, 'all errors at once');

    unusable(cases('', file => "$dir/none"), qr/^\Q$dir\E\/none: error: No such/,
             'no file');
    unusable(cases('', file => $dir), qr/: error: it is a directory/,
             'a directory');
    unusable(cases('', file => '/dev/zero'), qr/: error: it is not a regular/,
             'a device');
    unusable(cases('x' x (1024 * 1024 + 1)), qr/: error: it is larger than 1 MiB/,
             'a large file');
    unusable(sscurl([ '--ss-test', '-' ], stdin => 'x' x 2_000_000),
             qr/^stdin: error: it is larger than 1 MiB/, 'a large stdin');
    unusable(sscurl([ '--ss-test', '-' ]), qr/^stdin:1:1: error: the file is/,
             'an empty stdin');
    unusable(cases("cases:\n$good", args => [ '--ss-config', rules("mode: on\n") ]),
             qr/: error: mode must be /, 'a bad rules file');
    unusable(cases("cases:\n$good", args => [ '--ss-config', "$dir/none" ]),
             qr/none: error: No such/, 'no rules file');
    unusable(cases("cases:\n$good", args => [ '--ss-team', 'none' ]),
             qr/no team of that name/, 'an unknown team');

    # what a pattern of the shell leaves is not tested
    for my $more ([ $file ], [ '--ss-test', $file ], [ '--ss-check', $file ]) {
        my $again = sscurl([ '--ss-test', spew($file, "cases:\n$good"), @$more ]);

        is($again->{status}, 2, "one file, and @$more: exit code");
        like($again->{err}, qr/\Asscurl: --ss-/, "one file, and @$more: why");
        is($again->{out}, '', "one file, and @$more: nothing is run");
    }
    unusable(sscurl([ '--ss-test' ]), qr/--ss-test needs a value: FILE/,
             'no FILE');

  SKIP: {
        skip 'root reads all files', 4 if $> == 0;
        chmod 0, spew("$dir/secret", "cases:\n$good");
        unusable(cases('', file => "$dir/secret"), qr/: error: Permission/,
                 'an unreadable file');
    }

  SKIP: {
        skip 'no /dev/full', 1 if !-e '/dev/full';
        $run = run_cmd([ 'sh', '-c', '"$@" > /dev/full', 'sh', launcher(),
                         '--ss-test', spew($file, "cases:\n$good") ],
                       env => { sanitizer(), %{ environment() } });
        is($run->{status}, 2, 'a result that cannot be written: exit code');
    }
}

# --- the page --------------------------------------------------------------------

# docs/testing-rules.md is what it says.
{
    my $page = slurp(root_dir() . '/docs/testing-rules.md');
    my ($config, $cases) = $page =~ /^```yaml\n(.*?)^```/msg;
    my ($good_run, $bad_run) = $page =~ /^```\n\$ sscurl [^\n]*\n(.*?)^```/msg;
    my ($objects) = $page =~ /^```json\n(.*?)^```/ms;
    my $dir = home();
    my @args = ('--ss-config', 'config.yaml', '--ss-test', 'cases.yaml');
    my $run = sub { sscurl([ @_, @args ], dir => $dir) };

    spew("$dir/config.yaml", $config);
    spew("$dir/cases.yaml", $cases);
    is($run->()->{out}, $good_run, 'the page: all is as expected');
    is(join("\n", (split /\n/, $run->('--ss-format', 'json')->{out})[-2, -1])
       . "\n", $objects, 'the page: JSON');

    spew("$dir/config.yaml", $config =~ s/^  account: acme\n//mr =~ s/^service:\n//mr);
    is($run->('--ss-quiet')->{out}, $bad_run, 'the page: without the account');
}

done_testing();
