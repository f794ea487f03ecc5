// SPDX-License-Identifier: MIT
#include "engine/engine.h"

#include <algorithm>

#include "base/text_map.h"
#include "base/uuid.h"
#include "query/aggregate.h"
#include "storage/entry_sorter.h"
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
    TextMap<EntrySorter> sorters;
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

Result<std::string> Engine::Aggregate(std::size_t entry_count, std::string_view collection, JsonView json) {
  SAWA_TRY(CheckOpen());
  SAWA_ASSIGN(const Query query, QueryFromJson(options_.schema, collection, json));
  SAWA_TRY(view_.Settle());
  if (missing()) {
    // Of another read, perhaps: what was measured stays.
    return std::string();
  }
  const std::uint64_t changed_at = ChangedAt(collection);
  if (entry_count == 0 || changed_at != measured_at_) {
    measured_.rows.clear();
    measured_.from.clear();
  }
  auto rows = sawa::Aggregate(view_.Source(collection), query, json, measured_, entry_count);
  measured_at_ = missing() ? UINT64_MAX : changed_at;
  return rows;
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

TextSet Engine::PendingIds(std::string_view collection) const { return view_.PendingIds(collection); }

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

Task<Result<std::string>> Engine::Request(std::string path, std::string body) {
  if (!open_) {
    co_return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  // Two slashes would name another host.
  if (path.size() < 2 || path[0] != '/' || path[1] == '/' || path[1] == '\\') {
    co_return Fail(ErrorCode::kInvalidArgument, "a path begins with one slash");
  }
  auto answer = co_await session_->Post(std::move(path), std::move(body));
  if (answer && !ParseJson(std::string_view(*answer))) {
    co_return Fail(ErrorCode::kResponseMalformed, "the answer is not JSON");
  }
  co_return answer;
}

Task<Result<void>> Engine::StartOver() {
  if (!open_ || syncing_) {
    co_return open_ ? Fail(ErrorCode::kStorageContended, "a sync is running")
                    : Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  co_return co_await session_->StartOver();
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
  status.quarantined = CountKeys(tables_.Sources(kQuarantineTable), {}, kArchivePrefix);
  status.synced_at_ms = MetaNumber(tables_, kSyncedAtKey);
  status.ready = MetaNumber(tables_, kReadyKey) == 1;
  status.enrolment = MetaText(tables_, kEnrolmentKey);
  return status;
}

std::vector<std::string> Engine::Quarantined(bool archived) const {
  std::vector<std::string> texts;
  for (const auto [key, bytes] : tables_.Scan(kQuarantineTable)) {
    if (key.starts_with(kArchivePrefix) == archived) {
      texts.emplace_back(AsText(bytes));
    }
  }
  return texts;
}

EngineEvents Engine::TakeEvents() { return std::exchange(events_, {}); }

std::string Engine::MakeId() { return MakeUuid(clock_, random_); }

}  // namespace sawa
