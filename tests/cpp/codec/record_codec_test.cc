// SPDX-License-Identifier: MIT
#include "codec/record_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <limits>

#include "codec/record_json.h"
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
  const auto decoded = DecodeRecord(EncodeRecord(record));
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == record);
}

TEST(RecordCodecTest, KeepsDoublesBitForBit) {
  for (const double number : {0.1, -0.0, 5e-324, std::numeric_limits<double>::max()}) {
    Record record;
    record.Set("rate", number, {});
    const Record decoded = Unwrap(DecodeRecord(EncodeRecord(record)));
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
  EXPECT_EQ(size_with_stamps(1) - size_with_stamps(0), 9U * 16U);
}

TEST(RecordCodecTest, RefusesEveryTruncation) {
  test::ForEachTruncation(EncodeRecord(SomeRecord()), [](const Bytes& cut, std::size_t length) {
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeRecord(cut))) << length;
  });
}

// A record has no checksum of its own (its page has): a flipped bit gives an error or another whole record.
TEST(RecordCodecTest, SurvivesEveryBitFlip) {
  const Record original = SomeRecord();
  test::ForEachBitFlip(EncodeRecord(original), [&](const Bytes& flipped, std::size_t bit) {
    const auto decoded = DecodeRecord(flipped);
    if (decoded) {
      EXPECT_NE(*decoded, original) << bit;
      EXPECT_EQ(Unwrap(DecodeRecord(EncodeRecord(*decoded))), *decoded) << bit;
    } else {
      EXPECT_EQ(decoded.error().code, ErrorCode::kStorageCorrupt) << bit;
    }
  });
}

TEST(RecordCodecTest, RefusesBytesAfterTheEnd) {
  Bytes bytes = EncodeRecord(SomeRecord());
  bytes.push_back(0);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeRecord(bytes)));
}

TEST(RecordCodecTest, RefusesAReferenceToAStampThatIsNotThere) {
  ByteWriter writer;
  writer.Byte(0);
  writer.Variable(1);
  writer.Text("name");
  writer.Variable(1);  // Only 0, "a new one", would be right for the first field.
  writer.Byte(0);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeRecord(writer.view())));
}

RC_GTEST_PROP(RecordCodecTest, NeverCrashesOnArbitraryBytes, (const Bytes& bytes)) {
  const auto decoded = DecodeRecord(bytes);
  RC_ASSERT(decoded.has_value() || decoded.error().code == ErrorCode::kStorageCorrupt);
}

TEST(RecordJsonTest, WritesTheIdAndAllFields) {
  std::string text = "[";
  Record record = SomeRecord();
  record.removed.reset();
  AppendRecordJson(text, "an \"id\"", record);
  EXPECT_EQ(text,
            "[{\"id\":\"an \\\"id\\\"\",\"archived\":false,\"extra\":{\"a\":1},\"name\":\"Sukari\",\"nothing\":null,"
            "\"rate\":2.5,\"stock\":-40}");
}

RC_GTEST_PROP(RecordJsonTest, WritesJsonThatReadsBack, ()) {
  const Record record = *test::Records();
  RC_PRE(record.Find("id") == nullptr);
  std::string text;
  AppendRecordJson(text, "x", record);
  const auto json = ParseJson(text);
  RC_ASSERT(json.has_value());
  for (const FieldState& field : record.fields()) {
    RC_ASSERT(ValueFromJson((*json)[field.name]) == field.value);
  }
}

}  // namespace
}  // namespace sawa
