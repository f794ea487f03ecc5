// SPDX-License-Identifier: MIT
#include "sync/session.h"

#include <algorithm>

#include "codec/record_codec.h"
#include "storage/table_names.h"
#include "sync/meta.h"

namespace sawa {
namespace {

// A server that keeps changing its epoch must not keep the device in a loop.
constexpr int kStartsOverMax = 2;

bool AsksToStartOver(const Error& error) {
  return error.code == ErrorCode::kCursorEpochChanged || error.code == ErrorCode::kCursorInvalid;
}

bool AnswersFor(const std::vector<WaitingMutation>& sent, const std::vector<Verdict>& verdicts) {
  return std::ranges::equal(sent, verdicts, {}, &WaitingMutation::key,
                            [](const Verdict& verdict) { return OutboxKey(verdict.seq); });
}

}  // namespace

Task<Result<SyncReport>> Session::Run() {
  progress_ = {.running = true};
  on_progress_();
  auto report = co_await RunRounds();
  progress_.running = false;
  on_progress_();
  co_return report;
}

Task<Result<SyncReport>> Session::RunRounds() {
  // Other tabs may have enrolled this database, or filled the outbox.
  SAWA_CO_TRY(co_await tables_.Refresh());
  if (MetaText(tables_, kEnrolmentKey).empty()) {
    co_return Fail(ErrorCode::kNotEnrolled, "this database is not a device of a shop yet");
  }
  SyncReport report;
  int starts_over = 0;
  bool more = true;
  while (more) {
    const auto round = co_await RunRound(report);
    if (round) {
      more = *round;
    } else if (AsksToStartOver(round.error()) && starts_over < kStartsOverMax) {
      ++starts_over;
      SAWA_CO_TRY(co_await StartOver());
    } else {
      co_return std::unexpected(round.error());
    }
  }
  SAWA_CO_ASSIGN(const OutboxSummary summary, SummariseOutbox(tables_));
  report.waiting = summary.waiting;
  co_return report;
}

Task<Result<bool>> Session::RunRound(SyncReport& report) {
  SyncRequest request{.schema_version = schema_version_,
                      .incarnation = MetaText(tables_, kIncarnationKey),
                      .cursor = MetaText(tables_, kCursorKey),
                      .mutation_texts = {}};
  SAWA_CO_ASSIGN(std::vector<WaitingMutation> waiting, NextToSend(tables_));
  SAWA_CO_ASSIGN(const OutboxSummary before, SummariseOutbox(tables_));
  progress_.to_send = std::max(progress_.to_send, progress_.sent + before.waiting);
  on_progress_();
  for (WaitingMutation& mutation : waiting) {
    request.mutation_texts.push_back(std::move(mutation.text));
  }
  SAWA_CO_ASSIGN(const SyncResponse response, co_await Exchange(request));
  if (!AnswersFor(waiting, response.verdicts)) {
    co_return Fail(ErrorCode::kResponseMalformed, "the server did not answer for each mutation in order");
  }
  ObserveStamps(response);
  const Durability durability = response.verdicts.empty() ? Durability::kRelaxed : Durability::kStrict;
  SAWA_CO_TRY(co_await tables_.Commit([&] { return BatchOf(request, response); }, durability));
  CountProgress(request, response, report);
  SAWA_CO_ASSIGN(const OutboxSummary after, SummariseOutbox(tables_));
  co_return response.more || after.waiting > 0;
}

Task<Result<SyncResponse>> Session::Exchange(const SyncRequest& request) {
  SAWA_CO_ASSIGN(const std::string body, co_await Post("/sync/v1/sync", EncodeSyncRequest(request)));
  co_return DecodeSyncResponse(body);
}

Task<Result<std::string>> Session::Post(std::string path, std::string body) {
  retry_after_ms_ = 0;
  SAWA_CO_ASSIGN(HttpResponse response, co_await transport_.Post({.path = std::move(path), .body = std::move(body)}));
  const bool success = response.from_sawa && response.status >= 200 && response.status < 300;
  if (!success) {
    retry_after_ms_ = std::int64_t{response.retry_after_s} * 1000;
    co_return std::unexpected(DecodeErrorResponse(response.status, response.from_sawa, response.body));
  }
  co_return std::move(response.body);
}

Result<WriteBatch> Session::BatchOf(const SyncRequest& request, const SyncResponse& response) const {
  WriteBatch batch;
  // If another context pulled meanwhile, its confirmed state is not the one these changes follow; the verdicts still hold.
  const bool follows = MetaText(tables_, kCursorKey) == request.cursor;
  const std::uint64_t reached = follows ? response.version : MetaNumber(tables_, kVersionKey);
  if (follows) {
    AddChanges(response, batch);
    SAWA_TRY(DropReached(tables_, reached, batch));
  }
  for (const Verdict& verdict : response.verdicts) {
    SAWA_TRY(ApplyVerdict(tables_, verdict, reached, batch));
  }
  return batch;
}

void Session::AddChanges(const SyncResponse& response, WriteBatch& batch) const {
  if (response.reset) {
    for (const auto& table : tables_.Names()) {
      if (!CollectionOf(table).empty()) {
        batch.push_back({TableChange::Kind::kClear, table});
      }
    }
  }
  for (const Change& change : response.changes) {
    batch.push_back({TableChange::Kind::kPut, RecordsTable(change.collection), change.id, EncodeRecord(change.record)});
  }
  batch.push_back(PutMeta(kCursorKey, response.cursor));
  batch.push_back(PutMeta(kVersionKey, response.version));
  batch.push_back(PutMeta(kStampTimeKey, stamps_.last_time()));
  if (!response.more) {
    batch.push_back(PutMeta(kReadyKey, 1));
    batch.push_back(PutMeta(kSyncedAtKey, static_cast<std::uint64_t>(std::max<std::int64_t>(clock_.NowMs(), 0))));
  }
}

Task<Result<void>> Session::StartOver() {
  const auto build = [this]() -> Result<WriteBatch> {
    WriteBatch batch = {PutMeta(kCursorKey, ""), PutMeta(kVersionKey, 0)};
    // A restored server may have lost what it had accepted: everything that its feed has not shown is sent again.
    for (const auto& [key, bytes] : tables_.Scan(kOutboxTable)) {
      SAWA_ASSIGN(OutboxEntry entry, DecodeOutboxEntry(bytes));
      entry.accepted_version = 0;
      batch.push_back({TableChange::Kind::kPut, std::string(kOutboxTable), key, EncodeOutboxEntry(entry)});
    }
    return batch;
  };
  co_return co_await tables_.Commit(build, Durability::kStrict);
}

void Session::ObserveStamps(const SyncResponse& response) {
  for (const Change& change : response.changes) {
    for (const FieldState& field : change.record.fields()) {
      stamps_.Observe(field.stamp);
    }
    if (change.record.removed) {
      stamps_.Observe(*change.record.removed);
    }
  }
}

void Session::CountProgress(const SyncRequest& request, const SyncResponse& response, SyncReport& report) {
  report.pushed += request.mutation_texts.size();
  report.pulled += response.changes.size();
  report.rejected += static_cast<std::size_t>(std::ranges::count_if(response.verdicts, [](const Verdict& verdict) {
    return verdict.first_status == VerdictStatus::kRejected || verdict.first_status == VerdictStatus::kQuarantined;
  }));
  progress_.sent = report.pushed;
  progress_.pulled = report.pulled;
  const std::uint64_t left = response.head > response.version ? response.head - response.version : 0;
  progress_.to_pull = report.pulled + (response.more ? static_cast<std::size_t>(left) : 0);
  on_progress_();
}

Task<Result<Enrolment>> Session::Enrol(Credentials credentials, std::string device_name, std::string shop) {
  SAWA_CO_TRY(co_await tables_.Refresh());
  if (!MetaText(tables_, kEnrolmentKey).empty()) {
    co_return Fail(ErrorCode::kInvalidArgument, "this database is a device already: log in instead");
  }
  auto body = co_await Post("/sync/v1/enroll", EncodeEnrolRequest(credentials, device_name, shop));
  co_return co_await StoreEnrolment(std::move(body));
}

Task<Result<Enrolment>> Session::Login(Credentials credentials) {
  SAWA_CO_TRY(co_await tables_.Refresh());
  const std::string stored = MetaText(tables_, kEnrolmentKey);
  if (stored.empty()) {
    co_return Fail(ErrorCode::kNotEnrolled, "this database is not a device of a shop yet");
  }
  SAWA_CO_ASSIGN(const Enrolment current, DecodeEnrolment(stored));
  auto body = co_await Post("/sync/v1/login", EncodeLoginRequest(credentials, current.device));
  co_return co_await StoreEnrolment(std::move(body));
}

Task<Result<Enrolment>> Session::StoreEnrolment(Result<std::string> body) {
  if (!body) {
    co_return std::unexpected(std::move(body).error());
  }
  SAWA_CO_ASSIGN(Enrolment enrolment, DecodeEnrolment(*body));
  const auto build = [&]() -> Result<WriteBatch> {
    const std::string stored = MetaText(tables_, kEnrolmentKey);
    if (!stored.empty()) {
      SAWA_ASSIGN(const Enrolment current, DecodeEnrolment(stored));
      if (current.device != enrolment.device || current.shop != enrolment.shop) {
        return Fail(ErrorCode::kInvalidArgument, "the database belongs to another device or shop");
      }
    }
    return WriteBatch{PutMeta(kEnrolmentKey, enrolment.text)};
  };
  SAWA_CO_TRY(co_await tables_.Commit(build, Durability::kStrict));
  if (enrolment.token) {
    transport_.UseToken(*enrolment.token);
  }
  co_return enrolment;
}

Task<Result<void>> Session::Logout() {
  const auto body = co_await Post("/sync/v1/logout", "{\"protocol\":1}");
  if (!body) {
    co_return std::unexpected(body.error());
  }
  co_return Result<void>{};
}

}  // namespace sawa
