// SPDX-License-Identifier: MIT
#include "conflict/merge.h"

#include <algorithm>
#include <utility>

#include "conflict/policy.h"

namespace sawa {
namespace {

// Did the device write what it saw? Then it did not change the field.
bool IsEdited(const Operation& operation, const std::pair<std::string, Value>& field) {
  return std::ranges::find(operation.was, field) == operation.was.end();
}

void ApplyFields(const CollectionSchema& schema, const Operation& operation, const Stamp& stamp,
                 std::optional<Record>& record, std::vector<std::string>& lost) {
  const bool creates = !record.has_value();
  if (creates) {
    record.emplace();
  }
  const auto brings_back = [&](const auto& field) {
    return schema.RulesOf(field.first).newest_stands() && IsEdited(operation, field);
  };
  if (record->removed && stamp >= *record->removed && std::ranges::any_of(operation.fields, brings_back)) {
    record->removed.reset();
  }
  for (const auto& written : operation.fields) {
    const auto& [name, value] = written;
    const FieldSchema& field = schema.RulesOf(name);
    if (!creates && !IsEdited(operation, written)) {
      continue;
    }
    if (!field.stamped()) {
      // Counters have no stamps: their edits never compete.
      if (creates) {
        record->Set(name, value, Stamp{});
      }
      continue;
    }
    const FieldState* current = record->Find(name);
    const bool changes = current == nullptr || current->value != value;
    const bool stands = Stands(field, current, stamp, value);
    // An edit of a removed record still moves the hidden fields, so that the order of arrival makes no difference if a
    // later edit brings the record back.
    if (stands) {
      record->Set(name, value, stamp);
    }
    if (record->removed || (changes && !stands)) {
      lost.push_back(name);
    }
  }
}

Result<void> ApplyIncrement(const CollectionSchema& schema, const Operation& operation, std::optional<Record>& record) {
  if (schema.RulesOf(operation.field).stamped()) {
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
    return schema.RulesOf(field.name).newest_stands() && field.stamp >= stamp;
  });
  if (edited_later) {
    lost.emplace_back("*");
    return;
  }
  record->removed = stamp;
}

}  // namespace

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
