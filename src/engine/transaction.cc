// SPDX-License-Identifier: MIT
#include "engine/transaction.h"

#include <algorithm>
#include <utility>

#include "base/uuid.h"
#include "storage/table_names.h"

namespace sawa {
namespace {

bool IsEdit(const Operation& operation) {
  return operation.kind == OperationKind::kPut || operation.kind == OperationKind::kPatch;
}

bool IsOf(const Operation& operation, const Operation& other) {
  return operation.collection == other.collection && operation.id == other.id;
}

// Later values replace earlier ones: two edits of a field in one mutation have equal stamps, and could not be told apart.
void MergeFields(FieldValues& into, FieldValues from) {
  for (auto& [name, value] : from) {
    const auto same = std::ranges::find(into, name, [](const auto& field) { return field.first; });
    if (same != into.end()) {
      same->second = std::move(value);
    } else {
      into.emplace_back(std::move(name), std::move(value));
    }
  }
}

std::optional<Bytes> CopyOf(std::optional<ByteView> bytes) {
  return bytes ? std::optional(Bytes(bytes->begin(), bytes->end())) : std::nullopt;
}

}  // namespace

Result<const CollectionSchema*> Transaction::Use(std::string_view collection) {
  const CollectionSchema* schema = schema_.Find(collection);
  if (schema == nullptr) {
    return Fail(ErrorCode::kUnknownCollection, collection);
  }
  sealed_.footprint.emplace(collection);
  // The state may have been read anew since the transaction began.
  SAWA_TRY(view_.Settle());
  return schema;
}

Result<std::optional<ByteView>> Transaction::Get(std::string_view collection, std::string_view id) {
  SAWA_TRY(Use(collection));
  const auto record = reader().Get(RecordsTable(collection), id);
  return record && !IsRemoved(*record) ? record : std::nullopt;
}

Result<std::optional<Record>> Transaction::RecordOf(const RecordKey& key) const {
  const auto bytes = reader().Get(TableOf(key), IdOf(key));
  if (!bytes || IsRemoved(*bytes)) {
    return std::optional<Record>();
  }
  SAWA_ASSIGN(Record record, DecodeRecord(*bytes, view_.shapes()));
  return std::optional(std::move(record));
}

Result<std::vector<FoundRecord>> Transaction::Find(std::string_view collection, JsonView query) {
  SAWA_TRY(Use(collection));
  SAWA_ASSIGN(const Query parsed, QueryFromJson(schema_, collection, query));
  return sawa::Find(view_.Source(collection, &drafts_.layer()), parsed);
}

Result<std::size_t> Transaction::Count(std::string_view collection, JsonView query) {
  SAWA_TRY(Use(collection));
  SAWA_ASSIGN(const Query parsed, QueryFromJson(schema_, collection, query));
  return sawa::Count(view_.Source(collection, &drafts_.layer()), parsed);
}

Result<void> Transaction::Add(Operation operation) {
  SAWA_ASSIGN(const CollectionSchema* schema, Use(operation.collection));
  if (open_.operations.size() >= kOperationsMax) {
    return Fail(ErrorCode::kLimitExceeded, "a mutation has at most 2,000 operations");
  }
  if (!IsUuid(operation.id)) {
    return Fail(ErrorCode::kInvalidValue, "an id is a UUID in lower case");
  }
  const RecordKey key = KeyOf(operation);
  SAWA_ASSIGN(std::optional<Record> draft, RecordOf(key));
  const auto confirmed = view_.Confirmed(key);
  if (reader().missing()) {
    return {};
  }
  SAWA_TRY(Validate(*schema, operation, draft));
  operation.was.clear();
  if (const auto [before, added] = before_.try_emplace(key); added) {
    before->second = {CopyOf(reader().Get(TableOf(key), IdOf(key))), CopyOf(confirmed)};
  }
  return AddTo(std::move(draft), *schema, key, std::move(operation));
}

Result<void> Transaction::AddTo(std::optional<Record> draft, const CollectionSchema& schema, const RecordKey& key,
                                Operation operation) {
  if (operation.kind == OperationKind::kPut && !draft) {
    SAWA_TRY(Restore(operation, draft));
  }
  if (operation.kind == OperationKind::kRemove && Existed(operation)) {
    // Of what the open mutation made of the record nothing is left.
    SAWA_ASSIGN(draft, DecodeRecord(*BeforeOf(operation).seen, view_.shapes()));
  }
  std::vector<std::string> lost;
  const auto applied = ApplyOperation(schema, operation, draft_stamp_, draft, lost);
  if (!applied) {
    return Fail(ErrorCode::kInvalidValue, applied.error().message);
  }
  if (IsEdit(operation)) {
    // Of what one mutation writes to a field the greatest counts where the policy goes by value, else the last one.
    for (auto& [name, value] : operation.fields) {
      const FieldState* field = draft->Find(name);
      if (field == nullptr || field->stamp != draft_stamp_) {
        continue;
      }
      if (schema.RulesOf(name).greatest_stands()) {
        value = field->value;
      } else {
        draft->Set(name, value, draft_stamp_);
      }
    }
  }
  const bool undone = operation.kind == OperationKind::kRemove && !Existed(operation);
  std::optional<Bytes> bytes =
      undone ? BeforeOf(operation).seen : std::optional(EncodeRecord(*draft, view_.shapes().NumberOf(*draft)));
  drafts_.Put(view_.reader(), view_.indexes(), view_.shapes(), key, std::move(bytes));
  Append(std::move(operation));
  return {};
}

Result<void> Transaction::Validate(const CollectionSchema& schema, const Operation& operation,
                                   const std::optional<Record>& record) {
  if (operation.kind != OperationKind::kPut && !record) {
    return Fail(ErrorCode::kRecordNotFound, operation.collection + "/" + operation.id);
  }
  if (IsEdit(operation)) {
    return ValidateFields(schema, operation);
  }
  if (operation.kind == OperationKind::kIncrement) {
    const FieldSchema* field = schema.Find(operation.field);
    if (field == nullptr) {
      return Fail(ErrorCode::kUnknownField, operation.collection + "." + operation.field);
    }
    if (field->stamped()) {
      return Fail(ErrorCode::kInvalidValue, operation.field + ": only a counter can be incremented");
    }
  }
  return {};
}

Result<void> Transaction::ValidateFields(const CollectionSchema& schema, const Operation& operation) const {
  const bool puts = operation.kind == OperationKind::kPut;
  for (const auto& [name, value] : operation.fields) {
    const FieldSchema* field = schema.Find(name);
    if (field == nullptr) {
      return Fail(ErrorCode::kUnknownField, operation.collection + "." + name);
    }
    if (!puts && !field->stamped()) {
      return Fail(ErrorCode::kInvalidValue, name + ": a counter moves by increments alone");
    }
    SAWA_TRY(ValidateValue(*field, value));
  }
  for (const FieldSchema& field : schema.fields) {
    const bool given = std::ranges::find(operation.fields, field.name, [](const auto& item) { return item.first; }) !=
                       operation.fields.end();
    if (puts && field.required && !given) {
      return Fail(ErrorCode::kInvalidValue, operation.collection + "." + field.name + ": the field is required");
    }
  }
  return {};
}

// A removal and a put of one record would have equal stamps: together they are an edit of the record as it was.
Result<void> Transaction::Restore(const Operation& put, std::optional<Record>& draft) {
  if (const auto& before = BeforeOf(put).seen; before) {
    SAWA_ASSIGN(draft, DecodeRecord(*before, view_.shapes()));
  }
  if (Existed(put)) {
    std::erase_if(open_.operations, [&](const Operation& earlier) { return IsOf(earlier, put); });
  }
  return {};
}

void Transaction::Append(Operation operation) {
  if (operation.kind == OperationKind::kRemove) {
    std::erase_if(open_.operations, [&](const Operation& earlier) { return IsOf(earlier, operation); });
    if (!Existed(operation)) {
      return;
    }
  }
  const auto earlier = std::ranges::find_if(
      open_.operations, [&](const Operation& candidate) { return IsEdit(candidate) && IsOf(candidate, operation); });
  if (IsEdit(operation) && earlier != open_.operations.end()) {
    // The record is there by then, and its counters move by increments alone.
    const CollectionSchema& schema = *schema_.Find(operation.collection);
    std::erase_if(operation.fields, [&](const auto& field) { return !schema.RulesOf(field.first).stamped(); });
    MergeFields(earlier->fields, std::move(operation.fields));
  } else {
    open_.operations.push_back(std::move(operation));
  }
}

const Transaction::Before& Transaction::BeforeOf(const Operation& operation) const {
  return before_.at(KeyOf(operation));
}

bool Transaction::Existed(const Operation& operation) const {
  const auto& before = BeforeOf(operation).seen;
  return before && !IsRemoved(*before);
}

// So that the server can tell what nobody had seen who overwrote it. What is written as it was seen counts as no edit; but
// what was seen may be a waiting edit that the server then refuses, so it counts as one.
void Transaction::NoteWhatWasSeen(Operation& operation) const {
  if (operation.kind == OperationKind::kIncrement || !Existed(operation)) {
    return;
  }
  const Before& before = BeforeOf(operation);
  const Record seen = DecodeRecord(*before.seen, view_.shapes()).value_or(Record());
  const Record confirmed = DecodeRecord(before.confirmed.value_or(Bytes()), view_.shapes()).value_or(Record());
  for (const FieldSchema& field : schema_.Find(operation.collection)->fields) {
    const auto written = std::ranges::find(operation.fields, field.name, [](const auto& item) { return item.first; });
    const bool writes = written != operation.fields.end();
    if (!field.stamped() || (IsEdit(operation) && !writes)) {
      continue;
    }
    const FieldState* state = seen.Find(field.name);
    const FieldState* stored = confirmed.Find(field.name);
    const Value value = state != nullptr ? state->value : Value();
    const bool waits = state != nullptr && (stored == nullptr || *stored != *state);
    if (!(waits && writes && written->second == value)) {
      operation.was.emplace_back(field.name, value);
    }
  }
}

bool Transaction::Archives(const DraftMutation& mutation, std::string_view key) {
  return std::ranges::any_of(mutation.archived, [&](const auto& archived) { return archived.first == key; });
}

Result<void> Transaction::Archive(std::string key, std::string archived) {
  const auto archives = [&](const DraftMutation& mutation) { return Archives(mutation, key); };
  if (archives(open_) || std::ranges::any_of(sealed_.mutations, archives)) {
    return Fail(ErrorCode::kRecordNotFound, "the mutation is in quarantine no more");
  }
  sealed_.footprint.emplace(kQuarantineTable);
  open_.archived.emplace_back(std::move(key), std::move(archived));
  return {};
}

void Transaction::Seal(std::string next_name) {
  for (Operation& operation : open_.operations) {
    NoteWhatWasSeen(operation);
  }
  sealed_.mutations.push_back(std::exchange(open_, {std::move(next_name)}));
  sealed_.series = series_;
  before_.clear();
  ++draft_stamp_.time;
}

std::uint64_t Transaction::NextNumber(std::string_view series, std::uint64_t last) {
  sealed_.footprint.insert("series/" + std::string(series));
  auto taken = series_.find(series);
  if (taken == series_.end()) {
    taken = series_.emplace(series, last).first;
  }
  return ++taken->second;
}

}  // namespace sawa
