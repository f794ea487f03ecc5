// SPDX-License-Identifier: MIT
#include "codec/json_scanner.h"

#include <cmath>
#include <cstdlib>

namespace sawa {
namespace {

bool IsDigit(char character) { return character >= '0' && character <= '9'; }

bool AppendUtf8(std::string* text, std::uint32_t code_point) {
  if (text == nullptr) {
    return true;
  }
  std::string& out = *text;
  const auto tail = [&](int shift) { out.push_back(static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU))); };
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xC0U | code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | code_point >> 12));
    tail(6);
    tail(0);
  } else {
    out.push_back(static_cast<char>(0xF0U | code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
  return true;
}

// How many bytes the UTF-8 sequence at the beginning of `text` has; 0 if it is none (Unicode, table 3-7).
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t index) {
    return index < text.size() ? static_cast<std::uint8_t>(text[index]) : std::uint8_t{0};
  };
  const auto continues = [&](std::size_t index) { return (byte(index) & 0xC0U) == 0x80; };
  const std::uint8_t first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return continues(1) ? 2 : 0;
  }
  if ((first & 0xF0U) == 0xE0) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

// Of text that is a JSON number without fraction or exponent; nullopt if it is too large to be exact.
std::optional<std::int64_t> ExactInteger(std::string_view digits) {
  const bool negative = digits.front() == '-';
  std::int64_t value = 0;
  for (const char digit : digits.substr(negative ? 1 : 0)) {
    value = value * 10 + (digit - '0');
    if (value > kIntegerMax) {
      return std::nullopt;
    }
  }
  return negative ? -value : value;
}

}  // namespace

char JsonScanner::Peek() {
  while (!rest_.empty() && (rest_.front() == ' ' || (rest_.front() >= '\t' && rest_.front() <= '\r' &&
                                                     rest_.front() != '\v' && rest_.front() != '\f'))) {
    rest_.remove_prefix(1);
  }
  return rest_.empty() ? '\0' : rest_.front();
}

bool JsonScanner::Take(char character) {
  if (Peek() != character || rest_.empty()) {
    return false;
  }
  rest_.remove_prefix(1);
  return true;
}

bool JsonScanner::TakeWord(std::string_view word) {
  Peek();
  if (!rest_.starts_with(word)) {
    return false;
  }
  rest_.remove_prefix(word.size());
  return true;
}

bool JsonScanner::ReadString(std::string* out) {
  if (out != nullptr) {
    out->clear();
  }
  if (!Take('"')) {
    return false;
  }
  while (!rest_.empty()) {
    std::size_t plain = 0;
    while (plain < rest_.size() && rest_[plain] != '"' && rest_[plain] != '\\' &&
           static_cast<std::uint8_t>(rest_[plain]) >= 0x20 && static_cast<std::uint8_t>(rest_[plain]) < 0x80) {
      ++plain;
    }
    Append(out, plain);
    if (rest_.empty() || static_cast<std::uint8_t>(rest_.front()) < 0x20) {
      return false;
    }
    if (Take('"')) {
      return true;
    }
    if (rest_.front() == '\\') {
      rest_.remove_prefix(1);
      if (!ReadEscape(out)) {
        return false;
      }
      continue;
    }
    const std::size_t length = SequenceLength(rest_);
    if (length == 0) {
      return false;
    }
    Append(out, length);
  }
  return false;
}

