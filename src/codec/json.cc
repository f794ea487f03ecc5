// SPDX-License-Identifier: MIT
#include "codec/json.h"

#include "codec/json_scanner.h"
#include "codec/json_writer.h"

namespace sawa {
namespace {

bool ReadValue(JsonScanner& scanner, Json& out);

bool ReadArray(JsonScanner& scanner, Json& out) {
  out = Json::array();
  scanner.Take('[');
  if (scanner.Take(']')) {
    return true;
  }
  do {
    out.push_back(nullptr);
    if (!ReadValue(scanner, out.back())) {
      return false;
    }
  } while (scanner.Take(','));
  return scanner.Take(']');
}

bool ReadObject(JsonScanner& scanner, Json& out) {
  out = Json::object();
  scanner.Take('{');
  if (scanner.Take('}')) {
    return true;
  }
  std::string key;
  do {
    if (!scanner.ReadString(key) || !scanner.Take(':') || !ReadValue(scanner, out[key])) {
      return false;
    }
  } while (scanner.Take(','));
  return scanner.Take('}');
}

bool ReadNumber(JsonScanner& scanner, Json& out) {
  Value number;
  if (!scanner.ReadNumber(number)) {
    return false;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&number); integer != nullptr) {
    out = *integer;
  } else {
    out = std::get<double>(number);
  }
  return true;
}

bool ReadValue(JsonScanner& scanner, Json& out) {
  switch (scanner.Peek()) {
    case '{':
      return ReadObject(scanner, out);
    case '[':
      return ReadArray(scanner, out);
    case '"': {
      std::string text;
      const bool read = scanner.ReadString(text);
      out = std::move(text);
      return read;
    }
    case 'n':
      out = nullptr;
      return scanner.TakeWord("null");
    case 't':
      out = true;
      return scanner.TakeWord("true");
    case 'f':
      out = false;
      return scanner.TakeWord("false");
    default:
      return ReadNumber(scanner, out);
  }
}

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  if (NestingOf(text) > kJsonDepthMax) {
    return Fail(ErrorCode::kInvalidArgument, "JSON nested too deep");
  }
  Json json;
  JsonScanner scanner(text);
  if (!ReadValue(scanner, json) || !scanner.AtEnd()) {
    return Fail(ErrorCode::kInvalidArgument, "not JSON");
  }
  return json;
}

// Not Json::dump: this is the canonical form, and it spares the package a second writer.
std::string JsonToText(const Json& json) {
  if (json.is_array()) {
    JsonArray array;
    for (const Json& item : json) {
      array.Raw(JsonToText(item));
    }
    return array.Take();
  }
  if (json.is_object()) {
    JsonObject object;
    for (const auto& [key, value] : json.items()) {
      object.Raw(key, JsonToText(value));
    }
    return object.Take();
  }
  return CanonicalText(ValueFromJson(json));
}

Value ValueFromJson(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return json.get<bool>();
    case Json::value_t::number_integer: {
      const auto number = json.get<std::int64_t>();
      return IsExact(number) ? Value{number} : Value{static_cast<double>(number)};
    }
    case Json::value_t::number_unsigned: {
      const auto number = json.get<std::uint64_t>();
      const bool exact = number <= static_cast<std::uint64_t>(kIntegerMax);
      return exact ? Value{static_cast<std::int64_t>(number)} : Value{static_cast<double>(number)};
    }
    case Json::value_t::number_float: {
      // 3.0 and 3 are one number in JavaScript.
      const auto number = json.get<double>();
      const bool whole = number >= -static_cast<double>(kIntegerMax) && number <= static_cast<double>(kIntegerMax) &&
                         number == static_cast<double>(static_cast<std::int64_t>(number));
      return whole ? Value{static_cast<std::int64_t>(number)} : Value{number};
    }
    case Json::value_t::string:
      return json.get_ref<const std::string&>();
    case Json::value_t::array:
    case Json::value_t::object:
      return JsonText{JsonToText(json)};
    default:
      return std::monostate{};
  }
}

const Json* MemberAt(const Json& object, std::string_view key) {
  if (!object.is_object()) {
    return nullptr;
  }
  const auto member = object.find(key);
  return member != object.end() ? &*member : nullptr;
}

const std::string* TextAt(const Json& object, std::string_view key) {
  const Json* member = MemberAt(object, key);
  return member != nullptr ? member->get_ptr<const std::string*>() : nullptr;
}

std::optional<std::int64_t> IntegerAt(const Json& object, std::string_view key) {
  const Json* member = MemberAt(object, key);
  if (member == nullptr) {
    return std::nullopt;
  }
  const Value value = ValueFromJson(*member);
  const auto* integer = std::get_if<std::int64_t>(&value);
  if (integer == nullptr || *integer > kIntegerMax || *integer < -kIntegerMax) {
    return std::nullopt;
  }
  return *integer;
}

}  // namespace sawa
