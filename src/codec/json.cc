// SPDX-License-Identifier: MIT
#include "codec/json.h"

#include "codec/json_writer.h"

namespace sawa {

Result<Json> ParseJson(std::string_view text) {
  if (NestingOf(text) > kJsonDepthMax) {
    return Fail(ErrorCode::kInvalidArgument, "JSON nested too deep");
  }
  // Not Json::parse: it carries a second parser, for callbacks.
  Json json;
  nlohmann::detail::json_sax_dom_parser<Json> builder(json, /*allow_exceptions=*/false);
  if (!Json::sax_parse(text, &builder)) {
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
