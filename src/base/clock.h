// SPDX-License-Identifier: MIT
// Time and randomness come in from outside, so that a simulator can rule them.
// Layer: base.
#pragma once

#include <cstdint>
#include <span>

namespace sawa {

class Clock {
 public:
  virtual ~Clock() = default;
  // Unix time in milliseconds. It may jump in either direction: nothing may rely on its order.
  virtual std::int64_t NowMs() = 0;
};

class Random {
 public:
  virtual ~Random() = default;
  // Fills `bytes`; unpredictable in production, seeded in tests.
  virtual void Fill(std::span<std::uint8_t> bytes) = 0;
};

}  // namespace sawa
