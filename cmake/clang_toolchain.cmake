# SPDX-License-Identifier: MIT
# CMake toolchain for clang 19 or newer: older ones cannot compile std::expected, and GCC 12 miscompiles coroutines.
find_program(SAWA_CLANG NAMES clang++-19 clang++-20 clang++-21 clang++-22 clang++ REQUIRED)
set(CMAKE_CXX_COMPILER "${SAWA_CLANG}")
