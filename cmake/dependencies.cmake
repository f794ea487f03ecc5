# SPDX-License-Identifier: MIT
# Outside libraries as targets: sawa_json everywhere, sawa_test_libraries in native builds.
include("${CMAKE_CURRENT_LIST_DIR}/find_toolchain.cmake")
sawa_find_toolchain(toolchain)
string(JSON nlohmann_include GET "${toolchain}" libraries nlohmannInclude)

add_library(sawa_json INTERFACE)
target_include_directories(sawa_json SYSTEM INTERFACE "${nlohmann_include}")
# Tests are compiled with exceptions and the engine without: both must see the same inline functions.
target_compile_definitions(sawa_json INTERFACE JSON_NOEXCEPTION)

function(sawa_add_test_libraries)
  string(JSON googletest_source GET "${toolchain}" libraries googletestSource)
  string(JSON rapidcheck_include GET "${toolchain}" libraries rapidcheckInclude)
  string(JSON rapidcheck_library GET "${toolchain}" libraries rapidcheckLibrary)

  find_package(Threads REQUIRED)
  add_library(sawa_googletest STATIC "${googletest_source}/googletest/src/gtest-all.cc"
                                     "${googletest_source}/googlemock/src/gmock-all.cc")
  target_include_directories(sawa_googletest PRIVATE "${googletest_source}/googletest" "${googletest_source}/googlemock")
  target_include_directories(sawa_googletest SYSTEM PUBLIC "${googletest_source}/googletest/include"
                                                           "${googletest_source}/googlemock/include")
  target_link_libraries(sawa_googletest PUBLIC Threads::Threads)

  add_library(sawa_googletest_main STATIC "${googletest_source}/googlemock/src/gmock_main.cc")
  target_link_libraries(sawa_googletest_main PUBLIC sawa_googletest)

  add_library(sawa_rapidcheck INTERFACE)
  target_include_directories(sawa_rapidcheck SYSTEM INTERFACE "${rapidcheck_include}")
  target_link_libraries(sawa_rapidcheck INTERFACE "${rapidcheck_library}")
endfunction()
