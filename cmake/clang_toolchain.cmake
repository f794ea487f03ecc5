# SPDX-License-Identifier: MIT
# CMake toolchain that prefers clang (19 or newer: older ones cannot compile std::expected) and else leaves the default.
find_program(SAWA_CLANG NAMES clang++-19 clang++-20 clang++-21 clang++-22)
if(SAWA_CLANG)
  set(CMAKE_CXX_COMPILER "${SAWA_CLANG}")
endif()
