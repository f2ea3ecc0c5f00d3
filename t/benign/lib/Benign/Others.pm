package Benign::Others;

# What is no JSON:API call: MCP, uploads and downloads, bodiless actions,
# preflights, pages, other hosts.

use strict;
use warnings;
use utf8;

use Exporter qw(import);

our @EXPORT_OK = qw(@MCP @PAGES uploads);

sub call {
    my ($id, $method, $params) = @_;

    return { jsonrpc => '2.0', id => $id, method => $method,
             $params ? (params => $params) : () };
}

# JSON-RPC messages.
our @MCP = (
    call(1, 'initialize', {
        protocolVersion => '2025-06-18', capabilities => {},
        clientInfo => { name => 'claude', version => '1.0' } }),
    { jsonrpc => '2.0', method => 'notifications/initialized' },
    call('2', 'tools/list'), call(3, 'tools/list', { cursor => 'a_b' }),
    call(4, 'ping'), call(5, 'prompts/list'), call(6, 'resources/list'),
    (map { call($_, 'tools/call', {
        name => 'list_projects',
        arguments => { account_slug => 'undefined', page_size => $_ } }) }
        7 .. 12),
    call(13, 'tools/call', { name => 'create_client',
        arguments => { data => { type => 'clients', id => 7 } } }),
    [ call(14, 'ping'), call(15, 'tools/list') ],
);

# method, URL, kind, headers: sent as they are.
our @PAGES = (
    [ GET => 'https://api.scopestack.io/', 'other', 'text/html' ],
    [ GET => 'https://api.scopestack.io', 'other', 'text/html' ],
    [ GET => 'https://api.scopestack.io/docs', 'other', 'text/html' ],
    [ GET => 'https://api.scopestack.io/swagger.json', 'other', '*/*' ],
    [ GET => 'https://api.scopestack.io/favicon.ico', 'other', 'image/*' ],
    [ GET => 'https://api.scopestack.io/robots.txt', 'other', '*/*' ],
    [ GET => 'https://app.scopestack.io/', 'other', 'text/html' ],
    [ GET => 'https://app.scopestack.io/projects/7', 'other', 'text/html' ],
    [ GET => 'https://app.scopestack.io/projects/7/merge_data_visualization'
          . '?version=2', 'other', 'text/html' ],
    [ GET => 'https://app.scopestack.io/users/sign_in', 'other',
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' ],
    (map { [ GET => "https://$_", 'other', 'application/json' ] }
        'api.scopestack.io/.well-known/oauth-protected-resource',
        'api.scopestack.io/.well-known/oauth-protected-resource/mcp',
        'api.scopestack.io/.well-known/oauth-authorization-server',
        'app.scopestack.io/.well-known/oauth-authorization-server',
        'app.scopestack.io/.well-known/openid-configuration'),
    [ GET => 'https://app.scopestack.io/oauth/token/info', 'oauth-other',
      'application/json' ],
    [ GET => 'https://app.scopestack.io/oauth/applications', 'oauth-other',
      'text/html' ],
    [ GET => 'https://scopestack-docs.s3.amazonaws.com/acme/v1/sow.docx'
          . '?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900'
          . '&X-Amz-Signature=00', 'api', '*/*' ],
    [ GET => 'https://example.com/v1/clients?filter=name&limit=1', 'api',
      'application/json' ],
    [ POST => 'https://example.com/oauth/token', 'token', '*/*' ],
    # words that the hosts have for something else, beside a version
    (map { [ GET => "https://api.scopestack.io/$_", 'other', '*/*' ] }
        qw(api-docs/v1/swagger.yaml api-docs/v1 swagger/v1/swagger.json
           docs/v1/clients docs/v1/?filter=name&limit=10 Docs/v1/me
           %64ocs/v1/clients assets/v1/app.css assets/v1 mcp/v1/clients
           mcp/v1/sse rails/v1/active_storage/blobs/x v1/docs v1/api-docs
           v1/.well-known/openid-configuration acme/v1/docs//clients
           .well-known/v1/oauth-protected-resource api/v1/docs?page=2
           acme/acme/v1/swagger acme/api/v1/assets/x undefined/v1/mcp)),
    (map { [ POST => "https://$_", 'other', 'application/json' ] }
        qw(api.scopestack.io/v1/mcp api.scopestack.io/acme/v1/mcp
           api.scopestack.io/v1/oauth/token app.scopestack.io/oauth/v1/token
           app.scopestack.io/OAuth/v1/token api.scopestack.io/webhooks/v1
           app.scopestack.io//webhooks//v1/crm api.scopestack.io/api/v1/mcp
           app.scopestack.io/v1/webhooks/crm app.scopestack.io/mcp/v1
           api.scopestack.io/api/oauth/token
           api.scopestack.io/acme/oauth/token)),
);

# Files in multipart bodies: [name, bytes].
my @files = (
    [ 'sow.docx', "PK\x03\x04\x14\0\0\0\x08\0\xff\xfe\x80 " . 'a' x 600 ],
    [ 'empty.docx', '' ],
    [ 'Angebot.docx', "PK\x03\x04\r\n--not-the-boundary\r\n" ],
    [ 'grant_type.json', '{"grant_type":"password"}' ],
);

# Content-Type and body of each upload.
sub uploads {
    my @all;

    for my $boundary ('b6a4e0d2c8f14a7e9a3f', '----WebKitFormBoundary7MA4YWxk',
                      '--------------------------974767299852498929531610') {
        for my $file (@files) {
            my $body = join "\r\n", "--$boundary",
                'Content-Disposition: form-data; '
                    . 'name="document_template[merge_template]"; '
                    . "filename=\"$file->[0]\"",
                'Content-Type: application/octet-stream', '', $file->[1],
                "--$boundary--", '';

            push @all, [ "multipart/form-data; boundary=$boundary", $body ];
        }
    }

    return @all;
}

1;
