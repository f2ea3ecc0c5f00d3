#!/usr/bin/perl
#
# Writes the JSON Schema of the rules file:
#
#     perl schema/generate.pl build/sscurl > schema/config.schema.json
#
# The rules are those that sscurl tells; the rest is docs/rules-file.md in the
# words of a schema. t/meta/schema.t holds it and the parser together.

use strict;
use warnings;

use JSON::PP;

my $sscurl = shift or die "usage: generate.pl SSCURL\n";
my $json = JSON::PP->new->utf8->canonical->pretty->indent_length(2);

# --- rules ------------------------------------------------------------------

open my $pipe, '-|', $sscurl, '--ss-rules', '--ss-format', 'json'
    or die "$sscurl: $!\n";
my @rules = map { $json->decode($_) } <$pipe>;
close $pipe or die "$sscurl failed\n";

# A number, also as the text of one: to the parser they are the same.
sub parameter {
    my ($parameter) = @_;

    return {
        description => $parameter->{summary},
        type => [qw(integer string)],
        pattern => '^(0|[1-9][0-9]*)$',
        map { $_ => $parameter->{$_} } qw(minimum maximum default),
    };
}

sub rule {
    my ($rule) = @_;
    my @actions = grep { $_ ne 'repair' || $rule->{repair} ne 'none' }
        qw(off report repair reject);
    my %action = (enum => \@actions, default => $rule->{default});
    my $repair = $rule->{repair} eq 'none' ? 'It has no repair.'
        : "Its repair is $rule->{repair}.";

    return {
        description => "$rule->{summary}. To do: $rule->{fix}. $repair "
            . $rule->{doc},
        anyOf => [
            { %action },
            {
                type => 'object',
                additionalProperties => JSON::PP::false,
                properties => {
                    action => { %action },
                    map { $_->{name} => parameter($_) }
                        @{ $rule->{parameters} },
                },
            },
        ],
    };
}

# --- values -----------------------------------------------------------------

my $host_char = '!$&()*+,.0-9;=A-Z_a-z~\-';
my $port = '(?!0+/?$)([0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}'
    . '|655[0-2][0-9]|6553[0-5])';
my $octet = '(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';

# What is no text in YAML is one to the parser: `name: 12`.
my @scalar = qw(string number boolean);

# Words in any case; a pattern has no flags.
sub any_case {
    return join '|', map { s/([a-z])/[$1\U$1]/gr =~ s/\./\\./r } @_;
}

# What templates and unset variables leave, apart from blanks around.
my $unset = '(?!none)(' . any_case(qw(undefined null none nil)) . ')';
my $template = '\$[A-Za-z_{(]|%.+%$|\{[^"]+\}$|<[^"]+>$|%7[Bb][^"]+%7[Dd]$'
    . '|%3[Cc][^"]+%3[Ee]$|@.+@$|__.+__$|.*(\$\{|\$\(|\{\{|\}\}|<%|#\{|\[object )';
my $your = any_case('your') . '[_-]';
my $copied = any_case(qw(account-slug account_slug accountslug
    your-account-slug your-account your-slug));
my $reserved = any_case(qw(.well-known api-docs assets docs mcp oauth rails
    swagger webhooks));

