package Bench::Loads;

# Requests as real clients send them to the gateway, what the service answers,
# and what a gateway says of each.

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT_OK = qw(loads service request);

my $jsonapi = 'application/vnd.api+json';
my $form = 'application/x-www-form-urlencoded';

# Letters that look random and are the same in each run.
my $state = 1;

sub word {
    my ($length) = @_;
    my @letters = ('A' .. 'Z', 'a' .. 'z', 0 .. 9, '-', '_');

    return join '', map {
        $state = ($state * 1103515245 + 12345) % 2**31;
        $letters[ ($state >> 16) % 64 ];
    } 1 .. $length;
}

# a JSON Web Token of 1,100 characters
my $token = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.' . word(720) . '.' . word(342);

my $query = 'filter[name]=Acme%20Corporation&filter[active]=true'
    . '&page[size]=100&page[number]=2&include=contacts,projects'
    . '&sort=-created-at';

my @browser = (
    'Connection: keep-alive',
    'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36'
        . ' (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    'Origin: https://crm.example.com',
    'Referer: https://crm.example.com/customers/overview?tab=open&id=4711',
    'Accept-Encoding: gzip, deflate, br',
    'Accept-Language: en-US,en;q=0.9',
    'Sec-Fetch-Site: cross-site',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Dest: empty',
    'Sec-CH-UA-Platform: "Windows"',
);
my $accept = "Accept: $jsonapi";
my $bearer = "Authorization: Bearer $token";

my $token_form = join '&', 'grant_type=password',
    'client_id=' . word(43), 'client_secret=' . word(43),
    'username=user%40example.com', 'password=correct+horse+battery';

# a resource whose text fills it up to 1 KiB
my $document = '{"data":{"type":"clients","attributes":{"name":"Acme","domain":'
    . '"acme.example","active":true,"notes":"%s"},"relationships":{"account":'
    . '{"data":{"type":"accounts","id":"7"}}}}}';
$document = sprintf $document, substr 'Talks to sales each week. ' x 40, 0,
    1024 - length($document) + 2;

my $not_found = '{"errors":[{"title":"Record not found","detail":"The record '
    . 'identified by 999 could not be found.","code":"404","status":"404"}]}';
my $unauthorized = '{"errors":[{"status":"401","title":"Unauthorized"}]}';
my $refused = '{"errors":[{"title":"has already been taken","detail":"name - '
    . 'has already been taken","code":"100","source":{"pointer":'
    . '"/data/attributes/name"},"status":"422"}]}';

# name, method, target, headers beside Host; body; what the service answers;
# budget in instructions; what the gateway's header has to begin with
sub loads {
    return (
        { name => 'clean GET', target => "/acme/v1/clients?$query",
          headers => [ $accept, $bearer, @browser ], budget => 6000 },
        { name => 'GET that needs Accept and slug',
          target => "/v1/clients?$query", budget => 9000,
          headers => [ 'Accept: */*', $bearer, @browser ],
          says => qr/^ScopeStack-Gateway: repaired/m },
        { name => 'token form with redirect_uri', target => '/oauth/token',
          headers => [ "Content-Type: $form", 'Accept: */*', @browser ],
          body => "$token_form&redirect_uri=https%3A%2F%2Fcrm.example.com%2F",
          budget => 12000, says => qr/^ScopeStack-Gateway: repaired/m },
        { name => 'JSON:API POST of 1 KiB', target => '/acme/v1/projects',
          headers => [ "Content-Type: $jsonapi", $accept, $bearer, @browser ],
          body => $document =~ s/"clients"/"projects"/r, budget => 20000 },
        { name => 'explained 404', target => "/acme/v1/clients/999?$query",
          headers => [ $accept, $bearer, @browser ], budget => 30000,
          says => qr/^ScopeStack-Explain: [a-z]/m },
        { name => 'explained 401', target => "/acme/v1/users?$query",
          headers => [ $accept, $bearer, @browser ], budget => 45000,
          says => qr/^ScopeStack-Explain: [a-z]/m },
        { name => 'explained 422', target => '/acme/v1/clients',
          headers => [ "Content-Type: $jsonapi", $accept, $bearer, @browser ],
          body => $document, budget => 60000,
          says => qr/^ScopeStack-Explain: [a-z]/m },
    );
}

# The service in nginx's words.
sub service {
    my %answer = (
        '/' => [ 200, '{"data":[]}' ],
        '/oauth/token' => [ 200, '{"access_token":"t","token_type":"Bearer"}' ],
        '/acme/v1/projects' => [ 201, '{"data":null}' ],
        '/acme/v1/clients/999' => [ 404, $not_found ],
        '/acme/v1/users' => [ 401, $unauthorized ],
    );
    my $text = "default_type $jsonapi;";

    for my $path (sort keys %answer) {
        my ($status, $body) = @{ $answer{$path} };

        $text .= " location $path { return $status '$body'; }";
    }

    return "$text location = /acme/v1/clients { if (\$request_method = POST) "
        . "{ return 422 '$refused'; } return 200 '$answer{'/'}[1]'; }";
}

# A load as it is sent.
sub request {
    my ($load, $host) = @_;
    my $body = $load->{body} // '';
    my @headers = ("Host: $host", @{ $load->{headers} });

    push @headers, 'Content-Length: ' . length $body if length $body;

    return join "\r\n", (length $body ? 'POST' : 'GET')
        . " $load->{target} HTTP/1.1", @headers, '', $body;
}

1;
