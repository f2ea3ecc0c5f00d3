#!/usr/bin/perl
#
# The documentation says what the code has, and can be found from the map.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use File::Basename qw(dirname);
use File::Spec;
use Tree;

my @pages = files(qr/\.md$/);
my %links;

sub resolve {
    my ($page, $link) = @_;
    my @parts;

    for my $part (split m{/}, File::Spec->catfile(dirname($page), $link)) {
        next if $part eq '.';
        $part eq '..' ? pop @parts : push @parts, $part;
    }

    return join '/', @parts;
}

for my $page (@pages) {
    for my $link (markdown_links(text_of($page))) {
        next if $link =~ /^(?:\w+:|#)/;
        my ($file) = split /#/, $link;
        push @{ $links{$page} }, resolve($page, $file);
    }
}

my @dead = map {
    my $page = $_;
    map { "$page: $_" } grep { !-e root_dir() . "/$_" } @{ $links{$page} };
} sort keys %links;

is_deeply(\@dead, [], 'every link leads somewhere');

# --- the map --------------------------------------------------------------

my %mapped = map { $_ => 1 } @{ $links{'docs/README.md'} || [] };
my @lost = grep { !$mapped{$_} && $_ ne 'docs/README.md' && $_ ne 'README.md'
                  && !m{^docs/(?:rules|causes)/(?!README)} } @pages;

is_deeply(\@lost, [], 'docs/README.md leads to every page');
ok((grep { $_ eq 'docs/README.md' } @{ $links{'README.md'} || [] }),
   'README.md leads to the map');

# --- what users type ------------------------------------------------------

sub holds {
    my ($page, $names, $what) = @_;
    my $text = text_of($page);

    cmp_ok(scalar @$names, '>', 3, "$what: there are some");
    is_deeply([ grep { $text !~ /\Q$_\E(?![\w-])/ } @$names ], [],
              "$page: every $what");
}

sub only {
    my ($page, $pattern, $names, $what) = @_;
    my %known = map { $_ => 1 } @$names;
    my %said = map { $_ => 1 } text_of($page) =~ /$pattern/g;

    is_deeply([ grep { !$known{$_} } sort keys %said ], [],
              "$page: no other $what");
}

my $module = text_of('nginx-module/ngx_http_scopestack_module.c');
my @directives = $module =~ /ngx_string\("(scopestack(?:_\w+)?)"\),/g;
holds('docs/nginx.md', \@directives, 'directive');
only('docs/nginx.md', qr/^\s*(scopestack(?:_\w+)?) [^|]*;/m, \@directives,
     'directive');

my $variables = text_of('nginx-module/ngx_http_scopestack_variables.c');
my @variables = map { "\$$_" }
    $variables =~ /ngx_string\("(scopestack_\w+)"\)/g;
holds('docs/nginx.md', \@variables, 'variable');
only('docs/nginx.md', qr/(\$scopestack_\w+)/, \@variables, 'variable');

my $help = run_cmd([ build_dir() . '/sscurl', '--ss-help' ],
                   env => { preload_env() })->{out};
my @options = $help =~ /^  (--ss-[\w-]+)/mg;
holds('docs/sscurl.md', \@options, 'option');
only('docs/sscurl.md', qr/(--ss-[a-z]+(?:-[a-z]+)*)/, \@options, 'option');

my @commands = grep { !/^(?:build|fuzz|package|-)/ }
    map { split /\s*\|\s*/ } text_of('build.sh') =~ /^([a-z][\w |-]*)\)$/mg;
my $usage = run_cmd([ 'sh', root_dir() . '/build.sh', 'help' ])->{out};
is_deeply([ grep { $usage !~ /^  \Q$_\E\b/m } @commands ], [],
          'build.sh help: every command');

# the case of a response in the format's own page
my ($case) = text_of('docs/testing-rules.md')
    =~ /^```yaml\n(  - name: [^`]*^    response:[^`]*)^```/m;
my $file = spew(tmp_dir() . '/case.yaml', "cases:\n" . ($case // ''));
my $result = run_cmd([ build_dir() . '/sscurl', '--ss-test', $file ],
                     env => { preload_env(), HOME => tmp_dir() });
is($result->{status}, 0, 'docs/testing-rules.md: the response is explained so')
    or diag($result->{out}, $result->{err});

for my $command ('./build.sh run --once', './build.sh test') {
    like(text_of('README.md'), qr/^\Q$command\E$/m, "README.md: $command");
}

done_testing();
