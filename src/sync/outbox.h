// SPDX-License-Identifier: MIT
// The outbox: mutations that wait for the server's answer, and the newest of those it accepted. Layer: sync.
#pragma once

#include <optional>
#include <string>
#include <string_view>
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
// Accepted mutations stay while the outbox holds no more than this: several hundred sales.
inline constexpr std::size_t kKeptBytesMax = 1024 * 1024;

// Makes `mutation` (whose seq is the next one) part of a batch, its entry first.
// Errors: limit_exceeded if it is too large; invalid_value if it could not be read again.
Result<void> AppendToOutbox(const Mutation& mutation, std::int64_t now_ms, WriteBatch& batch);

// Adds a stored mutation under another sequence, to be sent. Errors: storage_corrupt.
Result<void> AppendRenumbered(const OutboxEntry& entry, std::uint64_t seq, WriteBatch& batch);

// The oldest mutations behind the key `after` that are to be sent, with consecutive sequences, within the limits of one
// request. Errors: storage_corrupt.
[[nodiscard]] Result<std::vector<WaitingMutation>> NextToSend(const Tables& tables, std::string_view after = {});

// Is there a mutation behind the key `after` that is to be sent again? Errors: storage_corrupt.
[[nodiscard]] Result<bool> HasToResend(const Tables& tables, std::string_view after);

// Errors: storage_corrupt.
[[nodiscard]] Result<OutboxSummary> SummariseOutbox(const Tables& tables);

// Adds what a verdict means for the outbox to `batch`: an accepted mutation is kept, a refused one moves to quarantine.
// Verdicts for mutations that do not wait change nothing: an answer may arrive twice. Errors: storage_corrupt.
Result<void> ApplyVerdict(const Tables& tables, const Verdict& verdict, WriteBatch& batch);

// Adds that accepted mutations are sent again. Errors: storage_corrupt.
Result<void> ResendAccepted(const Tables& tables, WriteBatch& batch);

// Adds the removal of the oldest accepted mutations, until the outbox is small enough. Errors: storage_corrupt.
Result<void> DropOldest(const Tables& tables, WriteBatch& batch);

}  // namespace sawa
