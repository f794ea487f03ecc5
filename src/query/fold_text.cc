// SPDX-License-Identifier: MIT
#include "query/fold_text.h"

#include <cstdint>

namespace sawa {
namespace {

constexpr std::uint32_t kFirst = 0xC0;
constexpr std::uint32_t kLast = 0x17F;

// The base letter of each code point from U+00C0 to U+017F; '.' where there is none.
constexpr std::string_view kBaseLetters =
    "aaaaaaaceeeeiiiidnooooo.ouuuuy.saaaaaaaceeeeiiiidnooooo.ouuuuy.y"   // U+00C0
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll"   // U+0100
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";  // U+0140
static_assert(kBaseLetters.size() == kLast - kFirst + 1);

}  // namespace

std::string FoldText(std::string_view text) {
  std::string folded(text);
  std::size_t length = 0;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const auto byte = static_cast<std::uint8_t>(text[index]);
    char letter = text[index];
    if (byte >= 'A' && byte <= 'Z') {
      letter = static_cast<char>(byte + ('a' - 'A'));
    } else if (byte >= 0xC3 && byte <= 0xC5 && index + 1 < text.size()) {
      // Two-byte UTF-8 sequences from C3 80 to C5 BF are the code points of the table.
      const auto next = static_cast<std::uint8_t>(text[index + 1]);
      const std::uint32_t code_point = (static_cast<std::uint32_t>(byte & 0x1FU) << 6) | (next & 0x3FU);
      if (code_point >= kFirst && code_point <= kLast && kBaseLetters[code_point - kFirst] != '.') {
        letter = kBaseLetters[code_point - kFirst];
        ++index;
      }
    }
    folded[length++] = letter;
  }
  folded.resize(length);
  return folded;
}

}  // namespace sawa
