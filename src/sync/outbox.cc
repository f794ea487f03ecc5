// SPDX-License-Identifier: MIT
#include "sync/outbox.h"

#include "codec/json.h"
#include "codec/json_writer.h"
#include "storage/table_names.h"
#include "sync/meta.h"

namespace sawa {
namespace {

TableChange PutEntry(const std::string& key, const OutboxEntry& entry) {
  return {TableChange::Kind::kPut, std::string(kOutboxTable), key, EncodeOutboxEntry(entry)};
}

TableChange DropEntry(const std::string& key) { return {TableChange::Kind::kRemove, std::string(kOutboxTable), key}; }

// What quarantine keeps: the mutation as it was sent, and why it did not take effect.
TableChange Quarantine(const Tables& tables, const std::string& key, const OutboxEntry& entry, const Verdict& verdict) {
  const std::string text = JsonObject()
                               .Text("incarnation", MetaText(tables, kIncarnationKey))
                               .Text("status", VerdictStatusText(verdict.first_status))
                               .Text("code", verdict.code)
                               .Text("message", verdict.message)
                               .Number("created_at_ms", entry.created_at_ms)
                               .Raw("mutation", entry.mutation_text)
                               .Take();
  return {TableChange::Kind::kPut, std::string(kQuarantineTable), MetaText(tables, kIncarnationKey) + "/" + key,
          BytesOf(text)};
}

std::uint64_t SeqOfKey(std::string_view key) {
  return ParseStamp(std::string(key) + "-0000000000000000").value_or(Stamp{}).time;
}

}  // namespace

Result<void> AppendToOutbox(const Mutation& mutation, std::int64_t now_ms, WriteBatch& batch) {
  std::string text = MutationToText(mutation);
  if (text.size() > kMutationBytesMax) {
    return Fail(ErrorCode::kLimitExceeded, "a mutation has at most 512 KiB");
  }
  // What could not be read again must not be stored: the database would not open any more.
  if (!ParseJson(text)) {
    return Fail(ErrorCode::kInvalidValue, "a text is not UTF-8, or a JSON value not JSON");
  }
  batch.push_back(PutEntry(OutboxKey(mutation.seq), {OutboxState::kWaiting, now_ms, text}));
  batch.push_back(PutMeta(kLastSeqKey, mutation.seq));
  return {};
}

Result<void> AppendRenumbered(const OutboxEntry& entry, std::uint64_t seq, WriteBatch& batch) {
  const auto json = ParseJson(entry.mutation_text);
  auto mutation = json ? MutationFromJson(*json) : Result<Mutation>(std::unexpected(json.error()));
  if (!mutation) {
    return Fail(ErrorCode::kStorageCorrupt, "a waiting mutation cannot be read");
  }
  mutation->seq = seq;
  const OutboxState state = entry.state == OutboxState::kWaiting ? OutboxState::kWaiting : OutboxState::kResend;
  batch.push_back(PutEntry(OutboxKey(seq), {state, entry.created_at_ms, MutationToText(*mutation)}));
  return {};
}

Result<std::vector<WaitingMutation>> NextToSend(const Tables& tables, std::string_view after) {
  std::vector<WaitingMutation> mutations;
  std::size_t bytes_total = 0;
  for (const auto [key, bytes] : tables.Scan(kOutboxTable)) {
    SAWA_ASSIGN(const OutboxEntry entry, DecodeOutboxEntry(bytes));
    if (entry.state == OutboxState::kAccepted || key <= after) {
      continue;
    }
    bytes_total += entry.mutation_text.size();
    const bool full = mutations.size() >= kMutationsPerRequestMax || bytes_total > kRequestBytesMax;
    // Refused mutations leave gaps, and a request has none.
    const bool follows = mutations.empty() || key == OutboxKey(SeqOfKey(mutations.back().key) + 1);
    if (!mutations.empty() && (full || !follows)) {
      break;
    }
    mutations.push_back({std::string(key), std::string(entry.mutation_text)});
  }
  return mutations;
}

Result<bool> HasToResend(const Tables& tables, std::string_view after) {
  for (const auto [key, bytes] : tables.Scan(kOutboxTable)) {
    SAWA_ASSIGN(const OutboxEntry entry, DecodeOutboxEntry(bytes));
    if (entry.state == OutboxState::kResend && key > after) {
      return true;
    }
  }
  return false;
}

Result<OutboxSummary> SummariseOutbox(const Tables& tables) {
  OutboxSummary summary;
  for (const auto [key, bytes] : tables.Scan(kOutboxTable)) {
    SAWA_ASSIGN(const OutboxEntry entry, DecodeOutboxEntry(bytes));
    if (entry.state == OutboxState::kAccepted) {
      continue;
    }
    ++summary.waiting;
    if (!summary.oldest_at_ms || entry.created_at_ms < *summary.oldest_at_ms) {
      summary.oldest_at_ms = entry.created_at_ms;
    }
  }
  return summary;
}

Result<void> ApplyVerdict(const Tables& tables, const Verdict& verdict, WriteBatch& batch) {
  const std::string key = OutboxKey(verdict.seq);
  const auto bytes = tables.Get(kOutboxTable, key);
  if (!bytes) {
    return {};
  }
  SAWA_ASSIGN(OutboxEntry entry, DecodeOutboxEntry(*bytes));
  if (entry.state == OutboxState::kAccepted) {
    return {};
  }
  const bool refused =
      verdict.first_status == VerdictStatus::kRejected || verdict.first_status == VerdictStatus::kQuarantined;
  if (refused) {
    batch.push_back(Quarantine(tables, key, entry, verdict));
    batch.push_back(DropEntry(key));
  } else {
    entry.state = OutboxState::kAccepted;
    batch.push_back(PutEntry(key, entry));
  }
  return {};
}

Result<void> ResendAccepted(const Tables& tables, WriteBatch& batch) {
  for (const auto [key, bytes] : tables.Scan(kOutboxTable)) {
    SAWA_ASSIGN(OutboxEntry entry, DecodeOutboxEntry(bytes));
    if (entry.state == OutboxState::kAccepted) {
      entry.state = OutboxState::kResend;
      batch.push_back(PutEntry(std::string(key), entry));
    }
  }
  return {};
}

Result<void> DropOldest(const Tables& tables, WriteBatch& batch) {
  std::size_t bytes_total = 0;
  for (const auto [key, bytes] : tables.Scan(kOutboxTable)) {
    bytes_total += bytes.size();
  }
  for (const auto [key, bytes] : tables.Scan(kOutboxTable)) {
    SAWA_ASSIGN(const OutboxEntry entry, DecodeOutboxEntry(bytes));
    if (bytes_total <= kKeptBytesMax || entry.state != OutboxState::kAccepted) {
      break;
    }
    batch.push_back(DropEntry(std::string(key)));
    bytes_total -= bytes.size();
  }
  return {};
}

}  // namespace sawa
