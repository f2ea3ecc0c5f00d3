#!/usr/bin/perl
#
# A repaired path need not begin as its location does, nor stay below it.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use SSTest::Recorder;
use Gateway;

my $recorder = SSTest::Recorder->new;
my $up = 'http://127.0.0.1:' . $recorder->port;
my $nginx = gateway($recorder, server => <<"END");
    location /undefined/v1/ { proxy_pass $up/acme/v1/; }
    location /v1/ { proxy_pass $up/base/; }
    location /static/ {
        alias %%DIR%%/deep/;
        try_files \$uri =404;
    }
    location /a/ {
        root %%DIR%%/deep;
        try_files \$uri \@up;
    }
    location \@up { proxy_pass $up; }
END

mkdir $nginx->dir . '/deep';
mkdir $nginx->dir . '/deep/a';
mkdir $nginx->dir . '/deep/a/v1';
spew($nginx->dir . '/outside', "outside\n");

sub left {
    my ($target) = @_;

    $recorder->clear;
    my $answer = $nginx->raw(api_get($target));
    my ($line) = (($recorder->requests)[0] // '') =~ m{\A\S+ (\S+)};

    return ($line, $answer);
}

# the URI part of proxy_pass stands for the location's name, which is gone
is((left('/undefined/v1/me'))[0], '/v1/me',
   'a location longer than the repaired path');
is((left('/v1/clients'))[0], '/acme/v1/clients',
   'a repaired path in a location with a URI part');
is((left('/v1/me'))[0], '/base/me', 'a right one: as nginx has it');

my ($line, $answer) = left('/a/a/v1/../../../outside');
unlike($answer, qr/^outside/m, 'no way out of a root');

$nginx->stop;
done_testing();
