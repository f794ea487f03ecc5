// SPDX-License-Identifier: MIT
// Local writes: atomic, seen at once, durable when they resolve, and all there after reopening.
#include <gtest/gtest.h>

#include "support/device.h"
#include "support/json.h"
#include "support/results.h"

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
using test::RemoveProduct;
using test::RunNow;
using test::ShopSchema;
using test::Str;
using test::Unwrap;

class EngineWriteTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(IsOk(device_.Open())); }

  ModelServer server_{ShopSchema()};
  Device device_{&server_};
};

TEST_F(EngineWriteTest, ShowsAWriteAtOnce) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}}), PutSale(1, "A1-1")})));
  EXPECT_EQ(device_.At(1, "name"), Str("Sukari"));
  EXPECT_EQ(device_.At(1, "receipt", "sales"), Str("A1-1"));
  EXPECT_EQ(device_.waiting(), 1U);
  EXPECT_EQ(device_.engine.PendingIds("products"), TextSet{KeyOf(1)});
}

TEST_F(EngineWriteTest, StoresAWriteStrictly) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "Sukari")})));
  for (const Durability durability : device_.storage.appended()) {
    EXPECT_EQ(durability, Durability::kStrict);
  }
}

TEST_F(EngineWriteTest, AFailedCommitChangesNothing) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}})})));
  device_.storage.FailAt(1, Fault::kErrorBefore, ErrorCode::kStorageQuotaExceeded);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageQuotaExceeded, device_.Sell(1, 1, 2)));
  EXPECT_EQ(device_.At(1, "stock"), Int(40));
  EXPECT_FALSE(device_.Has(1, "sales"));
  EXPECT_EQ(device_.waiting(), 1U);
  EXPECT_EQ(Unwrap(device_.Sell(1, 1, 2)), 1U);
  EXPECT_EQ(device_.At(1, "stock"), Int(38));
}

TEST_F(EngineWriteTest, AFaultAtAnyStorageCallOfASaleLeavesItWholeOrAbsent) {
  for (const Fault fault : test::kAllFaults) {
    for (int call = 1;; ++call) {
      Device device(&server_);
      device.storage.FailAt(call, fault);
      const bool opened = device.Open().has_value();
      const bool stocked = opened && device.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}})}).has_value();
      const bool sold = stocked && device.Sell(1, 1, 2).has_value();
      const auto next = device.NewTab(&server_);
      const bool there = next->Has(1, "sales");
      EXPECT_EQ(next->At(1, "stock"), there ? Int(38) : (next->Has(1) ? Int(40) : Value{})) << call;
      EXPECT_TRUE(there || !sold) << call;
      ASSERT_TRUE(IsOk(next->Write({PutProduct(2, "Unga", {{"stock", Int(1)}})}))) << call;
      EXPECT_EQ(Unwrap(next->Sell(2, 2, 1)), there ? 2U : 1U) << call;
      if (sold) {
        EXPECT_GT(call, 3);
        break;
      }
    }
  }
}

TEST_F(EngineWriteTest, ATransactionReadsItsOwnWrites) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}}), PutProduct(2, "Unga")})));
  const auto id = Unwrap(device_.engine.Begin("test"));
  Transaction* transaction = device_.engine.Find(id);
  ASSERT_TRUE(IsOk(transaction->Add(MoveStock(1, -2))));
  ASSERT_TRUE(IsOk(transaction->Add(PatchProduct(1, {{"name", Str("Sukari 1kg")}}))));
  ASSERT_TRUE(IsOk(transaction->Add(PutProduct(3, "Maji"))));
  ASSERT_TRUE(IsOk(transaction->Add(RemoveProduct(2))));
  const Record product = Unwrap(device_.engine.Decode(*Unwrap(transaction->Get("products", KeyOf(1)))));
  EXPECT_EQ(product.Find("stock")->value, Int(38));
  EXPECT_EQ(product.Find("name")->value, Str("Sukari 1kg"));
  EXPECT_FALSE(Unwrap(transaction->Get("products", KeyOf(2))).has_value());
  EXPECT_TRUE(Unwrap(transaction->Get("products", KeyOf(3))).has_value());
  EXPECT_EQ(Unwrap(transaction->Find("products", JsonView())).size(), 2U);
  // Nobody else sees any of it before the commit.
  EXPECT_EQ(device_.At(1, "stock"), Int(40));
  EXPECT_TRUE(device_.Has(2));
  EXPECT_FALSE(device_.Has(3));
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(id))));
  EXPECT_EQ(device_.At(1, "stock"), Int(38));
  EXPECT_FALSE(device_.Has(2));
  EXPECT_TRUE(device_.Has(3));
}

TEST_F(EngineWriteTest, ADiscardedTransactionLeavesNothing) {
  const auto id = Unwrap(device_.engine.Begin("test"));
  ASSERT_TRUE(IsOk(device_.engine.Find(id)->Add(PutProduct(1, "Sukari"))));
  device_.engine.Discard(id);
  EXPECT_EQ(device_.engine.Find(id), nullptr);
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, RunNow(device_.engine.Commit(id))));
  EXPECT_FALSE(device_.Has(1));
  EXPECT_EQ(device_.waiting(), 0U);
}

TEST_F(EngineWriteTest, ATransactionEndsWithItsCommit) {
  const auto id = Unwrap(device_.engine.Begin("test"));
  ASSERT_TRUE(IsOk(device_.engine.Find(id)->Add(PutProduct(1, "Sukari"))));
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(id))));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, RunNow(device_.engine.Commit(id))));
  EXPECT_EQ(device_.waiting(), 1U);
}

