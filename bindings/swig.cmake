# dks_add_python_module(NAME INTERFACE) and dks_add_node_module(NAME INTERFACE): what SWIG makes of an interface file,
# in python/ and node/ of the build folder. A module whose tools are missing is left out, and CMake says why.
# SPDX-License-Identifier: MIT
set(DKS_BINDING_TOOLS ${CMAKE_BINARY_DIR}/tools CACHE PATH "What bindings/tools.sh got: SWIG and Node's headers")
set(to_get "run `sh bindings/tools.sh ${DKS_BINDING_TOOLS}`")

find_program(DKS_SWIG NAMES swig HINTS ${DKS_BINDING_TOOLS}/swig/bin NO_CACHE) # it may come later
set(swig_version 0)
if(DKS_SWIG)
  execute_process(COMMAND ${DKS_SWIG} -version OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCH "SWIG Version ([0-9.]+)" ignored "${text}")
  set(swig_version ${CMAKE_MATCH_1})
endif()

function(dks_add_python_module name interface)
  find_package(Python3 QUIET COMPONENTS Interpreter Development.Module)
  if(swig_version VERSION_LESS 4.1)
    dks_leave_out("${name} for Python" "SWIG 4.1 or newer is missing: install it (Debian, Ubuntu: swig), or ${to_get}")
  elseif(NOT Python3_Development.Module_FOUND)
    dks_leave_out("${name} for Python" "Python.h is missing: install it (Debian, Ubuntu: python3-dev)")
  else()
    set(folder ${PROJECT_BINARY_DIR}/python)
    dks_run_swig(${folder}/${name}_python.c ${interface} -python -outdir ${folder})
    python3_add_library(${name}_python MODULE ${folder}/${name}_python.c)
    dks_finish_module(${name}_python OUTPUT_NAME _${name} LIBRARY_OUTPUT_DIRECTORY ${folder})
  endif()
endfunction()

# One binary for every Node: nothing but Node-API, of which each Node has all that is older.
function(dks_add_node_module name interface)
  set(headers ${DKS_BINDING_TOOLS}/node/node_modules)
  if(swig_version VERSION_LESS 4.2)
    dks_leave_out("${name} for Node" "SWIG 4.2 or newer is missing: ${to_get}")
  elseif(NOT EXISTS ${headers}/node-addon-api/napi.h OR NOT EXISTS ${headers}/node-api-headers/include/node_api.h)
    dks_leave_out("${name} for Node" "the headers of Node-API are missing: ${to_get}")
  else()
    set(folder ${PROJECT_BINARY_DIR}/node)
    dks_run_swig(${folder}/${name}_node.cpp ${interface} -javascript -napi -c++)
    add_library(${name}_node MODULE ${folder}/${name}_node.cpp)
    target_include_directories(
      ${name}_node SYSTEM PRIVATE ${headers}/node-addon-api ${headers}/node-api-headers/include
    )
    dks_finish_module(${name}_node SUFFIX .node OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${folder})
  endif()
endfunction()

function(dks_run_swig output interface)
  set(folders $<TARGET_PROPERTY:dks::dks,INTERFACE_INCLUDE_DIRECTORIES>)
  set(options ${ARGN})
  if(CMAKE_SIZEOF_VOID_P EQUAL 8 AND NOT WIN32 AND NOT APPLE)
    list(APPEND options -DSWIGWORDSIZE64) # uint64_t is unsigned long
  endif()
  cmake_path(GET output PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${DKS_SWIG} -Wextra -Werror ${options} "-I$<JOIN:${folders},;-I>" -MMD -MF ${output}.d -o ${output}
            ${interface}
    DEPENDS ${interface}
    DEPFILE ${output}.d
    COMMAND_EXPAND_LISTS VERBATIM
  )
endfunction()

function(dks_finish_module target)
  target_compile_options(${target} PRIVATE -w) # the code is SWIG's
  target_link_libraries(${target} PRIVATE dks::dks)
  set_target_properties(${target} PROPERTIES PREFIX "" ${ARGN})
endfunction()

function(dks_leave_out what why)
  message(WARNING "${what} is left out. ${why}")
endfunction()
