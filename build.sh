#!/bin/sh
#
# The one entry point: finds what is needed and calls make. `build.sh help`
# lists the commands.

set -eu
cd "$(dirname "$0")"

BUILD_PACKAGES="gcc make libc6-dev curl libcurl4-openssl-dev libyaml-dev
    libmd-dev libjansson-dev libssl-dev perl ca-certificates nginx"
TEST_PACKAGES="libcmocka-dev clang-format valgrind libjson-validator-perl
    libyaml-pp-perl ruby-doorkeeper ruby-rails puma ruby-sqlite3
    python3-requests python3-requests-oauthlib
    php-cli php-curl python3-pycurl libwww-curl-perl locales"
BENCH_PACKAGES="valgrind wrk"
FUZZ_PACKAGES="clang libclang-rt-dev"
MATRIX_PACKAGES="debootstrap libpcre2-dev zlib1g-dev"

# with NGINX_SRC the module is built against that tree instead, which needs
# what nginx-dev brings along
if [ -n "${NGINX_SRC:-}" ]; then
    BUILD_PACKAGES="$BUILD_PACKAGES libpcre2-dev zlib1g-dev"
else
    BUILD_PACKAGES="$BUILD_PACKAGES nginx-dev"
fi

usage() {
    cat <<'END'
usage: ./build.sh [COMMAND]

  (none)              installs missing packages, builds everything into build/
  run                 gateway on 127.0.0.1:8080 in front of the sandbox
      --once          the troubleshooting page's calls, before and after; ends
      --live          in front of the real service
      --port N        another port
  test [PATTERN]      builds with sanitizers, runs the tests (of files that
                      match PATTERN)
  bench               benchmarks, side by side
  fuzz [SECONDS]      every fuzz target for so long (60), from its corpus
  matrix [PATTERN [TARGET...]]
                      tests on other releases of Debian and other nginx; a
                      TARGET is a release's name or a folder of nginx source
                      trees (trixie sid); as root
  install             honours PREFIX, DESTDIR, NGINX_MODULES_DIR
  clean               removes build/
  help                this text

NGINX_SRC=dir builds the module against that nginx source tree.
END
}

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

# --- packages ---------------------------------------------------------------

