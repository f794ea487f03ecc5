// SPDX-License-Identifier: MIT
// Answering a query by its plan.
#include <algorithm>
#include <array>

#include "base/uuid.h"
#include "query/fold_text.h"
#include "query/query.h"
#include "query/search.h"
#include "storage/table_names.h"

namespace sawa {
namespace {

// bool, integers and doubles each rank together with their kind; 2 and 2.0 are equal.
int RankOf(const Value& value) {
  static constexpr std::array<int, 6> kRanks = {0, 1, 2, 2, 3, 4};
  return kRanks.at(value.index());
}

template <typename T>
int Compare(const T& left, const T& right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

double NumberOf(const Value& value) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  return integer != nullptr ? static_cast<double>(*integer) : std::get<double>(value);
}

bool Holds(const Condition& condition, const Value& value) {
  const auto compare = [&](std::size_t index) { return CompareValues(value, condition.operands[index]); };
  // A range never holds for another kind of value, as in SQL: null is not less than 5.
  const bool same_kind = RankOf(value) == (condition.operands.empty() ? -1 : RankOf(condition.operands.front()));
  switch (condition.comparison) {
    case Comparison::kEquals:
      return compare(0) == 0;
    case Comparison::kIn:
      return std::ranges::any_of(condition.operands,
                                 [&](const Value& operand) { return CompareValues(value, operand) == 0; });
    case Comparison::kLessThan:
      return same_kind && compare(0) < 0;
    case Comparison::kAtMost:
      return same_kind && compare(0) <= 0;
    case Comparison::kGreaterThan:
      return same_kind && compare(0) > 0;
    case Comparison::kAtLeast:
      return same_kind && compare(0) >= 0;
  }
  return false;
}

// The conditions alone; the words are the business of a search table, where there is one.
bool HoldConditions(const QuerySource& source, const Query& query, std::string_view id, ByteView record) {
  return std::ranges::all_of(query.conditions, [&](const Condition& condition) {
    return Holds(condition, FieldOf(source, id, record, condition.field));
  });
}

Cursor CursorOf(const QuerySource& source, const QueryPlan& plan) {
  CursorSources sources = source.reader.Sources(plan.table);
  if (plan.direction == Direction::kForward) {
    return {std::move(sources), Direction::kForward, plan.from};
  }
  return plan.to.empty() ? Cursor::FromEnd(std::move(sources))
                         : Cursor(std::move(sources), Direction::kBackward, plan.to);
}

bool IsInside(const QueryPlan& plan, std::string_view key) {
  return key >= plan.from && (plan.to.empty() || key < plan.to);
}

// Calls `visit(id, record)` for each record that answers the query, in the order of the plan's walk, until it says false or
// `entry_count` entries have been walked: then it gives the key of the next one, else an empty one.
// Where a page is missed the walk goes on to its end, so that all pages it needs are noted at once.
std::string Walk(const QuerySource& source, const Query& query, const QueryPlan& plan, std::size_t entry_count,
                 Visit visit) {
  const std::string records = RecordsTable(source.collection.name);
  const bool by_id = plan.access == QueryPlan::Access::kRecords;
  const bool searches = plan.access == QueryPlan::Access::kSearch;
  const std::string_view longest = searches ? LongestOf(query.words) : std::string_view();
  for (Cursor cursor = CursorOf(source, plan); cursor.valid() && IsInside(plan, cursor.key());
       searches ? cursor.NextWith(longest) : cursor.Next()) {
    const std::string_view key = cursor.key();
    if (entry_count-- == 0 && !source.reader.missing()) {
      return std::string(key);
    }
    const std::string_view id = by_id ? key : IdOfEntry(key);
    if (searches && !HasWords(key.substr(0, key.size() - id.size()), query.words)) {
      continue;
    }
    const auto stored = by_id ? std::optional(cursor.value()) : source.reader.Get(records, id);
    // A record whose page is missed may well be an answer.
    const ByteView record = stored.value_or(ByteView());
    const bool answers = !stored || (!IsRemoved(record) &&
                                     (plan.exact || (searches ? HoldConditions : Matches)(source, query, id, record)));
    if (answers && !visit(id, record)) {
      break;
    }
  }
  return {};
}

struct Candidate {
  Position position;
  ByteView record;
};

std::vector<FoundRecord> SortedPart(const Query& query, std::vector<Candidate> candidates) {
  const std::size_t end = std::min(candidates.size(), query.offset + query.limit);
  std::ranges::partial_sort(
      candidates, candidates.begin() + static_cast<std::ptrdiff_t>(end),
      [&](const Candidate& left, const Candidate& right) { return ComesBefore(query, left.position, right.position); });
  std::vector<FoundRecord> found;
  for (std::size_t index = query.offset; index < end; ++index) {
    found.push_back({std::move(candidates[index].position.id), candidates[index].record});
  }
  return found;
}

}  // namespace

Value FieldOf(const QuerySource& source, std::string_view id, ByteView record, std::string_view field) {
  return field == "id" ? Value{UuidText(id)} : FieldOfRecord(record, source.shapes, field);
}

int CompareValues(const Value& left, const Value& right) {
  if (RankOf(left) != RankOf(right)) {
    return Compare(RankOf(left), RankOf(right));
  }
  if (RankOf(left) == 2) {
    return Compare(NumberOf(left), NumberOf(right));
  }
  return Compare(left, right);
}

bool Matches(const QuerySource& source, const Query& query, std::string_view id, ByteView record) {
  return !IsRemoved(record) && HoldConditions(source, query, id, record) &&
         (query.words.empty() ||
          HasWords(SearchTextOf(source.collection.search_fields, source.shapes, record), query.words));
}

std::vector<std::string> SortKeysOf(const QuerySource& source, const Query& query, std::string_view id,
                                    ByteView record) {
  std::vector<std::string> keys;
  for (const Ordering& ordering : query.order) {
    std::string& key = keys.emplace_back();
    if (ordering.field == "id") {
      key = id;
    } else {
      AppendSortKey(key, FieldOfRecord(record, source.shapes, ordering.field));
    }
  }
  return keys;
}

bool ComesBefore(const Query& query, const Position& left, const Position& right) {
  for (std::size_t index = 0; index < query.order.size(); ++index) {
    const std::string& left_key = left.keys[index];
    const std::string& right_key = right.keys[index];
    if (left_key != right_key) {
      return query.order[index].descending ? left_key > right_key : left_key < right_key;
    }
  }
  const bool descending = !query.order.empty() && query.order.back().descending;
  return descending ? left.id > right.id : left.id < right.id;
}

namespace {

// What lies in the way of a position: of an index the values of its fields, of the records nothing.
std::string KeyOf(const QuerySource& source, const Query& query, const QueryPlan& plan) {
  std::string key;
  const auto index = std::ranges::find(source.indexes, plan.table, &IndexDefinition::table);
  if (index != source.indexes.end()) {
    for (const std::string& field : index->fields) {
      const auto ordering = std::ranges::find(query.order, field, &Ordering::field);
      if (ordering != query.order.end()) {
        key += query.after->keys[static_cast<std::size_t>(ordering - query.order.begin())];
      } else if (const Condition* condition = EqualityOn(query, field); condition != nullptr) {
        AppendSortKey(key, condition->operands.front());
      }
    }
  }
  return key + query.after->id;
}

// Begins a sorted walk at the position that the query asks for what is behind of. A single record needs none.
void BeginAtPosition(const QuerySource& source, const Query& query, QueryPlan& plan) {
  if (!query.after || EqualityOn(query, "id") != nullptr) {
    return;
  }
  const std::string key = KeyOf(source, query, plan);
  if (plan.direction == Direction::kForward) {
    plan.from = std::max(plan.from, key);
  } else if (plan.to.empty() || key < plan.to) {
    plan.to = key;
  }
}

bool IsBehind(const QuerySource& source, const Query& query, std::string_view id, ByteView record) {
  return !query.after || ComesBefore(query, *query.after, {SortKeysOf(source, query, id, record), std::string(id)});
}

std::vector<FoundRecord> FindInOrder(const QuerySource& source, const Query& query, const QueryPlan& plan) {
  std::vector<FoundRecord> found;
  std::size_t passed = 0;
  Walk(source, query, plan, SIZE_MAX, [&](std::string_view id, ByteView record) {
    if ((record.empty() || IsBehind(source, query, id, record)) && passed++ >= query.offset) {
      found.push_back({std::string(id), record});
    }
    return found.size() < query.limit;
  });
  // Those whose page is missed.
  std::erase_if(found, [](const FoundRecord& one) { return one.record.empty(); });
  return found;
}

}  // namespace

std::vector<FoundRecord> Find(const QuerySource& source, const Query& query) {
  QueryPlan plan = PlanQuery(source, query);
  const bool searches = plan.access == QueryPlan::Access::kSearch;
  if (query.limit == 0) {
    return {};
  }
  if (plan.sorted && !searches) {
    BeginAtPosition(source, query, plan);
    return FindInOrder(source, query, plan);
  }
  if (plan.sorted) {
    std::vector<FoundRecord> hits =
        Search(source, plan.table, query.words, query.offset + query.limit, [&](std::string_view id, ByteView record) {
          return !IsRemoved(record) && HoldConditions(source, query, id, record);
        });
    hits.erase(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(std::min(query.offset, hits.size())));
    return hits;
  }
  std::vector<Candidate> candidates;
  ForEach(source, query, [&](std::string_view id, ByteView record) {
    Candidate candidate{{SortKeysOf(source, query, id, record), std::string(id)}, record};
    if (!query.after || ComesBefore(query, *query.after, candidate.position)) {
      candidates.push_back(std::move(candidate));
    }
    return true;
  });
  return SortedPart(query, std::move(candidates));
}

std::string ForEach(const QuerySource& source, const Query& query, Visit visit, std::string_view from,
                    std::size_t entry_count) {
  QueryPlan plan = PlanQuery(source, query);
  plan.direction = Direction::kForward;
  if (!from.empty()) {
    plan.from = from;
  }
  return Walk(source, query, plan, entry_count, visit);
}

std::size_t Count(const QuerySource& source, const Query& query) {
  QueryPlan plan = PlanQuery(source, query);
  if (query.conditions.empty() && query.words.empty() && !source.indexes.empty()) {
    // Every record that is not a tombstone has one entry in each index.
    plan = {.access = QueryPlan::Access::kIndex, .table = source.indexes.front().table, .exact = true};
  }
  if (plan.exact) {
    return CountKeys(source.reader.Sources(plan.table), plan.from, plan.to);
  }
  std::size_t count = 0;
  ForEach(source, query, [&](std::string_view, ByteView) { return ++count > 0; });
  return count;
}

}  // namespace sawa
