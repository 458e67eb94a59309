# Every library, program and test of the project is set up alike.
function(halfpixel_setup target)
  # No fused multiply-add that the source does not ask for: the numbers are TensorFlow's.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -ffp-contract=off)
  # g++ 12 warns wrongly about "literal" + std::string (its bug 105651).
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  # clang 19 warns of what std::stable_sort itself calls in the headers of g++ 12.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 17)
    target_compile_options(${target} PRIVATE -Wno-deprecated-declarations)
  endif()
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    # An installed program finds the libraries of its own prefix, wherever that was moved to.
    INSTALL_RPATH "$ORIGIN;$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
endfunction()

# Tests and examples are compiled once and run for a moment: optimising them costs more than it gives.
function(halfpixel_quick_build target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()
