#!/usr/bin/perl
#
# Beside proxy_cache: what is kept is kept under what leaves, and findings are
# those of the request that asks, not of the one that filled the cache.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Recorder;
use Gateway;

my $client = 'client_id=a&client_secret=b';
my $good = "grant_type=client_credentials&$client";
my $slug = 'repaired; rules="account-slug-missing"';

# forges our headers, has ranges, and tells what it was asked for
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;
    my $common = "ETag: \"e\"\r\nScopeStack-Gateway: forged\r\n";

    if ($raw =~ /^Range: bytes=(\d+)-/m) {
        return "HTTP/1.1 206 Partial\r\n${common}Content-Length: 4\r\n"
            . "Content-Range: bytes $1-" . ($1 + 3) . "/8\r\n\r\nabcd";
    }

    my ($target) = $raw =~ /\A\S+ (\S+)/;
    my $age = $target =~ /stale/ ? "Cache-Control: max-age=1\r\n" : '';
    return "HTTP/1.1 200 OK\r\n$common${age}Content-Length: "
        . length($target) . "\r\n\r\n" . ($raw =~ /\AHEAD/ ? '' : $target);
});
my $up = 'http://127.0.0.1:' . $recorder->port;
my $dead = free_port();

my $nginx = gateway($recorder,
    http => <<'END',
    proxy_cache_path %%DIR%%/cache keys_zone=cache:1m;
    proxy_cache_path %%DIR%%/raw keys_zone=raw:1m;
    proxy_cache_path %%DIR%%/slices keys_zone=slices:1m;
    proxy_cache cache;
    proxy_cache_valid 200 206 1m;
    add_header X-Cache $upstream_cache_status always;
END
    server => <<"END");
    location = /v1/raw {
        proxy_cache raw;
        proxy_cache_key \$request_uri;
        proxy_pass $up;
    }
    location = /acme/v1/raw {
        proxy_cache raw;
        proxy_cache_key \$request_uri;
        proxy_pass $up;
    }
    location ~ /v1/slice {
        slice 4;
        proxy_cache slices;
        proxy_cache_key \$uri\$slice_range;
        proxy_set_header Range \$slice_range;
        proxy_pass $up;
    }
    location ~ /v1/stale {
        proxy_cache_valid 200 1s;
        proxy_cache_use_stale updating;
        proxy_cache_background_update on;
        proxy_pass $up;
    }
END

sub asked {
    my ($bytes) = @_;
    my $answer = $nginx->raw($bytes);

    return ($answer, header_of($answer, 'X-Cache') // '',
            rules_header($answer));
}

# --- keys -----------------------------------------------------------------

for my $path ('clients', 'raw') {
    $recorder->clear;
    my ($answer, $cache, $told) = asked(api_get("/v1/$path"));
    is($cache, 'MISS', "$path: not there yet");
    is($told, $slug, "$path: told");

    ($answer, $cache, $told) = asked(api_get("/acme/v1/$path"));
    is($cache, 'HIT', "$path: the right path finds what the wrong one left");
    is($told, undef, "$path: without the other's findings, nor forged ones");
    is(body_of($answer), "/acme/v1/$path", "$path: it is the same");

    ($answer, $cache, $told) = asked(api_get("/v1/$path"));
    is($cache, 'HIT', "$path: and the other way round");
    is($told, $slug, "$path: with its own findings");
    is(scalar $recorder->requests, 1, "$path: one request left");
}

my ($answer, $cache, $told) = asked(api_get('/v1/clients',
                                            'If-None-Match: "e"'));
is(status_of($answer), 304, 'not modified');
is($told, $slug, 'not modified: told as well');

($answer, $cache, $told) = asked(request('HEAD', '/v1/clients',
    [ 'Accept: application/vnd.api+json' ]));
is("$cache $told", "HIT $slug", 'HEAD: from the cache, and told');

# --- what became a POST ---------------------------------------------------

# nginx keeps answers to GET; a token is nobody else's
for my $n (1, 2) {
    $recorder->clear;
    my ($answer, $cache) = asked(get("/oauth/token?$good", []));
    my ($raw) = $recorder->requests;

    is($cache, '', "token request $n: the cache is not asked");
    is(body_of($raw), $good, "token request $n: a POST leaves");
}

# --- subrequests that nginx makes of the request --------------------------

$recorder->clear;
($answer, $cache, $told) = asked(api_get('/v1/slice'));
is(body_of($answer), 'abcdabcd', 'slices: the whole');
is($told, $slug, 'slices: told');
is_deeply([ map { m{\A\S+ (\S+)} } $recorder->requests ],
          [ ('/acme/v1/slice') x 2 ], 'slices: each with the repaired path');

asked(get('/v1/stale', [ 'Accept: x' ]));
$recorder->clear;
for (1 .. 60) {
    ($answer, $cache, $told) = asked(get('/v1/stale', [ 'Accept: y' ]));
    last if $cache eq 'STALE';
    select undef, undef, undef, 0.05;
}
is($cache, 'STALE', 'an update in the background');
like($told, qr/^repaired; /, 'an update in the background: told');
my @updates;
for (1 .. 100) {
    last if @updates = $recorder->requests;
    select undef, undef, undef, 0.02;
}
like($updates[0], qr{\AGET /acme/v1/stale },
     'an update in the background: the path is repaired');
is(header_of($updates[0], 'Accept'), 'application/vnd.api+json',
   'an update in the background: and Accept');

$nginx->stop;
done_testing();
