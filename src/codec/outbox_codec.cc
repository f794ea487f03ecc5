// SPDX-License-Identifier: MIT
#include "codec/outbox_codec.h"

#include "model/stamp.h"

namespace sawa {

Bytes EncodeOutboxEntry(const OutboxEntry& entry) {
  ByteWriter writer;
  writer.Variable(entry.accepted_version);
  writer.Signed(entry.created_at_ms);
  writer.Text(entry.mutation_text);
  return writer.Take();
}

Result<OutboxEntry> DecodeOutboxEntry(ByteView bytes) {
  ByteReader reader(bytes);
  const auto accepted_version = reader.Variable();
  const auto created_at_ms = reader.Signed();
  const auto text = reader.Text();
  if (!accepted_version || !created_at_ms || !text || !reader.at_end()) {
    return Fail(ErrorCode::kStorageCorrupt, "an outbox entry cannot be read");
  }
  return OutboxEntry{*accepted_version, *created_at_ms, std::string(*text)};
}

std::string OutboxKey(std::uint64_t seq) { return StampText({seq, 0}).substr(0, 16); }

}  // namespace sawa
