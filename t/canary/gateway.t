#!/usr/bin/perl
#
# Secrets in every place of a request, in every way to write them, through the
# gateway: none of them in its logs, variables and headers.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib", "$Bin/../nginx/lib";

use IO::Socket::INET;
use SSTest;
use SSTest::Nginx;
use Canary;
use Gateway;

# an upstream that is not there, so that each request has its line in the
# error log as well
my $dead = free_port();
my $rules = rules("rules:\n  page-size-excessive: report\n");
my $nginx = SSTest::Nginx->new(
    http => <<'END',
    large_client_header_buffers 8 16k;
    underscores_in_headers on;
    log_format all escape=none '$remote_addr "$request" $status '
        '$scopestack_host $scopestack_scheme $scopestack_kind '
        '$scopestack_verdict $scopestack_rules $scopestack_findings '
        '$scopestack_causes $scopestack_account $scopestack_team';
    access_log %%DIR%%/all.log all;
    access_log %%DIR%%/combined.log;
    keepalive_requests 1000000;
END
    server => <<"END");
        scopestack enforce;
        scopestack_rules_file $rules;
        scopestack_explain body;
        # which nginx keeps for the log
        if (\$http_referer\$http_user_agent\$request = x) { return 204; }
        location / { proxy_pass http://127.0.0.1:$dead; }
END

my $socket;

# Sends the bytes of a request, and returns the head of its answer.
sub exchange {
    my ($bytes) = @_;
    my $text = '';

    $socket ||= IO::Socket::INET->new('127.0.0.1:' . $nginx->port)
        or die "connect: $!";
    syswrite $socket, $bytes;

    while ($text !~ /\r\n\r\n/) {
        last if !sysread $socket, $text, 65536, length $text;
    }
    my ($head, $body) = split /\r\n\r\n/, $text, 2;
    my $length = ($head // '') =~ /^Content-Length: (\d+)/mi ? $1 : 0;

    while (length($body // '') < $length) {
        last if !sysread $socket, $body, 65536, length $body;
    }
    undef $socket if ($head // '') !~ /^Connection: keep-alive/mi;

    return $head // '';
}

my @placements = placements();
my $answers = '';

for my $one (@placements) {
    my $head = exchange(request($one->{method}, $one->{target} =~ s/ /%20/gr,
                                $one->{headers}, $one->{body}));

    $answers .= join "\n", $head =~ /^(ScopeStack-.*)/mgi, '';
}
close $socket if $socket;
ok($nginx->wait_lines($nginx->dir . "/all.log", scalar @placements),
   scalar(@placements) . ' requests were logged');
$nginx->stop('all of them');

cmp_ok(scalar(@placements), '>=', 10_000, 'so many places for a secret');

my %outputs = ('headers of answers' => $answers,
    map { ($_ => slurp($nginx->dir . "/$_")) }
        qw(all.log combined.log error.log));

for my $name (sort keys %outputs) {
    my @leaks = leaks($outputs{$name});

    is(scalar(@leaks), 0, "$name: no secret");
    diag(join "\n", "$name:", grep { defined }
         @leaks[map { $_ * @leaks / 25 } 0 .. 24]) if @leaks;
    spew("$ENV{SS_LEAKS}/$name", join "\n", @leaks, '') if $ENV{SS_LEAKS};
}

# the logs say something, and the look at them sees what is there
like($outputs{'all.log'}, qr/ repaired /, 'requests were repaired');
like($outputs{'error.log'}, qr/Connection refused.*request: /,
     'errors were logged');
my @sent = leaks(join "\n", map { "$_->{target} @{ $_->{headers} }"
                 . ($_->{body} // '') } @placements);
cmp_ok(scalar(@sent), '>', 7_500, 'what was sent has all of them');

done_testing();
