// SPDX-License-Identifier: MIT
#include <array>

#include "codec/json.h"

namespace sawa {
namespace {

template <typename Enum, std::size_t kCount>
std::optional<Enum> EnumFrom(const std::array<std::string_view, kCount>& texts,
                             const std::optional<std::string>& text) {
  for (std::size_t index = 0; text && index < kCount; ++index) {
    if (texts.at(index) == *text) {
      return static_cast<Enum>(index);
    }
  }
  return std::nullopt;
}

Result<std::vector<std::string>> TextsFromJson(const std::string& place, JsonView json) {
  std::vector<std::string> texts;
  for (JsonWalk walk(json); walk.Next();) {
    const Value text = walk.value().ToValue();
    if (!json.is_array() || !std::holds_alternative<std::string>(text)) {
      return Fail(ErrorCode::kInvalidSchema, place + ": 'search', 'states' and each index are lists of texts");
    }
    texts.push_back(std::get<std::string>(text));
  }
  return texts;
}

Result<FieldSchema> FieldFromJson(const std::string& name, JsonView json) {
  static constexpr std::array<std::string_view, 5> kTypes = {"text", "integer", "number", "boolean", "json"};
  static constexpr std::array<std::string_view, 9> kPolicies = {
      "last_writer", "counter", "write_once", "max", "min", "lattice", "server_wins", "manual", "custom"};
  const auto type = EnumFrom<FieldType>(kTypes, TextAt(json, "type"));
  const auto merge = EnumFrom<MergePolicy>(kPolicies, TextAt(json, "merge"));
  const auto required = FlagAt(json, "required");
  if (!type || !merge || !required) {
    return Fail(ErrorCode::kInvalidSchema, name + ": a field needs a type, a merge policy and 'required'");
  }
  FieldSchema field{name, *type, *merge, *required};
  if (const auto states = MemberAt(json, "states"); states) {
    SAWA_ASSIGN(field.states, TextsFromJson(name, *states));
  }
  return field;
}

Result<CollectionSchema> CollectionFromJson(const std::string& name, JsonView json) {
  const auto fields = MemberAt(json, "fields");
  if (!fields || !fields->is_object()) {
    return Fail(ErrorCode::kInvalidSchema, name + ": a collection needs fields");
  }
  CollectionSchema collection{.name = name, .fields = {}};
  for (JsonWalk walk(*fields); walk.Next();) {
    SAWA_ASSIGN(FieldSchema field, FieldFromJson(walk.name(), walk.value()));
    collection.fields.push_back(std::move(field));
  }
  if (const auto search = MemberAt(json, "search"); search) {
    SAWA_ASSIGN(collection.search_fields, TextsFromJson(name, *search));
  }
  if (const auto indexes = MemberAt(json, "indexes"); indexes) {
    for (JsonWalk walk(*indexes); walk.Next();) {
      SAWA_ASSIGN(std::vector<std::string> names, TextsFromJson(name, walk.value()));
      collection.indexes.push_back(std::move(names));
    }
  }
  collection.paged = FlagAt(json, "paged").value_or(false);
  return collection;
}

}  // namespace

Result<Schema> SchemaFromJson(JsonView json) {
  const auto version = IntegerAt(json, "version");
  const auto collections = MemberAt(json, "collections");
  if (!version || !collections || !collections->is_object()) {
    return Fail(ErrorCode::kInvalidSchema, "a schema needs a version and collections");
  }
  Schema schema{*version, {}};
  for (JsonWalk walk(*collections); walk.Next();) {
    SAWA_ASSIGN(CollectionSchema collection, CollectionFromJson(walk.name(), walk.value()));
    schema.collections.push_back(std::move(collection));
  }
  SAWA_TRY(ValidateSchema(schema));
  return schema;
}

}  // namespace sawa
