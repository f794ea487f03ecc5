// SPDX-License-Identifier: MIT
// Several contexts of one device (tabs, a service worker) on one database.
#include <gtest/gtest.h>

#include "support/device.h"
#include "support/json.h"
#include "support/results.h"
#include "support/slow_storage.h"

namespace sawa {
namespace {

using test::Device;
using test::FailsWith;
using test::Fault;
using test::IdOf;
using test::Int;
using test::IsOk;
using test::KeyOf;
using test::ModelServer;
using test::MoveStock;
using test::PatchProduct;
using test::PutProduct;
using test::PutSale;
using test::RunNow;
using test::ShopSchema;
using test::Str;
using test::Unwrap;

class EngineContextsTest : public testing::Test {
 protected:
  EngineContextsTest() {
    SAWA_CHECK(device_.OpenAndEnrol().has_value(), "the device opens");
    SAWA_CHECK(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(100)}})}).has_value(), "a product");
    tab_ = device_.NewTab(&server_);
  }

  ModelServer server_{ShopSchema()};
  Device device_{&server_};
  std::unique_ptr<Device> tab_;
};

TEST_F(EngineContextsTest, ATabSeesWhatAnotherWroteOnceItLooks) {
  ASSERT_TRUE(IsOk(device_.Write({PatchProduct(1, {{"name", Str("New")}})})));
  EXPECT_EQ(tab_->At(1, "name"), Str("Sukari"));
  static_cast<void>(tab_->engine.TakeEvents());
  ASSERT_TRUE(IsOk(RunNow(tab_->engine.Refresh())));
  EXPECT_EQ(tab_->At(1, "name"), Str("New"));
  EXPECT_TRUE(tab_->engine.TakeEvents().collections.contains("products"));
}

// The state that is read anew holds the sale, and says that something has changed.
TEST_F(EngineContextsTest, ASaleWhoseAnswerIsLostAndWhoseEntryIsFoldedIsStoredOnce) {
  tab_->storage.LoseAnswerOfNextAppend([this] {
    ASSERT_TRUE(IsOk(RunNow(device_.engine.Refresh())));
    for (int number = 2; number <= 600; ++number) {
      ASSERT_TRUE(IsOk(device_.Write({PutProduct(number, "x")})));
    }
    ASSERT_TRUE(IsOk(RunNow(device_.engine.FoldIfLong())));
  });
  const std::size_t waiting = tab_->waiting();
  EXPECT_TRUE(IsOk(tab_->Sell(7, 1, 2)));
  EXPECT_EQ(tab_->At(1, "stock"), Int(98));
  EXPECT_EQ(tab_->waiting(), waiting + 600);
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Refresh())));
  EXPECT_EQ(device_.At(1, "stock"), Int(98));
}

// Its page of records has left the cache with the old state, so that what waits cannot be laid over it at once.
TEST(EnginePagedContextsTest, ATransactionGoesOnSeeingWhatWaitsWhenTheStateIsReadAnew) {
  ModelServer server{ShopSchema()};
  Schema schema = ShopSchema();
  schema.collections[0].paged = true;
  Device device(&server, std::make_shared<MemoryDisk>(), {.schema = schema});
  ASSERT_TRUE(IsOk(device.OpenAndEnrol()));
  server.Write(PutProduct(1, "Sukari"), {1, 1});
  ASSERT_TRUE(IsOk(device.Sync()));
  const auto tab = device.NewTab(&server, {.seed = 2, .schema = schema});
  ASSERT_TRUE(IsOk(tab->Write({PutProduct(2, "waits")})));
  const auto id = Unwrap(tab->Read([&] { return tab->engine.Begin("test"); }));
  ASSERT_TRUE(IsOk(RunNow(device.engine.Refresh())));
  for (int number = 1; number <= 600; ++number) {
    ASSERT_TRUE(IsOk(device.Write({PutSale(number, "x")})));
  }
  ASSERT_TRUE(IsOk(RunNow(device.engine.FoldIfLong())));
  ASSERT_TRUE(IsOk(RunNow(tab->engine.Refresh())));
  const auto seen = tab->Read([&] { return tab->engine.Find(id)->Get("products", KeyOf(2)); });
  ASSERT_TRUE(IsOk(seen));
  EXPECT_TRUE(seen->has_value());
  EXPECT_TRUE(IsOk(tab->Read([&] { return tab->engine.Find(id)->Add(MoveStock(2, 1)); })));
}

// A commit that was stored says nothing of the next one.
TEST_F(EngineContextsTest, AContendedTransactionAfterAStoredOneFails) {
  ASSERT_TRUE(IsOk(tab_->Sell(7, 1, 2)));
  const auto id = Unwrap(tab_->engine.Begin("test"));
  ASSERT_TRUE(IsOk(tab_->engine.Find(id)->Add(MoveStock(1, -1))));
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Refresh())));
  ASSERT_TRUE(IsOk(device_.Write({PatchProduct(1, {{"name", Str("New")}})})));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, RunNow(tab_->engine.Commit(id))));
  EXPECT_EQ(tab_->At(1, "stock"), Int(98));
}

