# How every file of this tree is compiled, and where the results go.
# SPDX-License-Identifier: MIT
include(GNUInstallDirs)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "g++ ${CMAKE_CXX_COMPILER_VERSION} is too old: dks needs g++ 12 or clang++ 14")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR "clang++ ${CMAKE_CXX_COMPILER_VERSION} is too old: dks needs g++ 12 or clang++ 14")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

# The same bits from every compiler and processor: no fused multiply-add, no x87 registers.
add_compile_options(-ffp-contract=off -fno-math-errno)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(i[3-6]86|x86|x86_64|AMD64)$" AND CMAKE_SIZEOF_VOID_P EQUAL 4)
  add_compile_options(-msse2 -mfpmath=sse)
endif()

# Built for size: what nothing calls is left out, and so are the tables that only debuggers and profilers read.
if(CMAKE_BUILD_TYPE STREQUAL "MinSizeRel" AND NOT APPLE AND NOT WIN32)
  add_compile_options(-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables)
  add_link_options(LINKER:--gc-sections LINKER:-z,noseparate-code)
endif()

# Indices of columns are signed and unsigned by turns, so the sign alone is no warning.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wshadow)
if(CMAKE_SIZEOF_VOID_P EQUAL 4) # sizes have 64 bits in dks.h everywhere, and no memory there has more than 32
  add_compile_options(-Wno-conversion -Wno-narrowing)
endif()
if(DKS_WERROR)
  add_compile_options(-Werror)
endif()

if(DKS_SANITIZE STREQUAL "address")
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(DKS_SANITIZE STREQUAL "thread")
  set(sanitize -fsanitize=thread -fno-omit-frame-pointer)
endif()
if(DKS_SANITIZE)
  add_compile_options(${sanitize})
  add_link_options(${sanitize})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized) # the checks that are put in confuse it
  endif()
endif()

if(DKS_FUZZ)
  # Counts what an input reaches. Comparisons are not traced: inputs are choices, and words are in a dictionary.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize-coverage=trace-cmp)
endif()

if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
  set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
  find_program(DKS_CCACHE ccache)
  if(DKS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER ${DKS_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${DKS_CCACHE})
  endif()
endif()
