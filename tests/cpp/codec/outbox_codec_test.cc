// SPDX-License-Identifier: MIT
#include "codec/outbox_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "support/damage.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;

RC_GTEST_PROP(OutboxCodecTest, ReadsBackWhatItWrote, (std::int64_t created_at_ms, const std::string& text)) {
  const auto state = *rc::gen::element(OutboxState::kWaiting, OutboxState::kAccepted, OutboxState::kResend);
  const Bytes bytes = EncodeOutboxEntry({state, created_at_ms, text});
  const auto decoded = DecodeOutboxEntry(bytes);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(decoded->state == state);
  RC_ASSERT(decoded->created_at_ms == created_at_ms);
  RC_ASSERT(decoded->mutation_text == text);
}

TEST(OutboxCodecTest, RefusesEveryTruncation) {
  const Bytes bytes = EncodeOutboxEntry({OutboxState::kResend, 1'790'000'000'000, "{\"seq\":1}"});
  test::ForEachTruncation(bytes, [](const Bytes& cut, std::size_t length) {
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeOutboxEntry(cut))) << length;
  });
}

TEST(OutboxCodecTest, SurvivesEveryBitFlip) {
  const Bytes bytes = EncodeOutboxEntry({OutboxState::kResend, 1'790'000'000'000, "{\"seq\":1}"});
  test::ForEachBitFlip(bytes, [&](const Bytes& flipped, std::size_t bit) {
    const auto decoded = DecodeOutboxEntry(flipped);
    if (decoded) {
      EXPECT_NE(EncodeOutboxEntry(*decoded), bytes) << bit;
    } else {
      EXPECT_EQ(decoded.error().code, ErrorCode::kStorageCorrupt) << bit;
    }
  });
}

TEST(OutboxCodecTest, TakesTheVersionsOfEarlierEnginesForWaiting) {
  ByteWriter writer;
  writer.Variable(300);
  writer.Signed(0);
  writer.Text("{}");
  const Bytes bytes = writer.Take();
  EXPECT_EQ(test::Unwrap(DecodeOutboxEntry(bytes)).state, OutboxState::kWaiting);
}

TEST(OutboxCodecTest, RefusesBytesAfterTheEnd) {
  Bytes bytes = EncodeOutboxEntry({OutboxState::kWaiting, 0, "{}"});
  bytes.push_back(0);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DecodeOutboxEntry(bytes)));
}

RC_GTEST_PROP(OutboxKeyTest, SortsAsTheSequenceDoes, (std::uint64_t left, std::uint64_t right)) {
  RC_ASSERT((OutboxKey(left) < OutboxKey(right)) == (left < right));
}

TEST(OutboxKeyTest, HasOneLengthForAllSequences) {
  EXPECT_EQ(OutboxKey(1), "0000000000000001");
  EXPECT_EQ(OutboxKey(std::numeric_limits<std::uint64_t>::max()).size(), 16U);
  EXPECT_LT(OutboxKey(9), OutboxKey(10));
}

}  // namespace
}  // namespace sawa