missing_packages() {
    for package in "$@"; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" \
            2>/dev/null) || status=
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

can_be_root() {
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

# The package nginx starts a server on port 80; nobody asked for one.
no_services() {
    policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then
        "$@"
        return
    fi

    as_root sh -c "printf '#!/bin/sh\nexit 101\n' > $policy; chmod 755 $policy"
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    "$@"
    as_root rm -f "$policy"
    trap - EXIT INT TERM
}

install_packages() {
    as_root apt-get -q update
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
        --no-install-recommends $1
}

need_packages() {
    if ! command -v dpkg-query >/dev/null; then
        echo "build.sh: not Debian or Ubuntu, packages are yours to install:" \
            "$*" | tr -s ' \n' ' ' >&2
        echo >&2
        return
    fi

    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0

    can_be_root || fail "these packages are missing: $missing
build.sh: install them as root:
apt-get install --no-install-recommends $missing"

    echo "build.sh: installing $missing"
    mkdir -p build
    if ! no_services install_packages "$missing" > build/packages.log 2>&1; then
        tail -n 20 build/packages.log >&2
        fail "could not install $missing(log: build/packages.log).
build.sh: where the distribution has no nginx-dev, unpack the source of your" \
            "nginx and set NGINX_SRC to it"
    fi
}

# --- commands ---------------------------------------------------------------

jobs() {
    nproc 2>/dev/null || echo 2
}

quiet_make() {
    mkdir -p build
    if ! make -j"$(jobs)" "$@" > build/make.log 2>&1; then
        tail -n 40 build/make.log >&2
        fail "the build failed (log: build/make.log)"
    fi
}

build() {
    # shellcheck disable=SC2086
    need_packages $BUILD_PACKAGES
    quiet_make all
}

# Node and npm may come from elsewhere than the distribution.
client_packages() {
    command -v node >/dev/null && command -v npm >/dev/null \
        || echo nodejs npm
}

# Modules of the npm registry, into build/clients, whenever their list changed.
# What they are for is not run without them; everything else is.
need_clients() {
    clients=build/clients
    ! cmp -s t/clients/package-lock.json "$clients/installed" || return 0

    echo "build.sh: installing t/clients/package.json"
    mkdir -p "$clients"
    rm -f "$clients/installed"
    cp t/clients/package.json t/clients/package-lock.json t/clients/.npmrc \
        "$clients"
    if (cd "$clients" && timeout 300 npm ci --ignore-scripts --no-audit \
            --no-fund --fetch-retries=1 --fetch-timeout=60000) \
            > build/clients.log 2>&1; then
        cp t/clients/package-lock.json "$clients/installed"
    else
        echo "npm ci failed (log: build/clients.log)" > "$clients/not-run"
    fi
}

run_tests() {
    files=$(find t -name '*.t' | LC_ALL=C sort)
    [ $# -eq 0 ] || files=$(printf '%s\n' "$files" | grep -e "$1") \
        || fail "no test file under t/ matches \"$1\""

    # all packages at once: who installs them by hand does it once
    case $files in
    *t/clients/*) with_clients=yes ;;
    *) with_clients= ;;
    esac
    # shellcheck disable=SC2046,SC2086
    need_packages $BUILD_PACKAGES $TEST_PACKAGES \
        ${with_clients:+$(client_packages)}
    quiet_make tests SANITIZE=1

    rm -f build/clients/not-run
    [ -z "$with_clients" ] || need_clients

    status=0
    # shellcheck disable=SC2086
    prove -It/lib $files || status=$?
    [ ! -e build/clients/not-run ] || echo "not run: axios, newman," \
        "simple-oauth2: $(cat build/clients/not-run)"
    exit $status
}

# What is found goes into build/fuzz/corpus; a crash ends it, told with its file.
run_fuzz() {
    seconds=${1:-60}
    case $seconds in
    '' | *[!0-9]*) fail "fuzz: \"$seconds\" is no number of seconds" ;;
    esac

    # shellcheck disable=SC2086
    need_packages $BUILD_PACKAGES $FUZZ_PACKAGES
    quiet_make fuzz CC=clang BUILD=build/fuzz SANITIZE=1 \
        SANITIZERS="-fsanitize=address,undefined,fuzzer-no-link \
-fno-sanitize-recover=undefined"

    for target in build/fuzz/fuzz/fuzz_*; do
        name=${target##*/fuzz_}
        mkdir -p "build/fuzz/corpus/$name"
        echo "build.sh: fuzz $name for $seconds seconds"
        "$target" -max_total_time="$seconds" -fork="$(jobs)" -max_len=8192 \
            -timeout=10 -rss_limit_mb=4096 \
            -artifact_prefix="build/fuzz/$name-" \
            "build/fuzz/corpus/$name" "t/fuzz/corpus/$name" \
            > "build/fuzz/$name.log" 2>&1 || {
            tail -n 40 "build/fuzz/$name.log" >&2
            fail "fuzz $name: something does not hold (input:" \
                "build/fuzz/$name-*, log: build/fuzz/$name.log)"
        }
        grep -a 'cov:' "build/fuzz/$name.log" | tail -n 1
    done
}

case "${1:-build}" in
build)
    build
    echo "built: build/sscurl, build/libscopestack-curl.so," \
        "build/ngx_http_scopestack_module.so, build/libscopestack.a"
    ;;
run)
    shift
    build
    exec perl sandbox/run.pl "$PWD/build" "$@"
    ;;
test)
    shift
    run_tests "$@"
    ;;
bench)
    build
    # shellcheck disable=SC2086
    need_packages $BENCH_PACKAGES
    quiet_make bench
    shift
    exec perl bench/bench.pl "$PWD/build" "$@"
    ;;
fuzz)
    shift
    run_fuzz "$@"
    ;;
matrix)
    shift
    # shellcheck disable=SC2086
    need_packages $BUILD_PACKAGES $MATRIX_PACKAGES
    exec sh t/matrix/run.sh "$@"
    ;;
install)
    build
    make install
    ;;
clean)
    make clean
    ;;
package)
    fail "$1 is not there yet; see CHANGELOG.md"
    ;;
help | -h | --help)
    usage
    ;;
*)
    usage >&2
    fail "unknown command \"$1\""
    ;;
esac
