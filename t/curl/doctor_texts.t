#!/usr/bin/perl
#
# --ss-doctor: names of any length, and bytes of any kind, in what it is given
# and in what a server says.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use Doctor;
use SSTest;
use SSTest::Recorder;
use Sscurl;

my $answer = tmp_dir() . '/answer';
my $recorder = SSTest::Recorder->new(answer => sub { slurp($answer) });
my @to = to($recorder);

# what no line may hold, nor come from what was said
my $odd = "\xff\xc3\x28\e[1m\x01\x7f\xe2\x80";

sub answers { spew($answer, $_[0]); $recorder->clear; return }

# Each line is an object of JSON, and text.
sub are_lines {
    my ($name, $out) = @_;

    for my $line (split /\n/, $out) {
        my $text = $line;
        my $good = utf8::decode($text) && $text !~ /[\x00-\x1f\x7f-\x9f]/
            && eval { JSON::PP->new->utf8->decode($line) };

        ok($good, "$name: a line") or diag($line =~ s/[^ -~]/?/gr);
    }

    return;
}

sub lines_of {
    my ($name, $rules, @args) = @_;
    my %opt = ref $args[0] ? %{ shift @args } : ();
    my $run = sscurl([ doctor_words($rules, @args) ], timeout => 60, %opt);

    are_lines($name, $run->{out});
    my @checks = eval { keys %{ checks_of($run->{out}) } };
    my $text = sscurl([ grep { $_ !~ /--ss-format|\Ajson\z/ }
                        doctor_words($rules, @args) ], timeout => 60, %opt);
    is(scalar(my @lines = split /\n/, $text->{out}), scalar @checks,
       "$name: as many lines without JSON");
    unlike($text->{out}, qr/[^\n -~\xc2-\xf4\x80-\xbf]/,
           "$name: and nothing for the terminal");

    return ($run, eval { checks_of($run->{out}) });
}

# --- long names ---------------------------------------------------------------

my $me = '{"data":{"attributes":{"account-slug":"acme"}}}';

for my $length (100, 240, 253, 300, 2000) {
    my $host = substr +('h' x 62 . '.') x 40, 0, $length - 4;
    my $long = service("http://$host.api", "http://$host.app");

    answers(reply('200 OK', $me));
    my ($run, $checks) = lines_of("a name of $length", $long, '-x',
                                  '127.0.0.1:' . $recorder->port,
                                  '--oauth2-bearer', 'x');
    my @got = $recorder->requests;

    is(host_of($got[0]), "$host.app", "a name of $length: the first host");
    is(line_of($got[0]), "POST http://$host.app/oauth/token HTTP/1.1",
       "a name of $length: the first URL");
    is(line_of($got[1]), "GET http://$host.api/v1/me HTTP/1.1",
       "a name of $length: the second URL");
    outcomes_are("a name of $length", $checks, token => 'ok');

    ($run, $checks) = lines_of("a name of $length, unknown", $long, '-x',
                               'nobody.invalid');
    is($checks->{'api-name'}{message},
       "$host.api: the proxy's name is not known (curl: 5)",
       "a name of $length: the whole message");
}

{
    my $slug = 'a' x 200;

    answers(reply('200 OK', $me =~ s/acme/$slug/r));
    my (undef, $checks) = doctor(service('http://api.test', 'http://app.test'),
                                 @to, '--oauth2-bearer', 'x');
    like($checks->{account}{fix},
         qr/account: $slug or .* --ss-account $slug\z/,
         'a long account: the whole of what is to do');
}

# --- names of files -------------------------------------------------------------

my $yaml = slurp(service('http://api.test', 'http://app.test'));
my %names = (
    long => ('d' x 200 . '/') x 2 . 'd' x 200,
    'long, of two bytes each' => "\xc3\xa9" x 120,
    'long, of two bytes each, odd' => 'x' . "\xc3\xa9" x 120,
    'of no UTF-8' => $odd,
    'a line end' => "a\nok       rules          b",
    quotes => 'a"b\\c',
);

