// SPDX-License-Identifier: MIT
// The one door to the core: a local database and its sync. Everything it needs from the outside comes in by constructor.
// Layer: engine.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/text_map.h"
#include "engine/loader.h"
#include "engine/transaction.h"
#include "query/aggregate.h"
#include "sync/backoff.h"
#include "sync/session.h"

namespace sawa {

struct EngineOptions {
  std::string name;
  Schema schema;
  // Opens only what it takes to send waiting mutations: no records, no queries, no transactions.
  bool outbox_only = false;
};

// What changed since the last time somebody asked.
struct EngineEvents {
  // The ids of the records that were touched; nullopt where it may be any.
  TextMap<std::optional<TextSet>> collections;
  bool status = false;
};

struct EngineStatus {
  SyncProgress progress;
  OutboxSummary outbox;
  std::size_t quarantined = 0;
  std::uint64_t synced_at_ms = 0;
  bool ready = false;
  std::string enrolment;  // As JSON text; empty before enrolment.
};

struct SyncOutcome {
  Result<SyncReport> report;
  // After a failure that time may heal: when to try again.
  std::int64_t retry_delay_ms = 0;
};

class Engine final : private TablesListener {
 public:
  using TransactionId = std::uint32_t;

  // `on_events` is called when TakeEvents has something new; it must not call back into the engine at once.
  Engine(EngineOptions options, Storage& storage, Transport& transport, Clock& clock, Random& random,
         std::function<void()> on_events);

  // Opens or creates the database. Errors: those of Storage.
  Task<Result<void>> Open();
  void Close();

  // Reads do not wait. Where they needed a page that is not in memory, missing() is true afterwards: the answer does not
  // count, and after LoadMissing the same call may be made again. The same goes for calls of a transaction.
  [[nodiscard]] bool missing() const { return tables_.missing(); }
  // Errors: those of Storage, storage_corrupt.
  Task<Result<void>> LoadMissing();
  // Reads some more of the resident collections into memory. False when all of them are there.
  Task<Result<bool>> WarmUp();

  // Nullopt if there is none. The view lives until the next call. Errors: unknown_collection, database_closed.
  Result<std::optional<ByteView>> Get(std::string_view collection, std::string_view id);
  // Errors: those of QueryFromJson, database_closed.
  Result<std::vector<FoundRecord>> Find(std::string_view collection, JsonView query);
  Result<std::size_t> Count(std::string_view collection, JsonView query);
  // The next slice of an aggregation: as many entries, or 0 to begin. Null as long as there are more. It begins anew by itself
  // when the collection has changed, so its rows are of one state. One aggregation at a time.
  // Errors: those of QueryFromJson and sawa::Aggregate, database_closed.
  Result<std::string> Aggregate(std::size_t entry_count, std::string_view collection, JsonView aggregation);
  // Is one of these records (as they are now) an answer to the query, whatever its limit and offset say?
  Result<bool> IsAnsweredByAny(std::string_view collection, JsonView query, const std::vector<std::string>& ids);
  // How Find would answer.
  Result<QueryPlan> Explain(std::string_view collection, JsonView query) const;
  // The records that waiting mutations touch.
  [[nodiscard]] TextSet PendingIds(std::string_view collection) const;
  // A record of an answer as a whole. Errors: storage_corrupt.
  [[nodiscard]] Result<Record> Decode(ByteView record) const { return DecodeRecord(record, shapes_); }
  // Field names of a shape that records in answers refer to; null if there is no such shape.
  [[nodiscard]] const Shapes::Names* ShapeNames(ShapeNumber number) const { return shapes_.Find(number); }

  // A transaction lives until it is committed or discarded. 0 if a page is missed: then there is none. Errors: database_closed, invalid_argument.
  Result<TransactionId> Begin(std::string name);
  // Null if there is no such transaction.
  [[nodiscard]] Transaction* Find(TransactionId id);
  // Errors: invalid_argument if there is no such transaction.
  Result<std::uint64_t> NextNumber(TransactionId id, std::string_view series);
  // Tells whether what it read and wrote is as it was when it began.
  bool Discard(TransactionId id);

