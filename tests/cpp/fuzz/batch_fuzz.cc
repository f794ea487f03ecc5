// SPDX-License-Identifier: MIT
// Log entries: whatever is read is what would be written again.
#include "codec/batch_codec.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto raw = sawa::DecodeBatch({data, size});
  const auto batch = sawa::DecodeBatch(sawa::test::WithChecksum({data, size}));
  SAWA_CHECK(!raw || (batch && *batch == *raw), "a right checksum made a difference");
  if (batch) {
    const auto again = sawa::DecodeBatch(sawa::EncodeBatch(*batch));
    SAWA_CHECK(again && *again == *batch, "a log entry did not read back");
  }
  return 0;
}
