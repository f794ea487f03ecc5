// SPDX-License-Identifier: MIT
// Databases that devices out there have: for each storage format one is kept in fixtures/, and must open for ever. A new
// format gets its own by
//
//   test_engine --gtest_also_run_disabled_tests --gtest_filter='*DISABLED_FormatFixtureTest*'
#include <gtest/gtest.h>

#include <filesystem>

#include "codec/frame.h"
#include "fixtures/fixture_file.h"
#include "fixtures/make_fixture.h"
#include "storage/record_packer.h"
#include "support/results.h"
#include "sync/meta.h"

namespace sawa {
namespace {

using test::Device;
using test::FailsWith;
using test::FieldsByName;
using test::FixturePath;
using test::FixtureText;
using test::IdOf;
using test::Int;
using test::IsOk;
using test::KeyOf;
using test::ModelServer;
using test::ReadFixture;
using test::RecordsByNumber;
using test::RunNow;
using test::ShopSchema;
using test::Str;
using test::TablesContext;
using test::Unwrap;

// A kept one is never written over: it would prove nothing any more.
TEST(DISABLED_FormatFixtureTest, WritesTheFixtureOfThisFormat) {
  const std::filesystem::path path = FixturePath(kStorageFormatVersion);
  ASSERT_FALSE(std::filesystem::exists(path));
  const std::string text = FixtureText(*test::MakeFixture());
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

enum class Stage : std::uint8_t { kAsKept, kFolded };

class FormatFixtureTest : public testing::TestWithParam<std::tuple<int, Stage>> {
 protected:
  void SetUp() override {
    if (std::get<1>(GetParam()) == Stage::kFolded) {
      FoldByAnEngine();
    }
    ASSERT_TRUE(IsOk(device_.Open()));
    ASSERT_TRUE(IsOk(tables_.Open()));
  }

  void FoldByAnEngine() {
    Device folding(&server_, disk_);
    ASSERT_TRUE(IsOk(folding.Open()));
    TablesContext filling(disk_);
    ASSERT_TRUE(IsOk(filling.Open()));
    ASSERT_TRUE(IsOk(filling.FillLog()));
    ASSERT_TRUE(IsOk(RunNow(folding.engine.Refresh())));
    ASSERT_TRUE(IsOk(RunNow(folding.engine.FoldIfLong())));
    ASSERT_EQ(disk_->log.size(), 1U);
    folding.engine.Close();
  }

  [[nodiscard]] static std::map<std::string, int> NumbersByKey() {
    std::map<std::string, int> numbers;
    for (int number = 0; number < 1000; ++number) {
      numbers.emplace(KeyOf(number), number);
    }
    return numbers;
  }

  [[nodiscard]] RecordsByNumber Confirmed(const std::string& collection) const {
    const Shapes shapes = Unwrap(ReadShapes(tables_.tables));
    const auto numbers = NumbersByKey();
    RecordsByNumber records;
    for (const auto [key, bytes] : tables_.tables.Scan(RecordsTable(collection))) {
      records.emplace(numbers.at(std::string(key)), Unwrap(DecodeRecord(bytes, shapes)));
    }
    return records;
  }

  [[nodiscard]] std::vector<FoundRecord> Find(const std::string& collection, const Json& query) {
    return Unwrap(device_.Read([&] { return device_.engine.Find(collection, ViewOf(query)); }));
  }
  [[nodiscard]] std::vector<int> NumbersOf(const Json& query) {
    const auto numbers = NumbersByKey();
    std::vector<int> found;
    for (const FoundRecord& record : Find("products", query)) {
      found.push_back(numbers.at(record.id));
    }
    return found;
  }
  [[nodiscard]] std::map<int, FieldsByName> Visible(const std::string& collection) {
    const auto numbers = NumbersByKey();
    std::map<int, FieldsByName> records;
    for (const FoundRecord& found : Find(collection, Json::object())) {
      records.emplace(numbers.at(found.id), test::FieldsOf(Unwrap(device_.engine.Decode(found.record))));
    }
    return records;
  }
  [[nodiscard]] std::string TableOf(const Json& query) {
    return Unwrap(device_.engine.Explain("products", ViewOf(query))).table;
  }

  ModelServer server_{ShopSchema()};
  std::shared_ptr<MemoryDisk> disk_ = ReadFixture(std::get<0>(GetParam()));
  Device device_{&server_, disk_};
  TablesContext tables_{disk_};
};

INSTANTIATE_TEST_SUITE_P(EveryFormat, FormatFixtureTest,
                         testing::Combine(testing::Range(1, kStorageFormatVersion + 1),
                                          testing::Values(Stage::kAsKept, Stage::kFolded)),
                         [](const auto& info) {
                           const bool folded = std::get<1>(info.param) == Stage::kFolded;
                           return std::to_string(std::get<0>(info.param)) + (folded ? "Folded" : "AsKept");
                         });

TEST_P(FormatFixtureTest, HasTheConfirmedRecordsWithTheirStamps) {
  EXPECT_EQ(Confirmed("products"), test::ConfirmedProducts());
  EXPECT_EQ(Confirmed("sales"), test::ConfirmedSales());
  EXPECT_EQ(Confirmed("customers"), RecordsByNumber());
}

TEST_P(FormatFixtureTest, ShowsTheRecordsWithWhatWaits) {
  EXPECT_EQ(Visible("products"), test::VisibleProducts());
  EXPECT_EQ(Visible("sales"), test::VisibleSales());
}

TEST_P(FormatFixtureTest, FindsRecordsByItsIndexes) {
  const Json by_code = {{"where", {{"code", IdOf(77)}}}};
  EXPECT_EQ(TableOf(by_code), "index/products/code,");
  EXPECT_EQ(NumbersOf(by_code), (std::vector<int>{8, 13, 18, 23}));
  const Json by_price = {{"where", {{"price", {{"atLeast", 150}, {"atMost", 777}}}}},
                         {"orderBy", {{{"field", "price"}}}}};
  EXPECT_EQ(TableOf(by_price), "index/products/price,");
  EXPECT_EQ(NumbersOf(by_price), (std::vector<int>{0, 19, 20, 2}));
  const Json by_name = {{"where", {{"archived", true}}}, {"orderBy", {{{"field", "name"}}}}, {"limit", 3}};
  EXPECT_EQ(TableOf(by_name), "index/products/archived,name,");
  EXPECT_EQ(NumbersOf(by_name), (std::vector<int>{10, 14, 6}));
}

TEST_P(FormatFixtureTest, FindsRecordsBySearch) {
  EXPECT_EQ(TableOf({{"search", "suk"}}), "search/products/name,code,");
  EXPECT_EQ(NumbersOf({{"search", "sukari nandu"}}), (std::vector<int>{2, 12, 22}));
}

// Else an entry would be left behind when its record changes.
TEST_P(FormatFixtureTest, HasTheIndexEntriesThatWouldBeWrittenToday) {
  const std::string names =
      "index/products/code,\nindex/products/archived,name,\nindex/products/price,\nsearch/products/name,code,\n";
  ASSERT_EQ(MetaText(tables_.tables, kIndexesKey), names);
  const Shapes shapes = Unwrap(ReadShapes(tables_.tables));
  std::set<IndexEntry> stored;
  std::set<IndexEntry> expected;
  const IndexDefinitions definitions = DefinitionsFromText(names);
  for (const IndexDefinition& index : definitions.at("products")) {
    for (const auto [key, nothing] : tables_.tables.Scan(index.table)) {
      stored.emplace(index.table, std::string(key));
    }
    for (const auto [id, record] : tables_.tables.Scan(RecordsTable("products"))) {
      for (const IndexEntry& entry : IndexEntriesOf({index}, shapes, id, record)) {
        expected.insert(entry);
      }
    }
  }
  EXPECT_EQ(stored, expected);
}

TEST_P(FormatFixtureTest, KnowsWhereItsDeviceStands) {
  const EngineStatus status = Unwrap(device_.engine.Status());
  EXPECT_TRUE(status.ready);
  EXPECT_EQ(status.synced_at_ms, static_cast<std::uint64_t>(test::kStartMs));
  EXPECT_EQ(TextAt(Json::parse(status.enrolment).at("device"), "name"), "Till");
  EXPECT_EQ(status.outbox.waiting, 2U);
  EXPECT_EQ(status.outbox.oldest_at_ms, test::kStartMs);
  ASSERT_EQ(device_.engine.Quarantined().size(), 1U);
  EXPECT_EQ(TextAt(Json::parse(device_.engine.Quarantined().front()).at("mutation"), "name"), "bad");
  EXPECT_EQ(MetaNumber(tables_.tables, kLastSeqKey), 3U);
  EXPECT_EQ(MetaNumber(tables_.tables, kSchemaVersionKey), 1U);
  EXPECT_EQ(MetaNumber(tables_.tables, "series/receipt"), 2U);
  EXPECT_GE(MetaNumber(tables_.tables, kStampTimeKey), std::uint64_t{test::kStartMs} << 16);
  EXPECT_EQ(MetaText(tables_.tables, kLastNumberKey).size(), IdOf(1).size());
}

TEST_P(FormatFixtureTest, KeepsASaleWhoseEffectsHadNotCome) {
  const OutboxEntry entry = Unwrap(DecodeOutboxEntry(*tables_.tables.Get(kOutboxTable, OutboxKey(2))));
  EXPECT_EQ(entry.state, OutboxState::kWaiting);
  EXPECT_EQ(entry.created_at_ms, test::kStartMs);
  EXPECT_EQ(TextAt(Json::parse(entry.mutation_text), "name"), "sale.complete");
}

TEST_P(FormatFixtureTest, SendsTheMutationsThatWait) {
  device_.link.lost_requests = 1;
  EXPECT_TRUE(FailsWith(ErrorCode::kNetworkUnreachable, device_.Sync()));
  ASSERT_EQ(device_.link.sent.size(), 1U);
  const Json sent = Json::parse(device_.link.sent.front().body);
  EXPECT_EQ(TextAt(sent, "cursor"), "e1:" + std::to_string(MetaNumber(tables_.tables, kVersionKey)));
  EXPECT_EQ(TextAt(sent, "incarnation"), MetaText(tables_.tables, kIncarnationKey));
  ASSERT_EQ(sent.at("mutations").size(), 2U);
  Mutation mutation = Unwrap(MutationFromJson(sent.at("mutations").back()));
  EXPECT_EQ(mutation.seq, 3U);
  EXPECT_EQ(mutation.name, "waiting");
  EXPECT_EQ(mutation.actor, "7");
  const std::string text = MutationToText(mutation);
  mutation.ops = test::WaitingOperations();
  EXPECT_EQ(text, MutationToText(mutation));
}

TEST_P(FormatFixtureTest, GoesOn) {
  EXPECT_EQ(device_.At(test::kSoldProduct, "stock"), Int(37));
  EXPECT_EQ(Unwrap(device_.Sell(501, test::kSoldProduct, 1)), 3U);
  EXPECT_EQ(device_.At(test::kSoldProduct, "stock"), Int(36));
  EXPECT_EQ(device_.waiting(), 3U);
}

class NewerFormatTest : public testing::Test {
 protected:
  static void MakeNewer(Bytes& block) { block[4] = kStorageFormatVersion + 1; }

  void ExpectRefusedWhole() {
    const MemoryDisk before = *disk_;
    EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, device_.Open()));
    EXPECT_TRUE(FailsWith(ErrorCode::kDatabaseClosed, device_.engine.Begin("test")));
    EXPECT_EQ(FixtureText(*disk_), FixtureText(before));
  }
  [[nodiscard]] Bytes& PageOf(std::string_view table) {
    return disk_->pages.at(Unwrap(DecodeDirectory(disk_->directory)).tables.find(table)->second.back().id);
  }

  ModelServer server_{ShopSchema()};
  std::shared_ptr<MemoryDisk> disk_ = ReadFixture(1);
  Device device_{&server_, disk_};
};

TEST_F(NewerFormatTest, ADirectoryIsRefused) {
  MakeNewer(disk_->directory);
  ExpectRefusedWhole();
}

TEST_F(NewerFormatTest, ALogEntryIsRefused) {
  MakeNewer(disk_->log.rbegin()->second);
  ExpectRefusedWhole();
}

TEST_F(NewerFormatTest, APageThatIsReadAtTheOpeningIsRefused) {
  MakeNewer(PageOf(kMetaTable));
  ExpectRefusedWhole();
}

TEST_F(NewerFormatTest, APageOfRecordsFailsWhatNeedsItAlone) {
  MakeNewer(PageOf(RecordsTable("products")));
  ASSERT_TRUE(IsOk(device_.Open()));
  EXPECT_EQ(device_.At(1, "name"), Str("Sukari"));
  ASSERT_TRUE(IsOk(device_.engine.Get("products", KeyOf(27))));
  ASSERT_TRUE(device_.engine.missing());
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageVersionTooNew, RunNow(device_.engine.LoadMissing())));
}

}  // namespace
}  // namespace sawa
