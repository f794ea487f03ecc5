// SPDX-License-Identifier: MIT
// Outbox entries and the mutations in them: what can be read can be sent, and says the same again.
#include "codec/json.h"
#include "codec/outbox_codec.h"
#include "support/fuzz.h"

namespace {

void CheckMutation(std::string_view text) {
  const auto json = sawa::ParseJson(text);
  const auto mutation = json ? sawa::MutationFromJson(*json) : sawa::Result<sawa::Mutation>(sawa::Mutation{});
  if (!json || !mutation) {
    return;
  }
  const std::string written = sawa::MutationToText(*mutation);
  const auto read = sawa::ParseJson(written);
  SAWA_CHECK(read.has_value(), "a mutation is written as something else than JSON");
  const auto again = sawa::MutationFromJson(*read);
  SAWA_CHECK(again && sawa::MutationToText(*again) == written, "a mutation did not read back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  CheckMutation(sawa::test::TextOf(data, size));
  const auto entry = sawa::DecodeOutboxEntry({data, size});
  if (entry) {
    const sawa::Bytes bytes = sawa::EncodeOutboxEntry(*entry);
    const auto again = sawa::DecodeOutboxEntry(bytes);
    SAWA_CHECK(again && again->mutation_text == entry->mutation_text && again->created_at_ms == entry->created_at_ms &&
                   again->state == entry->state,
               "an outbox entry did not read back");
    CheckMutation(entry->mutation_text);
  }
  return 0;
}
