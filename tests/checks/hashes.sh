#!/bin/sh
# The same scene has the same hash from gcc and clang, at -O0 and -O3, with 1 and 3 workers, in every
# floating-point mode of the host, and it is the committed one (tests/capi/golden_hashes.h). Whatever nobody has set
# holds a pattern: on the heap always (MALLOC_PERTURB_), on the stack in the configuration `pattern`.
#     hashes.sh [COMPILER...]      (gcc clang, as far as they are there)
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."
. tests/checks/compile.sh
work=build/checks/hashes
[ $# -gt 0 ] || set -- gcc clang

compile() { # FOLDER COMPILER FLAGS
  case $2 in clang*) cxx=clang++${2#clang} ;; *) cxx=g++${2#gcc} ;; esac
  dks_compile "$1" "$2" "$cxx" "$3" $dks_library_sources $dks_scene_sources &&
    dks_link "$1" "$cxx" '' hash_scene $dks_scene_sources
}

failed=0
golden=
compare() { # COMPILER CONFIGURATION FLAGS RUN...
  name=$1 configuration=$2
  folder=$work/$1_$2
  compile "$folder" "$1" "$3" || { echo "$1 $3 does not compile"; failed=1; return; }
  shift 3
  golden=$("$folder/hash_scene" golden)
  for run in "$@"; do
    hash=$(MALLOC_PERTURB_=165 "$folder/hash_scene" $run) || hash=failed
    printf '%-8s %-8s  workers and mode: %-8s  %s\n' "$name" "$configuration" "$run" "$hash"
    [ "$hash" = "$golden" ] || failed=1
  done
}

for compiler in "$@"; do
  command -v "$compiler" >/dev/null 2>&1 || { echo "$compiler is not here: left out"; continue; }
  compare "$compiler" O0 -O0 "1" "3" "1 ftz" "3 ftz" "1 upward" "3 upward"
  compare "$compiler" O3 -O3 "1" "3" "1 ftz" "3 ftz" "1 upward" "3 upward"
  compare "$compiler" pattern '-O0 -ftrivial-auto-var-init=pattern' "1" "3"
done

[ -n "$golden" ] || { echo "no compiler ran"; exit 1; }
if [ "$failed" -ne 0 ]; then
  echo "expected $golden everywhere. If all hashes above agree and the change of behaviour is meant:"
  echo "put the new one into tests/capi/golden_hashes.h and say why in CHANGELOG.md: [determinism] old -> new"
fi
exit $failed
