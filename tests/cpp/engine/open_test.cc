// SPDX-License-Identifier: MIT
// Opening, closing, and databases that cannot be opened.
#include <gtest/gtest.h>

#include "codec/frame.h"
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
using test::PutProduct;
using test::RunNow;
using test::ShopSchema;
using test::Str;
using test::Unwrap;

class EngineOpenTest : public testing::Test {
 protected:
  ModelServer server_{ShopSchema()};
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
};

TEST_F(EngineOpenTest, ANewDatabaseIsEmptyAndNotReady) {
  Device device(&server_, disk_);
  ASSERT_TRUE(IsOk(device.Open()));
  const EngineStatus status = Unwrap(device.engine.Status());
  EXPECT_EQ(status.outbox.waiting, 0U);
  EXPECT_EQ(status.quarantined, 0U);
  EXPECT_FALSE(status.ready);
  EXPECT_EQ(status.enrolment, "");
  EXPECT_TRUE(Unwrap(device.engine.Find("products", JsonView())).empty());
}

TEST_F(EngineOpenTest, EveryCallOfAClosedEngineSaysSo) {
  Device device(&server_, disk_);
  const auto expect_closed = [&] {
    EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, device.engine.Get("products", IdOf(1))));
    EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, device.engine.Find("products", JsonView())));
    EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, device.engine.Begin("test")));
    EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, RunNow(device.engine.Refresh())));
    EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, RunNow(device.engine.FoldIfLong())));
    EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, RunNow(device.engine.Sync()).report));
    EXPECT_TRUE(
        FailsWith(ErrorCode::kDatabaseClosed, RunNow(device.engine.Enrol({"demo", "right", false}, "Till", ""))));
    EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, RunNow(device.engine.Login({"demo", "right", false}))));
    EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, RunNow(device.engine.Logout())));
  };
  expect_closed();
  ASSERT_TRUE(IsOk(device.Open()));
  const auto id = Unwrap(device.engine.Begin("test"));
  device.engine.Close();
  EXPECT_EQ(device.engine.Find(id), nullptr);
  expect_closed();
  device.engine.Close();
}

TEST_F(EngineOpenTest, ACloseDuringACommitFailsItAndStoresNothing) {
  Device device(&server_, disk_);
  ASSERT_TRUE(IsOk(device.Open()));
  device.storage.BeforeNextAppend([&] { device.engine.Close(); });
  EXPECT_FALSE(device.Write({PutProduct(1, "Sukari")}).has_value());
  const auto again = device.NewTab(&server_);
  EXPECT_FALSE(again->Has(1));
}

TEST_F(EngineOpenTest, ANewerSchemaVersionIsRefusedAndLeftAlone) {
  {
    Device newer(&server_, disk_, {.schema = ShopSchema(3)});
    ASSERT_TRUE(IsOk(newer.Open()));
    ASSERT_TRUE(IsOk(newer.Write({PutProduct(1, "Sukari")})));
  }
  const auto log = disk_->log;
  Device older(&server_, disk_, {.schema = ShopSchema(2)});
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, older.Open()));
  EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, older.engine.Begin("test")));
  EXPECT_EQ(disk_->log, log);
  Device same(&server_, disk_, {.schema = ShopSchema(3)});
  ASSERT_TRUE(IsOk(same.Open()));
  EXPECT_EQ(same.At(1, "name"), Str("Sukari"));
}

TEST_F(EngineOpenTest, AnOlderSchemaVersionIsTakenFurther) {
  {
    Device older(&server_, disk_, {.schema = ShopSchema(2)});
    ASSERT_TRUE(IsOk(older.Open()));
    ASSERT_TRUE(IsOk(older.Write({PutProduct(1, "Sukari")})));
  }
  Device newer(&server_, disk_, {.schema = ShopSchema(3)});
  ASSERT_TRUE(IsOk(newer.Open()));
  EXPECT_EQ(newer.At(1, "name"), Str("Sukari"));
  Device older(&server_, disk_, {.schema = ShopSchema(2)});
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, older.Open()));
}

TEST_F(EngineOpenTest, ANewerStorageFormatIsRefused) {
  {
    Device device(&server_, disk_);
    ASSERT_TRUE(IsOk(device.Open()));
  }
  disk_->log.begin()->second[4] = kStorageFormatVersion + 1;
  Device device(&server_, disk_);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, device.Open()));
}

TEST_F(EngineOpenTest, ADamagedDatabaseIsReportedAndLeftAsItIs) {
  {
    Device device(&server_, disk_);
    ASSERT_TRUE(IsOk(device.Open()));
    ASSERT_TRUE(IsOk(device.Write({PutProduct(1, "Sukari")})));
  }
  disk_->log.rbegin()->second.back() ^= 1;
  const auto log = disk_->log;
  Device device(&server_, disk_);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageCorrupt, device.Open()));
  EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, device.Write({PutProduct(2, "Unga")})));
  EXPECT_EQ(disk_->log, log);
}

TEST_F(EngineOpenTest, ADatabaseThatCannotBeOpenedCanBeTriedAgain) {
  Device device(&server_, disk_);
  for (int call = 1; call <= 2; ++call) {
    device.storage.FailAt(call, Fault::kErrorBefore, ErrorCode::kStorageUnavailable);
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageUnavailable, device.Open()));
  }
  ASSERT_TRUE(IsOk(device.Open()));
  ASSERT_TRUE(IsOk(device.Write({PutProduct(1, "Sukari")})));
}

TEST_F(EngineOpenTest, UnknownCollectionsAndBadQueriesAreErrors) {
  Device device(&server_, disk_);
  ASSERT_TRUE(IsOk(device.Open()));
  EXPECT_TRUE(FailsWith(ErrorCode::kUnknownCollection, device.engine.Get("stores", IdOf(1))));
  EXPECT_TRUE(FailsWith(ErrorCode::kUnknownCollection, device.engine.Find("stores", JsonView())));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, device.engine.Find("products", ViewOf(Json{{"limit", -1}}))));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, device.engine.NextNumber(77, "receipt")));
  const auto id = Unwrap(device.engine.Begin("test"));
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, device.engine.NextNumber(id, "")));
}

// A text that is not UTF-8 would be stored, and never be read again.
TEST_F(EngineOpenTest, NothingIsStoredThatCouldNotBeReadAgain) {
  const std::string not_utf8 = "caf\xE9";
  const std::vector<Operation> operations = {
      PutProduct(1, not_utf8),
      PutProduct(1, "x", {{"extra", Str(not_utf8)}}),
      PutProduct(1, "x", {{"extra", JsonText{std::string(28, '[') + std::string(28, ']')}}}),
      PutProduct(1, "x", {{"extra", JsonText{"not JSON"}}}),
      {.kind = OperationKind::kPut, .collection = "products", .id = "no uuid", .fields = {{"name", Str("x")}}}};
  for (std::size_t index = 0; index < operations.size(); ++index) {
    Device device(&server_);
    ASSERT_TRUE(IsOk(device.Open()));
    EXPECT_FALSE(device.Write({operations[index]}).has_value()) << index;
    EXPECT_FALSE(device.engine.Begin(not_utf8).has_value());
    ASSERT_TRUE(IsOk(device.Write({PutProduct(2, "good")}))) << index;
    Device again(&server_, device.disk);
    ASSERT_TRUE(IsOk(again.Open())) << index;
    EXPECT_EQ(again.At(2, "name"), Str("good"));
  }
}

}  // namespace
}  // namespace sawa
