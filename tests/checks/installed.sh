#!/bin/sh
# The installed package serves a host: by find_package and by pkg-config, shared and static, also when it
# has moved; and the examples build against it.
# SPDX-License-Identifier: MIT
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
host=$root/tests/checks/installed
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "install, and move what was installed"
cmake --install "$root/build/release" --prefix "$work/first" >"$work/log" || { cat "$work/log"; exit 1; }
mv "$work/first" "$work/moved"
find "$work/moved" -type f | sed "s|^$work/moved/|  |" | sort
if grep -rIl -e "$root" -e "$work/first" "$work/moved"; then
  echo "the files above name the folder of their build"
  exit 1
fi

build() { # SOURCE BUILD
  if ! { cmake -S "$1" -B "$2" -G Ninja -DCMAKE_PREFIX_PATH="$work/moved" -DCMAKE_BUILD_TYPE=Release &&
    cmake --build "$2" --parallel "$(nproc)"; } >"$work/log" 2>&1; then
    cat "$work/log"
    exit 1
  fi
}

echo "find_package"
build "$host" "$work/host"
"$work/host/host_dks"
"$work/host/host_dks_static"
"$work/host/host_cpp"
ldd "$work/host/host_dks" | grep -q 'libdks\.so\.0 => '"$work/moved" || { echo "host_dks: not with libdks.so.0"; exit 1; }
if ldd "$work/host/host_dks_static" | grep libdks; then
  echo "host_dks_static needs the shared library"
  exit 1
fi

echo "a plugin"
"$work/host/host_dks" "$work/host" "$work/host/dks_firefly.so"
exported=$(nm -D --defined-only "$work/host/dks_firefly.so" | cut -d' ' -f3 | sort | tr '\n' ' ')
[ "$exported" = 'dks_plugin_init dks_plugin_query ' ] || { echo "dks_firefly.so exports: $exported"; exit 1; }

echo "pkg-config"
PKG_CONFIG_PATH=$(dirname "$(find "$work/moved" -name dks.pc)")
export PKG_CONFIG_PATH
libdir=$(pkg-config --variable=libdir dks)
${CC:-cc} -std=c11 "$host/host.c" $(pkg-config --cflags --libs dks) -o "$work/by_pkg_config"
LD_LIBRARY_PATH=$libdir "$work/by_pkg_config"
${CC:-cc} -std=c11 -static "$host/host.c" $(pkg-config --static --cflags --libs dks) \
  -o "$work/by_pkg_config_static"
"$work/by_pkg_config_static"

echo "examples"
build "$root/examples" "$work/examples"
find "$work/examples" -maxdepth 3 -type f -perm -u+x ! -path '*/CMakeFiles/*' | sed "s|^$work/||"
