package Benign;

# Requests as well-behaved clients send them: made from the tables beside this
# file, the same ones each time, and those kept by hand. A request is
#
#     { name, kind, account, text, accept }
#
# text: as in t/fuzz/corpus/request. account: what its caller's account is.
# accept: its Accept is one that the rules repair by default.

use strict;
use warnings;
use utf8;

use Benign::Clients qw(@CLIENTS document_text header_lines query_text);
use Benign::Documents qw(documents);
use Benign::Oauth qw(authorizations credential other_forms token_forms);
use Benign::Others qw(@MCP @PAGES uploads);
use Benign::Resources qw(@PATHS @RELATED @RESOURCES %VALUES);
use Encode qw(encode_utf8);
use Exporter qw(import);
use File::Basename qw(basename);
use List::Util qw(min);

our @EXPORT_OK = qw(by_hand framed generated);

my $API = 'https://api.scopestack.io';
my $APP = 'https://app.scopestack.io';
my $FORM = 'application/x-www-form-urlencoded';
my $JSONAPI = 'application/vnd.api+json';

my @tokens = (credential(7), credential(8),
              join('.', 'eyJhbGciOiJIUzI1NiJ9', 'eyJleHAiOjE5MDAwMDAwMDB9',
                   credential(9)),
              'abc._~+/-d==');

# --- from calls to requests ------------------------------------------------

