# Builds a preset for another machine and runs the tests of the C interface as if there, those of exact bits, and the
# mind's golden cases. Sourced by POSIX shells that stand in the root of the project, after .ci/build.sh.
# SPDX-License-Identifier: MIT
#
#   dks_test_elsewhere PRESET [LEFT-OUT]      LEFT-OUT: a regular expression for names of tests

# -O1, as compiling takes most of the time: bits do not depend on it (tests/checks/hashes.sh).
dks_test_elsewhere() {
  dks_bit_tests='float_env hash math mind_lanes random reduce'
  dks_tests_log=build/$1/tests.log
  dks_configure "$1" -DCMAKE_C_FLAGS_RELEASE=-O1 -DCMAKE_CXX_FLAGS_RELEASE=-O1 || return 1
  dks_build "$1" capi_tests abi_client_first abi_client_today mind_golden \
    $(printf 'unit_%s ' $dks_bit_tests) || return 1
  # mind_runner is not among them: a script that calls a program of this machine.
  dks_tests_status=0
  ctest --preset "$1" --parallel "$(nproc)" \
    -R "^(capi|abi|golden)\\.|^unit\\.($(echo $dks_bit_tests | tr ' ' '|'))\$" \
    -E "^golden\\.mind_runner\$${2:+|$2}" >"$dks_tests_log" 2>&1 || dks_tests_status=1
  [ $dks_tests_status -eq 0 ] || grep -vE '^ *Start | Passed ' "$dks_tests_log"
  echo "$1: $(sed -n 's/^\([0-9]*% tests passed.*\)/\1/p; s/^Total Test time (real) = */in /p' "$dks_tests_log" | paste -sd' ')"
  return $dks_tests_status
}
