// SPDX-License-Identifier: MIT
#include "query/view.h"

#include "codec/json.h"
#include "codec/outbox_codec.h"
#include "codec/record_codec.h"
#include "storage/table_names.h"

namespace sawa {

Result<void> View::Load() {
  collections_.clear();
  pending_.clear();
  pending_of_record_.clear();
  std::set<RecordKey> dirty;
  for (const auto& [key, bytes] : tables_.Scan(kOutboxTable)) {
    SAWA_TRY(AddPending(key, bytes, dirty));
  }
  for (const CollectionSchema& collection : schema_.collections) {
    Records& records = collections_[collection.name];
    for (const auto& [id, bytes] : tables_.Scan(RecordsTable(collection.name))) {
      SAWA_ASSIGN(Record record, DecodeRecord(bytes));
      if (!record.removed) {
        records.emplace_hint(records.end(), id, std::move(record));
      }
    }
  }
  for (const RecordKey& key : dirty) {
    SAWA_TRY(Rebuild(key));
  }
  return {};
}

Result<void> View::Follow(const WriteBatch& changes, std::set<std::string>& touched) {
  std::set<RecordKey> dirty;
  for (const TableChange& change : changes) {
    const std::string_view collection = CollectionOf(change.table);
    if (change.kind == TableChange::Kind::kClear) {
      for (const CollectionSchema& known : schema_.collections) {
        touched.insert(known.name);
      }
      return Load();
    }
    if (!collection.empty()) {
      dirty.emplace(collection, change.key);
    } else if (change.table == kOutboxTable) {
      DropPending(change.key, dirty);
      if (change.kind == TableChange::Kind::kPut) {
        SAWA_TRY(AddPending(change.key, change.value, dirty));
      }
    }
  }
  for (const RecordKey& key : dirty) {
    touched.insert(key.first);
    SAWA_TRY(Rebuild(key));
  }
  return {};
}

Result<void> View::AddPending(const std::string& outbox_key, ByteView bytes, std::set<RecordKey>& dirty) {
  SAWA_ASSIGN(const OutboxEntry entry, DecodeOutboxEntry(bytes));
  const auto json = ParseJson(entry.mutation_text);
  auto mutation = json ? MutationFromJson(*json) : Result<Mutation>(std::unexpected(json.error()));
  if (!mutation) {
    return Fail(ErrorCode::kStorageCorrupt, "a waiting mutation cannot be read: " + mutation.error().message);
  }
  for (const Operation& operation : mutation->ops) {
    const RecordKey key(operation.collection, operation.id);
    pending_of_record_[key].insert(outbox_key);
    dirty.insert(key);
  }
  pending_.insert_or_assign(outbox_key, std::move(*mutation));
  return {};
}

void View::DropPending(const std::string& outbox_key, std::set<RecordKey>& dirty) {
  const auto mutation = pending_.find(outbox_key);
  if (mutation == pending_.end()) {
    return;
  }
  for (const Operation& operation : mutation->second.ops) {
    const RecordKey key(operation.collection, operation.id);
    dirty.insert(key);
    const auto outbox_keys = pending_of_record_.find(key);
    if (outbox_keys != pending_of_record_.end() && outbox_keys->second.erase(outbox_key) > 0 &&
        outbox_keys->second.empty()) {
      pending_of_record_.erase(outbox_keys);
    }
  }
  pending_.erase(mutation);
}

Result<std::optional<Record>> View::Confirmed(const RecordKey& key) const {
  const Bytes* bytes = tables_.Get(RecordsTable(key.first), key.second);
  if (bytes == nullptr) {
    return std::optional<Record>();
  }
  SAWA_ASSIGN(Record record, DecodeRecord(*bytes));
  return std::optional(std::move(record));
}

Result<void> View::Rebuild(const RecordKey& key) {
  const CollectionSchema* schema = schema_.Find(key.first);
  if (schema == nullptr) {
    return {};
  }
  SAWA_ASSIGN(std::optional<Record> record, Confirmed(key));
  if (const auto outbox_keys = pending_of_record_.find(key); outbox_keys != pending_of_record_.end()) {
    std::vector<std::string> lost;
    for (const std::string& outbox_key : outbox_keys->second) {
      const Mutation& mutation = pending_.at(outbox_key);
      for (const Operation& operation : mutation.ops) {
        if (operation.collection == key.first && operation.id == key.second) {
          if (!ApplyOperation(*schema, operation, mutation.stamp, record, lost)) {
            // An increment that no longer fits is the server's to refuse; here it is left out.
            continue;
          }
        }
      }
    }
  }
  Records& records = collections_[key.first];
  if (record && !record->removed) {
    records.insert_or_assign(key.second, std::move(*record));
  } else {
    records.erase(key.second);
  }
  return {};
}

const Record* View::Get(std::string_view collection, std::string_view id) const {
  const Records& records = All(collection);
  const auto record = records.find(id);
  return record != records.end() ? &record->second : nullptr;
}

const View::Records& View::All(std::string_view collection) const {
  static const Records kEmpty;
  const auto records = collections_.find(collection);
  return records != collections_.end() ? records->second : kEmpty;
}

std::set<std::string> View::PendingIds(std::string_view collection) const {
  std::set<std::string> ids;
  auto record = pending_of_record_.lower_bound(RecordKey(collection, ""));
  for (; record != pending_of_record_.end() && record->first.first == collection; ++record) {
    ids.insert(record->first.second);
  }
  return ids;
}

}  // namespace sawa
