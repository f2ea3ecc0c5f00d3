#!/usr/bin/perl
#
# curl sets the locale of its user. In Turkish ones "i" and "I" are two letters
# for the C library, but not in the names of headers.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib", "$FindBin::Bin/lib";

use SSTest;
use SSTest::Recorder;
use Sscurl;

my $dir = tmp_dir() . '/locales';
my $name = 'tr_TR.UTF-8';

mkdir $dir or die "$dir: $!";
my $made = run_cmd([ 'localedef', '-i', 'tr_TR', '-f', 'UTF-8',
                     "$dir/$name" ], timeout => 60);
plan(skip_all => 'localedef of Debian\'s libc-bin and locales wanted')
    if !-d "$dir/$name";

my %turkish = (LOCPATH => $dir, LC_ALL => $name);
my $form = 'grant_type=client_credentials&client_id=a&client_secret=b';
my $document = '{"data":{"type":"clients","attributes":{"name":"x"}}}';
my $recorder = SSTest::Recorder->new(answer => sub { reply('200 OK', '{}') });

sub sent {
    my (@words) = @_;

    $recorder->clear;
    sscurl([ '-sS', to($recorder), @words ], env => \%turkish);

    return ($recorder->requests)[0] // '';
}

my $token = sent('-H', 'AUTHORIZATION: Basic YTpi', '-d', $form,
                 auth() . '/oauth/token');
is(header_of($token, 'Authorization'), '', 'AUTHORIZATION is dropped');
is(body_of($token), $form, 'and the body stays');

my $basic = sent('-H', 'AUTHORIZATION;', '-u', 'a:b', '-d', $form,
                 auth() . '/oauth/token');
is(header_of($basic, 'Authorization'), '', '"AUTHORIZATION;" with -u');

my $multipart = sent('-H', 'CONTENT-TYPE: MULTIPART/FORM-DATA',
                     map({ ('-F', $_) } split /&/, $form),
                     auth() . '/oauth/token');
is(header_of($multipart, 'Content-Type'), 'application/x-www-form-urlencoded',
   'MULTIPART/FORM-DATA is repaired');
is(body_of($multipart), $form, 'with its body');

my $typed = sent('-H', 'CONTENT-TYPE: APPLICATION/JSON', '-d', $document,
                 '-H', 'AUTHORIZATION: Bearer abc', api() . '/acme/v1/clients');
is(() = $typed =~ /^content-type:/mig, 1, 'one Content-Type');
is(header_of($typed, 'Content-Type'), 'application/vnd.api+json',
   'CONTENT-TYPE is edited in its place');

done_testing();
