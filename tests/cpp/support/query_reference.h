// SPDX-License-Identifier: MIT
// Random records and queries, and a reference that answers them as plainly as can be. Needs: query, rapidcheck.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "query/fold_text.h"
#include "query/query.h"
#include "support/view_context.h"

namespace sawa::test {

inline const std::vector<std::string> kFields = {"name", "code", "price", "extra", "id"};

inline Value SomeValue() {
  return *rc::gen::element(Value{}, Value{false}, Value{true}, Value{std::int64_t{1}}, Value{std::int64_t{2}},
                           Value{1.5}, Value{2.0}, Value{std::string("b")}, Value{std::string("Á")},
                           Value{std::string("ab")}, Value{JsonText{"[1]"}});
}

inline Record SomeRecord() {
  Record record;
  for (const std::string& field : kFields) {
    if (field != "id" && *rc::gen::inRange(0, 4) > 0) {
      record.Set(field, SomeValue(), {1, 0});
    }
  }
  return record;
}

inline Query SomeQuery() {
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
struct SortKey {
  int rank = 0;
  double number = 0;
  std::string text;
  auto operator<=>(const SortKey&) const = default;
};

inline SortKey SortKeyOf(const Value& value, bool folds) {
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

inline Value At(const Rows::value_type& row, const std::string& field) {
  if (field == "id") {
    return row.first;
  }
  const FieldState* state = row.second.Find(field);
  return state != nullptr ? state->value : Value{};
}

inline bool Holds(const Condition& condition, const Value& value) {
  for (const Value& operand : condition.operands) {
    const SortKey left = SortKeyOf(value, false);
    const SortKey right = SortKeyOf(operand, false);
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

inline bool Answers(const Rows::value_type& row, const Query& query) {
  for (const Condition& condition : query.conditions) {
    if (!Holds(condition, At(row, condition.field))) {
      return false;
    }
  }
  return std::ranges::all_of(query.words, [&](const std::string& word) {
    return std::ranges::any_of(std::vector<std::string>{"name", "code"}, [&](const std::string& field) {
      const Value value = At(row, field);
      const auto* text = std::get_if<std::string>(&value);
      return text != nullptr && FoldText(*text).contains(word);
    });
  });
}

inline bool ComesFirst(const Rows::value_type& left, const Rows::value_type& right, const Query& query) {
  for (const Ordering& ordering : query.order) {
    const SortKey left_key = SortKeyOf(At(left, ordering.field), true);
    const SortKey right_key = SortKeyOf(At(right, ordering.field), true);
    if (left_key != right_key) {
      return ordering.descending ? right_key < left_key : left_key < right_key;
    }
  }
  const bool descending = !query.order.empty() && query.order.back().descending;
  return descending ? right.first < left.first : left.first < right.first;
}

inline std::vector<std::string> Reference(const Rows& rows, const Query& query,
                                          const Rows::value_type* after = nullptr) {
  std::vector<const Rows::value_type*> kept;
  for (const auto& row : rows) {
    if (Answers(row, query) && (after == nullptr || ComesFirst(*after, row, query))) {
      kept.push_back(&row);
    }
  }
  std::ranges::sort(kept, [&](const auto* left, const auto* right) { return ComesFirst(*left, *right, query); });
  std::vector<std::string> ids;
  for (std::size_t index = query.offset; index < kept.size() && ids.size() < query.limit; ++index) {
    ids.push_back(kept[index]->first);
  }
  return ids;
}

// What every query is asked of: confirmed records, some of them folded into pages, and drafts over them.
struct Shop {
  Shop() {
    Confirm(*rc::gen::inRange(0, 12));
    if (*rc::gen::arbitrary<bool>()) {
      RC_ASSERT(context.Fold().has_value());
    }
    Confirm(*rc::gen::inRange(0, 4));
    for (int count = *rc::gen::inRange(0, 3); count > 0; --count) {
      const int number = *rc::gen::inRange(1, 14);
      std::optional<Bytes> bytes;
      rows.erase(IdOf(number));
      if (*rc::gen::arbitrary<bool>()) {
        const Record record = SomeRecord();
        bytes = EncodeRecord(record);
        rows[IdOf(number)] = record;
      }
      drafts.Put(context.view().reader(), context.indexes(), {}, RecordKeyOf("records/products", KeyOf(number)),
                 std::move(bytes));
    }
  }

  void Confirm(int count) {
    WriteBatch batch;
    for (; count > 0; --count) {
      const int number = *rc::gen::inRange(1, 14);
      Record record = SomeRecord();
      rows[IdOf(number)] = record;
      if (*rc::gen::inRange(0, 5) == 0) {
        record.removed = Stamp{2, 0};
        rows.erase(IdOf(number));
      }
      batch.push_back(ViewContext::Confirm("products", number, record));
    }
    RC_ASSERT(context.Commit(batch).has_value());
  }

  [[nodiscard]] QuerySource source() { return context.view().Source("products", &drafts.layer()); }

  ViewContext context;
  Rows rows;
  RecordLayer drafts;
};

}  // namespace sawa::test
