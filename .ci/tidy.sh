#!/usr/bin/env bash
# clang-tidy over the sources that the preset `clang` compiled.
#     tidy.sh [SECONDS [FILE...]]
# Without files: all of core, capi, plugins and examples, the ones changed last first. What is not reached within
# the time is listed, and fails nothing: a later run begins with what has changed since.
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/.."
export deadline=$(($(date +%s) + ${1:-1200}))
shift $(($# > 0))

tool=clang-tidy-14
database=build/clang/compile_commands.json
if [[ ! -f $database ]]; then
  echo "$database is missing: cmake --preset clang"
  exit 1
fi

list_sources() {
  {
    git ls-files --others --exclude-standard
    git diff --name-only HEAD
    git log -n 50 --format= --name-only
    git ls-files
  } | awk '!seen[$0]++' | grep -E '^(core|capi|plugins|examples)/.*\.(c|cpp)$' |
    while read -r file; do
      [[ -f $file ]] && grep -qF "/$file\"" "$database" && printf '%s\n' "$file"
    done
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export work tool

check_one() {
  local left=$((deadline - $(date +%s)))
  local name=${1//\//_}
  if ((left <= 5)); then
    echo "$1" >>"$work/not_reached"
    return
  fi
  timeout "$left" "$tool" -p build/clang --quiet "$1" >"$work/$name" 2>"$work/$name.errors"
  case $? in
    0) echo "$1" >>"$work/clean" ;;
    124) echo "$1" >>"$work/not_reached" ;;
    *)
      echo "$1" >>"$work/failed"
      cat "$work/$name" "$work/$name.errors" | grep -v -e 'warnings generated' -e '^Suppressed' -e '^Use -header'
      ;;
  esac
}
export -f check_one

mapfile -t files < <(if (($# > 0)); then printf '%s\n' "$@"; else list_sources; fi)
printf '%s\n' "${files[@]}" | xargs -r -d '\n' -n 1 -P "$(nproc)" bash -c 'check_one "$1"' tidy

lines_of() { cat "$work/$1" 2>/dev/null | wc -l; }
[[ ! -f $work/not_reached ]] || sed 's/^/not reached: /' "$work/not_reached"
[[ ! -f $work/failed ]] || sed 's/^/failed: /' "$work/failed"
echo "clang-tidy: $(lines_of clean) clean, $(lines_of failed) failed, $(lines_of not_reached) not reached in time"
[[ ! -f $work/failed && ${#files[@]} -gt 0 ]]
