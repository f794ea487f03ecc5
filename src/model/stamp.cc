// SPDX-License-Identifier: MIT
#include "model/stamp.h"

#include <algorithm>

namespace sawa {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::size_t kPartLength = 16;

void AppendHex(std::string& out, std::uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4) {
    out.push_back(kHexDigits[(number >> shift) & 0x0FU]);
  }
}

std::optional<std::uint64_t> ParseHex(std::string_view text) {
  std::uint64_t number = 0;
  for (const char character : text) {
    const std::size_t digit = kHexDigits.find(character);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    number = (number << 4) | digit;
  }
  return number;
}

}  // namespace

std::string StampText(const Stamp& stamp) {
  std::string text;
  text.reserve(2 * kPartLength + 1);
  AppendHex(text, stamp.time);
  text.push_back('-');
  AppendHex(text, stamp.node);
  return text;
}

std::optional<Stamp> ParseStamp(std::string_view text) {
  if (text.size() != 2 * kPartLength + 1 || text[kPartLength] != '-') {
    return std::nullopt;
  }
  const auto time = ParseHex(text.substr(0, kPartLength));
  const auto node = ParseHex(text.substr(kPartLength + 1));
  if (!time || !node) {
    return std::nullopt;
  }
  return Stamp{*time, *node};
}

Stamp StampClock::Next() {
  const std::uint64_t wall = static_cast<std::uint64_t>(std::max<std::int64_t>(clock_.NowMs(), 0)) << 16;
  last_ = std::max(wall, last_ + 1);
  return {last_, node_};
}

void StampClock::Observe(const Stamp& stamp) {
  const std::int64_t furthest_ms = std::max<std::int64_t>(clock_.NowMs(), 0) + kClockLeadMsMax;
  last_ = std::max(last_, std::min(stamp.time, static_cast<std::uint64_t>(furthest_ms) << 16));
}

}  // namespace sawa
