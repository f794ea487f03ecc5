// SPDX-License-Identifier: MIT
#include "codec/outbox_codec.h"

#include "model/stamp.h"

namespace sawa {

Bytes EncodeOutboxEntry(const OutboxEntry& entry) {
  ByteWriter writer;
  writer.Variable(static_cast<std::uint64_t>(entry.state));
  writer.Signed(entry.created_at_ms);
  writer.Text(entry.mutation_text);
  return writer.Take();
}

Result<OutboxEntry> DecodeOutboxEntry(ByteView bytes) {
  ByteReader reader(bytes);
  const auto state = reader.Variable();
  const auto created_at_ms = reader.Signed();
  const auto text = reader.Text();
  if (!state || !created_at_ms || !text || !reader.at_end()) {
    return Fail(ErrorCode::kStorageCorrupt, "an outbox entry cannot be read");
  }
  // Earlier engines wrote a feed version while the confirmed state lacked the effects of an accepted mutation. Sent again,
  // it brings them.
  const bool known = *state <= static_cast<std::uint64_t>(OutboxState::kResend);
  return OutboxEntry{known ? static_cast<OutboxState>(*state) : OutboxState::kWaiting, *created_at_ms, *text};
}

std::string OutboxKey(std::uint64_t seq) { return StampText({seq, 0}).substr(0, 16); }

}  // namespace sawa
