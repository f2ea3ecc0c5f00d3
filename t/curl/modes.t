#!/usr/bin/perl
#
# Which rules apply, and who says so: file, mode, account, team; what is told,
# and how.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use JSON::PP;
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $recorder = SSTest::Recorder->new;
my @to = to($recorder);
my $clients = api() . '/v1/clients';
my $jsonapi = 'application/vnd.api+json';
my @accept = ('-H', "Accept: $jsonapi");

# Runs sscurl with findings as JSON; the requests that arrived go last.
sub arrived {
    my ($args, %opt) = @_;

    $recorder->clear;
    my $run = sscurl([ '-sS', '--ss-format', 'json', @$args, @to ], %opt);

    return ($run, $recorder->requests);
}

# The account that a run puts into the path.
sub account_is {
    my ($want, $name, $args, %opt) = @_;
    my ($run, @got) = arrived([ @accept, @$args, $clients ], %opt);
    my ($account) = line_of($got[0]) =~ m{\AGET (?:/(\S+?))?/v1/clients };

    is($account // 'none', $want, $name) or diag($run->{err});

    return;
}

# --- mode -------------------------------------------------------------------

my %mode_file = map { $_ => rules("mode: $_\n") } qw(off observe enforce);

sub mode_is {
    my ($want, $name, $args, %opt) = @_;
    my ($run, @got) = arrived([ $clients, @$args ], %opt);
    my %lines = (
        off     => [ '/v1/clients', '*/*', [] ],
        observe => [ '/v1/clients', '*/*',
                     [ 'account-slug-missing would-repair',
                       'accept-not-jsonapi would-repair' ] ],
        enforce => [ '/acme/v1/clients', $jsonapi,
                     [ 'account-slug-missing repaired',
                       'accept-not-jsonapi repaired' ] ],
    );
    my ($path, $accept, $outcomes) = @{ $lines{$want} };

    is(line_of($got[0]), "GET $path HTTP/1.1", "$name: the path");
    is(header_of($got[0], 'Accept'), $accept, "$name: the header");
    is_deeply(outcomes($run), $outcomes, "$name: the findings");
    is($run->{status}, 0, "$name: exit code");

    return;
}

mode_is('enforce', 'without a word', []);

for my $mode (qw(off observe enforce)) {
    my %other = (SCOPESTACK_MODE => $mode eq 'off' ? 'enforce' : 'off');

    mode_is($mode, "--ss-mode $mode", [ '--ss-mode', $mode ]);
    mode_is($mode, "--ss-mode=$mode", [ "--ss-mode=$mode" ]);
    mode_is($mode, "\$SCOPESTACK_MODE $mode", [],
            env => { SCOPESTACK_MODE => $mode });
    mode_is($mode, "file mode $mode", [ '--ss-config', $mode_file{$mode} ]);
    mode_is($mode, "--ss-mode $mode above the variable and the file",
            [ '--ss-mode', $mode, '--ss-config',
              $mode_file{ $mode eq 'off' ? 'enforce' : 'off' } ],
            env => \%other);
    mode_is($mode, "\$SCOPESTACK_MODE $mode above the file",
            [ '--ss-config', $mode_file{ $mode eq 'off' ? 'enforce' : 'off' } ],
            env => { SCOPESTACK_MODE => $mode });
}

{
    my ($run) = arrived([ '--ss-mode', 'observe', $clients ]);
    my ($object) = objects($run);

    is($object->{verdict}, 'would-repair', 'observe: the verdict');

    ($run) = arrived([ '--ss-mode', 'off', $clients ]);
    ($object) = objects($run);
    is($object->{verdict}, 'pass', 'off: the verdict');

    my $text = sscurl([ '-S', '--ss-mode', 'off', '-s', $clients, @to ]);
    is($text->{err}, '', 'off: not a word in text form');
}

# --- account and team ---------------------------------------------------------

my $teams = rules(<<'END');
teams:
  - name: finance
    match: { header: X-Team, value: finance }
    account: money
    mode: enforce
  - name: agents
    match: { user_agent: robot }
    account: robots
  - name: quiet
    mode: off
  - name: watched
    mode: observe
    account: seen
END

account_is('acme', 'the account of the file', []);
account_is('other', '--ss-account', [ '--ss-account', 'other' ]);
account_is('other', '--ss-account=', [ '--ss-account=other' ]);
account_is('env', '$SCOPESTACK_ACCOUNT', [],
           env => { SCOPESTACK_ACCOUNT => 'env' });
account_is('other', '--ss-account above the variable',
           [ '--ss-account', 'other' ], env => { SCOPESTACK_ACCOUNT => 'env' });
account_is('last', 'the last --ss-account counts',
           [ '--ss-account', 'first', '--ss-account', 'last' ]);

my @teams = ('--ss-config', $teams);

account_is('acme', 'no team matches', [@teams]);
account_is('money', 'a team by header', [ @teams, '-H', 'x-team: finance' ]);
account_is('robots', 'a team by user agent', [ @teams, '-A', 'A-Robot/1' ]);
account_is('robots', 'a team by a User-Agent header',
           [ @teams, '-H', 'User-Agent: a robot' ]);
account_is('money', '--ss-team', [ @teams, '--ss-team', 'finance' ]);
account_is('money', '$SCOPESTACK_TEAM', [@teams],
           env => { SCOPESTACK_TEAM => 'finance' });
account_is('robots', '--ss-team above the variable',
           [ @teams, '--ss-team', 'agents' ],
           env => { SCOPESTACK_TEAM => 'finance' });
account_is('robots', '--ss-team above what matches',
           [ @teams, '--ss-team', 'agents', '-H', 'X-Team: finance' ]);
account_is('mine', '--ss-account above the team',
           [ @teams, '--ss-team', 'finance', '--ss-account', 'mine' ]);
account_is('none', 'a team\'s mode', [ @teams, '--ss-team', 'quiet' ]);
account_is('none', 'a team that is watched', [ @teams, '--ss-team',
           'watched' ]);
account_is('seen', '--ss-mode above the team\'s',
           [ @teams, '--ss-team', 'watched', '--ss-mode', 'enforce' ]);

# --- where the file is ----------------------------------------------------------

{
    my %file;

    for my $name (qw(option variable xdg home)) {
        $file{$name} = spew(tmp_dir() . "/$name.yaml",
            slurp(rules()) =~ s/account: acme/account: $name/r);
    }

    my ($home, $xdg) = (home(), home());
    my %both = (SCOPESTACK_CONFIG => undef, HOME => $home);

    mkdir "$_/scopestack" for $xdg, map { mkdir $_; $_ } "$home/.config";
    spew("$xdg/scopestack/config.yaml", slurp($file{xdg}));
    spew("$home/.config/scopestack/config.yaml", slurp($file{home}));

    account_is('option', '--ss-config above all',
               [ '--ss-config', $file{option} ],
               env => { %both, XDG_CONFIG_HOME => $xdg,
                        SCOPESTACK_CONFIG => $file{variable} });
    account_is('variable', '$SCOPESTACK_CONFIG above XDG_CONFIG_HOME', [],
               env => { %both, XDG_CONFIG_HOME => $xdg,
                        SCOPESTACK_CONFIG => $file{variable} });
    account_is('xdg', '$XDG_CONFIG_HOME above HOME', [],
               env => { %both, XDG_CONFIG_HOME => $xdg });
    account_is('home', 'HOME without XDG_CONFIG_HOME', [],
               env => { %both, XDG_CONFIG_HOME => undef });
    account_is('home', 'HOME with an empty XDG_CONFIG_HOME', [],
               env => { %both, XDG_CONFIG_HOME => '' });

    SKIP: {
        skip 'there is a file for all in this system', 4
            if -e '/etc/scopestack/config.yaml';

        # the built-in rules know the service's own hosts only
        my ($run, @got) = arrived([ $clients ],
            env => { %both, XDG_CONFIG_HOME => home() });

        is(line_of($got[0]), 'GET /v1/clients HTTP/1.1',
           'no file: another service is none of ours');
        is_deeply([ objects($run) ], [], 'no file: and nothing is told of it');

        ($run) = arrived([ '--ss-dry-run',
                           'https://api.scopestack.io/v1/clients' ],
                         env => { %both, HOME => home() });
        is_deeply(outcomes($run), [ 'account-slug-missing reported',
                                    'authorization-missing reported',
                                    'accept-not-jsonapi repaired' ],
                  'no file: the built-in rules apply to the service');

        # a private /etc needs a mount namespace
        my $script = 'mount -t tmpfs none /etc && mkdir /etc/scopestack '
            . '&& cp "$1" /etc/scopestack/config.yaml && shift && exec "$@"';
        my @apart = ('unshare', '-m', 'sh', '-c', $script, 'sh',
                     $file{option});
        my $able = run_cmd([ @apart, 'true' ]);

        skip 'no mount namespaces here', 1 if $able->{status} != 0;

        $recorder->clear;
        my %env = %{ environment(%both, HOME => home()) };
        run_cmd([ @apart, launcher(), '-sS', @accept, $clients, @to ],
                env => { %env, sanitizer() });
        like(line_of(($recorder->requests)[0]), qr{^GET /option/v1/},
             'the file in /etc is the last one');
    }
}

# --- reject -------------------------------------------------------------------------

my $reject = rules("rules: { account-slug-missing: reject }\n");
my @reject = ('--ss-config', $reject);

{
    my ($run, @got) = arrived([ @reject, '-i', $clients ]);
    my ($object) = objects($run);

    is($run->{status}, 120, 'reject: exit code');
    is(scalar @got, 0, 'reject: nothing is sent');
    is($run->{out}, '', 'reject: nothing on stdout');
    is($object->{verdict}, 'rejected', 'reject: the verdict');
    is_deeply(outcomes($run), [ 'account-slug-missing rejected',
                                'accept-not-jsonapi would-repair' ],
              'reject: the findings');
    like($run->{err}, qr/^curl: \(42\) rejected by rule account-slug-missing/m,
         'reject: curl says so as well');

    for my $silent ([ '-s' ], [ '--silent' ], [ '--ss-quiet', '-s' ]) {
        my $run = sscurl([ @reject, @$silent, $clients, @to ]);

        is($run->{status}, 120, "reject, @$silent: exit code");
        is($run->{err}, '', "reject, @$silent: not a word");
    }

    ($run, @got) = arrived([ @reject, '--ss-mode', 'observe', $clients ]);
    is($run->{status}, 0, 'reject, observed: exit code');
    is(scalar @got, 1, 'reject, observed: it is sent');
    is_deeply(outcomes($run), [ 'account-slug-missing would-reject',
                                'accept-not-jsonapi would-repair' ],
              'reject, observed: the findings');

    # only the one that is rejected stays
    my @three = (api() . '/v1/me', $clients, elsewhere() . '/x');
    my @sent = ('GET /v1/me HTTP/1.1', 'GET /x HTTP/1.1');

    ($run, @got) = arrived([ @reject, @three ]);
    is($run->{status}, 120, 'reject, three URLs: exit code');
    is_deeply([ map { line_of($_) } @got ], \@sent,
              'reject, three URLs: the others are sent');
    is($run->{out}, "ok\nok\n", 'reject, three URLs: and answered');

    ($run, @got) = arrived([ @reject, '-Z', map { ('-o', '/dev/null', $_) }
                             @three ]);
    is($run->{status}, 120, 'reject, -Z: exit code');
    is_deeply([ sort map { line_of($_) } @got ], \@sent,
              'reject, -Z: the others are sent');

    ($run, @got) = arrived([ @reject, '--fail-early', reverse @three ]);
    is($run->{status}, 120, 'reject, --fail-early: exit code');
    is(scalar @got, 1, 'reject, --fail-early: the rest is not sent');

    ($run, @got) = arrived([ @reject, @to, $three[1], '--next', '-sS',
                             $three[2] ]);
    is($run->{status}, 120, 'reject, --next: exit code');
    is_deeply([ map { line_of($_) } @got ], [ $sent[1] ],
              'reject, --next: the other one is sent');

    ($run, @got) = arrived([ @reject, '--retry', '1', '--retry-all-errors',
                             '--retry-max-time', '1', $clients ]);
    is($run->{status}, 120, 'reject, --retry-all-errors: exit code');
    is(scalar @got, 0, 'reject, --retry-all-errors: nothing is sent');

    ($run, @got) = arrived([ @reject, '-Z', '--retry', '1',
                             '--retry-all-errors', $clients ]);
    is($run->{status}, 120, 'reject, -Z and --retry-all-errors: exit code');
    is(scalar @got, 0, 'reject, -Z and --retry-all-errors: nothing is sent');

    # the exit code of a transfer that failed is the weaker word
    ($run) = arrived([ @reject, $clients, 'http://[' ]);
    is($run->{status}, 120, 'reject, and a bad URL: exit code');

    ($run, @got) = arrived([ @reject, '-w', '%{exitcode} %{http_code}\n',
                             $clients ]);
    is($run->{out}, "42 000\n", 'reject: -w sees a failed transfer');

    my $home = home();
    ($run) = arrived([ @reject, '-o', 'file', '-D', 'headers', $clients ],
                     dir => $home);
    ok(!-s "$home/file", 'reject: no file of -o');
}

# What a rule rejects is rejected again: nobody is to wait for that.
{
    my @retry = ('--retry', '3', '--retry-all-errors');
    my $reject = rules("rules: { account-slug-missing: reject }\n");
    my $start = time;

    $recorder->clear;
    my $run = sscurl([ '--ss-config', $reject, '-sS', @to, @retry,
                       api() . '/v1/clients' ]);
    is($run->{status}, 120, 'rejected, and to be tried again: exit code');
    cmp_ok(time - $start, '<', 3, 'rejected, and to be tried again: at once');
    is(() = $run->{err} =~ /rejected/g, 1,
       'rejected, and to be tried again: is told once') or diag($run->{err});

    $run = sscurl([ '--ss-config', $reject, '-sS', @to, '--retry', '1',
                    '--retry-all-errors', api() . '/v1/clients',
                    elsewhere() . '/other' ]);
    is($run->{status}, 120, 'one of two is rejected: exit code');
    is_deeply([ map { line_of($_) } $recorder->requests ],
              [ 'GET /other HTTP/1.1' ], 'one of two is rejected: the other');
}

# --- what is told --------------------------------------------------------------------

{
    my $text = sscurl([ '-sS', $clients, @to ]);

    like($text->{err}, qr/\Asscurl: repaired: path: /,
         'text: what was done comes first');
    is(scalar(grep { !/\Asscurl: / } split /\n/, $text->{err}), 0,
       'text: every line says whose it is');
    like($text->{err}, qr/\[account-slug-missing\]$/m, 'text: names the rule');
    like($text->{err}, qr/^sscurl:   to do: /m, 'text: says what to do');
    is(sscurl([ '-sS', '--ss-format', 'text', $clients, @to ])->{err},
       $text->{err}, 'text is the default');
    is(sscurl([ '-sS', '--ss-format', 'json', '--ss-format', 'text', $clients,
                @to ])->{err}, $text->{err}, 'the last --ss-format counts');

    is(sscurl([ '-sS', @accept, api() . '/v1/me', @to ])->{err}, '',
       'text: nothing of a right request');

    my %quiet = (
        '--ss-quiet'         => [ '-sS', '--ss-quiet' ],
        '-s'                 => [ '-s' ],
        '--silent'           => [ '--silent' ],
        '-fsL'               => [ '-fsL' ],
        '-s --no-show-error' => [ '-S', '-s', '--no-show-error' ],
        'json and quiet'     => [ '-sS', '--ss-quiet', '--ss-format', 'json' ],
    );
    for my $name (sort keys %quiet) {
        is(sscurl([ @{ $quiet{$name} }, $clients, @to ])->{err}, '',
           "$name: no findings");
    }

    my %loud = (
        'no -s'          => [ '--no-progress-meter' ],
        'json and -s'    => [ '-s', '--ss-format', 'json' ],
        '-sS'            => [ '-sS' ],
        '-s -S'          => [ '-s', '-S' ],
        '-S -s'          => [ '-S', '-s' ],
        '-s --no-silent' => [ '-s', '--no-silent', '--no-progress-meter' ],
        '-d s'           => [ '--no-progress-meter', '-ds', '-G' ],
        '-H -s'          => [ '--no-progress-meter', '-H', '-s' ],
        '-o s'           => [ '--no-progress-meter', '-o/dev/null' ],
    );
    for my $name (sort keys %loud) {
        like(sscurl([ @{ $loud{$name} }, $clients, @to ])->{err},
             qr/[["]account-slug-missing[]"]/, "$name: findings");
    }
}

{
    my ($run) = arrived([ $clients, elsewhere(), @accept, api() . '/v1/me' ]);
    my @lines = split /\n/, $run->{err};
    my @keys = qw(doc fix message outcome place rule severity);

    is(scalar @lines, 2, 'json: one line for each request to the service');
    is_deeply([ map { $_->{verdict} } objects($run) ],
              [ 'repaired', 'pass' ], 'json: and each an object');
    is_deeply([ map { $_->{kind} } objects($run) ], [ 'api', 'api' ],
              'json: with the kind');

    my ($finding) = @{ (objects($run))[0]{findings} };
    is_deeply([ sort keys %$finding ], \@keys, 'json: a finding\'s members');
    is((grep { ref $finding->{$_} || $finding->{$_} eq '' } @keys), 0,
       'json: all of them text');

    ($run) = arrived([ '-d', 'a=b', auth() . '/oauth/token' ]);
    is((objects($run))[0]{kind}, 'token', 'json: the kind of a token request');

    ($run) = arrived([ '-Z', (map { ('-o', '/dev/null') } 1 .. 20),
                       "$clients/[1-20]" ]);
    is(scalar objects($run), 20, 'json: whole lines with -Z as well');
}

$recorder->stop;
done_testing();
