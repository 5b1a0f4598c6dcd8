#!/bin/sh
# What 64-bit Windows comes to, under Wine: the tests of the C interface and those of exact bits pass with the DLL, the
# scene has its committed hash, clients and plugins of other versions run, and the mind meets its golden cases.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."
. .ci/build.sh
. tests/checks/cross.sh

WINEPREFIX=$(mktemp -d) # its registry and drives
WINEDEBUG=-all
export WINEPREFIX WINEDEBUG
leave() {
  wineserver --kill || :
  wineserver --wait || :
  rm -rf "$WINEPREFIX"
}
trap leave EXIT
timeout 120 wineboot --init >"$WINEPREFIX/log" 2>&1 || { cat "$WINEPREFIX/log"; exit 1; }

dks_test_elsewhere windows