TEST_F(EngineWriteTest, ATransactionWithoutOperationsIsNoMutation) {
  ASSERT_TRUE(IsOk(device_.Write({})));
  EXPECT_EQ(device_.waiting(), 0U);
}

TEST_F(EngineWriteTest, HasItsPlaceForATransactionsName) {
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, device_.engine.Begin("")));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, device_.engine.Begin(std::string(65, 'x'))));
  EXPECT_TRUE(IsOk(device_.engine.Begin(std::string(64, 'x'))));
}

TEST_F(EngineWriteTest, HoldsTheNumberOfOpenTransactions) {
  for (int count = 0; count < 1000; ++count) {
    ASSERT_TRUE(IsOk(device_.engine.Begin("test")));
  }
  EXPECT_TRUE(FailsWith(ErrorCode::kLimitExceeded, device_.engine.Begin("test")));
}

TEST_F(EngineWriteTest, GivesEverythingBackAfterReopening) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}, {"extra", JsonText{"[1]"}}})})));
  EXPECT_EQ(Unwrap(device_.Sell(1, 1, 2)), 1U);
  device_.engine.Close();
  const auto again = device_.NewTab(&server_);
  EXPECT_EQ(again->At(1, "stock"), Int(38));
  EXPECT_EQ(again->At(1, "extra"), Value{JsonText{"[1]"}});
  EXPECT_EQ(again->At(1, "receipt", "sales"), Str("A1-1"));
  EXPECT_EQ(again->waiting(), 2U);
  EXPECT_EQ(Unwrap(again->Sell(2, 1, 1)), 2U);
}

TEST_F(EngineWriteTest, GivesEverythingBackAfterAFold) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(1000)}})})));
  for (int sale = 1; sale <= 600; ++sale) {
    ASSERT_TRUE(IsOk(device_.Sell(sale, 1, 1)));
  }
  ASSERT_TRUE(IsOk(RunNow(device_.engine.FoldIfLong())));
  EXPECT_FALSE(device_.disk->pages.empty());
  const auto again = device_.NewTab(&server_);
  EXPECT_EQ(again->At(1, "stock"), Int(400));
  EXPECT_EQ(again->waiting(), 601U);
  EXPECT_EQ(Unwrap(again->Sell(601, 1, 1)), 601U);
}

// A commit that is stored is a success, whatever becomes of the upkeep that follows it.
TEST_F(EngineWriteTest, AFoldThatFailsDoesNotFailTheCommit) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(1000)}})})));
  device_.storage.FailFolds(true);
  for (int sale = 1; sale <= 520; ++sale) {
    ASSERT_EQ(Unwrap(device_.Sell(sale, 1, 1)), static_cast<std::uint64_t>(sale));
  }
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageQuotaExceeded, RunNow(device_.engine.FoldIfLong())));
  EXPECT_EQ(device_.At(1, "stock"), Int(480));
  device_.storage.FailFolds(false);
  EXPECT_TRUE(IsOk(RunNow(device_.engine.FoldIfLong())));
  EXPECT_EQ(device_.disk->log.size(), 1U);
}

TEST_F(EngineWriteTest, StaysRightWhenTheClockJumpsBack) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "first")})));
  device_.clock.Advance(-86'400'000);
  ASSERT_TRUE(IsOk(device_.Write({PatchProduct(1, {{"name", Str("second")}})})));
  EXPECT_EQ(device_.At(1, "name"), Str("second"));
  const auto again = device_.NewTab(&server_);
  again->clock.Set(0);
  ASSERT_TRUE(IsOk(again->Write({PatchProduct(1, {{"name", Str("third")}})})));
  EXPECT_EQ(again->At(1, "name"), Str("third"));
}

TEST_F(EngineWriteTest, TellsWhetherATouchedRecordAnswersAQuery) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "Sukari", {{"price", Int(5)}}), PutProduct(2, "Unga")})));
  const auto answers = [&](const std::string& query, std::vector<std::string> ids) {
    return Unwrap(device_.engine.IsAnsweredByAny("products", ViewOf(Json::parse(query)), ids));
  };
  EXPECT_TRUE(answers(R"({"where":{"price":5}})", {KeyOf(1)}));
  EXPECT_TRUE(answers(R"({"where":{"price":5},"limit":0,"offset":9})", {KeyOf(2), KeyOf(1)}));
  EXPECT_FALSE(answers(R"({"where":{"price":5}})", {KeyOf(2), KeyOf(3), ""}));
  EXPECT_TRUE(answers(R"({"search":"ung"})", {KeyOf(2)}));
  EXPECT_FALSE(answers("{}", {}));
  ASSERT_TRUE(IsOk(device_.Write({test::RemoveProduct(1)})));
  EXPECT_FALSE(answers("{}", {KeyOf(1)}));
}

TEST_F(EngineWriteTest, TellsOnceWhatChanged) {
  static_cast<void>(device_.engine.TakeEvents());
  device_.announced = 0;
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "Sukari")})));
  EXPECT_GT(device_.announced, 0);
  const EngineEvents events = device_.engine.TakeEvents();
  EXPECT_EQ(events.collections.size(), 1U);
  EXPECT_EQ(events.collections.at("products"), TextSet{KeyOf(1)});
  EXPECT_TRUE(events.status);
  EXPECT_TRUE(device_.engine.TakeEvents().collections.empty());
}

}  // namespace
}  // namespace sawa
