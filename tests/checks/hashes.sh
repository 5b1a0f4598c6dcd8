#!/bin/sh
# The same scene has the same hash from gcc and clang, at -O0 and -O3, with 1 and 3 workers, in every
# floating-point mode of the host; and it is the committed one (tests/capi/golden_hashes.h).
#     hashes.sh [COMPILER...]      (gcc clang, as far as they are there)
# SPDX-License-Identifier: MIT
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
work=$root/build/checks/hashes
flags='-ffp-contract=off -fno-math-errno -w -DDKS_STATIC -DDKS_BUILDING -Icore -Icapi/include -Icapi/src -Itests/capi'
cache=$(command -v ccache || :)
[ $# -gt 0 ] || set -- gcc clang

compile() { # COMPILER LEVEL
  folder=$work/$1$2
  mkdir -p "$folder"
  case $1 in clang*) cxx=clang++${1#clang} ;; *) cxx=g++${1#gcc} ;; esac
  find core capi/src -name '*.cpp' | sort | while read -r source; do
    object=$folder/$(echo "$source" | tr / _).o
    printf '%s\0' "$cache $cxx -std=c++20 $2 $flags -c $source -o $object"
  done | xargs -0 -n 1 -P "$(nproc)" sh -c || return 1
  for source in tests/capi/hash_scene.c tests/checks/hash_scene_main.c; do
    $cache "$1" -std=c11 "$2" $flags -c "$source" -o "$folder/$(basename "$source").o" || return 1
  done
  # Only what has a source now: the folder may be of an earlier run.
  { find core capi/src -name '*.cpp' | tr / _; echo hash_scene.c; echo hash_scene_main.c; } |
    sed "s|.*|$folder/&.o|" | xargs "$cxx" -pthread -lm -o "$folder/hash_scene"
}

failed=0
golden=
for compiler in "$@"; do
  command -v "$compiler" >/dev/null 2>&1 || { echo "$compiler is not here: left out"; continue; }
  for level in -O0 -O3; do
    compile "$compiler" "$level" || { echo "$compiler $level does not compile"; failed=1; continue; }
    program=$work/$compiler$level/hash_scene
    golden=$("$program" golden)
    for run in "1" "3" "1 ftz" "3 ftz" "1 upward" "3 upward"; do
      hash=$("$program" $run) || hash=failed
      printf '%-8s %s  workers and mode: %-8s  %s\n' "$compiler" "$level" "$run" "$hash"
      [ "$hash" = "$golden" ] || failed=1
    done
  done
done

[ -n "$golden" ] || { echo "no compiler ran"; exit 1; }
if [ "$failed" -ne 0 ]; then
  echo "expected $golden everywhere. If all hashes above agree and the change of behaviour is meant:"
  echo "put the new one into tests/capi/golden_hashes.h and say why in CHANGELOG.md: [determinism] old -> new"
fi
exit $failed
