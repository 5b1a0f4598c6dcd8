#!/usr/bin/env bash
# Memcheck finds nothing in the tests of core and capi: nothing is read before it is set, nothing is lost.
#     valgrind.sh [SECONDS [TEST...]]      (20 of processor time for each; all tests, or unit_grid capi_pets ...)
# A test that is not done in its time has come that far without an error: it is listed, and fails nothing.
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/../.."
. .ci/build.sh
export seconds=${1:-20}
shift $(($# > 0))

# Valgrind knows one floating-point mode and no 80-bit numbers; these ask for others or measure with them.
# It also brings its own operator new, which the last of these would make fail.
left_out='unit_float_env|unit_math|unit_world_properties|capi_out_of_memory_minds'

list_tests() {
  for source in tests/unit/test_*.cpp tests/capi/test_*.c; do
    local kind=${source#tests/} name=${source##*/test_}
    echo "${kind%/*}_${name%.*}"
  done | grep -vxE "$left_out"
}

export logs=build/checks/valgrind
rm -rf "$logs"
mkdir -p "$logs"

# Some tests have an operator new of their own: then the heap below it is what is watched.
# The time limit kills: after a signal that could be caught, valgrind would still look for leaks.
check_one() { # TEST
  ulimit -c 0 -t "$seconds"
  valgrind --quiet --soname-synonyms=somalloc=nouserintercepts --exit-on-first-error=yes --error-exitcode=99 \
    --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
    "build/release/bin/$1" >"$logs/$1" 2>&1
  case $? in
    0) echo "$1" >>"$logs/clean" ;;
    137) echo "$1" >>"$logs/not_done" ;; # SIGKILL
    *)
      echo "$1" >>"$logs/failed"
      grep -vE '^\[ +(OK|RUN) ' "$logs/$1"
      ;;
  esac
}
export -f check_one

dks_configure release && dks_build release || exit 1
(($# > 0)) || mapfile -t tests < <(list_tests)
(($# == 0)) || tests=("$@")
# 2: what bash says of a test that ran out of time.
printf '%s\n' "${tests[@]}" | xargs -d '\n' -n 1 -P "$(nproc)" bash -c 'check_one "$1" 2>/dev/null' valgrind

lines_of() { cat "$logs/$1" 2>/dev/null | wc -l; }
[[ ! -f $logs/not_done ]] || sed "s/^/not done in $seconds s: /" "$logs/not_done"
[[ ! -f $logs/failed ]] || sed 's/^/failed: /' "$logs/failed"
echo "valgrind: $(lines_of clean) clean, $(lines_of failed) failed, $(lines_of not_done) not done in time"
[[ ! -f $logs/failed && -f $logs/clean ]]