bool JsonScanner::ReadEscape(std::string* out) {
  static constexpr std::string_view kNames = "\"\\/bfnrt";
  static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (rest_.empty()) {
    return false;
  }
  const char name = rest_.front();
  rest_.remove_prefix(1);
  if (const auto position = kNames.find(name); position != std::string_view::npos) {
    if (out != nullptr) {
      out->push_back(kMeanings[position]);
    }
    return true;
  }
  const auto first = name == 'u' ? ReadHex() : std::nullopt;
  if (!first || (*first >= 0xDC00 && *first <= 0xDFFF)) {
    return false;
  }
  if (*first < 0xD800 || *first > 0xDBFF) {
    return AppendUtf8(out, *first);
  }
  if (!rest_.starts_with("\\u")) {
    return false;
  }
  rest_.remove_prefix(2);
  const auto second = ReadHex();
  if (!second || *second < 0xDC00 || *second > 0xDFFF) {
    return false;
  }
  return AppendUtf8(out, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
}

std::optional<std::uint32_t> JsonScanner::ReadHex() {
  if (rest_.size() < 4) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  for (const char character : rest_.substr(0, 4)) {
    const char lower = static_cast<char>(character | 0x20);
    if (!IsDigit(character) && (lower < 'a' || lower > 'f')) {
      return std::nullopt;
    }
    value = value << 4 | static_cast<std::uint32_t>(IsDigit(character) ? character - '0' : lower - 'a' + 10);
  }
  rest_.remove_prefix(4);
  return value;
}

std::size_t JsonScanner::CountDigits(std::size_t from) const {
  std::size_t count = 0;
  while (from + count < rest_.size() && IsDigit(rest_[from + count])) {
    ++count;
  }
  return count;
}

bool JsonScanner::ReadNumber(Value* out) {
  std::size_t length = Peek() == '-' ? 1 : 0;
  const std::size_t whole = CountDigits(length);
  if (whole == 0 || (whole > 1 && rest_[length] == '0')) {
    return false;
  }
  length += whole;
  bool integer = true;
  if (length < rest_.size() && rest_[length] == '.') {
    const std::size_t digits = CountDigits(length + 1);
    if (digits == 0) {
      return false;
    }
    length += 1 + digits;
    integer = false;
  }
  if (length < rest_.size() && (rest_[length] == 'e' || rest_[length] == 'E')) {
    std::size_t exponent = length + 1;
    exponent += exponent < rest_.size() && (rest_[exponent] == '+' || rest_[exponent] == '-') ? 1 : 0;
    const std::size_t digits = CountDigits(exponent);
    if (digits == 0) {
      return false;
    }
    length = exponent + digits;
    integer = false;
  }
  const std::string_view digits = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return NumberOf(digits, integer, out);
}

bool JsonScanner::NumberOf(std::string_view digits, bool integer, Value* out) {
  if (const auto exact = integer ? ExactInteger(digits) : std::nullopt; exact) {
    if (out != nullptr) {
      *out = *exact;
    }
    return true;
  }
  const double number = std::strtod(std::string(digits).c_str(), nullptr);
  // 3.0 and 3 are one number in JavaScript.
  const bool exact = std::abs(number) <= static_cast<double>(kIntegerMax) && number == std::trunc(number);
  if (out != nullptr) {
    *out = exact ? Value{static_cast<std::int64_t>(number)} : Value{number};
  }
  return std::isfinite(number);
}

void JsonScanner::Append(std::string* out, std::size_t length) {
  if (out != nullptr) {
    out->append(rest_.substr(0, length));
  }
  rest_.remove_prefix(length);
}

bool JsonScanner::SkipValue() {
  switch (Peek()) {
    case '{':
    case '[':
      return SkipContainer();
    case '"':
      return ReadString(nullptr);
    case 'n':
      return TakeWord("null");
    case 't':
      return TakeWord("true");
    case 'f':
      return TakeWord("false");
    default:
      return ReadNumber(nullptr);
  }
}

bool JsonScanner::SkipContainer() {
  const bool object = Take('{');
  const char end = object ? '}' : ']';
  if (!object) {
    Take('[');
  }
  if (depth_ == kJsonDepthMax) {
    return false;
  }
  if (Take(end)) {
    return true;
  }
  ++depth_;
  do {
    if ((object && (!ReadString(nullptr) || !Take(':'))) || !SkipValue()) {
      return false;
    }
  } while (Take(','));
  --depth_;
  return Take(end);
}

}  // namespace sawa
