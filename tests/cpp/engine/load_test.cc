// SPDX-License-Identifier: MIT
// Loading a collection: all or nothing where it was empty, part by part where it was not, never over what is there.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstring>

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
using test::RunNow;
using test::ShopSchema;
using test::Str;
using test::Unwrap;

std::string ProductText(int number, const std::string& more = "") {
  return R"({"id":")" + IdOf(number) + R"(","name":"Product )" + std::to_string(number) + R"(","price":)" +
         std::to_string(number % 100) + more + "}";
}

// Products from `first` to `last`, in an order of no use.
std::string ProductsText(int first, int last) {
  std::string text;
  for (int number = last; number >= first; --number) {
    text += (text.empty() ? "[" : ",\n ") + ProductText(number);
  }
  return text + "]";
}

Result<void> AddPart(Device& device, std::string_view part) {
  std::memcpy(device.engine.loader()->Room(part.size()), part.data(), part.size());
  SAWA_TRY(RunNow(device.engine.loader()->Add()));
  return {};
}

Result<LoadProgress> FinishLoad(Device& device) {
  for (;;) {
    SAWA_ASSIGN(const LoadProgress progress, RunNow(device.engine.loader()->Finish()));
    if (!progress.more) {
      return progress;
    }
  }
}

Result<LoadProgress> Load(Device& device, std::string_view text, std::size_t part_bytes = 1000,
                          std::string_view collection = "products") {
  SAWA_TRY(device.engine.BeginLoad(collection));
  for (; !text.empty(); text.remove_prefix(std::min(part_bytes, text.size()))) {
    SAWA_TRY(AddPart(device, text.substr(0, part_bytes)));
  }
  return FinishLoad(device);
}

std::size_t CountOf(Device& device, const std::string& query = "{}") {
  return Unwrap(device.Read([&] { return device.engine.Count("products", *ParseJson(std::string_view(query))); }));
}

class EngineLoadTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(IsOk(device_.Open())); }

  ModelServer server_{ShopSchema()};
  Device device_{&server_};
};

TEST_F(EngineLoadTest, FillsAnEmptyCollectionWithRecordsAndTheirIndexes) {
  const LoadProgress progress = Unwrap(Load(device_, ProductsText(1, 5000)));
  EXPECT_EQ(progress.loaded, 5000U);
  EXPECT_EQ(progress.skipped, 0U);
  EXPECT_EQ(CountOf(device_), 5000U);
  EXPECT_EQ(CountOf(device_, R"({"where":{"price":7}})"), 50U);
  EXPECT_EQ(CountOf(device_, R"({"search":"product 4321"})"), 1U);
  EXPECT_EQ(device_.At(77, "name"), Str("Product 77"));
  EXPECT_EQ(device_.waiting(), 0U);
  // As pages: all that the log holds is the news of them.
  EXPECT_LT(device_.disk->log.rbegin()->second.size(), 100U);
  const auto tab = device_.NewTab(&server_);
  EXPECT_EQ(tab->At(77, "name"), Str("Product 77"));
  EXPECT_EQ(CountOf(*tab, R"({"where":{"price":7}})"), 50U);
}

TEST_F(EngineLoadTest, IsWrittenOverAsWhatTheServerSaid) {
  ASSERT_TRUE(IsOk(Load(device_, "[" + ProductText(1, R"(,"stock":40,"extra":{"b":[1,"x"],"a":null})") + "]")));
  EXPECT_EQ(device_.At(1, "extra"), Value(JsonText{R"({"a":null,"b":[1,"x"]})"}));
  ASSERT_TRUE(IsOk(device_.Write({PatchProduct(1, {{"name", Str("Sukari")}}), MoveStock(1, -2)})));
  EXPECT_EQ(device_.At(1, "name"), Str("Sukari"));
  EXPECT_EQ(device_.At(1, "stock"), Int(38));
  EXPECT_EQ(device_.waiting(), 1U);
}

