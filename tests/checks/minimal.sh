#!/bin/sh
# The preset `minimal` builds the library alone, and says how big it is.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."
. .ci/build.sh

dks_configure minimal
dks_build minimal
strip -o build/minimal/libdks.stripped.so build/minimal/lib/libdks.so
echo "libdks.so, stripped: $(wc -c <build/minimal/libdks.stripped.so) bytes"
