# SPDX-License-Identifier: MIT
# Asks tools/emscripten.mjs where the C++ libraries, and with EMSCRIPTEN also Emscripten, are; it fetches them if need be.
# The answer is JSON in the given variable.
function(sawa_find_toolchain output)
  cmake_parse_arguments(PARSE_ARGV 1 ask "EMSCRIPTEN" "" "")
  find_program(SAWA_NODE node REQUIRED)
  set(arguments)
  if(NOT ask_EMSCRIPTEN)
    set(arguments --libraries)
  endif()
  execute_process(
    COMMAND "${SAWA_NODE}" "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../tools/emscripten.mjs" ${arguments}
    OUTPUT_VARIABLE answer
    RESULT_VARIABLE exit_code)
  if(NOT exit_code EQUAL 0)
    message(FATAL_ERROR "tools/emscripten.mjs failed: see above")
  endif()
  set(${output} "${answer}" PARENT_SCOPE)
endfunction()
