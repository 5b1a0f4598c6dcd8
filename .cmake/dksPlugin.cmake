# add_dks_plugin(NAME [STATIC] SOURCE...): a plugin of dks, in C or C++ (dks_plugin.h).
# SPDX-License-Identifier: MIT
#
# The shared library dks_NAME.so, which a host loads by its path; or, with STATIC, a library to link into the host,
# which hands NAME_plugin_query and NAME_plugin_init to dks_plugins_add. Either has nothing but dks_plugin.h from dks.
function(add_dks_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "STATIC" "" "")
  if(NOT plugin_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "add_dks_plugin(${name}): expected source files")
  endif()
  if(plugin_STATIC)
    add_library(${name} STATIC ${plugin_UNPARSED_ARGUMENTS})
    target_compile_definitions(${name} PRIVATE DKS_PLUGIN_STATIC=${name})
  else()
    add_library(${name} MODULE ${plugin_UNPARSED_ARGUMENTS})
    set_target_properties(${name} PROPERTIES PREFIX "" OUTPUT_NAME dks_${name})
  endif()
  set_target_properties(
    ${name} PROPERTIES C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON
  )
  target_link_libraries(${name} PRIVATE dks::dks_plugin)
endfunction()
