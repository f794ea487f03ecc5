// SPDX-License-Identifier: MIT
#include "base/integer_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace sawa {
namespace {

TEST(IntegerTextTest, WritesTheEndsOfTheRange) {
  EXPECT_EQ(IntegerText(0), "0");
  EXPECT_EQ(IntegerText(-1), "-1");
  EXPECT_EQ(IntegerText(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(IntegerText(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

RC_GTEST_PROP(IntegerTextPropertyTest, IsTheTextOfTheStandardLibrary, (std::int64_t number)) {
  RC_ASSERT(IntegerText(number) == std::to_string(number));
}

}  // namespace
}  // namespace sawa
