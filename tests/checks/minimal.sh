#!/bin/sh
# The preset `minimal` builds the library alone, and as small as it gets: how big it is and how much memory a
# process with 100 pets has, which is at most 8 MB. Its results have the same bits (tests/capi/golden_hashes.h).
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."
. .ci/build.sh

most_kb=8192
goal=409600

dks_configure minimal
dks_build minimal dks
library=build/minimal/lib
work=build/checks/minimal
mkdir -p "$work"
program() { # NAME SOURCE...
  name=$1
  shift
  "${CC:-cc}" -std=c11 -O2 -Icapi/include -Itests/capi "$@" -o "$work/$name" \
    -L"$library" -Wl,-rpath,"$PWD/$library" -ldks -lm
}
program hundred_pets tests/checks/hundred_pets.c
program hash_scene tests/capi/hash_scene.c tests/checks/hash_scene_main.c

failed=0
strip -o "$work/libdks.so" "$library/libdks.so"
echo "libdks.so, stripped: $(wc -c <"$work/libdks.so") bytes (goal: $goal)"
kb=$("$work/hundred_pets" | tr -dc 0-9)
echo "a process with 100 pets: $kb kB resident at most (limit: $most_kb)"
[ "$kb" -le "$most_kb" ] || failed=1
for workers in 1 3; do
  hash=$("$work/hash_scene" $workers)
  golden=$("$work/hash_scene" golden)
  echo "the scene with $workers workers: $hash, expected $golden"
  [ "$hash" = "$golden" ] || failed=1
done
exit $failed
