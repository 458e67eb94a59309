# Nothing but namespace halfpixel leaves the shared libraries of DIR.
file(GLOB libraries ${DIR}/libhalfpixel_*.so)
if(NOT libraries)
  message(FATAL_ERROR "no shared library in ${DIR}")
endif()
foreach(library ${libraries})
  execute_process(COMMAND ${NM} -D --defined-only --format=posix ${library}
    OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "[^\n]+" lines "${symbols}")
  list(LENGTH lines count)
  list(FILTER lines EXCLUDE REGEX "^_Z(N|NK|TIN|TSN|TVN|GVN)9halfpixel")
  # Sanitizers add markers of their own.
  list(FILTER lines EXCLUDE REGEX "^(__asan_|__odr_asan|__tsan_|__ubsan_)")
  if(count EQUAL 0 OR lines)
    message(FATAL_ERROR "${library} exports ${count} symbols; not ours: ${lines}")
  endif()
endforeach()
