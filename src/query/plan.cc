// SPDX-License-Identifier: MIT
// Choosing how to answer a query.
#include <algorithm>
#include <optional>

#include "base/uuid.h"
#include "query/query.h"
#include "storage/table_names.h"

namespace sawa {

const Condition* EqualityOn(const Query& query, std::string_view field) {
  const auto condition = std::ranges::find_if(query.conditions, [&](const Condition& candidate) {
    return candidate.field == field && candidate.comparison == Comparison::kEquals;
  });
  return condition != query.conditions.end() ? &*condition : nullptr;
}

namespace {

bool IsNumber(const Value& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

// Different texts may have one sort key; other values have their own.
bool HasExactKey(const Value& value) {
  return !std::holds_alternative<std::string>(value) && !std::holds_alternative<JsonText>(value);
}

// The first key behind all that begin with `prefix`; empty if there is none.
std::string EndOfPrefix(std::string prefix) {
  while (!prefix.empty() && static_cast<std::uint8_t>(prefix.back()) == 0xFF) {
    prefix.pop_back();
  }
  if (!prefix.empty()) {
    prefix.back() = static_cast<char>(prefix.back() + 1);
  }
  return prefix;
}

std::string KeyBehind(std::string key, const Value& value) {
  AppendSortKey(key, value);
  return key;
}

// Narrows a plan by conditions on the field that follows the prefix. Only numbers are stored as they compare.
class Range {
 public:
  explicit Range(std::string prefix) : prefix_(std::move(prefix)) {}

  bool Add(const Condition& condition) {
    if (condition.operands.size() != 1 || !IsNumber(condition.operands.front())) {
      return false;
    }
    const std::string at = KeyBehind(prefix_, condition.operands.front());
    switch (condition.comparison) {
      case Comparison::kLessThan:
        Lower(to_, at);
        return true;
      case Comparison::kAtMost:
        Lower(to_, EndOfPrefix(at));
        return true;
      case Comparison::kGreaterThan:
        Raise(from_, EndOfPrefix(at));
        return true;
      case Comparison::kAtLeast:
        Raise(from_, at);
        return true;
      default:
        return false;
    }
  }

  // Ranges hold for numbers alone.
  void Narrow(QueryPlan& plan) const {
    const std::string numbers = KeyBehind(prefix_, Value{std::int64_t{0}}).substr(0, prefix_.size() + 1);
    plan.from = from_.value_or(numbers);
    plan.to = to_.value_or(EndOfPrefix(numbers));
  }

 private:
  static void Lower(std::optional<std::string>& bound, std::string key) {
    if (!bound || key < *bound) {
      bound = std::move(key);
    }
  }
  static void Raise(std::optional<std::string>& bound, std::string key) {
    if (!bound || key > *bound) {
      bound = std::move(key);
    }
  }

  std::string prefix_;
  std::optional<std::string> from_;
  std::optional<std::string> to_;
};

// Do the fields behind the first `fixed` ones, whose values are given, have the query's order?
bool HasOrder(const Query& query, const std::vector<std::string>& fields, std::size_t fixed) {
  std::size_t next = fixed;
  for (const Ordering& ordering : query.order) {
    if (ordering.descending != query.order.front().descending) {
      return false;
    }
    if (ordering.field == "id" && next == fields.size()) {
      return true;
    }
    if (next < fields.size() && fields[next] == ordering.field) {
      ++next;
    } else if (std::ranges::find(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(fixed), ordering.field) ==
               fields.begin() + static_cast<std::ptrdiff_t>(fixed)) {
      return false;
    }
  }
  // Fields that the order does not name would come before the ids.
  return next == fields.size();
}

struct Candidate {
  QueryPlan plan;
  int score = 0;
};

Candidate PlanWith(const Query& query, const IndexDefinition& index) {
  Candidate candidate{{.access = QueryPlan::Access::kIndex, .table = index.table}};
  const std::vector<std::string>& fields = index.fields;
  std::string prefix;
  std::size_t fixed = 0;
  std::size_t covered = 0;
  bool exact = true;
  for (; fixed < fields.size(); ++fixed) {
    const Condition* condition = EqualityOn(query, fields[fixed]);
    if (condition == nullptr) {
      break;
    }
    AppendSortKey(prefix, condition->operands.front());
    exact = exact && HasExactKey(condition->operands.front());
    ++covered;
  }
  candidate.plan.from = prefix;
  candidate.plan.to = EndOfPrefix(prefix);
  candidate.score = 4 * static_cast<int>(fixed);
  Range range(prefix);
  bool ranged = false;
  for (const Condition& condition : query.conditions) {
    if (fixed < fields.size() && condition.field == fields[fixed] && range.Add(condition)) {
      ranged = true;
      ++covered;
    }
  }
  if (ranged) {
    range.Narrow(candidate.plan);
    candidate.score += 2;
  }
  candidate.plan.exact = exact && covered == query.conditions.size();
  candidate.plan.sorted = HasOrder(query, fields, fixed);
  candidate.score += candidate.plan.sorted ? 3 : 0;
  const bool descending = !query.order.empty() && query.order.front().descending;
  candidate.plan.direction = candidate.plan.sorted && descending ? Direction::kBackward : Direction::kForward;
  return candidate;
}

}  // namespace

QueryPlan PlanQuery(const QuerySource& source, const Query& query) {
  if (!query.words.empty()) {
    const auto search = std::ranges::find_if(source.indexes, [&](const IndexDefinition& index) {
      return index.search && index.fields == source.collection.search_fields;
    });
    if (search != source.indexes.end()) {
      return {.access = QueryPlan::Access::kSearch, .table = search->table, .sorted = query.order.empty()};
    }
  }
  if (const Condition* condition = EqualityOn(query, "id"); condition != nullptr) {
    const auto* id = std::get_if<std::string>(&condition->operands.front());
    if (const auto key = id != nullptr ? PackUuid(*id) : std::nullopt) {
      return {.access = QueryPlan::Access::kRecords,
              .table = RecordsTable(source.collection.name),
              .from = *key,
              .to = *key + '\0',
              .sorted = true};
    }
  }
  // The records themselves lie in the order of their ids.
  const bool by_id = query.order.empty() || query.order.front().field == "id";
  const bool descending = !query.order.empty() && query.order.front().descending;
  Candidate best{{.access = QueryPlan::Access::kRecords,
                  .table = RecordsTable(source.collection.name),
                  .direction = by_id && descending ? Direction::kBackward : Direction::kForward,
                  .sorted = by_id},
                 by_id && !query.order.empty() ? 1 : 0};
  for (const IndexDefinition& index : source.indexes) {
    if (index.search) {
      continue;
    }
    Candidate candidate = PlanWith(query, index);
    candidate.plan.exact = candidate.plan.exact && query.words.empty();
    if (candidate.score > best.score) {
      best = std::move(candidate);
    }
  }
  return std::move(best.plan);
}

}  // namespace sawa
