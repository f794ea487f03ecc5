// SPDX-License-Identifier: MIT
// Several contexts on one store: races, catching up, folds.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <memory>

#include "storage/tables.h"
#include "support/host.h"
#include "support/results.h"
#include "support/run.h"
#include "support/slow_storage.h"
#include "support/tables_context.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::IsOk;
using test::RunNow;
using test::TablesContext;

struct Pair {
  TablesContext one;
  TablesContext other{one.disk};

  Pair() {
    EXPECT_TRUE(IsOk(one.Open()));
    EXPECT_TRUE(IsOk(other.Open()));
  }
};

TEST(TablesSharedTest, ACommitFirstCatchesUp) {
  Pair pair;
  ASSERT_TRUE(IsOk(pair.one.Put("t", "a", "1")));
  ASSERT_TRUE(IsOk(pair.other.Put("t", "b", "2")));
  EXPECT_EQ(pair.other.Text("t", "a"), "1");
  ASSERT_EQ(pair.other.listener.changes.size(), 2U);
  EXPECT_EQ(pair.other.listener.changes[0], pair.one.PutOf("t", "a", "1"));
  EXPECT_EQ(pair.one.Text("t", "b"), "");
  ASSERT_TRUE(IsOk(pair.one.Refresh()));
  EXPECT_EQ(pair.one.Dump(), pair.other.Dump());
}

TEST(TablesSharedTest, ACommitThatLostTheRaceIsBuiltAnew) {
  Pair pair;
  ASSERT_TRUE(IsOk(pair.one.Increment("n")));
  pair.other.storage.BeforeNextAppend([&] { EXPECT_TRUE(IsOk(pair.one.Increment("n"))); });
  ASSERT_TRUE(IsOk(pair.other.Increment("n")));
  EXPECT_EQ(pair.other.Text("counters", "n"), "3");
}

TEST(TablesSharedTest, ABuilderMayGiveUpWhenTheStateChanged) {
  Pair pair;
  pair.other.storage.BeforeNextAppend([&] { EXPECT_TRUE(IsOk(pair.one.Put("t", "taken", "1"))); });
  const auto build = [&]() -> Result<WriteBatch> {
    if (!pair.other.Text("t", "taken").empty()) {
      return Fail(ErrorCode::kStorageContended, "taken");
    }
    return pair.other.PutOf("t", "taken", "2");
  };
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, RunNow(pair.other.tables.Commit(build, Durability::kStrict))));
  EXPECT_EQ(pair.other.Text("t", "taken"), "1");
}

TEST(TablesSharedTest, GivesUpAfterManyLostRaces) {
  Pair pair;
  std::function<void()> interfere = [&] {
    EXPECT_TRUE(IsOk(pair.one.Increment("n")));
    pair.other.storage.BeforeNextAppend(interfere);
  };
  pair.other.storage.BeforeNextAppend(interfere);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, pair.other.Increment("mine")));
  EXPECT_EQ(pair.other.Text("counters", "mine"), "");
  pair.other.storage.BeforeNextAppend(nullptr);
  EXPECT_TRUE(IsOk(pair.other.Increment("mine")));
}

TEST(TablesSharedTest, TakesAnEntryThatWasStoredWithoutAnAnswerAsItsOwn) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  ASSERT_TRUE(IsOk(context.Increment("n")));
  context.storage.LoseAnswerOfNextAppend();
  ASSERT_TRUE(IsOk(context.Increment("n")));
  EXPECT_EQ(context.Text("counters", "n"), "2");
  EXPECT_EQ(context.disk->log.size(), 2U);
  EXPECT_EQ(context.listener.changes.size(), 2U);
  ASSERT_TRUE(IsOk(context.Increment("n")));
  EXPECT_EQ(context.Text("counters", "n"), "3");
}

// What makes the case above work: equal bytes are one commit. Whatever must take effect once carries something unique.
TEST(TablesSharedTest, CountsEqualBatchesOfTwoContextsAsOneCommit) {
  Pair pair;
  ASSERT_TRUE(IsOk(pair.one.Put("t", "a", "1")));
  ASSERT_TRUE(IsOk(pair.other.Put("t", "a", "1")));
  EXPECT_EQ(pair.one.disk->log.size(), 1U);
  EXPECT_EQ(pair.other.Text("t", "a"), "1");
}

