// SPDX-License-Identifier: MIT
// Pages: whatever is read is what would be written again.
#include "codec/page.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sawa::Bytes bytes = sawa::test::WithChecksum({data, size});
  if (const auto page = sawa::Page::Open(bytes)) {
    sawa::PageBuilder builder;
    for (std::size_t index = 0; index < page->size(); ++index) {
      SAWA_CHECK(page->LowerBound(page->key(index)) == index, "a page does not find its key");
      builder.Add(page->key(index), page->value(index));
    }
    const auto again = sawa::Page::Open(builder.Finish().bytes());
    SAWA_CHECK(again && again->size() == page->size(), "a page did not read back");
  }
  return 0;
}
