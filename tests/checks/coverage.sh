#!/bin/sh
# Which lines and branches of core and capi the tests reach: both shares, and the files with the most to do.
#     coverage.sh [PERCENT]      (85: below it, a share of core or capi fails)
# Left out are the tests that take longest, whole lives above all. Branches that only an exception takes do not count.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."
. .ci/build.sh
least=${1:-85}
work=build/coverage
left_out='^(checks|petworld)\.|^capi\.(attention|life|out_of_memory$)|^unit\.(foresight|mind_messages)$'

dks_configure coverage
dks_build coverage
find $work -name '*.gcda' -delete
ctest --preset coverage --parallel "$(nproc)" --exclude-regex "$left_out" >$work/tests.log 2>&1 || {
  cat $work/tests.log
  exit 1
}
gcovr --root . --filter core/ --filter capi/src/ --exclude-throw-branches --exclude-unreachable-branches \
  -j "$(nproc)" --csv --output $work/coverage.csv $work

# filename, lines: total, covered, share; branches: total, covered, share; functions
echo "branches reached, in percent: the lowest ten files"
tail -n +2 $work/coverage.csv | awk -F, '$5 > 0 { printf "%6.1f  %4d of %4d  %s\n", 100 * $6 / $5, $6, $5, $1 }' |
  sort -n | head -n 10
tail -n +2 $work/coverage.csv | awk -F, -v least="$least" '
  { part = $1; sub(/\/.*/, "", part); lines[part] += $2; reached[part] += $3; branches[part] += $5; taken[part] += $6 }
  END {
    for (part in lines) {
      line = 100 * reached[part] / lines[part]
      branch = 100 * taken[part] / branches[part]
      printf "%s: %.1f %% of %d lines, %.1f %% of %d branches\n", part, line, lines[part], branch, branches[part]
      failed += line < least || branch < least
      parts++
    }
    if (failed) print "expected at least " least " %"
    exit failed > 0 || parts != 2
  }'
