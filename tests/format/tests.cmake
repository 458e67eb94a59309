# clang-format decides how code is laid out; skipped where version 19 is not installed.
add_test(NAME format.Tree COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/format/format.sh)
set_tests_properties(format.Tree PROPERTIES LABELS format SKIP_RETURN_CODE 77)
