# What makes a set of objects a published library: its exported names and its installed package.
# SPDX-License-Identifier: MIT
include(CheckLinkerFlag)
include(CMakePackageConfigHelpers)

# Hides every symbol of `library` but those listed in `list_file`: one name a line, # begins a comment.
function(dks_export_listed_symbols library list_file)
  if(APPLE OR WIN32)
    return() # hidden visibility and dllexport do it there
  endif()
  set(names "dks_*")
  if(EXISTS ${list_file})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list_file})
    file(STRINGS ${list_file} lines)
    list(TRANSFORM lines REPLACE "[ \t#].*" "")
    list(FILTER lines INCLUDE REGEX ".")
    set(names ${lines})
  else()
    message(WARNING "${list_file} is missing: ${library} exports every dks_* name")
  endif()

  list(JOIN names ";\n    " exported)
  set(script ${CMAKE_CURRENT_BINARY_DIR}/${library}.map)
  file(CONFIGURE OUTPUT ${script} CONTENT "{\n  global:\n    @exported@;\n  local:\n    *;\n};\n" @ONLY)
  target_link_options(${library} PRIVATE "LINKER:--version-script=${script}")
  set_property(TARGET ${library} APPEND PROPERTY LINK_DEPENDS ${script})

  if(NOT DKS_SANITIZE) # whose functions come from the program
    check_linker_flag(CXX "LINKER:--no-undefined" DKS_LINKER_KNOWS_NO_UNDEFINED)
    if(DKS_LINKER_KNOWS_NO_UNDEFINED)
      target_link_options(${library} PRIVATE "LINKER:--no-undefined")
    endif()
  endif()
endfunction()

# dks_install_package(LIBRARY... HEADERS FILE...): libraries, headers, CMake package, pkg-config file.
function(dks_install_package)
  cmake_parse_arguments(PARSE_ARGV 0 package "" "" "HEADERS")
  set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/dks)
  set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  set(templates ${PROJECT_SOURCE_DIR}/.cmake)
  set(DKS_CXX_RUNTIME stdc++)
  if(APPLE)
    set(DKS_CXX_RUNTIME c++)
  endif()
  file(RELATIVE_PATH prefix_from_pc_dir /prefix/${pc_dir} /prefix)

  install(TARGETS ${package_UNPARSED_ARGUMENTS} EXPORT dksTargets)
  install(EXPORT dksTargets NAMESPACE dks:: DESTINATION ${cmake_dir})
  install(FILES ${package_HEADERS} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

  configure_package_config_file(
    ${templates}/dksConfig.cmake.in dksConfig.cmake INSTALL_DESTINATION ${cmake_dir}
  )
  write_basic_package_version_file(dksConfigVersion.cmake COMPATIBILITY SameMajorVersion)
  configure_file(${templates}/dks.pc.in dks.pc @ONLY)
  install(
    FILES ${CMAKE_CURRENT_BINARY_DIR}/dksConfig.cmake
          ${CMAKE_CURRENT_BINARY_DIR}/dksConfigVersion.cmake
          ${PROJECT_SOURCE_DIR}/.cmake/dksPlugin.cmake
    DESTINATION ${cmake_dir}
  )
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/dks.pc DESTINATION ${pc_dir})
endfunction()
