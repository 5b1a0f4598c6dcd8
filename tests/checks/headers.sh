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

# Sizes, here and where pointers have 32 bits.
sizes() { # COMPILER FLAG...
  command -v "$1" >/dev/null 2>&1 || return 0
  count=$((count + 1))
  "$@" -std=c11 -I"$root/capi/include" -fsyntax-only "$root/tests/checks/no_tail_padding.c" || failed=1
}
sizes gcc
sizes clang
sizes clang --target=i386-linux-gnu -ffreestanding -nostdlibinc
sizes clang --target=arm-linux-gnueabihf -ffreestanding -nostdlibinc

echo "headers: $count compilations"
[ "$count" -gt 0 ] || failed=1
exit $failed
