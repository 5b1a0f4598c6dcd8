# Compiles core, capi and programs upon them with any compiler and flags, past CMake. Sourced by POSIX shells.
# SPDX-License-Identifier: MIT
#
#   dks_compile FOLDER CC CXX FLAGS SOURCE...     the objects of the sources, into the folder
#   dks_link FOLDER CXX FLAGS PROGRAM SOURCE...   their objects and the library's, to FOLDER/PROGRAM
#
# Both expect to stand in the root of the project; the library's sources are $dks_library_sources.

dks_library_sources=$(find core capi/src -name '*.cpp' | sort)
dks_scene_sources='tests/capi/hash_scene.c tests/checks/hash_scene_main.c'
dks_common_flags='-ffp-contract=off -fno-math-errno -w -DDKS_STATIC -DDKS_BUILDING -Icore -Icapi/include -Icapi/src'
dks_common_flags="$dks_common_flags -Itests/capi -Itests/golden"
dks_cache=$(command -v ccache || :)

dks_compile() {
  dks_folder=$1 dks_cc=$2 dks_cxx=$3 dks_flags="$dks_common_flags $4"
  shift 4
  mkdir -p "$dks_folder"
  for dks_source in "$@"; do
    case $dks_source in
      *.c) dks_compiler="$dks_cc -std=c11" ;;
      *) dks_compiler="$dks_cxx -std=c++20" ;;
    esac
    printf '%s\0' "$dks_cache $dks_compiler $dks_flags -c $dks_source -o $dks_folder/$(dks_object "$dks_source")"
  done | xargs -0 -n 1 -P "$(nproc)" sh -c
}

dks_link() {
  dks_folder=$1 dks_cxx=$2 dks_flags=$3 dks_program=$4
  shift 4
  # Only what has a source now: the folder may be of an earlier run.
  for dks_source in $dks_library_sources "$@"; do
    echo "$dks_folder/$(dks_object "$dks_source")"
  done | xargs "$dks_cxx" $dks_flags -pthread -lm -o "$dks_folder/$dks_program"
}

dks_object() { # SOURCE
  echo "$1.o" | tr / _
}
