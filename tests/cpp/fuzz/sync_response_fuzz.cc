// SPDX-License-Identifier: MIT
// Everything that a server may answer: no answer breaks the decoders, and what they accept can be stored and merged.
#include "codec/record_codec.h"
#include "conflict/merge.h"
#include "protocol/messages.h"
#include "support/fuzz.h"
#include "support/shop.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = sawa::test::TextOf(data, size);
  static_cast<void>(sawa::DecodeEnrolment(body));
  static_cast<void>(sawa::DecodeErrorResponse(200, false, body));
  static_cast<void>(sawa::DecodeErrorResponse(409, true, body));
  const auto response = sawa::DecodeSyncResponse(body);
  if (!response) {
    return 0;
  }
  const sawa::Schema schema = sawa::test::ShopSchema();
  for (const sawa::Change& change : response->changes) {
    const auto stored = sawa::DecodeRecord(sawa::EncodeRecord(change.record), {});
    SAWA_CHECK(stored && *stored == change.record, "a pulled record did not read back");
    std::optional<sawa::Record> record = change.record;
    std::vector<std::string> lost;
    for (const sawa::Operation& operation :
         {sawa::test::MoveStock(1, -2), sawa::test::PutProduct(1, "Sukari"), sawa::test::RemoveProduct(1)}) {
      static_cast<void>(sawa::ApplyOperation(schema.collections.front(), operation, {1, 1}, record, lost));
    }
  }
  return 0;
}
