#!/usr/bin/perl
#
# What a reader can rely on in every file.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use Tree;

my @text = grep { !m{(?:^|/)\.git} && !m{^t/(?:fuzz/corpus|benign/hand)/}
    && -T root_dir() . "/$_" } files();
my @c = grep { /\.[ch]$/ } @text;

# --- every text -----------------------------------------------------------

my (@blanks, @ends, @places);

for my $file (@text) {
    my $text = text_of($file);

    push @blanks, $file if $text =~ /[ \t]$/m && $file !~ /\.md$/;
    push @ends, $file if $text =~ /[^\n]\z/ || $text =~ /\n\n\z/;

    # home directories and workplaces are nobody else's
    push @places, $file if $text =~ m{(?<![\w.])/(?:home|work|Users)/\w};
}

is_deeply(\@blanks, [], 'no blanks at the ends of lines');
is_deeply(\@ends, [], 'every file ends in one newline');
is_deeply(\@places, [], 'no paths of somebody\'s machine');

# --- C --------------------------------------------------------------------

# nginx's own style is kept by hand
my @formatted = grep { !m{^nginx-module/} } @c;
my $version = run_cmd([ 'clang-format', '--version' ])->{out};

SKIP: {
    # versions differ in their opinions; Debian 12's is the one that counts
    skip "clang-format 14 wanted, this is: $version", 1
        unless $version =~ /version 14\./;

    my $run = run_cmd([ 'clang-format', '--dry-run', '-Werror', @formatted ],
                      dir => root_dir(), timeout => 120);
    is($run->{status}, 0, 'clang-format has nothing to say')
        or diag($run->{err});
}

# these go by the locale of whoever calls: in Turkish "I" is no capital "i"
my @local = grep { !m{^t/} && text_of($_) =~ /(?<!ngx_)\bstrn?casecmp\s*\(\s*[^)\s]/ } @c;

is_deeply(\@local, [], 'no comparison of names depends on the locale');

my (@long, @large);

for my $file (@c) {
    my $text = text_of($file);
    my $lines = () = $text =~ /\n/g;

    # the whole public interface is one file, most of it words
    my $most = $file eq 'common/include/scopestack.h' ? 900 : 550;
    push @large, "$file: $lines" if $lines > $most;

    # a function's body stands between braces in the first column
    while ($text =~ /^([\w*]+)\([^;{]*?\)\n\{\n(.*?)^\}/msg) {
        my ($name, $body) = ($1, $2);
        my $count = () = $body =~ /\n/g;

        push @long, "$file: $name: $count" if $count > 80;
    }
}

is_deeply(\@large, [], 'no C file above 550 lines, the public header above 900');
is_deeply(\@long, [], 'no C function above 80 lines');

# --- Perl and shell -------------------------------------------------------

my @perl = grep { /\.(?:t|pm|pl)$/ } @text;
my @lax = grep { my $t = text_of($_); $t !~ /^use (?:strict|SSTest);/m } @perl;

is_deeply(\@lax, [], 'all Perl is strict');

for my $file (qw(build.sh .ci/run nginx-module/build.sh)) {
    is(run_cmd([ 'sh', '-n', root_dir() . "/$file" ])->{status}, 0,
       "$file is a shell script");
}

ok(-x root_dir() . "/$_", "$_ can be run") for qw(build.sh .ci/run);

done_testing();
