# SPDX-License-Identifier: MIT
# cmake -DFIRST=... -DSECOND=... -P same_file.cmake  fails unless both files have the same bytes.
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${FIRST}" "${SECOND}" RESULT_VARIABLE differ)
if(differ)
  # A source that changed between the two links is the usual reason; both must then be linked again.
  file(REMOVE "${FIRST}" "${SECOND}")
  message(FATAL_ERROR "The two glues do not share one sawa.wasm. If a source changed while it was built, build again.")
endif()
