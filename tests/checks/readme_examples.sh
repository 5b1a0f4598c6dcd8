#!/bin/sh
# The examples of README.md, capi/docs and dks.h compile and run as they stand there.
#     readme_examples.sh [BUILD]      (build/release)
# SPDX-License-Identifier: MIT
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
exec python3 -B "$root/tests/checks/readme_examples.py" "${1:-$root/build/release}"
