#!/bin/sh
# The schemas of examples/worlds accept and refuse what the library and petworld accept and refuse.
#     schemas.sh [BUILD]      (build/release; what is not built there is left out, and said so)
# SPDX-License-Identifier: MIT
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$root/build/release}
set --
[ ! -f "$build/lib/libdks.so" ] || set -- "$@" --library "$build/lib/libdks.so"
[ ! -x "$build/bin/petworld" ] || set -- "$@" --petworld "$build/bin/petworld"
[ ! -f "$build/lib/dks_firefly.so" ] || set -- "$@" --plugin "$build/lib/dks_firefly.so"
exec python3 -B "$root/tests/checks/schemas.py" "$@"
