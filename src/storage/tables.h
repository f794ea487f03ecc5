// SPDX-License-Identifier: MIT
// Tables: named ordered maps of keys to bytes, kept in memory and made durable through Storage's log. The one way in is
// Commit, so that every change is durable before anybody sees it.
// Layer: storage.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/async_mutex.h"
#include "codec/batch_codec.h"
#include "storage/storage.h"

namespace sawa {

// Is told of every change, from this context or another, once it is durable and applied.
class TablesListener {
 public:
  virtual ~TablesListener() = default;
  virtual Result<void> OnChanges(const WriteBatch& changes) = 0;
  // Everything may have changed.
  virtual Result<void> OnReload() = 0;
};

class Tables {
 public:
  using Table = std::map<std::string, Bytes, std::less<>>;
  using TableFilter = std::function<bool(std::string_view table)>;
  using BatchBuilder = std::function<Result<WriteBatch>()>;

  // Tables that `resident` refuses are written but not kept in memory.
  Tables(Storage& storage, TablesListener& listener, TableFilter resident)
      : storage_(storage), listener_(listener), resident_(std::move(resident)) {}

  // Errors: those of Storage; storage_corrupt and storage_version_too_new for what is stored.
  Task<Result<void>> Open(std::string name);

  // Null where the key or the table is not there.
  [[nodiscard]] const Bytes* Get(std::string_view table, std::string_view key) const;
  [[nodiscard]] const Table& Scan(std::string_view table) const;
  [[nodiscard]] const std::set<std::string>& Names() const { return names_; }

  // Makes the batch that `build` gives durable, then applies it. `build` reads the state that the batch will be applied
  // to: when another context commits first, its changes are applied and `build` runs again. An error of `build` ends the
  // commit and is returned. An empty batch commits nothing. A batch whose bytes are those that
  // another context has just committed counts as that commit: what must take effect twice carries something unique.
  // Errors: those of `build` and of Storage; storage_contended after many attempts. Nothing has changed then.
  Task<Result<void>> Commit(BatchBuilder build, Durability durability);

  // Applies what other contexts have committed.
  Task<Result<void>> Refresh();

  // Folds the log into pages if it has grown long. Only where all tables are resident.
  Task<Result<void>> FoldIfLong();

  // Grows with every change; two equal values mean that nothing happened between them.
  [[nodiscard]] std::uint64_t change_count() const { return change_count_; }
  [[nodiscard]] std::size_t log_length() const { return log_length_; }

 private:
  Result<void> Load(const StoredState& state);
  Result<void> ReadAll(const StoredState& state);
  Result<void> LoadPage(ByteView bytes);
  void Apply(const WriteBatch& batch);
  Result<void> ApplyEntry(const LogEntry& entry);
  Task<Result<void>> CatchUp(std::vector<LogEntry> missed);
  [[nodiscard]] std::vector<Bytes> MakePages() const;
  Task<Result<void>> Fold();

  Storage& storage_;
  TablesListener& listener_;
  TableFilter resident_;
  AsyncMutex mutex_;
  std::map<std::string, Table, std::less<>> tables_;
  std::set<std::string> names_;  // Of all tables, resident or not.
  LogPosition position_ = 0;
  LogPosition folded_to_ = 0;
  std::size_t log_length_ = 0;
  std::size_t log_bytes_ = 0;
  std::uint64_t change_count_ = 0;
  bool all_resident_ = true;
};

}  // namespace sawa
