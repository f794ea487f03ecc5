// SPDX-License-Identifier: MIT
#include "storage/page_writer.h"

#include <limits>
#include <utility>

namespace sawa {
namespace {

constexpr std::size_t kPageBytes = 256 * 1024;

std::size_t PartOf(std::size_t byte_count) {
  if (byte_count <= kPageBytes + kPageBytes / 2) {
    return std::numeric_limits<std::size_t>::max();
  }
  const std::size_t parts = (byte_count + kPageBytes - 1) / kPageBytes;
  return byte_count / parts + 1;
}

}  // namespace

PageWriter::PageWriter() : page_bytes_(kPageBytes) {}

PageWriter::PageWriter(std::size_t byte_count) : page_bytes_(PartOf(byte_count)) {}

void PageWriter::Add(std::string_view key, ByteView value) {
  if (builder_.byte_count() >= page_bytes_) {
    pages_.push_back(builder_.Finish());
  }
  builder_.Add(key, value);
}

std::vector<Page> PageWriter::Finish() {
  if (!builder_.empty()) {
    pages_.push_back(builder_.Finish());
  }
  return std::exchange(pages_, {});
}

}  // namespace sawa
