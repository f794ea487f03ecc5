// SPDX-License-Identifier: MIT
// Time and randomness that a test rules. Needs: base.
#pragma once

#include <cstdint>
#include <span>

#include "base/clock.h"

namespace sawa::test {

inline constexpr std::int64_t kStartMs = 1'790'000'000'000;

class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t now_ms = kStartMs) : now_ms_(now_ms) {}

  std::int64_t NowMs() override { return now_ms_; }
  void Set(std::int64_t now_ms) { now_ms_ = now_ms; }
  void Advance(std::int64_t by_ms) { now_ms_ += by_ms; }

 private:
  std::int64_t now_ms_;
};

// SplitMix64: the same bytes for the same seed on every machine.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}

  void Fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(Next() >> 56);
    }
  }

  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
  }

  std::uint64_t Below(std::uint64_t bound) { return Next() % bound; }

 private:
  std::uint64_t state_;
};

// Gives the same byte for ever: the ends of what randomness can do.
class ConstantRandom final : public Random {
 public:
  explicit ConstantRandom(std::uint8_t byte) : byte_(byte) {}
  void Fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) {
      byte = byte_;
    }
  }

 private:
  std::uint8_t byte_;
};

}  // namespace sawa::test
