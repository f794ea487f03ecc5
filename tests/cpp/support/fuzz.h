// SPDX-License-Identifier: MIT
// What the fuzz targets share. Needs: codec.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "codec/crc32c.h"

namespace sawa::test {

// Sets the checksum of a log entry or page right: behind it lies what is worth fuzzing.
inline Bytes WithChecksum(ByteView input) {
  constexpr std::size_t kChecksumOffset = 5;
  constexpr std::size_t kBodyOffset = 9;
  Bytes bytes(input.begin(), input.end());
  if (bytes.size() >= kBodyOffset) {
    ByteWriter checksum;
    checksum.Fixed32(Crc32c(ByteView(bytes).subspan(kBodyOffset)));
    std::ranges::copy(checksum.view(), bytes.begin() + kChecksumOffset);
  }
  return bytes;
}

inline std::string_view TextOf(const std::uint8_t* data, std::size_t size) { return AsText(ByteView(data, size)); }

}  // namespace sawa::test
