// SPDX-License-Identifier: MIT
#include "conflict/policy.h"

#include <algorithm>
#include <limits>

namespace sawa {
namespace {

// What a policy looks at before the stamps.
double RankOf(const FieldSchema& field, const Stamp& stamp, const Value& value) {
  switch (field.merge) {
    case MergePolicy::kLastWriter:
    case MergePolicy::kManual:
    case MergePolicy::kCustom:
    case MergePolicy::kCounter:
      return 0;
    case MergePolicy::kWriteOnce:
      return std::holds_alternative<std::monostate>(value) ? 0 : 1;
    case MergePolicy::kMax:
    case MergePolicy::kMin: {
      const auto* integer = std::get_if<std::int64_t>(&value);
      const auto* number = std::get_if<double>(&value);
      if (integer == nullptr && number == nullptr) {
        return -std::numeric_limits<double>::infinity();
      }
      // Exact: integers beyond 2^53 are refused everywhere.
      const double size = integer != nullptr ? static_cast<double>(*integer) : *number;
      return field.merge == MergePolicy::kMax ? size : -size;
    }
    case MergePolicy::kLattice: {
      const auto* text = std::get_if<std::string>(&value);
      const auto state = text != nullptr ? std::ranges::find(field.states, *text) : field.states.end();
      return state != field.states.end() ? static_cast<double>(state - field.states.begin()) : -1;
    }
    case MergePolicy::kServerWins:
      return stamp.node == 0 ? 1 : 0;
  }
  return 0;
}

}  // namespace

bool Stands(const FieldSchema& field, const FieldState* current, const Stamp& stamp, const Value& value) {
  if (current == nullptr) {
    return true;
  }
  const bool held = current->stamp != Stamp{};
  if (held != (stamp != Stamp{})) {
    return !held;
  }
  const double rank = RankOf(field, stamp, value);
  const double held_rank = RankOf(field, current->stamp, current->value);
  if (rank != held_rank) {
    return rank > held_rank;
  }
  if (stamp != current->stamp) {
    return (stamp > current->stamp) != (field.merge == MergePolicy::kWriteOnce);
  }
  return CanonicalText(value) > CanonicalText(current->value);
}

}  // namespace sawa
