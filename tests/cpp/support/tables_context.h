// SPDX-License-Identifier: MIT
// Tables on a memory disk that contexts may share. Needs: storage.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/tables.h"
#include "support/damage.h"
#include "support/faulty_storage.h"
#include "support/run.h"

namespace sawa::test {

class RecordingListener final : public TablesListener {
 public:
  Result<void> OnBatch(WriteBatch& /*batch*/) override { return {}; }
  Result<void> OnChanges(const WriteBatch& batch) override {
    changes.push_back(batch);
    if (on_changes) {
      SAWA_TRY(on_changes(batch));
    }
    return Answer();
  }
  Result<void> OnReload() override {
    ++reloads;
    if (on_reload) {
      SAWA_TRY(on_reload());
    }
    return Answer();
  }

  std::vector<WriteBatch> changes;
  int reloads = 0;
  bool fails = false;
  std::function<Result<void>(const WriteBatch&)> on_changes;
  std::function<Result<void>()> on_reload;

 private:
  [[nodiscard]] Result<void> Answer() const {
    if (fails) {
      return Fail(ErrorCode::kStorageCorrupt, "the listener fails");
    }
    return {};
  }
};

struct TablesContext {
  explicit TablesContext(std::shared_ptr<MemoryDisk> shared = std::make_shared<MemoryDisk>(),
                         TablesOptions options = {})
      : disk(std::move(shared)), storage(disk), tables(storage, listener, std::move(options)) {}

  [[nodiscard]] Result<void> Open() { return RunNow(tables.Open("test")); }
  [[nodiscard]] Result<void> Refresh() { return RunNow(tables.Refresh()); }
  [[nodiscard]] Result<void> FoldIfLong() { return RunNow(tables.FoldIfLong()); }
  [[nodiscard]] Result<void> Commit(WriteBatch batch, Durability durability = Durability::kStrict) {
    const auto build = [batch = std::move(batch)]() -> Result<WriteBatch> { return batch; };
    return RunNow(tables.Commit(build, durability));
  }
  [[nodiscard]] Result<void> Put(const std::string& table, const std::string& key, const std::string& value) {
    return Commit(PutOf(table, key, value));
  }
  [[nodiscard]] static WriteBatch PutOf(const std::string& table, const std::string& key, const std::string& value) {
    return {{TableChange::Kind::kPut, table, key, BytesOf(value)}};
  }
  // A read, then a write of what was read: what must never lose an update.
  [[nodiscard]] Result<void> Increment(const std::string& key) { return RunNow(IncrementTask(this, key)); }
  static Task<Result<void>> IncrementTask(TablesContext* self, std::string key) {
    const auto build = [self, key]() -> Result<WriteBatch> {
      const std::string text = self->Text("counters", key);
      WriteBatch batch = PutOf("counters", key, std::to_string((text.empty() ? 0 : std::stoi(text)) + 1));
      // No two commits may have equal bytes: see Tables::Commit.
      batch.push_back(PutOf("commits", "last", std::to_string(NextSerial())).front());
      return batch;
    };
    co_return co_await self->tables.Commit(build, Durability::kStrict);
  }
  static int NextSerial() {
    static int serial = 0;
    return ++serial;
  }
  // So many commits that the log is long enough to be folded.
  [[nodiscard]] Result<void> FillLog() {
    while (tables.log_length() <= 512) {
      SAWA_TRY(Put("filler", std::to_string(tables.log_length() % 10), "x"));
    }
    return {};
  }

  [[nodiscard]] std::string Text(std::string_view table, std::string_view key) const {
    const auto bytes = tables.Get(table, key);
    return bytes ? std::string(AsText(*bytes)) : std::string();
  }
  [[nodiscard]] std::size_t Count(std::string_view table) const { return CountKeys(tables.Sources(table), {}, {}); }
  // Everything in the tables, to compare.
  [[nodiscard]] std::string Dump() const {
    std::string text;
    for (const std::string& name : tables.Names()) {
      if (name == "commits") {
        continue;
      }
      for (const auto [key, value] : tables.Scan(name)) {
        text.append(name).append("/").append(key).append("=").append(AsText(value)).append("\n");
      }
    }
    return text;
  }

  std::shared_ptr<MemoryDisk> disk;
  FaultyStorage storage;
  RecordingListener listener;
  Tables tables;
};

}  // namespace sawa::test
