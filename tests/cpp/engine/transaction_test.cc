// SPDX-License-Identifier: MIT
// What a transaction accepts, and what it makes of several operations on one record.
#include "engine/transaction.h"

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
using test::IdOf;
using test::Int;
using test::IsOk;
using test::KeyOf;
using test::ModelServer;
using test::MoveStock;
using test::PatchProduct;
using test::PutProduct;
using test::RemoveProduct;
using test::RunNow;
using test::ShopSchema;
using test::Str;
using test::Unwrap;

class TransactionTest : public testing::Test {
 protected:
  TransactionTest() {
    SAWA_CHECK(device_.Open().has_value(), "the device opens");
    SAWA_CHECK(device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}, {"price", Int(5)}})}).has_value(),
               "a product");
    transaction_ = device_.engine.Find(*device_.engine.Begin("test"));
  }

  void Refuses(ErrorCode code, Operation operation) {
    const std::size_t before = transaction_->operations().size();
    EXPECT_TRUE(FailsWith(code, transaction_->Add(std::move(operation))));
    EXPECT_EQ(transaction_->operations().size(), before);
  }
  void Add(Operation operation) { ASSERT_TRUE(IsOk(transaction_->Add(std::move(operation)))); }

  ModelServer server_{ShopSchema()};
  Device device_{&server_};
  Transaction* transaction_ = nullptr;
};

TEST_F(TransactionTest, RefusesWhatTheSchemaDoesNotKnow) {
  Operation operation = PutProduct(2, "A");
  operation.collection = "stores";
  Refuses(ErrorCode::kUnknownCollection, operation);
  Refuses(ErrorCode::kUnknownField, PutProduct(2, "A", {{"colour", Str("red")}}));
  Refuses(ErrorCode::kUnknownField, PatchProduct(1, {{"colour", Str("red")}}));
  Operation increment = MoveStock(1, 1);
  increment.field = "colour";
  Refuses(ErrorCode::kUnknownField, increment);
  EXPECT_TRUE(FailsWith(ErrorCode::kUnknownCollection, transaction_->Get("stores", IdOf(1))));
  EXPECT_TRUE(FailsWith(ErrorCode::kUnknownCollection, transaction_->Find("stores", JsonView())));
}

TEST_F(TransactionTest, RefusesValuesThatDoNotFit) {
  Refuses(ErrorCode::kInvalidValue, PatchProduct(1, {{"price", Str("5")}}));
  Refuses(ErrorCode::kInvalidValue, PatchProduct(1, {{"name", Value{}}}));
  Refuses(ErrorCode::kInvalidValue, PatchProduct(1, {{"name", Str(std::string(kTextLengthMax + 1, 'x'))}}));
  Refuses(ErrorCode::kInvalidValue, {.kind = OperationKind::kPut, .collection = "products", .id = IdOf(2)});
  Refuses(ErrorCode::kInvalidValue,
          PatchProduct(1, {{"extra", JsonText{std::string(30, '[') + std::string(30, ']')}}}));
}

TEST_F(TransactionTest, MovesCountersByIncrementsAlone) {
  Refuses(ErrorCode::kInvalidValue, PatchProduct(1, {{"stock", Int(5)}}));
  Operation increment = MoveStock(1, 1);
  increment.field = "price";
  Refuses(ErrorCode::kInvalidValue, increment);
  Refuses(ErrorCode::kInvalidValue, MoveStock(1, kIntegerMax));
  Refuses(ErrorCode::kInvalidValue, MoveStock(1, INT64_MAX));
}

TEST_F(TransactionTest, NeedsTheRecordForEverythingButPut) {
  Refuses(ErrorCode::kRecordNotFound, PatchProduct(9, {{"price", Int(1)}}));
  Refuses(ErrorCode::kRecordNotFound, MoveStock(9, 1));
  Refuses(ErrorCode::kRecordNotFound, RemoveProduct(9));
  Add(RemoveProduct(1));
  Refuses(ErrorCode::kRecordNotFound, PatchProduct(1, {{"price", Int(1)}}));
  Refuses(ErrorCode::kRecordNotFound, RemoveProduct(1));
}

TEST_F(TransactionTest, HoldsTwoThousandOperations) {
  for (int count = 0; count < 2000; ++count) {
    Add(MoveStock(1, 1));
  }
  Refuses(ErrorCode::kLimitExceeded, MoveStock(1, 1));
}

TEST_F(TransactionTest, JoinsEditsOfOneRecordAsTheLastOneSaid) {
  Add(PatchProduct(1, {{"name", Str("z")}, {"price", Int(9)}}));
  Add(PatchProduct(1, {{"name", Str("a")}}));
  ASSERT_EQ(transaction_->operations().size(), 1U);
  EXPECT_EQ(transaction_->operations()[0].fields, (FieldValues{{"name", Str("a")}, {"price", Int(9)}}));
}

