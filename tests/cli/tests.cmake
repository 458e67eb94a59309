halfpixel_tests(cli halfpixel_core)
if(TARGET cli_tests)
  target_compile_definitions(cli_tests PRIVATE HALFPIXEL_PROGRAM="$<TARGET_FILE:halfpixel_cli>"
    $<$<BOOL:${HALFPIXEL_IMAGE}>:HALFPIXEL_HAS_IMAGE>)
  if(HALFPIXEL_IMAGE)
    target_link_libraries(cli_tests PRIVATE halfpixel_image)
  endif()
  add_dependencies(cli_tests halfpixel_cli)
endif()
