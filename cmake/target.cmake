# Every library, program and test of the project is set up alike.
function(halfpixel_setup target)
  # No fused multiply-add that the source does not ask for: the numbers are TensorFlow's.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -ffp-contract=off)
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    # An installed program finds the libraries of its own prefix, wherever that was moved to.
    INSTALL_RPATH "$ORIGIN;$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
endfunction()
