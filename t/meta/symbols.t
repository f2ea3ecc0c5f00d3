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

cmp_ok(scalar @declared, '>', 20, 'scopestack.h declares functions');

for my $file (qw(libscopestack.a libscopestack-md.a)) {
    my @archive = exports($file, '-g');
    my %defined = map { $_ => 1 } @archive;

    is_deeply([ grep { !$defined{$_} } @declared ], [],
              "$file: everything that scopestack.h declares");
    is_deeply([ grep { !/^ss_/ } @archive ], [],
              "$file: all names begin with ss_");
}

# --- the module -----------------------------------------------------------

is_deeply([ exports('ngx_http_scopestack_module.so', '-D') ],
          [qw(ngx_module_names ngx_module_order ngx_modules)],
          'the module: what nginx looks for, no more');

# --- the interposer -------------------------------------------------------

my ($hooks) = text_of('curl-wrapper/interposer/hooks.c');
my @hooks = $hooks =~ /^(curl_\w+)\(/mg;

push @hooks, map { text_of("curl-wrapper/interposer/$_.c") =~ /^(curl_\w+)\(/mg }
    qw(hooks_drive hooks_mime);
cmp_ok(scalar @hooks, '>', 10, 'there are hooks');

is_deeply([ exports('libscopestack-curl.so', '-D') ],
          [ sort @hooks, qw(dlmopen dlopen scopestack_doctor scopestack_tool) ],
          'the interposer: its hooks and the tools');

my $versions = run_cmd([ 'readelf', '-V', '-W',
                         build_dir() . '/libscopestack-curl.so' ])->{out};
unlike($versions, qr/\.gnu\.version_d/,
       'the interposer: no versions, they would bind to nothing');

sub needed {
    my ($file) = @_;
    my $run = run_cmd([ 'readelf', '-d', '-W', build_dir() . "/$file" ]);

    return sort grep { !/^lib(?:asan|ubsan)\.so/ }
        $run->{out} =~ /NEEDED.*\[(.*?)\]/g;
}

# what is needed is loaded into every program, before the program's own
for my $file (qw(libscopestack-curl.so plain/libscopestack-curl.so)) {
    is_deeply([ needed($file) ], [qw(libc.so.6 libjansson.so.4)],
              "$file: brings nothing of the system along");
}

is_deeply([ exports('plain/libscopestack-curl.so', '-D') ],
          [ exports('libscopestack-curl.so', '-D') ],
          'the plain interposer: the same names');

is_deeply([ needed('sscurl') ], ['libc.so.6'], 'sscurl: needs libc only');

done_testing();
