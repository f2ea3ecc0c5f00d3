#!/usr/bin/perl
#
# Who may include what: the core knows neither nginx nor curl, and adapters know
# of the core its public header only.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use Tree;

my %own = map { m{([^/]+)$} ? ($1 => 1) : () } files(qr{^common/src/.*\.h$});

# a directory, and what its files must not include
my @forbidden = (
    [ qr{^common/}, qr/ngx_|nginx|curl/, 'the core: neither nginx nor curl' ],
    [ qr{^common/include/}, qr/^(?!stddef\.h$|stdint\.h$)/,
      'scopestack.h: the language only' ],
    [ qr{^(?:nginx-module|curl-wrapper)/}, qr{^(?:.*/)?ss_|common/},
      'adapters: of the core, scopestack.h only' ],
    [ qr{^nginx-module/}, qr/curl/, 'the module: no curl' ],
    [ qr{^curl-wrapper/}, qr/ngx_/, 'sscurl: no nginx' ],
    [ qr{^common/src/(?!ss_yaml\.c)}, qr/^yaml\.h$/, 'yaml.h: ss_yaml.c only' ],
    [ qr{^common/}, qr/^jansson\.h$/, 'jansson.h: tests only' ],
    [ qr{^common/src/(?!crypto/ss_crypto_openssl\.c)}, qr/^openssl\//,
      'openssl/: its provider only' ],
    [ qr{^common/src/(?!crypto/ss_crypto_libmd\.c)}, qr/^sha2\.h$/,
      'sha2.h: its provider only' ],
    [ qr{^curl-wrapper/}, qr/^openssl\/|^sha2\.h$/, 'sscurl: neither' ],
    # files, and what clocks, environments and locales are read with
    [ qr{^common/src/(?!ss_file\.c|ss_team\.c|ss_json\.c|ss_arena\.c)},
      qr/^(?:stdio|stdlib|time|sys\/|unistd|fcntl|locale|arpa\/|pthread)/,
      'the core: no I/O, clock, environment' ],
);

my %includes;
for my $file (files(qr{^(?:common|nginx-module|curl-wrapper)/.*\.[ch]$})) {
    $includes{$file} = [ text_of($file) =~ /^#\s*include\s+[<"]([^>"]+)/mg ];
}

cmp_ok(scalar keys %includes, '>', 40, 'there are sources');

for my $rule (@forbidden) {
    my ($where, $what, $name) = @$rule;
    my @bad;

    for my $file (sort keys %includes) {
        next unless $file =~ $where;
        push @bad, map { "$file: $_" } grep { $_ =~ $what }
            @{ $includes{$file} };
    }
    is_deeply(\@bad, [], $name);
}

# every rule stands on its own
my @between = map {
    my $file = $_;
    map { "$file: $_" } grep { /ss_rule_/ } @{ $includes{$file} };
} grep { m{^common/src/rules/} } sort keys %includes;

is_deeply(\@between, [], 'rules: none includes another');

done_testing();
