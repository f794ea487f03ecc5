// SPDX-License-Identifier: MIT
#include "conflict/merge.h"

#include <algorithm>
#include <utility>

namespace sawa {
namespace {

void ApplyFields(const CollectionSchema& schema, const Operation& operation, const Stamp& stamp,
                 std::optional<Record>& record, std::vector<std::string>& lost) {
  const bool creates = !record.has_value();
  if (creates) {
    record.emplace();
  }
  // An edit older than the removal still moves the hidden fields, so that the order of arrival makes no difference if a
  // later edit brings the record back.
  const bool hidden = record->removed && stamp < *record->removed;
  const auto has_stamp = [&](const auto& field) { return schema.PolicyOf(field.first) != MergePolicy::kCounter; };
  if (!hidden && std::ranges::any_of(operation.fields, has_stamp)) {
    record->removed.reset();
  }
  for (const auto& [name, value] : operation.fields) {
    if (schema.PolicyOf(name) == MergePolicy::kCounter) {
      // Counters have no stamps: their edits never compete.
      if (creates) {
        record->Set(name, value, Stamp{});
      }
      continue;
    }
    const FieldState* current = record->Find(name);
    const bool changes = current == nullptr || current->value != value;
    const bool wins = LastWriterWins(current, stamp, value);
    if (wins) {
      record->Set(name, value, stamp);
    }
    if (hidden || (changes && !wins)) {
      lost.push_back(name);
    }
  }
}

Result<void> ApplyIncrement(const CollectionSchema& schema, const Operation& operation, std::optional<Record>& record) {
  if (schema.PolicyOf(operation.field) != MergePolicy::kCounter) {
    return Fail(ErrorCode::kMutationInvalid, operation.field + ": only a counter can be incremented");
  }
  const FieldState* field = record ? record->Find(operation.field) : nullptr;
  const auto* current = field != nullptr ? std::get_if<std::int64_t>(&field->value) : nullptr;
  const std::int64_t before = current != nullptr ? *current : 0;
  // Two exact integers cannot overflow; what comes from outside may be none.
  if (!IsExact(before) || !IsExact(operation.delta) || !IsExact(before + operation.delta)) {
    return Fail(ErrorCode::kMutationInvalid, operation.field + ": the counter leaves the range of exact integers");
  }
  if (!record) {
    record.emplace();
  }
  record->Set(operation.field, before + operation.delta, Stamp{});
  return {};
}

void ApplyRemove(const CollectionSchema& schema, const Stamp& stamp, std::optional<Record>& record,
                 std::vector<std::string>& lost) {
  if (!record) {
    record.emplace();
  }
  if (record->removed) {
    record->removed = std::max(*record->removed, stamp);
    return;
  }
  const bool edited_later = std::ranges::any_of(record->fields(), [&](const FieldState& field) {
    return schema.PolicyOf(field.name) != MergePolicy::kCounter && field.stamp >= stamp;
  });
  if (edited_later) {
    lost.emplace_back("*");
    return;
  }
  record->removed = stamp;
}

}  // namespace

bool LastWriterWins(const FieldState* current, const Stamp& stamp, const Value& value) {
  if (current == nullptr || stamp > current->stamp) {
    return true;
  }
  return stamp == current->stamp && CanonicalText(value) > CanonicalText(current->value);
}

Result<void> ApplyOperation(const CollectionSchema& schema, const Operation& operation, const Stamp& stamp,
                            std::optional<Record>& record, std::vector<std::string>& lost) {
  switch (operation.kind) {
    case OperationKind::kPut:
    case OperationKind::kPatch:
      ApplyFields(schema, operation, stamp, record, lost);
      return {};
    case OperationKind::kIncrement:
      return ApplyIncrement(schema, operation, record);
    case OperationKind::kRemove:
      ApplyRemove(schema, stamp, record, lost);
      return {};
  }
  return {};
}

}  // namespace sawa
