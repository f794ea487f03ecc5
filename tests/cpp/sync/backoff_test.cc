// SPDX-License-Identifier: MIT
#include "sync/backoff.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/host.h"

namespace sawa {
namespace {

std::vector<std::int64_t> Delays(std::uint8_t byte, int count) {
  test::ConstantRandom random(byte);
  Backoff backoff(random);
  std::vector<std::int64_t> delays;
  for (int index = 0; index < count; ++index) {
    delays.push_back(backoff.NextDelayMs(0));
  }
  return delays;
}

TEST(BackoffTest, DoublesFromOneSecondToFiveMinutes) {
  EXPECT_EQ(Delays(0xFF, 11), (std::vector<std::int64_t>{1000, 2000, 4000, 8000, 16'000, 32'000, 64'000, 128'000,
                                                         256'000, 300'000, 300'000}));
}

TEST(BackoffTest, NeverWaitsLessThanHalf) {
  EXPECT_EQ(Delays(0x00, 11), (std::vector<std::int64_t>{500, 1000, 2000, 4000, 8000, 16'000, 32'000, 64'000, 128'000,
                                                         150'000, 150'000}));
}

TEST(BackoffTest, SpreadsTheTillsOfAShop) {
  test::SeededRandom random(5);
  std::int64_t least = INT64_MAX;
  std::int64_t most = 0;
  for (int till = 0; till < 200; ++till) {
    Backoff backoff(random);
    const std::int64_t delay = backoff.NextDelayMs(0);
    EXPECT_GE(delay, 500);
    EXPECT_LE(delay, 1000);
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_LT(least, 550);
  EXPECT_GT(most, 950);
}

TEST(BackoffTest, GoesOnForEver) {
  for (const std::int64_t delay : Delays(0xFF, 1000)) {
    EXPECT_GT(delay, 0);
    EXPECT_LE(delay, 300'000);
  }
}

TEST(BackoffTest, StartsAnewAfterASuccess) {
  test::ConstantRandom random(0xFF);
  Backoff backoff(random);
  EXPECT_EQ(backoff.NextDelayMs(0), 1000);
  EXPECT_EQ(backoff.NextDelayMs(0), 2000);
  backoff.Succeeded();
  EXPECT_EQ(backoff.NextDelayMs(0), 1000);
}

TEST(BackoffTest, WaitsAtLeastAsLongAsTheServerAsks) {
  test::ConstantRandom random(0xFF);
  Backoff backoff(random);
  EXPECT_EQ(backoff.NextDelayMs(60'000), 60'000);
  EXPECT_EQ(backoff.NextDelayMs(10), 2000);
  EXPECT_EQ(backoff.NextDelayMs(3'600'000), 3'600'000);
}

}  // namespace
}  // namespace sawa
