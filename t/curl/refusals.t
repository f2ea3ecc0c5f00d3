#!/usr/bin/perl
#
# Where the rules cannot be applied, nothing is sent: never a silent run without
# them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use File::Copy qw(copy);
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $recorder = SSTest::Recorder->new;
my @to = to($recorder);
my @urls = (api() . '/v1/me', elsewhere() . '/');
my ($curl) = grep { -x } map { "$_/curl" } split /:/, $ENV{PATH};

# A run that is refused: its code, not a byte on the wire, nothing on stdout,
# and a line that says whose it is, where, and what is wrong.
sub refused {
    my ($name, $args, $pattern, %opt) = @_;
    my $status = delete $opt{status} // 121;

    $recorder->clear;
    my $run = sscurl([ @$args, @to, @urls ], %opt);

    is($run->{status}, $status, "$name: exit code") or diag($run->{err});
    is(scalar(my @got = $recorder->requests), 0, "$name: nothing is sent");
    is($run->{out}, '', "$name: nothing on stdout");
    like($run->{err}, $pattern, "$name: what is wrong, and where");

    # but for the C library's own sentences
    my @lines = grep { /\Asscurl: |: error: / } split /\n/, $run->{err};
    ok(@lines && !(grep { /(?:\Asscurl|error): (?!No such|File name)[A-Z][a-z]/ }
                   @lines),
       "$name: in lower case") or diag($run->{err});
    unlike($run->{err}, qr/\.\n?\z/, "$name: no full stop at the end");

    return $run;
}

# --- curls that cannot be hooked --------------------------------------------

sub program_dir {
    my ($program) = @_;
    my $dir = home();

    if ($program) {
        copy($program, "$dir/curl") or die "copy: $!";
        chmod 0755, "$dir/curl";
    }

    return $dir;
}

# A curl first in PATH, and the same by name.
sub curl_refused {
    my ($name, $dir, $pattern) = @_;

    refused("$name in PATH", [], $pattern,
            env => { PATH => "$dir:$ENV{PATH}" });
    refused("$name by name", [], $pattern,
            env => { SCOPESTACK_CURL => "$dir/curl" });

    return;
}

# it would tell by a file that it ran
my $ran = tmp_dir() . '/ran';
my $innocent = <<"END";
#include <stdio.h>
int main(void)
{
    fclose(fopen("$ran", "w"));
    return 0;
}
END

SKIP: {
    my $static = compile('static', $innocent, '-static');

    skip 'no static programs here', 12 if !$static;
    curl_refused('a static curl', program_dir($static),
                 qr{^sscurl: \S+/curl: .*static}m);
}

{
    my $other = compile('other', $innocent);

    ok($other, 'a program compiles');
    curl_refused('a curl without the shared libcurl', program_dir($other),
                 qr{^sscurl: \S+/curl: .*libcurl}m);
}

{
    my $dir = program_dir();

    spew("$dir/curl", "#!/bin/sh\n: > $ran\nexec $curl \"\$@\"\n");
    chmod 0755, "$dir/curl";
    curl_refused('a script', $dir, qr{^sscurl: \S+/curl: .*script}m);

    spew("$dir/curl", '');
    curl_refused('an empty file', $dir, qr{^sscurl: \S+/curl: }m);

    spew("$dir/curl", "\x7fELF");
    curl_refused('a piece of a program', $dir, qr{^sscurl: \S+/curl: }m);

    spew("$dir/curl", substr slurp($curl), 0, 4096);
    curl_refused('a program that was cut off', $dir,
                 qr{^sscurl: \S+/curl: }m);

    my $other = slurp($curl);
    substr $other, 4, 1, "\1";
    spew("$dir/curl", $other);
    curl_refused('a program of another machine', $dir,
                 qr{^sscurl: \S+/curl: .*machine}m);

    my $launcher = program_dir(launcher());
    curl_refused('a copy of sscurl', $launcher, qr{^sscurl: \S+/curl: }m);
}

SKIP: {
    my $dir = program_dir($curl);

    skip 'not root', 24 if $> != 0;
    for my $bits (04755, 02755) {
        chmod $bits, "$dir/curl";
        curl_refused(sprintf('a curl of mode %o', $bits), $dir,
                     qr{^sscurl: \S+/curl: .*set-id}m);
    }
}

