#!/bin/sh
# The names that libdks.so exports, those of capi/symbols.txt, and those that the headers declare are the same.
#     symbols.sh [LIBRARY]      (build/release/lib/libdks.so)
# SPDX-License-Identifier: MIT
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
library=${1:-$root/build/release/lib/libdks.so}
list=$root/capi/symbols.txt
[ -f "$list" ] || { echo "capi/symbols.txt is missing"; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed 's/[[:space:]]*\(#.*\)\{0,1\}$//; /^$/d' "$list" | sort >"$work/listed"
nm -D --defined-only "$library" | awk '{ sub(/@.*/, "", $NF); print $NF }' | sort >"$work/exported"
# A declaration is what DKS_API begins; its name stands before the first parenthesis.
for header in "$root"/capi/include/*.h; do
  ${CC:-cc} -E -P -x c -DDKS_API=DKS_EXPORTED -I"$root/capi/include" "$header"
done | tr '\n' ' ' | tr ';' '\n' |
  sed -n 's/.*DKS_EXPORTED\([^(]*\)(.*/\1/p' | awk '{ sub(/^\*/, "", $NF); print $NF }' |
  sort -u >"$work/declared"

failed=0
compare() { # A-NAME A B-NAME B
  comm -23 "$work/$2" "$work/$4" | sed "s|^|$1, not $3: |" >"$work/difference"
  cat "$work/difference"
  [ ! -s "$work/difference" ] || failed=1
}
compare "exported by $(basename "$library")" exported "listed in capi/symbols.txt" listed
compare "listed in capi/symbols.txt" listed "exported by $(basename "$library")" exported
compare "declared in capi/include" declared "listed in capi/symbols.txt" listed
compare "listed in capi/symbols.txt" listed "declared in capi/include" declared
uniq -d "$work/listed" | sed 's/^/listed twice: /' | { ! grep .; } || failed=1

echo "symbols: $(wc -l <"$work/exported") exported, $(wc -l <"$work/listed") listed, $(wc -l <"$work/declared") declared"
exit $failed
