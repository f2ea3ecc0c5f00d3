#!/usr/bin/perl
#
# What sscurl does without a transfer.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use Digest::SHA qw(sha256_hex);
use JSON::PP;
use SSTest;
use Sscurl;
use Terminal;

# --- --ss-check ---------------------------------------------------------------

sub check {
    my ($file, @more) = @_;

    return sscurl([ '--ss-check', $file, @more ]);
}

{
    my $run = check(root_dir() . '/config.yaml.example');

    is($run->{status}, 0, '--ss-check: the example is good');
    is($run->{out} . $run->{err}, '', '--ss-check: and nothing is said');
    is(sscurl([ '--ss-check=' . rules() ])->{status}, 0,
       '--ss-check=FILE: the same');

    my $bad = spew(tmp_dir() . '/bad.yaml', <<'END');
version: 1
mode: on
rules:
  acept-not-jsonapi: repair
  accept-not-jsonapi: fix
credentials:
  - client_secret: CANARY-1
END
    $run = check($bad);
    is($run->{status}, 1, '--ss-check: 1 for errors in a file');
    is($run->{out}, '', '--ss-check: nothing on stdout');
    like($run->{err}, qr/^\Q$bad\E:2:7: error: mode must be off, observe/m,
         '--ss-check: file, line and column');
    like($run->{err}, qr/^  mode: on\n        \^$/m,
         '--ss-check: the line, and a caret');
    like($run->{err}, qr/:4:3: .* did you mean "accept-not-jsonapi"\?/,
         '--ss-check: what was meant');
    is(scalar(() = $run->{err} =~ /: error: /g), 5,
       '--ss-check: all errors at once');
    unlike($run->{err}, qr/CANARY/, '--ss-check: no secret of the file');

    # the file that applies elsewhere is not what is checked
    $run = sscurl([ '--ss-check', rules() ],
                  env => { SCOPESTACK_CONFIG => $bad });
    is($run->{status}, 0, '--ss-check: a bad file of the variable is another');

    my $dir = home();
    my %none = (
        'a file that is not there' => "$dir/none.yaml",
        'a directory'              => $dir,
    );

    for my $name (sort keys %none) {
        $run = check($none{$name});
        is($run->{status}, 2, "--ss-check: 2 for $name");
        like($run->{err}, qr/: error: /, "--ss-check: $name: an error");
    }

    my $many = spew("$dir/many", "version: 1\nrules:\n"
                    . join '', map { "  no-rule-$_: off\n" } 1 .. 200);
    $run = check($many);
    ok((my @errors = $run->{err} =~ /: error: /g) <= 21,
       '--ss-check: errors are told to a bound');
    like($run->{err}, qr/180 more/, '--ss-check: and how many more there are');
}

# --- --ss-rules -----------------------------------------------------------------

my @ids = sort map { m{([^/]+)\.md\z} } grep { !/README/ }
    glob root_dir() . '/docs/rules/*.md';