SKIP: {
    my $dir = program_dir($curl);
    my $set = run_cmd([ 'setcap', 'cap_net_raw+ep', "$dir/curl" ]);

    skip 'no file capabilities', 12 if $set->{status} != 0;
    curl_refused('a curl with capabilities', $dir,
                 qr{^sscurl: \S+/curl: .*capabilities}m);
}

refused('no curl in PATH', [], qr{^sscurl: curl: no such program}m,
        env => { PATH => program_dir() });
refused('a SCOPESTACK_CURL that is not there', [],
        qr{^sscurl: SCOPESTACK_CURL: \S+/none: }m,
        env => { SCOPESTACK_CURL => program_dir() . '/none' });
refused('a SCOPESTACK_CURL that is a directory', [],
        qr{^sscurl: SCOPESTACK_CURL: /\S+: }m,
        env => { SCOPESTACK_CURL => program_dir() });

# sscurl is no curl for itself
{
    my $dir = program_dir();

    symlink launcher(), "$dir/curl" or die "symlink: $!";
    my $run = sscurl([ '-sS', @to, @urls ], program => "$dir/curl",
                     env => { PATH => "$dir:$ENV{PATH}" });
    is($run->{status}, 0, 'sscurl under the name of curl finds the real one');
}

ok(!-e $ran, 'none of these programs ever ran');

# --- rights -------------------------------------------------------------------

# The loader ignores LD_PRELOAD for who has more rights than the user, and where
# .curlrc says it all there is no word to guard.
SKIP: {
    skip 'not root', 10 if $> != 0;

    my $home = home();
    my $lent = spew("$home/lent", '#!' . "$^X\n" . '$< = 65534;' . "\n"
        . "exec { '@{[ launcher() ]}' } 'sscurl', \@ARGV;\n");

    chmod 0755, $lent, $home;
    spew("$home/.curlrc", "url = \"$urls[0]\"\nconnect-to = \"$to[1]\"\n");
    refused('lent rights', [], qr/^sscurl: .*effective user/m,
            program => $lent);

    $recorder->clear;
    my $run = sscurl([], program => $lent, env => { HOME => $home });
    is($run->{status}, 121, 'lent rights, only a .curlrc: exit code');
    is(scalar(my @got = $recorder->requests), 0,
       'lent rights, only a .curlrc: nothing is sent');
}

# --- the library --------------------------------------------------------------

# A launcher with a library, or something else, beside it.
sub launcher_dir {
    my ($text, $dir) = @_;
    my $place = $dir // home();

    mkdir $place;
    copy(launcher(), "$place/sscurl") or die "copy: $!";
    chmod 0755, "$place/sscurl";
    spew("$place/libscopestack-curl.so", $text) if defined $text;

    return "$place/sscurl";
}

my $library = slurp(build_dir() . '/libscopestack-curl.so');

refused('no library', [], qr{^sscurl: libscopestack-curl\.so: }m,
        program => launcher_dir());

for my $char (' ', ':') {
    refused("a path with \"$char\"", [], qr{^sscurl: \S.*: a path with}m,
            program => launcher_dir($library, tmp_dir() . "/a${char}b"));
}

# the loader passes over what it cannot load, and says so only
my %broken = (
    'text for a library' => "no library\n",
    'an empty library'   => '',
    'half a library'     => substr($library, 0, 4096),
    'a library of another machine'
        => substr($library, 0, 18) . "\2\0" . substr($library, 20),
);

for my $name (sort keys %broken) {
    my $program = launcher_dir($broken{$name});
    my $home = home();
    my @ways = (
        [ $name, [ '-sS', @to, @urls ] ],
        [ "$name, a URL first", [ @urls, @to ] ],
        [ "$name, -q first", [ '-q', @to, @urls ] ],
        [ "$name, only a .curlrc", [] ],
    );

    spew("$home/.curlrc", "url = \"$urls[0]\"\nconnect-to = \"$to[1]\"\n");

    for my $way (@ways) {
        my ($title, $args) = @$way;

        $recorder->clear;
        my $run = sscurl($args, program => $program, env => { HOME => $home });

        is(scalar(my @got = $recorder->requests), 0,
           "$title: nothing is sent");
        is($run->{out}, '', "$title: nothing on stdout");
        ok($run->{status} || $run->{signal}, "$title: it fails");

        # the loader itself does not survive half a library
        is($run->{status}, 121, "$title: exit code")
            if $name !~ /half/ && $title eq $name;
    }
}

