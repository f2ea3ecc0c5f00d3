package Tree;

# The project's files and what its table of rules says, for tests that hold
# them in step.

use strict;
use warnings;

use Exporter ();
use File::Find qw(find);
use SSTest;

our @ISA = qw(Exporter);
our @EXPORT = qw(files text_of registry markdown_links);

# All files of the project, sorted, relative to its root.
sub files {
    my ($pattern) = @_;
    my $root = root_dir();
    my @files;

    find({ no_chdir => 1, wanted => sub {
        return if $File::Find::name eq $root;
        my $name = substr $File::Find::name, length($root) + 1;

        if (-d && $name =~ m{^(?:build|\.git)$}) {
            $File::Find::prune = 1;
        } elsif (-f) {
            push @files, $name;
        }
    } }, $root);

    return sort grep { !$pattern || $_ =~ $pattern } @files;
}

sub text_of {
    my ($file) = @_;

    return slurp(root_dir() . "/$file");
}

# All rules as sscurl tells them, in their order: {id, severity, default,
# repair, concerns, summary, parameters}; the last one is {name => what is told
# about it}.
sub registry {
    my @sscurl = (build_dir() . '/sscurl', '--ss-rules');
    my %env = (env => { preload_env() });
    my @rules;

    for my $line (split /\n/, run_cmd(\@sscurl, %env)->{out}) {
        my ($id) = $line =~ /^(\S+)/;
        my $text = run_cmd([ @sscurl, $id ], %env)->{out};
        my %rule = $text =~ /^  (\w[\w ]*):\s+(.*)$/mg;

        my %parameters = $text =~ /^  parameter (\S+): (.*)$/mg;

        push @rules, { %rule, id => $id, summary => $text =~ /: (.*)/,
                       parameters => \%parameters };
    }

    return @rules;
}

# The targets of the links of a Markdown text, code left out.
sub markdown_links {
    my ($text) = @_;

    $text =~ s/^```.*?^```//msg;
    $text =~ s/`[^`\n]*`//g;

    return $text =~ /\]\(([^)\s]+)\)/g;
}

1;
