#!/bin/sh
# Installs what is missing, builds petworld, and shows a week in the meadow. Arguments go to petworld run.
# SPDX-License-Identifier: MIT
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
(
  cd "$root"
  . .ci/install.sh
  . .ci/build.sh
  dks_install build petworld
  # A build that exists keeps its settings; a new one leaves out what would need more packages.
  [ -f build/release/build.ninja ] || dks_configure release -DDKS_TESTS=OFF -DDKS_BENCH=OFF
  dks_build release petworld
)

worlds=$root/examples/worlds
[ "$PWD" != "$root" ] || worlds=examples/worlds
exec "$root/build/release/bin/petworld" run "$worlds/meadow.json" \
  --input "$worlds/meadow_week.jsonl" "$@"
