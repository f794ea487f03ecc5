// SPDX-License-Identifier: MIT
// A transaction: operations gathered over the view, with the transaction's own writes visible to its reads, until the
// engine commits them as one mutation. Layer: engine.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "query/view.h"

namespace sawa {

class Transaction {
 public:
  Transaction(const Schema& schema, const View& view, std::string name, std::uint64_t base)
      : schema_(schema), view_(view), name_(std::move(name)), base_(base) {}

  // Nullopt if there is none. `id`: 16 bytes. Errors: unknown_collection.
  Result<std::optional<ByteView>> Get(std::string_view collection, std::string_view id);

  // Errors: those of QueryFromJson.
  Result<std::vector<FoundRecord>> Find(std::string_view collection, JsonView query);
  Result<std::size_t> Count(std::string_view collection, JsonView query);

  // Checks `operation` against the schema and the records, and adds it. Adds nothing if a page is missed: see Tables.
  // Errors: unknown_collection, unknown_field, invalid_value, record_not_found, limit_exceeded.
  Result<void> Add(Operation operation);

  // Takes the number after `last`, or after the last one this transaction took.
  std::uint64_t NextNumber(std::string_view series, std::uint64_t last);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
  // The last number taken from each series.
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& series() const { return series_; }
  // The change count the transaction began at, and what it read or wrote: collections, and series as "series/<name>".
  [[nodiscard]] std::uint64_t base() const { return base_; }
  [[nodiscard]] const std::set<std::string, std::less<>>& footprint() const { return footprint_; }

 private:
  Result<const CollectionSchema*> Use(std::string_view collection);
  [[nodiscard]] Reader reader() const { return view_.reader(&drafts_.layer()); }
  Result<std::optional<Record>> RecordOf(const std::string& collection, std::string_view id) const;
  Result<void> AddTo(std::optional<Record> draft, const CollectionSchema& schema, const std::string& id,
                     Operation operation);
  Result<void> Validate(const CollectionSchema& schema, const Operation& operation,
                        const std::optional<Record>& record);
  Result<void> ValidateFields(const CollectionSchema& schema, const Operation& operation) const;
  Result<void> Restore(const Operation& put, std::optional<Record>& draft);
  void Append(Operation operation);

  const Schema& schema_;
  const View& view_;
  std::string name_;
  std::uint64_t base_;
  std::vector<Operation> operations_;
  RecordLayer drafts_;
  std::map<std::string, std::uint64_t, std::less<>> series_;
  std::set<std::string, std::less<>> footprint_;
};

}  // namespace sawa
