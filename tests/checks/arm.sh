#!/bin/sh
# What 64-bit and 32-bit ARM come to, under qemu: the scene has its committed hash with 1 and 3 workers in every
# floating-point mode of the host, the tests of exact bits pass, and the mind meets its golden cases.
#     arm.sh [TRIPLET...]      (aarch64-linux-gnu arm-linux-gnueabihf)
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."
. tests/checks/compile.sh
work=build/checks/arm
golden_sources=$(find tests/golden -name '*.cpp' | sort)
bit_tests='float_env hash math mind_lanes random reduce'
[ $# -gt 0 ] || set -- aarch64-linux-gnu arm-linux-gnueabihf

source_of() { # TEST
  echo "tests/unit/test_$1.cpp"
}

# Static, so that qemu needs no libraries. psabi: gcc tells of a change of calls since its version 7.
compile() { # TRIPLET
  bit_sources=$(for test in $bit_tests; do source_of "$test"; done)
  dks_compile "$work/$1" "$1-gcc" "$1-g++" '-O3 -Wno-psabi -Itests/checks/cmocka' \
    $dks_library_sources $dks_scene_sources $golden_sources $bit_sources || return 1
  dks_link "$work/$1" "$1-g++" -static hash_scene $dks_scene_sources || return 1
  dks_link "$work/$1" "$1-g++" -static mind_golden $golden_sources || return 1
  for test in $bit_tests; do
    dks_link "$work/$1" "$1-g++" -static "$test" "$(source_of "$test")" || return 1
  done
}

failed=0
run() { # PROGRAM ARGUMENT...
  program=$1
  shift
  "$qemu" "$folder/$program" "$@" >"$folder/log" 2>&1 || { cat "$folder/log"; failed=1; }
  printf '%-20s %-40s %s\n' "$triplet" "$program $*" "$(tail -n 1 "$folder/log")"
}

for triplet in "$@"; do
  folder=$work/$triplet
  qemu=qemu-${triplet%%-*}-static
  compile "$triplet" || { echo "$triplet does not compile"; failed=1; continue; }
  golden=$("$qemu" "$folder/hash_scene" golden)
  for mode in "1" "3" "1 ftz" "3 ftz" "1 upward" "3 upward"; do
    run hash_scene $mode
    [ "$(cat "$folder/log")" = "$golden" ] || { echo "expected $golden"; failed=1; }
  done
  for test in $bit_tests; do
    run "$test"
  done
  run mind_golden tests/golden/mind/cases --precision double
  run mind_golden tests/golden/mind/cases --precision float
done
exit $failed
