#!/bin/sh
# Installs what is missing, builds, and runs all tests. Arguments go to ctest: sh tests/run.sh -R mind
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."
. .ci/install.sh
. .ci/build.sh

dks_install build petworld tests
dks_configure release -DDKS_TESTS=ON -DDKS_EXAMPLES=ON -DDKS_BENCH=ON
dks_build release
ctest --preset release --parallel "$(nproc)" "$@"
