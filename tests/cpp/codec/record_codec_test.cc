// SPDX-License-Identifier: MIT
#include "codec/record_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <limits>

#include "support/damage.h"
#include "support/generators.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::Unwrap;

Record SomeRecord() {
  Record record;
  record.removed = Stamp{77, 3};
  record.Set("archived", false, {5, 1});
  record.Set("extra", JsonText{"{\"a\":1}"}, {5, 1});
  record.Set("name", std::string("Sukari"), {5, 1});
  record.Set("nothing", Value{}, {6, 2});
  record.Set("rate", 2.5, {6, 2});
  record.Set("stock", std::int64_t{-40}, {7, 1});
  return record;
}

RC_GTEST_PROP(RecordCodecTest, ReadsBackWhatItWrote, ()) {
  const Record record = *test::Records();
  const auto decoded = DecodeRecord(EncodeRecord(record), Shapes());
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == record);
}

TEST(RecordCodecTest, KeepsDoublesBitForBit) {
  for (const double number : {0.1, -0.0, 5e-324, std::numeric_limits<double>::max()}) {
    Record record;
    record.Set("rate", number, {});
    const Record decoded = Unwrap(DecodeRecord(EncodeRecord(record), Shapes()));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(std::get<double>(decoded.Find("rate")->value)),
              std::bit_cast<std::uint64_t>(number));
  }
}

TEST(RecordCodecTest, WritesAStampThatFieldsShareOnce) {
  const auto size_with_stamps = [](std::uint64_t step) {
    Record record;
    for (std::uint64_t field = 0; field < 10; ++field) {
      record.Set(std::string(1, static_cast<char>('a' + field)), true, {1 + field * step, 0});
    }
    return EncodeRecord(record).size();
  };
  // Then a list of stamps with its length, and a place in it for each field.
  EXPECT_EQ(size_with_stamps(1) - size_with_stamps(0), 9U * 16U + 1 + 10);
}

TEST(RecordCodecTest, RefusesEveryTruncation) {
  test::ForEachTruncation(EncodeRecord(SomeRecord()), [](const Bytes& cut, std::size_t length) {
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeRecord(cut, Shapes()))) << length;
  });
}

// A record has no checksum of its own (its page has): a flipped bit gives an error or another whole record.
TEST(RecordCodecTest, SurvivesEveryBitFlip) {
  const Record original = SomeRecord();
  test::ForEachBitFlip(EncodeRecord(original), [&](const Bytes& flipped, std::size_t bit) {
    const auto decoded = DecodeRecord(flipped, Shapes());
    if (decoded) {
      EXPECT_NE(*decoded, original) << bit;
      EXPECT_EQ(Unwrap(DecodeRecord(EncodeRecord(*decoded), Shapes())), *decoded) << bit;
    } else {
      EXPECT_EQ(decoded.error().code, ErrorCode::kStorageCorrupt) << bit;
    }
  });
}

TEST(RecordCodecTest, RefusesBytesAfterTheEnd) {
  Bytes bytes = EncodeRecord(SomeRecord());
  bytes.push_back(0);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeRecord(bytes, Shapes())));
}

Shapes::Names NamesOf(const Record& record) {
  Shapes::Names names;
  for (const FieldState& field : record.fields()) {
    names.push_back(field.name);
  }
  return names;
}

RC_GTEST_PROP(RecordCodecTest, ReadsAShapeByItsNumberAndEachFieldInPlace, ()) {
  const Record record = *test::Records();
  Shapes shapes;
  RC_ASSERT(shapes.Add(1, {"another"}));
  RC_ASSERT(shapes.NumberOf(record) == kNoShape || NamesOf(record) == Shapes::Names{"another"});
  RC_ASSERT(shapes.Add(2, Unwrap(DecodeShape(EncodeShape(record)))));
  const Bytes bytes = EncodeRecord(record, 2);
  RC_ASSERT(Unwrap(DecodeRecord(bytes, shapes)) == record);
  RC_ASSERT(IsRemoved(bytes) == record.removed.has_value());
  for (const FieldState& field : record.fields()) {
    RC_ASSERT(FieldOfRecord(bytes, shapes, field.name) == field.value);
  }
  RC_ASSERT(!DecodeRecord(bytes, Shapes()).has_value());
}

TEST(ShapesTest, GiveNumbersInOrderAndKeepThem) {
  Shapes shapes;
  EXPECT_FALSE(shapes.Add(2, {"a"}));
  EXPECT_TRUE(shapes.Add(1, {"a"}));
  EXPECT_FALSE(shapes.Add(1, {"b"}));
  EXPECT_EQ(*shapes.Find(1), Shapes::Names{"a"});
  EXPECT_EQ(shapes.Find(0), nullptr);
  EXPECT_EQ(shapes.Find(2), nullptr);
}

TEST(RecordCodecTest, TellsManyStampsApart) {
  Record record;
  for (std::uint64_t field = 0; field < 700; ++field) {
    record.Set("field_" + std::to_string(field), static_cast<std::int64_t>(field), {field, 1});
  }
  EXPECT_EQ(Unwrap(DecodeRecord(EncodeRecord(record), Shapes())), record);
}

TEST(RecordCodecTest, AWholeRecordOfAKnownShapeIsSmall) {
  Record record;
  record.Set("active", true, {});
  record.Set("category", std::string("0190a000-0000-7000-8000-00000000000b"), {});
  record.Set("name", std::string("Sukari"), {});
  record.Set("price", std::int64_t{3000}, {});
  EXPECT_EQ(EncodeRecord(record, 1).size(), 2U + 1 + 18 + 7 + 3);
}

RC_GTEST_PROP(RecordCodecTest, NeverCrashesOnArbitraryBytes, (const Bytes& bytes)) {
  const auto decoded = DecodeRecord(bytes, Shapes());
  RC_ASSERT(decoded.has_value() || decoded.error().code == ErrorCode::kStorageCorrupt);
}

}  // namespace
}  // namespace sawa
