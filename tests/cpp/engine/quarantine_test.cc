// SPDX-License-Identifier: MIT
// What becomes of mutations that the server refused.
#include <gtest/gtest.h>

#include "support/device.h"
#include "support/json.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::Device;
using test::FailsWith;
using test::Int;
using test::IsOk;
using test::ModelServer;
using test::MoveStock;
using test::PutProduct;
using test::RunNow;
using test::ShopSchema;
using test::Unwrap;

constexpr std::string_view kNote = R"({"reason":"counted again"})";

class EngineQuarantineTest : public testing::Test {
 protected:
  EngineQuarantineTest() {
    SAWA_CHECK(device_.OpenAndEnrol().has_value(), "the device opens");
    SAWA_CHECK(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}})}).has_value(), "a product");
    server_.rejected_names = {"bad"};
    SAWA_CHECK(device_.Write({MoveStock(1, -1)}, "bad").has_value(), "a mutation that is refused");
    SAWA_CHECK(device_.Sync().has_value(), "a sync");
    id_ = TextAt(Json::parse(device_.engine.Quarantined().at(0)).at("mutation"), "id").value_or("");
  }

  // What is left of the one in quarantine is made again and archived, in one transaction that is not committed yet.
  Engine::TransactionId BeginResend(Device& tab) {
    const Engine::TransactionId transaction = Unwrap(tab.engine.Begin("good"));
    SAWA_CHECK(tab.engine.Archive(transaction, id_, kNote).has_value(), "it is in quarantine");
    SAWA_CHECK(tab.Read([&] { return tab.engine.Find(transaction)->Add(MoveStock(1, -1)); }).has_value(), "added");
    return transaction;
  }

  ModelServer server_{ShopSchema()};
  Device device_{&server_};
  std::string id_;
};

TEST_F(EngineQuarantineTest, WhatIsArchivedIsKeptWithItsNote) {
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(BeginResend(device_)))));
  EXPECT_EQ(device_.At(1, "stock"), Int(39));
  EXPECT_EQ(device_.waiting(), 1U);
  ASSERT_TRUE(IsOk(device_.Sync()));
  const auto again = device_.NewTab(&server_);
  for (Device* tab : {&device_, again.get()}) {
    EXPECT_TRUE(tab->engine.Quarantined().empty());
    EXPECT_EQ(Unwrap(tab->engine.Status()).quarantined, 0U);
    const auto archived = tab->engine.Quarantined(true);
    ASSERT_EQ(archived.size(), 1U);
    const Json entry = Json::parse(archived.at(0));
    EXPECT_EQ(entry.at("note"), Json::parse(kNote));
    EXPECT_EQ(TextAt(entry.at("entry").at("mutation"), "id"), id_);
    EXPECT_EQ(tab->At(1, "stock"), Int(39));
  }
}

TEST_F(EngineQuarantineTest, ArchivingNeedsNoOperation) {
  const auto transaction = Unwrap(device_.engine.Begin("discard"));
  ASSERT_TRUE(IsOk(device_.engine.Archive(transaction, id_, kNote)));
  EXPECT_EQ(Unwrap(device_.engine.Status()).quarantined, 1U);
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(transaction))));
  EXPECT_EQ(Unwrap(device_.engine.Status()).quarantined, 0U);
  EXPECT_EQ(device_.waiting(), 0U);
}

TEST_F(EngineQuarantineTest, TwoTabsThatDecideAtOnceDecideOnce) {
  const auto tab = device_.NewTab(&server_);
  const auto one = BeginResend(device_);
  const auto other = BeginResend(*tab);
  ASSERT_TRUE(IsOk(RunNow(device_.engine.Commit(one))));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, RunNow(tab->engine.Commit(other))));
  const auto again = Unwrap(tab->engine.Begin("good"));
  EXPECT_TRUE(FailsWith(ErrorCode::kRecordNotFound, tab->engine.Archive(again, id_, kNote)));
  EXPECT_EQ(tab->At(1, "stock"), Int(39));
  EXPECT_EQ(tab->engine.Quarantined(true).size(), 1U);
}

TEST_F(EngineQuarantineTest, OneTransactionArchivesAMutationOnce) {
  const auto transaction = BeginResend(device_);
  EXPECT_TRUE(FailsWith(ErrorCode::kRecordNotFound, device_.engine.Archive(transaction, id_, kNote)));
  ASSERT_TRUE(IsOk(device_.engine.Next(transaction, "next")));
  EXPECT_TRUE(FailsWith(ErrorCode::kRecordNotFound, device_.engine.Archive(transaction, id_, kNote)));
}

TEST_F(EngineQuarantineTest, WhatIsNotCommittedStaysInQuarantine) {
  device_.engine.Discard(BeginResend(device_));
  EXPECT_EQ(device_.engine.Quarantined().size(), 1U);
  const auto transaction = BeginResend(device_);
  device_.storage.FailAlways(true);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageConnectionLost, RunNow(device_.engine.Commit(transaction))));
  device_.storage.FailAlways(false);
  EXPECT_EQ(device_.engine.Quarantined().size(), 1U);
  EXPECT_EQ(device_.At(1, "stock"), Int(40));
}

TEST_F(EngineQuarantineTest, RefusesWhatItCannotArchive) {
  const auto transaction = Unwrap(device_.engine.Begin("discard"));
  EXPECT_TRUE(FailsWith(ErrorCode::kRecordNotFound, device_.engine.Archive(transaction, test::IdOf(7), kNote)));
  for (const std::string& note :
       {std::string("[]"), std::string("{"), "{\"reason\":\"" + std::string(5000, 'x') + "\"}"}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, device_.engine.Archive(transaction, id_, note)));
  }
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, device_.engine.Archive(999, id_, kNote)));
}

}  // namespace
}  // namespace sawa
