#!/usr/bin/perl
#
# What the service answers is explained on stderr, behind curl's own output, and
# nothing else of curl changes.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use IO::Compress::Gzip qw(gzip);
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $canary = 'CANARY0Il1secret';
my $error = '{"errors":[{"status":"406","code":"406","title":"Not acceptable",'
    . qq("detail":"$canary"}]});
my @jsonapi = ('Content-Type: application/vnd.api+json');
my $zipped;
# only the body says which
my $faulty = '{"errors":[{"code":"102","title":"Filter not allowed"}]}';
gzip(\$faulty, \$zipped) or die 'gzip';

my $tries = 0;
my $recorder = SSTest::Recorder->new(answer => sub {
    my ($raw) = @_;
    my ($word) = line_of($raw) =~ m{/(\w+)(?:\?\S*)? HTTP};
    my $answer = $word eq 'zipped'
        ? reply('400 Bad Request', $zipped, @jsonapi, 'Content-Encoding: gzip')
        : $word eq 'faulty' ? reply('400 Bad Request', $faulty, @jsonapi)
        : $word eq 'busy' ? reply('503 Busy', "busy\n", 'Set-Cookie: x=1')
        : $word eq 'heals' && $tries++ % 2 == 0 ? reply('503 Busy', "busy\n")
        : $word eq 'away' ? reply('302 Found', '', 'Location: '
                                  . elsewhere() . '/refused')
        : $word eq 'round' ? reply('302 Found', '', 'Location: /acme/v1/refused')
        : $word eq 'large' ? reply('500 Broken', 'x' x 300_000)
        : $word =~ /refused/ ? reply('406 Not Acceptable', $error, @jsonapi)
        : reply('200 OK', '{"data":[]}', @jsonapi);

    $answer =~ s/\r\n\r\n\K.*//s if $raw =~ /\AHEAD /;

    return $answer;
});
my @to = to($recorder);
my $base = api() . '/acme/v1';
my @clean = ('-H', "Accept: application/vnd.api+json", '-A', 'curl/1');

# How often an explanation begins: each cause has one such line.
sub explained {
    my ($text) = @_;

    return scalar grep { /^sscurl: (?!  )/ } split /\n/, $text;
}

# Runs curl and sscurl alike: all but stderr must be the same.
sub same {
    my ($name, $count, @args) = @_;
    my @runs = map {
        my ($how, $dir) = ($_, home());
        my $run = $how->([ @clean, @to, @args ], dir => $dir);

        $run->{files} = { map { substr($_, length $dir) => slurp($_) }
                          grep { -f } glob "$dir/*" };
        $tries = 0;
        $run;
    } \&curl, \&sscurl;
    my ($want, $got) = @runs;

    is($got->{status}, $want->{status}, "$name: the exit code");
    is($got->{out}, $want->{out}, "$name: stdout");
    is_deeply($got->{files}, $want->{files}, "$name: files");
    cmp_ok(explained($got->{err}), $count ? '>=' : '==', $count,
           "$name: explained as often as that") or diag($got->{err});
    unlike($got->{err}, qr/CANARY/, "$name: no secret");

    is(settled(curls($got->{err})), settled($want->{err}),
       "$name: curl's own stderr");
    like($got->{err}, qr/\A(?:(?!sscurl: ).*\n)*(?:sscurl: .*\n)*\z/,
         "$name: ours comes behind") if $name !~ /--next/;

    return $got;
}

same('a success', 0, '-sS', "$base/clients");
same('406', 1, '-sS', "$base/refused");
same('-o', 1, '-sS', '-o', 'file', "$base/refused");
same('-O', 1, '-sS', '-O', "$base/refused");
same('-i', 1, '-sS', '-i', "$base/refused");
same('-I', 1, '-sS', '-I', "$base/refused");
same('-D', 1, '-sS', '-D', '-', "$base/refused");
same('-f', 1, '-sS', '-f', "$base/refused");
same('--fail-with-body', 1, '-sS', '--fail-with-body', "$base/refused");
same('-w', 1, '-sS', '-w', '%{http_code} %{size_download} %header{content-type}',
     "$base/refused");
same('-Z', 2, '-sS', '-Z', '-o', 'a', '-o', 'b', "$base/refused",
     "$base/busy");
same('-Z with a progress meter and a failure', 2, '-Z', '-f', '-o', 'a', '-o',
     'b', "$base/refused", "$base/busy");
same('--next', 2, '-sS', "$base/refused", '--next', '-sS', @clean, @to,
     "$base/refused");
same('--compressed', 1, '-sS', '--compressed', "$base/zipped");
same('gzip bytes', 1, '-sS', "$base/zipped");
same('--compressed --raw', 1, '-sS', '--compressed', '--raw', "$base/zipped");
same('a large answer', 1, '-sS', "$base/large");
same('a redirect elsewhere', 0, '-sS', '-L', "$base/away");
same('a redirect within', 1, '-sS', '-L', "$base/round");
same('another host', 0, '-sS', elsewhere() . '/refused');
same('-s alone', 0, '-s', "$base/refused");
# libcurl ends it before the head's end or, as curl's own stdout shows, there
{
    my @cut = ('-sS', '-i', '--max-filesize', '10', "$base/refused");
    my $whole = curl([ @clean, @to, @cut ])->{out} =~ /\r\n\r\n\z/;

    same('a cut transfer', $whole ? 1 : 0, @cut);
}

{
    my $once = same('503', 1, '-sS', "$base/busy");
    my $last = same('--retry', 1, '-sS', '--retry', '1', '--retry-delay', '1',
                    "$base/busy");

    is(explained($last->{err}), explained($once->{err}),
       'only the last try is explained');
}

# The ids of the causes that a run was told.
sub causes {
    my (@args) = @_;
    my $run = sscurl([ @clean, @to, '-s', '--ss-format', 'json', @args ]);

    return join ' ', map { $_->{cause} }
        map { @{ $_->{causes} || [] } } objects($run);
}

{
    my $plain = causes("$base/faulty");

    isnt($plain, '', 'an answer has a cause');
    is(causes('--compressed', "$base/zipped"), $plain,
       'what curl decodes is read');
    isnt(causes("$base/zipped"), $plain, 'what it does not is not');
    isnt(causes('--compressed', '--raw', "$base/zipped"), $plain,
         'nor with --raw');
    is(causes('-L', "$base/round"), causes("$base/refused"),
       'behind a redirect the request that it led to counts');
    like(causes('-L', auth() . '/round'), qr/\S/,
         'a redirect from one host of the service to another');
}

{
    my $run = sscurl([ @clean, @to, '-sS', '-f', "$base/refused" ]);

    like($run->{err}, qr/\Acurl: \(22\)[^\n]*\nsscurl: /,
         'it comes behind what curl says');

    $run = sscurl([ @clean, @to, '-sS', '--ss-quiet', "$base/refused" ]);
    is($run->{err}, '', '--ss-quiet');

    $run = sscurl([ @clean, @to, '-s', '--ss-format', 'json',
                    "$base/refused" ]);
    my @objects = objects($run);
    is(scalar @objects, 2, 'JSON: the findings and the causes');
    is($objects[1]{status}, 406, 'JSON: the status');
    ok($objects[1]{causes}[0]{cause} && $objects[1]{causes}[0]{fix},
       'JSON: a cause and what to do');

    $run = sscurl([ @clean, @to, '-sS', '--ss-mode', 'off', "$base/refused" ]);
    is($run->{err}, '', 'mode off: not a word');
}

done_testing();
