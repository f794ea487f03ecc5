// SPDX-License-Identifier: MIT
#include "base/double_text.h"

#ifndef __EMSCRIPTEN__
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace sawa {
namespace {

constexpr int kPlainDigitsMax = 21;
constexpr int kPlainZerosMax = 6;

// `digits` with the decimal point after the first `point` of them.
std::string PlacePoint(std::string digits, int point) {
  const auto count = static_cast<int>(digits.size());
  if (count <= point && point <= kPlainDigitsMax) {
    return digits + std::string(static_cast<std::size_t>(point - count), '0');
  }
  if (0 < point && point <= kPlainDigitsMax) {
    return digits.insert(static_cast<std::size_t>(point), ".");
  }
  if (-kPlainZerosMax < point && point <= 0) {
    return "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  }
  const int exponent = point - 1;
  const std::string tail = (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
  return (count > 1 ? digits.insert(1, ".") : digits) + tail;
}

}  // namespace

std::string DoubleText(double number) {
  if (number == 0) {
    return "0";
  }
  std::array<char, 32> buffer{};
  char* const begin = buffer.data();
  const char* const end =
      std::to_chars(begin, begin + buffer.size(), std::abs(number), std::chars_format::scientific).ptr;
  const std::string text(static_cast<const char*>(begin), end);
  const std::size_t mark = text.find('e');
  std::string digits = text.substr(0, mark);
  std::erase(digits, '.');
  return (number < 0 ? "-" : "") + PlacePoint(std::move(digits), std::atoi(text.c_str() + mark + 1) + 1);
}

}  // namespace sawa
#endif
