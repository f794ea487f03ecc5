// SPDX-License-Identifier: MIT
// Damage, and storage that fails or whose process dies at any call: what is stored afterwards is the state before or after
// the step, never something between.
#include <gtest/gtest.h>

#include "codec/frame.h"
#include "storage/tables.h"
#include "support/results.h"
#include "support/tables_context.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::Fault;
using test::IsOk;
using test::TablesContext;

MemoryDisk SomeDisk() {
  TablesContext context;
  EXPECT_TRUE(IsOk(context.Open()));
  EXPECT_TRUE(IsOk(context.Put("meta", "last_seq", "41")));
  EXPECT_TRUE(IsOk(context.Put("records/sales", "x", "paid")));
  return *context.disk;
}

MemoryDisk FoldedDisk() {
  TablesContext context;
  EXPECT_TRUE(IsOk(context.Open()));
  EXPECT_TRUE(IsOk(context.Put("meta", "last_seq", "41")));
  EXPECT_TRUE(IsOk(context.Put("records/sales", "x", "paid")));
  EXPECT_TRUE(IsOk(context.FillLog()));
  EXPECT_TRUE(IsOk(context.FoldIfLong()));
  EXPECT_TRUE(IsOk(context.Put("meta", "last_seq", "42")));
  return *context.disk;
}

std::string StoredIn(const std::shared_ptr<MemoryDisk>& disk) {
  TablesContext context(disk);
  EXPECT_TRUE(IsOk(context.Open()));
  return context.Dump();
}

bool operator==(const MemoryDisk& left, const MemoryDisk& right) {
  return left.folded_to == right.folded_to && left.directory == right.directory && left.pages == right.pages &&
         left.log == right.log;
}

TEST(TablesDamageTest, ADamagedLogEntryIsReportedAndLeftAsItIs) {
  const MemoryDisk whole = SomeDisk();
  for (const auto& [position, bytes] : whole.log) {
    for (std::size_t offset = 0; offset < bytes.size(); ++offset) {
      const auto disk = std::make_shared<MemoryDisk>(whole);
      disk->log[position][offset] ^= 0x10;
      const MemoryDisk damaged = *disk;
      TablesContext context(disk);
      const auto opened = context.Open();
      ASSERT_FALSE(opened.has_value()) << position << ", " << offset;
      EXPECT_TRUE(*disk == damaged);
    }
  }
}

TEST(TablesDamageTest, ADamagedPageIsReportedAndLeftAsItIs) {
  const MemoryDisk whole = FoldedDisk();
  ASSERT_GE(whole.pages.size(), 3U);
  for (const auto& [page, bytes] : whole.pages) {
    const auto disk = std::make_shared<MemoryDisk>(whole);
    disk->pages[page].back() ^= 1;
    const MemoryDisk damaged = *disk;
    TablesContext context(disk);
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, context.Open())) << page;
    EXPECT_TRUE(*disk == damaged);
  }
}

TEST(TablesDamageTest, AMissingLogEntryIsReported) {
  const auto disk = std::make_shared<MemoryDisk>(SomeDisk());
  disk->log.erase(1);
  TablesContext context(disk);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, context.Open()));
}

TEST(TablesDamageTest, AnEntryOfANewerFormatIsReportedAsSuch) {
  const auto disk = std::make_shared<MemoryDisk>(SomeDisk());
  disk->log[2][4] = kStorageFormatVersion + 1;
  TablesContext context(disk);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, context.Open()));
}

TEST(TablesDamageTest, ADamagedEntryOfAnotherContextStopsCommitsForGood) {
  TablesContext one;
  TablesContext other(one.disk);
  ASSERT_TRUE(IsOk(one.Open()));
  ASSERT_TRUE(IsOk(other.Open()));
  ASSERT_TRUE(IsOk(one.Put("t", "a", "1")));
  one.disk->log[1].back() ^= 1;
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, other.Refresh()));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, other.Put("t", "b", "2")));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, other.Put("t", "b", "2")));
  EXPECT_EQ(one.disk->log.size(), 1U);
}

