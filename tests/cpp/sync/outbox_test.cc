// SPDX-License-Identifier: MIT
#include "sync/outbox.h"

#include <gtest/gtest.h>

#include "storage/table_names.h"
#include "support/json.h"
#include "support/results.h"
#include "support/shop.h"
#include "support/tables_context.h"
#include "sync/meta.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::IdOf;
using test::IsOk;
using test::TablesContext;
using test::Unwrap;

class OutboxTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(IsOk(context_.Open())); }

  void Add(std::uint64_t seq, std::string name = "test", std::int64_t now_ms = 1000) {
    WriteBatch batch;
    const Mutation mutation{.seq = seq, .id = IdOf(static_cast<int>(seq)), .name = std::move(name), .stamp = {seq, 1}};
    ASSERT_TRUE(IsOk(AppendToOutbox(mutation, now_ms, batch)));
    ASSERT_TRUE(IsOk(context_.Commit(batch)));
  }

  void Answer(const Verdict& verdict) {
    WriteBatch batch;
    ASSERT_TRUE(IsOk(ApplyVerdict(context_.tables, verdict, batch)));
    ASSERT_TRUE(IsOk(context_.Commit(batch)));
  }
  void CommitWhat(Result<void> (*add)(const Tables&, WriteBatch&)) {
    WriteBatch batch;
    ASSERT_TRUE(IsOk(add(context_.tables, batch)));
    ASSERT_TRUE(IsOk(context_.Commit(batch)));
  }

  std::vector<std::uint64_t> Sequences() {
    std::vector<std::uint64_t> sequences;
    for (const WaitingMutation& mutation : Unwrap(NextToSend(context_.tables))) {
      sequences.push_back(Unwrap(MutationFromJson(Unwrap(ParseJson(mutation.text)))).seq);
    }
    return sequences;
  }
  std::size_t Size() { return context_.Count(kOutboxTable); }
  std::size_t Quarantined() { return context_.Count(kQuarantineTable); }

  TablesContext context_;
};

using Sequence = std::vector<std::uint64_t>;

TEST_F(OutboxTest, SendsTheOldestFirstAndCountsThem) {
  for (const std::uint64_t seq : std::vector<std::uint64_t>{8, 10, 9}) {
    Add(seq, "test", static_cast<std::int64_t>(5000 - seq));
  }
  EXPECT_EQ(Sequences(), (Sequence{8, 9, 10}));
  const OutboxSummary summary = Unwrap(SummariseOutbox(context_.tables));
  EXPECT_EQ(summary.waiting, 3U);
  EXPECT_EQ(summary.oldest_at_ms, 4990);
}

TEST_F(OutboxTest, SendsNoGapInOneRequest) {
  for (const std::uint64_t seq : std::vector<std::uint64_t>{1, 2, 4, 5}) {
    Add(seq);
  }
  EXPECT_EQ(Sequences(), (Sequence{1, 2}));
  Answer({.seq = 1, .version = 1});
  Answer({.seq = 2, .version = 1});
  EXPECT_EQ(Sequences(), (Sequence{4, 5}));
}

TEST_F(OutboxTest, RefusesAMutationThatFitsIntoNoRequest) {
  WriteBatch batch;
  Mutation mutation{.seq = 1, .id = IdOf(1), .name = std::string(kMutationBytesMax, 'x'), .stamp = {1, 1}};
  EXPECT_TRUE(FailsWith(ErrorCode::kLimitExceeded, AppendToOutbox(mutation, 0, batch)));
  EXPECT_TRUE(batch.empty());
  mutation.name.resize(kMutationBytesMax - 500);
  EXPECT_TRUE(IsOk(AppendToOutbox(mutation, 0, batch)));
}

TEST_F(OutboxTest, StoresTheLastSequenceWithTheMutation) {
  Add(7);
  EXPECT_EQ(MetaNumber(context_.tables, kLastSeqKey), 7U);
  EXPECT_EQ(context_.disk->log.size(), 1U);
}