TEST_F(TransactionTest, ForgetsWhatWasDoneToARecordThatItRemovesAgain) {
  Add(PutProduct(2, "new"));
  Add(MoveStock(2, 5));
  Add(RemoveProduct(2));
  EXPECT_TRUE(transaction_->operations().empty());
  Add(PatchProduct(1, {{"name", Str("a")}}));
  Add(RemoveProduct(1));
  ASSERT_EQ(transaction_->operations().size(), 1U);
  EXPECT_EQ(transaction_->operations()[0].kind, OperationKind::kRemove);
}

TEST_F(TransactionTest, PutsARemovedRecordBackAsAnEditOfIt) {
  Add(MoveStock(1, 3));
  Add(RemoveProduct(1));
  Add(PutProduct(1, "again", {{"stock", Int(99)}}));
  ASSERT_EQ(transaction_->operations().size(), 1U);
  const Record record = Unwrap(device_.engine.Decode(*Unwrap(transaction_->Get("products", KeyOf(1)))));
  EXPECT_EQ(record.Find("name")->value, Str("again"));
  EXPECT_EQ(record.Find("price")->value, Int(5));
  EXPECT_EQ(record.Find("stock")->value, Int(40));
}

TEST_F(TransactionTest, TakesNumbersInARow) {
  EXPECT_EQ(transaction_->NextNumber("a", 41), 42U);
  EXPECT_EQ(transaction_->NextNumber("a", 41), 43U);
  EXPECT_EQ(transaction_->NextNumber("b", 0), 1U);
  transaction_->Seal("next");
  EXPECT_EQ(transaction_->NextNumber("a", 41), 44U);
  const SealedMutations& sealed = transaction_->sealed();
  EXPECT_EQ(sealed.series.at("a"), 43U);
  EXPECT_TRUE(sealed.footprint.contains("series/a"));
}

TEST_F(TransactionTest, NotesWhatItReadAndWrote) {
  EXPECT_TRUE(transaction_->sealed().footprint.empty());
  static_cast<void>(transaction_->Get("sales", IdOf(1)));
  Add(MoveStock(1, 1));
  EXPECT_EQ(transaction_->sealed().footprint, (TextSet{"products", "sales"}));
}

TEST(TransactionPolicyTest, OfWhatOneMutationWritesTheGreatestCountsWhereThePolicyGoesByValue) {
  Schema schema = ShopSchema();
  schema.collections[0].fields[2].merge = MergePolicy::kMax;
  Device device(nullptr, std::make_shared<MemoryDisk>(), {.schema = schema});
  ASSERT_TRUE(IsOk(device.Open()));
  ASSERT_TRUE(IsOk(device.Write({PutProduct(1, "Sukari", {{"price", Int(4)}})})));
  Transaction* transaction = device.engine.Find(*device.engine.Begin("test"));
  ASSERT_TRUE(IsOk(transaction->Add(PatchProduct(1, {{"price", Int(5)}}))));
  ASSERT_TRUE(IsOk(transaction->Add(PatchProduct(1, {{"price", Int(3)}, {"name", Str("Chumvi")}}))));
  ASSERT_EQ(transaction->operations().size(), 1U);
  EXPECT_EQ(transaction->operations().front().fields, (FieldValues{{"price", Int(5)}, {"name", Str("Chumvi")}}));
}

// Before the mutation; what it made of the record itself is nobody else's edit.
TEST_F(TransactionTest, SaysWhatItSawOfTheRecordsItChanges) {
  Add(PatchProduct(1, {{"price", Int(6)}}));
  Add(PatchProduct(1, {{"price", Int(7)}, {"code", Str("A1")}}));
  Add(MoveStock(1, -1));
  Add(PutProduct(2, "Chumvi"));
  transaction_->Seal("next");
  Add(PatchProduct(1, {{"price", Int(8)}}));
  transaction_->Seal("last");
  Add(RemoveProduct(1));
  transaction_->Seal({});
  const auto& mutations = transaction_->sealed().mutations;
  ASSERT_EQ(mutations.size(), 3U);
  ASSERT_EQ(mutations[0].operations.size(), 3U);
  EXPECT_EQ(mutations[0].operations[0].was, (FieldValues{{"code", Value{}}, {"price", Int(5)}}));
  EXPECT_EQ(mutations[0].operations[1].was, FieldValues{});
  EXPECT_EQ(mutations[0].operations[2].was, FieldValues{});
  EXPECT_EQ(mutations[1].operations[0].was, (FieldValues{{"price", Int(7)}}));
  EXPECT_EQ(mutations[2].operations[0].was, (FieldValues{{"name", Str("Sukari")},
                                                         {"code", Str("A1")},
                                                         {"price", Int(8)},
                                                         {"rate", Value{}},
                                                         {"archived", Value{}},
                                                         {"extra", Value{}}}));
}

