#!/bin/sh
# Programs and plugins that were compiled against an earlier version go on: abidiff finds no function, struct or
# constant of the baselines in tests/abi changed or gone. New ones may come, and structs that begin with struct_size
# may grow at their ends. Breaks made on purpose are found.
#     abi.sh [LIBRARY]         (build/release/lib/libdks.so, whose exported names are compared too)
#     abi.sh --new VERSION     makes tests/abi/VERSION of today's headers
# SPDX-License-Identifier: MIT
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ "${1:-}" = --new ]; then
  exec python3 -B "$root/tests/checks/abi.py" "$@"
fi
exec python3 -B "$root/tests/checks/abi.py" --library "${1:-$root/build/release/lib/libdks.so}"
