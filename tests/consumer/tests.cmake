# ctest entries that install this build into a fresh prefix and use it as a stranger would: by
# find_package, by pkg-config, and by looking at what the libraries export.
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

# consumer_test(NAME options…) configures, builds and tests the project in this folder.
function(consumer_test name)
  package_test(${name} ${CMAKE_CTEST_COMMAND}
    --build-and-test ${CMAKE_CURRENT_SOURCE_DIR}/consumer ${package_dir}/${name}
    --build-generator ${CMAKE_GENERATOR}
    --build-options -DCMAKE_PREFIX_PATH=${package_prefix} -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
      -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS} ${ARGN}
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
