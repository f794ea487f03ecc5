// SPDX-License-Identifier: MIT
#include "base/uuid.h"

#include <array>

namespace sawa {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool IsDashPosition(std::size_t index) { return index == 8 || index == 13 || index == 18 || index == 23; }

}  // namespace

std::string MakeUuid(Clock& clock, Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.Fill(bytes);
  const auto time_ms = static_cast<std::uint64_t>(clock.NowMs());
  for (std::size_t index = 0; index < 6; ++index) {
    bytes.at(index) = static_cast<std::uint8_t>(time_ms >> (40 - 8 * index));
  }
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x70U);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
  std::string text;
  text.reserve(36);
  for (const std::uint8_t byte : bytes) {
    if (IsDashPosition(text.size())) {
      text.push_back('-');
    }
    text.push_back(kHexDigits[byte >> 4]);
    text.push_back(kHexDigits[byte & 0x0FU]);
  }
  return text;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) {
    return false;
  }
  for (std::size_t index = 0; index < text.size(); ++index) {
    const bool fits = IsDashPosition(index) ? text[index] == '-' : kHexDigits.contains(text[index]);
    if (!fits) {
      return false;
    }
  }
  return true;
}

}  // namespace sawa
