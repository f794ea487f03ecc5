// SPDX-License-Identifier: MIT
#include "query/view.h"

#include <algorithm>

#include "base/text_map.h"
#include "base/uuid.h"
#include "codec/json.h"
#include "codec/outbox_codec.h"
#include "storage/table_names.h"

namespace sawa {

RecordKey KeyOf(const Operation& operation) {
  return RecordKeyOf(RecordsTable(operation.collection), PackUuid(operation.id).value_or(std::string()));
}

Result<void> View::Load() {
  overlay_.Clear();
  pending_.clear();
  pending_of_record_.clear();
  dirty_.clear();
  for (const auto [key, bytes] : tables_.Scan(kOutboxTable)) {
    SAWA_TRY(AddPending(key, bytes));
  }
  return {};
}

Result<void> View::Follow(const WriteBatch& changes, TouchedRecords& touched) {
  for (const TableChange& change : changes) {
    const std::string_view collection = CollectionOf(change.table);
    if (change.kind == TableChange::Kind::kClear) {
      for (const CollectionSchema& known : schema_.collections) {
        touched[known.name].clear();
      }
      // What comes behind a clear is part of the state that is read here.
      SAWA_TRY(Load());
      return Settle();
    }
    if (!collection.empty()) {
      dirty_.insert(RecordKeyOf(change.table, change.key));
    } else if (change.table == kOutboxTable) {
      DropPending(change.key);
      if (change.kind == TableChange::Kind::kPut) {
        SAWA_TRY(AddPending(change.key, change.value));
      }
    }
  }
  for (const RecordKey& key : dirty_) {
    touched[std::string(CollectionOf(TableOf(key)))].emplace(IdOf(key));
  }
  // Where no page is missed there is nothing to wait for.
  return Settle();
}

Result<void> View::Settle() {
  while (!dirty_.empty()) {
    SAWA_TRY(Rebuild(*dirty_.begin()));
    if (tables_.missing()) {
      break;
    }
    dirty_.erase(dirty_.begin());
  }
  return {};
}

void View::Expect(const TableChange& entry, Mutation mutation) {
  expected_.insert_or_assign(entry.key, std::pair(entry.value, std::move(mutation)));
}

void View::ForgetExpected() {
  expected_.clear();
  found_expected_ = false;
}

Result<std::optional<Mutation>> View::ReadPending(std::string_view outbox_key, ByteView bytes) {
  if (const auto expected = expected_.find(outbox_key); expected != expected_.end()) {
    auto [entry, mutation] = std::move(expected->second);
    expected_.erase(expected);
    if (std::ranges::equal(entry, bytes)) {
      found_expected_ = true;
      return mutation;
    }
  }
  SAWA_ASSIGN(const OutboxEntry entry, DecodeOutboxEntry(bytes));
  if (entry.state != OutboxState::kWaiting) {
    return std::nullopt;
  }
  const auto json = ParseJson(entry.mutation_text);
  auto mutation = json ? MutationFromJson(*json) : Result<Mutation>(std::unexpected(json.error()));
  if (!mutation) {
    return Fail(ErrorCode::kStorageCorrupt, "a waiting mutation cannot be read: " + mutation.error().message);
  }
  return *std::move(mutation);
}

Result<void> View::AddPending(std::string_view outbox_key, ByteView bytes) {
  SAWA_ASSIGN(std::optional<Mutation> mutation, ReadPending(outbox_key, bytes));
  if (!mutation) {
    return {};
  }
  for (const Operation& operation : mutation->ops) {
    const RecordKey key = KeyOf(operation);
    pending_of_record_[key].emplace(outbox_key);
    dirty_.insert(key);
  }
  pending_.insert_or_assign(std::string(outbox_key), *std::move(mutation));
  return {};
}

void View::DropPending(std::string_view outbox_key) {
  const auto mutation = pending_.find(outbox_key);
  if (mutation == pending_.end()) {
    return;
  }
  for (const Operation& operation : mutation->second.ops) {
    const RecordKey key = KeyOf(operation);
    dirty_.insert(key);
    const auto outbox_keys = pending_of_record_.find(key);
    if (outbox_keys == pending_of_record_.end()) {
      continue;
    }
    if (const auto found = outbox_keys->second.find(outbox_key); found != outbox_keys->second.end()) {
      outbox_keys->second.erase(found);
    }
    if (outbox_keys->second.empty()) {
      pending_of_record_.erase(outbox_keys);
    }
  }
  pending_.erase(mutation);
}

Result<void> View::Rebuild(const RecordKey& key) {
  const CollectionSchema* schema = schema_.Find(CollectionOf(TableOf(key)));
  if (schema == nullptr) {
    return {};
  }
  const auto outbox_keys = pending_of_record_.find(key);
  if (outbox_keys == pending_of_record_.end()) {
    overlay_.Drop(key);
    return {};
  }
  SAWA_ASSIGN(const std::optional<Record> record, Merged(*schema, key, outbox_keys->second));
  if (!tables_.missing()) {
    std::optional<Bytes> bytes;
    if (record && !record->removed) {
      bytes = EncodeRecord(*record, shapes_.NumberOf(*record));
    }
    overlay_.Put(Reader(tables_), indexes_, shapes_, key, std::move(bytes));
  }
  return {};
}

Result<std::optional<Record>> View::Merged(const CollectionSchema& schema, const RecordKey& key,
                                           const TextSet& outbox_keys) const {
  std::optional<Record> record;
  if (const auto confirmed = tables_.Get(TableOf(key), IdOf(key)); confirmed) {
    SAWA_ASSIGN(record, DecodeRecord(*confirmed, shapes_));
  }
  const std::string id = UuidText(IdOf(key));
  std::vector<std::string> lost;
  for (const std::string& outbox_key : outbox_keys) {
    const Mutation& mutation = pending_.at(outbox_key);
    for (const Operation& operation : mutation.ops) {
      if (operation.id == id && operation.collection == schema.name) {
        // An increment that no longer fits is the server's to refuse; here it is left out.
        [[maybe_unused]] const auto applied = ApplyOperation(schema, operation, mutation.stamp, record, lost);
      }
    }
  }
  return record;
}

std::optional<ByteView> View::Get(std::string_view collection, std::string_view id) const {
  const auto record = reader().Get(RecordsTable(collection), id);
  return record && !IsRemoved(*record) ? record : std::nullopt;
}

std::optional<ByteView> View::Confirmed(const RecordKey& key) const { return tables_.Get(TableOf(key), IdOf(key)); }

QuerySource View::Source(std::string_view collection, const Layer* above) const {
  static const std::vector<IndexDefinition> kNone;
  const auto indexes = indexes_.find(collection);
  return {*schema_.Find(collection), indexes != indexes_.end() ? indexes->second : kNone, shapes_, reader(above)};
}

TextSet View::PendingIds(std::string_view collection) const {
  TextSet ids;
  const std::string table = RecordsTable(collection);
  auto record = pending_of_record_.lower_bound(RecordKeyOf(table, ""));
  for (; record != pending_of_record_.end() && TableOf(record->first) == table; ++record) {
    ids.emplace(IdOf(record->first));
  }
  return ids;
}

}  // namespace sawa
