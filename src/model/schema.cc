// SPDX-License-Identifier: MIT
#include "model/schema.h"

#include <algorithm>
#include <cmath>

namespace sawa {
namespace {

constexpr std::size_t kNameLengthMax = 64;
constexpr std::size_t kIndexFieldsMax = 8;

bool IsName(std::string_view name) {
  const auto fits = [](char character) {
    return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') || character == '_';
  };
  return !name.empty() && name.size() <= kNameLengthMax && name.front() != '_' && std::ranges::all_of(name, fits);
}

bool FitsType(FieldType type, const Value& value) {
  switch (type) {
    case FieldType::kText: {
      const auto* text = std::get_if<std::string>(&value);
      return text != nullptr && text->size() <= kTextLengthMax;
    }
    case FieldType::kInteger: {
      const auto* integer = std::get_if<std::int64_t>(&value);
      return integer != nullptr && IsExact(*integer);
    }
    case FieldType::kNumber: {
      const auto* integer = std::get_if<std::int64_t>(&value);
      const auto* number = std::get_if<double>(&value);
      return (integer != nullptr && IsExact(*integer)) || (number != nullptr && std::isfinite(*number));
    }
    case FieldType::kBoolean:
      return std::holds_alternative<bool>(value);
    case FieldType::kJson: {
      const auto* text = std::get_if<std::string>(&value);
      const auto* json = std::get_if<JsonText>(&value);
      return (text == nullptr || text->size() <= kTextLengthMax) &&
             (json == nullptr || (json->text.size() <= kTextLengthMax && NestingOf(json->text) <= kJsonValueDepthMax));
    }
  }
  return false;
}

bool PolicyFits(const FieldSchema& field) {
  const auto is_state = [&](const std::string& state) {
    return !state.empty() && std::ranges::count(field.states, state) == 1;
  };
  if ((field.merge == MergePolicy::kLattice) == field.states.empty()) {
    return false;
  }
  switch (field.merge) {
    case MergePolicy::kCounter:
      return field.type == FieldType::kInteger;
    case MergePolicy::kMax:
    case MergePolicy::kMin:
      return field.type == FieldType::kInteger || field.type == FieldType::kNumber;
    case MergePolicy::kLattice:
      return field.type == FieldType::kText && field.states.size() <= kStatesMax &&
             std::ranges::all_of(field.states, is_state);
    default:
      return true;
  }
}

Result<void> ValidateCollection(const CollectionSchema& collection) {
  for (const FieldSchema& field : collection.fields) {
    const std::string place = collection.name + "." + field.name;
    if (!IsName(field.name) || field.name == "id") {
      return Fail(ErrorCode::kInvalidSchema, place + ": a field's name is a-z, 0-9 and _, and not 'id'");
    }
    if (!PolicyFits(field)) {
      return Fail(ErrorCode::kInvalidSchema, place + ": the merge policy does not fit the field");
    }
    if (std::ranges::count(collection.fields, field.name, &FieldSchema::name) > 1) {
      return Fail(ErrorCode::kInvalidSchema, place + ": the field is there twice");
    }
  }
  for (const std::string& name : collection.search_fields) {
    const FieldSchema* field = collection.Find(name);
    if (field == nullptr || field->type != FieldType::kText) {
      return Fail(ErrorCode::kInvalidSchema, collection.name + "." + name + ": a search field is a text field");
    }
  }
  for (const std::vector<std::string>& index : collection.indexes) {
    const auto known = [&](const std::string& name) { return collection.Find(name) != nullptr; };
    if (index.empty() || index.size() > kIndexFieldsMax || !std::ranges::all_of(index, known)) {
      return Fail(ErrorCode::kInvalidSchema, collection.name + ": an index is a list of 1 to 8 fields");
    }
    if (std::ranges::count(collection.indexes, index) > 1) {
      return Fail(ErrorCode::kInvalidSchema, collection.name + ": an index is there twice");
    }
  }
  return {};
}

}  // namespace

const FieldSchema* CollectionSchema::Find(std::string_view field) const {
  const auto position = std::ranges::find(fields, field, &FieldSchema::name);
  return position != fields.end() ? &*position : nullptr;
}

const FieldSchema& CollectionSchema::RulesOf(std::string_view field) const {
  static const FieldSchema kUnknown;
  const FieldSchema* known = Find(field);
  return known != nullptr ? *known : kUnknown;
}

const CollectionSchema* Schema::Find(std::string_view collection) const {
  const auto position = std::ranges::find(collections, collection, &CollectionSchema::name);
  return position != collections.end() ? &*position : nullptr;
}

Result<void> ValidateSchema(const Schema& schema) {
  if (schema.version < 1) {
    return Fail(ErrorCode::kInvalidSchema, "the schema's version is a whole number from 1");
  }
  for (const CollectionSchema& collection : schema.collections) {
    if (!IsName(collection.name)) {
      return Fail(ErrorCode::kInvalidSchema, collection.name + ": a collection's name is a-z, 0-9 and _");
    }
    if (std::ranges::count(schema.collections, collection.name, &CollectionSchema::name) > 1) {
      return Fail(ErrorCode::kInvalidSchema, collection.name + ": the collection is there twice");
    }
    SAWA_TRY(ValidateCollection(collection));
  }
  return {};
}

Result<void> ValidateValue(const FieldSchema& field, const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) {
    if (field.required) {
      return Fail(ErrorCode::kInvalidValue, field.name + ": the field is required");
    }
    return {};
  }
  if (!FitsType(field.type, value)) {
    return Fail(ErrorCode::kInvalidValue, field.name + ": the value does not fit the field's type");
  }
  if (field.merge == MergePolicy::kLattice &&
      std::ranges::find(field.states, std::get<std::string>(value)) == field.states.end()) {
    return Fail(ErrorCode::kInvalidValue, field.name + ": the value is none of the field's states");
  }
  return {};
}

}  // namespace sawa