for my $name (sort keys %names) {
    my $dir = tmp_dir() . "/$names{$name}";
    my $path = '';

    for my $part (split m{/}, $dir) {
        $path .= "$part/";
        mkdir $path;
    }

    answers(reply('200 OK', $me));
    my $rules = spew("$dir/rules.yaml", $yaml);
    my (undef, $checks) = lines_of("a file, $name", $rules, @to);
    like($checks->{rules}{message} // '', qr{/rules\.yaml, mode enforce\z},
         "a file, $name: is told to its end");

    my ($curl) = grep { -x } map { "$_/curl" } split /:/, $ENV{PATH};
    symlink $curl, "$dir/curl";
    (undef, $checks) = lines_of("a curl, $name", $rules,
                                { env => { SCOPESTACK_CURL => "$dir/curl" } },
                                @to);
    like($checks->{curl}{message} // '', qr{/curl\z},
         "a curl, $name: is told to its end");
}

# --- what a server says -----------------------------------------------------------

my $plain = service('http://api.test', 'http://app.test', "  account: acme\n");

my %answers = (
    'a date'         => reply('200 OK', $me, "Date: $odd"),
    'half a date'    => reply('200 OK', $me, "Date: Sat, 28 Nov 2026 $odd"),
    'a challenge'    => reply('401 No', '', "WWW-Authenticate: Bearer $odd"),
    'a status'       => reply("200 $odd", $me),
    'an odd status'  => reply("999 $odd", $me),
    'a body'         => reply('200 OK', $odd),
    'zeros'          => reply('200 OK', "\0" x 300),
    'an error'       => reply('400 Bad', "{\"error\":\"$odd\"}"),
    'an error, escaped' => reply('400 Bad', '{"error":"\u001b\ud83d\ude00"}'),
    'an error, half' => reply('400 Bad', '{"error":"\ud83d"}'),
    'a slug'         => reply('200 OK', $me =~ s/acme/$odd/r),
    'a slug, escaped' => reply('200 OK', $me =~ s/acme/\\u00e9\\u001b/r),
    'a header'       => reply('200 OK', $me, "$odd: $odd"),
    'a location'     => reply('302 Found', '', "Location: http://$odd/"),
    'no HTTP'        => $odd x 50,
    'half a head'    => "HTTP/1.1 200 OK\r\nConnection: close\r\nDate: $odd",
);

for my $name (sort keys %answers) {
    answers($answers{$name});
    my ($run, $checks) = lines_of($name, $plain, @to, '-m', '3',
                                  '--oauth2-bearer', 'x');

    is($run->{err}, '', "$name: nothing on stderr");
    ok($checks && keys %$checks > 10, "$name: all checks");
}

# --- words ------------------------------------------------------------------------

for my $word ("--$odd", "-$odd", $odd, "--no\nsuch", "--no-such=x$odd",
              "-H\@$odd", "--pro\n", "--user:CANARY", '-:', '-#') {
    my $run = sscurl([ doctor_words($plain, $word) ]);
    my $name = $word =~ s/[^ -~]/?/gr;

    is($run->{status}, 2, "$name: 2");
    like($run->{err}, qr/\Asscurl: [ -~]+\n\z/, "$name: one line, of text");
    unlike($run->{err}, qr/CANARY/, "$name: no more than the option");
}

answers(reply('401 No', ''));
for my $args ([ '--oauth2-bearer', $odd ], [ '-H', "Authorization: $odd" ],
              [ '-H', "Authorization: Bearer Bearer $odd" ],
              [ '-H', "$odd: $odd" ], [ '--interface', $odd ],
              [ '--cacert', $odd ], [ '-x', "http://$odd" ],
              [ '--resolve', $odd ], [ '--tls-max', $odd ]) {
    lines_of("$args->[0] " . $args->[1] =~ s/[^ -~]/?/gr, $plain, @$args, @to);
}

$recorder->stop;
done_testing();
