// SPDX-License-Identifier: MIT
// The view: what the app reads. Confirmed records with the pending mutations laid over them in order, so that a pull never
// undoes what this device did and the server has not answered for yet.
// Layer: query.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "conflict/merge.h"
#include "storage/tables.h"

namespace sawa {

class View {
 public:
  using Records = std::map<std::string, Record, std::less<>>;

  View(const Schema& schema, const Tables& tables) : schema_(schema), tables_(tables) {}

  // Reads everything from the tables. Errors: storage_corrupt.
  Result<void> Load();

  // Follows changes that the tables have applied; adds the collections it touched. Errors: storage_corrupt.
  Result<void> Follow(const WriteBatch& changes, std::set<std::string>& touched);

  // Null if there is none, or if it was removed.
  [[nodiscard]] const Record* Get(std::string_view collection, std::string_view id) const;

  // By id; removed records are not in it.
  [[nodiscard]] const Records& All(std::string_view collection) const;

  // The records that waiting mutations touch.
  [[nodiscard]] std::set<std::string> PendingIds(std::string_view collection) const;

 private:
  // One record of the view, by what it takes to make it anew.
  using RecordKey = std::pair<std::string, std::string>;

  Result<void> AddPending(const std::string& outbox_key, ByteView bytes, std::set<RecordKey>& dirty);
  void DropPending(const std::string& outbox_key, std::set<RecordKey>& dirty);
  Result<void> Rebuild(const RecordKey& key);
  Result<std::optional<Record>> Confirmed(const RecordKey& key) const;

  const Schema& schema_;
  const Tables& tables_;
  std::map<std::string, Records, std::less<>> collections_;
  std::map<std::string, Mutation, std::less<>> pending_;          // By outbox key.
  std::map<RecordKey, std::set<std::string>> pending_of_record_;  // Outbox keys.
};

}  // namespace sawa
