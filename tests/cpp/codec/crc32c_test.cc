// SPDX-License-Identifier: MIT
#include "codec/crc32c.h"

#include <gtest/gtest.h>

namespace sawa {
namespace {

TEST(Crc32cTest, GivesTheCheckValueOfTheStandard) { EXPECT_EQ(Crc32c(AsBytes("123456789")), 0xE3069283U); }

// RFC 3720, B.4.
TEST(Crc32cTest, GivesTheExamplesOfRfc3720) {
  EXPECT_EQ(Crc32c(Bytes(32, 0x00)), 0x8A9136AAU);
  EXPECT_EQ(Crc32c(Bytes(32, 0xFF)), 0x62A8AB43U);
  Bytes ascending;
  for (std::uint8_t byte = 0; byte < 32; ++byte) {
    ascending.push_back(byte);
  }
  EXPECT_EQ(Crc32c(ascending), 0x46DD794EU);
  EXPECT_EQ(Crc32c(Bytes(ascending.rbegin(), ascending.rend())), 0x113FDB5CU);
}

TEST(Crc32cTest, IsZeroForNothing) { EXPECT_EQ(Crc32c({}), 0U); }

}  // namespace
}  // namespace sawa