TEST_F(EngineContextsTest, AContendedTransactionFailsWholeAndSucceedsWhenBegunAgain) {
  const auto id = Unwrap(tab_->engine.Begin("test"));
  ASSERT_TRUE(IsOk(tab_->engine.Find(id)->Add(PutSale(1, "A"))));
  ASSERT_TRUE(IsOk(tab_->engine.Find(id)->Add(MoveStock(1, -1))));
  ASSERT_TRUE(IsOk(device_.Write({PatchProduct(1, {{"name", Str("New")}})})));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, RunNow(tab_->engine.Commit(id))));
  EXPECT_FALSE(tab_->Has(1, "sales"));
  EXPECT_EQ(tab_->At(1, "stock"), Int(100));
  EXPECT_EQ(tab_->At(1, "name"), Str("New"));
  ASSERT_TRUE(IsOk(tab_->Write({PutSale(1, "A"), MoveStock(1, -1)})));
  EXPECT_EQ(tab_->At(1, "stock"), Int(99));
}

TEST_F(EngineContextsTest, ATransactionOnOtherCollectionsIsNotContended) {
  const auto id = Unwrap(tab_->engine.Begin("test"));
  ASSERT_TRUE(IsOk(tab_->engine.Find(id)->Add(PutSale(1, "A"))));
  ASSERT_TRUE(IsOk(device_.Write({MoveStock(1, -1)})));
  EXPECT_TRUE(IsOk(RunNow(tab_->engine.Commit(id))));
  EXPECT_EQ(tab_->At(1, "stock"), Int(99));
}

TEST_F(EngineContextsTest, AReadAloneMakesATransactionContended) {
  const auto id = Unwrap(tab_->engine.Begin("test"));
  static_cast<void>(Unwrap(tab_->engine.Find(id)->Find("products", JsonView())));
  ASSERT_TRUE(IsOk(tab_->engine.Find(id)->Add(PutSale(1, "A"))));
  ASSERT_TRUE(IsOk(device_.Write({MoveStock(1, -1)})));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, RunNow(tab_->engine.Commit(id))));
}

TEST_F(EngineContextsTest, ANumberIsNeverTakenTwiceByTwoTabs) {
  const auto one = Unwrap(device_.engine.Begin("sale"));
  const auto other = Unwrap(tab_->engine.Begin("sale"));
  EXPECT_EQ(Unwrap(device_.engine.NextNumber(one, "receipt")), 1U);
  EXPECT_EQ(Unwrap(tab_->engine.NextNumber(other, "receipt")), 1U);
  ASSERT_TRUE(IsOk(device_.engine.Find(one)->Add(PutSale(1, "A1-1"))));
  ASSERT_TRUE(IsOk(tab_->engine.Find(other)->Add(PutSale(2, "A1-1"))));
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(one))));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, RunNow(tab_->engine.Commit(other))));
  EXPECT_EQ(Unwrap(tab_->Sell(2, 1, 1)), 2U);
}

// Two commits of nothing but the same number have nothing in them that tells them apart.
TEST_F(EngineContextsTest, ANumberTakenWithoutAWriteIsNeverTakenTwiceEither) {
  const auto one = Unwrap(device_.engine.Begin("number"));
  const auto other = Unwrap(tab_->engine.Begin("number"));
  EXPECT_EQ(Unwrap(device_.engine.NextNumber(one, "receipt")), 1U);
  EXPECT_EQ(Unwrap(tab_->engine.NextNumber(other, "receipt")), 1U);
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(one))));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, RunNow(tab_->engine.Commit(other))));
}

TEST_F(EngineContextsTest, AFailedCommitUsesUpNoNumber) {
  tab_->storage.FailAt(1, Fault::kErrorBefore);
  EXPECT_FALSE(tab_->Sell(1, 1, 1).has_value());
  EXPECT_EQ(Unwrap(device_.Sell(1, 1, 1)), 1U);
  EXPECT_FALSE(tab_->Sell(2, 1, 1).has_value());
  EXPECT_EQ(Unwrap(tab_->Sell(2, 1, 1)), 2U);
}

TEST_F(EngineContextsTest, SequencesGoOnAcrossTabs) {
  for (int count = 0; count < 5; ++count) {
    ASSERT_TRUE(IsOk(RunNow(tab_->engine.Refresh())));
    ASSERT_TRUE(IsOk(tab_->Write({MoveStock(1, 1)})));
    ASSERT_TRUE(IsOk(RunNow(device_.engine.Refresh())));
    ASSERT_TRUE(IsOk(device_.Write({MoveStock(1, 1)})));
  }
  ASSERT_TRUE(IsOk(tab_->Sync()));
  EXPECT_EQ(server_.applied.size(), 11U);
  EXPECT_EQ(tab_->At(1, "stock"), Int(110));
}

