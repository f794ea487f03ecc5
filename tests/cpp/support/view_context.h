// SPDX-License-Identifier: MIT
// A view over tables, with hands for what the server and the outbox would write into them. Needs: query.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "codec/json.h"
#include "codec/outbox_codec.h"
#include "codec/record_codec.h"
#include "query/view.h"
#include "storage/memory_storage.h"
#include "storage/table_names.h"
#include "support/damage.h"
#include "support/run.h"
#include "support/shop.h"

namespace sawa::test {

class ViewContext final : private TablesListener {
 public:
  ViewContext()
      : schema_(ShopSchema()),
        tables_(storage_, *this, {}),
        indexes_(DefinitionsOf(schema_)),
        view_(schema_, tables_, shapes_, indexes_) {
    SAWA_CHECK(RunNow(tables_.Open("view")).has_value(), "the tables open");
  }

  [[nodiscard]] View& view() { return view_; }
  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const Tables& tables() const { return tables_; }
  // The collections that the last commit touched.
  [[nodiscard]] const TouchedRecords& touched() const { return touched_; }

  [[nodiscard]] const IndexDefinitions& indexes() const { return indexes_; }

  // Moves everything into pages.
  Result<void> Fold() {
    return RunNow(tables_.Replace([](Tables::Replacement&) { return Result<void>(); }));
  }

  Result<void> Commit(WriteBatch batch) {
    const auto build = [batch = std::move(batch)]() -> Result<WriteBatch> { return batch; };
    return RunNow(tables_.Commit(build, Durability::kStrict));
  }

  [[nodiscard]] static TableChange Confirm(const std::string& collection, int number, const Record& record) {
    return {TableChange::Kind::kPut, RecordsTable(collection), KeyOf(number), EncodeRecord(record)};
  }
  [[nodiscard]] static TableChange Wait(std::uint64_t seq, Stamp stamp, std::vector<Operation> ops,
                                        OutboxState state = OutboxState::kWaiting) {
    const Mutation mutation{.seq = seq, .id = IdOf(900), .name = "test", .stamp = stamp, .ops = std::move(ops)};
    return {TableChange::Kind::kPut, std::string(kOutboxTable), OutboxKey(seq),
            EncodeOutboxEntry({state, 0, MutationToText(mutation)})};
  }
  [[nodiscard]] static TableChange Answer(std::uint64_t seq) {
    return {TableChange::Kind::kRemove, std::string(kOutboxTable), OutboxKey(seq)};
  }

  // A field of a product as the app sees it; null where there is none.
  [[nodiscard]] Value At(int number, std::string_view field) const {
    const auto record = view_.Get("products", KeyOf(number));
    return record ? FieldOfRecord(*record, shapes_, field) : Value{};
  }

 private:
  Result<void> OnBatch(WriteBatch& batch) override {
    AddIndexChanges(indexes_, shapes_, tables_, batch);
    return {};
  }
  Result<void> OnChanges(const WriteBatch& changes) override {
    touched_.clear();
    return view_.Follow(changes, touched_);
  }
  Result<void> OnReload() override { return view_.Load(); }

  Schema schema_;
  MemoryStorage storage_;
  Tables tables_;
  Shapes shapes_;
  IndexDefinitions indexes_;
  View view_;
  TouchedRecords touched_;
};

// The bytes of all products that a view shows, by id, found in the order of a field.
inline std::map<std::string, Bytes> AllProducts(const View& view, const std::string& field = "id") {
  std::map<std::string, Bytes> records;
  for (const FoundRecord& found : Find(view.Source("products"), {.collection = "products", .order = {{field}}})) {
    records.emplace(found.id, Bytes(found.record.begin(), found.record.end()));
  }
  return records;
}

inline Record ProductRecord(const std::string& name, std::int64_t stock, Stamp stamp) {
  Record record;
  record.Set("name", name, stamp);
  record.Set("stock", stock, {});
  return record;
}

}  // namespace sawa::test
