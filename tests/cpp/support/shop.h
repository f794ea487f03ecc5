// SPDX-License-Identifier: MIT
// A small shop: the schema and the records that the tests above the codec work on. Needs: codec.
#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include "base/uuid.h"
#include "model/mutation.h"
#include "model/schema.h"

namespace sawa::test {

inline Schema ShopSchema(std::int64_t version = 1) {
  return {
      version,
      {{"products",
        {{"name", FieldType::kText, MergePolicy::kLastWriter, true},
         {"code", FieldType::kText},
         {"price", FieldType::kInteger},
         {"rate", FieldType::kNumber},
         {"archived", FieldType::kBoolean},
         {"extra", FieldType::kJson},
         {"stock", FieldType::kInteger, MergePolicy::kCounter}},
        {"name", "code"},
        {{"code"}, {"archived", "name"}, {"price"}}},
       {"sales", {{"receipt", FieldType::kText, MergePolicy::kLastWriter, true}, {"total", FieldType::kInteger}}, {}}}};
}

// The n-th of a row of UUIDs that sort as their numbers do.
inline std::string IdOf(int number) {
  std::array<char, 40> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "00000000-0000-7000-8000-%012d", number));
  return text.data();
}

// Its 16 bytes, as it is stored.
inline std::string KeyOf(int number) { return *PackUuid(IdOf(number)); }

inline Operation PutProduct(int number, std::string name, FieldValues more = {}) {
  Operation operation{.kind = OperationKind::kPut, .collection = "products", .id = IdOf(number)};
  operation.fields.emplace_back("name", std::move(name));
  for (auto& field : more) {
    operation.fields.push_back(std::move(field));
  }
  return operation;
}

inline Operation PatchProduct(int number, FieldValues fields) {
  return {.kind = OperationKind::kPatch, .collection = "products", .id = IdOf(number), .fields = std::move(fields)};
}

inline Operation MoveStock(int number, std::int64_t delta) {
  return {.kind = OperationKind::kIncrement,
          .collection = "products",
          .id = IdOf(number),
          .field = "stock",
          .delta = delta};
}

inline Operation RemoveProduct(int number) {
  return {.kind = OperationKind::kRemove, .collection = "products", .id = IdOf(number)};
}

inline Operation PutSale(int number, std::string receipt, std::int64_t total = 0) {
  return {.kind = OperationKind::kPut,
          .collection = "sales",
          .id = IdOf(number),
          .fields = {{"receipt", std::move(receipt)}, {"total", total}}};
}

inline Value Int(std::int64_t number) { return number; }
inline Value Str(std::string text) { return text; }

}  // namespace sawa::test
