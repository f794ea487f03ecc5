// SPDX-License-Identifier: MIT
#include "base/check.h"

#include <gtest/gtest.h>

namespace sawa {
namespace {

TEST(CheckTest, LetsTrueConditionsPass) {
  int evaluated = 0;
  SAWA_CHECK(++evaluated == 1, "the condition is evaluated once");
  EXPECT_EQ(evaluated, 1);
}

TEST(CheckDeathTest, StopsAndSaysWhy) {
  EXPECT_DEATH(SAWA_CHECK(1 > 2, "one is not more than two"), "one is not more");
}

TEST(CheckDeathTest, TellsThePlatformFirst) {
  EXPECT_DEATH(
      {
        FailedCheckHandler() = [](const char* reason) { static_cast<void>(std::fprintf(stderr, "heard: %s", reason)); };
        FailCheck("broken");
      },
      "heard: broken");
}

}  // namespace
}  // namespace sawa
