// SPDX-License-Identifier: MIT
#include "storage/tables.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>

#include "storage/memory_storage.h"
#include "storage/page_writer.h"
#include "storage/table_names.h"
#include "support/results.h"
#include "support/run.h"
#include "support/slow_storage.h"
#include "support/tables_context.h"

namespace sawa {
namespace {

using test::BytesOf;
using test::FailsWith;
using test::IsOk;
using test::RunNow;
using test::TablesContext;
using test::Unwrap;

// Only small tables are read at the opening.
TablesOptions LazyOptions() {
  return {.loaded_at_open = [](std::string_view table) { return table == "meta"; }};
}

// Many records in several pages, and one more behind the fold.
void FillPages(TablesContext& context) {
  ASSERT_TRUE(IsOk(context.Open()));
  for (int number = 100; number < 700; ++number) {
    ASSERT_TRUE(IsOk(context.Put("records/sales", std::to_string(number), std::string(2000, 'x'))));
  }
  ASSERT_TRUE(IsOk(context.FoldIfLong()));
  ASSERT_TRUE(IsOk(context.Put("records/sales", "late", "1")));
}

TEST(TablesPagesTest, AReadNotesThePageItMissesAndSucceedsOnceItIsLoaded) {
  TablesContext whole;
  FillPages(whole);
  ASSERT_GE(whole.disk->pages.size(), 4U);
  TablesContext lazy(whole.disk, LazyOptions());
  ASSERT_TRUE(IsOk(lazy.Open()));
  EXPECT_EQ(lazy.tables.page_byte_count(), 0U);
  EXPECT_EQ(lazy.Text("records/sales", "late"), "1");
  EXPECT_FALSE(lazy.tables.missing());
  EXPECT_EQ(lazy.Text("records/sales", "300"), "");
  ASSERT_TRUE(lazy.tables.missing());
  const int calls = lazy.storage.calls();
  ASSERT_TRUE(IsOk(RunNow(lazy.tables.LoadMissing())));
  EXPECT_EQ(lazy.storage.calls(), calls + 1);
  EXPECT_EQ(lazy.Text("records/sales", "300").size(), 2000U);
  EXPECT_FALSE(lazy.tables.missing());
  EXPECT_LT(lazy.tables.page_byte_count(), whole.tables.page_byte_count());
}

TEST(TablesPagesTest, ACommitLoadsWhatItsBuilderMisses) {
  TablesContext whole;
  FillPages(whole);
  TablesContext lazy(whole.disk, LazyOptions());
  ASSERT_TRUE(IsOk(lazy.Open()));
  int runs = 0;
  const auto build = [&]() -> Result<WriteBatch> {
    ++runs;
    return TablesContext::PutOf("meta", "size", std::to_string(lazy.Text("records/sales", "200").size()));
  };
  ASSERT_TRUE(IsOk(RunNow(lazy.tables.Commit(build, Durability::kStrict))));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(lazy.Text("meta", "size"), "2000");
}

TEST(TablesPagesTest, AFoldWritesOnlyThePagesThatChanged) {
  TablesContext context;
  FillPages(context);
  const auto before = context.disk->pages;
  ASSERT_TRUE(IsOk(context.Put("records/sales", "100", "changed")));
  ASSERT_TRUE(IsOk(context.FillLog()));
  ASSERT_TRUE(IsOk(context.FoldIfLong()));
  std::size_t kept = 0;
  for (const auto& [id, bytes] : before) {
    kept += context.disk->pages.contains(id) ? 1 : 0;
  }
  // The first page and the last one, which has "late".
  EXPECT_EQ(kept, before.size() - 2);
  EXPECT_EQ(context.Text("records/sales", "100"), "changed");
  EXPECT_EQ(context.Text("records/sales", "late"), "1");
}

TEST(TablesPagesTest, PagesStayBetweenHalfAndTwiceTheirSize) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  for (int number = 0; number < 4000; ++number) {
    const int key = 100'000 + number * 7919 % 90'000;
    ASSERT_TRUE(IsOk(context.Put("t", std::to_string(key), std::string(500, 'x'))));
    if (number % 100 == 0) {
      ASSERT_TRUE(IsOk(context.FoldIfLong()));
    }
  }
  ASSERT_TRUE(IsOk(context.FillLog()));
  ASSERT_TRUE(IsOk(context.FoldIfLong()));
  for (const auto& [id, bytes] : context.disk->pages) {
    EXPECT_LT(bytes.size(), 2U * 256 * 1024);
  }
  EXPECT_LT(context.disk->pages.size(), 20U);
  EXPECT_EQ(context.Count("t"), 4000U);
}

TEST(TablesPagesTest, AFoldUnderAReaderIsNoticedAtTheNextMiss) {
  TablesContext whole;
  FillPages(whole);
  TablesContext lazy(whole.disk, LazyOptions());
  ASSERT_TRUE(IsOk(lazy.Open()));
  ASSERT_TRUE(IsOk(whole.Put("records/sales", "300", "new")));
  ASSERT_TRUE(IsOk(whole.FillLog()));
  ASSERT_TRUE(IsOk(whole.FoldIfLong()));
  EXPECT_EQ(lazy.Text("records/sales", "300"), "");
  ASSERT_TRUE(IsOk(RunNow(lazy.tables.LoadMissing())));
  while (lazy.Text("records/sales", "300").empty()) {
    ASSERT_TRUE(lazy.tables.missing());
    ASSERT_TRUE(IsOk(RunNow(lazy.tables.LoadMissing())));
  }
  EXPECT_EQ(lazy.Text("records/sales", "300"), "new");
  EXPECT_EQ(lazy.listener.reloads, 2);
}

TEST(TablesPagesTest, TheCacheKeepsItsBudgetButNeverStarvesAReader) {
  TablesContext whole;
  FillPages(whole);
  TablesOptions options = LazyOptions();
  options.resident = [](std::string_view) { return false; };
  options.cache_budget_bytes = 1;
  TablesContext lazy(whole.disk, options);
  ASSERT_TRUE(IsOk(lazy.Open()));
  EXPECT_EQ(lazy.Count("records/sales"), 601U);
  std::size_t most = 0;
  for (int number = 100; number < 700; number += 50) {
    while (lazy.Text("records/sales", std::to_string(number)).empty()) {
      ASSERT_TRUE(IsOk(RunNow(lazy.tables.LoadMissing())));
      most = std::max(most, lazy.tables.page_byte_count());
    }
  }
  EXPECT_LT(most, whole.tables.page_byte_count());
}

// Reads until nothing is missing; how many attempts that took.
Task<Result<int>> ReadAll(Tables& tables, std::vector<std::string> keys) {
  for (int attempt = 1; attempt < 100; ++attempt) {
    const bool whole =
        std::ranges::all_of(keys, [&](const std::string& key) { return tables.Get("records/sales", key).has_value(); });
    if (whole) {
      co_return attempt;
    }
    SAWA_CO_TRY(co_await tables.LoadMissing());
  }
  co_return Fail(ErrorCode::kStorageContended, "its pages are taken away again and again");
}

TEST(TablesPagesTest, ReadersThatRunAtOnceDoNotTakePagesFromEachOther) {
  TablesContext whole;
  FillPages(whole);
  TablesOptions options = LazyOptions();
  options.resident = [](std::string_view) { return false; };
  options.cache_budget_bytes = 1;
  test::Turns turns;
  test::SlowStorage storage(whole.disk, &turns);
  test::RecordingListener listener;
  Tables tables(storage, listener, options);
  test::Running<Result<void>> opened(tables.Open("test"));
  turns.ResumeAll();
  ASSERT_TRUE(IsOk(opened.Take()));
  std::deque<test::Running<Result<int>>> readers;
  for (const int first : {100, 150, 200, 250}) {
    readers.emplace_back(
        ReadAll(tables, {std::to_string(first), std::to_string(first + 200), std::to_string(first + 400)}));
  }
  turns.ResumeAll();
  for (auto& reader : readers) {
    EXPECT_LE(Unwrap(reader.Take()), 10);
  }
}

TEST(TablesPagesTest, WarmsUpResidentTablesPieceByPiece) {
  TablesContext whole;
  FillPages(whole);
  TablesContext lazy(whole.disk, LazyOptions());
  ASSERT_TRUE(IsOk(lazy.Open()));
  int pieces = 0;
  while (*RunNow(lazy.tables.WarmUp())) {
    ++pieces;
  }
  EXPECT_GT(pieces, 1);
  EXPECT_EQ(lazy.tables.page_byte_count(), whole.tables.page_byte_count());
  EXPECT_EQ(lazy.Dump(), whole.Dump());
  EXPECT_FALSE(lazy.tables.missing());
}

std::vector<Page> PagesOf(const std::map<std::string, std::string>& entries) {
  PageWriter writer;
  for (const auto& [key, value] : entries) {
    writer.Add(key, AsBytes(value));
  }
  return writer.Finish();
}

TEST(TablesPagesTest, AReplacementGoesStraightIntoPagesAndOtherContextsTakeItOver) {
  TablesContext context;
  FillPages(context);
  TablesContext other(context.disk);
  ASSERT_TRUE(IsOk(other.Open()));
  const auto build = [](Tables::Replacement& replacement) -> Result<void> {
    replacement.tables.push_back({"records/sales", PagesOf({{"a", "1"}, {"b", "2"}})});
    replacement.changes = TablesContext::PutOf("meta", "done", "yes");
    return {};
  };
  ASSERT_TRUE(IsOk(RunNow(context.tables.Replace(build))));
  EXPECT_EQ(context.Count("records/sales"), 2U);
  EXPECT_EQ(context.Text("meta", "done"), "yes");
  EXPECT_EQ(context.disk->log.size(), 1U);
  ASSERT_TRUE(IsOk(other.Refresh()));
  EXPECT_EQ(other.Dump(), context.Dump());
  TablesContext again(context.disk);
  ASSERT_TRUE(IsOk(again.Open()));
  EXPECT_EQ(again.Dump(), context.Dump());
}

TEST(TablesPagesTest, AReplacementThatFailsChangesNothing) {
  TablesContext context;
  FillPages(context);
  const std::string before = context.Dump();
  const auto build = [](Tables::Replacement& replacement) -> Result<void> {
    replacement = {{{"records/sales", {}}}, TablesContext::PutOf("meta", "done", "yes")};
    return {};
  };
  context.storage.FailFolds(true);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageQuotaExceeded, RunNow(context.tables.Replace(build))));
  EXPECT_EQ(context.Dump(), before);
  context.storage.FailFolds(false);
  ASSERT_TRUE(IsOk(RunNow(context.tables.Replace(build))));
  EXPECT_EQ(context.Count("records/sales"), 0U);
}

