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
        tables_(storage_, *this, [](std::string_view) { return true; }),
        view_(schema_, tables_) {
    SAWA_CHECK(RunNow(tables_.Open("view")).has_value(), "the tables open");
  }

  [[nodiscard]] View& view() { return view_; }
  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const Tables& tables() const { return tables_; }
  // The collections that the last commit touched.
  [[nodiscard]] const std::set<std::string>& touched() const { return touched_; }

  Result<void> Commit(WriteBatch batch) {
    const auto build = [batch = std::move(batch)]() -> Result<WriteBatch> { return batch; };
    return RunNow(tables_.Commit(build, Durability::kStrict));
  }

  [[nodiscard]] static TableChange Confirm(const std::string& collection, int number, const Record& record) {
    return {TableChange::Kind::kPut, RecordsTable(collection), IdOf(number), EncodeRecord(record)};
  }
  [[nodiscard]] static TableChange Wait(std::uint64_t seq, Stamp stamp, std::vector<Operation> ops,
                                        std::uint64_t accepted_version = 0) {
    const Mutation mutation{.seq = seq, .id = IdOf(900), .name = "test", .stamp = stamp, .ops = std::move(ops)};
    return {TableChange::Kind::kPut, std::string(kOutboxTable), OutboxKey(seq),
            EncodeOutboxEntry({accepted_version, 0, MutationToText(mutation)})};
  }
  [[nodiscard]] static TableChange Answer(std::uint64_t seq) {
    return {TableChange::Kind::kRemove, std::string(kOutboxTable), OutboxKey(seq)};
  }

  // A field of a product as the app sees it; null where there is none.
  [[nodiscard]] Value At(int number, std::string_view field) const {
    const Record* record = view_.Get("products", IdOf(number));
    const FieldState* state = record != nullptr ? record->Find(field) : nullptr;
    return state != nullptr ? state->value : Value{};
  }

 private:
  Result<void> OnChanges(const WriteBatch& changes) override {
    touched_.clear();
    return view_.Follow(changes, touched_);
  }
  Result<void> OnReload() override { return view_.Load(); }

  Schema schema_;
  MemoryStorage storage_;
  Tables tables_;
  View view_;
  std::set<std::string> touched_;
};

inline Record ProductRecord(const std::string& name, std::int64_t stock, Stamp stamp) {
  Record record;
  record.Set("name", name, stamp);
  record.Set("stock", stock, {});
  return record;
}

}  // namespace sawa::test
