// SPDX-License-Identifier: MIT
#include "codec/batch_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "codec/crc32c.h"
#include "codec/frame.h"
#include "codec/page.h"
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

Bytes SomePage() {
  PageBuilder builder;
  builder.Add("a", BytesOf("1"));
  builder.Add("b", {});
  builder.Add("c", Bytes(200, 7));
  return builder.Finish().bytes();
}

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
  EXPECT_EQ(AsText(ByteView(SomePage()).first(4)), "SWPG");
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
  Bytes page = SomePage();
  page[kVersionOffset] = kStorageFormatVersion + 1;
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, Page::Open(page)));
}

TEST(BatchCodecTest, DoesNotTakeAPageForALogEntry) {
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeBatch(SomePage())));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, Page::Open(EncodeBatch(SomeBatch()))));
}

RC_GTEST_PROP(PageCodecTest, ReadsBackWhatItWroteAndFindsEveryKey, ()) {
  const auto entries = *rc::gen::nonEmpty<std::map<std::string, Bytes>>();
  PageBuilder builder;
  for (const auto& [key, value] : entries) {
    builder.Add(key, value);
  }
  const auto page = Page::Open(builder.Finish().bytes());
  RC_ASSERT(page.has_value());
  RC_ASSERT(page->size() == entries.size());
  std::size_t index = 0;
  for (const auto& [key, value] : entries) {
    RC_ASSERT(page->key(index) == key);
    RC_ASSERT(Bytes(page->value(index).begin(), page->value(index).end()) == value);
    RC_ASSERT(page->LowerBound(key) == index);
    ++index;
  }
  const auto other = *rc::gen::arbitrary<std::string>();
  RC_ASSERT(page->LowerBound(other) ==
            static_cast<std::size_t>(std::distance(entries.begin(), entries.lower_bound(other))));
}

TEST(PageCodecTest, RefusesKeysThatDoNotAscend) {
  for (const auto& keys : std::vector<std::vector<std::string>>{{"b", "a"}, {"a", "a"}}) {
    PageBuilder builder;
    for (const std::string& key : keys) {
      builder.Add(key, {});
    }
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, Page::Open(builder.Finish().bytes())));
  }
}

TEST(PageCodecTest, RefusesEveryTruncation) {
  ForEachTruncation(SomePage(), [](const Bytes& cut, std::size_t length) {
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, Page::Open(cut))) << length;
    if (length >= kBodyOffset) {
      EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, Page::Open(WithFittingChecksum(cut)))) << length;
    }
  });
}

TEST(PageCodecTest, RefusesEveryBitFlip) {
  ForEachBitFlip(SomePage(), [](const Bytes& flipped, std::size_t bit) {
    const auto page = Page::Open(flipped);
    ASSERT_FALSE(page.has_value()) << bit;
    EXPECT_TRUE(IsRefused(page.error())) << bit;
  });
}

TEST(PageCodecTest, RefusesBytesAfterTheEnd) {
  Bytes bytes = SomePage();
  bytes.push_back(0);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, Page::Open(WithFittingChecksum(bytes))));
}

RC_GTEST_PROP(PageCodecTest, NeverCrashesOnArbitraryBytes, (const Bytes& body)) {
  Bytes bytes = SomePage();
  bytes.resize(kBodyOffset);
  bytes.insert(bytes.end(), body.begin(), body.end());
  const auto page = Page::Open(WithFittingChecksum(bytes));
  RC_ASSERT(page.has_value() || page.error().code == ErrorCode::kStorageCorrupt);
  bytes[0] = 'S', bytes[1] = 'W', bytes[2] = 'L', bytes[3] = 'B';
  const auto batch = DecodeBatch(WithFittingChecksum(bytes));
  RC_ASSERT(batch.has_value() || batch.error().code == ErrorCode::kStorageCorrupt);
}

}  // namespace
}  // namespace sawa
