// SPDX-License-Identifier: MIT
// Find against a reference that is as plain as can be.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "query/fold_text.h"
#include "query/query.h"
#include "support/view_context.h"

namespace sawa {
namespace {

using test::IdOf;
using test::ViewContext;

const std::vector<std::string> kFields = {"name", "code", "price", "extra", "id"};

Value SomeValue() {
  return *rc::gen::element(Value{}, Value{false}, Value{true}, Value{std::int64_t{1}}, Value{std::int64_t{2}},
                           Value{1.5}, Value{2.0}, Value{std::string("b")}, Value{std::string("Á")},
                           Value{std::string("ab")}, Value{JsonText{"[1]"}});
}

Record SomeRecord() {
  Record record;
  for (const std::string& field : kFields) {
    if (field != "id" && *rc::gen::inRange(0, 4) > 0) {
      record.Set(field, SomeValue(), {1, 0});
    }
  }
  return record;
}

Query SomeQuery() {
  Query query{.collection = "products"};
  for (int count = *rc::gen::inRange(0, 3); count > 0; --count) {
    Condition condition{*rc::gen::elementOf(kFields), static_cast<Comparison>(*rc::gen::inRange(0, 6))};
    const int operands = condition.comparison == Comparison::kIn ? *rc::gen::inRange(0, 4) : 1;
    for (int operand = 0; operand < operands; ++operand) {
      condition.operands.push_back(SomeValue());
    }
    query.conditions.push_back(condition);
  }
  for (int count = *rc::gen::inRange(0, 3); count > 0; --count) {
    query.order.push_back({*rc::gen::elementOf(kFields), *rc::gen::arbitrary<bool>()});
  }
  if (*rc::gen::inRange(0, 3) == 0) {
    query.words = {*rc::gen::element<std::string>("a", "b", "ab", "x")};
  }
  query.limit = *rc::gen::inRange<std::size_t>(0, 12);
  query.offset = *rc::gen::inRange<std::size_t>(0, 6);
  return query;
}

// A kind's rank and, within it, a number or a text to compare: as the documentation of CompareValues has it.
struct Key {
  int rank = 0;
  double number = 0;
  std::string text;
  auto operator<=>(const Key&) const = default;
};

Key KeyOf(const Value& value, bool folds) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    return {1, *flag ? 1.0 : 0.0, ""};
  }
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return {2, static_cast<double>(*integer), ""};
  }
  if (const auto* number = std::get_if<double>(&value)) {
    return {2, *number, ""};
  }
  if (const auto* text = std::get_if<std::string>(&value)) {
    return {3, 0, folds ? FoldText(*text) : *text};
  }
  if (const auto* json = std::get_if<JsonText>(&value)) {
    return {4, 0, json->text};
  }
  return {};
}

using Rows = std::map<std::string, Record>;

Value At(const Rows::value_type& row, const std::string& field) {
  if (field == "id") {
    return row.first;
  }
  const FieldState* state = row.second.Find(field);
  return state != nullptr ? state->value : Value{};
}

bool Holds(const Condition& condition, const Value& value) {
  for (const Value& operand : condition.operands) {
    const Key left = KeyOf(value, false);
    const Key right = KeyOf(operand, false);
    const bool same = left.rank == right.rank;
    switch (condition.comparison) {
      case Comparison::kEquals:
      case Comparison::kIn:
        if (left == right) {
          return true;
        }
        break;
      case Comparison::kLessThan:
        return same && left < right;
      case Comparison::kAtMost:
        return same && left <= right;
      case Comparison::kGreaterThan:
        return same && left > right;
      case Comparison::kAtLeast:
        return same && left >= right;
    }
  }
  return false;
}

std::vector<std::string> Reference(const Rows& rows, const Query& query) {
  std::vector<const Rows::value_type*> kept;
  for (const auto& row : rows) {
    bool holds = true;
    for (const Condition& condition : query.conditions) {
      holds = holds && Holds(condition, At(row, condition.field));
    }
    for (const std::string& word : query.words) {
      bool found = false;
      for (const char* field : {"name", "code"}) {
        const Value value = At(row, field);
        const auto* text = std::get_if<std::string>(&value);
        found = found || (text != nullptr && FoldText(*text).find(word) != std::string::npos);
      }
      holds = holds && found;
    }
    if (holds) {
      kept.push_back(&row);
    }
  }
  std::ranges::sort(kept, [&](const auto* left, const auto* right) {
    for (const Ordering& ordering : query.order) {
      const Key left_key = KeyOf(At(*left, ordering.field), true);
      const Key right_key = KeyOf(At(*right, ordering.field), true);
      if (left_key != right_key) {
        return ordering.descending ? right_key < left_key : left_key < right_key;
      }
    }
    return left->first < right->first;
  });
  std::vector<std::string> ids;
  for (std::size_t index = query.offset; index < kept.size() && ids.size() < query.limit; ++index) {
    ids.push_back(kept[index]->first);
  }
  return ids;
}

RC_GTEST_PROP(FindPropertyTest, FindsWhatTheReferenceFinds, ()) {
  ViewContext context;
  Rows rows;
  WriteBatch batch;
  for (int number = *rc::gen::inRange(0, 12); number > 0; --number) {
    const Record record = SomeRecord();
    rows.emplace(IdOf(number), record);
    batch.push_back(ViewContext::Confirm("products", number, record));
  }
  RC_ASSERT(context.Commit(batch).has_value());
  Drafts drafts;
  for (int count = *rc::gen::inRange(0, 3); count > 0; --count) {
    const std::string id = IdOf(*rc::gen::inRange(1, 14));
    if (*rc::gen::arbitrary<bool>()) {
      const Record record = SomeRecord();
      drafts["products"][id] = record;
      rows[id] = record;
    } else {
      drafts["products"][id] = std::nullopt;
      rows.erase(id);
    }
  }
  const Query query = SomeQuery();
  std::vector<std::string> ids;
  for (const auto& [id, record] : Find(context.schema(), context.view(), query, drafts)) {
    ids.push_back(*id);
    RC_ASSERT(*record == rows.at(*id));
  }
  RC_ASSERT(ids == Reference(rows, query));
}

}  // namespace
}  // namespace sawa
