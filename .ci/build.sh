# Configures and builds a preset, quietly: progress on standard error, and what went wrong. Sourced.
# SPDX-License-Identifier: MIT
#
#   dks_configure PRESET [CMAKE-ARGUMENT...]
#   dks_build PRESET [TARGET...]
#
# Both expect to stand in the root of the project.

umask 022 # plugins are loaded from folders only that not everybody may write to
CCACHE_BASEDIR=$PWD
export CCACHE_BASEDIR

dks_configure() {
  dks_preset=$1
  shift
  echo "configuring $dks_preset" >&2
  dks_log=$(mktemp) || return 1
  # A cache of another folder or another compiler is no use: then once more, from nothing.
  if cmake --preset "$dks_preset" "$@" >"$dks_log" 2>&1 ||
    cmake --preset "$dks_preset" --fresh "$@" >"$dks_log" 2>&1; then
    grep -A 5 "CMake Warning" "$dks_log" >&2 || :
    rm -f "$dks_log"
  else
    cat "$dks_log" >&2
    rm -f "$dks_log"
    return 1
  fi
}

dks_build() {
  dks_preset=$1
  shift
  [ $# -eq 0 ] || set -- --target "$@"
  echo "building $dks_preset${2:+: $2}" >&2
  if [ -t 2 ]; then
    cmake --build --preset "$dks_preset" --parallel "$(nproc)" "$@" >&2
  else
    cmake --build --preset "$dks_preset" --parallel "$(nproc)" "$@" -- --quiet >&2
  fi
}
