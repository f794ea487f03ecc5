// SPDX-License-Identifier: MIT
// Aggregate against a reference that is as plain as can be.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "query/aggregate.h"
#include "support/query_reference.h"

namespace sawa {
namespace {

using test::Answers;
using test::At;
using test::kFields;
using test::Shop;
using test::SomeQuery;
using test::SortKeyOf;

using Row = std::vector<Value>;

std::vector<Value> ValuesOf(const std::vector<const test::Rows::value_type*>& members, const std::string& field) {
  std::vector<Value> values;
  for (const auto* member : members) {
    if (const Value value = At(*member, field); !std::holds_alternative<std::monostate>(value)) {
      values.push_back(value);
    }
  }
  return values;
}

Value Total(const std::vector<Value>& values) {
  double total = 0;
  bool whole = true;
  for (const Value& value : values) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      total += static_cast<double>(*integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
      total += *number;
      whole = false;
    }
  }
  return whole ? Value(static_cast<std::int64_t>(total)) : Value(total);
}

Value Extreme(const std::vector<Value>& values, bool greatest) {
  Value extreme;
  bool first = true;
  for (const Value& value : values) {
    const int order = first ? 0 : CompareValues(value, extreme);
    if (first || (greatest ? order > 0 : order < 0)) {
      extreme = value;
    }
    first = false;
  }
  return extreme;
}

RC_GTEST_PROP(AggregatePropertyTest, MeasuresWhatTheReferenceMeasures, ()) {
  Shop shop;
  const Query query = SomeQuery();
  const auto groups = *rc::gen::unique<std::vector<std::string>>(rc::gen::elementOf(kFields));
  const std::string measured = *rc::gen::elementOf(kFields);
  std::string columns;
  for (const std::string& group : groups) {
    columns += R"({"kind":"value","field":")" + group + R"("},)";
  }
  columns += R"({"kind":"count"})";
  for (const char* kind : {"count", "sum", "min", "max"}) {
    columns += R"(,{"kind":")" + std::string(kind) + R"(","field":")" + measured + R"("})";
  }
  const std::string text = R"({"columns":[)" + columns + "]}";
  // In slices of any sizes it is the same.
  Measured so_far;
  const auto slice = [&](std::size_t entry_count) {
    return Aggregate(shop.source(), query, *ParseJson(std::string_view(text)), so_far, entry_count);
  };
  auto answer = slice(*rc::gen::inRange<std::size_t>(0, 5));
  while (answer && *answer == "null") {
    answer = slice(*rc::gen::inRange<std::size_t>(1, 5));
  }
  RC_ASSERT(answer.has_value());

  // By the canonical texts of the groups' values: 2 and 2.0 have one.
  std::map<std::vector<std::string>, std::vector<const test::Rows::value_type*>> members;
  for (const auto& row : shop.rows) {
    if (Answers(row, query)) {
      std::vector<std::string> key;
      for (const std::string& group : groups) {
        key.push_back(CanonicalText(At(row, group)));
      }
      members[key].push_back(&row);
    }
  }
  std::multiset<std::vector<std::string>> expected;
  for (const auto& [key, group] : members) {
    const std::vector<Value> values = ValuesOf(group, measured);
    std::vector<std::string> row = key;
    for (const Value& value : Row{static_cast<std::int64_t>(group.size()), static_cast<std::int64_t>(values.size()),
                                  Total(values), Extreme(values, false), Extreme(values, true)}) {
      row.push_back(CanonicalText(value));
    }
    expected.insert(row);
  }
  std::multiset<std::vector<std::string>> rows;
  std::vector<std::vector<test::SortKey>> order;
  for (JsonWalk walk(*ParseJson(std::string_view(*answer))); walk.Next();) {
    std::vector<std::string> row;
    std::vector<test::SortKey> keys;
    for (JsonWalk cells(walk.value()); cells.Next();) {
      row.push_back(JsonToText(cells.value()));
      if (keys.size() < groups.size()) {
        keys.push_back(SortKeyOf(cells.value().ToValue(), true));
      }
    }
    rows.insert(row);
    order.push_back(keys);
  }
  RC_ASSERT(rows == expected);
  RC_ASSERT(std::ranges::is_sorted(order));
}

}  // namespace
}  // namespace sawa
