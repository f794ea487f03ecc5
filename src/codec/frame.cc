// SPDX-License-Identifier: MIT
#include "codec/frame.h"

#include "codec/crc32c.h"

namespace sawa {
namespace {

constexpr std::size_t kChecksumOffset = 5;
constexpr std::size_t kBodyOffset = 9;

}  // namespace

std::unexpected<Error> Corrupt(std::string_view what) { return Fail(ErrorCode::kStorageCorrupt, what); }

void BeginFrame(ByteWriter& writer, std::uint32_t magic) {
  writer.Fixed32(magic);
  writer.Byte(kStorageFormatVersion);
  writer.Fixed32(0);
}

Bytes EndFrame(ByteWriter& writer) {
  writer.PatchFixed32(kChecksumOffset, Crc32c(writer.view().subspan(kBodyOffset)));
  return writer.Take();
}

Result<ByteReader> OpenFrame(ByteView bytes, std::uint32_t magic) {
  ByteReader reader(bytes);
  const auto found_magic = reader.Fixed32();
  const auto version = reader.Byte();
  const auto checksum = reader.Fixed32();
  if (!found_magic || !version || !checksum || *found_magic != magic || *version == 0) {
    return Corrupt("a stored block does not begin as one of Sawa's");
  }
  if (*version > kStorageFormatVersion) {
    return Fail(ErrorCode::kStorageVersionTooNew, "the database was written by a newer version of Sawa");
  }
  if (*checksum != Crc32c(reader.rest())) {
    return Corrupt("the checksum of a stored block does not fit");
  }
  return reader;
}

}  // namespace sawa
