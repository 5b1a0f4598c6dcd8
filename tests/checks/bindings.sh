#!/bin/sh
# SWIG takes the whole of dks.h without a new warning, and the smoke bindings live the same life as C: one hash from
# C, Python and Node.
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/../.."
. .ci/build.sh
smoke=bindings/smoke
work=build/checks/bindings
tools=$work/tools
mkdir -p "$work/whole"

sh bindings/tools.sh "$tools"
pinned=$tools/swig/bin/swig
python=$(python3 -c 'import sys; print(sys.executable)')
words=
[ "$(getconf LONG_BIT)" -ne 64 ] || words=-DSWIGWORDSIZE64

echo "the whole of dks.h"
whole() { # SWIG OUTPUT OPTION...
  swig=$1 output=$work/whole/$2
  shift 2
  echo "  $("$swig" -version | grep -o 'Version .*'): $*"
  "$swig" -Wextra -Werror $words "$@" -Icapi/include -o "$output" $smoke/whole.i
}
python_headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
node_headers=$tools/node/node_modules
for swig in swig "$pinned"; do
  command -v "$swig" >/dev/null 2>&1 || { echo "  $swig is not here: left out"; continue; }
  whole "$swig" whole.c -python
  ${CC:-cc} -Werror -fsyntax-only -Icapi/include -I"$python_headers" "$work/whole/whole.c"
done
whole "$pinned" whole.cpp -javascript -napi -c++
${CXX:-c++} -std=c++20 -Werror -fsyntax-only -Icapi/include -I"$node_headers/node-api-headers/include" \
  -I"$node_headers/node-addon-api" "$work/whole/whole.cpp"

echo "the smoke bindings, against an installed dks"
dks_configure release
dks_build release dks dks_static
quietly() {
  "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
}
quietly cmake --install build/release --prefix "$work/dks"
quietly cmake -S bindings -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$PWD/$work/dks" \
  -DDKS_BINDING_TOOLS="$PWD/$tools" -DDKS_SWIG="$PWD/$pinned" -DPython3_EXECUTABLE="$python"
quietly cmake --build "$work/build" --target dks_smoke_c dks_smoke_python dks_smoke_node

python() { PYTHONPATH=$work/build/python timeout 120 "$python" -B "$@"; }
node() { NODE_PATH=$work/build/node timeout 120 env node "$@"; }
python $smoke/refusals.py
node $smoke/refusals.js
c_life=$("$work/build/smoke/dks_smoke_c")
python_life=$(python $smoke/smoke.py)
node_life=$(node $smoke/smoke.js)
printf '  %-8s %s\n' C "$c_life" Python "$python_life" Node "$node_life"
[ -n "$c_life" ] && [ "$python_life" = "$c_life" ] && [ "$node_life" = "$c_life" ] || {
  echo "expected the same hash and mean mood three times"
  exit 1
}
