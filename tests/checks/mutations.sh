#!/bin/sh
# Each mutation that stands above a unit test is caught by it. About 2 minutes on two cores.
# SPDX-License-Identifier: MIT
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck disable=SC2046
exec python3 -B "$root/tests/checks/mutations.py" $(grep -l '^// breaks:' "$root"/tests/unit/test_*.cpp)
