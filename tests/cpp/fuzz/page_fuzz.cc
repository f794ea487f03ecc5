// SPDX-License-Identifier: MIT
// Pages: whatever is read is what would be written again, and the table's name is the same on its own.
#include "codec/batch_codec.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sawa::Bytes bytes = sawa::test::WithChecksum({data, size});
  const auto page = sawa::DecodePage(bytes);
  const auto table = sawa::TableOfPage(bytes);
  if (page) {
    SAWA_CHECK(table && *table == page->table, "a page's table has two names");
    const auto again = sawa::DecodePage(sawa::EncodePage(*page));
    SAWA_CHECK(again && *again == *page, "a page did not read back");
  }
  return 0;
}
