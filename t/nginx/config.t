#!/usr/bin/perl
#
# Directives: where they may stand, how levels merge, and what a bad rules file
# does to nginx -t, to a start, and to a reload.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;

my $recorder = SSTest::Recorder->new;
my $up = 'proxy_pass http://127.0.0.1:' . $recorder->port . ';';

sub left {
    my ($nginx, $bytes) = @_;

    $recorder->clear;
    my $answer = $nginx->raw($bytes);

    return (($recorder->requests)[0] // '', $answer);
}

# --- levels ---------------------------------------------------------------

# the location's name stands where the slug does
my $any_slug = 'account-slug-mismatch: off';
my $other = rules("teams:\n  - { name: t, account: team }\n"
                  . "  - { name: low, mode: observe }\n"
                  . "rules: { accept-not-jsonapi: off, $any_slug }\n");
my $nginx = SSTest::Nginx->new(
    http => 'scopestack enforce; scopestack_rules_file '
        . rules("rules: { $any_slug }\n") . ';',
    server => <<"END");
    location / { $up }
    location /off/ { scopestack off; $up }
    location /observe/ { scopestack observe; $up }
    location /rules/ { scopestack_rules_file $other; $up }
    location /account/ { scopestack_account other; $up }
END

my $plain = 'application/vnd.api+json';

sub accept_at {
    my ($path, @headers) = @_;
    my ($raw, $answer) = left($nginx, get("$path", \@headers));

    return (header_of($raw, 'Accept') // '', rules_header($answer) // '');
}

my @accepts = (
    [ '/v1/me', $plain, 'repaired; rules="accept-not-jsonapi"', 'inherited' ],
    [ '/off/v1/me', '', '', 'scopestack off' ],
    [ '/observe/v1/x', '', 'would-repair; rules="accept-not-jsonapi"',
      'scopestack observe' ],
    [ '/rules/v1/x', '', '', 'rules file of a location' ],
    [ '/account/v1/x', $plain, 'repaired; rules="accept-not-jsonapi"',
      'another account' ],
);

for my $case (@accepts) {
    my ($path, $accept, $told, $name) = @$case;
    my ($sent, $said) = accept_at($path);

    is($sent, $accept, "$name: what leaves");
    is($said, $told, "$name: what is told");
}

$nginx->stop('levels');

$nginx = SSTest::Nginx->new(
    http => 'scopestack enforce; scopestack_rules_file ' . $other . ';',
    server => join '', map {
        my ($name, $text) = @$_;
        "location = /$name { rewrite ^ /v1/clients break; $text $up }"
    } [ 'file', '' ],
      [ 'account', 'scopestack_account other;' ],
      [ 'variable', 'scopestack_account $http_x_slug;' ],
      [ 'team', 'scopestack_team t;' ],
      [ 'both', 'scopestack_team t; scopestack_account other;' ],
      [ 'low', 'scopestack_team low;' ],
      [ 'named', 'scopestack_team $http_x_team;' ],
      [ 'body', 'scopestack_max_body 5;' ],
);

my @accounts = (
    [ 'file', [], 'acme' ],
    [ 'account', [], 'other' ],
    [ 'variable', [], 'acme', 'an empty variable' ],
    [ 'variable', [ 'X-Slug: some-slug' ], 'some-slug' ],
    [ 'variable', [ 'X-Slug: a/../b' ], 'acme', 'an impossible one' ],
    [ 'variable', [ "X-Slug: a b" ], 'acme', 'one with a blank' ],
    [ 'team', [], 'team' ],
    [ 'both', [], 'other', 'the directive above the team' ],
    [ 'named', [ 'X-Team: t' ], 'team' ],
    [ 'named', [ 'X-Team: nobody' ], 'acme', 'an unknown team' ],
);

for my $case (@accounts) {
    my ($place, $headers, $account, $name) = @$case;
    my ($raw) = left($nginx, get("/$place", $headers));

    like($raw, qr{\AGET /\Q$account\E/v1/clients },
         'account: ' . ($name // "$place @$headers"));
}

my ($raw, $answer) = left($nginx, get('/low', []));
like($raw, qr{\AGET /v1/clients }, 'a team may lower the mode');
is(rules_header($answer), 'would-repair; rules="account-slug-missing"',
   'and it is told');
$nginx->stop('accounts and teams');

# --- three levels, and back -----------------------------------------------

my ($one, $two) = map {
    slurp(rules()) =~ s/account: acme/account: $_/r
} qw(one two);
my $relative = 'relative.yaml';
$nginx = SSTest::Nginx->new(no_start => 1, http => <<"END", server => <<"END2");
    scopestack enforce;
    scopestack_rules_file $relative;
    scopestack_max_body 2k;
END
    scopestack observe;
    location / { $up }
    location /v1/clients {
        scopestack enforce;
        $up
        location /v1/clients/off {
            scopestack off;
            $up
            location /v1/clients/off/on { scopestack enforce; $up }
        }
        location /v1/clients/two { scopestack_rules_file two.yaml; $up }
    }
    location = /v1/small {
        scopestack enforce;
        scopestack_max_body 1;
        $up
    }
    location = /v1/default {
        scopestack enforce;
        scopestack_max_body 0;
        $up
    }
    location = /v1/inherited { scopestack enforce; $up }
END2
spew($nginx->dir . "/$relative", $one);
spew($nginx->dir . '/two.yaml', $two);
$nginx->start;

for my $case (
    [ '/v1/x', '/v1/x', 'the server above http' ],
    [ '/v1/clients', '/one/v1/clients', 'a location above the server' ],
    [ '/v1/clients/off', '/v1/clients/off', 'a location in it' ],
    [ '/v1/clients/off/on', '/one/v1/clients/off/on', 'and one in that' ],
    [ '/v1/clients/two', '/two/v1/clients/two', 'another file in a location' ],
) {
    my ($path, $target, $name) = @$case;
    my ($raw) = left($nginx, get($path, []));

    like($raw, qr{\AGET \Q$target\E }, "$name: $path");
}

# 3000 bytes: above 2k, below the 1m of the rules file
for my $case ([ 'small', 1 ], [ 'default', '' ], [ 'inherited', 1 ]) {
    my ($place, $large) = @$case;
    my (undef, $answer) = left($nginx, request('POST', "/v1/$place",
        [ 'Content-Type: application/vnd.api+json' ],
        '{"data":"' . 'x' x 3000 . '"}'));

    is(rules_header($answer) =~ /body-not-checked/, $large,
       "scopestack_max_body, $place");
}
$nginx->stop('three levels');

# --- built-in rules -------------------------------------------------------

$nginx = gateway($recorder, rules => '');
($raw, $answer) = left($nginx, get('/v1/clients', []));
like($raw, qr{\AGET /v1/clients }, 'built-in rules: no account is known');
is(header_of($raw, 'Accept'), $plain, 'built-in rules: Accept is repaired');
$nginx->stop('built-in rules');

$nginx = gateway($recorder, mode => '');
($raw, $answer) = left($nginx, get('/v1/clients', []));
is(rules_header($answer), undef, 'off when nobody says otherwise');
is(header_of($raw, 'Accept'), undef, 'and nothing is changed');
$nginx->stop('off by default');

# --- wrong directives -----------------------------------------------------

sub tested {
    my ($text, %opt) = @_;
    my $conf = SSTest::Nginx->new(no_start => 1, http => $text);
    my $run = $conf->test_conf;

    ok(!has_report($run->{err}), 'nginx -t: no sanitizer report');

    return $run;
}

my @wrong = (
    [ 'scopestack on;', qr/invalid value "on"/ ],
    [ 'scopestack enforce; scopestack observe;',
      qr/"scopestack" directive is duplicate/ ],
    [ 'scopestack_rules_file a b;', qr/invalid number of arguments/ ],
    [ 'scopestack_rules_file ' . rules() . '; scopestack_rules_file x;',
      qr/"scopestack_rules_file" directive is duplicate/ ],
    [ 'scopestack_max_body much;', qr/invalid value/ ],
    [ 'scopestack_explain loud;', qr/invalid value "loud"/ ],
    [ 'scopestack_account a; scopestack_account b;', qr/is duplicate/ ],
    [ 'scopestack enforce; scopestack_account a/b;',
      qr/scopestack_account "a\/b" is no account slug/ ],
    [ 'scopestack enforce; scopestack_account null;',
      qr/"null" is no account slug: this is a placeholder; variables are not/ ],
    [ 'scopestack enforce; scopestack_account docs;',
      qr/"docs" is no account slug: this is a reserved word/ ],
    [ 'scopestack enforce; scopestack_account "Bearer c4n4ry-1";',
      qr/scopestack_account "Bearer \*\*\*" is no account slug/ ],
    [ 'scopestack enforce; scopestack_rules_file ' . rules()
      . '; scopestack_team nobody;',
      qr/scopestack_team "nobody": the rules file has no team of that name/ ],
    [ 'scopestack;', qr/invalid number of arguments/ ],
    [ 'scopestack_max_body -1;', qr/invalid value/ ],
    [ 'scopestack_max_body 1; scopestack_max_body 2;', qr/is duplicate/ ],
    [ 'scopestack_team a; scopestack_team b;', qr/is duplicate/ ],
    [ 'scopestack_explain off; scopestack_explain off;', qr/is duplicate/ ],
    [ 'scopestack_rules_file "";', qr/it is a directory/ ],
    [ 'server { location / { if ($args) { scopestack off; } } }',
      qr/"scopestack" directive is not allowed here/ ],
    [ 'server { location / { limit_except GET { scopestack off; } } }',
      qr/"scopestack" directive is not allowed here/ ],
    [ 'scopestack enforce; scopestack_rules_file ' . rules()
      . '; server { location / { scopestack_team nobody; } }',
      qr/scopestack_team "nobody": the rules file has no team/ ],
    [ 'scopestack_status;', qr/unknown directive "scopestack_status"/ ],
);

for my $case (@wrong) {
    my ($text, $pattern) = @$case;
    my $run = tested($text);

    isnt($run->{status}, 0, "$text is an error");
    like($run->{err}, $pattern, "$text: and named");
    like($run->{err}, qr/nginx\.conf:\d+/, "$text: with its place");
}

# --- bad rules files ------------------------------------------------------

my $dir = tmp_dir();
mkdir "$dir/directory";
my $bomb = join '', 'version: 1', "\na: &a [x,x,x,x,x,x,x,x,x]\n", map {
    my $before = chr(ord($_) - 1);
    "$_: &$_ [" . join(',', ("*$before") x 9) . "]\n"
} 'b' .. 'h';

my %bad = (
    'an unknown key' => [ "version: 1\nrulez: {}\n",
        qr/:2:1: error: unknown key "rulez"; did you mean "rules"\?/ ],
    'an unknown rule' => [ "version: 1\nrules:\n  acept-not-jsonapi: off\n",
        qr/:3:3: error: unknown rule .*\n.*acept-not-jsonapi: off\n.*  \^/ ],
    'two errors' => [ "version: 2\nmode: loud\n",
        qr/:1:10: error: .*:2:7: error: mode must be/s ],
    'broken YAML' => [ "version: 1\nrules: {\n", qr/:3:1: error: / ],
    'an alias bomb' => [ $bomb, qr/:\d+:\d+: error: too much once aliases/ ],
    'a deep one' => [ "version: 1\na: " . '[' x 100_000,
        qr/:2:\d+: error: nested too deep/ ],
    'an alias of itself' => [ "version: 1\na: &a [*a]\n",
        qr/:2:\d+: error: nested too deep/ ],
    'a merge of itself' => [ "version: 1\nrules: &r\n  <<: *r\n",
        qr/:3:\d+: error: / ],
    '500 errors' => [ "version: 1\nrules:\n" . join('', map {
                          "  none-$_: off\n"
                      } 1 .. 500), qr/:3:3: error: unknown rule/ ],
    'errors at its end' => [ "version: 1\nmode: off\nservice: { api_url: ftp:x,"
        . " account: a/b }", qr/:3:\d+: error: .*:3:\d+: error: /s ],
    'UTF-16' => [ "\xff\xfev\0e\0r\0s\0i\0o\0n\0:\0 \x001\0\n\0r\0:\x001\0",
        qr/:\d+:\d+: error: / ],
    'an empty one' => [ '', qr/:1:1: error: the file is empty/ ],
    '10 MB' => [ '#' x (10 * 1024 * 1024), qr/larger than 1 MiB/ ],
    'bytes' => [ "\0\1\2", qr/:1:1: error: / ],
);

for my $name (sort keys %bad) {
    my ($text, $pattern) = @{ $bad{$name} };
    my $file = spew("$dir/bad.yaml", $text);
    my $run = tested("scopestack_rules_file $file;");

    isnt($run->{status}, 0, "$name: nginx -t fails");
    like($run->{err}, $pattern, "$name: located") or diag($run->{err});
    like($run->{err}, qr/rules file "\Q$file\E" is not usable in .*nginx\.conf/,
         "$name: and so is the directive");
    cmp_ok(length $run->{err}, '<', 65536, "$name: at no great length");
}

# a pipe must not be waited for
system('mkfifo', "$dir/pipe");
symlink "$dir/loop", "$dir/loop";

for my $case ([ "$dir/pipe", qr/not a regular file/ ],
              [ "$dir/loop", qr/symbolic links/ ],
              [ "$dir/none.yaml/", qr/No such file/ ],
              [ "$dir/none.yaml", qr/No such file/ ],
              [ "$dir/directory", qr/it is a directory/ ],
              [ '/dev/null', qr/not a regular file/ ]) {
    my ($file, $pattern) = @$case;
    my $run = tested("scopestack_rules_file $file;");

    ok(!$run->{timeout}, "$file: nobody waits for it");

    isnt($run->{status}, 0, "$file: nginx -t fails");
    like($run->{err}, $pattern, "$file: and says why");
}

# --- files that are odd, and right ----------------------------------------

for my $case (
    [ 'a BOM and CRLF', "\xef\xbb\xbfversion: 1\r\nrules: {}\r\n" ],
    [ 'anchors', "version: 1\nrules: &r { accept-not-jsonapi: off }\n"
        . "teams:\n  - { name: t, rules: { <<: *r } }\n" ],
    [ 'no line end', 'version: 1' ],
    [ 'just below 1 MiB', "version: 1\n#" . 'x' x (1024 * 1024 - 20) ],
) {
    my ($name, $text) = @$case;
    my $file = spew("$dir/odd.yaml", $text);
    my $run = tested("scopestack_rules_file $file;");

    is($run->{status}, 0, "$name: nginx -t is content") or diag($run->{err});
}

# the same bad file twice is read anew, and both files count
my $fine = spew("$dir/fine.yaml", 'version: 1');
my $wrong = spew("$dir/wrong.yaml", "version: 1\nrulez: 1\n");
my $second = tested("scopestack_rules_file $fine; "
                    . "server { scopestack_rules_file $wrong; }");
like($second->{err}, qr/wrong\.yaml:2:1: error: /, 'the second file counts');

# --- reload ---------------------------------------------------------------

my $file = spew("$dir/live.yaml", slurp(rules()));
$nginx = gateway($recorder, master => 1, rules => $file,
                 allow => qr/\[emerg\].*scopestack/);

sub works {
    my ($account, $name) = @_;

    ($raw) = left($nginx, get('/v1/clients', []));
    like($raw, qr{\AGET /$account/v1/clients }, $name);
}

works('acme', 'reload: before');

spew($file, "version: 1\nrules: { nonsense: off }\n");
$nginx->signal('HUP');
ok($nginx->wait_log(error_log => qr/live\.yaml:2:10: error: unknown rule/),
   'reload: a bad file is told, with its place');
works('acme', 'reload: the last good rules stay');

spew($file, slurp(rules()) =~ s/account: acme/account: second/r);
$nginx->signal('HUP');
# old and new workers accept side by side for a moment
$nginx->wait_workers(2, 1);
works('second', 'reload: a good file takes effect');

$nginx->stop('reload');
done_testing();
