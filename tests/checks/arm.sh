#!/bin/sh
# What 64-bit and 32-bit ARM come to, under qemu: the tests of the C interface and those of exact bits pass, the scene
# has its committed hash with 1 and 3 workers in every floating-point mode of the host, clients and plugins of other
# versions run, and the mind meets its golden cases.
#     arm.sh [PRESET...]      (aarch64 armhf)
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."
. .ci/build.sh
. tests/checks/cross.sh
[ $# -gt 0 ] || set -- aarch64 armhf

# Lives of many pets over many days: each would take minutes, as qemu computes floating-point numbers in
# software. What their steps are made of, the other tests go through.
too_long='^capi\.(attention|life|predict)'

failed=0
for preset in "$@"; do
  dks_test_elsewhere "$preset" "$too_long" || failed=1
done
exit $failed
