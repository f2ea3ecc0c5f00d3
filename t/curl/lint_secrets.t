#!/usr/bin/perl
#
# --ss-lint: no secret of a file is in a report, in whatever form, also of lines
# that are no requests, of titles, and of names of files.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use JSON::PP;
use Sscurl;

my @formats = qw(text json sarif junit);
my $json = JSON::PP->new->utf8->canonical;
my $canary = 'c4nary';
my $host = 'https://api.scopestack.io';
my $plain = spew(tmp_dir() . "/rules.yaml",
                 "version: 1\nservice: { account: acme }\n");

sub lint {
    my ($file, @more) = @_;

    return sscurl([ '--ss-config', $plain, '--ss-lint', $file, @more ]);
}

sub har {
    my ($url, $method) = @_;

    return $json->encode({ log => { version => '1.2', entries => [ {
        request => { method => $method // 'GET', url => $url, headers => [] },
    } ] } });
}

sub postman {
    my ($name, $url, $folder) = @_;
    my $item = { name => $name, request => { method => 'GET', url => $url } };

    return $json->encode({
        info => { schema => 'https://schema.getpostman.com/json/collection/'
                      . 'v2.1.0/collection.json', name => $name },
        item => [ defined $folder ? { name => $folder, item => [ $item ] }
                  : $item ],
    });
}

# What stands behind a URL, or in a title.
my @tails = (
    "-u admin:$canary", "--user admin:$canary", "--user=admin:$canary",
    "--oauth2-bearer $canary", "-H 'Authorization: Bearer $canary'",
    "-H 'Authorization: Basic $canary'", "-H \"X-Api-Key: $canary\"",
    "-d client_secret=$canary", "-d 'password=$canary'",
    "--data '{\"client_secret\":\"$canary\"}'", "-b session=$canary",
    "-x http://u:$canary\@proxy:8080", "\\", "-u admin:$canary \\",
    "HTTP/1.1 Bearer $canary", "Bearer $canary", "eyJhbGciOiJIUzI1NiJ9.$canary.x",
    "access_token=$canary", "?access_token=$canary", "token: $canary",
);
my @titles = grep { $_ ne '\\' && !/^HTTP/ } @tails;
push @titles, "the password is $canary", "-u\"admin:$canary\"",
    "<password>$canary</password>", "\"password\" => \"$canary\"";

my %files;
for my $tail (@tails) {
    my $escaped = $tail =~ s/ /%20/gr;

    for my $path ('/v1/clients', '/acme/v1/clients', '/v1/me', '/oauth/token') {
        $files{"curl $path $tail"} = "curl $host$path $tail\n";
        $files{"GET $path $tail"} = "GET $host$path $tail\n";
        $files{"URL $path $tail"} = "$host$path $tail\n";
        $files{"HAR $path $tail"} = har("$host$path $tail");
        $files{"HAR $path $escaped"} = har("$host$path%20$escaped");
        $files{"lines $path $tail"} =
            "curl $host$path \\\n  $tail\n  --compressed\n";
    }
    $files{"HAR method $tail"} = har("$host/v1/clients", "GET $tail");
}
for my $title (@titles) {
    $files{"### $title"} = "### $title\nGET $host/v1/clients\n";
    $files{"\@name $title"} = "# \@name $title\nGET $host/v1/clients\n";
    $files{"item $title"} = postman($title, "$host/v1/clients");
    $files{"folder $title"} = postman('x', "$host/v1/clients", $title);
}

my $dir = home();
my $path = "$dir/file";
my $found = 0;
my $tried = 0;

# The four forms of a report are of one memory: files take turns.
for my $name (sort keys %files) {
    my $format = $formats[$tried++ % @formats];

    spew($path, $files{$name});
    my $run = lint($path, '--ss-format', $format);
    my $all = $run->{out} . $run->{err};

    ok($all !~ /$canary/, "$format: $name") or diag($all);
    $found++ if $run->{status} == 1;
}
cmp_ok($found, '>', 300, 'most have findings, so that names are printed');

for my $format (@formats) {
    spew($path, "curl $host/v1/clients -u admin:$canary \\\n -X GET\n");
    my $run = lint($path, '--ss-format', $format);

    like($run->{out}, qr{curl /v1/clients(?:\n|"|&)}, "$format: METHOD and path");
}

# --- files that cannot be used --------------------------------------------

for my $text (qq({"client_secret": "$canary" "x"}), qq({"$canary": tru}),
              qq({"a": "$canary), qq([$canary]), qq({"$canary":1,"$canary":2),
              qq({"info":{"schema":"$canary"}}), "PASSWORD=$canary\n",
              "machine x password $canary\n", "curl -u a:$canary $host\n",
              "GET $host/v1/me\n\n### \n$canary\n", "Bearer $canary\n",
              qq({"x":"\\u00$canary"})) {
    spew($path, $text);
    my $run = lint($path);

    ok(($run->{out} . $run->{err}) !~ /$canary/, "unusable: $text")
        or diag($run->{err});
}

# --- names of files -------------------------------------------------------

for my $name ("Bearer $canary", "eyJhbGciOiJIUzI1NiJ9.$canary.x",
              "client_secret=$canary") {
    my $run = lint($name);

    is($run->{status}, 2, "no file $name");
    ok($run->{err} !~ /$canary/, "$name is not shown") or diag($run->{err});
}

done_testing();
