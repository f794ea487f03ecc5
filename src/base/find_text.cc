// SPDX-License-Identifier: MIT
#include "base/find_text.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace sawa {
namespace {

constexpr std::uint64_t kLowBits = 0x0101010101010101;
constexpr std::uint64_t kHighBits = 0x8080808080808080;

std::uint64_t EightOf(char character) { return kLowBits * static_cast<std::uint8_t>(character); }

std::uint64_t EightAt(const char* position) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, position, sizeof bytes);
  return bytes;
}

}  // namespace

// Eight places at a time are compared with the first byte of `part` and with its last one, inside of one integer: a byte of
// zeros tells a place where both agree, or one behind such a place. Little-endian, as WebAssembly is.
// Source: W. Muła, "SIMD-friendly algorithms for substring searching" (generic SIMD, in a register of 64 bits).
std::size_t FindText(std::string_view text, std::string_view part) {
  static_assert(std::endian::native == std::endian::little);
  if (part.empty() || text.size() < part.size()) {
    return part.empty() ? 0 : std::string_view::npos;
  }
  const std::uint64_t first = EightOf(part.front());
  const std::uint64_t last = EightOf(part.back());
  const char* const data = text.data();
  const std::size_t places = text.size() - part.size() + 1;
  std::size_t place = 0;
  for (; place + sizeof first <= places; place += sizeof first) {
    const std::uint64_t differences =
        (EightAt(data + place) ^ first) | (EightAt(data + place + part.size() - 1) ^ last);
    std::uint64_t zeros = (differences - kLowBits) & ~differences & kHighBits;
    for (; zeros != 0; zeros &= zeros - 1) {
      const std::size_t candidate = place + static_cast<std::size_t>(std::countr_zero(zeros)) / 8;
      if (std::memcmp(data + candidate, part.data(), part.size()) == 0) {
        return candidate;
      }
    }
  }
  return text.find(part, place);
}

}  // namespace sawa