# The first segment of a library, put where no page begins.
sub misaligned {
    my ($text) = @_;
    my ($headers) = unpack 'x32 Q', $text;
    my ($size, $count) = unpack 'x54 S S', $text;

    for my $at (map { $headers + $_ * $size } 0 .. $count - 1) {
        next if unpack("x$at L", $text) != 1;
        substr $text, $at + 16, 8, pack 'Q', 1;
        last;
    }

    return $text;
}

# What curl says of a word that it does not know is no word of the user's.
SKIP: {
    skip 'another layout', 4 if substr($library, 4, 1) ne "\2";

    $recorder->clear;
    my $run = sscurl([ '-uuser:CANARY', @to, @urls ],
                     program => launcher_dir(misaligned($library)));

    like($run->{err}, qr/ignored/, 'a library that is ignored');
    isnt($run->{status}, 0, 'a library that is ignored: it fails');
    is(scalar(my @got = $recorder->requests), 0,
       'a library that is ignored: nothing is sent');
    unlike($run->{out} . $run->{err}, qr/CANARY/,
           'a library that is ignored: the first word is not shown');
}

{
    # a libcurl without what the rules need
    my $source = join '', map { "int $_(void); int $_(void) { return 0; }\n" }
        qw(curl_easy_setopt curl_easy_perform curl_global_init);
    my $old = compile('libcurl.so.4', $source, '-shared', '-fPIC',
                      '-Wl,-soname,libcurl.so.4');
    my $program = $old && compile('oldcurl', "int curl_global_init(long);\n"
        . "int main(void) { return curl_global_init(3); }\n", $old);

    ok($program, 'a program of an old libcurl compiles');
    refused('a libcurl that lacks functions', [],
            qr/^sscurl: this libcurl is older/m,
            env => { SCOPESTACK_CURL => $program,
                     LD_LIBRARY_PATH => tmp_dir() });
}

{
    # one that has them all, but not the option that came with 7.80
    my @names = grep { $_ ne 'curl_url_strerror' }
        slurp("$FindBin::Bin/../../curl-wrapper/interposer/libcurl/real.h") =~ /X\((curl_\w+)\)/g;
    my $dir = home();
    my $source = join '', "int curl_global_init(void) { return 0; }\n",
        map { "int $_(void) { return 0; }\n" } @names;
    my $old = compile('libcurl-old.so', $source, '-shared', '-fPIC',
                      '-fno-builtin', '-Wl,-soname,libcurl.so.4');
    my $program = $old && compile('oldercurl', "int curl_easy_perform(void *);"
        . "\nint main(void) { return curl_easy_perform(0); }\n", $old);

    ok($program, 'a program of an older libcurl compiles');
    copy($old, "$dir/libcurl.so.4") or die "copy: $!";
    refused('a libcurl that is too old', [], qr/^sscurl: this libcurl is older/m,
            env => { SCOPESTACK_CURL => $program, LD_LIBRARY_PATH => $dir });
}

{
    my $aloof = compile('aloof', "#include <curl/curl.h>\n"
        . "int main(void) { return curl_version() == NULL; }\n", '-lcurl');
    my $shim = compile('shim.so', "int curl_easy_perform(void *handle);\n"
        . "int curl_easy_perform(void *handle) { return handle == 0; }\n",
        '-shared', '-fPIC');

    ok($aloof && $shim, 'programs of another kind compile');
    refused('a program without a call that is hooked', [],
            qr/^sscurl: calls of curl do not reach the rules/m,
            env => { SCOPESTACK_CURL => $aloof });

    my %sanitizer = sanitizer();
    my ($libcurl) = `ldd $curl` =~ m{(/\S*/libcurl\S*)};
    my $copy = spew(home() . '/libscopestack-curl.so', $library);
    my %before = ('another library' => $shim, 'libcurl itself' => $libcurl,
                  'a copy of ours' => $copy);

    for my $name (sort keys %before) {
        refused("$name before ours", [], qr/^sscurl:[ ]calls[ ]of[ ]curl[ ]do[ ]not[ ]reach[ ]
                the[ ]rules:[ ]curl_\w+[ ]goes[ ]to[ ]\Q$before{$name}\E;
                [ ]take[ ]that[ ]out[ ]of[ ]LD_PRELOAD/mx,
                env => { LD_PRELOAD => join ':', grep { defined }
                         $sanitizer{LD_PRELOAD}, $before{$name} });
    }
}

