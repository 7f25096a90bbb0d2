# genkai_library(NAME [CONCURRENT] [DEPS target...]): the *.cc of this folder as the library genkai_NAME, its *_test.cc as the
# test program NAME_test, its *_fuzz.cc as one libFuzzer program each. Tests and fuzz targets stand beside their source.
# The target unit_tests builds all the former, fuzzers all the latter; ctest knows the unit tests by the label "unit"
# or "unit_concurrent".
# whole_tests builds all other tests. CONCURRENT marks what runs in more than one thread: concurrent_tests builds its tests, whose label is
# "unit_concurrent".
if(GENKAI_TESTS)
  add_custom_target(unit_tests)
  add_custom_target(concurrent_tests)
  add_custom_target(whole_tests)
endif()
if(GENKAI_FUZZ)
  add_custom_target(fuzzers)
endif()

add_library(genkai_flags INTERFACE)
target_include_directories(genkai_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(genkai_flags INTERFACE -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these in its own library at -O2.
  target_compile_options(genkai_flags INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
                                                -Wno-array-bounds -Wno-mismatched-new-delete)
endif()
if(GENKAI_SANITIZE)
  target_compile_options(genkai_flags INTERFACE -fsanitize=${GENKAI_SANITIZE} -fno-omit-frame-pointer)
  if(GENKAI_SANITIZE MATCHES "undefined")
    target_compile_options(genkai_flags INTERFACE -fno-sanitize-recover=undefined)
  endif()
  if(GENKAI_SANITIZE MATCHES "thread")
    target_compile_options(genkai_flags INTERFACE -Wno-tsan)  # Asio's fences, which g++ cannot model
  endif()
  target_link_options(genkai_flags INTERFACE -fsanitize=${GENKAI_SANITIZE})
endif()
if(GENKAI_FUZZ)
  target_compile_options(genkai_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined)
  target_link_options(genkai_flags INTERFACE -fsanitize=address,undefined)
endif()

# Sanitizer builds, which are compiled from nothing most often, parse the standard library (and GoogleTest) once: a quarter
# to a third less work. All other builds have no precompiled headers, so there a file without its own includes fails.
if(GENKAI_SANITIZE)
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cc "")
  target_compile_options(genkai_flags INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)  # for ccache
  foreach(headers library test)
    add_library(genkai_${headers}_headers OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
    target_link_libraries(genkai_${headers}_headers PRIVATE genkai_flags)
    target_precompile_headers(
      genkai_${headers}_headers
      PRIVATE <algorithm> <array> <atomic> <chrono> <cmath> <cstdint> <cstdio> <cstdlib> <cstring> <filesystem> <fstream>
              <functional> <limits> <map> <memory> <mutex> <numeric> <optional> <set> <span> <sstream> <string>
              <string_view> <thread> <tuple> <unordered_map> <unordered_set> <utility> <variant> <vector>)
  endforeach()
  if(GENKAI_TESTS)
    target_link_libraries(genkai_test_headers PRIVATE GTest::gtest GTest::gmock)
    target_precompile_headers(genkai_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  endif()
endif()

# genkai_precompile(TARGET library|test): the headers above, where they are.
function(genkai_precompile target headers)
  if(TARGET genkai_${headers}_headers)
    target_precompile_headers(${target} REUSE_FROM genkai_${headers}_headers)
  endif()
endfunction()

function(genkai_library name)
  cmake_parse_arguments(ARG "CONCURRENT" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc *.S)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cc)
  if(tests OR fuzzers)
    list(REMOVE_ITEM sources ${tests} ${fuzzers})
  endif()
  if(sources)
    add_library(genkai_${name} STATIC ${sources})
    target_link_libraries(genkai_${name} PUBLIC genkai_flags ${ARG_DEPS})
    genkai_precompile(genkai_${name} library)
  else()
    add_library(genkai_${name} INTERFACE)
    target_link_libraries(genkai_${name} INTERFACE genkai_flags ${ARG_DEPS})
  endif()
  if(GENKAI_TESTS AND tests)
    set(labels unit)
    if(ARG_CONCURRENT)
      list(APPEND labels concurrent)
    endif()
    genkai_test(${name}_test SOURCES ${tests} DEPS genkai_${name} LABELS ${labels})
  endif()
  if(GENKAI_FUZZ)
    foreach(fuzzer ${fuzzers})
      get_filename_component(program ${fuzzer} NAME_WE)
      add_executable(${program} ${fuzzer})
      target_link_libraries(${program} PRIVATE genkai_${name})
      target_link_options(${program} PRIVATE -fsanitize=fuzzer)
      add_dependencies(fuzzers ${program})
    endforeach()
  endif()
endfunction()

# genkai_test(NAME SOURCES file... DEPS target... [LABELS label...]): one GoogleTest program, each of its tests known to
# ctest. Labels: unit, concurrent; "whole" without any.
function(genkai_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS whole)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gtest_main GTest::gmock)
  genkai_precompile(${name} test)
  list(JOIN ARG_LABELS "_" label)  # one word: gtest_discover_tests keeps only the first of a list
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600 LABELS ${label})
  foreach(label ${ARG_LABELS})
    add_dependencies(${label}_tests ${name})
  endforeach()
endfunction()