// What waits may yet be refused, and whoever wrote the same behind it would have written nothing.
TEST_F(TransactionTest, WritingWhatStillWaitsIsAnEdit) {
  Add(PatchProduct(1, {{"price", Int(6)}}));
  transaction_->Seal("next");
  Add(PatchProduct(1, {{"price", Int(6)}, {"code", Str("A1")}}));
  transaction_->Seal("last");
  EXPECT_EQ(transaction_->sealed().mutations[1].operations[0].was, (FieldValues{{"code", Value{}}}));
}

TEST(TransactionPolicyTest, ShowsWhatThePolicyWillMakeOfAnEdit) {
  Schema schema = ShopSchema();
  schema.collections[0].fields[1].merge = MergePolicy::kWriteOnce;
  Device device(nullptr, std::make_shared<MemoryDisk>(), {.schema = schema});
  ASSERT_TRUE(IsOk(device.Open()));
  ASSERT_TRUE(IsOk(device.Write({PutProduct(1, "Sukari", {{"code", Str("A1")}})})));
  const auto id = Unwrap(device.engine.Begin("test"));
  Transaction* transaction = device.engine.Find(id);
  const auto code = [&] {
    const Record record = Unwrap(device.engine.Decode(*Unwrap(transaction->Get("products", KeyOf(1)))));
    return record.Find("code")->value;
  };
  ASSERT_TRUE(IsOk(transaction->Add(PatchProduct(1, {{"code", Str("B2")}}))));
  EXPECT_EQ(code(), Str("A1"));
}

// A schema whose prices merge by any policy, and whose codes are the states of a lattice.
Schema ShopSchemaWithSomePolicies() {
  Schema schema = ShopSchema();
  std::vector<FieldSchema>& fields = schema.collections[0].fields;
  fields[1].merge = MergePolicy::kLattice;
  fields[1].states = {"2", "0", "4", "1", "3"};
  fields[2].merge =
      *rc::gen::element(MergePolicy::kLastWriter, MergePolicy::kWriteOnce, MergePolicy::kMax, MergePolicy::kMin,
                        MergePolicy::kServerWins, MergePolicy::kManual, MergePolicy::kCustom);
  return schema;
}

// What a transaction reads of its own writes is what everybody reads after its commit, and what the server makes of it.
RC_GTEST_PROP(TransactionPropertyTest, CommitsWhatItsOwnReadsShowed, ()) {
  const Schema schema = ShopSchemaWithSomePolicies();
  ModelServer server(schema);
  Device device(&server, std::make_shared<MemoryDisk>(), {.schema = schema});
  RC_ASSERT(device.OpenAndEnrol().has_value());
  RC_ASSERT(
      device.Write({PutProduct(1, "one", {{"stock", Int(10)}, {"price", Int(1)}}), PutProduct(2, "two")}).has_value());
  const auto id = Unwrap(device.engine.Begin("test"));
  Transaction* transaction = device.engine.Find(id);
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000));
  for (const int step : steps) {
    const int number = 1 + step % 3;
    const int kind = step / 3 % 6;
    if (kind == 0) {
      static_cast<void>(transaction->Add(PatchProduct(number, {{"name", Str(std::to_string(step))}})));
    } else if (kind == 1) {
      static_cast<void>(transaction->Add(MoveStock(number, step)));
    } else if (kind == 2) {
      static_cast<void>(transaction->Add(PutProduct(number, "put", {{"price", Int(step)}, {"stock", Int(step)}})));
    } else if (kind == 4 && step % 2 == 0) {
      static_cast<void>(transaction->Add(PatchProduct(number, {{"code", Str(std::to_string(step % 5))}})));
    } else if (kind == 5) {
      RC_ASSERT(device.engine.Next(id, "next").has_value());
    } else if (kind == 3 && step % 4 == 0) {
      static_cast<void>(transaction->Add(RemoveProduct(number)));
    } else {
      static_cast<void>(transaction->Add(PatchProduct(number, {{"price", Int(step)}})));
    }
  }
  const auto values = [&](const Result<std::optional<ByteView>>& bytes) {
    FieldValues fields;
    if (*bytes) {
      for (const FieldState& field : Unwrap(device.engine.Decode(**bytes)).fields()) {
        fields.emplace_back(field.name, field.value);
      }
    }
    return fields;
  };
  std::vector<FieldValues> read;
  for (int number = 1; number <= 3; ++number) {
    read.push_back(values(transaction->Get("products", KeyOf(number))));
  }
  RC_ASSERT(RunNow(device.engine.Commit(id)).has_value());
  for (int number = 1; number <= 3; ++number) {
    RC_ASSERT(values(device.engine.Get("products", KeyOf(number))) == read[static_cast<std::size_t>(number - 1)]);
  }
  RC_ASSERT(device.Sync().has_value());
  for (int number = 1; number <= 3; ++number) {
    RC_ASSERT(values(device.engine.Get("products", KeyOf(number))) == read[static_cast<std::size_t>(number - 1)]);
  }
}

}  // namespace
}  // namespace sawa