# --- rules files ----------------------------------------------------------------

my $lol = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
for my $c ('b' .. 'i') {
    my $b = chr(ord($c) - 1);

    $lol .= "$c: &$c [" . join(', ', ("*$b") x 10) . "]\n";
}

# where it is, if there is a place at all
my $error = '(?::\d+:\d+)?: error: ';

my %files = (
    'broken YAML'       => [ "version: 1\nservice: [\n", ':\d+:\d+: error: ' ],
    'a tab'             => [ "version: 1\n\tmode: off\n", ':2:\d+: error: ' ],
    'an empty file'     => [ '', $error ],
    'NULs'              => [ "version: 1\n\0\0", $error ],
    'no UTF-8'          => [ "version: 1\nmode: \xff\n", $error ],
    'another version'   => [ "version: 2\n", ':1:10: error: ' ],
    'no version'        => [ "mode: off\n", $error ],
    'an unknown key'    => [ "version: 1\nmodes: off\n",
                             ':2:1: error: unknown key "modes"' ],
    'an unknown rule'   => [ "version: 1\nrules: { acept-not-jsonapi: off }\n",
                             ':2:10: error: unknown rule "acept-not-jsonapi"; '
                             . 'did you mean "accept-not-jsonapi"\?' ],
    'a key twice'       => [ "version: 1\nmode: off\nmode: off\n",
                             ':3:1: error: ' ],
    'a wrong type'      => [ "version: 1\nservice: off\n",
                             ':2:10: error: ' ],
    'a wrong mode'      => [ "version: 1\nmode: on\n", ':2:7: error: ' ],
    'a repair of none'  => [ "version: 1\nrules: { body-not-checked: repair }"
                             . "\n", ':2:\d+: error: ' ],
    'two documents'     => [ "version: 1\n---\nversion: 1\n", $error ],
    'an alias of none'  => [ "version: 1\nmode: *none\n", $error ],
    'an alias bomb'     => [ "version: 1\n$lol", $error ],
    'an alias of itself' => [ "version: 1\nservice: &a { api_url: *a }\n",
                              $error ],
    'deep nesting'      => [ "version: 1\nrules: " . '[' x 5000 . "\n",
                             $error ],
    'ten megabytes'     => [ "version: 1\n" . "# filler\n" x 1_100_000,
                             "$error.*larger" ],
);

for my $name (sort keys %files) {
    my ($text, $pattern) = @{ $files{$name} };
    my $file = spew(tmp_dir() . '/bad.yaml', $text);
    my $run = refused($name, [ '--ss-config', $file ],
                      qr/^\Q$file\E$pattern/m);

    ok(length $run->{err} < 8192, "$name: the report is bounded");
    like($run->{err}, qr/^sscurl: .*nothing is sent$/m,
         "$name: and that nothing was sent");
}

my $dir = home();
my $missing = "$dir/missing.yaml";

refused('a missing file', [ '--ss-config', $missing ],
        qr/^\Q$missing\E: error: /m);
refused('a missing file of the variable', [], qr/^\Q$missing\E: error: /m,
        env => { SCOPESTACK_CONFIG => $missing });
refused('a directory', [ '--ss-config', $dir ], qr/^\Q$dir\E: error: /m);
refused('a device', [ '--ss-config', '/dev/null' ],
        qr{^/dev/null: error: }m);
refused('a path that is too long', [ '--ss-config', "$dir/" . 'x' x 5000 ],
        qr/: error: /);

SKIP: {
    require POSIX;
    skip 'no FIFOs', 6 if !POSIX::mkfifo("$dir/fifo", 0600);
    refused('a FIFO', [ '--ss-config', "$dir/fifo" ],
            qr/^\Q$dir\E\/fifo: error: /m);
}

{
    my $home = home();

    mkdir "$home/scopestack";
    spew("$home/scopestack/config.yaml", "version: 2\n");
    refused('a bad file where it is looked for', [],
            qr/^\Q$home\E\S+yaml:1:10: error: /m,
            env => { SCOPESTACK_CONFIG => undef, XDG_CONFIG_HOME => $home });
}