TEST(TablesPagesTest, AReplacementIsMadeAnewWhenAnotherContextFoldsMeanwhile) {
  TablesContext context;
  FillPages(context);
  TablesContext lazy(context.disk, LazyOptions());
  ASSERT_TRUE(IsOk(lazy.Open()));
  // Its fold misses this change's page, which the other context folds first.
  ASSERT_TRUE(IsOk(lazy.Put("records/sales", "300", "new")));
  int runs = 0;
  const auto build = [&](Tables::Replacement& replacement) -> Result<void> {
    // What is not given anew is still there.
    if (++runs == 1) {
      replacement.tables.push_back({"index", PagesOf({{"a", "1"}})});
      SAWA_TRY(context.Refresh());
      SAWA_TRY(context.FillLog());
      SAWA_TRY(context.FoldIfLong());
    }
    replacement.changes = TablesContext::PutOf("meta", "seen", lazy.Text("meta", "seen") + "x");
    return {};
  };
  ASSERT_TRUE(IsOk(RunNow(lazy.tables.Replace(build))));
  EXPECT_GT(runs, 1);
  TablesContext again(context.disk);
  ASSERT_TRUE(IsOk(again.Open()));
  EXPECT_EQ(again.Text("meta", "seen"), "x");
  EXPECT_EQ(again.Text("index", "a"), "1");
  EXPECT_EQ(again.Text("records/sales", "300"), "new");
  EXPECT_EQ(again.Count("records/sales"), 601U);
  ASSERT_TRUE(IsOk(context.Refresh()));
  EXPECT_EQ(context.Dump(), again.Dump());
}

