// SPDX-License-Identifier: MIT
#include "model/value.h"

#include <algorithm>

#include "base/double_text.h"
#include "base/integer_text.h"

namespace sawa {
namespace {

struct CanonicalTextOf {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return IntegerText(value); }
  std::string operator()(double value) const { return DoubleText(value); }
  std::string operator()(const std::string& value) const {
    std::string out;
    AppendJsonString(out, value);
    return out;
  }
  std::string operator()(const JsonText& value) const { return value.text; }
};

}  // namespace

std::string CanonicalText(const Value& value) { return std::visit(CanonicalTextOf{}, value); }

int NestingOf(std::string_view json) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t index = 0; index < json.size(); ++index) {
    const char character = json[index];
    if (in_string) {
      index += character == '\\' ? 1 : 0;
      in_string = character != '"';
    } else if (character == '"') {
      in_string = true;
    } else if (character == '[' || character == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (character == ']' || character == '}') {
      --depth;
    }
  }
  return deepest;
}

void AppendJsonString(std::string& out, std::string_view text) {
  static constexpr std::string_view kHexDigits = "0123456789abcdef";
  out.push_back('"');
  for (const char character : text) {
    switch (character) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(character) < 0x20) {
          out += "\\u00";
          out.push_back(kHexDigits[static_cast<unsigned char>(character) >> 4]);
          out.push_back(kHexDigits[static_cast<unsigned char>(character) & 0x0F]);
        } else {
          out.push_back(character);
        }
    }
  }
  out.push_back('"');
}

}  // namespace sawa
