# `cpack -G DEB` makes three packages of the components: halfpixel, libhalfpixel0 and libhalfpixel-dev. tools/deb.sh
# configures with HALFPIXEL_DEBIAN, which adds what Debian's policy asks for. docs/decisions/0015 says why.
set(libraries "")
get_property(components GLOBAL PROPERTY HALFPIXEL_COMPONENTS)
foreach(name ${components})
  list(APPEND libraries ${name})
  list(APPEND development ${name}-development)
endforeach()

# Who makes the packages is responsible for them: as dch asks, else git's own name, else the last commit's author.
function(first_of result)
  set(found "")
  foreach(variable DEBFULLNAME NAME DEBEMAIL EMAIL)
    if(variable IN_LIST ARGN AND NOT found)
      set(found "$ENV{${variable}}")
    endif()
  endforeach()
  foreach(words IN ITEMS "config;user.${ARGV1}" "log;-1;--format=%a${ARGV2}")
    if(NOT found)
      execute_process(COMMAND git ${words} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE found
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endif()
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()
first_of(maintainer name n DEBFULLNAME NAME)
first_of(address email e DEBEMAIL EMAIL)
if(HALFPIXEL_DEBIAN AND NOT (maintainer AND address))
  message(FATAL_ERROR "a package names who is responsible for it: set DEBFULLNAME and DEBEMAIL")
endif()

if(HALFPIXEL_DEBIAN)
  # Every package has its changelog and its terms.
  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)  # follows SOURCE_DATE_EPOCH
  string(TIMESTAMP year "%Y" UTC)
  set(folder ${PROJECT_BINARY_DIR}/debian)
  configure_file(cmake/debian/changelog.in ${folder}/changelog @ONLY)
  configure_file(cmake/debian/copyright.in ${folder}/copyright @ONLY)
  configure_file(cli/halfpixel.1 ${folder}/halfpixel.1 COPYONLY)
  execute_process(COMMAND gzip -9nkf ${folder}/changelog ${folder}/halfpixel.1 COMMAND_ERROR_IS_FATAL ANY)
  foreach(pair cli:halfpixel core:libhalfpixel0 core-development:libhalfpixel-dev)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 component)
    list(GET pair 1 package)
    install(FILES ${folder}/changelog.gz ${folder}/copyright
      DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
  endforeach()
  install(FILES ${folder}/halfpixel.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT cli)
endif()

# Programs that were built with 0.1 want a library of 0.1, and the names of its files say so.
set(CPACK_PACKAGE_NAME halfpixel)
set(CPACK_PACKAGE_VENDOR halfpixel)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # CPack would put it before each package's own
set(CPACK_PACKAGE_CONTACT "${maintainer} <${address}>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_GENERATOR DEB)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL cli ${libraries} ${development})
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/src)

set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME halfpixel)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_COMMAND_PACKAGE_DEPENDS "libhalfpixel0 (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_COMMAND_DESCRIPTION "enlarges photos, arrays and Keras models' outputs
The command halfpixel resizes pictures and NumPy arrays as TensorFlow and
Keras do, to the bit, and runs Keras models without Python.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libhalfpixel0)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "up-sampling with TensorFlow's numbers - shared libraries
Keras' UpSampling and Resizing layers, tf.image.resize, their gradients, and
Keras models in .keras and .h5 files, for C++ programs.")
# What a program's package will depend on: before 1.0 every minor version may change the ABI.
math(EXPR next_minor "${PROJECT_VERSION_MINOR}+1")
set(abi ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(shlibs "")
foreach(name ${components})
  string(APPEND shlibs "libhalfpixel_${name} ${abi} libhalfpixel0 (>= ${abi}), libhalfpixel0 (<< "
    "${PROJECT_VERSION_MAJOR}.${next_minor})\n")
endforeach()
file(WRITE ${PROJECT_BINARY_DIR}/debian/shlibs "${shlibs}")
file(WRITE ${PROJECT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA
  ${PROJECT_BINARY_DIR}/debian/shlibs ${PROJECT_BINARY_DIR}/debian/triggers)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libhalfpixel-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libhalfpixel0 (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "up-sampling with TensorFlow's numbers - development files
Headers, a CMake package and pkg-config files of halfpixel: Keras' UpSampling
and Resizing layers, tf.image.resize, their gradients, and Keras models.")

include(CPack)
cpack_add_component_group(command)
cpack_add_component_group(library)
cpack_add_component_group(development)
cpack_add_component(cli GROUP command)
foreach(name ${components})
  cpack_add_component(${name} GROUP library)
  cpack_add_component(${name}-development GROUP development)
endforeach()
