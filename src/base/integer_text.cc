// SPDX-License-Identifier: MIT
#include "base/integer_text.h"

#include <algorithm>

namespace sawa {

std::string IntegerText(std::int64_t number) {
  // The magnitude of the least number is none of its own type's.
  std::uint64_t rest = number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
  std::string text;
  do {
    text.push_back(static_cast<char>('0' + rest % 10));
    rest /= 10;
  } while (rest > 0);
  if (number < 0) {
    text.push_back('-');
  }
  std::ranges::reverse(text);
  return text;
}

}  // namespace sawa
