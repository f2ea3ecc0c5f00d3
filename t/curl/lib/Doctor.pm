package Doctor;

# What the tests of --ss-doctor share.

use strict;
use warnings;

use Exporter ();
use JSON::PP;
use SSTest;
use Sscurl;

our @ISA = qw(Exporter);
our @EXPORT = qw(service doctor doctor_words checks_of outcomes_are
                 children_of words_of is_running
                 names_seen);

my $files = 0;

# A rules file for a service; what is given is added to it.
sub service {
    my ($api, $auth, $more) = @_;

    return spew(tmp_dir() . '/doctor' . $files++ . '.yaml',
                "version: 1\nservice:\n"
                . "  api_url: $api\n  auth_url: $auth\n" . ($more // ''));
}

sub doctor_words {
    my ($rules, @args) = @_;

    return ('--ss-doctor', '--ss-format', 'json', '--ss-config', $rules, @args);
}

# The checks by name, of what was written.
sub checks_of {
    my ($out) = @_;

    return { map { $_->{check} => $_ }
             map { JSON::PP->new->utf8->decode($_) } split /\n/, $out };
}

# The names of all checks that a test has seen.
my %seen;

sub names_seen { return sort keys %seen }

# Runs it; the run, and its checks. Options of the run come first, as a hash.
sub doctor {
    my %opt = ref $_[0] ? %{ +shift } : ();
    my $run = sscurl([ doctor_words(@_) ], timeout => 60, %opt);

    unlike("$run->{out}$run->{err}", qr/CANARY|sandbox-access/,
           'no secret is told');
    my $checks = checks_of($run->{out});
    $seen{$_}++ for keys %$checks;
    is($run->{status},
       (grep { $_->{outcome} eq 'failed' } values %$checks) ? 1 : 0,
       'the exit code says whether a check has failed') if %$checks;

    return ($run, $checks);
}

sub outcomes_are {
    my ($name, $checks, %want) = @_;

    is(join(' ', map { "$_:" . ($checks->{$_}{outcome} // 'none') }
            sort keys %want),
       join(' ', map { "$_:$want{$_}" } sort keys %want), $name)
        or diag(JSON::PP->new->canonical->pretty->encode($checks));

    return;
}

# The processes that a process has started and that are still there.
sub children_of {
    my ($pid) = @_;

    return split ' ', eval { slurp("/proc/$pid/task/$pid/children") } // '';
}

# A process that has ended may wait for somebody to take notice.
sub is_running {
    my ($pid) = @_;

    return (eval { slurp("/proc/$pid/stat") } // '') =~ /\) [^ZX]/;
}

# What everybody can see of a process, the words apart by blanks.
sub words_of {
    my ($pid) = @_;

    return (eval { slurp("/proc/$pid/cmdline") } // '') =~ tr/\0/ /r;
}

1;
