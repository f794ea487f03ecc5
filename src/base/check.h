// SPDX-License-Identifier: MIT
// A broken invariant is a defect of Sawa, never of its input: the engine stops rather than work on wrong state.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace sawa {

// Called with the reason just before the engine stops; the platform may replace it (the browser has no stderr).
using CheckHandler = void (*)(const char* reason);
CheckHandler& FailedCheckHandler();

[[noreturn]] inline void FailCheck(const char* reason) {
  FailedCheckHandler()(reason);
  std::abort();
}

}  // namespace sawa

#define SAWA_CHECK(condition, reason) \
  do {                                \
    if (!(condition)) {               \
      ::sawa::FailCheck(reason);      \
    }                                 \
  } while (false)