TEST_F(OutboxTest, IsEmptyAtFirst) {
  EXPECT_EQ(Sequences(), Sequence{});
  EXPECT_EQ(Unwrap(SummariseOutbox(context_.tables)).oldest_at_ms, std::nullopt);
}

TEST_F(OutboxTest, SendsAtMostTwoHundredAtOnce) {
  for (std::uint64_t seq = 1; seq <= 201; ++seq) {
    Add(seq);
  }
  EXPECT_EQ(Sequences().size(), kMutationsPerRequestMax);
  EXPECT_EQ(Sequences().back(), 200U);
}

TEST_F(OutboxTest, SendsAtMostHalfAMebibyteAtOnceButAlwaysOne) {
  Add(1, std::string(kRequestBytesMax - 500, 'x'));
  Add(2, std::string(kRequestBytesMax / 2, 'x'));
  Add(3, std::string(kRequestBytesMax / 2, 'x'));
  EXPECT_EQ(Sequences(), (Sequence{1}));
  Answer({.seq = 1, .version = 1});
  EXPECT_EQ(Sequences(), (Sequence{2}));
}

TEST_F(OutboxTest, KeepsWhatWasAcceptedAndSendsItAgainWhenAsked) {
  for (const std::uint64_t seq : std::vector<std::uint64_t>{1, 2, 3}) {
    Add(seq);
  }
  Answer({.seq = 1, .version = 5});
  Answer({.seq = 2, .version = 6});
  EXPECT_EQ(Size(), 3U);
  EXPECT_EQ(Sequences(), (Sequence{3}));
  EXPECT_EQ(Unwrap(SummariseOutbox(context_.tables)).waiting, 1U);
  CommitWhat(ResendAccepted);
  EXPECT_EQ(Sequences(), (Sequence{1, 2, 3}));
  EXPECT_EQ(Unwrap(SummariseOutbox(context_.tables)).waiting, 3U);
  Answer({.seq = 1, .version = 5});
  EXPECT_EQ(Sequences(), (Sequence{2, 3}));
}

TEST_F(OutboxTest, DropsTheOldestOfTheAcceptedOnceTheyAreTooMany) {
  const std::string text(kKeptBytesMax / 4, 'x');
  for (std::uint64_t seq = 1; seq <= 6; ++seq) {
    Add(seq, text);
  }
  CommitWhat(DropOldest);
  EXPECT_EQ(Size(), 6U) << "what waits is never dropped";
  for (std::uint64_t seq = 1; seq <= 5; ++seq) {
    Answer({.seq = seq, .version = seq});
  }
  CommitWhat(DropOldest);
  EXPECT_EQ(Size(), 3U);
  EXPECT_EQ(Sequences(), (Sequence{6}));
  CommitWhat(ResendAccepted);
  EXPECT_EQ(Sequences(), (Sequence{4}));
}

TEST_F(OutboxTest, NumbersAnewWhatIsToBeSent) {
  Add(7);
  Add(8);
  Answer({.seq = 7, .version = 1});
  WriteBatch batch = {{TableChange::Kind::kClear, std::string(kOutboxTable)}};
  std::uint64_t seq = 0;
  for (const auto [key, bytes] : context_.tables.Scan(kOutboxTable)) {
    ASSERT_TRUE(IsOk(AppendRenumbered(Unwrap(DecodeOutboxEntry(bytes)), ++seq, batch)));
  }
  ASSERT_TRUE(IsOk(context_.Commit(batch)));
  EXPECT_EQ(Sequences(), (Sequence{1, 2}));
  EXPECT_EQ(Unwrap(DecodeOutboxEntry(*context_.tables.Get(kOutboxTable, OutboxKey(1)))).state, OutboxState::kResend);
  EXPECT_EQ(Unwrap(DecodeOutboxEntry(*context_.tables.Get(kOutboxTable, OutboxKey(2)))).state, OutboxState::kWaiting);
}