# A call is { kind, what, method, url, query (pairs or text), form (pairs),
# document, body, type, accept, bare (no Authorization), more (lines) }.
sub body_of {
    my ($client, $call) = @_;

    return (query_text($client, @{ $call->{form} }), $client->{form} || $FORM)
        if $call->{form};
    return (document_text($client, $call->{document}),
            $call->{type} || $JSONAPI) if $call->{document};
    return ($call->{body} // '', $call->{type});
}

sub lines_of {
    my ($client, $call, $body, $type) = @_;
    my $accept = $call->{accept} // $client->{accept};
    my ($host) = $call->{url} =~ m{^https?://([^/?]+)};
    my @lines = ("Host: $host");

    # a call without a body has no type; with some clients it has one always
    $type //= $client->{on_get} if $call->{method} eq 'GET'
        && $call->{kind} eq 'api';

    push @lines, "Accept: $accept" if $accept ne '';
    push @lines, 'Authorization: Bearer ' . $call->{token} if $call->{token};
    push @lines, "Content-Type: $type" if $type;
    push @lines, 'Content-Length: ' . length $body
        if length $body || $call->{method} =~ /^P/;

    return header_lines($client, @lines, @{ $call->{more} || [] });
}

sub is_accept_repaired {
    my ($call, $client) = @_;

    return $call->{kind} eq 'api' && $call->{url} =~ m{^\Q$API\E/}
        && $call->{method} ne 'OPTIONS' && !defined $call->{accept}
        && $client->{accept} !~ /\Q$JSONAPI\E/;
}

sub request {
    my ($client, $call) = @_;
    my $query = $call->{query};
    my $url = $call->{url};
    my ($body, $type) = body_of($client, $call);

    $query = query_text($client, @$query) if ref $query;
    $url .= "?$query" if defined $query;

    return {
        name => "$call->{what}/$client->{name}",
        kind => $call->{kind},
        account => $call->{account} // 'acme',
        accept => is_accept_repaired($call, $client) ? 1 : 0,
        text => join("\n", "$call->{method} $url",
                     lines_of($client, $call, $body, $type), '', $body),
    };
}

# Each call from some of the clients, another few each time.
sub sent_by {
    my ($count, @calls) = @_;
    my $turn = 0;

    return map {
        my $call = $_;
        $turn++;
        map { request($CLIENTS[ ($turn + 3 * $_) % @CLIENTS ], $call) }
            0 .. $count - 1;
    } @calls;
}

sub api_call {
    my ($what, $path, %more) = @_;
    my $account = $more{account} // 'acme';

    return { kind => 'api', method => 'GET', what => $what,
             url => "$API/$account/v1/$path",
             token => $tokens[ length("$what$path") % @tokens ], %more };
}

# --- reading ---------------------------------------------------------------

sub filtered {
    my ($name, $filters) = @_;
    my @all;

    for my $filter (@$filters) {
        push @all, map {
            api_call("$name-by-$filter-$_", $name,
                     query => [ [ "filter[$filter]" =>
                                  $VALUES{$filter}[$_] ] ]);
        } 0 .. $#{ $VALUES{$filter} };
    }

    return @all;
}

sub included {
    my ($name, $includes) = @_;
    my @sets = ((map { $includes->[$_] } 0 .. $#$includes),
                join(',', @$includes), '');

    return map { api_call("$name-with-$_", $name, query => [
        [ include => $sets[$_] ] ]) } 0 .. $#sets;
}

sub paged {
    my ($name) = @_;

    return map {
        my ($number, $size) = @$_;
        api_call(sprintf('%s-page-%s-%s', $name, map { $_ // '' } @$_), $name,
                 query => [
                     defined $number ? [ 'page[number]' => $number ] : (),
                     defined $size ? [ 'page[size]' => $size ] : () ]);
    } @Benign::Resources::PAGES;
}

# Everything at once, as a client that walks through all pages has it.
sub combined {
    my ($name, $filters, $includes, $attributes) = @_;
    my @filters = @$filters[ 0 .. min(2, $#$filters) ];

    return api_call("$name-all", $name, query => [
        (map { [ "filter[$_]" => $VALUES{$_}[0] ] } @filters),
        [ include => join ',', @$includes ],
        [ sort => '-created-at,' . $attributes->[0] ],
        [ "fields[$name]" => join ',', @$attributes ],
        [ 'page[number]' => 2 ], [ 'page[size]' => 100 ] ]);
}

sub readings {
    my ($name, $filters, $includes, $attributes) = @{ $_[0] };

    return (
        api_call($name, $name),
        api_call("$name-head", $name, method => 'HEAD'),
        api_call("$name-one", "$name/7"),
        api_call("$name-one-with", "$name/7",
                 query => [ [ include => $includes->[0] ] ]),
        api_call("$name-sorted", $name,
                 query => [ [ sort => join ',', @$attributes ] ]),
        api_call("$name-fields", $name,
                 query => [ [ "fields[$name]" => join ',', @$attributes ] ]),
        filtered($name, $filters), included($name, $includes), paged($name),
        combined($name, $filters, $includes, $attributes),
    );
}

# Queries that must not be spelt otherwise: sent raw.
my @raw_queries = (
    '', '&', 'filter[name]=', 'filter%5Bname%5D=Acme', 'filter%5bname%5d=Acme',
    'filter[name]=O\'Brien', 'filter[name]=a=b', 'filter[name]=%22a%2Cb%22',
    'page[size]=50&page[number]=1', 'page[number]=2&page%5Bsize%5D=50',
    'include=&sort=', 'filter[active]=true%2Cfalse', 'filter[name]=%c3%a9',
    'utm_source=mail&x-vendor=1', 'filter[name]=Acme&', 'sort=-name,+id',
    'fields[clients]=name&fields[contacts]=name,email', '_=1716989000123',
    'filter[name]=' . 'x' x 4000, 'filter[name]=a&filter[domain]=b.example',
    'filter[version]=2', 'filters=1', 'filter[client.name]=Acme',
    'fields[project-services]=name', 'page[size]=250', 'page[size]=007',
    'paged=1&limits=2&perpage=3&offsets=4', 'limit[x]=1&page[number]=1',
    'access_token_hint=1', 'filter[name]=access_token', 'sort=',
    'filter[email]=a_b@c_d.example', 'filter[name]=(a)!*~;:@/?$',
    'filter[name]=%2B%26%23%25',
);

# Lists of texts that a filter looks for.
my @name_lists = ('Acme,Globex', '"Acme, Inc.",Globex', '"a,b","c,d"');

sub api_readings {
    my @raw = map { api_call("raw-query-$_", 'clients',
                             query => $raw_queries[$_]) } 0 .. $#raw_queries;
    my @related = map { api_call("related-$_", $_) } @RELATED;
    my @paths = map { api_call("path-$_", $PATHS[$_][1],
                               account => $PATHS[$_][0]) } 0 .. $#PATHS;
    my @lists = map { api_call("list-of-names-$_", 'clients', query => [
        [ 'filter[name]' => $name_lists[$_] ] ]) } 0 .. $#name_lists;
    # who knows no better has one account in the rules file, and calls others
    my @foreign = map { api_call("foreign-$_", $PATHS[$_][1],
                                 url => "$API/$PATHS[$_][0]/v1/$PATHS[$_][1]",
                                 account => '-') } 0 .. $#PATHS;
    my @global = map { api_call("global-$_", '', url => "$API/v1/$_") }
        'me', 'me?include=account', 'accounts/acme', 'accounts/scopestack-demo';

    return (sent_by(2, map { readings($_) } @RESOURCES),
            sent_by(4, @raw, @lists, @related, @paths), sent_by(1, @foreign),
            sent_by(11, @global));
}

# --- writing ---------------------------------------------------------------

sub writings {
    my $count = 0;
    my @calls = map {
        my $name = "$_->{what}-$_->{path}-" . ++$count;
        api_call($name =~ tr{/}{-}r, $_->{path}, method => $_->{method},
                 document => $_->{document});
    } documents();
    my @deletions = map { api_call("delete-$_", "$_/77", method => 'DELETE') }
        map { $_->[0] } @RESOURCES;

    return (sent_by(2, @calls), sent_by(2, @deletions));
}

# --- the others -------------------------------------------------------------

sub oauth_requests {
    my ($at, @calls) = 0;

    push @calls, map { { kind => 'token', method => 'POST',
        what => "token-$_->{what}-" . ++$at, url => "$APP/oauth/token",
        form => $_->{form} } } token_forms();
    push @calls, map { { kind => 'oauth-other', method => 'POST',
        what => "$_->{what}-" . ++$at, url => "$APP$_->{path}",
        form => $_->{form} } } other_forms();
    push @calls, map { { kind => 'authorize', method => 'GET',
        what => 'authorize-' . ++$at, url => "$APP/oauth/authorize",
        query => $_, accept => 'text/html' } } authorizations();

    return sent_by(3, @calls);
}

sub mcp_requests {
    my $at = 0;
    my %same = (kind => 'mcp', url => "$API/mcp", token => $tokens[0],
                accept => 'application/json, text/event-stream',
                more => [ 'Mcp-Session-Id: 1868a90c',
                          'MCP-Protocol-Version: 2025-06-18' ]);
    my @calls = map { { %same, method => 'POST', what => 'mcp-' . ++$at,
                        document => $_, type => 'application/json' } } @MCP;

    push @calls, map { { %same, method => $_, what => "mcp-$_",
                         accept => 'text/event-stream' } } qw(GET DELETE);

    return sent_by(2, @calls);
}

sub file_requests {
    my $at = 0;
    my @calls = map { api_call('upload-' . ++$at,
        "document-templates/$at/upload", kind => 'file', method => 'POST',
        type => $_->[0], body => $_->[1], accept => '*/*') } uploads();

    push @calls, map { api_call("download-$_",
        "document-templates/$_/download", kind => 'file') } 1 .. 6;
    push @calls, map { my $id = $_; map { api_call("$_-$id", "surveys/$id/$_",
        kind => 'action', method => 'PUT') } qw(calculate apply) } 1 .. 6;

    return sent_by(4, @calls);
}

sub preflights {
    my @calls = map {
        my ($method, $url, $kind) = @$_;
        { kind => $kind, method => 'OPTIONS', url => $url, accept => '*/*',
          what => "preflight-$method-" . $url =~ s{^https://|[?].*}{}gr
              =~ tr{/}{-}r,
          more => [ 'Origin: https://client.example',
                    "Access-Control-Request-Method: $method",
                    'Access-Control-Request-Headers: '
                        . 'authorization,content-type' ] };
    } ([ GET => "$API/v1/me", 'api' ], [ GET => "$API/acme/v1/clients", 'api' ],
       [ POST => "$API/acme/v1/clients", 'api' ], [ POST => "$API/mcp", 'mcp' ],
       [ PATCH => "$API/acme/v1/projects/7", 'api' ],
       [ PUT => "$API/acme/v1/surveys/9/apply", 'api' ],
       [ POST => "$APP/oauth/token", 'token' ],
       [ GET => "$API/acme/v1/clients?filter%5Bname%5D=a&limit=1", 'api' ]);

    return sent_by(2, @calls);
}

sub pages {
    my $at = 0;

    return sent_by(2, map { { method => $_->[0], url => $_->[1],
        kind => $_->[2], accept => $_->[3], what => 'page-' . ++$at } } @PAGES);
}

sub generated {
    return (api_readings(), writings(), oauth_requests(), mcp_requests(),
            file_requests(), preflights(), pages());
}

# As the runner reads them; see benign.c.
sub framed {
    return join '', map {
        length($_->{text}) . " $_->{account} $_->{name}\n$_->{text}"
    } @_;
}

# --- by hand -----------------------------------------------------------------

# The kind is the first word of the file's name; "axios-default" or
# "curl-plain" in it: its Accept is repaired.
sub by_hand {
    my ($folder) = @_;

    return map {
        my $name = basename($_, '.http');
        open my $fh, '<:raw', $_ or die "$_: $!";
        my $text = do { local $/; <$fh> };
        my ($kind) = $name =~ /^(oauth-other|[a-z]+)-/;

        { name => "hand/$name", kind => $kind, account => 'acme',
          accept => $name =~ /axios-default|curl-plain/ ? 1 : 0,
          text => $text };
    } sort glob "$folder/*.http";
}

1;
