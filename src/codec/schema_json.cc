// SPDX-License-Identifier: MIT
#include <array>

#include "codec/json.h"

namespace sawa {
namespace {

template <typename Enum, std::size_t kCount>
std::optional<Enum> EnumFrom(const std::array<std::string_view, kCount>& texts, const std::string* text) {
  for (std::size_t index = 0; text != nullptr && index < kCount; ++index) {
    if (texts.at(index) == *text) {
      return static_cast<Enum>(index);
    }
  }
  return std::nullopt;
}

Result<FieldSchema> FieldFromJson(const std::string& name, const Json& json) {
  static constexpr std::array<std::string_view, 5> kTypes = {"text", "integer", "number", "boolean", "json"};
  static constexpr std::array<std::string_view, 2> kPolicies = {"last_writer", "counter"};
  const auto type = EnumFrom<FieldType>(kTypes, TextAt(json, "type"));
  const auto merge = EnumFrom<MergePolicy>(kPolicies, TextAt(json, "merge"));
  const Json* required = MemberAt(json, "required");
  if (!type || !merge || required == nullptr || !required->is_boolean()) {
    return Fail(ErrorCode::kInvalidSchema, name + ": a field needs a type, a merge policy and 'required'");
  }
  return FieldSchema{name, *type, *merge, required->get<bool>()};
}

Result<CollectionSchema> CollectionFromJson(const std::string& name, const Json& json) {
  const Json* fields = MemberAt(json, "fields");
  if (fields == nullptr || !fields->is_object()) {
    return Fail(ErrorCode::kInvalidSchema, name + ": a collection needs fields");
  }
  CollectionSchema collection{name, {}, {}};
  for (const auto& [field_name, field_json] : fields->items()) {
    SAWA_ASSIGN(FieldSchema field, FieldFromJson(field_name, field_json));
    collection.fields.push_back(std::move(field));
  }
  if (const Json* search = MemberAt(json, "search"); search != nullptr) {
    for (const Json& field : *search) {
      if (!field.is_string()) {
        return Fail(ErrorCode::kInvalidSchema, name + ": 'search' is a list of field names");
      }
      collection.search_fields.push_back(field.get_ref<const std::string&>());
    }
  }
  return collection;
}

}  // namespace

Result<Schema> SchemaFromJson(const Json& json) {
  const auto version = IntegerAt(json, "version");
  const Json* collections = MemberAt(json, "collections");
  if (!version || collections == nullptr || !collections->is_object()) {
    return Fail(ErrorCode::kInvalidSchema, "a schema needs a version and collections");
  }
  Schema schema{*version, {}};
  for (const auto& [name, collection_json] : collections->items()) {
    SAWA_ASSIGN(CollectionSchema collection, CollectionFromJson(name, collection_json));
    schema.collections.push_back(std::move(collection));
  }
  SAWA_TRY(ValidateSchema(schema));
  return schema;
}

}  // namespace sawa
