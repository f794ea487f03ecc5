// SPDX-License-Identifier: MIT
// Several mutations of one transaction: stored together, sent one by one.
#include <gtest/gtest.h>

#include "support/device.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::Device;
using test::FailsWith;
using test::Int;
using test::IsOk;
using test::KeyOf;
using test::ModelServer;
using test::MoveStock;
using test::PutProduct;
using test::PutSale;
using test::RemoveProduct;
using test::RunNow;
using test::ShopSchema;
using test::Unwrap;

class EngineGroupTest : public testing::Test {
 protected:
  EngineGroupTest() {
    SAWA_CHECK(device_.OpenAndEnrol().has_value(), "the device opens");
    SAWA_CHECK(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}})}).has_value(), "a product");
    id_ = Unwrap(device_.engine.Begin("one"));
  }

  void Add(Operation operation) { ASSERT_TRUE(IsOk(device_.engine.Find(id_)->Add(std::move(operation)))); }
  void Next() { ASSERT_TRUE(IsOk(device_.engine.Next(id_, "next"))); }
  [[nodiscard]] std::size_t Waiting() { return Unwrap(device_.engine.Status()).outbox.waiting; }
  [[nodiscard]] Value Stock() {
    const Record record = Unwrap(device_.engine.Decode(*Unwrap(device_.engine.Get("products", KeyOf(1)))));
    return record.Find("stock")->value;
  }

  ModelServer server_{ShopSchema()};
  Device device_{&server_};
  Engine::TransactionId id_ = 0;
};

TEST_F(EngineGroupTest, IsStoredAtOnceAndSentAsOneMutationEach) {
  const std::size_t entries = device_.disk->log.size();
  for (int sale = 1; sale <= 3; ++sale) {
    EXPECT_EQ(Unwrap(device_.engine.NextNumber(id_, "receipt")), static_cast<std::uint64_t>(sale));
    Add(PutSale(sale, "A1-" + std::to_string(sale)));
    Add(MoveStock(1, -1));
    Next();
  }
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(id_))));
  EXPECT_EQ(device_.disk->log.size(), entries + 1);
  EXPECT_EQ(Waiting(), 4U);
  ASSERT_TRUE(device_.Sync().has_value());
  EXPECT_EQ(Waiting(), 0U);
  EXPECT_EQ(Stock(), Int(37));
  const auto id = Unwrap(device_.engine.Begin("after"));
  EXPECT_EQ(Unwrap(device_.engine.NextNumber(id, "receipt")), 4U);
}

TEST_F(EngineGroupTest, AMutationRemovesWhatAnEarlierOneMade) {
  Add(PutSale(1, "A"));
  Next();
  Operation removal = RemoveProduct(1);
  removal.collection = "sales";
  Add(removal);
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(id_))));
  EXPECT_EQ(Unwrap(device_.engine.Get("sales", KeyOf(1))), std::nullopt);
  ASSERT_TRUE(device_.Sync().has_value());
  EXPECT_EQ(Unwrap(device_.engine.Get("sales", KeyOf(1))), std::nullopt);
}

TEST_F(EngineGroupTest, WhatIsNotSealedIsForgottenWithItsNumber) {
  EXPECT_EQ(Unwrap(device_.engine.NextNumber(id_, "receipt")), 1U);
  Add(MoveStock(1, -1));
  Next();
  EXPECT_EQ(Unwrap(device_.engine.NextNumber(id_, "receipt")), 2U);
  Add(MoveStock(1, -2));
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(id_, Engine::Extent::kSealed))));
  EXPECT_EQ(Stock(), Int(39));
  EXPECT_EQ(Waiting(), 2U);
  EXPECT_EQ(device_.engine.Find(id_), nullptr);
  const auto id = Unwrap(device_.engine.Begin("after"));
  EXPECT_EQ(Unwrap(device_.engine.NextNumber(id, "receipt")), 2U);
}

TEST_F(EngineGroupTest, WhatCannotBeStoredChangesNothing) {
  Add(MoveStock(1, -1));
  Next();
  Add(MoveStock(1, -2));
  Next();
  device_.storage.FailAt(1, test::Fault::kErrorBefore);
  EXPECT_FALSE(RunNow(device_.engine.Commit(id_, Engine::Extent::kSealed)).has_value());
  EXPECT_EQ(Stock(), Int(40));
  EXPECT_EQ(Waiting(), 1U);
}

TEST_F(EngineGroupTest, RefusesANameThatIsNone) {
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, device_.engine.Next(id_, "")));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, device_.engine.Next(99, "name")));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, RunNow(device_.engine.Commit(99, Engine::Extent::kSealed))));
}

}  // namespace
}  // namespace sawa
