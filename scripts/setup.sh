#!/bin/sh
# Make this checkout runnable: system packages, .venv from requirements.lock, Fupan itself.
# Quick when nothing has changed: a stamp in .venv remembers what was installed.
set -eu
cd "$(dirname "$0")/.."

fail() {
    printf '%s\n' "setup: $1" >&2
    exit 2
}

# The first interpreter that is new enough, or nothing.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

# Install Debian packages, or say in one line what an administrator has to run.
apt_install() {
    command="apt-get install -y --no-install-recommends $*"
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        fail "this machine lacks $*; run: sudo apt-get update && sudo $command"
    fi
    echo "setup: installing $*"
    # A fresh machine has no package lists, an old one stale ones: update, then try again.
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive $command >/dev/null 2>&1 || {
        $as_root apt-get update -qq || fail "the package lists cannot be fetched; check the network, then run: sudo apt-get update"
        $as_root env DEBIAN_FRONTEND=noninteractive $command >/dev/null ||
            fail "apt-get failed; run by hand to see why: sudo $command"
    }
}

has_package() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

debian_packages() {
    missing=""
    for package in fontconfig fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0; do
        has_package "$package" || missing="$missing $package"
    done
    python=$(find_python)
    if [ -z "$python" ]; then
        newest=$(apt-cache pkgnames 'python3.1' 2>/dev/null | grep -xE 'python3\.1[1-4]' | sort -V | tail -n 1)
        missing="$missing ${newest:-python3} ${newest:-python3}-venv"
    elif ! "$python" -c 'import ensurepip' 2>/dev/null; then
        missing="$missing python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    # shellcheck disable=SC2086
    [ -z "$missing" ] || apt_install $missing
}

other_packages() {
    case "$(uname -s)" in
    Darwin)
        command -v brew >/dev/null && brew list --formula pango >/dev/null 2>&1 ||
            fail "this machine lacks Pango; run: brew install python pango && brew install --cask font-noto-sans-cjk"
        ;;
    *)
        ldconfig -p 2>/dev/null | grep -q 'libpango-1\.0\.so' ||
            fail "this machine lacks Pango; install Pango, HarfBuzz (with its subset library), fontconfig and Noto Sans CJK with its package manager"
        ;;
    esac
}

# uv installs the lock in a seventh of pip's time; both read their own settings of the machine.
# Byte code is written for all of it, as pip does: without it every command starts two seconds later.
# Where only pip knows the index, it is passed on; where uv cannot reach one, pip does the work.
install_lock() {
    pip=".venv/bin/python -m pip --quiet --disable-pip-version-check"
    awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' requirements.lock >.venv/uv.lock.txt
    index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
    if $pip install --require-hashes -r .venv/uv.lock.txt 2>.venv/pip.log &&
        env ${index:+UV_DEFAULT_INDEX="$index"} .venv/bin/uv pip install --quiet --python .venv/bin/python \
            --compile-bytecode --require-hashes -r requirements.lock 2>.venv/uv.log; then
        return
    fi
    echo "setup: uv could not install the lock (.venv/uv.log), so pip does; this takes a minute or two"
    $pip install --require-hashes -r requirements.lock
}

if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    debian_packages
else
    other_packages
fi
python=$(find_python)
[ -n "$python" ] || fail "no Python 3.11 or newer found; install one, then run again with PYTHON=/path/to/python3"

stamp="$(cat requirements.lock pyproject.toml | cksum) $PWD"
if [ "$(cat .venv/stamp 2>/dev/null || true)" != "$stamp" ]; then
    echo "setup: installing the packages of requirements.lock into .venv"
    # A broken or moved environment is made anew; a working one is brought up to date.
    .venv/bin/pip --version >/dev/null 2>&1 && grep -qs "$PWD/.venv/bin/python" .venv/bin/pip ||
        "$python" -m venv --clear .venv
    rm -f .venv/stamp
    install_lock
    .venv/bin/python -m pip --quiet --disable-pip-version-check install --no-index --no-deps --no-build-isolation -e .
    printf '%s' "$stamp" >.venv/stamp
fi
