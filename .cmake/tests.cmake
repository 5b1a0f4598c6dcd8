# One source file, one executable, one ctest test.
# SPDX-License-Identifier: MIT
#
# A program of tests/ links what it includes: cmocka, cJSON, nlohmann, Eigen, dks_core, and the insides of
# capi where it includes one of their headers. A comment `dks-test: KEY...` in a test's source sets
#   timeout=N   the seconds it may take, instead of DKS_TEST_TIMEOUT
#   serial      nothing else runs beside it (it measures time)
#   threads     the thread sanitizer runs it too; set also where a source starts threads or sets workers
# Tests run in the project's root.

add_custom_target(threaded_tests) # builds all tests with the label `threads`

# dks_add_tests(KIND SOURCE...): test_x.cpp becomes the executable KIND_x and the test KIND.x; KIND_tests builds all.
function(dks_add_tests kind)
  add_custom_target(${kind}_tests)
  foreach(source IN LISTS ARGN)
    cmake_path(GET source STEM name)
    string(REGEX REPLACE "^test_" "" name ${name})
    set(target ${kind}_${name})
    add_executable(${target} ${source})
    add_dependencies(${kind}_tests ${target})
    dks_link_what_it_includes(${target} ${source})
    if(TARGET ${kind}_support)
      target_link_libraries(${target} PRIVATE ${kind}_support)
    endif()
    add_test(NAME ${kind}.${name} COMMAND ${target} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    dks_set_test_properties(${kind}.${name} ${source})
    get_test_property(${kind}.${name} LABELS labels)
    if("threads" IN_LIST labels)
      add_dependencies(threaded_tests ${target})
    endif()
  endforeach()
endfunction()

# What several tests of a folder share: its sources that are no tests.
function(dks_add_test_support kind)
  if(ARGN)
    add_library(${kind}_support STATIC ${ARGN})
    dks_link_what_it_includes(${kind}_support ${ARGN})
  endif()
endfunction()

function(dks_link_what_it_includes target)
  dks_read_includes(includes ${ARGN})
  dks_link_others(${target} threads)
  set(cmocka "cmocka\\.h")
  set(cjson "cJSON\\.h")
  set(json "nlohmann/")
  set(eigen "<Eigen/")
  foreach(library IN ITEMS cmocka cjson json eigen)
    if(includes MATCHES "${${library}}")
      dks_link_others(${target} ${library})
    endif()
  endforeach()

  list(TRANSFORM includes REPLACE "^[^<\"]*[<\"]([^>\"]*)[>\"].*$" "\\1")
  file(GLOB_RECURSE insides RELATIVE ${PROJECT_SOURCE_DIR}/capi/src ${PROJECT_SOURCE_DIR}/capi/src/*.h)
  set(needs_insides FALSE)
  foreach(header IN LISTS includes)
    if(header IN_LIST insides)
      set(needs_insides TRUE)
    endif()
  endforeach()

  if(needs_insides)
    target_link_libraries(${target} PRIVATE dks_capi_internal)
  elseif("dks.h" IN_LIST includes OR "dks.hpp" IN_LIST includes OR "dks_plugin.h" IN_LIST includes)
    target_link_libraries(${target} PRIVATE dks::dks)
  endif()
  target_link_libraries(${target} PRIVATE dks_core)
endfunction()

function(dks_set_test_properties test)
  set(settings "")
  set(labels "")
  set(timeout ${DKS_TEST_TIMEOUT})
  foreach(source IN LISTS ARGN)
    file(STRINGS ${source} lines REGEX "dks-test:")
    string(APPEND settings " ${lines} ")
    file(STRINGS ${source} lines REGEX "worker|std::j?thread|pthread_create|thrd_create|parallel_for")
    if(lines)
      set(labels threads)
    endif()
  endforeach()

  if(settings MATCHES " timeout=([0-9]+)" AND CMAKE_MATCH_1 GREATER timeout)
    set(timeout ${CMAKE_MATCH_1})
  endif()
  if(settings MATCHES " serial[ *;]")
    set_tests_properties(${test} PROPERTIES RUN_SERIAL ON)
  endif()
  if(settings MATCHES " threads[ *;]")
    set(labels threads)
  endif()
  set_tests_properties(${test} PROPERTIES TIMEOUT ${timeout} LABELS "${labels}")
endfunction()
