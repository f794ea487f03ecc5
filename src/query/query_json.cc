// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "base/uuid.h"
#include "query/fold_text.h"
#include "query/query.h"

namespace sawa {
namespace {

constexpr std::array<std::string_view, 6> kComparisons = {"equals", "in",          "lessThan",
                                                          "atMost", "greaterThan", "atLeast"};

std::unexpected<Error> BadQuery(const std::string& message) {
  return Fail(ErrorCode::kInvalidArgument, "query: " + message);
}

Result<Condition> ComparisonFromJson(const std::string& field, const std::string& name, JsonView operand) {
  const auto position = std::ranges::find(kComparisons, name);
  if (position == kComparisons.end()) {
    return BadQuery("unknown comparison " + name);
  }
  Condition condition{field, static_cast<Comparison>(position - kComparisons.begin())};
  if (condition.comparison == Comparison::kIn) {
    if (!operand.is_array()) {
      return BadQuery("'in' takes a list");
    }
    for (JsonWalk walk(operand); walk.Next();) {
      condition.operands.push_back(walk.value().ToValue());
    }
  } else {
    condition.operands.push_back(operand.ToValue());
  }
  return condition;
}

Result<void> ReadConditions(const CollectionSchema& schema, JsonView where, Query& query) {
  if (!where.is_object()) {
    return Fail(ErrorCode::kUnknownField, schema.name + ": 'where' is an object of fields");
  }
  for (JsonWalk fields(where); fields.Next();) {
    const std::string& field = fields.name();
    const JsonView condition = fields.value();
    if (!IsKnownField(schema, field)) {
      return Fail(ErrorCode::kUnknownField, schema.name + "." + field);
    }
    if (!condition.is_object()) {
      query.conditions.push_back({field, Comparison::kEquals, {condition.ToValue()}});
      continue;
    }
    for (JsonWalk walk(condition); walk.Next();) {
      SAWA_ASSIGN(Condition comparison, ComparisonFromJson(field, walk.name(), walk.value()));
      query.conditions.push_back(std::move(comparison));
    }
  }
  return {};
}

Result<void> ReadOrder(const CollectionSchema& schema, JsonView order, Query& query) {
  if (!order.is_array()) {
    return Fail(ErrorCode::kUnknownField, schema.name + ": 'orderBy' is a list of fields");
  }
  for (JsonWalk walk(order); walk.Next();) {
    const auto field = TextAt(walk.value(), "field");
    if (!field || !IsKnownField(schema, *field)) {
      return Fail(ErrorCode::kUnknownField, schema.name + ": orderBy names an unknown field");
    }
    query.order.push_back({*field, FlagAt(walk.value(), "descending").value_or(false)});
  }
  return {};
}

Result<std::size_t> ReadCount(JsonView json, std::string_view name, std::size_t otherwise) {
  if (!MemberAt(json, name)) {
    return otherwise;
  }
  const auto count = IntegerAt(json, name);
  if (!count || *count < 0) {
    return BadQuery(std::string(name) + " is a whole number from 0");
  }
  // As much as any host can count: more records there cannot be.
  return static_cast<std::size_t>(std::min<std::int64_t>(*count, std::numeric_limits<std::int32_t>::max()));
}

Result<void> ReadAfter(JsonView after, Query& query) {
  const auto id = TextAt(after, "id");
  const auto key = id ? PackUuid(*id) : std::nullopt;
  if (!key) {
    return BadQuery("'after' is a record");
  }
  if (!query.words.empty() && query.order.empty()) {
    return BadQuery("'after' needs an order");
  }
  Position& position = query.after.emplace(Position{.id = *key});
  for (const Ordering& ordering : query.order) {
    std::string& sort_key = position.keys.emplace_back();
    if (ordering.field == "id") {
      sort_key = *key;
    } else {
      AppendSortKey(sort_key, MemberAt(after, ordering.field).value_or(JsonView()).ToValue());
    }
  }
  return {};
}

void ReadWords(const std::string& text, Query& query) {
  std::string word;
  for (const char character : FoldText(text) + ' ') {
    if (character == '\0') {
      // Search texts are stored without: it parts them from the ids.
      continue;
    }
    if (character != ' ') {
      word.push_back(character);
    } else if (!word.empty()) {
      query.words.push_back(std::exchange(word, {}));
    }
  }
}

}  // namespace

bool IsKnownField(const CollectionSchema& schema, std::string_view field) {
  return field == "id" || schema.Find(field) != nullptr;
}

Result<Query> QueryFromJson(const Schema& schema, std::string_view collection, JsonView json) {
  const CollectionSchema* collection_schema = schema.Find(collection);
  if (collection_schema == nullptr) {
    return Fail(ErrorCode::kUnknownCollection, collection);
  }
  Query query{.collection = std::string(collection)};
  if (const auto where = MemberAt(json, "where"); where) {
    SAWA_TRY(ReadConditions(*collection_schema, *where, query));
  }
  if (const auto order = MemberAt(json, "orderBy"); order) {
    SAWA_TRY(ReadOrder(*collection_schema, *order, query));
  }
  if (const auto search = TextAt(json, "search"); search) {
    ReadWords(*search, query);
  }
  SAWA_ASSIGN(query.limit, ReadCount(json, "limit", query.limit));
  SAWA_ASSIGN(query.offset, ReadCount(json, "offset", 0));
  if (const auto after = MemberAt(json, "after"); after) {
    SAWA_TRY(ReadAfter(*after, query));
  }
  if (query.limit > kQueryLimitMax) {
    return Fail(ErrorCode::kLimitExceeded, "query: at most 10,000 records at a time");
  }
  return query;
}

}  // namespace sawa
