# SPDX-License-Identifier: MIT
# CMake toolchain of the wasm presets: finds Emscripten by itself, so that `cmake --preset wasm-release` is enough.
include("${CMAKE_CURRENT_LIST_DIR}/find_toolchain.cmake")
sawa_find_toolchain(toolchain EMSCRIPTEN)
string(JSON emscripten_toolchain GET "${toolchain}" emscripten cmakeToolchain)
include("${emscripten_toolchain}")
