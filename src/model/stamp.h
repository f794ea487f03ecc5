// SPDX-License-Identifier: MIT
// Stamps: hybrid logical clock time, the order of edits. After Kulkarni et al., "Logical Physical Clocks" (2014).
// Layer: model.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace sawa {

// Orders as its text does. The default stamp is smaller than any real one and stands for "never".
struct Stamp {
  std::uint64_t time = 0;  // 48 bits of Unix milliseconds, 16 bits of counter.
  std::uint64_t node = 0;  // Who made it; 0 is the server.

  auto operator<=>(const Stamp&) const = default;
};

// 16 hex digits of time, '-', 16 hex digits of node.
[[nodiscard]] std::string StampText(const Stamp& stamp);
[[nodiscard]] std::optional<Stamp> ParseStamp(std::string_view text);

// Makes the stamps of one node: each greater than every one it made or observed before, whatever the wall clock does.
inline constexpr std::int64_t kClockLeadMsMax = std::int64_t{24} * 3600 * 1000;

class StampClock {
 public:
  StampClock(Clock& clock, std::uint64_t node, std::uint64_t last_time)
      : clock_(clock), node_(node), last_(last_time) {}

  Stamp Next();
  // Later stamps will be greater than `stamp`. A time too far ahead of the wall clock counts as the furthest that is
  // believed: one wrong clock in the shop must not take all others with it.
  void Observe(const Stamp& stamp);

  // Later stamps will be greater than what another context of this node has made and stored.
  void GoOnFrom(std::uint64_t last_time) { last_ = std::max(last_, last_time); }

  // To be stored, and handed to the constructor the next time.
  [[nodiscard]] std::uint64_t last_time() const { return last_; }

 private:
  Clock& clock_;
  std::uint64_t node_;
  std::uint64_t last_;
};

}  // namespace sawa
