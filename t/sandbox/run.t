#!/usr/bin/perl
#
# `build.sh run`: what it prints, that it ends, and what it leaves running.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib";
use SSTest;
use IO::Socket::INET;
use POSIX qw(_exit WNOHANG);
use Time::HiRes qw(time sleep);

my @run = ($^X, root_dir() . '/sandbox/run.pl');
my %env = preload_env();

# a build directory of its own: logs and ports of a run are kept in it
sub copy_build {
    my ($name) = @_;
    my $dir = tmp_dir() . "/$name";

    mkdir $dir or die "$dir: $!";
    for my $file (qw(sscurl libscopestack-curl.so
                     ngx_http_scopestack_module.so)) {
        spew("$dir/$file", slurp(build_dir() . "/$file"));
    }
    chmod 0755, tmp_dir(), "$dir/sscurl";

    return $dir;
}

# Starts it in the background: a file of what it prints, and its pid.
sub start {
    my (@args) = @_;
    my $out = tmp_dir() . '/run.out';
    my $pid = fork // die "fork: $!";

    if ($pid == 0) {
        # whoever stops the test stops this too; a terminal's Ctrl-C goes to
        # the group
        setpgrp;
        @ENV{ keys %env } = values %env;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', $out;
        open STDERR, '>&', \*STDOUT;
        exec @run, @args or _exit(127);
    }

    return ($out, $pid);
}

sub wait_end {
    my ($pid) = @_;
    my $end = time + 20;

    while (time < $end) {
        return $? if waitpid($pid, WNOHANG) > 0;
        sleep 0.02;
    }
    kill 'KILL', $pid;
    waitpid $pid, 0;

    return;
}

sub get {
    my ($port, $target) = @_;
    my $run = run_cmd([ 'curl', '-s', '-i', "http://127.0.0.1:$port$target",
                        '-H', 'Authorization: Bearer nobody' ]);

    return $run->{out};
}

# --- --once ---------------------------------------------------------------

my $build = copy_build('good');
my $once = run_cmd([ @run, $build, '--once' ], env => \%env, timeout => 120);

is($once->{status}, 0, '--once: all as documented')
    or diag($once->{out}, $once->{err});
like($once->{out}, qr/all \d+ calls as documented/, '--once: it says so');
ok(!has_report($once->{out} . $once->{err}
               . slurp("$build/run/error.log")),
   '--once: no sanitizer report');
unlike($once->{out} . $once->{err}, qr/sandbox-secret|sandbox-password/,
       '--once: no secret is printed');

# --- --once, and Ctrl-C ---------------------------------------------------

# Waits until what it prints matches.
sub wait_text {
    my ($file, $wanted) = @_;
    my $end = time + 60;

    while (time < $end) {
        return 1 if -e $file && slurp($file) =~ $wanted;
        sleep 0.02;
    }

    return 0;
}

my $stopped = copy_build('stopped');
my ($rows, $running) = start($stopped, '--once');

ok(wait_text($rows, qr/^what the page describes/m), '--once: it begins')
    or diag(slurp($rows));
ok(wait_text("$stopped/run/nginx.pid", qr/\d\n/), '--once: its nginx');
my ($nginx) = slurp("$stopped/run/nginx.pid") =~ /(\d+)/;
kill 'INT', $running;
is(wait_end($running), 130 << 8, '--once: Ctrl-C ends it');
unlike(slurp($rows), qr/calls (?:not )?as documented/, 'before all calls');
ok(!kill(0, $nginx), 'and its nginx');

# --- it tells when something is not as documented -------------------------

my $broken = copy_build('broken');
my $cc = spew(tmp_dir() . '/empty.c', "int ss_nothing;\n");
run_cmd([ 'cc', '-shared', '-o', "$broken/ngx_http_scopestack_module.so",
          $cc ]);
my $fails = run_cmd([ @run, $broken, '--once' ], env => \%env);

isnt($fails->{status}, 0, '--once with a module that is none fails');
like($fails->{err}, qr/nginx did not start; see \S+error\.log/,
     'and says where to look');

# --- run, and Ctrl-C ------------------------------------------------------

my $port = free_port();
my ($out, $pid) = start($build, '--port', $port);

ok(wait_port($port, 20), '--port: the gateway listens there')
    or diag(slurp($out));
like(get($port, '/v1/clients'),
     qr/^ScopeStack-Gateway: repaired; rules="accept-not-jsonapi account-slug/m,
     'a broken call is repaired on the way');

my $second = run_cmd([ @run, copy_build('second'), '--port', $port ],
                     env => \%env);
is($second->{status}, 1, 'a port in use: it ends');
like($second->{err}, qr/port $port is in use; choose another one with --port/,
     'and says what to do');

ok(wait_text($out, qr{the sandbox \(http://127\.0\.0\.1:\d+,}),
   'it tells at once where it listens');
my ($sandbox) = slurp($out) =~ m{the sandbox \(http://127\.0\.0\.1:(\d+)};

kill 'INT', $pid;
is(wait_end($pid), 0, 'Ctrl-C ends it with 0') or diag(slurp($out));
like(slurp($out), qr/\nstopped\n\z/, 'and it says that it stopped');

for my $left (grep { $_ } $port, $sandbox) {
    ok(!IO::Socket::INET->new("127.0.0.1:$left"),
       'nothing listens any longer');
}

# --- arguments ------------------------------------------------------------

my $unknown = run_cmd([ @run, $build, '--onze' ], env => \%env);
isnt($unknown->{status}, 0, 'an unknown option is an error');
like($unknown->{err}, qr/onze/, 'and named');

done_testing();
