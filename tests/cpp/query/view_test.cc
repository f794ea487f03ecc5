// SPDX-License-Identifier: MIT
#include "query/view.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "support/results.h"
#include "support/view_context.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::IdOf;
using test::Int;
using test::IsOk;
using test::KeyOf;
using test::MoveStock;
using test::PatchProduct;
using test::ProductRecord;
using test::PutProduct;
using test::RemoveProduct;
using test::Str;
using test::ViewContext;

TEST(ViewTest, ShowsConfirmedRecords) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Sukari", 40, {5, 0}))})));
  EXPECT_EQ(context.At(1, "name"), Str("Sukari"));
  EXPECT_EQ(context.touched(), (TouchedRecords{{"products", {KeyOf(1)}}}));
  EXPECT_FALSE(context.view().Get("products", KeyOf(2)).has_value());
  EXPECT_FALSE(context.view().Get("no such", KeyOf(1)).has_value());
  EXPECT_TRUE(context.view().PendingIds("products").empty());
}

TEST(ViewTest, LaysWaitingMutationsOverTheConfirmedState) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Sukari", 40, {5, 0}))})));
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(1, {6, 1}, {MoveStock(1, -2), PutProduct(2, "Unga")})})));
  EXPECT_EQ(context.At(1, "stock"), Int(38));
  EXPECT_EQ(context.At(2, "name"), Str("Unga"));
  EXPECT_EQ(context.view().PendingIds("products"), (TextSet{KeyOf(1), KeyOf(2)}));
  EXPECT_TRUE(context.view().PendingIds("sales").empty());
}

TEST(ViewTest, APullNeverUndoesAWaitingChange) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(1, {6, 1}, {PutProduct(1, "Mine", {{"stock", Int(10)}})})})));
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(2, {7, 1}, {MoveStock(1, -3)})})));
  ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Theirs", 100, {5, 2}))})));
  EXPECT_EQ(context.At(1, "name"), Str("Mine"));
  EXPECT_EQ(context.At(1, "stock"), Int(97));
}

TEST(ViewTest, ANewerPulledValueWinsAgainstAWaitingOneAsItWillOnTheServer) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(1, {6, 1}, {PutProduct(1, "Mine", {{"price", Int(5)}})})})));
  ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Newer", 0, {9, 2}))})));
  EXPECT_EQ(context.At(1, "name"), Str("Newer"));
  EXPECT_EQ(context.At(1, "price"), Int(5));
}

TEST(ViewTest, ARefusedMutationLeavesTheOverlay) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Sukari", 40, {5, 0}))})));
  ASSERT_TRUE(
      IsOk(context.Commit({context.Wait(1, {6, 1}, {PatchProduct(1, {{"name", Str("A")}}), PutProduct(2, "B")})})));
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(2, {7, 1}, {MoveStock(1, 1)})})));
  ASSERT_TRUE(IsOk(context.Commit({context.Answer(1)})));
  EXPECT_EQ(context.At(1, "name"), Str("Sukari"));
  EXPECT_EQ(context.At(1, "stock"), Int(41));
  EXPECT_FALSE(context.view().Get("products", KeyOf(2)).has_value());
  EXPECT_EQ(context.view().PendingIds("products"), TextSet{KeyOf(1)});
}

TEST(ViewTest, AnAnswerAndItsEffectsInOneCommitCountOnce) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Sukari", 40, {5, 0}))})));
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(1, {6, 1}, {MoveStock(1, -2)})})));
  ASSERT_TRUE(
      IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Sukari", 38, {5, 0})), context.Answer(1)})));
  EXPECT_EQ(context.At(1, "stock"), Int(38));
  EXPECT_TRUE(context.view().PendingIds("products").empty());
}

TEST(ViewTest, LaysOverOnlyWhatWaits) {
  for (const OutboxState state : {OutboxState::kAccepted, OutboxState::kResend}) {
    ViewContext context;
    ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Sukari", 40, {5, 0}))})));
    ASSERT_TRUE(IsOk(context.Commit({context.Wait(1, {6, 1}, {MoveStock(1, -2)})})));
    EXPECT_EQ(context.At(1, "stock"), Int(38));
    ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Sukari", 38, {5, 0})),
                                     context.Wait(1, {6, 1}, {MoveStock(1, -2)}, state)})));
    EXPECT_EQ(context.At(1, "stock"), Int(38));
    EXPECT_TRUE(context.view().PendingIds("products").empty());
    ASSERT_TRUE(IsOk(context.view().Load()));
    ASSERT_TRUE(IsOk(context.view().Settle()));
    EXPECT_EQ(context.At(1, "stock"), Int(38));
  }
}

TEST(ViewTest, HidesRemovedRecords) {
  ViewContext context;
  Record removed = ProductRecord("Gone", 1, {5, 0});
  removed.removed = Stamp{6, 0};
  ASSERT_TRUE(IsOk(context.Commit(
      {context.Confirm("products", 1, removed), context.Confirm("products", 2, ProductRecord("Here", 1, {5, 0}))})));
  EXPECT_FALSE(context.view().Get("products", KeyOf(1)).has_value());
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(1, {7, 1}, {RemoveProduct(2)})})));
  EXPECT_TRUE(test::AllProducts(context.view()).empty());
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(2, {8, 1}, {PatchProduct(1, {{"price", Int(1)}})})})));
  EXPECT_EQ(context.At(1, "name"), Str("Gone"));
}

