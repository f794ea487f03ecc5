// SPDX-License-Identifier: MIT
#include "base/uuid.h"

#include <gtest/gtest.h>

#include <set>

#include "support/host.h"

namespace sawa {
namespace {

TEST(UuidTest, HasTheFormOfVersionSeven) {
  test::ManualClock clock(0x0123456789AB);
  test::ConstantRandom ones(0xFF);
  EXPECT_EQ(MakeUuid(clock, ones), "01234567-89ab-7fff-bfff-ffffffffffff");
  test::ConstantRandom zeros(0);
  EXPECT_EQ(MakeUuid(clock, zeros), "01234567-89ab-7000-8000-000000000000");
}

TEST(UuidTest, SortsByTheTimeItWasMade) {
  test::ManualClock clock;
  test::SeededRandom random;
  std::string last = MakeUuid(clock, random);
  for (int count = 0; count < 100; ++count) {
    clock.Advance(1 + count * 1000);
    const std::string next = MakeUuid(clock, random);
    EXPECT_LT(last, next);
    last = next;
  }
}

TEST(UuidTest, DiffersWithinOneMillisecond) {
  test::ManualClock clock;
  test::SeededRandom random;
  std::set<std::string> made;
  for (int count = 0; count < 10'000; ++count) {
    const std::string uuid = MakeUuid(clock, random);
    ASSERT_TRUE(IsUuid(uuid)) << uuid;
    made.insert(uuid);
  }
  EXPECT_EQ(made.size(), 10'000U);
}

TEST(UuidTest, IsStillOneWhenTheClockIsBeforeTheEpoch) {
  test::ManualClock clock(-5);
  test::SeededRandom random;
  EXPECT_TRUE(IsUuid(MakeUuid(clock, random)));
}

TEST(UuidTest, AcceptsEveryVersionInLowerCase) {
  EXPECT_TRUE(IsUuid("00000000-0000-0000-0000-000000000000"));
  EXPECT_TRUE(IsUuid("f47ac10b-58cc-4372-a567-0e02b2c3d479"));
}

TEST(UuidTest, RefusesEveryOtherText) {
  for (const std::string_view text :
       {"", "f47ac10b", "F47AC10B-58CC-4372-A567-0E02B2C3D479", "f47ac10b-58cc-4372-a567-0e02b2c3d47",
        "f47ac10b-58cc-4372-a567-0e02b2c3d4790", "f47ac10b058cc-4372-a567-0e02b2c3d479",
        "f47ac10b-58cc-4372-a567-0e02b2c3d47g", "f47ac10b-58cc-4372-a5670-e02b2c3d479",
        "{47ac10b-58cc-4372-a567-0e02b2c3d47}", "f47ac10b-58cc-4372-a567-0e02b2c3d4-9"}) {
    EXPECT_FALSE(IsUuid(text)) << text;
  }
}

}  // namespace
}  // namespace sawa
