// SPDX-License-Identifier: MIT
// From a transaction to what is stored: its operations become mutations, in one batch with all that they number.
#include <utility>

#include "codec/json_writer.h"
#include "engine/engine.h"
#include "storage/table_names.h"
#include "sync/meta.h"

namespace sawa {
namespace {

constexpr std::size_t kMutationNameLengthMax = 64;
constexpr std::size_t kTransactionsMax = 1000;
constexpr std::size_t kNoteBytesMax = 4096;

Result<void> CheckMutationName(const std::string& name) {
  const std::string as_json = JsonArray().Text(name).Take();
  if (name.empty() || name.size() > kMutationNameLengthMax || !ParseJson(as_json)) {
    return Fail(ErrorCode::kInvalidArgument, "a mutation's name is a text of 1 to 64 bytes");
  }
  return {};
}

std::unexpected<Error> NoTransaction() { return Fail(ErrorCode::kInvalidArgument, "no such transaction"); }

}  // namespace

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

Result<void> Engine::Archive(TransactionId id, std::string_view mutation_id, std::string_view note) {
  Transaction* transaction = Find(id);
  const auto json = ParseJson(note);
  if (transaction == nullptr || !json || !json->is_object() || note.size() > kNoteBytesMax) {
    return Fail(ErrorCode::kInvalidArgument, "no such transaction, or a note that is no JSON object");
  }
  for (const auto [key, bytes] : tables_.Scan(kQuarantineTable)) {
    const auto entry = ParseJson(AsText(bytes));
    const auto mutation = entry ? MemberAt(*entry, "mutation") : std::nullopt;
    if (!key.starts_with(kArchivePrefix) && mutation && TextAt(*mutation, "id") == mutation_id) {
      return transaction->Archive(std::string(key), JsonObject().Raw("entry", AsText(bytes)).Raw("note", note).Take());
    }
  }
  return Fail(ErrorCode::kRecordNotFound, "no such mutation is in quarantine");
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

bool Engine::Discard(TransactionId id) {
  const auto node = transactions_.extract(id);
  return !node.empty() && CheckUnchanged(node.mapped().sealed()).has_value();
}

Result<void> Engine::CheckUnchanged(const SealedMutations& sealed) const {
  for (const std::string& used : sealed.footprint) {
    if (ChangedAt(used) > sealed.base) {
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
    for (const auto& [key, archived] : draft.archived) {
      batch.push_back({TableChange::Kind::kRemove, std::string(kQuarantineTable), key});
      batch.push_back({TableChange::Kind::kPut, std::string(kQuarantineTable), std::string(kArchivePrefix) + key,
                       BytesOf(std::get<std::string>(archived))});
    }
    if (draft.operations.empty()) {
      continue;
    }
    Mutation mutation{.seq = ++seq,
                      .id = MakeId(),
                      .name = draft.name,
                      .stamp = stamps_->Next(),
                      .actor = enrolled && *enrolled ? (*enrolled)->actor : std::string(),
                      .base = MetaText(tables_, kCursorKey),
                      .ops = draft.operations};
    const std::size_t place = batch.size();
    SAWA_TRY(AppendToOutbox(mutation, clock_.NowMs(), batch));
    view_.Expect(batch[place], std::move(mutation));
  }
  if (seq > MetaNumber(tables_, kLastSeqKey)) {
    batch.push_back(PutMeta(kStampTimeKey, stamps_->last_time()));
  } else if (!batch.empty()) {
    // Nothing else would tell this commit from that of another tab which takes the same number.
    batch.push_back(PutMeta(kLastNumberKey, MakeId()));
  }
  return batch;
}

}  // namespace sawa
