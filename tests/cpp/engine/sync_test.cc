// SPDX-License-Identifier: MIT
// Devices and a server: they converge, and stock is the sum of what was sold and bought.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

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

class EngineSyncTest : public testing::Test {
 protected:
  EngineSyncTest() {
    SAWA_CHECK(one_.OpenAndEnrol().has_value() && two_.OpenAndEnrol().has_value(), "the devices open");
  }

  ModelServer server_{ShopSchema()};
  Device one_{&server_, std::make_shared<MemoryDisk>(), {.seed = 21}};
  Device two_{&server_, std::make_shared<MemoryDisk>(), {.seed = 22}};
};

TEST_F(EngineSyncTest, WhatOneDeviceWritesTheOtherReads) {
  ASSERT_TRUE(IsOk(one_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}}), PutSale(2, "A1-1", 500)})));
  ASSERT_TRUE(IsOk(one_.Sync()));
  ASSERT_TRUE(IsOk(two_.Sync()));
  EXPECT_EQ(two_.At(1, "name"), Str("Sukari"));
  EXPECT_EQ(two_.At(2, "total", "sales"), Int(500));
  EXPECT_TRUE(Unwrap(two_.engine.Status()).ready);
}

TEST_F(EngineSyncTest, StockIsTheSumOfTheSalesOfBothDevices) {
  ASSERT_TRUE(IsOk(one_.Write({PutProduct(1, "Sukari", {{"stock", Int(100)}})})));
  ASSERT_TRUE(IsOk(one_.Sync()));
  ASSERT_TRUE(IsOk(two_.Sync()));
  for (int sale = 0; sale < 10; ++sale) {
    ASSERT_TRUE(IsOk(one_.Sell(100 + sale, 1, 1)));
    ASSERT_TRUE(IsOk(two_.Sell(200 + sale, 1, 2)));
  }
  EXPECT_EQ(one_.At(1, "stock"), Int(90));
  EXPECT_EQ(two_.At(1, "stock"), Int(80));
  ASSERT_TRUE(IsOk(one_.Sync()));
  ASSERT_TRUE(IsOk(two_.Sync()));
  ASSERT_TRUE(IsOk(one_.Sync()));
  EXPECT_EQ(one_.At(1, "stock"), Int(70));
  EXPECT_EQ(two_.At(1, "stock"), Int(70));
  EXPECT_EQ(Unwrap(one_.engine.Find("sales", JsonView())).size(), 20U);
}

TEST_F(EngineSyncTest, TheLaterOfTwoEditsWinsOnBothDevices) {
  ASSERT_TRUE(IsOk(one_.Write({PutProduct(1, "first")})));
  ASSERT_TRUE(IsOk(one_.Sync()));
  ASSERT_TRUE(IsOk(two_.Sync()));
  one_.clock.Advance(1000);
  two_.clock.Advance(2000);
  ASSERT_TRUE(IsOk(two_.Write({PatchProduct(1, {{"name", Str("later")}})})));
  ASSERT_TRUE(IsOk(one_.Write({PatchProduct(1, {{"name", Str("earlier")}, {"price", Int(5)}})})));
  for (Device* device : {&two_, &one_, &two_}) {
    ASSERT_TRUE(IsOk(device->Sync()));
  }
  for (Device* device : {&one_, &two_}) {
    EXPECT_EQ(device->At(1, "name"), Str("later"));
    EXPECT_EQ(device->At(1, "price"), Int(5));
  }
}

TEST_F(EngineSyncTest, ARefusedMutationLeavesTheViewAndIsKept) {
  server_.rejected_names = {"bad"};
  ASSERT_TRUE(IsOk(one_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}})})));
  ASSERT_TRUE(IsOk(one_.Write({PatchProduct(1, {{"name", Str("bad name")}}), MoveStock(1, -1)}, "bad")));
  EXPECT_EQ(one_.At(1, "name"), Str("bad name"));
  static_cast<void>(one_.engine.TakeEvents());
  EXPECT_EQ(Unwrap(one_.Sync()).rejected, 1U);
  EXPECT_EQ(one_.At(1, "name"), Str("Sukari"));
  EXPECT_EQ(one_.At(1, "stock"), Int(40));
  EXPECT_TRUE(one_.engine.TakeEvents().collections.contains("products"));
  const auto quarantined = one_.engine.Quarantined();
  ASSERT_EQ(quarantined.size(), 1U);
  EXPECT_NE(quarantined[0].find("bad name"), std::string::npos);
  EXPECT_EQ(Unwrap(one_.engine.Status()).quarantined, 1U);
  const auto again = one_.NewTab(&server_);
  EXPECT_EQ(again->engine.Quarantined(), quarantined);
}

