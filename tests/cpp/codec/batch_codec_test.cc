// SPDX-License-Identifier: MIT
#include "codec/batch_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "codec/crc32c.h"
#include "support/damage.h"
#include "support/generators.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::BytesOf;
using test::FailsWith;
using test::ForEachBitFlip;
using test::ForEachTruncation;
using test::Unwrap;

constexpr std::size_t kVersionOffset = 4;
constexpr std::size_t kChecksumOffset = 5;
constexpr std::size_t kBodyOffset = 9;

WriteBatch SomeBatch() {
  return {{TableChange::Kind::kPut, "meta", "cursor", BytesOf("e:12")},
          {TableChange::Kind::kRemove, "outbox", "0000000000000001"},
          {TableChange::Kind::kClear, "records/sales"},
          {TableChange::Kind::kPut, "records/sales", "id", Bytes(300, 0xAB)}};
}

Page SomePage() { return {"records/sales", {{"a", BytesOf("1")}, {"b", {}}, {"c", Bytes(200, 7)}}}; }

// Damage that carries a fitting checksum: what a broken program, and not a broken disk, would write.
Bytes WithFittingChecksum(Bytes bytes) {
  ByteWriter checksum;
  checksum.Fixed32(Crc32c(ByteView(bytes).subspan(kBodyOffset)));
  std::copy(checksum.view().begin(), checksum.view().end(), bytes.begin() + kChecksumOffset);
  return bytes;
}

bool IsRefused(const Error& error) {
  return error.code == ErrorCode::kStorageCorrupt || error.code == ErrorCode::kStorageVersionTooNew;
}

RC_GTEST_PROP(BatchCodecTest, ReadsBackWhatItWrote, ()) {
  const auto batch = *rc::gen::container<WriteBatch>(test::Changes());
  const auto decoded = DecodeBatch(EncodeBatch(batch));
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == batch);
}

TEST(BatchCodecTest, BeginsWithMagicVersionAndChecksum) {
  const Bytes bytes = EncodeBatch(SomeBatch());
  EXPECT_EQ(AsText(ByteView(bytes).first(4)), "SWLB");
  EXPECT_EQ(bytes[kVersionOffset], kStorageFormatVersion);
  EXPECT_EQ(bytes, WithFittingChecksum(bytes));
  EXPECT_EQ(AsText(ByteView(EncodePage(SomePage())).first(4)), "SWPG");
}

TEST(BatchCodecTest, RefusesEveryTruncation) {
  ForEachTruncation(EncodeBatch(SomeBatch()), [](const Bytes& cut, std::size_t length) {
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeBatch(cut))) << length;
  });
}

TEST(BatchCodecTest, RefusesEveryTruncationWithAFittingChecksum) {
  ForEachTruncation(EncodeBatch(SomeBatch()), [](const Bytes& cut, std::size_t length) {
    if (length >= kBodyOffset) {
      EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeBatch(WithFittingChecksum(cut)))) << length;
    }
  });
}

TEST(BatchCodecTest, RefusesEveryBitFlip) {
  ForEachBitFlip(EncodeBatch(SomeBatch()), [](const Bytes& flipped, std::size_t bit) {
    const auto decoded = DecodeBatch(flipped);
    ASSERT_FALSE(decoded.has_value()) << bit;
    EXPECT_TRUE(IsRefused(decoded.error())) << bit;
  });
}

TEST(BatchCodecTest, SurvivesEveryBitFlipWithAFittingChecksum) {
  ForEachBitFlip(EncodeBatch(SomeBatch()), [](const Bytes& flipped, std::size_t bit) {
    const auto decoded = DecodeBatch(WithFittingChecksum(flipped));
    if (decoded) {
      EXPECT_EQ(Unwrap(DecodeBatch(EncodeBatch(*decoded))), *decoded) << bit;
    } else {
      EXPECT_TRUE(IsRefused(decoded.error())) << bit;
    }
  });
}

TEST(BatchCodecTest, RefusesBytesAfterTheEnd) {
  Bytes bytes = EncodeBatch(SomeBatch());
  bytes.push_back(0);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeBatch(WithFittingChecksum(bytes))));
}

TEST(BatchCodecTest, RefusesACountThatNoInputCouldHold) {
  Bytes bytes = EncodeBatch({});
  bytes.pop_back();
  ByteWriter count;
  count.Variable(~std::uint64_t{0});
  bytes.insert(bytes.end(), count.view().begin(), count.view().end());
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeBatch(WithFittingChecksum(bytes))));
}

TEST(BatchCodecTest, TellsANewerFormatFromDamage) {
  Bytes bytes = EncodeBatch(SomeBatch());
  bytes[kVersionOffset] = kStorageFormatVersion + 1;
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, DecodeBatch(bytes)));
  Bytes page = EncodePage(SomePage());
  page[kVersionOffset] = kStorageFormatVersion + 1;
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, DecodePage(page)));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, TableOfPage(page)));
}

TEST(BatchCodecTest, DoesNotTakeAPageForALogEntry) {
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeBatch(EncodePage(SomePage()))));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodePage(EncodeBatch(SomeBatch()))));
}

RC_GTEST_PROP(PageCodecTest, ReadsBackWhatItWrote,
              (const std::string& table, const std::vector<std::pair<std::string, Bytes>>& entries)) {
  Page page{table, {}};
  for (const auto& [key, value] : entries) {
    page.entries.push_back({key, value});
  }
  const Bytes bytes = EncodePage(page);
  const auto decoded = DecodePage(bytes);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == page);
  RC_ASSERT(TableOfPage(bytes).value_or("an error") == table);
}

TEST(PageCodecTest, RefusesEveryTruncation) {
  ForEachTruncation(EncodePage(SomePage()), [](const Bytes& cut, std::size_t length) {
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodePage(cut))) << length;
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, TableOfPage(cut))) << length;
    if (length >= kBodyOffset) {
      EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodePage(WithFittingChecksum(cut)))) << length;
    }
  });
}

TEST(PageCodecTest, RefusesEveryBitFlip) {
  ForEachBitFlip(EncodePage(SomePage()), [](const Bytes& flipped, std::size_t bit) {
    const auto page = DecodePage(flipped);
    ASSERT_FALSE(page.has_value()) << bit;
    EXPECT_TRUE(IsRefused(page.error())) << bit;
    EXPECT_FALSE(TableOfPage(flipped).has_value()) << bit;
  });
}

TEST(PageCodecTest, RefusesBytesAfterTheEnd) {
  Bytes bytes = EncodePage(SomePage());
  bytes.push_back(0);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodePage(WithFittingChecksum(bytes))));
}

RC_GTEST_PROP(PageCodecTest, NeverCrashesOnArbitraryBytes, (const Bytes& body)) {
  Bytes bytes = EncodePage({});
  bytes.resize(kBodyOffset);
  bytes.insert(bytes.end(), body.begin(), body.end());
  const auto page = DecodePage(WithFittingChecksum(bytes));
  RC_ASSERT(page.has_value() || page.error().code == ErrorCode::kStorageCorrupt);
  bytes[0] = 'S', bytes[1] = 'W', bytes[2] = 'L', bytes[3] = 'B';
  const auto batch = DecodeBatch(WithFittingChecksum(bytes));
  RC_ASSERT(batch.has_value() || batch.error().code == ErrorCode::kStorageCorrupt);
}

}  // namespace
}  // namespace sawa
