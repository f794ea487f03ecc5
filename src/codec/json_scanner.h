// SPDX-License-Identifier: MIT
// Reads JSON (RFC 8259) from bytes, strictly: UTF-8 is checked, and what is not JSON is refused where it begins to differ.
// Layer: codec.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/value.h"

namespace sawa {

// What nests deeper is refused.
inline constexpr int kJsonDepthMax = 32;

class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : rest_(text) {}

  // The next character that is not white space; 0 at the end.
  char Peek();
  // Takes that character if it is this one.
  bool Take(char character);
  bool TakeWord(std::string_view word);
  // Each false where there is no such thing, or a malformed one; `out` may be null.
  bool ReadString(std::string* out);
  bool ReadNumber(Value* out);
  // Steps over a value of any kind.
  bool SkipValue();
  // What has not been read yet.
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] bool AtEnd() { return Peek() == '\0' && rest_.empty(); }

 private:
  bool ReadEscape(std::string* out);
  bool SkipContainer();
  std::optional<std::uint32_t> ReadHex();
  static bool NumberOf(std::string_view digits, bool integer, Value* out);
  void Append(std::string* out, std::size_t length);
  [[nodiscard]] std::size_t CountDigits(std::size_t from) const;

  std::string_view rest_;
  int depth_ = 0;
};

}  // namespace sawa
