// SPDX-License-Identifier: MIT
// A mutation in the outbox, as bytes. Layer: codec.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace sawa {

struct OutboxEntry {
  // 0 while the server has not answered; else the feed version that has the mutation's effects. It is laid over the
  // confirmed state until that has reached the version.
  std::uint64_t accepted_version = 0;
  std::int64_t created_at_ms = 0;
  // The exact text that is sent: sending again must give the same bytes, whatever version of the engine does it.
  std::string mutation_text;
};

[[nodiscard]] Bytes EncodeOutboxEntry(const OutboxEntry& entry);

// Errors: storage_corrupt.
[[nodiscard]] Result<OutboxEntry> DecodeOutboxEntry(ByteView bytes);

// Keys sort as the sequences do.
[[nodiscard]] std::string OutboxKey(std::uint64_t seq);

}  // namespace sawa
