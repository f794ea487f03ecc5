// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "query/fold_text.h"
#include "query/query.h"

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

Value FieldOf(const std::string& id, const Record& record, const std::string& field) {
  if (field == "id") {
    return id;
  }
  const FieldState* state = record.Find(field);
  return state != nullptr ? state->value : Value{};
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

bool HasWords(const CollectionSchema& schema, const Record& record, const std::vector<std::string>& words) {
  if (words.empty()) {
    return true;
  }
  std::string text;
  for (const std::string& field : schema.search_fields) {
    const FieldState* state = record.Find(field);
    const auto* value = state != nullptr ? std::get_if<std::string>(&state->value) : nullptr;
    if (value != nullptr) {
      text += FoldText(*value);
      text += '\n';
    }
  }
  return std::ranges::all_of(words, [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

// A record with the values it is ordered by; texts are folded once, not at every comparison.
struct Candidate {
  FoundRecord found;
  std::vector<Value> keys;
};

bool Before(const Query& query, const Candidate& left, const Candidate& right) {
  for (std::size_t index = 0; index < query.order.size(); ++index) {
    const int order = CompareValues(left.keys[index], right.keys[index]);
    if (order != 0) {
      return query.order[index].descending ? order > 0 : order < 0;
    }
  }
  return *left.found.first < *right.found.first;
}

Candidate MakeCandidate(const Query& query, const std::string& id, const Record& record) {
  Candidate candidate{{&id, &record}, {}};
  for (const Ordering& ordering : query.order) {
    Value key = FieldOf(id, record, ordering.field);
    if (auto* text = std::get_if<std::string>(&key); text != nullptr) {
      *text = FoldText(*text);
    }
    candidate.keys.push_back(std::move(key));
  }
  return candidate;
}

}  // namespace

int CompareValues(const Value& left, const Value& right) {
  if (RankOf(left) != RankOf(right)) {
    return Compare(RankOf(left), RankOf(right));
  }
  if (RankOf(left) == 2) {
    return Compare(NumberOf(left), NumberOf(right));
  }
  return Compare(left, right);
}

std::vector<FoundRecord> Find(const Schema& schema, const View& view, const Query& query, const Drafts& drafts) {
  const CollectionSchema& collection = *schema.Find(query.collection);
  std::vector<Candidate> candidates;
  const auto consider = [&](const std::string& id, const Record& record) {
    const auto holds = [&](const Condition& condition) {
      return Holds(condition, FieldOf(id, record, condition.field));
    };
    if (std::ranges::all_of(query.conditions, holds) && HasWords(collection, record, query.words)) {
      candidates.push_back(MakeCandidate(query, id, record));
    }
  };
  const auto drafted = drafts.find(query.collection);
  for (const auto& [id, record] : view.All(query.collection)) {
    if (drafted == drafts.end() || !drafted->second.contains(id)) {
      consider(id, record);
    }
  }
  if (drafted != drafts.end()) {
    for (const auto& [id, record] : drafted->second) {
      if (record && !record->removed) {
        consider(id, *record);
      }
    }
  }
  const std::size_t end = std::min(candidates.size(), query.offset + query.limit);
  const auto before = [&](const Candidate& left, const Candidate& right) { return Before(query, left, right); };
  std::ranges::partial_sort(candidates, candidates.begin() + static_cast<std::ptrdiff_t>(end), before);
  std::vector<FoundRecord> found;
  for (std::size_t index = query.offset; index < end; ++index) {
    found.push_back(candidates[index].found);
  }
  return found;
}

}  // namespace sawa
