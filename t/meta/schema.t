#!/usr/bin/perl
#
# schema/config.schema.json is what schema/generate.pl writes, and takes the
# rules files that the parser takes.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use JSON::PP;
use SSTest::Cases;
use Tree;

eval { require JSON::Validator; require YAML::PP; 1 }
    or plan skip_all => 'needs JSON::Validator and YAML::PP';

my $file = 'schema/config.schema.json';

# --- the file -------------------------------------------------------------

my %env = (env => { preload_env() });

{
    my $run = run_cmd([ $^X, root_dir() . '/schema/generate.pl',
                        build_dir() . '/sscurl' ], %env);
    my $wanted = text_of($file);

    is($run->{status}, 0, 'generate.pl: exit code') or diag($run->{err});
    ok($run->{out} eq $wanted, "$file is as generated")
        or diag("perl schema/generate.pl build/sscurl > $file");
}

my $validator = JSON::Validator->new->schema(root_dir() . "/$file");
my $schema = JSON::PP->new->utf8->decode(text_of($file));

# The schema of schemas is not at hand without a network: keywords are known,
# and references lead somewhere.
my %keyword = map { $_ => 1 } qw(
    $schema $ref title description default type enum pattern minimum maximum
    items required dependencies additionalProperties);
my @strange;

sub look {
    my ($node, $place) = @_;
    my ($ref) = ($node->{'$ref'} // '#/definitions/mode') =~ m{^#/definitions/(\w+)$};

    push @strange, "$place: \$ref"
        if !$ref || !$schema->{definitions}{$ref}
            || $node->{'$ref'} && keys %$node > 1;

    for my $key (sort keys %$node) {
        my $value = $node->{$key};

        if ($key =~ /^(?:properties|definitions)$/) {
            look($value->{$_}, "$place/$_") for sort keys %$value;
        } elsif ($key =~ /^(?:anyOf|allOf)$/) {
            look($_, "$place/$key") for @$value;
        } elsif (!$keyword{$key}) {
            push @strange, "$place: $key";
        }
        look($value, "$place/items") if $key eq 'items';
    }

    return;
}

look($schema, '');
is_deeply(\@strange, [], "$file: keywords and references");

my $rules = $schema->{definitions}{rules}{properties};
for my $rule (registry()) {
    my $entry = $rules->{ $rule->{id} };
    my ($short, $long) = @{ $entry->{anyOf} };

    is((grep { $_ eq 'repair' } @{ $short->{enum} }) ? 1 : 0,
       $rule->{repair} eq 'none' ? 0 : 1, "$rule->{id}: repair, if it has one");
    is($short->{default}, $rule->{default}, "$rule->{id}: its default");
    is_deeply([ sort keys %{ $long->{properties} } ],
              [ sort 'action', keys %{ $rule->{parameters} } ],
              "$rule->{id}: its parameters");
}

# --- texts ----------------------------------------------------------------

# The data that an editor sees: YAML 1.2, in which `off` is a word.
sub accepts {
    my ($text) = @_;
    my $yaml = YAML::PP->new(schema => [qw(Core Merge)], duplicate_keys => 0,
                             boolean => 'JSON::PP', cyclic_refs => 'fatal');
    my @documents = eval { $yaml->load_string($text) };

    return @documents == 1 && !$validator->schema->validate($documents[0]);
}

my $path = tmp_dir() . '/config.yaml';

sub parser_accepts {
    spew($path, $_[0]);

    return run_cmd([ build_dir() . '/sscurl', '--ss-check', $path ], %env)
        ->{status} == 0;
}

sub name_of {
    my ($text) = @_;

    $text =~ s/^version: 1\n//;
    $text =~ s/\n/; /g;

    return length $text > 70 ? substr($text, 0, 70) . '...' : $text;
}

# What a schema cannot see. For each text: who takes it.
my %unlike = (
    'two teams of one name' => [ <<'END', 'schema' ],
version: 1
teams: [ { name: a }, { name: a } ]
END
    'an ill-formed IPv6 address' => [ <<'END', 'schema' ],
version: 1
teams: [ { name: a, match: { address: "1:2:3" } } ]
END
    'octal numbers' => [ <<'END', 'schema' ],
version: 1
rules: { page-size-excessive: { max: 010 } }
END
    'numbers in another spelling' => [ <<'END', 'schema' ],
version: 1
limits: { body: 0x10 }
END
    'a quoted number out of bounds' => [ <<'END', 'schema' ],
version: 1
rules: { page-size-excessive: { max: "100001" } }
END
    'a quoted size out of bounds' => [ <<'END', 'schema' ],
version: 1
limits: { body: "99999999" }
END
    'another spelling of 1' => [ <<'END', 'schema' ],
version: 1.0
END
    'a size with more digits than one needs' => [ <<'END', 'schema' ],
version: 1
limits: { body: 0000000001k }
END
);

my %is_unlike = map { $_->[0] => 1 } values %unlike;

for my $name (sort keys %unlike) {
    my ($text, $who) = @{ $unlike{$name} };

    is(accepts($text) ? 1 : 0, $who eq 'schema' ? 1 : 0,
       "the schema cannot see: $name");
    is(parser_accepts($text) ? 1 : 0, $who eq 'parser' ? 1 : 0,
       "the parser does: $name");
}

# Texts that both take, and texts that neither takes.
my @good = (
    "version: 1\n",
    "version: \"1\"\n",
    "version: 1\nmode: off\n",
    "version: 1\nmode: \"off\"\n",
    "version: 1\nservice: {}\nlimits: {}\nrules: {}\n"
        . "credentials: []\nteams: []\n",
    "version: 1\nlimits: { body: 64m }\n",
    "version: 1\nlimits: { body: 65536K }\n",
    "version: 1\nlimits: { body: 67108864 }\n",
    "version: 1\nlimits: { body: '1' }\n",
    "version: 1\nservice: { api_url: 'HTTPS://[::1]:65535/' }\n",
    "version: 1\nservice: { api_url: http://a:00080, account: 12 }\n",
    "version: 1\nservice: { account: auto, gateways: [] }\n",
    "version: 1\nservice: { account: v1.~_- }\n",
    "version: 1\nservice: { account: true }\n",
    "version: 1\nservice: { account: your-it }\n",
    "version: 1\nservice: { account: nullify }\n",
    "version: 1\nservice: { account: none }\n",
    "version: 1\nservice: { account: docs2 }\n",
    "version: 1\nteams: [ { name: a, match: { header: A, value: 'a<b>' } } ]\n",
    "version: 1\nteams: [ { name: a, match: { header: A, value: '\$5 %' } } ]\n",
    "version: 1\nrules: { token-method: {} }\n",
    "version: 1\nrules: { token-method: { action: off } }\n",
    "version: 1\nrules: { page-size-excessive: { max: 1 } }\n",
    "version: 1\nrules: { page-size-excessive: { max: \"10\" } }\n",
    "version: 1\ncredentials: [ { client_id: 12, name: 1.5 } ]\n",
    "version: 1\nteams: [ { name: x, match: {} } ]\n",
    "version: 1\nteams: [ { name: x, match: { header: A, value: b } } ]\n",
    "version: 1\nteams: [ { name: 1, match: { address: 10.0.0.0/8 } } ]\n",
    "version: 1\nteams: [ { name: 1, match: { address: '::1/128' } } ]\n",
    "version: 1\nteams: [ { name: a, rules: &r { token-method: off } }, "
        . "{ name: b, rules: { <<: *r, host-mismatch: reject } } ]\n",
);

my @bad = (
    "version: 1\nshared: {}\n",
    "version: 1\nmode: Off\n",
    "version: 1\nmode: no\n",
    "version: 1\nmode:\n",
    "version: 1\nrules:\n",
    "version: 1\nteams: {}\n",
    "version: 1\nlimits: { body: 65m }\n",
    "version: 1\nlimits: { body: 65537k }\n",
    "version: 1\nlimits: { body: 67108865 }\n",
    "version: 1\nlimits: { body: 00 }\n",
    "version: 1\nlimits: { body: '0k' }\n",
    "version: 1\nlimits: { body: -1 }\n",
    "version: 1\nlimits: { body: 1.5 }\n",
    "version: 1\nlimits: { body: true }\n",
    "version: 1\nservice: { api_url: 'http://a:65536' }\n",
    "version: 1\nservice: { api_url: 'http://a:0' }\n",
    "version: 1\nservice: { api_url: 'http://a b' }\n",
    "version: 1\nservice: { api_url: 'http://u\@a' }\n",
    "version: 1\nservice: { api_url: 'http://[::1' }\n",
    "version: 1\nservice: { api_url: 'http://' }\n",
    "version: 1\nservice: { api_url: 'ftp://a' }\n",
    "version: 1\nservice: { api_url: 12 }\n",
    "version: 1\nservice: { account: v1 }\n",
    "version: 1\nservice: { account: .. }\n",
    "version: 1\nservice: { account: '' }\n",
    "version: 1\nservice: { account: \xc3\xa4 }\n",
    "version: 1\nservice: { account: [] }\n",
    (map { ("version: 1\nservice: { account: '$_' }\n",
            "version: 1\ncredentials: [ { client_id: '$_' } ]\n",
            "version: 1\nteams: [ { name: '$_' } ]\n") }
         qw(null Undefined None nil YOUR_ID YOUR-ID {{id}} {id} <id> ${ID} $ID
            %ID% %7Bid%7D @ID@ __ID__ a-${ID} <%=id%>)),
    (map { "version: 1\nservice: { account: $_ }\n" }
         qw(null Auto AUTO docs OAuth .well-known account-slug your-account ~)),
    "version: 1\nteams: [ { name: x, match: { user_agent: null } } ]\n",
    "version: 1\nteams: [ { name: x, match: { header: A, value: '{{v}}' } } ]\n",
    "version: 1\nteams: [ { name: x, account: your_client } ]\nno: 1\n",
    "version: 1\nrules: { token-method: }\n",
    "version: 1\nrules: { token-method: true }\n",
    "version: 1\nrules: { token-method: { action: of } }\n",
    "version: 1\nrules: { page-size-excessive: repair }\n",
    "version: 1\nrules: { page-size-excessive: { max: 0 } }\n",
    "version: 1\nrules: { page-size-excessive: { max: 1.5 } }\n",
    "version: 1\nrules: { page-size-excessive: { max: 100001 } }\n",
    "version: 1\ncredentials: [ { name: a } ]\n",
    "version: 1\ncredentials: [ { client_id: '' } ]\n",
    "version: 1\ncredentials: [ { client_id: \"a\\nb\" } ]\n",
    "version: 1\ncredentials: [ { client_id: ~ } ]\n",
    "version: 1\ncredentials: [ { client_id: a, client_secret: b } ]\n",
    "version: 1\nteams: [ { name: x, match: { value: b } } ]\n",
    "version: 1\nteams: [ { name: x, match: { address: 256.0.0.1 } } ]\n",
    "version: 1\nteams: [ { name: x, match: { address: 10.0.0.0/33 } } ]\n",
    "version: 1\nteams: [ { name: x, match: { address: '::1/129' } } ]\n",
    "version: 1\nteams: [ x ]\n",
);

for my $text (@good) {
    ok(accepts($text), 'the schema takes ' . name_of($text));
    ok(parser_accepts($text), 'the parser too: ' . name_of($text));
}

for my $text (@bad) {
    ok(!accepts($text), 'the schema refuses ' . name_of($text));
    ok(!parser_accepts($text), 'the parser too: ' . name_of($text));
}

# --- what other tests know of ----------------------------------------------

# All that unit/config_test.c holds for broken.
my $run = run_cmd([ build_dir() . '/t/config_test', '--broken' ]);
my @broken = map { pack 'H*', $_ } split /\n/, $run->{out};

cmp_ok(scalar @broken, '>', 30, 'config_test.c has broken files');
is_deeply([ grep { accepts($_) && !$is_unlike{$_} } @broken ], [],
          'the schema refuses the broken files of config_test.c');

# All rules files of the cases.
my %seen;
for my $case (SSTest::Cases::load('core')) {
    next if $seen{ $case->{config} }++;

    ok(accepts($case->{config}), "the schema takes that of $case->{title}");
}

cmp_ok(scalar keys %seen, '>', 30, 'cases have rules files');

# --- the example ----------------------------------------------------------

my $example = text_of('config.yaml.example');

ok(accepts($example), 'the schema takes config.yaml.example');
like($example, qr/\A# yaml-language-server: \$schema=\Q$file\E\n/,
     'config.yaml.example: editors find the schema');

my @examples = text_of('docs/testing-rules.md') =~ /^```yaml\n(version.*?)^```/msg;

ok(@examples && !grep({ !accepts($_) } @examples), 'and those of the docs');

done_testing();
