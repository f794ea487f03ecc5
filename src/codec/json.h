// SPDX-License-Identifier: MIT
// JSON in and out. Reading builds no tree: a JsonView is a place in a text that was checked once, and finds what it is asked
// for there. Small, because all of it is loaded before the first sale; tests hold it against nlohmann/json.
// Layer: codec.
#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "codec/json_scanner.h"
#include "model/mutation.h"
#include "model/schema.h"
#include "model/value.h"

namespace sawa {

// Any value inside a JSON text, which must outlive it. Null unless ParseJson made it.
class JsonView {
 public:
  JsonView() = default;

  [[nodiscard]] bool is_null() const { return First() == 'n'; }
  [[nodiscard]] bool is_array() const { return First() == '['; }
  [[nodiscard]] bool is_object() const { return First() == '{'; }

  // An array, object or scalar as a field of a record has it.
  [[nodiscard]] Value ToValue() const;

 private:
  friend class JsonWalk;
  friend Result<JsonView> ParseJson(std::string_view text);
  friend bool ReadValue(JsonScanner& scanner, Value& value);
  explicit JsonView(std::string_view text) : text_(text) {}
  [[nodiscard]] char First() const { return text_.front(); }

  std::string_view text_ = "null";
};

// Walks the items of an array or the members of an object; anything else has none.
class JsonWalk {
 public:
  explicit JsonWalk(JsonView container);
  // False at the end.
  bool Next();
  // Empty for items of arrays.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] JsonView value() const { return value_; }

 private:
  JsonScanner scanner_;
  bool object_;
  bool first_ = true;
  std::string name_;
  JsonView value_;
};

// Errors: invalid_argument if `text` is not JSON or is nested too deep.
[[nodiscard]] Result<JsonView> ParseJson(std::string_view text);
// A text that is about to go.
template <std::same_as<std::string> Text>
Result<JsonView> ParseJson(Text&& text) = delete;

// Reads what comes next in a text that has not been checked, as ToValue does. False where there is no such thing, or a
// malformed one.
bool ReadValue(JsonScanner& scanner, Value& value);

// Canonical text: no spaces, keys in byte order, fewest escapes, whole numbers without fraction.
[[nodiscard]] std::string JsonToText(JsonView json);

// The member of an object, the last one if there are several; nullopt where there is none.
[[nodiscard]] std::optional<JsonView> MemberAt(JsonView object, std::string_view name);
// Several members, found in one walk.
void FindMembers(JsonView object, std::span<const std::string_view> names, std::span<std::optional<JsonView>> members);
template <typename... Names>
std::array<std::optional<JsonView>, sizeof...(Names)> MembersAt(JsonView object, Names... names) {
  std::array<std::optional<JsonView>, sizeof...(Names)> members;
  FindMembers(object, std::array<std::string_view, sizeof...(Names)>{names...}, members);
  return members;
}
// Nullopt where there is none, or one of another type.
[[nodiscard]] std::optional<std::string> TextOf(const std::optional<JsonView>& json);
[[nodiscard]] std::optional<std::int64_t> IntegerOf(const std::optional<JsonView>& json);
// The same for members of one type; nullopt where there is none, or one of another type.
[[nodiscard]] std::optional<std::string> TextAt(JsonView object, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> IntegerAt(JsonView object, std::string_view name);
[[nodiscard]] std::optional<bool> FlagAt(JsonView object, std::string_view name);

// Errors: invalid_schema.
[[nodiscard]] Result<Schema> SchemaFromJson(JsonView json);

// The shape of docs/protocol.md. Errors: invalid_argument.
[[nodiscard]] Result<Operation> OperationFromJson(JsonView json);
[[nodiscard]] Result<Mutation> MutationFromJson(JsonView json);
[[nodiscard]] std::string MutationToText(const Mutation& mutation);

}  // namespace sawa
