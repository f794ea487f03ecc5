// SPDX-License-Identifier: MIT
// The outbox: mutations the server has not answered for. A mutation leaves it only in the same commit that stores the
// server's answer. Layer: sync.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "codec/outbox_codec.h"
#include "model/mutation.h"
#include "protocol/messages.h"
#include "storage/tables.h"

namespace sawa {

struct WaitingMutation {
  std::string key;
  std::string text;
};

struct OutboxSummary {
  std::size_t waiting = 0;
  std::optional<std::int64_t> oldest_at_ms = std::nullopt;
};

// One mutation fits into a request with room to spare, or it could be stored and never be sent.
inline constexpr std::size_t kMutationBytesMax = 512 * 1024;

// Makes `mutation` (whose seq is the next one) part of a batch, its entry first, and gives it as it will be read again.
// Errors: limit_exceeded if it is too large; invalid_value if it could not be read again.
Result<Mutation> AppendToOutbox(const Mutation& mutation, std::int64_t now_ms, WriteBatch& batch);

// Adds a stored mutation under another sequence, without an answer. Errors: storage_corrupt.
Result<void> AppendRenumbered(const OutboxEntry& entry, std::uint64_t seq, WriteBatch& batch);

// The oldest mutations without an answer, with consecutive sequences, within the limits of one request.
// Errors: storage_corrupt.
[[nodiscard]] Result<std::vector<WaitingMutation>> NextToSend(const Tables& tables);

// Errors: storage_corrupt.
[[nodiscard]] Result<OutboxSummary> SummariseOutbox(const Tables& tables);

// Adds what a verdict means for the outbox to `batch`: an accepted mutation stays, laid over the confirmed state, until
// that has reached the verdict's version; a refused one moves to quarantine. Verdicts for mutations that are not in the
// outbox change nothing: an answer may arrive twice.
Result<void> ApplyVerdict(const Tables& tables, const Verdict& verdict, std::uint64_t reached_version,
                          WriteBatch& batch);

// Adds the removal of accepted mutations whose effects the confirmed state has at `reached_version`.
Result<void> DropReached(const Tables& tables, std::uint64_t reached_version, WriteBatch& batch);

}  // namespace sawa
