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

// The texts are those of Python's repr, the server's own.
TEST(CanonicalTextTest, WritesTheShortestDigitsOfADouble) {
  for (const auto& [number, text] :
       std::initializer_list<std::pair<double, const char*>>{{0.1, "0.1"},
                                                             {0.1 + 0.2, "0.30000000000000004"},
                                                             {2.5, "2.5"},
                                                             {-2.25, "-2.25"},
                                                             {1.0 / 3.0, "0.3333333333333333"},
                                                             {0.0001, "0.0001"},
                                                             {0.00001, "1e-05"},
                                                             {123456.789, "123456.789"}}) {
    EXPECT_EQ(CanonicalText(number), text);
  }
}

TEST(CanonicalTextTest, WritesTheEndsOfTheDoubleRange) {
  EXPECT_EQ(CanonicalText(5e-324), "5e-324");
  EXPECT_EQ(CanonicalText(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(CanonicalText(1e300), "1e+300");
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