TEST_F(OutboxTest, AcceptsWhatWasMergedOrIsARepetition) {
  for (const Verdict& verdict :
       {Verdict{.seq = 1, .status = VerdictStatus::kMerged, .first_status = VerdictStatus::kMerged, .version = 1},
        Verdict{
            .seq = 2, .status = VerdictStatus::kDuplicate, .first_status = VerdictStatus::kApplied, .version = 1}}) {
    Add(verdict.seq);
    Answer(verdict);
  }
  EXPECT_EQ(Sequences(), Sequence{});
  EXPECT_EQ(Size(), 2U);
  EXPECT_EQ(Quarantined(), 0U);
}

TEST_F(OutboxTest, MovesWhatIsRefusedToQuarantineWhole) {
  ASSERT_TRUE(IsOk(context_.Commit({PutMeta(kIncarnationKey, "inc")})));
  Add(3, "sale.complete", 4000);
  const std::string sent = Unwrap(NextToSend(context_.tables)).front().text;
  Answer({.seq = 3,
          .status = VerdictStatus::kRejected,
          .first_status = VerdictStatus::kRejected,
          .version = 9,
          .code = "mutation_invalid",
          .message = "no \"stock\""});
  EXPECT_EQ(Size(), 0U);
  ASSERT_EQ(Quarantined(), 1U);
  const auto& [key, bytes] = *context_.tables.Scan(kQuarantineTable).begin();
  EXPECT_EQ(key, "inc/" + OutboxKey(3));
  const Json json = Unwrap(ParseJson(AsText(bytes)));
  EXPECT_EQ(*TextAt(json, "incarnation"), "inc");
  EXPECT_EQ(*TextAt(json, "status"), "rejected");
  EXPECT_EQ(*TextAt(json, "code"), "mutation_invalid");
  EXPECT_EQ(*TextAt(json, "message"), "no \"stock\"");
  EXPECT_EQ(IntegerAt(json, "created_at_ms"), 4000);
  EXPECT_EQ(JsonToText(json.at("mutation")), JsonToText(Unwrap(ParseJson(sent))));
}

TEST_F(OutboxTest, QuarantinesARepetitionOfARefusal) {
  Add(1);
  Answer({.seq = 1, .status = VerdictStatus::kDuplicate, .first_status = VerdictStatus::kQuarantined});
  EXPECT_EQ(Size(), 0U);
  EXPECT_EQ(Quarantined(), 1U);
}

TEST_F(OutboxTest, IgnoresASecondAnswer) {
  Add(1);
  Answer({.seq = 1, .version = 5});
  Answer({.seq = 1, .version = 9});
  Answer({.seq = 1, .status = VerdictStatus::kRejected, .first_status = VerdictStatus::kRejected});
  Answer({.seq = 77, .version = 5});
  EXPECT_EQ(Sequences(), Sequence{});
  EXPECT_EQ(Size(), 1U);
  EXPECT_EQ(Quarantined(), 0U);
}

TEST_F(OutboxTest, ReportsAnEntryThatCannotBeRead) {
  ASSERT_TRUE(IsOk(context_.Commit({{TableChange::Kind::kPut, std::string(kOutboxTable), OutboxKey(1), {0x80}}})));
  WriteBatch batch;
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, NextToSend(context_.tables)));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, SummariseOutbox(context_.tables)));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, ResendAccepted(context_.tables, batch)));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, DropOldest(context_.tables, batch)));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, ApplyVerdict(context_.tables, {.seq = 1}, batch)));
  EXPECT_TRUE(batch.empty());
}

TEST(MetaTest, ReadsTextsAndNumbersBack) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  EXPECT_EQ(MetaText(context.tables, "a"), "");
  EXPECT_EQ(MetaNumber(context.tables, "n"), 0U);
  ASSERT_TRUE(IsOk(context.Commit({PutMeta("a", "text"), PutMeta("n", std::uint64_t{UINT64_MAX})})));
  EXPECT_EQ(MetaText(context.tables, "a"), "text");
  EXPECT_EQ(MetaNumber(context.tables, "n"), UINT64_MAX);
}

}  // namespace
}  // namespace sawa
