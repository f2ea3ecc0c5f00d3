#!/usr/bin/perl
#
# What the variables say of each kind and verdict, at each time, and to other
# directives; answers.t has the plain ones.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use JSON::PP;
use SSTest;
use SSTest::Recorder;
use Gateway;

my $json = JSON::PP->new->utf8;
my $form = 'Content-Type: application/x-www-form-urlencoded';
my $client = 'client_id=a&client_secret=b';
my $recorder = SSTest::Recorder->new(answer => sub {
    my $status = $_[0] =~ m{^\S+ \S*status=(\d+)} ? "$1 Text" : '200 OK';

    return "HTTP/1.1 $status\r\nContent-Length: 3\r\n\r\nok\n";
});
my $auth = SSTest::Recorder->new;
my $mirror = SSTest::Recorder->new;
my ($up, $auth_up, $mirror_up)
    = map { "proxy_pass http://127.0.0.1:@{[$_->port]};" }
      $recorder, $auth, $mirror;

my @names = qw(host scheme kind verdict rules causes account team);
my $format = join '|', map { "\$scopestack_$_" } @names, 'findings';
my $sent = join ' ', map {
    "proxy_set_header X-\u$_ \$scopestack_$_;"
} @names;
my $reject = rules("rules: { accept-not-jsonapi: reject, "
                   . "token-redirect-uri: reject }\n");
my $ports = spew(tmp_dir() . '/ports.yaml', tokenless(<<'END'));
version: 1
service:
  api_url: https://api.scopestack.test:8443
  auth_url: http://app.scopestack.test:8080
END
my $teams = rules(<<'END');
teams:
  - name: by-header
    match: { header: X-Team, value: finance }
    account: finance
    rules: { accept-not-jsonapi: report }
  - name: by-client
    match: { client_id: special }
  - name: by-agent
    match: { user_agent: special }
    mode: observe
  - name: by-address
    match: { header: X-Net, value: "1", address: 127.0.0.0/8 }
END

my $nginx = gateway($recorder,
    http => <<"END",
    log_format all escape=none '\$request_uri^$format';
    access_log %%DIR%%/all.log all;
    map \$scopestack_kind \$by_kind { token oauth; api json; default none; }
    map \$scopestack_verdict \$loggable { "" 0; pass 0; default 1; }
    access_log %%DIR%%/found.log all if=\$loggable;
END
    location => "$sent add_header X-Kind \$by_kind always;",
    server => <<"END");
    location /reject/ {
        scopestack_rules_file $reject;
        rewrite ^/reject(/.*) \$1 break;
        $up
    }
    location /watch/ {
        scopestack observe;
        scopestack_rules_file $reject;
        rewrite ^/watch(/.*) \$1 break;
        $up
    }
    location /off/ { scopestack off; $sent $up }
    location /ports/ {
        scopestack_rules_file $ports;
        rewrite ^/ports(/.*) \$1 break;
        $up
    }
    location /teams/ {
        scopestack_rules_file $teams;
        rewrite ^/teams(/.*) \$1 break;
        $up
    }
    location /early/ {
        set \$early "\$scopestack_kind-\$scopestack_verdict-";
        rewrite ^/early(/.*) \$1 break;
        add_header X-Early \$early;
        add_header X-Late "\$scopestack_kind-\$scopestack_verdict-";
        $up
    }
    location /returned/ { return 200 "$format"; }
    location /denied/ { deny all; }
    location /sub/ {
        auth_request /auth;
        mirror /copy;
        rewrite ^/sub(/.*) \$1 break;
        $up
    }
    location = /auth { internal; $sent $auth_up }
    location = /copy { internal; $sent $mirror_up }
END

