// SPDX-License-Identifier: MIT
// A transaction: operations gathered over the view, with the transaction's own writes visible to its reads, until the
// engine commits them. It makes one mutation after another: each is open for operations until it is sealed, and those that
// are sealed are committed together. Layer: engine.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "base/text_map.h"
#include "query/view.h"

namespace sawa {

// What is left to do when mutations are sealed: to give them their sequence and stamps.
struct DraftMutation {
  std::string name;
  std::vector<Operation> operations = {};
  FieldValues archived = {};  // Keys of quarantined mutations, with what the archive keeps.
};

using SeriesNumbers = TextMap<std::uint64_t>;

// Sealed mutations, and what they were made from.
struct SealedMutations {
  std::vector<DraftMutation> mutations = {};
  SeriesNumbers series = {};  // The last number taken from each series.
  // The change count they were begun at, and what was read or written since: collections, series as "series/<name>", and
  // the table of what is in quarantine.
  std::uint64_t base = 0;
  TextSet footprint = {};
};

class Transaction {
 public:
  Transaction(const Schema& schema, View& view, std::string name, std::uint64_t base)
      : schema_(schema), view_(view), open_{std::move(name)} {
    sealed_.base = base;
  }

  // Nullopt if there is none. `id`: 16 bytes. Errors: unknown_collection.
  Result<std::optional<ByteView>> Get(std::string_view collection, std::string_view id);

  // Errors: those of QueryFromJson.
  Result<std::vector<FoundRecord>> Find(std::string_view collection, JsonView query);
  Result<std::size_t> Count(std::string_view collection, JsonView query);

  // Checks `operation` against the schema and the records, and adds it. Adds nothing if a page is missed: see Tables.
  // Errors: unknown_collection, unknown_field, invalid_value, record_not_found, limit_exceeded.
  Result<void> Add(Operation operation);

  // Takes the number after `last`, or after the last one this transaction took.
  std::uint64_t NextNumber(std::string_view series, std::uint64_t last);

  // Notes that a quarantined mutation goes to the archive. Errors: record_not_found if that was noted before.
  Result<void> Archive(std::string key, std::string archived);

  // Seals the open mutation and opens another one.
  void Seal(std::string next_name);
  [[nodiscard]] const SealedMutations& sealed() const { return sealed_; }

  // Those of the open mutation.
  [[nodiscard]] const std::vector<Operation>& operations() const { return open_.operations; }

 private:
  Result<const CollectionSchema*> Use(std::string_view collection);
  [[nodiscard]] Reader reader() const { return view_.reader(&drafts_.layer()); }
  Result<std::optional<Record>> RecordOf(const RecordKey& key) const;
  Result<void> AddTo(std::optional<Record> draft, const CollectionSchema& schema, const RecordKey& key,
                     Operation operation);
  Result<void> Validate(const CollectionSchema& schema, const Operation& operation,
                        const std::optional<Record>& record);
  Result<void> ValidateFields(const CollectionSchema& schema, const Operation& operation) const;
  [[nodiscard]] static bool Archives(const DraftMutation& mutation, std::string_view key);
  Result<void> Restore(const Operation& put, std::optional<Record>& draft);
  void Append(Operation operation);
  void NoteWhatWasSeen(Operation& operation) const;
  struct Before {
    std::optional<Bytes> seen;       // As it was before the open mutation.
    std::optional<Bytes> confirmed;  // Without what is pending.
  };
  // The operation's record.
  [[nodiscard]] const Before& BeforeOf(const Operation& operation) const;
  [[nodiscard]] bool Existed(const Operation& operation) const;

  const Schema& schema_;
  View& view_;
  DraftMutation open_;
  // The records that the open mutation changes: tombstones, too.
  TextMap<Before> before_;
  RecordLayer drafts_;
  // Inside its transaction an operation is newer than everything before, and a device's; real stamps are made at the
  // commit.
  Stamp draft_stamp_{std::numeric_limits<std::uint64_t>::max() / 2, 1};
  SeriesNumbers series_;
  SealedMutations sealed_;
};

}  // namespace sawa