TEST_F(EngineSyncTest, ASaleMadeDuringAPullIsNotUndone) {
  ASSERT_TRUE(IsOk(two_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}})})));
  ASSERT_TRUE(IsOk(two_.Sync()));
  ASSERT_TRUE(IsOk(one_.Sync()));
  ASSERT_TRUE(IsOk(two_.Write({MoveStock(1, 5)})));
  ASSERT_TRUE(IsOk(two_.Sync()));
  one_.link.before_reply = [this] {
    ASSERT_TRUE(IsOk(one_.Sell(1, 1, 2)));
    one_.link.lost_requests = 1;
  };
  EXPECT_TRUE(FailsWith(ErrorCode::kNetworkUnreachable, one_.Sync()));
  EXPECT_EQ(one_.At(1, "stock"), Int(43));
  EXPECT_TRUE(one_.Has(1, "sales"));
  ASSERT_TRUE(IsOk(one_.Sync()));
  EXPECT_EQ(one_.At(1, "stock"), Int(43));
}

TEST_F(EngineSyncTest, RunsOneSyncAtATime) {
  bool tried = false;
  one_.link.before_reply = [&] {
    tried = true;
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, RunNow(one_.engine.Sync()).report));
  };
  ASSERT_TRUE(IsOk(one_.Sync()));
  EXPECT_TRUE(tried);
  EXPECT_TRUE(IsOk(one_.Sync()));
}

TEST_F(EngineSyncTest, AClosedEngineEndsItsRunningSyncWithAnError) {
  ASSERT_TRUE(IsOk(one_.Write({PutProduct(1, "Sukari")})));
  one_.link.before_reply = [&] { one_.engine.Close(); };
  EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, one_.Sync()));
  const auto again = one_.NewTab(&server_);
  EXPECT_EQ(again->waiting(), 1U);
  ASSERT_TRUE(IsOk(again->Sync()));
  EXPECT_EQ(again->At(1, "name"), Str("Sukari"));
}

TEST_F(EngineSyncTest, WaitsLongerAfterEachFailureAndStartsAnewAfterASuccess) {
  std::int64_t last = 0;
  for (int failure = 0; failure < 6; ++failure) {
    one_.link.lost_requests = 1;
    const SyncOutcome outcome = RunNow(one_.engine.Sync());
    EXPECT_FALSE(outcome.report.has_value());
    EXPECT_GE(outcome.retry_delay_ms, last);
    EXPECT_GE(outcome.retry_delay_ms, 500 << failure);
    EXPECT_LE(outcome.retry_delay_ms, 1000 << failure);
    last = outcome.retry_delay_ms;
  }
  EXPECT_EQ(RunNow(one_.engine.Sync()).retry_delay_ms, 0);
  one_.link.lost_requests = 1;
  EXPECT_LE(RunNow(one_.engine.Sync()).retry_delay_ms, 1000);
}

TEST_F(EngineSyncTest, SaysWhoDidWhat) {
  ASSERT_TRUE(IsOk(one_.Write({PutProduct(1, "Sukari")}, "product.add")));
  ASSERT_TRUE(IsOk(one_.Sync()));
  const Json mutation = Json::parse(one_.link.sent.back().body).at("mutations").at(0);
  EXPECT_EQ(*TextAt(mutation, "name"), "product.add");
  EXPECT_EQ(*TextAt(mutation, "actor"), "7");
  EXPECT_TRUE(mutation.at("base").is_null());
  ASSERT_TRUE(IsOk(one_.Write({MoveStock(1, 1)})));
  ASSERT_TRUE(IsOk(one_.Sync()));
  EXPECT_EQ(*TextAt(Json::parse(one_.link.sent.back().body).at("mutations").at(0), "base"), "e1:1");
}

