// SPDX-License-Identifier: MIT
#include "storage/tables.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "storage/memory_storage.h"
#include "storage/table_names.h"
#include "support/results.h"
#include "support/run.h"
#include "support/tables_context.h"

namespace sawa {
namespace {

using test::BytesOf;
using test::FailsWith;
using test::IsOk;
using test::RunNow;
using test::TablesContext;

TEST(TablesTest, StartsEmpty) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  EXPECT_FALSE(context.tables.Get("meta", "a").has_value());
  EXPECT_EQ(context.Count("meta"), 0U);
  EXPECT_TRUE(context.tables.Names().empty());
  EXPECT_EQ(context.listener.reloads, 1);
}

TEST(TablesTest, AppliesACommitAndTellsTheListener) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  const auto count = context.tables.change_count();
  ASSERT_TRUE(IsOk(context.Put("meta", "a", "1")));
  EXPECT_EQ(context.Text("meta", "a"), "1");
  EXPECT_GT(context.tables.change_count(), count);
  ASSERT_EQ(context.listener.changes.size(), 1U);
  EXPECT_EQ(context.listener.changes.front(), context.PutOf("meta", "a", "1"));
  EXPECT_EQ(context.tables.Names(), std::vector<std::string>{"meta"});
}

TEST(TablesTest, AppliesAllChangesOfABatchInOrder) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  ASSERT_TRUE(IsOk(context.Commit({{TableChange::Kind::kPut, "t", "a", BytesOf("1")},
                                   {TableChange::Kind::kPut, "t", "b", BytesOf("2")},
                                   {TableChange::Kind::kClear, "t"},
                                   {TableChange::Kind::kPut, "t", "c", BytesOf("3")},
                                   {TableChange::Kind::kPut, "t", "d", BytesOf("4")},
                                   {TableChange::Kind::kRemove, "t", "d"},
                                   {TableChange::Kind::kRemove, "t", "not there"}})));
  EXPECT_EQ(context.Count("t"), 1U);
  EXPECT_EQ(context.Text("t", "c"), "3");
}

TEST(TablesTest, ScansInTheOrderOfTheKeys) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  for (const char* key : {"b", "a", "c", "B"}) {
    ASSERT_TRUE(IsOk(context.Put("t", key, key)));
  }
  std::string keys;
  for (const auto& [key, value] : context.tables.Scan("t")) {
    keys += key;
  }
  EXPECT_EQ(keys, "Babc");
}

TEST(TablesTest, StoresNothingForAnEmptyBatch) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  ASSERT_TRUE(IsOk(context.Commit({})));
  EXPECT_TRUE(context.disk->log.empty());
  EXPECT_TRUE(context.listener.changes.empty());
}

TEST(TablesTest, AnErrorOfTheBuilderEndsTheCommit) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  const auto fail = []() -> Result<WriteBatch> { return Fail(ErrorCode::kInvalidArgument, "no"); };
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, RunNow(context.tables.Commit(fail, Durability::kStrict))));
  EXPECT_TRUE(context.disk->log.empty());
  EXPECT_TRUE(IsOk(context.Put("meta", "a", "1")));
}

TEST(TablesTest, AnErrorOfTheListenerIsReturned) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  context.listener.fails = true;
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, context.Put("meta", "a", "1")));
}

TEST(TablesTest, ReopensWithEverythingThatWasCommitted) {
  TablesContext context;
  ASSERT_TRUE(IsOk(context.Open()));
  ASSERT_TRUE(IsOk(context.Put("meta", "a", "1")));
  ASSERT_TRUE(IsOk(context.Put("meta", "a", "2")));
  ASSERT_TRUE(IsOk(context.Put("records/sales", "x", std::string(1000, 'x'))));
  TablesContext again(context.disk);
  ASSERT_TRUE(IsOk(again.Open()));
  EXPECT_EQ(again.Text("meta", "a"), "2");
  EXPECT_EQ(again.Text("records/sales", "x").size(), 1000U);
  EXPECT_EQ(again.tables.Names(), context.tables.Names());
}

}  // namespace
}  // namespace sawa
