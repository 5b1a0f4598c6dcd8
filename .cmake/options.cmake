# What a builder can choose.
# SPDX-License-Identifier: MIT
option(DKS_SHARED "Build the shared library; without it dks::dks is the static one" ON)
option(DKS_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(DKS_BENCH "Build the benchmarks, where Google Benchmark is installed" ${PROJECT_IS_TOP_LEVEL})
option(DKS_EXAMPLES "Build the programs under examples/" ${PROJECT_IS_TOP_LEVEL})
option(DKS_WERROR "Warnings stop the build" OFF)
set(DKS_SANITIZE "" CACHE STRING "Sanitizer: address (with undefined), thread, or empty")
set_property(CACHE DKS_SANITIZE PROPERTY STRINGS "" address thread)
option(DKS_FUZZ "Build the fuzz targets for libFuzzer, which clang has" OFF)
set(DKS_TEST_TIMEOUT 120 CACHE STRING "Seconds a test may take unless its source says otherwise")

if(NOT DKS_SANITIZE MATCHES "^(address|thread)?$")
  message(FATAL_ERROR "DKS_SANITIZE: \"${DKS_SANITIZE}\" is not address, thread or empty")
endif()

if(DKS_FUZZ AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "DKS_FUZZ needs clang, but ${CMAKE_CXX_COMPILER} is ${CMAKE_CXX_COMPILER_ID}")
endif()

get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(PROJECT_IS_TOP_LEVEL AND NOT multi_config AND NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug, RelWithDebInfo or MinSizeRel" FORCE)
endif()

# Puts into `out_lines` the options above and their values: KEY=VALUE, by name. What was found on this machine
# (paths, answers of checks) is no option.
function(dks_list_options out_lines)
  get_cmake_property(names CACHE_VARIABLES)
  list(FILTER names INCLUDE REGEX "^DKS_")
  list(SORT names)
  set(lines "")
  foreach(name IN LISTS names)
    get_property(type CACHE ${name} PROPERTY TYPE)
    if(type MATCHES "^(BOOL|STRING)$")
      list(APPEND lines "${name}=${${name}}")
    endif()
  endforeach()
  set(${out_lines} "${lines}" PARENT_SCOPE)
endfunction()