TEST(ViewTest, AppliesWaitingMutationsInTheOrderOfTheirSequences) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(10, {7, 1}, {PutProduct(1, "Ten", {{"stock", Int(10)}})}),
                                   context.Wait(9, {6, 1}, {PutProduct(1, "Nine", {{"stock", Int(9)}})})})));
  EXPECT_EQ(context.At(1, "stock"), Int(9));
  EXPECT_EQ(context.At(1, "name"), Str("Ten"));
}

TEST(ViewTest, LeavesOutAnIncrementThatNoLongerFits) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(1, {6, 1}, {MoveStock(1, kIntegerMax)})})));
  ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Sukari", 40, {5, 0}))})));
  EXPECT_EQ(context.At(1, "stock"), Int(40));
}

TEST(ViewTest, SurvivesACounterBeyondTheLimitFromTheServer) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(1, {6, 1}, {MoveStock(1, 1)})})));
  ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Sukari", INT64_MAX, {5, 0}))})));
  EXPECT_EQ(context.At(1, "stock"), Int(INT64_MAX));
}

TEST(ViewTest, EmptiesWithAClearedTableButKeepsWhatWaits) {
  ViewContext context;
  ASSERT_TRUE(IsOk(context.Commit({context.Confirm("products", 1, ProductRecord("Old", 40, {5, 0}))})));
  ASSERT_TRUE(IsOk(context.Commit({context.Wait(1, {6, 1}, {PutProduct(2, "Mine")})})));
  ASSERT_TRUE(IsOk(context.Commit({{TableChange::Kind::kClear, RecordsTable("products")},
                                   context.Confirm("products", 3, ProductRecord("New", 1, {7, 0}))})));
  EXPECT_FALSE(context.view().Get("products", KeyOf(1)).has_value());
  EXPECT_EQ(context.At(2, "name"), Str("Mine"));
  EXPECT_EQ(context.At(3, "name"), Str("New"));
  EXPECT_EQ(context.touched(), (TouchedRecords{{"products", {}}, {"sales", {}}}));
}

TEST(ViewTest, IgnoresCollectionsOutsideTheSchema) {
  ViewContext context;
  Operation unknown = PutProduct(1, "x");
  unknown.collection = "unknown";
  ASSERT_TRUE(IsOk(context.Commit(
      {context.Confirm("unknown", 1, ProductRecord("x", 1, {5, 0})), context.Wait(1, {6, 1}, {unknown})})));
}

TEST(ViewTest, ReportsMutationsThatCannotBeRead) {
  ViewContext other;
  for (const char* text : {"", "{}", "not JSON"}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt,
                          other.Commit({{TableChange::Kind::kPut, std::string(kOutboxTable), OutboxKey(1),
                                         EncodeOutboxEntry({OutboxState::kWaiting, 0, text})}})))
        << text;
  }
}

// Following changes one by one gives the same view as loading everything anew.
RC_GTEST_PROP(ViewTest, FollowsAsItLoads, ()) {
  ViewContext context;
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5000));
  std::uint64_t time = 10;
  for (const int step : steps) {
    const int number = 1 + step % 3;
    const auto seq = static_cast<std::uint64_t>(1 + step / 3 % 5);
    ++time;
    Record record = ProductRecord("server", step, {time, 0});
    if (step % 7 == 0) {
      record.removed = Stamp{time, 0};
    }
    const std::vector<TableChange> choices = {
        context.Confirm("products", number, record),
        context.Wait(seq, {time, 1}, {MoveStock(number, step % 11)}),
        context.Wait(seq, {time, 1}, {PatchProduct(number, {{"name", Str("mine")}}), MoveStock(1, 1)}),
        context.Wait(seq, {time, 1}, {RemoveProduct(number)}),
        context.Answer(seq),
        {TableChange::Kind::kRemove, RecordsTable("products"), KeyOf(number)}};
    RC_ASSERT(context.Commit({choices[static_cast<std::size_t>(step / 15) % choices.size()]}).has_value());
  }
  const Shapes shapes;
  View loaded(context.schema(), context.tables(), shapes, context.indexes());
  RC_ASSERT(loaded.Load().has_value());
  RC_ASSERT(loaded.Settle().has_value());
  RC_ASSERT(test::AllProducts(loaded) == test::AllProducts(context.view()));
  // By an index, too.
  RC_ASSERT(test::AllProducts(loaded, "price") == test::AllProducts(context.view(), "price"));
  RC_ASSERT(test::AllProducts(loaded, "price").size() == test::AllProducts(loaded).size());
  RC_ASSERT(loaded.PendingIds("products") == context.view().PendingIds("products"));
}

}  // namespace
}  // namespace sawa
