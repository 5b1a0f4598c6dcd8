#!/usr/bin/env bash
# Are the project's C and C++ files formatted as .clang-format says?  --fix formats them.
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/.."

# Other versions format differently; 14 is Debian 12's.
tool=clang-format-14
mapfile -t files < <(
  git ls-files --cached --others --exclude-standard -- '*.h' '*.hpp' '*.c' '*.cpp' |
    while read -r file; do [[ -f $file ]] && printf '%s\n' "$file"; done
)
if ((${#files[@]} == 0)); then
  echo "no C or C++ files"
  exit 1
fi
if [[ ${1:-} == --fix ]]; then
  exec "$tool" -i -- "${files[@]}"
fi

unformatted=()
for file in "${files[@]}"; do
  if ! "$tool" --dry-run --Werror "$file" >/dev/null 2>&1; then
    unformatted+=("$file")
  fi
done
for file in "${unformatted[@]:0:5}"; do
  diff -u --label "$file" --label formatted "$file" <("$tool" "$file") | head -n 20
done
((${#unformatted[@]} == 0)) || printf 'not formatted: %s\n' "${unformatted[@]}"
echo "format: ${#files[@]} files, ${#unformatted[@]} not formatted (bash .ci/format.sh --fix)"
((${#unformatted[@]} == 0))