# A blank name is a variable that was not set, and no wish for other rules.
for my $option (qw(config mode account team)) {
    $recorder->clear;
    my $run = sscurl([ "--ss-$option", '', '-sS', @to, @urls ]);
    my @got = $recorder->requests;

    ok(($run->{status} == 121 || $run->{status} == 2) && !@got,
       "a blank --ss-$option is refused, nothing is sent")
        or diag("exit code $run->{status}");
}

# --- settings ---------------------------------------------------------------------

refused('an unknown mode', [ '--ss-mode', 'on' ], qr/^sscurl: --ss-mode or SCOPESTACK_MODE: /m);
refused('an unknown mode of the variable', [], qr/^sscurl: --ss-mode or SCOPESTACK_MODE: /m,
        env => { SCOPESTACK_MODE => 'Enforce' });
refused('an account that is none', [ '--ss-account', 'a b' ],
        qr/^sscurl: --ss-account or SCOPESTACK_ACCOUNT: /m);
for my $account (qw(null undefined None nil Auto YOUR-ACCOUNT {{account}}
                    ${ACCOUNT} $ACCOUNT :slug <slug> __X__)) {
    refused("the account $account", [ '--ss-account', $account ],
            qr/^sscurl: --ss-account or SCOPESTACK_ACCOUNT: (?!.*\Q$account\E)/m);
    refused("the account $account, why", [ '--ss-account', $account ],
            qr/: (?:this is a placeholder; variables are not|write `auto`)/);
    refused("the variable's account $account", [],
            qr/^sscurl: --ss-account or SCOPESTACK_ACCOUNT: /m,
            env => { SCOPESTACK_ACCOUNT => $account });
}
refused('a reserved word', [ '--ss-account', 'docs' ],
        qr/^sscurl: --ss-account or SCOPESTACK_ACCOUNT: this is a reserved/m);
refused('an account with a slash', [ '--ss-account', '../x' ],
        qr/^sscurl: --ss-account or SCOPESTACK_ACCOUNT: /m);
refused('an unknown team', [ '--ss-team', 'nobody' ], qr/^sscurl: --ss-team or SCOPESTACK_TEAM: /m);
refused('an unknown team of the variable', [], qr/^sscurl: --ss-team or SCOPESTACK_TEAM: /m,
        env => { SCOPESTACK_TEAM => 'nobody' });

# --- wrong options ----------------------------------------------------------------

my @options = (
    [ 'an unknown option', [ '--ss-nope' ], qr/--ss-nope.*--ss-help/ ],
    [ 'a token that lost its "="', [ '--ss-accountKa7CANARY' ],
      qr/unknown option --ss-\.\.\.;/ ],
    [ 'an unknown option with a value', [ '--ss-nope=CANARY' ],
      qr/--ss-nope;.*--ss-help/ ],
    [ 'no name', [ '--ss-' ], qr/--ss-.*--ss-help/ ],
    [ 'an abbreviated one', [ '--ss-qui' ], qr/--ss-qui;.*--ss-help/ ],
    [ 'an option in capitals', [ '--ss-Quiet' ], qr/--ss-Quiet/ ],
    [ 'an unknown format', [ '--ss-format', 'xml' ],
      qr/--ss-format.*text or json/ ],
    [ 'a value for none', [ '--ss-quiet=1' ], qr/--ss-quiet takes no value/ ],
    [ 'a value for --ss-dry-run', [ '--ss-dry-run=yes' ],
      qr/--ss-dry-run takes no value/ ],
);

for my $option (@options) {
    my ($name, $args, $pattern) = @$option;
    my $run = refused($name, $args, qr/^sscurl: .*$pattern/m, status => 2);

    unlike($run->{err}, qr/CANARY/, "$name: no value is repeated");
}

for my $option (qw(config mode account team format check)) {
    $recorder->clear;
    my $run = sscurl([ @to, @urls, "--ss-$option" ]);

    is($run->{status}, 2, "--ss-$option without its value: exit code");
    like($run->{err}, qr/\Asscurl: --ss-$option needs a value/,
         "--ss-$option without its value: what is missing");
    is(scalar(my @got = $recorder->requests), 0,
       "--ss-$option without its value: nothing is sent");
}

$recorder->stop;
done_testing();
