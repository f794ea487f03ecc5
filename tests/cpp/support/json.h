// SPDX-License-Identifier: MIT
// nlohmann/json for tests: to make JSON, to look into it, and to hold our own reader against. Functions of the engine that
// read JSON in place take the library's trees here, too. Needs: codec.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "codec/json.h"

namespace sawa {

using Json = nlohmann::json;

// Parses a text that is kept for as long as the test runs.
inline Result<JsonView> ParseKept(std::string text) {
  static std::deque<std::string> texts;
  texts.push_back(std::move(text));
  return ParseJson(std::string_view(texts.back()));
}

// Ours of the same value.
inline JsonView ViewOf(const Json& json) { return *ParseKept(json.dump()); }

// Lets a JsonView become a tree: the library looks for this name.
inline void to_json(Json& out, const JsonView& view) { out = Json::parse(JsonToText(view)); }

inline Value ValueFromJson(const Json& json) { return ViewOf(json).ToValue(); }
inline Value ValueFromJson(JsonView json) { return json.ToValue(); }
inline std::string JsonToText(const Json& json) { return JsonToText(ViewOf(json)); }
inline std::optional<std::string> TextAt(const Json& object, std::string_view name) {
  return TextAt(ViewOf(object), name);
}
inline std::optional<std::int64_t> IntegerAt(const Json& object, std::string_view name) {
  return IntegerAt(ViewOf(object), name);
}
inline Result<Schema> SchemaFromJson(const Json& json) { return SchemaFromJson(ViewOf(json)); }
inline Result<Operation> OperationFromJson(const Json& json) { return OperationFromJson(ViewOf(json)); }
inline Result<Mutation> MutationFromJson(const Json& json) { return MutationFromJson(ViewOf(json)); }

}  // namespace sawa
