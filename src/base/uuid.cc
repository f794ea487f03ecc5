// SPDX-License-Identifier: MIT
#include "base/uuid.h"

#include <array>

namespace sawa {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool IsDashPosition(std::size_t index) { return index == 8 || index == 13 || index == 18 || index == 23; }

int NibbleOf(char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; }

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
  return UuidText({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string UuidText(std::string_view bytes) {
  std::string text;
  text.reserve(36);
  for (const char byte : bytes) {
    if (IsDashPosition(text.size())) {
      text.push_back('-');
    }
    text.push_back(kHexDigits[static_cast<std::uint8_t>(byte) >> 4]);
    text.push_back(kHexDigits[static_cast<std::uint8_t>(byte) & 0x0FU]);
  }
  return text;
}

std::optional<std::string> PackUuid(std::string_view text) {
  if (!IsUuid(text)) {
    return std::nullopt;
  }
  std::string bytes;
  bytes.reserve(16);
  for (std::size_t index = 0; index < text.size(); index += 2) {
    if (text[index] == '-') {
      ++index;
    }
    bytes.push_back(static_cast<char>(NibbleOf(text[index]) << 4 | NibbleOf(text[index + 1])));
  }
  return bytes;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) {
    return false;
  }
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char character = text[index];
    const bool digit = (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    const bool fits = IsDashPosition(index) ? character == '-' : digit;
    if (!fits) {
      return false;
    }
  }
  return true;
}

}  // namespace sawa
