# ctest entries that install this build into a fresh prefix and use it as a stranger would: by find_package, by
# pkg-config, from Debian packages, as a part of another project, and by looking at what the libraries export.
set(package_dir ${PROJECT_BINARY_DIR}/package)
set(package_prefix ${package_dir}/prefix)

add_test(NAME package.clean COMMAND ${CMAKE_COMMAND} -E rm -rf ${package_dir})
add_test(NAME package.install
  COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix ${package_prefix})
set_tests_properties(package.clean PROPERTIES FIXTURES_SETUP package_clean LABELS package)
set_tests_properties(package.install PROPERTIES
  FIXTURES_REQUIRED package_clean FIXTURES_SETUP package LABELS package)

# package_test(NAME command…) runs after the installation.
function(package_test name)
  add_test(NAME package.${name} COMMAND ${ARGN})
  set_tests_properties(package.${name} PROPERTIES FIXTURES_REQUIRED package LABELS package)
endfunction()

# consumer_test(NAME options…) configures, builds and tests the project in this folder. Not optimised: its programs run
# for a moment.
set(consumer_generator ${CMAKE_GENERATOR})
set(consumer_flags "${CMAKE_CXX_FLAGS}")
function(consumer_test name)
  package_test(${name} ${CMAKE_CTEST_COMMAND}
    --build-and-test ${CMAKE_CURRENT_SOURCE_DIR}/consumer ${package_dir}/${name}
    --build-generator ${consumer_generator}
    --build-options -DCMAKE_PREFIX_PATH=${package_prefix} -DCMAKE_BUILD_TYPE=Debug
      -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_CXX_FLAGS=${consumer_flags} ${ARGN}
    --test-command ${CMAKE_CTEST_COMMAND} --output-on-failure)
endfunction()

get_property(components GLOBAL PROPERTY HALFPIXEL_COMPONENTS)
consumer_test(find_package -DCONSUMER_HEADERS=ON)  # whatever is installed
consumer_test(find_package_core -DCONSUMER_COMPONENTS=core)
if(image IN_LIST components)
  consumer_test(find_package_image -DCONSUMER_COMPONENTS=core|image)
endif()
if(model IN_LIST components)
  consumer_test(find_package_model -DCONSUMER_COMPONENTS=core|model)
endif()
consumer_test(find_package_refuses -DCONSUMER_COMPONENTS=core|telepathy)
set_tests_properties(package.find_package_refuses PROPERTIES
  PASS_REGULAR_EXPRESSION "there is no component telepathy")

package_test(pkg_config ${CMAKE_COMMAND}
  -DPREFIX=${package_prefix} -DLIBDIR=${CMAKE_INSTALL_LIBDIR} -DCXX=${CMAKE_CXX_COMPILER}
  -DFLAGS=${CMAKE_CXX_FLAGS} -DSHARED=${BUILD_SHARED_LIBS} -DPKG_CONFIG=${PKG_CONFIG_EXECUTABLE}
  -DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}/consumer/contract.cpp -DOUT=${package_dir}/pkg_config
  -P ${CMAKE_CURRENT_SOURCE_DIR}/consumer/pkg_config.cmake)

if(BUILD_SHARED_LIBS AND HALFPIXEL_VERSION_SCRIPT)
  package_test(exports ${CMAKE_COMMAND} -DNM=${CMAKE_NM} -DDIR=${package_prefix}/${CMAKE_INSTALL_LIBDIR}
    -P ${CMAKE_CURRENT_SOURCE_DIR}/consumer/exports.cmake)
endif()

# As a part of the other project, without Ninja and pkg-config; kernels for one instruction set make it short.
block(SCOPE_FOR VARIABLES)
  set(consumer_generator "Unix Makefiles")
  string(APPEND consumer_flags " -DHWY_COMPILE_ONLY_STATIC")
  set(part_of -DCONSUMER_SOURCE=${PROJECT_SOURCE_DIR} -DCONSUMER_COMPONENTS=core -DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON)
  find_program(make_program NAMES gmake make)
  if(make_program)
    consumer_test(add_subdirectory ${part_of})
    package_test(fetch_content ${CMAKE_COMMAND} -G ${consumer_generator} -S ${CMAKE_CURRENT_SOURCE_DIR}/consumer
      -B ${package_dir}/fetch_content -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCONSUMER_FETCH=ON ${part_of})
  endif()
endblock()

# The Debian packages, unpacked.
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
find_program(DPKG_DEB dpkg-deb)
if(DPKG_SHLIBDEPS AND DPKG_DEB AND BUILD_SHARED_LIBS AND HALFPIXEL_CLI AND PROJECT_IS_TOP_LEVEL)
  package_test(deb ${CMAKE_COMMAND} -DCPACK=${CMAKE_CPACK_COMMAND} -DDPKG_DEB=${DPKG_DEB}
    -DCONFIG=${PROJECT_BINARY_DIR}/CPackConfig.cmake -DOUT=${package_dir}/deb
    -P ${CMAKE_CURRENT_SOURCE_DIR}/consumer/deb.cmake)
  set_tests_properties(package.deb PROPERTIES FIXTURES_SETUP package_deb)
  consumer_test(find_package_deb -DCONSUMER_COMPONENTS=core -DCMAKE_PREFIX_PATH=${package_dir}/deb/root/usr)
  set_tests_properties(package.find_package_deb PROPERTIES FIXTURES_REQUIRED package_deb)
endif()
