#!/usr/bin/perl
#
# What our objects export: nothing by accident, and hooks without a version.

use strict;
use warnings;

use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/lib";
use SSTest;
use Tree;

sub exports {
    my ($file, @flags) = @_;
    my $run = run_cmd([ 'nm', @flags, '--defined-only', build_dir() . "/$file" ]);

    # the sanitizers' own symbols are not ours
    return sort grep { !/^(?:_|ubsan|asan)/ }
        map { /^[0-9a-f]+ [A-TV-Z] (\S+)/ ? $1 : () } split /\n/, $run->{out};
}

# --- the archive ----------------------------------------------------------

my $header = text_of('common/include/scopestack.h');
$header =~ s{/\*.*?\*/}{}gs;
my @declared = sort $header =~ /^[\w ]+?[ *](ss_\w+)\([^;{]*\);/mg;
my @archive = exports('libscopestack.a', '-g');
my %defined = map { $_ => 1 } @archive;

cmp_ok(scalar @declared, '>', 20, 'scopestack.h declares functions');
is_deeply([ grep { !$defined{$_} } @declared ], [],
          'libscopestack.a: everything that scopestack.h declares');
is_deeply([ grep { !/^ss_/ } @archive ], [],
          'libscopestack.a: all names begin with ss_');

# --- the module -----------------------------------------------------------

is_deeply([ exports('ngx_http_scopestack_module.so', '-D') ],
          [qw(ngx_module_names ngx_module_order ngx_modules)],
          'the module: what nginx looks for, no more');

# --- the interposer -------------------------------------------------------

my ($hooks) = text_of('curl-wrapper/hooks.c');
my @hooks = $hooks =~ /^(curl_\w+)\(/mg;

push @hooks, text_of('curl-wrapper/mime.c') =~ /^(curl_\w+)\(/mg;
cmp_ok(scalar @hooks, '>', 10, 'hooks.c and mime.c have hooks');

is_deeply([ exports('libscopestack-curl.so', '-D') ],
          [ sort @hooks, 'scopestack_doctor', 'scopestack_tool' ],
          'the interposer: its hooks and the tools');

my $versions = run_cmd([ 'readelf', '-V', '-W',
                         build_dir() . '/libscopestack-curl.so' ])->{out};
unlike($versions, qr/\.gnu\.version_d/,
       'the interposer: no versions, they would bind to nothing');

my $needed = run_cmd([ 'readelf', '-d', '-W',
                       build_dir() . '/libscopestack-curl.so' ])->{out};
unlike($needed, qr/NEEDED.*libcurl/, 'the interposer: no libcurl of its own');

$needed = run_cmd([ 'readelf', '-d', '-W', build_dir() . '/sscurl' ])->{out};
is_deeply([ grep { !/^(?:libc|libasan|libubsan|libdl)\.so/ }
            $needed =~ /NEEDED.*\[(.*?)\]/g ], [],
          'sscurl: needs libc only');

done_testing();
