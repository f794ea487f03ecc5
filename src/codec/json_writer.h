// SPDX-License-Identifier: MIT
// Writes JSON text piece by piece: a fraction of the code that building a tree takes. Layer: codec.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/value.h"

namespace sawa {

// Usage: JsonObject().Text("name", name).Number("count", 3).Take()
class JsonObject {
 public:
  JsonObject& Text(std::string_view key, std::string_view text);
  JsonObject& Number(std::string_view key, std::int64_t number);
  JsonObject& Flag(std::string_view key, bool flag);
  // `json` is put in as it is.
  JsonObject& Raw(std::string_view key, std::string_view json);
  // Null for an empty text.
  JsonObject& TextOrNull(std::string_view key, std::string_view text);

  [[nodiscard]] std::string Take();

 private:
  void Key(std::string_view key);

  std::string text_ = "{";
};

class JsonArray {
 public:
  JsonArray& Text(std::string_view text);
  // `json` is put in as it is.
  JsonArray& Raw(std::string_view json);

  [[nodiscard]] std::string Take();

 private:
  std::string text_ = "[";
};

}  // namespace sawa
