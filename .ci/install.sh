# Which packages each job needs, and how the missing ones get installed. Sourced by POSIX shells.
# SPDX-License-Identifier: MIT
#
#   dks_install JOB...      JOB: build, petworld, tests, checks
#
# What is there is found by looking for commands and headers, so nothing asks for root where nothing is missing.
# Package names are those of Debian 12 and 13 and Ubuntu 24.04; the tools of `checks` in version 14 are not in
# Debian 13.

dks_install() {
  dks_list_missing "$@"
  [ -n "$dks_missing" ] || return 0
  dks_apt_install $dks_missing || return 1
  dks_list_missing "$@"
  [ -z "$dks_missing" ] || dks_say_missing "still missing after the installation:$dks_missing"
}

dks_list_missing() {
  dks_missing=
  for dks_job in "$@"; do
    "dks_needs_of_$dks_job"
  done
}

dks_needs_of_build() {
  dks_need_command cmake cmake
  dks_need_command ninja ninja-build
  dks_need_command "${CC:-cc}" gcc
  dks_need_command "${CXX:-c++}" g++
  dks_need_header nlohmann/json.hpp nlohmann-json3-dev
  dks_need_header sha2.h libmd-dev
  if grep -rqs '<Eigen/' core/math; then
    dks_need_header eigen3/Eigen/Core libeigen3-dev
  fi
}

dks_needs_of_petworld() {
  dks_need_header CLI/CLI.hpp libcli11-dev
}

dks_needs_of_tests() {
  dks_need_command python3 python3
  dks_need_command nm binutils
  dks_need_header cmocka.h libcmocka-dev
  dks_need_header cjson/cJSON.h libcjson-dev
  dks_need_header benchmark/benchmark.h libbenchmark-dev
}

dks_needs_of_checks() {
  dks_need_command git git
  dks_need_command clang++ clang
  dks_need_command pkg-config pkg-config
  dks_need_command clang-format-14 clang-format-14
  dks_need_command clang-tidy-14 clang-tidy-14
  dks_need_command valgrind valgrind
  dks_need_command abidiff abigail-tools
  dks_need_command gcovr gcovr
  dks_need_command qemu-aarch64-static qemu-user-static
  dks_need_command aarch64-linux-gnu-g++ g++-aarch64-linux-gnu
  dks_need_command arm-linux-gnueabihf-g++ g++-arm-linux-gnueabihf
  dks_need_command x86_64-w64-mingw32-g++-posix g++-mingw-w64-x86-64-posix
  dks_need_command wine wine
  dks_need_command swig swig
  dks_need_command node nodejs
  dks_need_command npm npm
  dks_need_python_module ensurepip python3-venv
  dks_need_header "$(python3 -c 'import sysconfig; print(sysconfig.get_path("include"))' 2>/dev/null)/Python.h" python3-dev
}

# ---- one need: what to look for, and the package that has it ----

dks_need_command() {
  command -v "${1%% *}" >/dev/null 2>&1 || dks_missing="$dks_missing $2"
}

dks_need_header() {
  printf '#if !__has_include(<%s>)\n#error missing\n#endif\n' "$1" |
    ${CXX:-c++} -E -x c++ - >/dev/null 2>&1 || dks_missing="$dks_missing $2"
}

dks_need_python_module() {
  python3 -c "import $1" >/dev/null 2>&1 || dks_missing="$dks_missing $2"
}

# ---- installing ----

dks_apt_install() {
  if ! command -v apt-get >/dev/null 2>&1; then
    dks_say_missing "missing (by their names in Debian):$dks_missing" \
      "This script installs with apt-get, which is not here: please install them yourself."
    return 1
  fi
  dks_root=
  if [ "$(id -u)" -ne 0 ]; then
    dks_root=sudo
    [ -t 0 ] || dks_root='sudo -n'
    if ! $dks_root true 2>/dev/null; then
      dks_say_missing "missing:$dks_missing" \
        "Installing them needs root. Please run: apt-get install$dks_missing"
      return 1
    fi
  fi
  echo "installing:$dks_missing" >&2
  dks_log=$(mktemp) || return 1
  $dks_root apt-get -o DPkg::Lock::Timeout=300 update </dev/null >"$dks_log" 2>&1
  if $dks_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
    install --yes --no-install-recommends "$@" </dev/null >>"$dks_log" 2>&1; then
    rm -f "$dks_log"
  else
    tail -n 20 "$dks_log" >&2
    rm -f "$dks_log"
    dks_say_missing "apt-get could not install:$dks_missing"
    return 1
  fi
}

dks_say_missing() {
  printf '%s\n' "$@" >&2
  return 1
}