  // Seals the transaction's open mutation and opens the next one, whose operations see those before it.
  // Errors: invalid_argument.
  Result<void> Next(TransactionId id, std::string name);

  // Takes a mutation out of quarantine when the open mutation is committed, with it or by itself; the archive keeps it with
  // `note`, a JSON object of at most 4 KiB. Errors: invalid_argument, record_not_found.
  Result<void> Archive(TransactionId id, std::string_view mutation_id, std::string_view note);

  // Makes the transaction's mutations durable (strict) and waiting for the server, all or none, and ends it whatever the
  // outcome. `kSealed`: only those that are sealed; the open one is forgotten.
  // Errors: storage_contended if something the transaction used has changed meanwhile (begin again); those of Storage.
  // Nothing has changed then, and no number of a series is used up.
  enum class Extent : std::uint8_t { kSealed, kWhole };
  Task<Result<void>> Commit(TransactionId id, Extent extent = Extent::kWhole);

  // Begins to fill a collection. One at a time: it takes the place of an earlier load. Errors: unknown_collection, database_closed.
  Result<void> BeginLoad(std::string_view collection);
  // Null if no load is running.
  [[nodiscard]] Loader* loader() const { return loader_.get(); }
  // Frees what the load has gathered.
  void EndLoad() { loader_.reset(); }

  // One at a time: a second call while one runs fails with storage_contended. Errors: see Session.
  Task<SyncOutcome> Sync();
  Task<Result<Enrolment>> Enrol(Credentials credentials, std::string device_name, std::string shop);
  Task<Result<Enrolment>> Login(Credentials credentials);
  Task<Result<void>> Logout();
  // The JSON of the answer. Errors: see Session::Post; invalid_argument for a path that might leave the server.
  Task<Result<std::string>> Request(std::string path, std::string body);
  Task<Result<void>> StartOver();

  // Upkeep, to be called after commits and sync runs: folds the log if it has grown long. Not part of them, because a
  // commit is a success whatever becomes of the upkeep; after an error the next call tries again. Errors: those of Storage.
  Task<Result<void>> FoldIfLong();

  // Applies what other tabs and the service worker have committed.
  Task<Result<void>> Refresh();

  // Errors: storage_corrupt.
  Result<EngineStatus> Status() const;
  // Quarantined mutations as JSON texts, oldest first; or those that left quarantine, with their notes.
  [[nodiscard]] std::vector<std::string> Quarantined(bool archived = false) const;

  EngineEvents TakeEvents();

 private:
  Result<void> OnBatch(WriteBatch& batch) override;
  Result<void> OnChanges(const WriteBatch& changes) override;
  Result<void> OnReload() override;

  std::string MakeId();
  Result<void> CheckOpen() const;
  Result<void> LoadSmallTables();
  Task<Result<void>> EnsureIncarnation();
  Task<Result<void>> EnsureIndexes();
  [[nodiscard]] Tables::Replacement BuildIndexes(const IndexDefinitions& wanted) const;
  Result<void> CheckUnchanged(const SealedMutations& sealed) const;
  Result<WriteBatch> BatchOf(const SealedMutations& sealed);
  void NoteChange(std::string_view what);
  // The change count at which a collection or series last changed.
  [[nodiscard]] std::uint64_t ChangedAt(std::string_view what) const;
  void Announce();

  EngineOptions options_;
  Transport& transport_;
  Clock& clock_;
  Random& random_;
  std::function<void()> on_events_;
  Storage& storage_;
  Tables tables_;
  Shapes shapes_;
  IndexDefinitions indexes_;  // Those that the database keeps.
  View view_;
  std::unique_ptr<StampClock> stamps_;
  std::unique_ptr<Session> session_;
  Backoff backoff_;
  std::unique_ptr<Loader> loader_;
  std::map<TransactionId, Transaction> transactions_;
  TransactionId last_transaction_ = 0;
  // The change count at which each collection and series ("series/<name>") last changed.
  TextMap<std::uint64_t> changed_at_;
  Measured measured_;              // By the aggregation that is under way,
  std::uint64_t measured_at_ = 0;  // whose collection had last changed at this change count.
  EngineEvents events_;
  bool open_ = false;
  bool syncing_ = false;
};

}  // namespace sawa
