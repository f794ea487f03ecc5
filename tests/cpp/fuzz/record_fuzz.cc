// SPDX-License-Identifier: MIT
// Stored records: whatever is read is what would be written again.
#include <algorithm>
#include <cmath>

#include "codec/record_codec.h"
#include "support/fuzz.h"

namespace {

bool HasNan(const sawa::Record& record) {
  return std::ranges::any_of(record.fields(), [](const sawa::FieldState& field) {
    const auto* number = std::get_if<double>(&field.value);
    return number != nullptr && std::isnan(*number);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto record = sawa::DecodeRecord({data, size}, {});
  if (record) {
    const sawa::Bytes written = sawa::EncodeRecord(*record);
    const auto again = sawa::DecodeRecord(written, {});
    SAWA_CHECK(again.has_value(), "a record did not read back");
    SAWA_CHECK(sawa::EncodeRecord(*again) == written, "a record is written in two ways");
    if (!HasNan(*record)) {
      SAWA_CHECK(*again == *record, "a record changed on the way");
      for (const sawa::FieldState& field : record->fields()) {
        SAWA_CHECK(sawa::FieldOfRecord(written, {}, field.name) == field.value, "a field is another one in place");
      }
    }
  }
  return 0;
}