TEST(TablesSharedTest, FoldsOnlyALongLog) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  ASSERT_TRUE(IsOk(context.Put("t", "a", "1")));
  ASSERT_TRUE(IsOk(context.FoldIfLong()));
  EXPECT_TRUE(context.disk->pages.empty());
  ASSERT_TRUE(IsOk(context.FillLog()));
  ASSERT_TRUE(IsOk(context.FoldIfLong()));
  EXPECT_FALSE(context.disk->pages.empty());
  EXPECT_EQ(context.disk->log.size(), 1U);
  EXPECT_LT(context.tables.log_length(), 10U);
}

TEST(TablesSharedTest, FoldsALogOfManyBytes) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  for (int count = 0; count < 5; ++count) {
    ASSERT_TRUE(IsOk(context.Put("t", std::to_string(count), std::string(1 << 20, 'x'))));
  }
  ASSERT_TRUE(IsOk(context.FoldIfLong()));
  EXPECT_GT(context.disk->pages.size(), 1U);
  TablesContext again(context.disk);
  ASSERT_TRUE(IsOk(again.Open()));
  EXPECT_EQ(again.Dump(), context.Dump());
}

TEST(TablesSharedTest, AFoldKeepsEverything) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  for (int count = 0; count < 300; ++count) {
    ASSERT_TRUE(IsOk(context.Put("records/sales", std::to_string(count), std::string(2000, 's'))));
  }
  ASSERT_TRUE(IsOk(context.Commit({{TableChange::Kind::kRemove, "records/sales", "7"}})));
  ASSERT_TRUE(IsOk(context.FillLog()));
  const std::string before = context.Dump();
  ASSERT_TRUE(IsOk(context.FoldIfLong()));
  EXPECT_EQ(context.Dump(), before);
  ASSERT_TRUE(IsOk(context.Put("t", "after", "1")));
  TablesContext again(context.disk);
  ASSERT_TRUE(IsOk(again.Open()));
  EXPECT_EQ(again.Dump(), context.Dump());
  EXPECT_FALSE(again.tables.Get("records/sales", "7").has_value());
}

TEST(TablesSharedTest, AContextBehindAFoldReadsTheStateAnew) {
  Pair pair;
  ASSERT_TRUE(IsOk(pair.one.Put("t", "a", "1")));
  ASSERT_TRUE(IsOk(pair.one.FillLog()));
  ASSERT_TRUE(IsOk(pair.one.FoldIfLong()));
  ASSERT_TRUE(IsOk(pair.other.Increment("n")));
  EXPECT_EQ(pair.other.listener.reloads, 2);
  EXPECT_EQ(pair.other.Text("t", "a"), "1");
  ASSERT_TRUE(IsOk(pair.one.Refresh()));
  EXPECT_EQ(pair.one.Dump(), pair.other.Dump());
}

TEST(TablesSharedTest, AContextThatSawTheFoldedEntryGoesOnWithoutReloading) {
  Pair pair;
  ASSERT_TRUE(IsOk(pair.one.FillLog()));
  ASSERT_TRUE(IsOk(pair.other.Refresh()));
  ASSERT_TRUE(IsOk(pair.one.FoldIfLong()));
  ASSERT_TRUE(IsOk(pair.other.Increment("n")));
  EXPECT_EQ(pair.other.listener.reloads, 1);
  ASSERT_TRUE(IsOk(pair.one.Refresh()));
  EXPECT_EQ(pair.one.Dump(), pair.other.Dump());
}

TEST(TablesSharedTest, TheSecondOfTwoFoldsTakesOverTheFirst) {
  Pair pair;
  ASSERT_TRUE(IsOk(pair.one.FillLog()));
  ASSERT_TRUE(IsOk(pair.other.Refresh()));
  ASSERT_TRUE(IsOk(pair.one.FoldIfLong()));
  const auto pages = pair.one.disk->pages;
  ASSERT_TRUE(IsOk(pair.other.FoldIfLong()));
  EXPECT_EQ(pair.one.disk->pages, pages);
  EXPECT_EQ(pair.one.Dump(), pair.other.Dump());
  ASSERT_TRUE(IsOk(pair.other.FillLog()));
  ASSERT_TRUE(IsOk(pair.other.FoldIfLong()));
  EXPECT_EQ(pair.one.disk->log.size(), 1U);
}