# The log's line of a request, by the mark in its query.
sub logged {
    my ($bytes, $log) = @_;
    my ($mark) = $bytes =~ /\A\S+ \S*?(mark\d+)/;

    $recorder->clear;
    my $answer = $nginx->raw($bytes);
    for (1 .. 250) {
        my ($line) = grep { /\b$mark\^/ } split /\n/,
            slurp($nginx->dir . '/' . ($log // 'all.log')) =~ s/[^\n]*\z//r;
        if (defined $line) {
            my @values = split /\|/, $line =~ s/^.*?\^//r, 9;
            return ($answer, @values);
        }
        select undef, undef, undef, 0.02;
    }

    return ($answer);
}

# --- kinds and verdicts ---------------------------------------------------

my ($api, $app) = map { "$_.scopestack.test" } qw(api app);
my $reported = 'token-parameter-missing';
my @plain = ($form);
my $mark = 0;
my @cases = (
    [ 'GET', '/acme/v1/x', [ 'Accept: application/vnd.api+json' ], undef,
      [ $api, 'http', 'api', 'pass', '', '', 'acme', '' ] ],
    [ 'GET', '/v1/me', [], undef,
      [ $api, 'http', 'api', 'repaired', 'accept-not-jsonapi', '', 'acme',
        '' ] ],
    [ 'POST', '/oauth/token', \@plain, "grant_type=password&$client",
      [ $app, 'http', 'token', 'reported', $reported, '', 'acme', '' ] ],
    [ 'POST', '/oauth/revoke', \@plain, 'token=x',
      [ $app, 'http', 'oauth-other', 'pass', '', '', 'acme', '' ] ],
    [ 'GET', '/oauth/authorize', [], undef,
      [ $app, 'http', 'authorize', 'pass', '', '', 'acme', '' ] ],
    [ 'GET', '/acme/v1/document-templates/1/download', [], undef,
      [ $api, 'http', 'file', 'pass', '', '', 'acme', '' ] ],
    [ 'PUT', '/acme/v1/surveys/1/apply', [], undef,
      [ $api, 'http', 'action', 'pass', '', '', 'acme', '' ] ],
    [ 'POST', '/mcp', [], '{}',
      [ $api, 'http', 'mcp', 'pass', '', '', 'acme', '' ] ],
    [ 'GET', '/docs', [], undef,
      [ $api, 'http', 'other', 'pass', '', '', 'acme', '' ] ],

    # a cause stands only beside an answer of 400 and above
    [ 'POST', '/oauth/token?status=401&', \@plain,
      "grant_type=password&$client",
      [ $app, 'http', 'token', 'reported', $reported,
        'parameter-required,client-unknown', 'acme',
        '' ] ],
    [ 'GET', '/v1/me?status=500&', [], undef,
      [ $api, 'http', 'api', 'repaired', 'accept-not-jsonapi',
        'service-failed', 'acme', '' ] ],

    [ 'GET', '/reject/acme/v1/x', [], undef,
      [ $api, 'http', 'api', 'rejected', 'accept-not-jsonapi', '', 'acme',
        '' ] ],
    [ 'GET', '/watch/acme/v1/x', [], undef,
      [ $api, 'http', 'api', 'would-reject', 'accept-not-jsonapi', '', 'acme',
        '' ] ],
    [ 'GET', '/watch/v1/x?status=404&',
      [ 'Accept: application/vnd.api+json' ], undef,
      [ $api, 'http', 'api', 'would-repair', 'account-slug-missing',
        'slug-missing', 'acme', '' ] ],
    [ 'POST', '/watch/oauth/token', \@plain,
      "grant_type=password&$client&redirect_uri=x",
      [ $app, 'http', 'token', 'would-reject',
        'token-parameter-missing,token-redirect-uri', '', 'acme', '' ] ],

    [ 'GET', '/off/v1/x', [], undef, [ $api, 'http', 'api', ('') x 5 ] ],
    [ 'GET', '/denied/v1/x', [], undef, [ $api, 'http', 'api', ('') x 5 ] ],
    [ 'GET', '/ports/v1/me', [], undef,
      [ "$api:8443", 'https', 'api', 'repaired', 'accept-not-jsonapi', '', '',
        '' ] ],
    [ 'POST', '/ports/oauth/token', \@plain,
      "grant_type=client_credentials&$client",
      [ "$app:8080", 'http', 'token', 'pass', '', '', '', '' ] ],

    [ 'GET', '/teams/v1/me', [ 'X-Team: finance' ], undef,
      [ $api, 'http', 'api', 'reported', 'accept-not-jsonapi', '', 'finance',
        'by-header' ] ],
    [ 'GET', '/teams/v1/me', [ 'User-Agent: special/1' ], undef,
      [ $api, 'http', 'api', 'would-repair', 'accept-not-jsonapi', '', 'acme',
        'by-agent' ] ],
    [ 'GET', '/teams/v1/me', [ 'X-Net: 1' ], undef,
      [ $api, 'http', 'api', 'repaired', 'accept-not-jsonapi', '', 'acme',
        'by-address' ] ],
    [ 'POST', '/teams/oauth/token', \@plain,
      'grant_type=client_credentials&client_id=special&client_secret=b',
      [ $app, 'http', 'token', 'pass', '', '', 'acme', 'by-client' ] ],
);

for my $case (@cases) {
    my ($method, $target, $headers, $body, $wanted) = @$case;
    my $name = "$method $target @$headers";
    $target .= ($target =~ /\?/ ? '' : '?') . 'mark' . ++$mark;
    my ($answer, @values) = logged(request($method, $target, $headers, $body));
    my $findings = pop @values;

    is_deeply(\@values, $wanted, "$name: values");
    if ($wanted->[3] eq '') {
        is($findings, '', "$name: no findings");
        next;
    }

    my %rules = map { $_->{rule} => 1 } @{ $json->decode($findings) };
    is(join(',', sort keys %rules), $wanted->[4], "$name: findings");
}

# --- at which time --------------------------------------------------------

my ($answer) = logged(get('/early/v1/x?mark90', []));
is(header_of($answer, 'X-Early'), 'api--',
   'before the check: where it belongs, and nothing else');
is(header_of($answer, 'X-Late'), 'api-repaired-', 'behind it: the verdict');

($answer) = logged(get('/returned/v1/x?mark91', []));
is(body_of($answer), "$api|http|api||||||", 'return: as before the check');

($answer) = logged(get('/v1/x?mark92', []));
my ($raw) = $recorder->requests;
is(header_of($raw, 'X-Verdict'), 'repaired', 'to the upstream: the verdict');
is(header_of($raw, 'X-Rules'), 'accept-not-jsonapi,account-slug-missing',
   'to the upstream: the rules');
is(header_of($raw, 'X-Account'), 'acme', 'to the upstream: the account');
is(header_of($raw, 'X-Team'), undef, 'to the upstream: an empty one is none');
is(header_of($answer, 'X-Kind'), 'json', 'map: by kind');

($answer) = logged(get('/off/v1/x?mark93', [ 'X-Verdict: client' ]));
($raw) = $recorder->requests;
is(header_of($raw, 'X-Verdict'), undef, 'off: nothing, not even a client\'s');

# --- in subrequests -------------------------------------------------------

($answer) = logged(get('/sub/v1/x?mark94', []));
my ($asked) = $auth->requests;
is(header_of($asked, 'X-Verdict'), undef,
   'auth_request: comes before the check');
my @copies;
for (1 .. 100) {
    last if @copies = $mirror->requests;
    select undef, undef, undef, 0.02;
}
is(header_of($copies[0], 'X-Verdict'), 'repaired',
   'mirror: the verdict of the request');

# --- what is logged, and when ---------------------------------------------

logged(get('/v1/x?mark95', []), 'found.log');
my @found = split /\n/, slurp($nginx->dir . '/found.log');
is(scalar(grep { /\^(?:[^|]*\|){3}(?:pass)?\|/ } @found), 0,
   'access_log with if: none that passed');
cmp_ok(scalar(grep { /\|repaired\|/ } @found), '>', 2,
       'access_log with if: those with findings');

# --- findings are JSON, whatever bytes came -------------------------------

for my $target ("/{\"a\\b\"}/v1/x", "/{\xff\xfe}/v1/x", "/{\xe2\x80\xa8}/v1/x",
                '/%7B%0a%0d%09%7D/v1/x', "/{\xc2\x85}/v1/x") {
    $mark++;
    my ($answer, @values) = logged(request('GET', "$target?mark$mark", [
        "Accept: \"\\\xff\xe2", "Authorization: Bearer \"\\\xff\t\"" ]));
    my $findings = eval { $json->decode($values[8] // '') };

    is(ref $findings, 'ARRAY', "findings are JSON: mark$mark")
        or diag($values[8]);
    is(scalar(grep {
        my $f = $_;
        grep { !defined $f->{$_} } qw(rule outcome severity place message fix
                                      doc)
    } @{ $findings || [] }), 0, "findings have all their members: mark$mark");
}

$nginx->stop;
done_testing();
