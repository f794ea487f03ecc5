// SPDX-License-Identifier: MIT
#include "base/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "support/damage.h"

namespace sawa {
namespace {

Bytes Written(void (*write)(ByteWriter&)) {
  ByteWriter writer;
  write(writer);
  return writer.Take();
}

Bytes VariableBytes(std::uint64_t value) {
  ByteWriter writer;
  writer.Variable(value);
  return writer.Take();
}

TEST(ByteWriterTest, WritesFixedNumbersLittleEndian) {
  EXPECT_EQ(Written([](ByteWriter& writer) { writer.Fixed32(0x01020304); }), (Bytes{4, 3, 2, 1}));
  EXPECT_EQ(Written([](ByteWriter& writer) { writer.Fixed64(0x0102030405060708); }), (Bytes{8, 7, 6, 5, 4, 3, 2, 1}));
}

TEST(ByteWriterTest, WritesVariableNumbersAsLeb128) {
  EXPECT_EQ(VariableBytes(0), (Bytes{0}));
  EXPECT_EQ(VariableBytes(127), (Bytes{0x7F}));
  EXPECT_EQ(VariableBytes(128), (Bytes{0x80, 0x01}));
  EXPECT_EQ(VariableBytes(300), (Bytes{0xAC, 0x02}));
  EXPECT_EQ(VariableBytes(std::numeric_limits<std::uint64_t>::max()).size(), 10U);
}

TEST(ByteWriterTest, WritesSmallSignedNumbersInOneByte) {
  EXPECT_EQ(Written([](ByteWriter& writer) { writer.Signed(-1); }), (Bytes{1}));
  EXPECT_EQ(Written([](ByteWriter& writer) { writer.Signed(1); }), (Bytes{2}));
  EXPECT_EQ(Written([](ByteWriter& writer) { writer.Signed(-64); }), (Bytes{127}));
}

TEST(ByteWriterTest, PatchesAFixedNumberInPlace) {
  EXPECT_EQ(Written([](ByteWriter& writer) {
              writer.Byte(9);
              writer.Fixed32(0);
              writer.Byte(8);
              writer.PatchFixed32(1, 0x0A0B0C0D);
            }),
            (Bytes{9, 0x0D, 0x0C, 0x0B, 0x0A, 8}));
}

TEST(ByteWriterDeathTest, RefusesToPatchBeyondTheEnd) {
  EXPECT_DEATH(
      {
        ByteWriter writer;
        writer.Fixed32(0);
        writer.PatchFixed32(1, 0);
      },
      "patch beyond");
}

RC_GTEST_PROP(ByteReaderTest, ReadsBackWhatWasWritten,
              (std::uint8_t byte, std::uint32_t fixed32, std::uint64_t fixed64, std::uint64_t variable,
               std::int64_t number, const std::string& text)) {
  ByteWriter writer;
  writer.Byte(byte);
  writer.Fixed32(fixed32);
  writer.Fixed64(fixed64);
  writer.Variable(variable);
  writer.Signed(number);
  writer.Text(text);
  const Bytes bytes = writer.Take();
  ByteReader reader(bytes);
  RC_ASSERT(reader.Byte() == byte);
  RC_ASSERT(reader.Fixed32() == fixed32);
  RC_ASSERT(reader.Fixed64() == fixed64);
  RC_ASSERT(reader.Variable() == variable);
  RC_ASSERT(reader.Signed() == number);
  RC_ASSERT(reader.Text() == text);
  RC_ASSERT(reader.at_end());
}

TEST(ByteReaderTest, ReadsTheEndsOfTheNumberRanges) {
  for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                                    std::int64_t{0}, std::int64_t{-1}}) {
    ByteWriter writer;
    writer.Signed(number);
    const Bytes bytes = writer.Take();
    EXPECT_EQ(ByteReader(bytes).Signed(), number);
  }
  const Bytes largest = VariableBytes(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(ByteReader(largest).Variable(), std::numeric_limits<std::uint64_t>::max());
}

TEST(ByteReaderTest, GivesNothingForEveryTruncation) {
  const Bytes fixed = Written([](ByteWriter& writer) { writer.Fixed64(~std::uint64_t{0}); });
  test::ForEachTruncation(fixed, [](ByteView cut, std::size_t length) {
    EXPECT_EQ(ByteReader(cut).Fixed64(), std::nullopt) << length;
    EXPECT_EQ(ByteReader(cut).Fixed32().has_value(), length >= 4) << length;
  });
  const Bytes variable = VariableBytes(~std::uint64_t{0});
  test::ForEachTruncation(variable, [](ByteView cut, std::size_t length) {
    EXPECT_EQ(ByteReader(cut).Variable(), std::nullopt) << length;
    EXPECT_EQ(ByteReader(cut).Signed(), std::nullopt) << length;
  });
  const Bytes text = Written([](ByteWriter& writer) { writer.Text("hello"); });
  test::ForEachTruncation(
      text, [](ByteView cut, std::size_t length) { EXPECT_EQ(ByteReader(cut).Text(), std::nullopt) << length; });
}

TEST(ByteReaderTest, RefusesVariableNumbersBeyond64Bits) {
  const Bytes too_large = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02};
  EXPECT_EQ(ByteReader(too_large).Variable(), std::nullopt);
  const Bytes too_long = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
  EXPECT_EQ(ByteReader(too_long).Variable(), std::nullopt);
}

TEST(ByteReaderTest, RefusesABlockLongerThanTheRest) {
  ByteWriter writer;
  writer.Variable(std::numeric_limits<std::uint64_t>::max());
  writer.Byte(1);
  const Bytes bytes = writer.Take();
  EXPECT_EQ(ByteReader(bytes).Block(), std::nullopt);
  EXPECT_EQ(ByteReader(bytes).Text(), std::nullopt);
}

TEST(ByteReaderTest, FailsForEverAfterItFailedOnce) {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.Fixed32(), std::nullopt);
  EXPECT_EQ(reader.Byte(), std::nullopt);
  EXPECT_EQ(reader.Variable(), std::nullopt);
  EXPECT_EQ(reader.Text(), std::nullopt);
  EXPECT_TRUE(reader.at_end());
}

RC_GTEST_PROP(ByteReaderTest, NeverReadsBeyondArbitraryBytes, (const Bytes& bytes, const Bytes& calls)) {
  ByteReader reader(bytes);
  for (const std::uint8_t call : calls) {
    const std::size_t before = reader.rest().size();
    switch (call % 5) {
      case 0:
        reader.Byte();
        break;
      case 1:
        reader.Fixed64();
        break;
      case 2:
        reader.Signed();
        break;
      case 3:
        reader.Text();
        break;
      default:
        reader.Fixed32();
    }
    RC_ASSERT(reader.rest().size() < before || before == 0);
  }
}

TEST(BytesTest, SeesTextAsBytesAndBack) {
  EXPECT_EQ(AsText(AsBytes("a\0b")), "a");
  EXPECT_EQ(AsText(AsBytes(std::string_view("a\0b", 3))), std::string_view("a\0b", 3));
}

}  // namespace
}  // namespace sawa