TEST_F(EngineLoadTest, LeavesRecordsThatAreThereAlone) {
  ASSERT_TRUE(IsOk(Load(device_, ProductsText(1, 10))));
  ASSERT_TRUE(IsOk(Load(device_, R"([{"id":")" + IdOf(5) + R"(","name":"other"},)" + ProductText(11) + "]")));
  EXPECT_EQ(device_.At(5, "name"), Str("Product 5"));
  const LoadProgress progress = Unwrap(Load(device_, ProductsText(1, 300), 500));
  EXPECT_EQ(progress.loaded, 289U);
  EXPECT_EQ(progress.skipped, 11U);
  EXPECT_EQ(CountOf(device_), 300U);
  EXPECT_EQ(CountOf(device_, R"({"where":{"price":7}})"), 3U);
}

TEST_F(EngineLoadTest, PendingWritesStayOnTop) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(1, "mine")})));
  ASSERT_TRUE(IsOk(Load(device_, ProductsText(1, 20))));
  EXPECT_EQ(device_.At(1, "name"), Str("mine"));
  EXPECT_EQ(CountOf(device_), 20U);
}

TEST_F(EngineLoadTest, TakesItemsOfDifferentFieldsInAnyOrder) {
  const std::string text = "[" + ProductText(1) + R"( , {"name":"B","id":")" + IdOf(2) + R"("},{"price":3,"id":")" +
                           IdOf(3) + R"(","name":"C","code":"c\u00e9"},)" + ProductText(4) + "]";
  ASSERT_TRUE(IsOk(Load(device_, text, 7)));
  EXPECT_EQ(CountOf(device_), 4U);
  EXPECT_EQ(device_.At(2, "price"), Value());
  EXPECT_EQ(device_.At(3, "code"), Str("cé"));
  EXPECT_EQ(device_.At(4, "price"), Int(4));
  const auto tab = device_.NewTab(&server_);
  EXPECT_EQ(tab->Get(3), device_.Get(3));
}

TEST_F(EngineLoadTest, AnEmptyListIsLoaded) {
  EXPECT_EQ(Unwrap(Load(device_, " [ ] ")).loaded, 0U);
  EXPECT_EQ(CountOf(device_), 0U);
}

TEST_F(EngineLoadTest, RefusesWhatIsNoListOfRecords) {
  const std::string good = ProductText(1);
  for (const std::string& text : {std::string(), std::string("{}"), std::string("[1]"), "[" + good, "[" + good + ",",
                                  "[" + good + ",]", "[," + good + "]", "[" + good + "]]", "[" + good + good + "]",
                                  "[[" + good + "]]", std::string("[{\"id\":nul}]"), std::string("null")}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, Load(device_, text))) << text;
  }
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument,
                        Load(device_, R"([{"id":")" + std::string(1'100'000, 'x') + R"("}])", 100'000)));
  EXPECT_TRUE(FailsWith(ErrorCode::kUnknownCollection, device_.engine.BeginLoad("nothing")));
  EXPECT_EQ(CountOf(device_), 0U);
}

TEST_F(EngineLoadTest, RefusesWhatTheSchemaRefusesAndTellsWhichRecord) {
  const auto refuses = [this](const std::string& item, ErrorCode code) {
    const auto result = Load(device_, "[" + ProductText(1) + "," + item + "]");
    EXPECT_TRUE(FailsWith(code, result));
    EXPECT_TRUE(result.error().message.starts_with("record 2: ")) << result.error().message;
  };
  refuses("{}", ErrorCode::kInvalidValue);
  refuses(R"({"name":"no id"})", ErrorCode::kInvalidValue);
  refuses(R"({"id":"7","name":"x"})", ErrorCode::kInvalidValue);
  refuses(R"({"id":")" + IdOf(2) + R"("})", ErrorCode::kInvalidValue);
  refuses(R"({"id":")" + IdOf(2) + R"(","name":7})", ErrorCode::kInvalidValue);
  refuses(R"({"id":")" + IdOf(2) + R"(","name":"x","colour":1})", ErrorCode::kUnknownField);
  EXPECT_EQ(CountOf(device_), 0U);
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, Load(device_, "[" + ProductText(1) + "," + ProductText(1) + "]")));
  EXPECT_EQ(CountOf(device_), 0U);
}

TEST_F(EngineLoadTest, StoresNothingWhenTheStorageFails) {
  ASSERT_TRUE(IsOk(device_.Write({PutProduct(9000, "mine")})));
  device_.storage.FailFolds(true);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageQuotaExceeded, Load(device_, ProductsText(1, 3000))));
  EXPECT_EQ(CountOf(device_), 1U);
  device_.storage.FailFolds(false);
  EXPECT_EQ(Unwrap(Load(device_, ProductsText(1, 3000))).loaded, 3000U);
  EXPECT_EQ(CountOf(device_), 3001U);
}

