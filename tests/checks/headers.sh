#!/bin/sh
# Each public header compiles alone, first in its file, with all warnings as errors: .h as C11 and C++, .hpp as
# C++20, also without exceptions.
# SPDX-License-Identifier: MIT
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Wcast-align -Werror'
c_warnings='-Wstrict-prototypes -Wmissing-prototypes -Wc++-compat'
cxx_warnings='-Wold-style-cast -Wnon-virtual-dtor'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
count=0

compile_alone() { # HEADER SUFFIX COMPILER FLAG...
  header=$(basename "$1")
  source=$work/alone.$2
  shift 2
  printf '#include "%s"\nextern int alone;\nint alone = 0;\n' "$header" >"$source"
  count=$((count + 1))
  if ! "$@" $warnings -I"$root/capi/include" -fsyntax-only "$source"; then
    echo "$header does not compile alone: $*"
    failed=1
  fi
}

for header in "$root"/capi/include/*.h; do
  for compiler in gcc clang; do
    command -v $compiler >/dev/null 2>&1 || continue
    compile_alone "$header" c $compiler -std=c11 $c_warnings
    compile_alone "$header" c $compiler -std=c11 $c_warnings -DDKS_STATIC
  done
  for compiler in g++ clang++; do
    command -v $compiler >/dev/null 2>&1 || continue
    compile_alone "$header" cpp $compiler -std=c++20 $cxx_warnings
    compile_alone "$header" cpp $compiler -std=c++11 $cxx_warnings
  done
done

for header in "$root"/capi/include/*.hpp; do
  for compiler in g++ clang++; do
    command -v $compiler >/dev/null 2>&1 || continue
    compile_alone "$header" cpp $compiler -std=c++20 $cxx_warnings
    compile_alone "$header" cpp $compiler -std=c++20 $cxx_warnings -fno-exceptions -fno-rtti
  done
done

# Sizes, offsets and values, here and where pointers have 32 bits.
layouts() { # COMPILER FLAG...
  command -v "$1" >/dev/null 2>&1 || return 0
  for source in no_tail_padding.c layouts.c; do
    compile_layout "$source" "$@" -std=c11
  done
  compile_layout layouts.c "$@" -x c++ -std=c++11
}
compile_layout() { # SOURCE COMPILER FLAG...
  source=$root/tests/checks/$1
  shift
  count=$((count + 1))
  "$@" -Wall -Wextra -Wpedantic -Werror -I"$root/capi/include" -fsyntax-only "$source" || failed=1
}
layouts gcc
layouts clang
layouts arm-linux-gnueabihf-gcc
layouts clang --target=i386-linux-gnu -ffreestanding -nostdlibinc
layouts clang --target=arm-linux-gnueabihf -ffreestanding -nostdlibinc

# No struct and no constant of an enum is forgotten there.
expect_pinned() { # FILE FORM NAME...
  file=tests/checks/$1
  form=$2
  shift 2
  for name in "$@"; do
    grep -q "^$form($name," "$root/$file" && continue
    echo "$file has no $form($name, ...)"
    failed=1
  done
}
structs=$(sed -n 's/^\(typedef \)\{0,1\}struct \(dks_[a-z0-9_]*\) {.*/\2/p' "$root"/capi/include/*.h)
constants=$(cat "$root"/capi/include/*.h | tr ',' '\n' | sed -n 's/.*\(DKS_[A-Z0-9_]*\) = -\{0,1\}[0-9].*/\1/p')
expect_pinned layouts.c STRUCT $structs
expect_pinned no_tail_padding.c ENDS_WITH $structs
expect_pinned layouts.c VALUE $constants
[ -n "$structs" ] && [ -n "$constants" ] || failed=1

echo "headers: $count compilations"
[ "$count" -gt 0 ] || failed=1
exit $failed