// A context that lives while a fold by another one is damaged must not go on with half of the tables: it would find no
// last sequence, and use the first one again.
TEST(TablesDamageTest, ADamagedFoldOfAnotherContextStopsCommitsForGood) {
  TablesContext one;
  ASSERT_TRUE(IsOk(one.Open()));
  ASSERT_TRUE(IsOk(one.Put("meta", "last_seq", "41")));
  TablesContext other(one.disk);
  ASSERT_TRUE(IsOk(other.Open()));
  ASSERT_TRUE(IsOk(one.FillLog()));
  ASSERT_TRUE(IsOk(one.FoldIfLong()));
  one.disk->pages.rbegin()->second.back() ^= 1;
  const MemoryDisk damaged = *one.disk;
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, other.Put("t", "b", "2"))) << attempt;
    EXPECT_EQ(other.Text("meta", "last_seq"), "41") << attempt;
    EXPECT_TRUE(*one.disk == damaged) << attempt;
  }
}

// A history in steps: opening, commits, a rival's commit, a log grown long, a fold, a commit behind it.
class History {
 public:
  History() { EXPECT_TRUE(IsOk(rival_.Open())); }

  [[nodiscard]] TablesContext& context() { return context_; }
  static constexpr int kSteps = 10;

  [[nodiscard]] Result<void> Step(int step) {
    switch (step) {
      case 0:
        return context_.Open();
      case 2:
        return rival_.Increment("rival");
      case 3:
        return context_.Refresh();
      case 4:
      case 5:
      case 6:
      case 7:
        return context_.Put("large", std::to_string(step), std::string((1 << 20) + 1, 'x'));
      case 8:
        return context_.FoldIfLong();
      default:
        return context_.Increment("n");
    }
  }
  [[nodiscard]] std::string Stored() const { return StoredIn(rival_.disk); }

 private:
  TablesContext rival_;
  TablesContext context_{rival_.disk};
};

TEST(TablesFaultTest, EveryFaultAtEveryCallLeavesTheStateBeforeOrAfterTheStep) {
  std::vector<std::string> states = {""};
  int calls = 0;
  {
    History history;
    for (int step = 0; step < History::kSteps; ++step) {
      ASSERT_TRUE(IsOk(history.Step(step))) << step;
      states.push_back(history.Stored());
    }
    calls = history.context().storage.calls();
    EXPECT_FALSE(history.context().disk->pages.empty());
  }
  ASSERT_GE(calls, 9);
  for (const Fault fault : test::kAllFaults) {
    for (int call = 1; call <= calls; ++call) {
      History history;
      history.context().storage.FailAt(call, fault);
      std::size_t step = 0;
      while (step < History::kSteps && history.Step(static_cast<int>(step)).has_value()) {
        ++step;
      }
      ASSERT_LT(step, std::size_t{History::kSteps}) << "the fault at call " << call << " was not met";
      const std::string stored = history.Stored();
      const bool is_before = stored == states[step];
      const bool is_after = stored == states[step + 1];
      EXPECT_TRUE(fault == Fault::kCrashAfter ? is_after : is_before) << "call " << call << ", step " << step;
      // An error is no end: the same context does the step again, and the rest.
      if (fault == Fault::kErrorBefore) {
        for (; step < History::kSteps; ++step) {
          EXPECT_TRUE(IsOk(history.Step(static_cast<int>(step)))) << "call " << call << ", step " << step;
        }
        EXPECT_TRUE(history.Stored() == states.back()) << "call " << call;
      }
    }
  }
}

TEST(TablesFaultTest, AnErrorChangesNothingAndTheNextAttemptSucceeds) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  ASSERT_TRUE(IsOk(context.Increment("n")));
  const std::string before = context.Dump();
  context.storage.FailAt(1, Fault::kErrorBefore, ErrorCode::kStorageQuotaExceeded);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageQuotaExceeded, context.Increment("n")));
  EXPECT_EQ(context.Dump(), before);
  EXPECT_EQ(StoredIn(context.disk), before);
  EXPECT_EQ(context.listener.changes.size(), 1U);
  ASSERT_TRUE(IsOk(context.Increment("n")));
  EXPECT_EQ(context.Text("counters", "n"), "2");
}

TEST(TablesFaultTest, AFailedFoldLosesNothing) {
  for (const Fault fault : test::kAllFaults) {
    TablesContext context;
    ASSERT_TRUE(IsOk(context.Open()));
    ASSERT_TRUE(IsOk(context.Increment("n")));
    ASSERT_TRUE(IsOk(context.FillLog()));
    const std::string before = context.Dump();
    context.storage.FailAt(1, fault);
    EXPECT_FALSE(context.FoldIfLong().has_value());
    EXPECT_EQ(context.Dump(), before);
    EXPECT_EQ(StoredIn(context.disk), before);
  }
}

}  // namespace
}  // namespace sawa
