// SPDX-License-Identifier: MIT
#include "model/value.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

namespace sawa {
namespace {

TEST(CanonicalTextTest, WritesTheSimpleValues) {
  EXPECT_EQ(CanonicalText(Value{}), "null");
  EXPECT_EQ(CanonicalText(true), "true");
  EXPECT_EQ(CanonicalText(false), "false");
  EXPECT_EQ(CanonicalText(std::string("Sukari")), "\"Sukari\"");
  EXPECT_EQ(CanonicalText(JsonText{"{\"a\":[1]}"}), "{\"a\":[1]}");
}

TEST(CanonicalTextTest, WritesIntegersWithoutFraction) {
  EXPECT_EQ(CanonicalText(std::int64_t{0}), "0");
  EXPECT_EQ(CanonicalText(kIntegerMax), "9007199254740991");
  EXPECT_EQ(CanonicalText(-kIntegerMax), "-9007199254740991");
  EXPECT_EQ(CanonicalText(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

TEST(CanonicalTextTest, WritesWholeDoublesAsIntegers) {
  EXPECT_EQ(CanonicalText(3.0), "3");
  EXPECT_EQ(CanonicalText(-3.0), "-3");
  EXPECT_EQ(CanonicalText(0.0), "0");
  EXPECT_EQ(CanonicalText(-0.0), "0");
}

TEST(CanonicalTextTest, EscapesAsLittleAsPossible) {
  EXPECT_EQ(CanonicalText(std::string("\"\\/\b\f\n\r\t")), "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
  EXPECT_EQ(CanonicalText(std::string("\x01\x1f\x7f")), "\"\\u0001\\u001f\x7f\"");
  EXPECT_EQ(CanonicalText(std::string("\0", 1)), "\"\\u0000\"");
  EXPECT_EQ(CanonicalText(std::string("bei ya juu: é€😀")), "\"bei ya juu: é€😀\"");
}

TEST(ValueTest, TellsKindsApartEvenWithEqualTexts) {
  EXPECT_NE(Value{std::string("1")}, Value{std::int64_t{1}});
  EXPECT_NE(Value{std::string("[]")}, Value{JsonText{"[]"}});
  EXPECT_NE(Value{}, Value{false});
}

}  // namespace
}  // namespace sawa
