#!/usr/bin/perl
#
# http to a host of the service that is https by the rules file: what is mended
# leaves by TLS and not before, and what leaves by https does not follow the
# service to http.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Nginx;
use SSTest::Recorder;
use Sscurl;

my $dir = tmp_dir();
my $jsonapi = 'application/vnd.api+json';
my $secret = 'CANARY-s3cret';
my @token = ('-H', "Authorization: Bearer $secret");
my $grant = 'grant_type=client_credentials&client_id=id';

my $made = run_cmd([ qw(openssl req -x509 -newkey rsa:2048 -nodes -days 2),
                     '-subj', '/CN=api.scopestack.test',
                     '-keyout', "$dir/key", '-out', "$dir/cert" ]);
is($made->{status}, 0, 'a certificate') or diag($made->{err});

# what is asked by http at port 80 goes to the recorder, by https to nginx
my $recorder = SSTest::Recorder->new(answer => sub {
    return reply('200 OK', "http\n");
});
my $tls = free_port();
my $nginx = SSTest::Nginx->new(module => 0, http => <<"END");
    log_format seen escape=none '\$scheme \$request|\$http_accept|\$http_authorization|\$request_body';
    server {
        listen 127.0.0.1:$tls ssl;
        ssl_certificate $dir/cert;
        ssl_certificate_key $dir/key;
        access_log %%DIR%%/seen.log seen;
        location / { return 200 "https\\n"; }
        location /acme/v1/down { return 302 http://api.scopestack.test/landed; }
        location /oauth/token { return 307 http://app.scopestack.test/landed; }
    }
END

my @to = map { ('--connect-to', $_) }
    ("api.scopestack.test:80:127.0.0.1:@{[ $recorder->port ]}",
     "app.scopestack.test:80:127.0.0.1:@{[ $recorder->port ]}",
     "api.scopestack.test:443:127.0.0.1:$tls",
     "app.scopestack.test:443:127.0.0.1:$tls");

my $files = 0;

sub https_rules {
    my ($rules, $gateways) = @_;

    return spew("$dir/https." . $files++, <<"END");
version: 1
service:
  api_url: https://api.scopestack.test
  auth_url: https://app.scopestack.test
  account: acme
  gateways: [@{[ $gateways // '' ]}]
rules: { $rules }
END
}

# A run, what arrived by http, and what nginx has seen by https.
sub run_with {
    my ($config, @args) = @_;
    my $log = $nginx->dir . '/seen.log';
    my $before = -e $log ? length slurp($log) : 0;

    $recorder->clear;
    my $run = sscurl([ '-sS', '-k', '--ss-config', $config, '--ss-format',
                       'json', @args, @to ]);
    my @got = $recorder->requests;

    # it is written behind the answer
    my $seen = '';
    wait_for(sub {
        $seen = -e $log ? substr slurp($log), $before : '';
        return $seen =~ /\n\z/;
    }, $run->{out} =~ /https/ ? 10 : 1);

    return ($run, \@got, $seen);
}

# --- repaired -----------------------------------------------------------------

my $default = https_rules('');

for my $url ('http://api.scopestack.test/v1/me', 'api.scopestack.test/v1/me',
             'http://api.scopestack.test:80/v1/me',
             'http://api.scopestack.test:443/v1/me') {
    my ($run, $got, $seen) = run_with($default, @token, $url);

    is($run->{out}, "https\n", "$url: answered by https");
    is_deeply($got, [], "$url: nothing leaves by http");
    is($seen, "https GET /v1/me HTTP/1.1|$jsonapi|Bearer $secret|\n",
       "$url: one request, with the token");
    is_deeply(outcomes($run), [ 'scheme-insecure repaired',
                                'accept-not-jsonapi repaired' ],
              "$url: the findings");
}

{
    my ($run, $got) = run_with($default, '-u', "id:$secret", '-d',
                               'grant_type=client_credentials', '-o',
                               '/dev/null', 'http://app.scopestack.test/oauth/token');

    is_deeply($got, [], 'a token request: nothing leaves by http');
    is_deeply(outcomes($run), [ 'scheme-insecure repaired',
                                'token-authorization-header repaired' ],
              'a token request: the findings');
}

# --- not repaired -------------------------------------------------------------

for my $action ('report', 'off') {
    my ($run, $got, $seen) =
        run_with(https_rules("scheme-insecure: $action"), @token,
                 'http://api.scopestack.test/v1/clients');

    is($run->{out}, "http\n", "$action: it leaves by http");
    is($seen, '', "$action: and not by https");
    is(line_of($got->[0]), 'GET /acme/v1/clients HTTP/1.1',
       "$action: with the slug");
    is(header_of($got->[0], 'Accept'), $jsonapi, "$action: and the Accept");
    is_deeply(outcomes($run),
              [ $action eq 'report' ? 'scheme-insecure reported' : (),
                'account-slug-missing repaired',
                'accept-not-jsonapi repaired' ], "$action: the findings");
}

{
    my ($run, $got, $seen) =
        run_with(https_rules('scheme-insecure: reject'), @token,
                 'http://api.scopestack.test/v1/me');

    is($run->{status}, 120, 'reject: exit code');
    is_deeply([ $got, $seen ], [ [], '' ], 'reject: nothing leaves');

    ($run, $got) = run_with(https_rules('', 'http://api.scopestack.test'),
                            @token, 'http://api.scopestack.test/v1/me');
    is($run->{out}, "http\n", 'a gateway of that name: it leaves by http');
    is_deeply(outcomes($run), [ 'accept-not-jsonapi repaired' ],
              'a gateway of that name: the findings');
}

# --- redirects from https to http ---------------------------------------------

{
    my ($run, $got) = run_with($default, '-L', @token, '-H', 'Accept: a/b',
                               'https://api.scopestack.test/v1/down');

    is($run->{out}, "http\n", 'a redirect to http is followed');
    is(header_of($got->[0], 'Accept'), 'a/b',
       'a redirect to http: with the program\'s own headers');

    ($run, $got) = run_with($default, '-L', '-u', "id:$secret", '-d',
                            'grant_type=client_credentials',
                            'https://app.scopestack.test/oauth/token');
    is($run->{status}, 42, 'credentials moved into the body: stopped');
    is_deeply($got, [], 'credentials moved into the body: do not leave by http');
}

$nginx->stop;
$recorder->stop;
done_testing();
