// SPDX-License-Identifier: MIT
#include "engine/engine.h"

#include <algorithm>
#include <array>

#include "base/uuid.h"
#include "codec/json_writer.h"
#include "storage/entry_sorter.h"
#include "storage/record_packer.h"
#include "storage/table_names.h"
#include "sync/meta.h"

namespace sawa {
namespace {

TablesOptions TablesOptionsOf(const EngineOptions& options) {
  const auto is_resident = [&options](std::string_view table) {
    // The second part of "records/products" and of "index/products/name,".
    const std::string_view rest = table.substr(std::min(table.find('/'), table.size() - 1) + 1);
    const CollectionSchema* collection = options.schema.Find(rest.substr(0, rest.find('/')));
    return !options.outbox_only && (collection == nullptr || !collection->paged);
  };
  return {.loaded_at_open = IsSmallTable, .resident = is_resident};
}

// A stamp's node is the incarnation's random part: 16 hex digits, never all zero (that is the server).
std::uint64_t NodeOf(const std::string& incarnation) {
  std::string digits;
  std::ranges::copy_if(incarnation, std::back_inserter(digits), [](char character) { return character != '-'; });
  const auto stamp = ParseStamp("0000000000000000-" + (digits.size() == 32 ? digits.substr(16) : digits));
  return stamp ? stamp->node : 1;
}

constexpr std::size_t kMutationNameLengthMax = 64;
constexpr std::size_t kTransactionsMax = 1000;
// Who is told of more had better look at all.
constexpr std::size_t kTouchedIdsMax = 500;

Result<void> CheckMutationName(const std::string& name) {
  const std::string as_json = JsonArray().Text(name).Take();
  if (name.empty() || name.size() > kMutationNameLengthMax || !ParseJson(as_json)) {
    return Fail(ErrorCode::kInvalidArgument, "a mutation's name is a text of 1 to 64 bytes");
  }
  return {};
}

std::unexpected<Error> NoTransaction() { return Fail(ErrorCode::kInvalidArgument, "no such transaction"); }

}  // namespace

Engine::Engine(EngineOptions options, Storage& storage, Transport& transport, Clock& clock, Random& random,
               std::function<void()> on_events)
    : options_(std::move(options)),
      transport_(transport),
      clock_(clock),
      random_(random),
      on_events_(std::move(on_events)),
      storage_(storage),
      tables_(storage, *this, TablesOptionsOf(options_)),
      view_(options_.schema, tables_, shapes_, indexes_),
      backoff_(random) {}

Task<Result<void>> Engine::Open() {
  SAWA_CO_TRY(co_await tables_.Open(options_.name));
  if (MetaNumber(tables_, kSchemaVersionKey) > static_cast<std::uint64_t>(options_.schema.version)) {
    storage_.Close();
    co_return Fail(ErrorCode::kStorageVersionTooNew, "the database was opened by a newer version of the app");
  }
  SAWA_CO_TRY(co_await EnsureIncarnation());
  if (!options_.outbox_only) {
    SAWA_CO_TRY(co_await EnsureIndexes());
  }
  stamps_ = std::make_unique<StampClock>(clock_, NodeOf(MetaText(tables_, kIncarnationKey)),
                                         MetaNumber(tables_, kStampTimeKey));
  session_ = std::make_unique<Session>(
      tables_, shapes_, transport_, clock_, *stamps_, options_.schema.version, [this] { return MakeId(); },
      [this] {
        events_.status = true;
        Announce();
      });
  open_ = true;
  co_return Result<void>{};
}

Task<Result<void>> Engine::EnsureIncarnation() {
  const auto build = [this]() -> Result<WriteBatch> {
    WriteBatch batch;
    if (MetaText(tables_, kIncarnationKey).empty()) {
      batch.push_back(PutMeta(kIncarnationKey, MakeId()));
      batch.push_back(PutMeta(kIndexesKey, DefinitionsText(DefinitionsOf(options_.schema))));
    }
    const auto version = static_cast<std::uint64_t>(options_.schema.version);
    if (MetaNumber(tables_, kSchemaVersionKey) < version) {
      batch.push_back(PutMeta(kSchemaVersionKey, version));
    }
    return batch;
  };
  co_return co_await tables_.Commit(build, Durability::kStrict);
}

Task<Result<void>> Engine::EnsureIndexes() {
  const IndexDefinitions wanted = DefinitionsOf(options_.schema);
  if (DefinitionsText(wanted) == DefinitionsText(indexes_)) {
    co_return Result<void>{};
  }
  co_return co_await tables_.Replace([&](Tables::Replacement& replacement) {
    replacement = BuildIndexes(wanted);
    return Result<void>();
  });
}

Tables::Replacement Engine::BuildIndexes(const IndexDefinitions& wanted) const {
  Tables::Replacement replacement;
  for (const auto& [collection, definitions] : indexes_) {
    for (const IndexDefinition& index : definitions) {
      replacement.tables.push_back({index.table, {}});
    }
  }
  for (const auto& [collection, definitions] : wanted) {
    std::map<std::string, EntrySorter> sorters;
    for (const IndexDefinition& index : definitions) {
      sorters[index.table];
    }
    for (const auto [id, record] : tables_.Scan(RecordsTable(collection))) {
      for (const auto& [table, key] : IndexEntriesOf(definitions, shapes_, id, record)) {
        sorters[table].Add(key, {});
      }
    }
    for (auto& [table, sorter] : sorters) {
      while (sorter.MergePage()) {
      }
      replacement.tables.push_back({table, sorter.Finish()});
    }
  }
  replacement.changes.push_back(PutMeta(kIndexesKey, DefinitionsText(wanted)));
  return replacement;
}

void Engine::Close() {
  open_ = false;
  transactions_.clear();
  storage_.Close();
}

Result<void> Engine::CheckOpen() const {
  if (!open_) {
    return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  if (options_.outbox_only) {
    return Fail(ErrorCode::kInvalidArgument, "the database was opened for its outbox only");
  }
  return {};
}

Task<Result<void>> Engine::LoadMissing() {
  SAWA_CO_TRY(CheckOpen());
  co_return co_await tables_.LoadMissing();
}

Task<Result<bool>> Engine::WarmUp() {
  SAWA_CO_TRY(CheckOpen());
  co_return co_await tables_.WarmUp();
}

Result<std::optional<ByteView>> Engine::Get(std::string_view collection, std::string_view id) {
  SAWA_TRY(CheckOpen());
  if (options_.schema.Find(collection) == nullptr) {
    return Fail(ErrorCode::kUnknownCollection, collection);
  }
  SAWA_TRY(view_.Settle());
  return view_.Get(collection, id);
}

Result<std::vector<FoundRecord>> Engine::Find(std::string_view collection, JsonView query) {
  SAWA_TRY(CheckOpen());
  SAWA_ASSIGN(const Query parsed, QueryFromJson(options_.schema, collection, query));
  SAWA_TRY(view_.Settle());
  return sawa::Find(view_.Source(collection), parsed);
}

Result<std::size_t> Engine::Count(std::string_view collection, JsonView query) {
  SAWA_TRY(CheckOpen());
  SAWA_ASSIGN(const Query parsed, QueryFromJson(options_.schema, collection, query));
  SAWA_TRY(view_.Settle());
  return sawa::Count(view_.Source(collection), parsed);
}

Result<bool> Engine::IsAnsweredByAny(std::string_view collection, JsonView query, const std::vector<std::string>& ids) {
  SAWA_TRY(CheckOpen());
  SAWA_ASSIGN(const Query parsed, QueryFromJson(options_.schema, collection, query));
  SAWA_TRY(view_.Settle());
  return std::ranges::any_of(ids, [&](const std::string& id) {
    const auto record = view_.Get(collection, id);
    return record && Matches(view_.Source(collection), parsed, id, *record);
  });
}

Result<QueryPlan> Engine::Explain(std::string_view collection, JsonView query) const {
  SAWA_TRY(CheckOpen());
  SAWA_ASSIGN(const Query parsed, QueryFromJson(options_.schema, collection, query));
  return PlanQuery(view_.Source(collection), parsed);
}

std::set<std::string> Engine::PendingIds(std::string_view collection) const { return view_.PendingIds(collection); }

Result<Engine::TransactionId> Engine::Begin(std::string name) {
  SAWA_TRY(CheckOpen());
  SAWA_TRY(CheckMutationName(name));
  if (transactions_.size() >= kTransactionsMax) {
    return Fail(ErrorCode::kLimitExceeded, "too many open transactions");
  }
  SAWA_TRY(view_.Settle());
  if (missing()) {
    return TransactionId{0};
  }
  const TransactionId id = ++last_transaction_;
  transactions_.emplace(id, Transaction(options_.schema, view_, std::move(name), tables_.change_count()));
  return id;
}

Transaction* Engine::Find(TransactionId id) {
  const auto transaction = transactions_.find(id);
  return transaction != transactions_.end() ? &transaction->second : nullptr;
}

Result<std::uint64_t> Engine::NextNumber(TransactionId id, std::string_view series) {
  Transaction* transaction = Find(id);
  if (transaction == nullptr || series.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "no such transaction, or a series without a name");
  }
  const std::string key = std::string(kSeriesPrefix) + std::string(series);
  return transaction->NextNumber(series, MetaNumber(tables_, key));
}

Result<void> Engine::Next(TransactionId id, std::string name) {
  SAWA_TRY(CheckMutationName(name));
  Transaction* transaction = Find(id);
  if (transaction == nullptr) {
    return NoTransaction();
  }
  transaction->Seal(std::move(name));
  return {};
}

Task<Result<void>> Engine::Commit(TransactionId id, Extent extent) {
  auto node = transactions_.extract(id);
  if (node.empty()) {
    co_return NoTransaction();
  }
  Transaction& transaction = node.mapped();
  if (extent == Extent::kWhole) {
    transaction.Seal({});
  }
  bool begun = false;
  const auto build = [&]() -> Result<WriteBatch> {
    if (!std::exchange(begun, true)) {
      view_.ForgetExpected();
    }
    // The connection can break behind an append that was stored, and another context can fold its entry before it is asked
    // for. Then the state that was read anew holds the mutations already, and nothing is left to store.
    if (view_.found_expected()) {
      return WriteBatch();
    }
    return BatchOf(transaction.sealed());
  };
  co_return co_await tables_.Commit(build, Durability::kStrict);
}

Result<void> Engine::BeginLoad(std::string_view collection) {
  SAWA_TRY(CheckOpen());
  const CollectionSchema* schema = options_.schema.Find(collection);
  if (schema == nullptr) {
    return Fail(ErrorCode::kUnknownCollection, collection);
  }
  loader_ = std::make_unique<Loader>(*schema, tables_, shapes_, indexes_);
  return {};
}

Task<Result<void>> Engine::FoldIfLong() {
  SAWA_CO_TRY(CheckOpen());
  co_return co_await tables_.FoldIfLong();
}

Result<void> Engine::CheckUnchanged(const SealedMutations& sealed) const {
  for (const std::string& used : sealed.footprint) {
    const auto changed = changed_at_.find(used);
    if (changed != changed_at_.end() && changed->second > sealed.base) {
      return Fail(ErrorCode::kStorageContended, used + " changed during the transaction");
    }
  }
  return {};
}

Result<WriteBatch> Engine::BatchOf(const SealedMutations& sealed) {
  SAWA_TRY(CheckOpen());
  SAWA_TRY(CheckUnchanged(sealed));
  WriteBatch batch;
  for (const auto& [series, number] : sealed.series) {
    batch.push_back(PutMeta(std::string(kSeriesPrefix) + series, number));
  }
  // The tabs of a device share their node: the stored time keeps the stamps of all of them in one order.
  stamps_->GoOnFrom(MetaNumber(tables_, kStampTimeKey));
  const std::string enrolment = MetaText(tables_, kEnrolmentKey);
  const auto enrolled = enrolment.empty() ? std::nullopt : std::optional(DecodeEnrolment(enrolment));
  std::uint64_t seq = MetaNumber(tables_, kLastSeqKey);
  for (const DraftMutation& draft : sealed.mutations) {
    if (draft.operations.empty()) {
      continue;
    }
    const Mutation mutation{.seq = ++seq,
                            .id = MakeId(),
                            .name = draft.name,
                            .stamp = stamps_->Next(),
                            .actor = enrolled && *enrolled ? (*enrolled)->actor : std::string(),
                            .base = MetaText(tables_, kCursorKey),
                            .ops = draft.operations};
    const std::size_t place = batch.size();
    SAWA_ASSIGN(Mutation read_back, AppendToOutbox(mutation, clock_.NowMs(), batch));
    view_.Expect(batch[place], std::move(read_back));
  }
  if (seq > MetaNumber(tables_, kLastSeqKey)) {
    batch.push_back(PutMeta(kStampTimeKey, stamps_->last_time()));
  } else if (!batch.empty()) {
    // Nothing else would tell this commit from that of another tab which takes the same number.
    batch.push_back(PutMeta(kLastNumberKey, MakeId()));
  }
  return batch;
}

Task<SyncOutcome> Engine::Sync() {
  if (!open_ || syncing_) {
    co_return SyncOutcome{open_ ? Result<SyncReport>(Fail(ErrorCode::kStorageContended, "a sync is running"))
                                : Result<SyncReport>(Fail(ErrorCode::kDatabaseClosed, "the database is closed"))};
  }
  syncing_ = true;
  SyncOutcome outcome{co_await session_->Run()};
  syncing_ = false;
  if (outcome.report) {
    backoff_.Succeeded();
  } else {
    outcome.retry_delay_ms = backoff_.NextDelayMs(session_->retry_after_ms());
  }
  co_return outcome;
}

Task<Result<Enrolment>> Engine::Enrol(Credentials credentials, std::string device_name, std::string shop) {
  if (!open_) {
    co_return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  co_return co_await session_->Enrol(std::move(credentials), std::move(device_name), std::move(shop));
}

Task<Result<Enrolment>> Engine::Login(Credentials credentials) {
  if (!open_) {
    co_return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  auto enrolment = co_await session_->Login(std::move(credentials));
  if (enrolment) {
    backoff_.Succeeded();
  }
  co_return enrolment;
}

Task<Result<void>> Engine::Logout() {
  if (!open_) {
    co_return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  co_return co_await session_->Logout();
}

Task<Result<void>> Engine::Refresh() {
  if (!open_) {
    co_return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  co_return co_await tables_.Refresh();
}

Result<EngineStatus> Engine::Status() const {
  EngineStatus status;
  if (session_) {
    status.progress = session_->progress();
  }
  SAWA_ASSIGN(status.outbox, SummariseOutbox(tables_));
  status.quarantined = CountKeys(tables_.Sources(kQuarantineTable), {}, {});
  status.synced_at_ms = MetaNumber(tables_, kSyncedAtKey);
  status.ready = MetaNumber(tables_, kReadyKey) == 1;
  status.enrolment = MetaText(tables_, kEnrolmentKey);
  return status;
}

std::vector<std::string> Engine::Quarantined() const {
  std::vector<std::string> texts;
  for (const auto [key, bytes] : tables_.Scan(kQuarantineTable)) {
    texts.emplace_back(AsText(bytes));
  }
  return texts;
}

EngineEvents Engine::TakeEvents() { return std::exchange(events_, {}); }

Result<void> Engine::OnBatch(WriteBatch& batch) {
  Shapes shapes = shapes_;
  SAWA_TRY(AddShapes(batch, shapes));
  AddIndexChanges(indexes_, shapes, tables_, batch);
  return {};
}

Result<void> Engine::OnChanges(const WriteBatch& changes) {
  SAWA_TRY(AddShapes(changes, shapes_));
  TouchedRecords touched;
  if (!options_.outbox_only) {
    SAWA_TRY(view_.Follow(changes, touched));
  }
  for (const TableChange& change : changes) {
    if (change.table == kMetaTable && change.key.starts_with(kSeriesPrefix)) {
      NoteChange(change.key);
    } else if (change.table == kMetaTable && change.key == kIndexesKey) {
      indexes_ = DefinitionsFromText(AsText(change.value));
    }
  }
  for (const auto& [collection, ids] : touched) {
    NoteChange(collection);
    auto& noted = events_.collections.try_emplace(collection, std::set<std::string>()).first->second;
    if (noted) {
      noted->insert(ids.begin(), ids.end());
    }
    if (ids.empty() || (noted && noted->size() > kTouchedIdsMax)) {
      noted.reset();
    }
  }
  events_.status = true;
  Announce();
  return {};
}

Result<void> Engine::LoadSmallTables() {
  SAWA_ASSIGN(shapes_, ReadShapes(tables_));
  indexes_ = DefinitionsFromText(MetaText(tables_, kIndexesKey));
  return {};
}

Result<void> Engine::OnReload() {
  SAWA_TRY(LoadSmallTables());
  if (!options_.outbox_only) {
    SAWA_TRY(view_.Load());
    SAWA_TRY(view_.Settle());
  }
  for (const CollectionSchema& collection : options_.schema.collections) {
    NoteChange(collection.name);
    events_.collections[collection.name].reset();
  }
  for (const auto [key, bytes] : tables_.Scan(kMetaTable)) {
    if (key.starts_with(kSeriesPrefix)) {
      NoteChange(key);
    }
  }
  events_.status = true;
  Announce();
  return {};
}

void Engine::NoteChange(std::string_view what) {
  changed_at_.insert_or_assign(std::string(what), tables_.change_count());
}

void Engine::Announce() {
  if (on_events_) {
    on_events_();
  }
}

std::string Engine::MakeId() { return MakeUuid(clock_, random_); }

}  // namespace sawa
