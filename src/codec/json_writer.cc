// SPDX-License-Identifier: MIT
#include "codec/json_writer.h"

#include <utility>

#include "base/integer_text.h"

namespace sawa {

void JsonObject::Key(std::string_view key) {
  if (text_.size() > 1) {
    text_ += ',';
  }
  AppendJsonString(text_, key);
  text_ += ':';
}

JsonObject& JsonObject::Text(std::string_view key, std::string_view text) {
  Key(key);
  AppendJsonString(text_, text);
  return *this;
}

JsonObject& JsonObject::Number(std::string_view key, std::int64_t number) { return Raw(key, IntegerText(number)); }

JsonObject& JsonObject::Flag(std::string_view key, bool flag) { return Raw(key, flag ? "true" : "false"); }

JsonObject& JsonObject::Raw(std::string_view key, std::string_view json) {
  Key(key);
  text_ += json;
  return *this;
}

JsonObject& JsonObject::TextOrNull(std::string_view key, std::string_view text) {
  return text.empty() ? Raw(key, "null") : Text(key, text);
}

std::string JsonObject::Take() {
  text_ += '}';
  return std::exchange(text_, "{");
}

JsonArray& JsonArray::Text(std::string_view text) {
  if (text_.size() > 1) {
    text_ += ',';
  }
  AppendJsonString(text_, text);
  return *this;
}

JsonArray& JsonArray::Raw(std::string_view json) {
  if (text_.size() > 1) {
    text_ += ',';
  }
  text_ += json;
  return *this;
}

std::string JsonArray::Take() {
  text_ += ']';
  return std::exchange(text_, "[");
}

}  // namespace sawa
