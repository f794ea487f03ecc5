// SPDX-License-Identifier: MIT
// The simulated shop: its schema, and its records by number.
#pragma once

#include <string>

#include "model/mutation.h"
#include "support/shop.h"

namespace sawa::sim {

inline constexpr int kFirstProducts = 5;
inline constexpr std::int64_t kFirstStock = 1000;
inline constexpr int kOrderCount = 3;

// Variants differ in what is indexed and what stays in memory, as versions of an app do.
inline Schema SimSchema(std::uint64_t variant = 0) {
  Schema schema{
      1,
      {{"products",
        {{"name", FieldType::kText, MergePolicy::kLastWriter, true},
         {"price", FieldType::kInteger},
         {"note", FieldType::kText},
         {"stock", FieldType::kInteger, MergePolicy::kCounter}},
        {"name"},
        {{"price"}}},
       {"sales",
        {{"receipt", FieldType::kText, MergePolicy::kLastWriter, true},
         {"total", FieldType::kInteger},
         {"lines", FieldType::kInteger}},
        {},
        {{"receipt"}}},
       {"lines", {{"sale", FieldType::kText}, {"product", FieldType::kText}, {"amount", FieldType::kInteger}}},
       {"payments", {{"sale", FieldType::kText}, {"amount", FieldType::kInteger}}},
       {"tallies", {{"count", FieldType::kInteger}}},
       // A field of each merge policy that the others do not have.
       {"orders",
        {{"code", FieldType::kText, MergePolicy::kWriteOnce},
         {"odometer", FieldType::kInteger, MergePolicy::kMax},
         {"since", FieldType::kInteger, MergePolicy::kMin},
         {"status", FieldType::kText, MergePolicy::kLattice, false, {"draft", "paid", "refunded"}},
         {"discount", FieldType::kInteger, MergePolicy::kServerWins},
         {"address", FieldType::kText, MergePolicy::kManual}},
        {},
        {{"status"}}}}};
  if (variant % 2 == 1) {
    schema.collections[0].indexes = {{"note", "price"}, {"name"}};
    schema.collections[2].indexes = {{"sale"}};
  }
  for (CollectionSchema& collection : schema.collections) {
    collection.paged = variant / 2 % 2 == 1;
  }
  return schema;
}

// Ids of one kind; `number` is that of a product, or the serial of the write that made the record.
inline std::string ProductId(int number) { return test::IdOf(number); }
inline std::string SaleId(int serial) { return test::IdOf(1'000'000 + serial); }
inline std::string LineId(int serial, int line) { return test::IdOf(2'000'000 + serial * 10 + line); }
inline std::string PaymentId(int serial) { return test::IdOf(90'000'000 + serial); }
inline std::string TallyId(std::uint32_t device, int life) {
  return test::IdOf(95'000'000 + static_cast<int>(device) * 1000 + life);
}

// Of the few that everybody edits.
inline std::string OrderId(int number) { return test::IdOf(97'000'000 + number); }

}  // namespace sawa::sim