{
    my $run = sscurl([ '--ss-rules' ]);

    is($run->{status}, 0, '--ss-rules: exit code');
    is($run->{err}, '', '--ss-rules: nothing on stderr');
    is_deeply([ sort map { (split)[0] } split /\n/, $run->{out} ], \@ids,
              '--ss-rules: the rules that are documented');
    my $action = qr/off|report|repair|reject/;
    my $repair = qr/none|safe|lossless|guess/;
    is(scalar(grep { !/^\S+ +$action +$repair +\S/ } split /\n/, $run->{out}),
       0, '--ss-rules: action, repair and summary of each');

    is(sscurl([ '--ss-rules', '-s' ])->{out}, $run->{out},
       '--ss-rules: an option is no ID');

    my $summary = { map { /^(\S+) +\S+ +\S+ +(.*)/ }
                    split /\n/, $run->{out} };

    for my $id (@ids) {
        my $one = sscurl([ '--ss-rules', $id ]);

        is($one->{status}, 0, "--ss-rules $id: exit code");
        like($one->{out}, qr/\A\Q$id: $summary->{$id}\E\n/,
             "--ss-rules $id: its summary");
        like($one->{out}, qr/^  $_: +\S/m, "--ss-rules $id: $_")
            for 'to do', qw(severity default repair concerns see);
    }

    like(sscurl([ '--ss-rules', 'page-size-excessive' ])->{out},
         qr/^  parameter max: 250 \(1 to \d+\); the largest /m,
         '--ss-rules: parameters, their defaults and bounds');

    is(sscurl([ "--ss-rules=$ids[0]" ])->{status}, 0,
       '--ss-rules=ID: the same');

    my $lines = sscurl([ '--ss-rules', '--ss-format', 'json' ]);
    my @objects = map { JSON::PP->new->utf8->decode($_) }
        split /\n/, $lines->{out};

    is($lines->{status}, 0, '--ss-rules as JSON: exit code');
    is_deeply([ map { $_->{id} } @objects ],
              [ map { (split)[0] } split /\n/, $run->{out} ],
              '--ss-rules as JSON: the same rules in the same order');
    is_deeply([ grep { $_->{summary} ne $summary->{ $_->{id} } } @objects ], [],
              '--ss-rules as JSON: their summaries');
    is_deeply([ sort keys %{ $objects[0] } ],
              [qw(default doc fix id kinds parameters repair severity summary)],
              '--ss-rules as JSON: what is told');
    is(sscurl([ '--ss-rules', $objects[1]{id}, '--ss-format', 'json' ])->{out},
       (split /^/, $lines->{out})[1], '--ss-rules ID as JSON: that one');

    for my $id ('no-such-rule', 'ACCEPT-NOT-JSONAPI', "$ids[0] ") {
        $run = sscurl([ '--ss-rules', $id ]);
        is($run->{status}, 2, "--ss-rules \"$id\": exit code");
        is($run->{out}, '', "--ss-rules \"$id\": nothing on stdout");
        like($run->{err}, qr/\Asscurl: no rule .*--ss-rules lists/,
             "--ss-rules \"$id\": what to do");
    }

    $run = sscurl([ '--ss-rules', 'token-unknown' ]);
    is($run->{status}, 2, '--ss-rules CAUSE: exit code');
    like($run->{err}, qr/\Asscurl:[ ]token-unknown[ ]is[ ]no[ ]rule,[ ]but[ ]a[ ]cause[ ]of
                         [ ]errors:[ ]\S.*[ ]see[ ]http\S+\#token-unknown\n\z/x,
         '--ss-rules CAUSE: what it is');
}

# --- --ss-hash ------------------------------------------------------------------

sub hashed {
    my ($stdin) = @_;

    return sscurl([ '--ss-hash' ], stdin => $stdin);
}

{
    my %secrets = (
        'as it is'            => [ 's3cret', 's3cret' ],
        'with a newline'      => [ "s3cret\n", 's3cret' ],
        'with CR LF'          => [ "s3cret\r\n", 's3cret' ],
        'with two newlines'   => [ "s3cret\n\n", "s3cret\n" ],
        'with blanks'         => [ " s3 cret \n", ' s3 cret ' ],
        'with a NUL'          => [ "s3\0cret", "s3\0cret" ],
        'with bytes'          => [ "\xff\xfe\x80", "\xff\xfe\x80" ],
        'with umlauts'        => [ "\xc3\xa4", "\xc3\xa4" ],
        'of 4096 bytes'       => [ 'x' x 4096, 'x' x 4096 ],
        'of 4096, a newline'  => [ 'x' x 4096 . "\n", 'x' x 4096 ],
    );

    for my $name (sort keys %secrets) {
        my ($stdin, $secret) = @{ $secrets{$name} };
        my $run = hashed($stdin);

        is($run->{status}, 0, "--ss-hash of a secret $name: exit code");
        is($run->{out}, sha256_hex($secret) . "\n",
           "--ss-hash of a secret $name: the SHA-256, nothing else");
        is($run->{err}, '', "--ss-hash of a secret $name: no prompt");
    }

    my %none = ('nothing' => '', 'a newline' => "\n", 'CR LF' => "\r\n",
                '4097 bytes' => 'x' x 4097, 'a megabyte' => 'x' x 1_000_000);

    for my $name (sort keys %none) {
        my $run = hashed($none{$name});

        is($run->{status}, 2, "--ss-hash of $name: exit code");
        is($run->{out}, '', "--ss-hash of $name: no digest");
        like($run->{err}, qr/\Asscurl: --ss-hash reads a secret of 1 to 4096/,
             "--ss-hash of $name: what is wrong");
    }

    my $run = sscurl([ '--ss-hash', '--ss-config', rules("mode: nonsense\n") ],
                     stdin => 'x');
    is($run->{status}, 0, '--ss-hash: a bad rules file is no hindrance');
}