my %values = (
    mode => {
        enum => [qw(off observe enforce)],
    },
    text => {
        type => \@scalar,
        pattern => "^(?! *(($unset) *\$|$your|$template))"
            . '[^\x00-\x1f\x7f]+$',
    },
    origin => {
        type => 'string',
        pattern => '^[Hh][Tt][Tt][Pp][Ss]?://'
            . "(\\[[$host_char:\\[]*\\]|[\\]$host_char][\\[\\]$host_char]*)"
            . "(:$port)?/?\$",
    },
    account => {
        type => \@scalar,
        pattern => "^(?!(\\.|\\.\\.|v1|~|$unset|$copied|$reserved"
            . '|[Aa][Uu][Tt][Oo]|YOUR[_-].*|__.+__)$)[A-Za-z0-9._~-]+$|^auto$',
    },
    size => {
        type => [qw(integer string)],
        minimum => 1,
        maximum => 64 * 1024 * 1024,
        pattern => '^(?!0+[kKmM]?$)([0-9]{1,9}|0*([1-5]?[0-9]|6[0-4])[mM]'
            . '|0*([1-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}'
            . '|655[0-2][0-9]|6553[0-6])[kK])$',
    },
    digest => {
        type => [qw(string number)],
        pattern => '^[0-9A-Fa-f]{64}$',
    },
    address => {
        type => 'string',
        pattern => "^($octet(\\.$octet){3}(/0*([12]?[0-9]|3[0-2]))?"
            . '|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*'
            . '(/0*([1-9]?[0-9]|1[01][0-9]|12[0-8]))?)$',
    },
    rules => {
        type => 'object',
        additionalProperties => JSON::PP::false,
        properties => { map { $_->{id} => rule($_) } @rules },
    },
);

# A value of a definition, with what editors show.
sub is {
    my ($type, $description, %more) = @_;

    # beside $ref nothing counts
    return { description => $description, %more,
             allOf => [ { '$ref' => "#/definitions/$type" } ] };
}

sub map_of {
    my ($description, $properties, %more) = @_;

    return { description => $description, type => 'object', %more,
             additionalProperties => JSON::PP::false,
             properties => $properties };
}

sub list_of {
    my ($description, $items) = @_;

    return { description => $description, type => 'array', items => $items };
}

# --- sections ---------------------------------------------------------------

my $account = 'account slug to put where one is missing; auto: the one of the token';

my $service = map_of('the service and its hosts', {
    api_url => is('origin', 'host of the API',
                  default => 'https://api.scopestack.io'),
    auth_url => is('origin', 'host of /oauth/...',
                   default => 'https://app.scopestack.io'),
    account => is('account', $account, default => 'auto'),
    gateways => list_of('further origins that sscurl treats as the service',
                        is('origin', 'http://host[:port]')),
});

my $limits = map_of('bounds', {
    body => is('size', 'larger bodies are not looked into; bytes, or with k '
               . 'or m', default => '1m'),
});

my $credential = map_of('a known good client', {
    name => is('text', 'how findings call it', default => 'unnamed'),
    client_id => is('text', 'as registered'),
    client_secret_sha256 => is('digest', 'sscurl --ss-hash prints it'),
}, required => ['client_id']);

my $match = map_of('all that is given must hold', {
    header => is('text', 'name of a header'),
    value => is('text', 'its very value'),
    client_id => is('text', 'of a token request'),
    user_agent => is('text', 'a part of User-Agent, case aside'),
    address => is('address', 'of the client, or a network: 10.1.0.0/16'),
}, dependencies => { header => ['value'], value => ['header'] });

my $team = map_of('callers to whom other rules apply', {
    name => is('text', 'unique'),
    match => $match,
    mode => is('mode', 'mode for this team'),
    account => is('account', $account),
    rules => is('rules', 'what differs from the rules for all'),
}, required => ['name']);

print $json->encode({
    '$schema' => 'http://json-schema.org/draft-07/schema#',
    title => 'ScopeStack rules file',
    definitions => \%values,
    %{ map_of('rules of the ScopeStack gateway and of sscurl', {
        version => { description => 'version of this format',
                     enum => [ 1, '1' ] },
        mode => is('mode', 'off: nothing is looked at; observe: nothing is '
                   . 'changed; enforce: repairs and rejections',
                   default => 'enforce'),
        service => $service,
        limits => $limits,
        rules => is('rules', 'rule: action, or rule: { action: ..., '
                    . 'parameter: ... }'),
        credentials => list_of('known good clients, secrets only as SHA-256',
                               $credential),
        teams => list_of('the first that matches wins', $team),
    }, required => ['version']) },
});
