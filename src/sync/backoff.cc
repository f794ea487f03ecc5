// SPDX-License-Identifier: MIT
#include "sync/backoff.h"

#include <algorithm>
#include <array>

namespace sawa {
namespace {

constexpr std::int64_t kFirstDelayMs = 1000;
constexpr std::int64_t kDelayMsMax = 5 * 60 * 1000;
constexpr int kDoublingsMax = 9;

}  // namespace

std::int64_t Backoff::NextDelayMs(std::int64_t at_least_ms) {
  const std::int64_t longest = std::min(kFirstDelayMs << std::min(failures_, kDoublingsMax), kDelayMsMax);
  failures_ = std::min(failures_ + 1, kDoublingsMax);
  std::array<std::uint8_t, 2> bytes{};
  random_.Fill(bytes);
  const std::int64_t part = bytes[0] * 256 + bytes[1];
  return std::max(at_least_ms, longest / 2 + (longest / 2) * part / 65535);
}

}  // namespace sawa