// Two devices, two tabs each, everything that can happen to them in a random order; then peace, and they agree.
struct World {
  explicit World(std::uint64_t seed) : random(seed) {
    for (std::uint64_t device = 0; device < 2; ++device) {
      tabs.push_back(
          std::make_unique<Device>(&server, std::make_shared<MemoryDisk>(), test::DeviceOptions{.seed = 10 + device}));
      SAWA_CHECK(tabs.back()->OpenAndEnrol().has_value(), "a device opens");
      tabs.push_back(tabs.back()->NewTab(&server, {.seed = 20 + device}));
    }
    SAWA_CHECK(tabs[0]
                   ->Write({PutProduct(1, "one", {{"stock", Int(0)}}), PutProduct(2, "two", {{"stock", Int(0)}})})
                   .has_value(),
               "products");
    for (const auto& tab : tabs) {
      SAWA_CHECK(tab->Sync().has_value(), "a tab syncs");
    }
  }

  void Step() {
    Device& tab = *tabs[random.Below(tabs.size())];
    const int product = 1 + static_cast<int>(random.Below(2));
    switch (random.Below(10)) {
      case 0:
      case 1:
      case 2:
        if (const auto delta = static_cast<std::int64_t>(random.Below(9)) - 4; tab.Write({MoveStock(product, delta)})) {
          stock[product] += delta;
        }
        break;
      case 3:
        static_cast<void>(tab.Write({PatchProduct(product, {{"name", Str(std::to_string(random.Below(100)))}})}));
        break;
      case 4:
        tab.clock.Advance(static_cast<std::int64_t>(random.Below(20'000)) - 8'000);
        break;
      case 5:
        tab.link.lost_requests = static_cast<int>(random.Below(2));
        tab.link.lost_replies = static_cast<int>(random.Below(2));
        break;
      case 6:
        tab.storage.FailAt(static_cast<int>(random.Below(4)), Fault::kErrorBefore);
        break;
      case 7:
        static_cast<void>(RunNow(tab.engine.Refresh()));
        break;
      default:
        static_cast<void>(tab.Sync());
    }
  }

  void MakePeace() {
    for (const auto& tab : tabs) {
      tab->link.lost_requests = tab->link.lost_replies = 0;
      tab->storage.FailAt(0, Fault::kErrorBefore);
    }
    for (int round = 0; round < 2; ++round) {
      for (const auto& tab : tabs) {
        RC_ASSERT(tab->Sync().has_value());
      }
    }
  }

  ModelServer server{ShopSchema()};
  test::SeededRandom random;
  std::vector<std::unique_ptr<Device>> tabs;
  std::map<int, std::int64_t> stock;
};

RC_GTEST_PROP(EngineConvergenceTest, DevicesAgreeAndStockIsTheSumOfWhatWasCommitted, ()) {
  World world(*rc::gen::arbitrary<std::uint64_t>());
  world.server.page_limit = 1 + *rc::gen::inRange<std::size_t>(0, 5);
  for (int step = 0; step < 120; ++step) {
    world.Step();
  }
  world.MakePeace();
  for (const auto& tab : world.tabs) {
    RC_ASSERT(tab->waiting() == 0U);
    RC_ASSERT(tab->engine.Quarantined().empty());
    RC_ASSERT(tab->engine.PendingIds("products").empty());
    for (int product = 1; product <= 2; ++product) {
      RC_ASSERT(tab->At(product, "stock") == Int(world.stock[product]));
      RC_ASSERT(tab->At(product, "name") == world.tabs.front()->At(product, "name"));
      RC_ASSERT(tab->At(product, "name") == world.server.Find("products", IdOf(product))->Find("name")->value);
    }
  }
  for (const auto& [id, times] : world.server.applied) {
    RC_ASSERT(times == 1);
  }
}

}  // namespace
}  // namespace sawa
