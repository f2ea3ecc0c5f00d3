#!/usr/bin/perl
#
# Answers made to break who reads them: they leave the gateway as they leave a
# bare proxy, but for what explains them.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use JSON::PP;
use SSTest;
use SSTest::Hostile qw(hostile_ways hostile_answer);
use SSTest::Nginx;
use SSTest::Recorder;
use Gateway;

my $recorder = SSTest::Recorder->new(answer => \&hostile_answer);
my $up = "proxy_pass http://127.0.0.1:@{[$recorder->port]};"
    . ' proxy_buffer_size 64k; proxy_buffers 4 64k;';
my $nginx = gateway($recorder, location => 'proxy_buffer_size 64k;'
                    . ' proxy_buffers 4 64k;', server => <<"END");
    location /bare/ { scopestack off; $up }
    location /body/ { scopestack_explain body; $up }
    location /flow/ { scopestack_explain body; proxy_buffering off; $up }
END

# Without what names the moment, and without what is ours.
sub plain {
    my ($answer) = @_;

    return $answer =~ s/^(?:Date|ScopeStack-\w+): [^\n]*\n//gmr;
}

# The body of JSON without our explanation, in one spelling.
sub without_causes {
    my ($body) = @_;
    my $coder = JSON::PP->new->utf8->canonical;
    my $data = eval { $coder->decode($body) };

    return $body if ref $data ne 'HASH';
    delete $data->{scopestack};
    if (ref $data->{meta} eq 'HASH') {
        delete $data->{meta}{scopestack};
        delete $data->{meta} if !%{ $data->{meta} };
    }

    return $coder->encode($data);
}

for my $way (hostile_ways()) {
    my %got = map { $_ => $nginx->raw(api_get("$_/as-$way",
                                              'Connection: close')) }
        '', '/bare', '/body', '/flow';

    ok(plain($got{''}) eq plain($got{'/bare'}), "$way: as it came");
    like($got{''}, qr/^ScopeStack-Explain: [\w-]+; doc="[^"]+"\r$/m,
         "$way: explained") if status_of($got{''}) >= 400;
    for my $how ('/body', '/flow') {
        next if $got{'/bare'} =~ /^Transfer-Encoding:/mi;
        ok(without_causes(body_of($got{$how}))
           eq without_causes(body_of($got{'/bare'})), "$way: $how");
    }
}

is(status_of($nginx->raw(api_get('/as-half'))), status_of($nginx->raw(
       api_get('/bare/as-half'))), 'and it still runs');
unlike($nginx->error_log, qr/could not be explained|exited on signal/,
       'nothing of it was too much');

$nginx->stop;
done_testing();
