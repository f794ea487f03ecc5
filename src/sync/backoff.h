// SPDX-License-Identifier: MIT
// When to try again. Layer: sync.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace sawa {

// Waits grow from one second to five minutes with each failure in a row, and each is drawn evenly from half of its length
// to all of it, so that the tills of a shop do not come back at the same moment. There is no last attempt.
class Backoff {
 public:
  explicit Backoff(Random& random) : random_(random) {}

  void Succeeded() { failures_ = 0; }

  // Counts a failure. `at_least_ms` is what the server asked for, or 0.
  std::int64_t NextDelayMs(std::int64_t at_least_ms);

 private:
  Random& random_;
  int failures_ = 0;
};

}  // namespace sawa
