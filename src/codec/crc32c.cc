// SPDX-License-Identifier: MIT
#include "codec/crc32c.h"

#include <array>

namespace sawa {
namespace {

// Four bytes a step ("slicing"). Made at the start: as constants the tables would not compress.
using SlicingTables = std::array<std::array<std::uint32_t, 256>, 4>;

SlicingTables MakeTables() {
  constexpr std::uint32_t kReversedPolynomial = 0x82F63B78;
  SlicingTables tables{};
  for (std::uint32_t index = 0; index < 256; ++index) {
    std::uint32_t value = index;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value >> 1) ^ ((value & 1U) != 0 ? kReversedPolynomial : 0);
    }
    tables[0][index] = value;
  }
  for (std::uint32_t index = 0; index < 256; ++index) {
    for (std::size_t slice = 1; slice < tables.size(); ++slice) {
      const std::uint32_t previous = tables[slice - 1][index];
      tables[slice][index] = (previous >> 8) ^ tables[0][previous & 0xFFU];
    }
  }
  return tables;
}

}  // namespace

std::uint32_t Crc32c(ByteView bytes) {
  static const SlicingTables kTables = MakeTables();
  std::uint32_t crc = 0xFFFFFFFF;
  while (bytes.size() >= 4) {
    crc ^= std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
           std::uint32_t{bytes[3]} << 24;
    crc = kTables[3][crc & 0xFFU] ^ kTables[2][(crc >> 8) & 0xFFU] ^ kTables[1][(crc >> 16) & 0xFFU] ^
          kTables[0][crc >> 24];
    bytes = bytes.subspan(4);
  }
  for (const std::uint8_t byte : bytes) {
    crc = (crc >> 8) ^ kTables[0][(crc ^ byte) & 0xFFU];
  }
  return ~crc;
}

}  // namespace sawa
