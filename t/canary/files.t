#!/usr/bin/perl
#
# Secrets in files: collections and scripts that are checked, rules files and
# cases with errors, and files that are none of these. None in any output.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib", "$Bin/../curl/lib";

use JSON::PP;
use SSTest;
use Sscurl;
use Canary;

my $dir = tmp_dir();
my $json = JSON::PP->new->canonical;
my $service = api();
my (%outputs, $count);

sub keep {
    my ($name, $run) = @_;

    $outputs{$name} .= $run->{out} . $run->{err};

    return $run;
}

# --- requests in files --------------------------------------------------------

# Every third of the places, and secrets of their own where files have them.
my @placements = placements();
@placements = grep { ($_->{body} // '') !~ /\0/ }
    @placements[ grep { $_ % 3 == 0 } 0 .. $#placements ];

sub url_of { return $service . $_[0]{target} =~ s/ /%20/gr }

sub http_file {
    my (@some) = @_;
    my $text = '';

    for my $one (@some) {
        my $title = secret_like('mixed', 'a title');
        my $named = secret_like('plain', 'a title with a name');

        $text .= "### log in with $title, token=$named\n# \@name x\n"
            . "$one->{method} " . url_of($one) . " HTTP/1.1\n"
            . join('', map { "$_\n" } @{ $one->{headers} }) . "\n"
            . ($one->{body} // '') . "\n\n";
    }

    return $text;
}

sub shell_file {
    my (@some) = @_;
    my $text = "#!/bin/sh\nTOKEN=" . secret_like('plain', 'a variable') . "\n";

    for my $one (@some) {
        my @words = map { "-H '" . s/'//gr . "'" } @{ $one->{headers} };
        my $url = url_of($one) =~ s/'//gr;
        my $plain = secret_like('plain', 'an option');

        push @words, "-u admin:$plain", "--oauth2-bearer $plain",
            "-d '" . ($one->{body} // '') =~ s/'//gr . "'";
        $text .= "curl '$url' -X $one->{method} \\\n    "
            . join(" \\\n    ", @words) . "\n"
            . "curl $service/v1/me -u admin:$plain\n"
            . "curl -s -u admin:$plain --oauth2-bearer $plain \\\n  $service/v1/me\n";
    }

    return $text;
}

# Command lines where a request is expected.
sub curl_file {
    my (@some) = @_;
    my $text = '';

    for my $one (@some) {
        my $plain = secret_like('plain', 'a command line');
        my $url = url_of($one);

        $text .= "###\nGET $url -u admin:$plain\nAccept: a/b\n\n"
            . "###\nGET $service/v1/me --oauth2-bearer $plain\n\n"
            . "###\ncurl $url -u admin:$plain\n\n";
    }

    return $text;
}

sub har_file {
    my (@some) = @_;

    return $json->encode({ log => { version => '1.2', entries => [ map { {
        comment => secret_like('mixed', 'a comment'),
        request => {
            method => $_->{method},
            url => url_of($_) . ' and ' . secret_like('mixed', 'behind a blank'),
            headers => [ map { /^([^:]*): (.*)/s
                               ? { name => $1, value => $2 } : () }
                         @{ $_->{headers} } ],
            queryString => [],
            defined $_->{body} ? (postData => { mimeType => 'text/plain',
                                                text => $_->{body} }) : (),
        },
    } } @some ] } });
}

sub postman_file {
    my (@some) = @_;

    return $json->encode({
        info => { name => secret_like('mixed', 'a collection'), schema =>
            'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
        variable => [ { key => 'token', value => secret_like('plain', 'a value') } ],
        item => [ map { {
            name => 'Log in ' . secret_like('mixed', 'an item') . ' password='
                . secret_like('plain', 'an item with a name'),
            request => {
                method => $_->{method}, url => { raw => url_of($_) },
                description => secret_like('mixed', 'a description'),
                header => [ map { /^([^:]*): (.*)/s
                                  ? { key => $1, value => $2 } : () }
                            @{ $_->{headers} } ],
                defined $_->{body}
                    ? (body => { mode => 'raw', raw => $_->{body} }) : (),
            },
        } } @some ],
    });
}

my %makers = ('http' => \&http_file, 'sh' => \&shell_file,
              'rest' => \&curl_file, 'har' => \&har_file,
              'json' => \&postman_file);
my $rules = rules();

for my $type (sort keys %makers) {
    for my $batch (0 .. 3) {
        my @some = @placements[ grep { $_ % 16 == $batch } 0 .. $#placements ];
        my $file = spew("$dir/requests$batch.$type", $makers{$type}->(@some));

        $count += @some;
        for my $format (qw(text json sarif junit)) {
            my $run = keep("lint, $type, $format", sscurl([ '--ss-lint', $file,
                '--ss-format', $format, '--ss-config', $rules ],
                timeout => 120));
            like($run->{status}, qr/\A[012]\z/, "lint, $type, $format: ends");
        }
    }
}

# --- files with errors --------------------------------------------------------

# NAME and VALUE in rules files that are wrong in some way.
my @wrong = (
    "version: 1\nNAME: VALUE\n", "NAME: VALUE\n", "version: VALUE\n",
    "version: 1\nservice: { account: acme, NAME: VALUE }\n",
    "version: 1\nservice:\n  account: \"Bearer VALUE\"\n",
    "version: 1\nservice: { api_url: \"https://me:VALUE\@h/\" }\n",
    "version: 1\nservice: { api_url: \"https://h/?NAME=VALUE\" }\n",
    "version: 1\nmode: VALUE\n", "version: 1\nmode: [VALUE]\n",
    "version: 1\nrules: { NAME: VALUE }\n", "version: 1\nrules: VALUE\n",
    "version: 1\nrules: { accept-not-jsonapi: VALUE }\n",
    "version: 1\nrules: { page-size-excessive: { max: VALUE } }\n",
    "version: 1\nlimits: { body: VALUE }\n", "version: 1\nlimits: VALUE\n",
    "version: 1\ncredentials:\n  - { name: a, client_id: b, NAME: VALUE }\n",
    "version: 1\ncredentials:\n  - name: a\n    client_secret: VALUE\n",
    "version: 1\ncredentials:\n  - name: a\n    client_id: b\n    "
        . "client_secret_sha256: VALUE\n",
    "version: 1\ncredentials: [VALUE, \"VALUE\"]\n",
    "version: 1\nteams:\n  - name: a\n    match: { header: Authorization, "
        . "value: \"Bearer VALUE\", user_agnt: x }\n",
    "version: 1\nteams:\n  - name: a\n    match: { header: X, NAME: VALUE }\n",
    "version: 1\nteams:\n  - { match: { header: NAME, value: VALUE }, x: y }\n",
    "version: 1\nteams: VALUE\n", "version: 1\nteams: [ VALUE ]\n",
    "version: 1\nx: &a [VALUE, *b]\n", "version: 1\nx: !VALUE y\n",
    "version: 1\nx: &VALUE y\nz: *VALUEx\n", "version: 1\nNAME: |\n  VALUE\n",
    "version: 1\nNAME:\n  - VALUE\n", "version: 1\nNAME: [ VALUE\n",
    "version: 1\nNAME: \"VALUE\n", "version: 1\n\tNAME: VALUE\n",
    "version: 1\nmode: enforce # NAME VALUE\nmode: observe\n",
    "NAME=VALUE\n", "export NAME=VALUE\n", "NAME = VALUE\n", "VALUE\n",
    "machine h login me password VALUE\n", "Authorization: Bearer VALUE\n",
    "{\"NAME\": \"VALUE\"}\n", "{\"version\": 1, \"NAME\": \"VALUE\",}\n",
    "-----BEGIN PRIVATE KEY-----\nVALUE\n-----END PRIVATE KEY-----\n",
    "curl -u me:VALUE https://h/\n", "curl -s -u me:VALUE --oauth2-bearer "
        . "VALUE \\\n  http://api.scopestack.test/v1/me\n", "<NAME>VALUE</NAME>\n", "? VALUE\n: NAME\n",
    "VALUE: NAME\n", "version: 1\nVALUE: 1\n", "version: 1\n? [VALUE]\n: 1\n",
);

# In cases, for --ss-test.
my @wrong_cases = (
    "cases:\n  - name: a\n    request: GET https://h/\n    NAME: VALUE\n",
    "cases:\n  - name: a\n    request: GET https://h/?NAME=VALUE\n"
        . "    finds: VALUE\n",
    "cases:\n  - name: a\n    request: VALUE\n",
    "cases:\n  - name: VALUE\n    request: GET https://api.scopestack.io/v1/me\n"
        . "    headers: [\"Authorization: Bearer VALUE\"]\n    finds: {}\n",
    "cases:\n  - name: a\n    request: POST https://app.scopestack.io/oauth/token\n"
        . "    headers: [\"NAME: VALUE\"]\n    body: \"NAME=VALUE\"\n"
        . "    finds: {}\n    leaves: { body: \"NAME=VALUEx\" }\n",
    "config: { NAME: VALUE }\ncases: []\n", "shared: VALUE\ncases: [ VALUE ]\n",
);

sub checked {
    my ($option, $what, @patterns) = @_;
    my @names = names();
    my $at = 0;

    for my $pattern (@patterns) {
        for my $shape ($pattern =~ /NAME/ ? ('plain') x 3 : (),
                       'mixed', 'jwt') {
            my $name = $names[$at++ % @names];
            my $value = secret_like($shape, "$what: $pattern");
            my $file = spew("$dir/wrong.yaml", $pattern =~ s/NAME/$name/gr
                                                        =~ s/VALUE/$value/gr);

            $count++;
            keep($what, sscurl([ $option, $file ]));
        }
    }

    return;
}

checked('--ss-check', 'check', @wrong);
checked('--ss-test', 'test', @wrong_cases, @wrong[0 .. 9]);
checked('--ss-lint', 'lint, others', @wrong);

# a run with a wrong file, and nginx -t
for my $pattern (@wrong) {
    my $name = (names())[$count++ % names()];
    my $value = secret_like('mixed', "run: $pattern");
    my $file = spew("$dir/run.yaml", $pattern =~ s/NAME/$name/gr
                                             =~ s/VALUE/$value/gr);

    keep('run', sscurl([ '--ss-config', $file, '-sS', 'http://127.0.0.1:1/' ]))
        if $count % 4 == 0;
}

# --- what was printed ---------------------------------------------------------

for my $name (sort keys %outputs) {
    my @leaks = leaks($outputs{$name});

    cmp_ok(length $outputs{$name}, '>', $name =~ /lint, (?:http|har|json), / ? 100_000 : 100,
           "$name: there is some");
    is(scalar(@leaks), 0, "$name: no secret");
    diag(join "\n", "$name:", grep { defined }
         @leaks[map { $_ * @leaks / 25 } 0 .. 24]) if @leaks;
    spew("$ENV{SS_LEAKS}/$name", join "\n", @leaks, '') if $ENV{SS_LEAKS};
}
cmp_ok($count, '>=', 2_000, 'so many secrets stood in files');

done_testing();
