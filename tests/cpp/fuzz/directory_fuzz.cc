// SPDX-License-Identifier: MIT
// Directories of pages and shapes: whatever is read is what would be written again.
#include "codec/record_codec.h"
#include "storage/directory.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto directory = sawa::DecodeDirectory(sawa::test::WithChecksum({data, size}));
  if (directory) {
    const auto again = sawa::DecodeDirectory(sawa::EncodeDirectory(*directory));
    SAWA_CHECK(again && *again == *directory, "a directory did not read back");
  }
  if (const auto names = sawa::DecodeShape({data, size})) {
    sawa::Shapes shapes;
    static_cast<void>(shapes.Add(1, *names));
    static_cast<void>(sawa::DecodeRecord({data, size}, shapes));
    static_cast<void>(sawa::FieldOfRecord({data, size}, shapes, "name"));
  }
  return 0;
}
