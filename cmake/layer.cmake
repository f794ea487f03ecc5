# SPDX-License-Identifier: MIT
# How our own code is compiled, and the function that declares one layer.

add_library(sawa_options INTERFACE)
target_compile_options(sawa_options INTERFACE -Wall -Wextra -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 reports this for its own std::string when it optimises (GCC bug 105651).
  target_compile_options(sawa_options INTERFACE -Wno-restrict)
endif()

add_library(sawa_engine_options INTERFACE)
target_link_libraries(sawa_engine_options INTERFACE sawa_options)
target_compile_options(sawa_engine_options INTERFACE -fno-exceptions)
if(EMSCRIPTEN)
  # Native builds keep RTTI: UBSan's vptr check and test doubles derived from our interfaces need it.
  target_compile_options(sawa_engine_options INTERFACE -fno-rtti -fno-threadsafe-statics)
  target_compile_definitions(sawa_engine_options INTERFACE EMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0)
endif()

if(SAWA_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(SAWA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# sawa_layer(codec DEPENDS model LIBRARIES sawa_json) makes the library sawa_codec of all *.cc files in this folder.
# What it depends on is public: a layer passes on what lies below it, and nothing else can be linked.
function(sawa_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "DEPENDS;LIBRARIES")
  list(TRANSFORM layer_DEPENDS PREPEND sawa_)
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  if(sources)
    add_library(sawa_${name} STATIC ${sources})
    target_link_libraries(sawa_${name} PUBLIC ${layer_DEPENDS} ${layer_LIBRARIES} PRIVATE sawa_engine_options)
    target_include_directories(sawa_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  else()
    add_library(sawa_${name} INTERFACE)
    target_link_libraries(sawa_${name} INTERFACE ${layer_DEPENDS} ${layer_LIBRARIES})
    target_include_directories(sawa_${name} INTERFACE "${PROJECT_SOURCE_DIR}/src")
  endif()
endfunction()
