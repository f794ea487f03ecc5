# SPDX-License-Identifier: MIT
# Copies of engine sources with texts replaced. A text that is not there any more, or is there more than once, stops the
# configuration: a planted defect never goes away unnoticed.

# sawa_mutate(OUT_VARIABLE copy_name folder/file.cc FROM TO [FROM TO ...]) writes the copy; in texts, <semicolon> is one.
function(sawa_mutate out name source)
  set(path "${PROJECT_SOURCE_DIR}/src/${source}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  file(READ "${path}" text)
  math(EXPR last "${ARGC} - 1")
  foreach(index RANGE 3 ${last} 2)
    math(EXPR next "${index} + 1")
    string(REPLACE "<semicolon>" ";" from "${ARGV${index}}")
    string(REPLACE "<semicolon>" ";" to "${ARGV${next}}")
    string(FIND "${text}" "${from}" first)
    string(FIND "${text}" "${from}" again REVERSE)
    if(first EQUAL -1 OR NOT first EQUAL again)
      message(FATAL_ERROR "${name}: src/${source} must contain exactly once: ${from}")
    endif()
    string(REPLACE "${from}" "${to}" text "${text}")
  endforeach()
  set(copy "${CMAKE_CURRENT_BINARY_DIR}/copies/${name}/${source}")
  file(CONFIGURE OUTPUT "${copy}" CONTENT "@text@" @ONLY)
  set(${out} "${copy}" PARENT_SCOPE)
endfunction()

# What takes long to happen in a shop happens soon here: the log is folded after 12 entries, pages hold a few records, and
# the cache holds a few pages.
set(SAWA_TUNED storage/tables.cc storage/page_writer.cc storage/page_cache.cc)
set(SAWA_TUNED_storage/tables.cc "kLogLengthMax = 512" "kLogLengthMax = 12")
set(SAWA_TUNED_storage/page_writer.cc "kPageBytes = 256 * 1024" "kPageBytes = 512")
set(SAWA_TUNED_storage/page_cache.cc "unpinned_byte_count_ > budget_bytes_" "unpinned_byte_count_ > budget_bytes_ / 4096")

foreach(source IN LISTS SAWA_TUNED)
  sawa_mutate(copy tuned ${source} ${SAWA_TUNED_${source}})
  string(MAKE_C_IDENTIFIER "sawa_sim_${source}" library)
  add_library(${library} OBJECT "${copy}")
  target_link_libraries(${library} PRIVATE sawa_engine sawa_engine_options)
endforeach()

# sawa_sim_program(name [folder/file.cc FROM TO ...]) makes a simulator of an engine in which this source is replaced.
function(sawa_sim_program name)
  add_executable(${name})
  target_link_libraries(${name} PRIVATE sawa_sim_world sawa_engine)
  # Objects come first, so that nothing asks the engine's libraries for their own.
  foreach(source IN LISTS SAWA_TUNED)
    if(NOT source STREQUAL "${ARGV1}")
      string(MAKE_C_IDENTIFIER "sawa_sim_${source}" library)
      target_link_libraries(${name} PRIVATE ${library})
    endif()
  endforeach()
  if(ARGC GREATER 1)
    sawa_mutate(copy ${name} ${ARGN} ${SAWA_TUNED_${ARGV1}})
    target_sources(${name} PRIVATE "${copy}")
    target_link_libraries(${name} PRIVATE sawa_engine_options)
  endif()
endfunction()

# A program with a planted defect, and the test that it is found.
function(sawa_sim_mutant name)
  sawa_sim_program(sawa_sim_${name} ${ARGN})
  add_test(NAME sim/finds_${name} COMMAND sawa_sim_${name} --fault ${name} --seeds ${SAWA_SEEDS_TO_FIND} --expect-violation)
  add_dependencies(sawa_sim_programs sawa_sim_${name})
endfunction()
