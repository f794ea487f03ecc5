// SPDX-License-Identifier: MIT
#include "codec/json.h"

#include <utility>

#include "base/text_map.h"
#include "codec/json_writer.h"

namespace sawa {
namespace {

template <typename T>
std::optional<T> As(const std::optional<JsonView>& json) {
  Value value = json ? json->ToValue() : Value{};
  auto* found = std::get_if<T>(&value);
  return found != nullptr ? std::optional(std::move(*found)) : std::nullopt;
}

}  // namespace

Result<JsonView> ParseJson(std::string_view text) {
  JsonScanner scanner(text);
  if (!scanner.SkipValue() || !scanner.AtEnd()) {
    return Fail(ErrorCode::kInvalidArgument, "not JSON, or nested too deep");
  }
  return JsonView(text.substr(text.find_first_not_of(" \t\r\n")));
}

JsonWalk::JsonWalk(JsonView container) : scanner_(container.text_), object_(container.is_object()) {
  if (!object_ && !container.is_array()) {
    scanner_ = JsonScanner("]");
  } else {
    scanner_.Take(container.First());
  }
}

bool JsonWalk::Next() {
  const char next = scanner_.Peek();
  if (next == ']' || next == '}') {
    return false;
  }
  if (!std::exchange(first_, false)) {
    scanner_.Take(',');
  }
  if (object_) {
    scanner_.ReadString(&name_);
    scanner_.Take(':');
  }
  scanner_.Peek();
  value_ = JsonView(scanner_.rest());
  scanner_.SkipValue();
  return true;
}

Value JsonView::ToValue() const {
  JsonScanner scanner(text_);
  switch (First()) {
    case '{':
    case '[':
      return JsonText{JsonToText(*this)};
    case '"': {
      std::string text;
      scanner.ReadString(&text);
      return text;
    }
    case 'n':
      return {};
    case 't':
    case 'f':
      return First() == 't';
    default: {
      Value number;
      scanner.ReadNumber(&number);
      return number;
    }
  }
}

bool ReadValue(JsonScanner& scanner, Value& value) {
  const char first = scanner.Peek();
  if (first == '"') {
    auto* text = std::get_if<std::string>(&value);
    return scanner.ReadString(text != nullptr ? text : &value.emplace<std::string>());
  }
  if (first == '-' || (first >= '0' && first <= '9')) {
    return scanner.ReadNumber(&value);
  }
  const std::string_view text = scanner.rest();
  if (!scanner.SkipValue()) {
    return false;
  }
  value = JsonView(text).ToValue();
  return true;
}

std::string JsonToText(JsonView json) {
  if (json.is_array()) {
    JsonArray array;
    for (JsonWalk walk(json); walk.Next();) {
      array.Raw(JsonToText(walk.value()));
    }
    return array.Take();
  }
  if (json.is_object()) {
    // By name; of equal ones the last counts.
    TextMap<std::string> members;
    for (JsonWalk walk(json); walk.Next();) {
      members.insert_or_assign(walk.name(), JsonToText(walk.value()));
    }
    JsonObject object;
    for (const auto& [name, text] : members) {
      object.Raw(name, text);
    }
    return object.Take();
  }
  return CanonicalText(json.ToValue());
}

void FindMembers(JsonView object, std::span<const std::string_view> names, std::span<std::optional<JsonView>> members) {
  if (!object.is_object()) {
    return;
  }
  for (JsonWalk walk(object); walk.Next();) {
    for (std::size_t index = 0; index < names.size(); ++index) {
      if (walk.name() == names[index]) {
        members[index] = walk.value();
      }
    }
  }
}

std::optional<JsonView> MemberAt(JsonView object, std::string_view name) { return MembersAt(object, name).front(); }

std::optional<std::string> TextOf(const std::optional<JsonView>& json) { return As<std::string>(json); }

std::optional<std::int64_t> IntegerOf(const std::optional<JsonView>& json) { return As<std::int64_t>(json); }

std::optional<std::string> TextAt(JsonView object, std::string_view name) { return TextOf(MemberAt(object, name)); }

std::optional<std::int64_t> IntegerAt(JsonView object, std::string_view name) {
  return IntegerOf(MemberAt(object, name));
}

std::optional<bool> FlagAt(JsonView object, std::string_view name) { return As<bool>(MemberAt(object, name)); }

}  // namespace sawa