TEST(TablesSharedTest, AFoldByAContextThatIsBehindLosesNothing) {
  Pair pair;
  ASSERT_TRUE(IsOk(pair.one.FillLog()));
  ASSERT_TRUE(IsOk(pair.other.Refresh()));
  ASSERT_TRUE(IsOk(pair.other.Put("t", "late", "1")));
  ASSERT_TRUE(IsOk(pair.one.FoldIfLong()));
  TablesContext again(pair.one.disk);
  ASSERT_TRUE(IsOk(again.Open()));
  EXPECT_EQ(again.Text("t", "late"), "1");
}

TEST(TablesSharedTest, AContextThatHasReadNothingFoldsForAll) {
  Pair pair;
  ASSERT_TRUE(IsOk(pair.one.Put("records/sales", "x", "1")));
  ASSERT_TRUE(IsOk(pair.one.FillLog()));
  ASSERT_TRUE(IsOk(pair.one.FoldIfLong()));
  TablesContext lean(pair.one.disk, {.loaded_at_open = [](std::string_view) { return false; }});
  ASSERT_TRUE(IsOk(lean.Open()));
  ASSERT_TRUE(IsOk(lean.Put("records/sales", "y", "2")));
  ASSERT_TRUE(IsOk(lean.FillLog()));
  ASSERT_TRUE(IsOk(lean.FoldIfLong()));
  ASSERT_TRUE(IsOk(pair.other.Refresh()));
  EXPECT_EQ(pair.other.Text("records/sales", "x"), "1");
  EXPECT_EQ(pair.other.Text("records/sales", "y"), "2");
}

// Contexts on slow storage, in every interleaving that rapidcheck thinks of.
struct SlowContext {
  SlowContext(const std::shared_ptr<MemoryDisk>& disk, test::Turns* turns)
      : storage(disk, turns), tables(storage, listener, {}) {}

  static Task<Result<void>> Work(SlowContext* self, int count) {
    SAWA_CO_TRY(co_await self->tables.Open("test"));
    for (int index = 0; index < count; ++index) {
      const auto build = [self]() -> Result<WriteBatch> {
        const auto bytes = self->tables.Get("t", "n");
        const int number = bytes ? std::stoi(std::string(AsText(*bytes))) : 0;
        WriteBatch batch = TablesContext::PutOf("t", "n", std::to_string(number + 1));
        batch.push_back(TablesContext::PutOf("t", "commit", std::to_string(TablesContext::NextSerial())).front());
        return batch;
      };
      SAWA_CO_TRY(co_await self->tables.Commit(build, Durability::kStrict));
    }
    co_return Result<void>{};
  }

  test::SlowStorage storage;
  test::RecordingListener listener;
  Tables tables;
};

RC_GTEST_PROP(TablesSharedTest, LosesNoUpdateInAnyInterleaving, ()) {
  constexpr int kContexts = 3;
  constexpr int kIncrements = 4;
  const auto disk = std::make_shared<MemoryDisk>();
  test::Turns turns;
  std::vector<std::unique_ptr<SlowContext>> contexts;
  std::vector<std::unique_ptr<test::Running<Result<void>>>> running;
  for (int index = 0; index < kContexts; ++index) {
    contexts.push_back(std::make_unique<SlowContext>(disk, &turns));
    running.push_back(
        std::make_unique<test::Running<Result<void>>>(SlowContext::Work(contexts.back().get(), kIncrements)));
  }
  test::SeededRandom random(*rc::gen::arbitrary<std::uint64_t>());
  while (turns.waiting() > 0) {
    turns.Resume(random.Below(turns.waiting()));
  }
  for (const auto& each : running) {
    RC_ASSERT(each->Take().has_value());
  }
  RC_ASSERT(disk->log.size() == std::size_t{kContexts * kIncrements});
  TablesContext reader(disk);
  RC_ASSERT(reader.Open().has_value());
  RC_ASSERT(reader.Text("t", "n") == std::to_string(kContexts * kIncrements));
}

}  // namespace
}  // namespace sawa
