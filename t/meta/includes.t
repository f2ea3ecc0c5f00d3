#!/usr/bin/perl
#
# Who may include what. A folder is a layer or a program, an include names the
# folder, and one table says which folders a folder may include. Besides, the
# core knows neither nginx nor curl, and adapters know of the core its public
# header only.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use Tree;

# a folder, and the other ones that its files may include, below the same root
my %directions = (
    'common/src' => {
        text => '',
        crypto => 'text',
        json => 'text',
        http => 'text json',
        check => 'text json http',
        credentials => 'text check',
        secrets => 'text http',
        rules => 'text json http check credentials',
        explain => 'text json http check secrets',
        causes => 'text http credentials explain',
        report => 'json check',
        config => 'text http check secrets',
        cases => 'json config',
    },
    'curl-wrapper' => {
        shared => '',
        launcher => 'shared',
        settings => 'shared',
        'interposer/libcurl' => 'shared',
        'interposer/handle' => 'shared settings interposer/libcurl',
        'interposer/request' =>
            'shared settings interposer/libcurl interposer/handle',
        'interposer/answer' => 'shared settings interposer/libcurl '
            . 'interposer/handle interposer/request',
        'interposer/account' => 'shared settings interposer/libcurl '
            . 'interposer/handle interposer/request',
        interposer => 'shared settings interposer/libcurl interposer/handle '
            . 'interposer/request interposer/answer interposer/account',
        tools => 'shared settings',
        'tools/lint' => 'shared settings tools',
        'tools/doctor' => 'shared settings',
    },
);

# The link graph has no cycle (graph.t), but a header does not always stand with
# what it declares: these includes point back.
my %exceptions = (
    # it knows the rules and causes there are; parts below do not
    'check/ss_engine.c rules/ss_rules.def' => 1,
    'check/ss_engine.h rules/ss_rules.def' => 1,
    'explain/ss_explain.c causes/ss_causes.def' => 1,
    # ss_rule.h also declares what is asked of words, paths and parameters
    'text/ss_words.c check/ss_rule.h' => 1,
    'http/ss_bearer.c check/ss_rule.h' => 1,
    'http/ss_params.c check/ss_rule.h' => 1,
    'http/ss_path.c check/ss_rule.h' => 1,
    'secrets/ss_mask.c check/ss_rule.h' => 1,
    # a document belongs to a check, and is read by the scanner
    'json/ss_document.h check/ss_rule.h' => 1,
    # members become parameters of a token request
    'json/ss_json.h http/ss_param_list.h' => 1,
    # a handle is freed with what is kept of its answers
    'interposer/handle/state.c interposer/answer/watched.h' => 1,
    # edits are applied together with the callbacks that see the answer
    'interposer/request/apply.c interposer/answer/watch.h' => 1,
);

# a directory, and what its files must not include
my @forbidden = (
    [ qr{^common/}, qr/ngx_|nginx|curl/, 'the core: neither nginx nor curl' ],
    [ qr{^common/include/}, qr/^(?!stddef\.h$|stdint\.h$)/,
      'scopestack.h: the language only' ],
    [ qr{^(?:nginx-module|curl-wrapper)/}, qr{(?:^|/)ss_|common/},
      'adapters: of the core, scopestack.h only' ],
    [ qr{^nginx-module/}, qr/curl/, 'the module: no curl' ],
    [ qr{^curl-wrapper/}, qr/ngx_/, 'sscurl: no nginx' ],
    [ qr{^curl-wrapper/launcher/}, qr{^(?:curl|jansson|yaml)\b},
      'the launcher: libc only' ],
    [ qr{^common/src/(?!config/ss_yaml\.c)}, qr/^yaml\.h$/,
      'yaml.h: ss_yaml.c only' ],
    [ qr{^common/}, qr/^jansson\.h$/, 'jansson.h: tests only' ],
    [ qr{^common/src/(?!crypto/ss_crypto_openssl\.c)}, qr/^openssl\//,
      'openssl/: its provider only' ],
    [ qr{^common/src/(?!crypto/ss_crypto_libmd\.c)}, qr/^sha2\.h$/,
      'sha2.h: its provider only' ],
    [ qr{^curl-wrapper/}, qr/^openssl\/|^sha2\.h$/, 'sscurl: neither' ],
    # files, and what clocks, environments and locales are read with
    [ qr{^common/src/(?!config/ss_file\.c|check/ss_team\.c|json/ss_json\.c|text/ss_arena\.c)},
      qr/^(?:stdio|stdlib|time|sys\/|unistd|fcntl|locale|arpa\/|pthread)/,
      'the core: no I/O, clock, environment' ],
);

my (%includes, %own);
for my $file (files(qr{^(?:common|nginx-module|curl-wrapper)/.*\.(?:[ch]|def)$})) {
    my $text = text_of($file);

    $includes{$file} = [ $text =~ /^#\s*include\s+[<"]([^>"]+)/mg ];
    $own{$file} = [ $text =~ /^#\s*include\s+"([^"]+)/mg ];
}

cmp_ok(scalar keys %includes, '>', 40, 'there are sources');

# --- the table ------------------------------------------------------------

my %left = %exceptions;

for my $root (sort keys %directions) {
    my $table = $directions{$root};
    my (%used, @homeless, @wrong);

    for my $file (grep { m{^\Q$root\E/} } sort keys %own) {
        my ($name, $from) = $file =~ m{^\Q$root\E/((?:(.*)/)?[^/]+)$};

        if (!defined $from || !exists $table->{$from}) {
            push @homeless, $file;
            next;
        }
        $used{$from} = 1;

        for my $include (grep { $_ ne 'scopestack.h' } @{ $own{$file} }) {
            my $to = $include =~ m{^(.*)/[^/]+$} ? $1 : '';

            next if $to eq $from
                || grep { $_ eq $to } split ' ', $table->{$from};
            push @wrong, "$name $include"
                if !exists $exceptions{"$name $include"};
            delete $left{"$name $include"};
        }
    }

    is_deeply(\@homeless, [], "$root: every file is in a folder of the table");
    is_deeply([ grep { !$used{$_} } sort keys %$table ], [],
              "$root: the table has no folder too many");
    is_deeply(\@wrong, [], "$root: includes go the way of the table");

    # Folders in an order in which all that one may include stand before it.
    my (%below, @order);
    while (my @next = grep { my $f = $_; !$below{$f}
               && !grep { !$below{$_} } split ' ', $table->{$f} }
               sort keys %$table) {
        @below{@next} = (1) x @next;
        push @order, @next;
    }
    is(scalar @order, scalar keys %$table, "$root: the table goes one way");
}

is_deeply([ sort keys %left ], [], 'every exception is still needed');

# --- what is outside --------------------------------------------------------

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