TEST(TablesPagesTest, APageThatIsNotStoredIsCorruptionForWhoeverNeedsIt) {
  TablesContext whole;
  FillPages(whole);
  TablesContext lazy(whole.disk, LazyOptions());
  ASSERT_TRUE(IsOk(lazy.Open()));
  EXPECT_EQ(lazy.Text("records/sales", "300"), "");
  const MemoryDisk before = *whole.disk;
  whole.disk->pages.clear();
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, RunNow(lazy.tables.LoadMissing())));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, RunNow(lazy.tables.WarmUp())));
  TablesContext again(whole.disk);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, again.Open()));
  // What was only out of reach is there again.
  *whole.disk = before;
  while (lazy.Text("records/sales", "300").empty()) {
    ASSERT_TRUE(IsOk(RunNow(lazy.tables.LoadMissing())));
  }
}

TEST(TablesPagesTest, PagesWithoutADirectoryAreCorruption) {
  TablesContext context;
  FillPages(context);
  context.disk->directory.clear();
  TablesContext again(context.disk);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, again.Open()));
}

// Everything that can happen to a table, against a plain map.
RC_GTEST_PROP(TablesPagesTest, ReadsAndCountsAsAPlainMapDoes, ()) {
  TablesContext context;
  RC_ASSERT(context.Open().has_value());
  std::map<std::string, std::string> model;
  for (int step = *rc::gen::inRange(0, 60); step > 0; --step) {
    const std::string key(1, *rc::gen::inRange('a', 'j'));
    switch (*rc::gen::inRange(0, 8)) {
      case 0:
        RC_ASSERT(RunNow(context.tables.Replace([](Tables::Replacement&) { return Result<void>(); })).has_value());
        break;
      case 1:
        RC_ASSERT(context.Commit({{TableChange::Kind::kRemove, "t", key}}).has_value());
        model.erase(key);
        break;
      case 2:
        if (*rc::gen::inRange(0, 4) == 0) {
          RC_ASSERT(context.Commit({{TableChange::Kind::kClear, "t"}}).has_value());
          model.clear();
        }
        break;
      default:
        model[key] = std::to_string(step);
        RC_ASSERT(context.Put("t", key, model[key]).has_value());
    }
  }
  std::map<std::string, std::string> forward;
  for (const auto [key, value] : context.tables.Scan("t")) {
    forward.emplace(key, AsText(value));
  }
  RC_ASSERT(forward == model);
  const std::string from(1, *rc::gen::inRange('a', 'k'));
  const std::string to(1, *rc::gen::inRange('a', 'k'));
  const auto end = model.lower_bound(to);
  std::vector<std::string> backward;
  for (Cursor cursor(context.tables.Sources("t"), Direction::kBackward, to); cursor.valid(); cursor.Next()) {
    backward.emplace_back(cursor.key());
  }
  std::vector<std::string> expected;
  for (auto entry = end; entry != model.begin();) {
    expected.push_back((--entry)->first);
  }
  RC_ASSERT(backward == expected);
  const auto begin = model.lower_bound(from);
  const std::size_t count = from < to ? static_cast<std::size_t>(std::distance(begin, end)) : 0;
  RC_ASSERT(CountKeys(context.tables.Sources("t"), from, to) == count);
  RC_ASSERT(CountKeys(context.tables.Sources("t"), from, "") ==
            static_cast<std::size_t>(std::distance(begin, model.end())));
}

TEST(TablesTest, PassesTheDurabilityOn) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  ASSERT_TRUE(IsOk(context.Commit(context.PutOf("t", "a", "1"), Durability::kRelaxed)));
  ASSERT_TRUE(IsOk(context.Commit(context.PutOf("t", "a", "2"), Durability::kStrict)));
  EXPECT_EQ(context.storage.appended(), (std::vector{Durability::kRelaxed, Durability::kStrict}));
}

TEST(TablesTest, RefusesEverythingOnceItsStorageIsClosed) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  context.storage.Close();
  EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, context.Put("meta", "a", "1")));
  EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, context.Refresh()));
}

TEST(TableNamesTest, TellRecordsFromTheRest) {
  EXPECT_EQ(RecordsTable("sales"), "records/sales");
  EXPECT_EQ(CollectionOf("records/sales"), "sales");
  EXPECT_EQ(CollectionOf("meta"), "");
  EXPECT_EQ(CollectionOf("quarantine"), "");
}

}  // namespace
}  // namespace sawa
