# The documentation's code: each page becomes a source file (docs/extract.cpp says how), all of them one program.
add_test(NAME docs.Findings COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/docs/findings.sh)
set_tests_properties(docs.Findings PROPERTIES LABELS docs)
if(NOT TARGET halfpixel::image OR NOT TARGET halfpixel::model OR NOT HALFPIXEL_CLI)
  return()
endif()
add_executable(docs_extract docs/extract.cpp)
halfpixel_setup(docs_extract)
halfpixel_quick_build(docs_extract)

set(pages README.md)
foreach(page tutorial exactness windows from_keras models errors pictures command_line recipes)
  list(APPEND pages docs/${page}.md)
endforeach()
find_package(OpenMP QUIET COMPONENTS CXX)
find_package(TBB QUIET)
set(docs_pools "")
# What the adapters adapt; thread sanitizer cannot see into either.
if(TARGET OpenMP::OpenMP_CXX AND TARGET TBB::tbb AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
  list(APPEND pages docs/threads.md)
  set(docs_pools OpenMP::OpenMP_CXX TBB::tbb)
endif()
set(docs_sources docs/running.cpp)
foreach(page ${pages})
  if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${page})
    continue()
  endif()
  cmake_path(GET page STEM stem)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/docs/${stem}.cpp)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/docs
    COMMAND docs_extract ${PROJECT_SOURCE_DIR}/${page} docs_${stem} ${source}
    DEPENDS docs_extract ${PROJECT_SOURCE_DIR}/${page} VERBATIM)
  # Pages show results that a program would go on to use.
  set_source_files_properties(${source} PROPERTIES
    COMPILE_OPTIONS "-O0;-Wno-unused-variable;-Wno-unused-but-set-variable;-Wno-missing-field-initializers")
  list(APPEND docs_sources ${source})
endforeach()

add_executable(docs_tests ${docs_sources})
halfpixel_setup(docs_tests)
target_include_directories(docs_tests PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(docs_tests PRIVATE halfpixel::core halfpixel::image halfpixel::model ${docs_pools}
  GTest::gtest_main)
target_compile_definitions(docs_tests PRIVATE HALFPIXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
  HALFPIXEL_PROGRAM="$<TARGET_FILE:halfpixel_cli>")
add_dependencies(docs_tests halfpixel_cli)
gtest_discover_tests(docs_tests PROPERTIES LABELS docs DISCOVERY_TIMEOUT 120
  ENVIRONMENT "KERAS_HOME=${CMAKE_CURRENT_BINARY_DIR}/docs")

# The lists of docs/models.md against the tables that they are said to come from.
add_executable(docs_lists_tests docs/lists_test.cpp)
halfpixel_setup(docs_lists_tests)
halfpixel_quick_build(docs_lists_tests)
target_include_directories(docs_lists_tests PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(docs_lists_tests PRIVATE halfpixel_model_internal GTest::gmock GTest::gtest_main)
target_compile_definitions(docs_lists_tests PRIVATE HALFPIXEL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
gtest_discover_tests(docs_lists_tests PROPERTIES LABELS docs DISCOVERY_TIMEOUT 120)
