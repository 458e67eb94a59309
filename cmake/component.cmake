# A component is one library, its headers, an export set of its own and a pkg-config file: any of them
# can be left out or installed alone. halfpixel::halfpixel is all that were built.
include(CMakePackageConfigHelpers)
include(CheckLinkerFlag)

set(HALFPIXEL_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/halfpixel)
check_linker_flag(CXX "-Wl,--version-script=${CMAKE_CURRENT_LIST_DIR}/exports.map" HALFPIXEL_VERSION_SCRIPT)
add_library(halfpixel INTERFACE)
add_library(halfpixel::halfpixel ALIAS halfpixel)

# halfpixel_component(NAME DESCRIPTION text HEADERS files-below-include… [REQUIRES components…]
#   What a static build leaves to who links it:
#   [PACKAGES modules…]               pkg-config modules, for pkg-config
#   [PKG_TARGET X]                    when CMake finds them by pkg-config too: linked as PkgConfig::X
#   [FIND_PACKAGES names…]            CMake packages
#   [LIBS flags…]                     of libraries that neither knows, for pkg-config)
function(halfpixel_component name)
  cmake_parse_arguments(arg "" "DESCRIPTION;PKG_TARGET" "HEADERS;REQUIRES;PACKAGES;FIND_PACKAGES;LIBS" ${ARGN})
  set(target halfpixel_${name})
  add_library(halfpixel::${name} ALIAS ${target})
  target_link_libraries(halfpixel INTERFACE ${target})
  set_property(GLOBAL APPEND PROPERTY HALFPIXEL_COMPONENTS ${name})
  set(modules "")
  if(arg_PKG_TARGET)
    list(JOIN arg_PACKAGES " " modules)
  endif()
  list(JOIN arg_FIND_PACKAGES " " packages)
  set_property(GLOBAL PROPERTY HALFPIXEL_DEPENDENCIES_${name}
    "set(_halfpixel_pkg_target_${name} ${arg_PKG_TARGET})\n"
    "set(_halfpixel_modules_${name} ${modules})\n"
    "set(_halfpixel_find_${name} Threads ${packages})\n")
  # Before 1.0 every minor version may change the ABI.
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name}
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  if(BUILD_SHARED_LIBS AND HALFPIXEL_VERSION_SCRIPT)
    set(script ${PROJECT_SOURCE_DIR}/cmake/exports.map)
    target_link_options(${target} PRIVATE -Wl,--version-script=${script})
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${script})
  endif()
  if(NOT HALFPIXEL_INSTALL)
    return()
  endif()

  # NAME is what programs need to run, NAME-development what it takes to build them.
  set(development ${name}-development)
  install(TARGETS ${target} EXPORT halfpixel-${name}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT ${name}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${name} NAMELINK_COMPONENT ${development}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ${development})
  install(EXPORT halfpixel-${name} NAMESPACE halfpixel:: DESTINATION ${HALFPIXEL_CMAKE_DIR}
    FILE halfpixel-${name}-targets.cmake COMPONENT ${development})
  foreach(header ${arg_HEADERS})
    cmake_path(GET header PARENT_PATH folder)
    install(FILES ${PROJECT_SOURCE_DIR}/include/${header}
      DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder} COMPONENT ${development})
  endforeach()

  # A shared library brings its own dependencies; a static one leaves them to who links it.
  list(TRANSFORM arg_REQUIRES PREPEND halfpixel-)
  set(pc_libs "-L\${libdir} -l${target}")
  if(NOT BUILD_SHARED_LIBS)
    list(APPEND arg_REQUIRES ${arg_PACKAGES})
    list(JOIN arg_LIBS " " libs)
    string(APPEND pc_libs " ${libs} ${CMAKE_THREAD_LIBS_INIT}")
  endif()
  list(JOIN arg_REQUIRES ", " pc_requires)
  set(pc_name ${name})
  set(pc_description ${arg_DESCRIPTION})
  file(RELATIVE_PATH pc_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/halfpixel.pc.in
    ${PROJECT_BINARY_DIR}/halfpixel-${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/halfpixel-${name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT ${development})
endfunction()

# The files that find_package reads. Call once, after all components.
function(halfpixel_install_package)
  get_property(components GLOBAL PROPERTY HALFPIXEL_COMPONENTS)
  set(dependencies "")
  if(NOT BUILD_SHARED_LIBS)
    foreach(name ${components})
      get_property(lines GLOBAL PROPERTY HALFPIXEL_DEPENDENCIES_${name})
      string(APPEND dependencies ${lines})
    endforeach()
  endif()
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/halfpixelConfig.cmake.in
    ${PROJECT_BINARY_DIR}/halfpixelConfig.cmake INSTALL_DESTINATION ${HALFPIXEL_CMAKE_DIR}
    NO_SET_AND_CHECK_MACRO)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/halfpixelConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/halfpixelConfig.cmake
    ${PROJECT_BINARY_DIR}/halfpixelConfigVersion.cmake ${PROJECT_SOURCE_DIR}/cmake/FindHighway.cmake
    DESTINATION ${HALFPIXEL_CMAKE_DIR} COMPONENT core-development)
endfunction()
