#!/bin/sh
# Builds the module against an nginx source tree: build.sh BUILD_DIR OUTPUT
#
# NGINX_SRC       the tree; Debian's nginx-dev has one that fits its nginx
# SCOPESTACK_LIB  libscopestack.a; SCOPESTACK_INC: its header's folder
# MODULE_FLAGS    further flags for compiler and linker
set -eu

build=$1
output=$2
here=$(cd "$(dirname "$0")" && pwd)
tree=$build/nginx-src

if [ ! -f "$NGINX_SRC/src/core/nginx.h" ]; then
    cat >&2 <<END
nginx-module: no nginx source in $NGINX_SRC
  install the package nginx-dev, which has the source of the nginx that the
  distribution runs, or set NGINX_SRC to a source tree. A module built against
  another nginx than the one that loads it ends in "module is not binary
  compatible".
END
    exit 1
fi

# the tree is copied: configure writes into it, and it may not be ours; and
# copied again when another version has come to the same place
from=$(echo "$NGINX_SRC" && cat "$NGINX_SRC/src/core/nginx.h" \
    "$NGINX_SRC/conf_flags" 2>/dev/null | cksum)
if [ ! -f "$tree/.from" ] || [ "$(cat "$tree/.from")" != "$from" ]; then
    rm -rf "$tree"
    mkdir -p "$tree"
    cp -R "$NGINX_SRC/." "$tree"
    echo "$from" >"$tree/.from"
fi

cd "$tree"
configure=./configure
[ -x "$configure" ] || configure=./auto/configure

# Debian's flags give the signature of Debian's nginx; a tree without them is
# built as nginx's own packages are. They are an array in bash's words, and may
# call programs: a shell has to read them.
if [ -f conf_flags ]; then
    flags=$(cat conf_flags)
    flags=${flags#NGX_CONF_FLAGS=(}
    eval "set -- ${flags%)}"
else
    set -- --with-compat --with-http_ssl_module --with-http_v2_module \
        --with-http_realip_module --with-threads ${NGINX_CONFIGURE_FLAGS:-}
fi

export SCOPESTACK_LIB SCOPESTACK_INC MODULE_FLAGS
log=configure.log
if ! "$configure" --with-cc="$CC" "$@" \
    --with-cc-opt="-O2 -g $MODULE_FLAGS" \
    --with-ld-opt="-Wl,--version-script=$here/exports.map $MODULE_FLAGS" \
    --add-dynamic-module="$here" >"$log" 2>&1; then
    tail -20 "$log" >&2
    echo "nginx-module: configure failed; the whole log is $tree/$log" >&2
    exit 1
fi

make -s -f objs/Makefile objs/ngx_http_scopestack_module.so
cd - >/dev/null

# not into the old file: an nginx may be running on it
cp "$tree/objs/ngx_http_scopestack_module.so" "$output.new"
mv "$output.new" "$output"
