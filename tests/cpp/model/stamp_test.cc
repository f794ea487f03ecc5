// SPDX-License-Identifier: MIT
#include "model/stamp.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "support/host.h"

namespace sawa {
namespace {

constexpr std::int64_t kNowMs = test::kStartMs;

std::uint64_t TimeAt(std::int64_t now_ms) { return static_cast<std::uint64_t>(now_ms) << 16; }

TEST(StampTest, IsThirtyThreeCharactersOfHex) {
  EXPECT_EQ(StampText({0x0123456789ABCDEF, 0xFEDCBA9876543210}), "0123456789abcdef-fedcba9876543210");
  EXPECT_EQ(StampText({}), "0000000000000000-0000000000000000");
}

RC_GTEST_PROP(StampTest, ReadsItsTextBack, (std::uint64_t time, std::uint64_t node)) {
  const Stamp stamp{time, node};
  RC_ASSERT(ParseStamp(StampText(stamp)) == stamp);
}

RC_GTEST_PROP(StampTest, OrdersAsItsTextDoes,
              (std::uint64_t time, std::uint64_t node, std::uint64_t other_time, std::uint64_t other_node)) {
  const Stamp stamp{time, node};
  const Stamp other{*rc::gen::element(time, other_time), other_node};
  RC_ASSERT((stamp < other) == (StampText(stamp) < StampText(other)));
  RC_ASSERT((stamp == other) == (StampText(stamp) == StampText(other)));
}

TEST(StampTest, RefusesEveryOtherText) {
  for (const std::string_view text :
       {"", "0", "0123456789abcdef", "0123456789abcdef-", "0123456789abcdef-fedcba987654321",
        "0123456789abcdef-fedcba98765432100", "0123456789ABCDEF-fedcba9876543210", "0123456789abcdef_fedcba9876543210",
        "0123456789abcdeg-fedcba9876543210", "-123456789abcdef-fedcba9876543210", "0x23456789abcdef-fedcba9876543210",
        " 123456789abcdef-fedcba9876543210"}) {
    EXPECT_EQ(ParseStamp(text), std::nullopt) << text;
  }
}

TEST(StampClockTest, TakesTheWallClockTime) {
  test::ManualClock clock(kNowMs);
  StampClock stamps(clock, 7, 0);
  EXPECT_EQ(stamps.Next(), (Stamp{TimeAt(kNowMs), 7}));
  EXPECT_EQ(stamps.last_time(), TimeAt(kNowMs));
}

TEST(StampClockTest, CountsUpWithinAMillisecond) {
  test::ManualClock clock(kNowMs);
  StampClock stamps(clock, 7, 0);
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs));
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs) + 1);
  clock.Advance(1);
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs + 1));
}

TEST(StampClockTest, GoesOnWhenTheClockJumpsBack) {
  test::ManualClock clock(kNowMs);
  StampClock stamps(clock, 7, 0);
  const Stamp before = stamps.Next();
  clock.Set(kNowMs - 86'400'000);
  EXPECT_EQ(stamps.Next().time, before.time + 1);
  clock.Set(-1);
  EXPECT_EQ(stamps.Next().time, before.time + 2);
}

TEST(StampClockTest, GoesOnFromTheTimeThatWasStored) {
  test::ManualClock clock(kNowMs);
  StampClock stamps(clock, 7, TimeAt(kNowMs + 5000));
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs + 5000) + 1);
}

TEST(StampClockTest, IsLaterThanWhatItObserved) {
  test::ManualClock clock(kNowMs);
  StampClock stamps(clock, 7, 0);
  stamps.Observe({TimeAt(kNowMs + 60'000), 9});
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs + 60'000) + 1);
  stamps.Observe({TimeAt(kNowMs), 9});
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs + 60'000) + 2);
}

TEST(StampClockTest, BelievesNoOtherClockBeyondADayAhead) {
  test::ManualClock clock(kNowMs);
  StampClock stamps(clock, 7, 0);
  stamps.Observe({~std::uint64_t{0}, 9});
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs + kClockLeadMsMax) + 1);
  clock.Set(-5);
  StampClock before_the_epoch(clock, 7, 0);
  before_the_epoch.Observe({~std::uint64_t{0}, 9});
  EXPECT_EQ(before_the_epoch.Next().time, TimeAt(kClockLeadMsMax) + 1);
}

TEST(StampClockTest, BelievesWhatAnotherContextOfItsNodeStored) {
  test::ManualClock clock(kNowMs);
  StampClock stamps(clock, 7, 0);
  stamps.GoOnFrom(TimeAt(kNowMs + 2 * kClockLeadMsMax));
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs + 2 * kClockLeadMsMax) + 1);
  stamps.GoOnFrom(5);
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs + 2 * kClockLeadMsMax) + 2);
}

TEST(StampClockTest, CarriesIntoTheMillisecondsAfterTheCountersEnd) {
  test::ManualClock clock(kNowMs);
  StampClock stamps(clock, 7, TimeAt(kNowMs) + 0xFFFF);
  EXPECT_EQ(stamps.Next().time, TimeAt(kNowMs + 1));
}

RC_GTEST_PROP(StampClockTest, AlwaysGrowsWhateverTheClockAndTheOthersDo, ()) {
  test::ManualClock clock(kNowMs);
  StampClock stamps(clock, 7, 0);
  Stamp greatest{};
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-100'000, 100'000));
  for (const int step : steps) {  // At most 100 seconds apart: nothing is beyond belief.
    if (step % 3 == 0) {
      const Stamp observed{TimeAt(kNowMs + step), static_cast<std::uint64_t>(step & 0xFF)};
      stamps.Observe(observed);
      greatest.time = std::max(greatest.time, observed.time);
    }
    clock.Advance(step);
    const Stamp next = stamps.Next();
    RC_ASSERT(next.time > greatest.time);
    greatest = next;
  }
}

}  // namespace
}  // namespace sawa
