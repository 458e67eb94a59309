# How much the public headers make a program's compiler read.
add_test(NAME headers.weight COMMAND ${CMAKE_COMMAND}
  -DCXX=${CMAKE_CXX_COMPILER} "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
  -DINCLUDE=${PROJECT_SOURCE_DIR}/include -P ${CMAKE_CURRENT_SOURCE_DIR}/headers/weight.cmake)
set_tests_properties(headers.weight PROPERTIES LABELS headers SKIP_REGULAR_EXPRESSION "^skipped")
