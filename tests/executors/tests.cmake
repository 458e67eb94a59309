# The adapters for other people's thread pools: each needs its pool, so each is a program of its own.
# They see the library as users do: its public headers and the shared library.
#
# Thread sanitizer knows nothing of how libgomp and libtbb synchronise and sees races in every loop.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
  return()
endif()

function(executor_tests name pool)
  add_executable(${name}_executor_tests executors/${name}_executor_test.cpp)
  halfpixel_setup(${name}_executor_tests)
  halfpixel_quick_build(${name}_executor_tests)
  target_include_directories(${name}_executor_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name}_executor_tests PRIVATE halfpixel::core ${pool} GTest::gtest_main Threads::Threads)
  gtest_discover_tests(${name}_executor_tests PROPERTIES LABELS executors DISCOVERY_TIMEOUT 120)
endfunction()

find_package(OpenMP QUIET COMPONENTS CXX)
if(TARGET OpenMP::OpenMP_CXX)
  executor_tests(openmp OpenMP::OpenMP_CXX)
endif()
find_package(TBB QUIET)
if(TARGET TBB::tbb)
  executor_tests(onetbb TBB::tbb)
endif()
