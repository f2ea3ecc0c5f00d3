#!/usr/bin/perl
#
# The configurations that the documents show are ones that nginx takes, but for
# what is the reader's: names, certificates, files.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;
use SSTest::Nginx;

my ($cert, $key) = map { tmp_dir() . "/$_" } qw(cert key);
my $made = run_cmd([ qw(openssl req -x509 -newkey rsa:2048 -nodes -days 2),
                     qw(-subj /CN=scopestack.corp -keyout), $key,
                     '-out', $cert ]);
is($made->{status}, 0, 'a certificate');

# What stands in http { } of each example that is a whole one.
sub examples {
    my ($page) = @_;
    my @blocks = slurp(root_dir() . "/$page") =~ /^```nginx\n(.*?)^```/msg;

    return map { /^http \{\n(.*)^\}/ms ? $1 : () } @blocks;
}

sub at_home {
    my ($text) = @_;

    $text =~ s{/etc/scopestack/config\.yaml}{root_dir()
        . '/config.yaml.example'}ge;
    $text =~ s{/etc/nginx/scopestack\.corp\.pem}{$cert}g;
    $text =~ s{/etc/nginx/scopestack\.corp\.key}{$key}g;
    $text =~ s{/var/log/nginx/}{%%DIR%%/}g;
    $text =~ s{listen [^;]*?(\bssl)?;}{'listen 127.0.0.1:' . free_port()
        . ($1 ? ' ssl;' : ';')}ge;

    # no name is asked for
    $text =~ s{server \w+\.scopestack\.io:443;}{server 127.0.0.1:443;}g;
    $text =~ s{proxy_pass https://api\.scopestack\.io}{proxy_pass
        https://127.0.0.1}g;

    return $text;
}

for my $page ('README.md', 'docs/nginx.md') {
    my @examples = examples($page);
    my $number = 0;

    cmp_ok(scalar @examples, '>', 0, "$page: there are some");

    for my $example (@examples) {
        my $nginx = SSTest::Nginx->new(http => at_home($example),
                                       no_start => 1);
        my $said = $nginx->test_conf;

        is($said->{status}, 0, "$page: example " . ++$number)
            or diag($said->{err});
    }
}

done_testing();
