// SPDX-License-Identifier: MIT
// A mutation in the outbox, as bytes. Layer: codec.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace sawa {

enum class OutboxState : std::uint8_t {
  // To be sent. Laid over the confirmed state.
  kWaiting = 0,
  // The confirmed state has its effects. Kept for a server that is restored to before it had them.
  kAccepted = 1,
  // Was accepted, by a server that may have lost it: to be sent, and not laid over a state that may have its effects.
  kResend = 2,
};

struct OutboxEntry {
  OutboxState state = OutboxState::kWaiting;
  std::int64_t created_at_ms = 0;
  // The exact text that is sent: sending again must give the same bytes, whatever version of the engine does it. Of a
  // decoded entry: part of the bytes it was decoded from.
  std::string_view mutation_text;
};

[[nodiscard]] Bytes EncodeOutboxEntry(const OutboxEntry& entry);

// Errors: storage_corrupt.
[[nodiscard]] Result<OutboxEntry> DecodeOutboxEntry(ByteView bytes);

// Keys sort as the sequences do.
[[nodiscard]] std::string OutboxKey(std::uint64_t seq);

}  // namespace sawa