# The digest that is made is the one that the rules take.
{
    my $digest = hashed("sIcret\n")->{out} =~ s/\n//r;
    my $rules = rules("credentials: [ { client_id: id, "
                      . "client_secret_sha256: \"$digest\" } ]\n");
    my $run = sscurl([ '--ss-config', $rules, '--ss-dry-run', '--ss-format',
                       'json', '-d', 'grant_type=client_credentials&'
                       . 'client_id=id&client_secret=slcret',
                       auth() . '/oauth/token' ]);

    is_deeply(outcomes($run), [ 'credential-confusable reported' ],
              'a digest of --ss-hash finds the mix-up');
}

SKIP: {
    skip 'no pseudo terminals here', 11 if !terminal_works();

    my %env = (%{ environment() }, sanitizer());
    my $hash = sub { Terminal->new([ launcher(), '--ss-hash' ], env => \%env) };
    my $terminal = $hash->();

    # what is typed before that is the terminal's to show
    ok(wait_for(sub { !$terminal->echoes }), '--ss-hash: turns the echo off');
    like($terminal->seen, qr/secret: /, '--ss-hash: asks for the secret');
    $terminal->type("CANARY-typed\n\004");
    is($terminal->finish, 0, '--ss-hash on a terminal: wait status');
    unlike($terminal->seen, qr/CANARY/, '--ss-hash: nothing typed is shown');
    is($terminal->out, sha256_hex('CANARY-typed') . "\n",
       '--ss-hash on a terminal: the SHA-256 on stdout');
    is($terminal->echoes, 1, '--ss-hash: turns the echo on again');

    for my $signal (qw(INT TERM QUIT)) {
        $terminal = $hash->();
        wait_for(sub { !$terminal->echoes });
        kill $signal, $terminal->pid;
        isnt($terminal->finish, 0, "--ss-hash: SIG$signal ends it");
        is($terminal->echoes, 1, "--ss-hash: SIG$signal: the echo is on again");
    }

    $terminal = $hash->();
    wait_for(sub { !$terminal->echoes });
    $terminal->type("\003");
    isnt($terminal->finish, 0, '--ss-hash: Ctrl-C ends it');
    is($terminal->echoes, 1, '--ss-hash: Ctrl-C: the echo is on again');
    is($terminal->out, '', '--ss-hash: Ctrl-C: no digest');
}

# --- --ss-help, --ss-version ------------------------------------------------------

{
    my $run = sscurl([ '--ss-help' ]);
    my $text = slurp(root_dir() . '/docs/sscurl.md');
    my %documented = map { $_ => 1 } $text =~ /(--ss-[a-z-]*[a-z])/g;
    my %helped = map { $_ => 1 } $run->{out} =~ /(--ss-[a-z-]*[a-z])/g;

    delete $helped{'--ss-option'};
    is($run->{status}, 0, '--ss-help: exit code');
    is($run->{err}, '', '--ss-help: nothing on stderr');
    is_deeply([ sort keys %helped ], [ sort keys %documented ],
              '--ss-help: the options that are documented');
    like($run->{out}, qr/\b120\b.*\b121\b/s, '--ss-help: the exit codes');
    is(scalar(grep { length > 80 } split /\n/, $run->{out}), 0,
       '--ss-help: fits a terminal');

    my ($version) = slurp(root_dir() . '/common/include/scopestack.h')
        =~ /SS_VERSION "(\S+)"/;
    $run = sscurl([ '--ss-version' ]);
    is($run->{status}, 0, '--ss-version: exit code');
    is($run->{out}, "sscurl $version\n", '--ss-version: name and version');

    # they need nothing, and are what counts
    my %nothing = (PATH => home(), SCOPESTACK_CONFIG => home() . '/none');
    for my $args ([ '--ss-help' ], [ '--ss-version' ], [ '--ss-rules' ],
                  [ 'http://127.0.0.1:1/', '--ss-help' ]) {
        $run = sscurl($args, env => \%nothing);
        is($run->{status}, 0, "@$args: needs neither curl nor rules");
    }
}

done_testing();