TEST_F(EngineLoadTest, GivesWayToATabThatFillsTheSameCollectionFirst) {
  const auto tab = device_.NewTab(&server_);
  ASSERT_TRUE(IsOk(device_.engine.BeginLoad("products")));
  ASSERT_TRUE(IsOk(AddPart(device_, ProductsText(1, 100))));
  ASSERT_TRUE(IsOk(Load(*tab, ProductsText(50, 60))));
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, FinishLoad(device_)));
  EXPECT_EQ(CountOf(device_), 11U);
  EXPECT_EQ(Unwrap(Load(device_, ProductsText(1, 100))).loaded, 89U);
}

TEST_F(EngineLoadTest, GivesWayToATabThatChangesTheIndexesMeanwhile) {
  ASSERT_TRUE(IsOk(device_.engine.BeginLoad("products")));
  ASSERT_TRUE(IsOk(AddPart(device_, ProductsText(1, 100))));
  Schema schema = ShopSchema();
  schema.collections[0].indexes = {{"name", "price"}};
  const auto tab = device_.NewTab(&server_, {.seed = 2, .schema = schema});
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageContended, FinishLoad(device_)));
  EXPECT_EQ(Unwrap(Load(device_, ProductsText(1, 100))).loaded, 100U);
  EXPECT_EQ(CountOf(device_, R"({"where":{"price":7}})"), 1U);
  ASSERT_TRUE(IsOk(RunNow(tab->engine.Refresh())));
  EXPECT_EQ(CountOf(*tab, R"({"where":{"name":"Product 7"}})"), 1U);
}

TEST_F(EngineLoadTest, AnotherTabMayWriteMeanwhile) {
  const auto tab = device_.NewTab(&server_);
  ASSERT_TRUE(IsOk(device_.engine.BeginLoad("products")));
  ASSERT_TRUE(IsOk(AddPart(device_, ProductsText(1, 100))));
  ASSERT_TRUE(IsOk(tab->Write({PutProduct(200, "new", {{"code", Str("a shape of its own")}})})));
  EXPECT_EQ(Unwrap(FinishLoad(device_)).loaded, 100U);
  EXPECT_EQ(CountOf(device_), 101U);
  ASSERT_TRUE(IsOk(RunNow(tab->engine.Refresh())));
  EXPECT_EQ(CountOf(*tab), 101U);
  EXPECT_EQ(tab->waiting(), 1U);
}

// A crash at any step leaves all or nothing, and the next load completes it.
TEST_F(EngineLoadTest, SurvivesACrashAtEveryStep) {
  const std::string text = ProductsText(1, 200);
  for (const Fault fault : test::kAllFaults) {
    for (int call = 1;; ++call) {
      auto disk = std::make_shared<MemoryDisk>();
      bool crashed = false;
      {
        Device device(&server_, disk);
        ASSERT_TRUE(IsOk(device.Open()));
        device.storage.FailAt(call, fault);
        crashed = !Load(device, text).has_value();
      }
      Device again(&server_, disk);
      ASSERT_TRUE(IsOk(again.Open()));
      const std::size_t count = CountOf(again);
      EXPECT_TRUE(count == 0 || count == 200) << call;
      EXPECT_EQ(Unwrap(Load(again, text)).loaded, 200 - count);
      EXPECT_EQ(CountOf(again), 200U);
      if (!crashed) {
        break;
      }
    }
  }
}

RC_GTEST_PROP(EngineLoadPropertyTest, PartsOfAnyLengthGiveTheSame, ()) {
  ModelServer server(ShopSchema());
  const auto part_bytes = *rc::gen::inRange<std::size_t>(1, 3000);
  const int count = *rc::gen::inRange(0, 40);
  const std::string text = ProductsText(1, count);
  Device device(&server);
  RC_ASSERT(device.Open().has_value());
  const auto progress = Load(device, count == 0 ? "[]" : text, part_bytes);
  RC_ASSERT(progress.has_value());
  RC_ASSERT(CountOf(device) == static_cast<std::size_t>(count));
}

}  // namespace
}  // namespace sawa