// The tabs of a device share a node: only the stored time keeps their stamps apart and in order.
TEST_F(EngineContextsTest, TheLaterEditWinsWhateverTabMadeIt) {
  tab_->clock.Advance(60'000);
  ASSERT_TRUE(IsOk(tab_->Write({PatchProduct(1, {{"name", Str("first, of the tab whose clock is ahead")}})})));
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Refresh())));
  ASSERT_TRUE(IsOk(device_.Write({PatchProduct(1, {{"name", Str("a later one")}})})));
  EXPECT_EQ(device_.At(1, "name"), Str("a later one"));
}

TEST_F(EngineContextsTest, TwoTabsNeverMakeTheSameStamp) {
  std::set<std::string> stamps;
  for (int count = 0; count < 10; ++count) {
    Device& writer = count % 2 == 0 ? device_ : *tab_;
    ASSERT_TRUE(IsOk(RunNow(writer.engine.Refresh())));
    ASSERT_TRUE(IsOk(writer.Write({MoveStock(1, 1)})));
  }
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Refresh())));
  ASSERT_TRUE(IsOk(device_.Sync()));
  const Json request = Unwrap(ParseJson(device_.link.sent.back().body));
  std::string last;
  for (const Json& mutation : request.at("mutations")) {
    const std::string stamp = *TextAt(mutation, "stamp");
    EXPECT_TRUE(stamps.insert(stamp).second) << stamp;
    EXPECT_LT(last, stamp);
    last = stamp;
  }
  EXPECT_EQ(stamps.size(), 11U);
}

// A tab that pulls must not set the stored time back behind the stamps of another one.
TEST_F(EngineContextsTest, APullDoesNotTurnTheStampsBack) {
  tab_->clock.Advance(3'600'000);
  ASSERT_TRUE(IsOk(tab_->Write({PatchProduct(1, {{"name", Str("ahead")}})})));
  ASSERT_TRUE(IsOk(device_.Sync()));
  ASSERT_TRUE(IsOk(device_.Sync()));
  const auto again = device_.NewTab(&server_, {.seed = 3});
  ASSERT_TRUE(IsOk(again->Write({PatchProduct(1, {{"name", Str("after")}})})));
  EXPECT_EQ(again->At(1, "name"), Str("after"));
}

TEST_F(EngineContextsTest, ASyncInAnotherTabMovesTheStatusOfThisOne) {
  ASSERT_TRUE(IsOk(tab_->Sync()));
  EXPECT_EQ(device_.waiting(), 1U);
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Refresh())));
  const EngineStatus status = Unwrap(device_.engine.Status());
  EXPECT_EQ(status.outbox.waiting, 0U);
  EXPECT_TRUE(status.ready);
  EXPECT_EQ(status.synced_at_ms, static_cast<std::uint64_t>(test::kStartMs));
  EXPECT_TRUE(device_.engine.PendingIds("products").empty());
}

TEST_F(EngineContextsTest, AnOutboxOnlyContextDrainsWithoutLoadingRecords) {
  server_.Write(PutProduct(7, "from the server"), {1, 0});
  const auto worker = device_.NewTab(&server_, {.seed = 5, .outbox_only = true});
  EXPECT_EQ(worker->waiting(), 1U);
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, worker->engine.Get("products", IdOf(1))));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, worker->engine.Begin("test")));
  const SyncReport report = Unwrap(worker->Sync());
  EXPECT_EQ(report.pushed, 1U);
  EXPECT_EQ(worker->waiting(), 0U);
  EXPECT_TRUE(worker->engine.PendingIds("products").empty());
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Refresh())));
  EXPECT_EQ(device_.At(1, "stock"), Int(100));
  EXPECT_EQ(device_.At(7, "name"), Str("from the server"));
  EXPECT_EQ(device_.waiting(), 0U);
}

TEST_F(EngineContextsTest, TabsThatOpenAtOnceAgreeOnOneIncarnation) {
  const auto disk = std::make_shared<MemoryDisk>();
  Device one(&server_, disk, {.seed = 10});
  Device other(&server_, disk, {.seed = 11});
  one.storage.BeforeNextAppend([&] { EXPECT_TRUE(IsOk(other.Open())); });
  ASSERT_TRUE(IsOk(one.Open()));
  ASSERT_TRUE(IsOk(RunNow(one.engine.Enrol({"demo", "right", false}, "Till", ""))));
  ASSERT_TRUE(IsOk(one.Write({PutProduct(1, "one")})));
  ASSERT_TRUE(IsOk(RunNow(other.engine.Refresh())));
  ASSERT_TRUE(IsOk(other.Write({PutProduct(2, "other")})));
  ASSERT_TRUE(IsOk(other.Sync()));
  const Json request = Unwrap(ParseJson(other.link.sent.back().body));
  EXPECT_EQ(request.at("mutations").size(), 2U);
  EXPECT_TRUE(server_.state.receipts.contains(*TextAt(request, "incarnation")));
}

}  // namespace
}  // namespace sawa
