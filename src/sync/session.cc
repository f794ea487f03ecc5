// SPDX-License-Identifier: MIT
#include "sync/session.h"

#include <algorithm>
#include <iterator>

#include "base/uuid.h"
#include "storage/record_packer.h"
#include "storage/table_names.h"
#include "sync/meta.h"

namespace sawa {
namespace {

// A server that keeps changing its mind must not keep the device in a loop.
constexpr int kRecoveriesMax = 3;

bool CanRecoverFrom(ErrorCode code) {
  return code == ErrorCode::kCursorEpochChanged || code == ErrorCode::kCursorInvalid || code == ErrorCode::kSequenceGap;
}

bool AnswersFor(const std::vector<WaitingMutation>& sent, const std::vector<Verdict>& verdicts) {
  return std::ranges::equal(sent, verdicts, {}, &WaitingMutation::key,
                            [](const Verdict& verdict) { return OutboxKey(verdict.seq); });
}

bool IsRefused(const Verdict& verdict) {
  return verdict.first_status == VerdictStatus::kRejected || verdict.first_status == VerdictStatus::kQuarantined;
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
  replacement_.reset();
  int recoveries = 0;
  bool more = true;
  while (more) {
    const auto round = co_await RunRound();
    if (round) {
      report.pushed += round->pushed;
      report.pulled += round->pulled;
      report.rejected += round->rejected;
      more = round->more;
    } else if (CanRecoverFrom(round.error().code) && recoveries < kRecoveriesMax) {
      ++recoveries;
      SAWA_CO_TRY(co_await Recover(round.error().code));
    } else {
      co_return std::unexpected(round.error());
    }
  }
  SAWA_CO_ASSIGN(const OutboxSummary summary, SummariseOutbox(tables_));
  report.waiting = summary.waiting;
  co_return report;
}

Task<Result<void>> Session::Recover(ErrorCode code) {
  replacement_.reset();
  return code == ErrorCode::kSequenceGap ? StartNewIncarnation() : StartOver();
}

Task<Result<Session::Round>> Session::RunRound() {
  const std::string from = MetaText(tables_, kCursorKey);
  SyncRequest request{.schema_version = schema_version_,
                      .incarnation = MetaText(tables_, kIncarnationKey),
                      .cursor = replacement_ ? replacement_->cursor : from,
                      // What is gathered is not stored yet.
                      .takes_partial = !replacement_,
                      .mutation_texts = {}};
  std::string answered = replacement_ ? replacement_->answered : std::string();
  SAWA_CO_ASSIGN(std::vector<WaitingMutation> waiting, NextToSend(tables_, answered));
  SAWA_CO_ASSIGN(const OutboxSummary before, SummariseOutbox(tables_));
  progress_.to_send = std::max(progress_.to_send, progress_.sent + before.waiting);
  on_progress_();
  for (WaitingMutation& mutation : waiting) {
    request.mutation_texts.push_back(std::move(mutation.text));
  }
  SAWA_CO_ASSIGN(const std::string body, co_await Post("/sync/v1/sync", EncodeSyncRequest(request)));
  SAWA_CO_ASSIGN(SyncResponse response, DecodeSyncResponse(body));
  if (!AnswersFor(waiting, response.verdicts)) {
    co_return Fail(ErrorCode::kResponseMalformed, "the server did not answer for each mutation in order");
  }
  if (response.more && response.cursor == request.cursor) {
    co_return Fail(ErrorCode::kResponseMalformed, "the server has more, but its cursor does not move");
  }
  Round round{.pushed = waiting.size(),
              .pulled = response.changes.size(),
              .rejected = static_cast<std::size_t>(std::ranges::count_if(response.verdicts, IsRefused))};
  ObserveStamps(response);
  if (!waiting.empty()) {
    answered = waiting.back().key;
  }
  SAWA_CO_ASSIGN(const bool complete, Gather(response, answered));
  const auto build = [&]() -> Result<WriteBatch> {
    // If another context has begun anew since, the server may lack what it had accepted, and so does this state.
    SAWA_ASSIGN(const bool resends, HasToResend(tables_, answered));
    const bool overtaken = response.reset && complete && resends;
    return BatchOf(request.incarnation, overtaken ? std::nullopt : std::optional(from), response);
  };
  const Durability durability = response.verdicts.empty() ? Durability::kRelaxed : Durability::kStrict;
  SAWA_CO_TRY(co_await tables_.Commit(build, durability));
  SAWA_CO_ASSIGN(const OutboxSummary after, SummariseOutbox(tables_));
  round.more = response.more || after.waiting > 0;
  CountProgress(round, response);
  co_return round;
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

Result<bool> Session::Gather(SyncResponse& response, const std::string& answered) {
  SAWA_ASSIGN(const bool resends, HasToResend(tables_, answered));
  const bool complete = !response.more && !resends;
  // Before the first sync is complete, too, there may be records to go on with: the device's own.
  const bool in_use =
      std::ranges::any_of(tables_.Names(), [](const std::string& table) { return !CollectionOf(table).empty(); });
  if (response.reset && !complete && in_use) {
    replacement_.emplace();
  }
  if (!replacement_) {
    return complete;
  }
  replacement_->cursor = response.cursor;
  replacement_->answered = answered;
  std::ranges::move(response.changes, std::back_inserter(replacement_->changes));
  std::ranges::move(response.verdicts, std::back_inserter(replacement_->verdicts));
  response.changes.clear();
  response.verdicts.clear();
  if (complete) {
    response.changes = std::move(replacement_->changes);
    response.verdicts = std::move(replacement_->verdicts);
    response.reset = true;
    replacement_.reset();
  }
  return complete;
}

Result<WriteBatch> Session::BatchOf(const std::string& incarnation, const std::optional<std::string>& from,
                                    const SyncResponse& response) const {
  WriteBatch batch;
  // If another context pulled meanwhile, its confirmed state is not the one these changes follow.
  const bool follows = !replacement_ && MetaText(tables_, kCursorKey) == from;
  if (follows) {
    AddChanges(response, batch);
  }
  // Nor are the verdicts for this outbox if another context has begun a new incarnation: its sequences are other ones.
  if (MetaText(tables_, kIncarnationKey) != incarnation) {
    return batch;
  }
  for (const Verdict& verdict : response.verdicts) {
    // The effects of an accepted mutation are among the changes. Without them it stays as it is, and is sent again.
    if (follows || IsRefused(verdict)) {
      SAWA_TRY(ApplyVerdict(tables_, verdict, batch));
    }
  }
  SAWA_TRY(DropOldest(tables_, batch));
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
  RecordPacker packer(shapes_);
  for (const Change& change : response.changes) {
    std::string id = PackUuid(change.id).value_or(std::string());
    const Record* record = &change.record;
    Record merged;
    if (change.partial) {
      // The server says so only of what this device has. A page that is missing is read, and this runs again.
      const auto stored = tables_.Get(RecordsTable(change.collection), id);
      merged = DecodeRecord(stored.value_or(Bytes()), shapes_).value_or(Record());
      merged.removed = change.record.removed;
      for (const FieldState& field : change.record.fields()) {
        merged.Set(field.name, field.value, field.stamp);
      }
      record = &merged;
    }
    packer.Put(change.collection, std::move(id), *record, batch);
  }
  batch.push_back(PutMeta(kCursorKey, response.cursor));
  batch.push_back(PutMeta(kVersionKey, response.version));
  // Another tab may have made later stamps.
  stamps_.GoOnFrom(MetaNumber(tables_, kStampTimeKey));
  batch.push_back(PutMeta(kStampTimeKey, stamps_.last_time()));
  if (!response.more) {
    batch.push_back(PutMeta(kReadyKey, 1));
    batch.push_back(PutMeta(kSyncedAtKey, static_cast<std::uint64_t>(std::max<std::int64_t>(clock_.NowMs(), 0))));
  }
}

Task<Result<void>> Session::StartOver() {
  const auto build = [this]() -> Result<WriteBatch> {
    WriteBatch batch = {PutMeta(kCursorKey, ""), PutMeta(kVersionKey, 0)};
    // A restored server may have lost what it had accepted. What it has, it knows by the ids.
    SAWA_TRY(ResendAccepted(tables_, batch));
    return batch;
  };
  co_return co_await tables_.Commit(build, Durability::kStrict);
}

Task<Result<void>> Session::StartNewIncarnation() {
  // The server lacks sequences that this device has used: it was restored from a backup. Under a new incarnation they begin
  // anew; the mutations keep their ids, by which the server knows those that it has.
  const auto build = [this]() -> Result<WriteBatch> {
    WriteBatch batch = {PutMeta(kIncarnationKey, make_id_()), {TableChange::Kind::kClear, std::string(kOutboxTable)}};
    std::uint64_t seq = 0;
    for (const auto [key, bytes] : tables_.Scan(kOutboxTable)) {
      SAWA_ASSIGN(const OutboxEntry entry, DecodeOutboxEntry(bytes));
      SAWA_TRY(AppendRenumbered(entry, ++seq, batch));
    }
    batch.push_back(PutMeta(kLastSeqKey, seq));
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

void Session::CountProgress(const Round& round, const SyncResponse& response) {
  progress_.sent += round.pushed;
  progress_.pulled += round.pulled;
  const std::uint64_t left = response.head > response.version ? response.head - response.version : 0;
  progress_.to_pull = progress_.pulled + (response.more ? static_cast<std::size_t>(left) : 0);
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
