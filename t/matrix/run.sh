#!/bin/sh
#
# Builds and tests on other releases of Debian and on other nginx:
#
#   ./build.sh matrix [PATTERN [TARGET...]]
#
# PATTERN   which test files, as in build.sh test; default: those that depend
#           on nginx and curl
# TARGET    a release of Debian, installed into build/matrix/RELEASE; or an
#           nginx source tree, or a folder of such; default: trixie sid
#
# A root is kept for the next run; remove build/matrix/RELEASE for newer
# packages. Each target's log is build/matrix/TARGET.log.

set -eu
cd "$(dirname "$0")/../.."

matrix=$PWD/build/matrix
results=$matrix/results.$$
pattern='^t/nginx/\|^t/curl/\|^t/cases/\|^t/causes/'
targets='trixie sid'

note() {
    echo "matrix: $*"
}

# A line of the closing table.
row() {
    printf '%-14s %-9s %-9s %7s %7s  %s\n' "$@" >>"$results"
}

# Ends a target's part, which is a subshell: the others are still run.
give_up() {
    echo "matrix: $name: $*" >&2
    row "$name" - - - - "NOT RUN: $*"
    exit 1
}

# --- where tests run ---------------------------------------------------------

# The mirror that this machine installs from.
# shellcheck disable=SC2016
mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
        'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1
}

# A command in a root. Its mounts and processes end with it.
in_root() {
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child sh -eu -c '
        root=$1
        shift
        mount --make-rprivate /
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        exec chroot "$root" env LC_ALL=C.UTF-8 HOME=/root "$@"' sh "$@"
}

# The root of a release is made under another name, so that half of one is none.
make_root() {
    [ ! -d "$root" ] || return 0

    [ "$(id -u)" -eq 0 ] || give_up "only root can make a root"
    command -v debootstrap >/dev/null \
        || give_up "debootstrap is missing; install it"
    from=$(mirror)
    [ -n "$from" ] \
        || give_up "this machine's apt configuration has no mirror of Debian"

    note "$name: installing it from this machine's mirror"
    rm -rf "$root.new"
    # releases have one script since 2014; those to come have no name for it
    debootstrap --variant=minbase --include=ca-certificates "$name" \
        "$root.new" "$from" /usr/share/debootstrap/scripts/sid >"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        give_up "debootstrap could not install it (log: $log)"
    }
    apt-config dump 2>/dev/null | grep -i '^Acquire::.*proxy' \
        >"$root.new/etc/apt/apt.conf.d/90proxy" || true
    mv "$root.new" "$root"
}

# The tree as it stands; what was built there before stays.
copy_tree() {
    mkdir -p "$1"
    find "$1" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
    tar -c --exclude=./build --exclude=./.git . | tar -x -C "$1"
}

# Builds nginx from a source tree, with the options of Debian's nginx.
# shellcheck disable=SC2120
make_nginx() {
    [ ! -x "$nginx" ] || return 0

    note "$name: building nginx"
    rm -rf "${matrix:?}/$name"
    mkdir -p "$matrix/$name"
    cp -R "$tree/." "$matrix/$name"
    flags=$(cat /usr/share/nginx/src/conf_flags)
    flags=${flags#NGX_CONF_FLAGS=(}
    # the flags for modules lack filters that the package's nginx has
    eval "set -- ${flags%)} --with-http_gunzip_module \
        --with-http_addition_module --with-http_sub_module"
    (cd "$matrix/$name" && configure=./configure \
        && { [ -x "$configure" ] || configure=./auto/configure; } \
        && "$configure" "$@" && make -j"$(nproc)") >"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        give_up "nginx could not be built (log: $log)"
    }
}

# --- tests -------------------------------------------------------------------

# of nginx or curl
version() {
    "$@" 2>&1 | sed -n 's,^[^0-9]*[/ ]\([0-9][0-9.]*\).*,\1,p' | head -n 1
}

# What prove said at last; the versions of nginx and of curl.
result() {
    tests=$(sed -n 's/^Files=[0-9]*, Tests=\([0-9]*\).*/\1/p' "$log" | tail -n 1)
    failed=$(grep -c '(Wstat: ' "$log") || true
    verdict=$(sed -n 's/^Result: //p' "$log" | tail -n 1)
    row "$name" "${1:--}" "${2:--}" "${tests:--}" "$failed" \
        "${verdict:-NOT RUN, see $log}"
    [ "$verdict" = PASS ]
}

test_release() {
    name=$1
    root=$matrix/$name
    log=$matrix/$name.log
    make_root
    copy_tree "$root/src"

    note "$name: testing (log: $log)"
    # shellcheck disable=SC2016
    in_root "$root" sh -c 'cd /src && ./build.sh test "$1"' sh "$pattern" \
        >"$log" 2>&1 || true
    result "$(version chroot "$root" /usr/sbin/nginx -v)" \
        "$(version chroot "$root" curl --version)"
}

test_nginx() {
    tree=$1
    name=nginx-$(sed -n 's/^#define NGINX_VERSION *"\(.*\)"/\1/p' \
        "$tree/src/core/nginx.h")
    nginx=$matrix/$name/objs/nginx
    log=$matrix/$name.log
    # shellcheck disable=SC2119
    make_nginx
    copy_tree "$matrix/$name-tests"

    note "$name: testing (log: $log)"
    (cd "$matrix/$name-tests" \
        && SS_NGINX=$nginx NGINX_SRC=$tree ./build.sh test "$pattern") \
        >"$log" 2>&1 || true
    result "$(version "$nginx" -v)" "$(version curl --version)"
}

# Not in a condition, where "set -e" would not hold.
run() {
    set +e
    (set -e; "$@")
    status=$?
    set -e
    [ $status -eq 0 ] || failures=yes
}

run_target() {
    case $1 in
    */*) ;;
    *) run test_release "$1"; return ;;
    esac

    found=
    for tree in "$1" "$1"/*; do
        [ -f "$tree/src/core/nginx.h" ] || continue
        found=yes
        run test_nginx "$(cd "$tree" && pwd)"
    done
    name=$1
    [ -n "$found" ] || run give_up "no nginx source tree, nor a folder of such"
}

if [ $# -gt 0 ]; then
    [ -z "$1" ] || pattern=$1
    shift
fi
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $targets

mkdir -p "$matrix"
trap 'rm -f "$results"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
row target nginx curl tests failed result
failures=
for target in "$@"; do
    run_target "$target"
done

cat "$results"
[ -z "$failures" ]
