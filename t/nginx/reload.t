#!/usr/bin/perl
#
# Many reloads, good and bad, with requests under way: none is lost, and the
# rules that a request began with are the ones it ends with.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use IO::Socket::INET;
use SSTest;
use SSTest::Recorder;
use Gateway;

my $form = 'Content-Type: application/x-www-form-urlencoded';
my $good = 'grant_type=client_credentials&client_id=a&client_secret=b';
my $bad = "$good&redirect_uri=x";
my $recorder = SSTest::Recorder->new;
my $file = spew(tmp_dir() . '/live.yaml', slurp(rules()));
my $nginx = gateway($recorder, master => 1, rules => $file,
                    allow => qr/\[emerg\].*scopestack/);
my $reloads = 0;

sub account_in_use {
    $recorder->clear;
    my $answer = $nginx->raw(get('/v1/x', []));
    my ($raw) = $recorder->requests;

    return ($raw // '') =~ m{\AGET /([^/]+)/v1/x } ? $1 : "none: $answer";
}

# A rules file is put in place whole, as an editor or a deployment does it.
sub reload {
    my ($text) = @_;

    rename spew("$file.new", $text), $file;
    $nginx->signal('HUP');
    $reloads++;

    return;
}

sub rules_for {
    my ($account, $more) = @_;

    return slurp(rules($more)) =~ s/account: acme/account: $account/r;
}

# Waits until the new workers answer; old ones may for a moment.
sub becomes {
    my ($account) = @_;
    my $got = '';

    for (1 .. 250) {
        $got = account_in_use();
        return $got if $got eq $account;
        select undef, undef, undef, 0.02;
    }

    return $got;
}

is(account_in_use(), 'acme', 'before');

# --- one after the other --------------------------------------------------

for my $n (1 .. 15) {
    reload(rules_for("account-$n"));
    is(becomes("account-$n"), "account-$n", "reload $n takes effect");
}

my $broken = "version: 1\nrules: { nonsense: off }\n";
for my $text ($broken, '', "\0", 'a: [', 'x' x 2_000_000) {
    my $before = () = $nginx->error_log =~ /is not usable/g;
    my $after = $before;

    reload($text);
    for (1 .. 250) {
        $after = () = $nginx->error_log =~ /is not usable/g;
        last if $after > $before;
        select undef, undef, undef, 0.02;
    }
    cmp_ok($after, '>', $before, 'a bad file is told');
    is(account_in_use(), 'account-15', 'and the last good rules stay');
}

unlink $file;
$nginx->signal('HUP');
ok($nginx->wait_log(error_log => qr/live\.yaml: error: .*No such file/),
   'no file at all is told');
is(account_in_use(), 'account-15', 'and the last good rules stay');

reload(rules_for('mended'));
is(becomes('mended'), 'mended', 'a good file takes effect again');

# --- a request that is under way ------------------------------------------

my $socket = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
my $kept = IO::Socket::INET->new('127.0.0.1:' . $nginx->port);
syswrite $socket, "POST /oauth/token HTTP/1.1\r\nHost: x\r\n$form\r\n"
    . 'Content-Length: ' . length($bad) . "\r\n\r\ngrant_type=";
syswrite $kept, api_get('/mended/v1/x');
sysread $kept, my $ignored, 4096;

reload(rules_for('later', 'rules: { token-redirect-uri: reject }'));
is(becomes('later'), 'later', 'new rules, while a body is on its way');
# the old worker accepts beside the new one for a moment
my $rejected = '';
for (1 .. 100) {
    $rejected = $nginx->raw(form($bad));
    last if $rejected =~ m{\AHTTP/1\.1 400 };
    select undef, undef, undef, 0.02;
}
like($rejected, qr{\AHTTP/1\.1 400 }, 'which reject');

$recorder->clear;
syswrite $socket, substr $bad, length 'grant_type=';
sysread $socket, my $answer, 4096;
like($answer, qr{\AHTTP/1\.1 200 }, 'the one on its way ends by the old rules');
my ($raw) = $recorder->requests;
is(body_of($raw), $good, 'and is repaired');
close $_ for $socket, $kept;

# --- in a row, without waiting, under load --------------------------------

my $answered = 0;
for my $n (1 .. 20) {
    reload($n % 5 ? rules_for("row-$n") : $broken);
    for my $bytes (get('/v1/x', []), form("$good&n=$n")) {
        my $answer = eval { $nginx->raw($bytes) } // '';
        $answered++ if $answer =~ m{\AHTTP/1\.1 200 };
    }
}
is($answered, 40, 'every request between them is answered');

reload(rules_for('last'));
is(becomes('last'), 'last', 'the last one counts');

# the master may still be ending workers of before
for (1 .. 250) {
    my $log = $nginx->error_log;
    my $ended = () = $log =~ /worker process \d+ exited with code 0/g;
    my $begun = () = $log =~ /start worker process \d+/g;
    last if $ended >= $begun - 1;
    select undef, undef, undef, 0.02;
}
unlike($nginx->error_log, qr/exited on signal|exited with code [^0]/,
       "$reloads reloads: no worker broke");

$nginx->stop;
done_testing();
