// SPDX-License-Identifier: MIT
// A field's value. Layer: model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace sawa {

// A JSON array or object, kept whole as its canonical text (sorted keys, no spaces).
struct JsonText {
  std::string text;
  auto operator<=>(const JsonText&) const = default;
};

using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, JsonText>;

// Whole numbers beyond this are not exact in JavaScript and are refused everywhere.
inline constexpr std::int64_t kIntegerMax = (std::int64_t{1} << 53) - 1;

[[nodiscard]] inline bool IsExact(std::int64_t integer) { return integer >= -kIntegerMax && integer <= kIntegerMax; }

// The canonical JSON text of a value, the same in every language: it breaks ties between equal stamps.
[[nodiscard]] std::string CanonicalText(const Value& value);

// How deep the arrays and objects of a JSON text nest. Texts that are not JSON get some answer.
[[nodiscard]] int NestingOf(std::string_view json);

// Appends `text` as a JSON string with the fewest escapes.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace sawa
