# The Python package, built on this tree's libraries and tested in a virtual environment; skipped where Python or PyPI is
# out of reach. Once, with the libraries that users get.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND HALFPIXEL_INSTALL AND HALFPIXEL_MODEL AND BUILD_SHARED_LIBS)
  add_test(NAME python.Package COMMAND ${PROJECT_SOURCE_DIR}/tools/python.sh ${PROJECT_BINARY_DIR})
  set_tests_properties(python.Package PROPERTIES LABELS python SKIP_RETURN_CODE 77 TIMEOUT 900 PROCESSORS 2)
endif()
