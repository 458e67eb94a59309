# tools/setup.sh on other people's systems, and tools/install.sh with this build.
add_test(NAME install.setup COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/setup.sh)
set_tests_properties(install.setup PROPERTIES LABELS install)
if(HALFPIXEL_INSTALL AND HALFPIXEL_CLI)
  add_test(NAME install.prefix COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/prefix.sh
    ${PROJECT_BINARY_DIR} ${CMAKE_CURRENT_BINARY_DIR}/install_home)
  set_tests_properties(install.prefix PROPERTIES LABELS install)
endif()
add_test(NAME install.fails COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/fails.sh ${CMAKE_CURRENT_BINARY_DIR}/install_fails)
set_tests_properties(install.fails PROPERTIES LABELS install)
