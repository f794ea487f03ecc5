// SPDX-License-Identifier: MIT
// The view: what the app reads. Confirmed records with the pending mutations laid over them in order, so that a pull never
// undoes what this device did and the server has not answered for yet.
// Layer: query.
#pragma once

#include <string>
#include <string_view>

#include "base/text_map.h"
#include "conflict/merge.h"
#include "query/query.h"

namespace sawa {

// Ids by collection; all of them where a collection is named without ids.
using TouchedRecords = TextMap<TextSet>;

[[nodiscard]] RecordKey KeyOf(const Operation& operation);

class View {
 public:
  View(const Schema& schema, const Tables& tables, const Shapes& shapes, const IndexDefinitions& indexes)
      : schema_(schema), tables_(tables), shapes_(shapes), indexes_(indexes) {}

  // Reads the pending mutations anew. Errors: storage_corrupt.
  Result<void> Load();

  // Follows changes that the tables have applied; adds the records it touched. Errors: storage_corrupt.
  Result<void> Follow(const WriteBatch& changes, TouchedRecords& touched);

  // What reading an entry of the outbox would give, from whoever has just made it. It counts if this very entry is stored.
  void Expect(const TableChange& entry, Mutation mutation);
  void ForgetExpected();
  // Was an entry that was expected since stored?
  [[nodiscard]] bool found_expected() const { return found_expected_; }

  // Lays pending mutations over what has changed below them. To be called before reading; where that misses a page, the
  // tables say so, and it is to be called again. Errors: storage_corrupt.
  Result<void> Settle();

  // What the app reads; `above` lies over it.
  [[nodiscard]] Reader reader(const Layer* above = nullptr) const { return Reader(tables_, &overlay_.layer(), above); }
  // As the server said it last; nullopt if it said nothing.
  [[nodiscard]] std::optional<ByteView> Confirmed(const RecordKey& key) const;
  // As the app reads it; nullopt if there is none, or if it was removed.
  [[nodiscard]] std::optional<ByteView> Get(std::string_view collection, std::string_view id) const;

  // What a query over a collection of the schema reads from; `above` lies over the view.
  [[nodiscard]] QuerySource Source(std::string_view collection, const Layer* above = nullptr) const;

  [[nodiscard]] const Shapes& shapes() const { return shapes_; }
  [[nodiscard]] const IndexDefinitions& indexes() const { return indexes_; }

  // The records that waiting mutations touch: 16 bytes each.
  [[nodiscard]] TextSet PendingIds(std::string_view collection) const;

 private:
  Result<void> AddPending(std::string_view outbox_key, ByteView bytes);
  // nullopt if it is not to be laid over the confirmed state.
  Result<std::optional<Mutation>> ReadPending(std::string_view outbox_key, ByteView bytes);
  void DropPending(std::string_view outbox_key);
  Result<void> Rebuild(const RecordKey& key);
  Result<std::optional<Record>> Merged(const CollectionSchema& schema, const RecordKey& key,
                                       const TextSet& outbox_keys) const;

  const Schema& schema_;
  const Tables& tables_;
  const Shapes& shapes_;
  const IndexDefinitions& indexes_;
  RecordLayer overlay_;
  TextMap<std::pair<Bytes, Mutation>> expected_;  // By outbox key, with the entry.
  bool found_expected_ = false;
  TextMap<Mutation> pending_;           // By outbox key.
  TextMap<TextSet> pending_of_record_;  // Outbox keys.
  TextSet dirty_;                       // To be rebuilt before reading.
};

}  // namespace sawa
