// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "query/fold_text.h"
#include "query/query.h"

namespace sawa {
namespace {

constexpr std::array<std::string_view, 6> kComparisons = {"equals", "in",          "lessThan",
                                                          "atMost", "greaterThan", "atLeast"};

std::unexpected<Error> BadQuery(const std::string& message) {
  return Fail(ErrorCode::kInvalidArgument, "query: " + message);
}

bool IsKnownField(const CollectionSchema& schema, std::string_view field) {
  return field == "id" || schema.Find(field) != nullptr;
}

Result<Condition> ComparisonFromJson(const std::string& field, const std::string& name, const Json& operand) {
  const auto position = std::ranges::find(kComparisons, name);
  if (position == kComparisons.end()) {
    return BadQuery("unknown comparison " + name);
  }
  Condition condition{field, static_cast<Comparison>(position - kComparisons.begin())};
  if (condition.comparison == Comparison::kIn) {
    if (!operand.is_array()) {
      return BadQuery("'in' takes a list");
    }
    for (const Json& item : operand) {
      condition.operands.push_back(ValueFromJson(item));
    }
  } else {
    condition.operands.push_back(ValueFromJson(operand));
  }
  return condition;
}

Result<void> ReadConditions(const CollectionSchema& schema, const Json& where, Query& query) {
  for (const auto& [field, condition] : where.items()) {
    if (!IsKnownField(schema, field)) {
      return Fail(ErrorCode::kUnknownField, schema.name + "." + field);
    }
    if (!condition.is_object()) {
      query.conditions.push_back({field, Comparison::kEquals, {ValueFromJson(condition)}});
      continue;
    }
    for (const auto& [name, operand] : condition.items()) {
      SAWA_ASSIGN(Condition comparison, ComparisonFromJson(field, name, operand));
      query.conditions.push_back(std::move(comparison));
    }
  }
  return {};
}

Result<void> ReadOrder(const CollectionSchema& schema, const Json& order, Query& query) {
  for (const Json& item : order) {
    const std::string* field = TextAt(item, "field");
    if (field == nullptr || !IsKnownField(schema, *field)) {
      return Fail(ErrorCode::kUnknownField, schema.name + ": orderBy names an unknown field");
    }
    const Json* descending = MemberAt(item, "descending");
    query.order.push_back({*field, descending != nullptr && descending->is_boolean() && descending->get<bool>()});
  }
  return {};
}

Result<std::size_t> ReadCount(const Json& json, std::string_view name, std::size_t otherwise) {
  if (MemberAt(json, name) == nullptr) {
    return otherwise;
  }
  const auto count = IntegerAt(json, name);
  if (!count || *count < 0) {
    return BadQuery(std::string(name) + " is a whole number from 0");
  }
  return static_cast<std::size_t>(*count);
}

void ReadWords(const std::string& text, Query& query) {
  std::string word;
  for (const char character : FoldText(text) + ' ') {
    if (character != ' ') {
      word.push_back(character);
    } else if (!word.empty()) {
      query.words.push_back(std::exchange(word, {}));
    }
  }
}

}  // namespace

Result<Query> QueryFromJson(const Schema& schema, std::string_view collection, const Json& json) {
  const CollectionSchema* collection_schema = schema.Find(collection);
  if (collection_schema == nullptr) {
    return Fail(ErrorCode::kUnknownCollection, std::string(collection));
  }
  Query query{.collection = std::string(collection)};
  if (const Json* where = MemberAt(json, "where"); where != nullptr) {
    SAWA_TRY(ReadConditions(*collection_schema, *where, query));
  }
  if (const Json* order = MemberAt(json, "orderBy"); order != nullptr) {
    SAWA_TRY(ReadOrder(*collection_schema, *order, query));
  }
  if (const std::string* search = TextAt(json, "search"); search != nullptr) {
    ReadWords(*search, query);
  }
  SAWA_ASSIGN(query.limit, ReadCount(json, "limit", query.limit));
  SAWA_ASSIGN(query.offset, ReadCount(json, "offset", 0));
  if (query.limit > kQueryLimitMax) {
    return Fail(ErrorCode::kLimitExceeded, "query: at most 10,000 records at a time");
  }
  return query;
}

}  // namespace sawa
