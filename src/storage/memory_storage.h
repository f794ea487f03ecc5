// SPDX-License-Identifier: MIT
// Storage in memory: for hosts that ask for it, and the model that tests hold the others against.
// Layer: storage.
#pragma once

#include <map>
#include <memory>

#include "storage/storage.h"

namespace sawa {

// What several MemoryStorage objects, one for each context, share as the tabs of a browser share a database.
struct MemoryDisk {
  LogPosition folded_to = 0;
  Bytes directory = {};
  std::map<PageId, Bytes> pages = {};
  std::map<LogPosition, Bytes> log = {};
};

class MemoryStorage final : public Storage {
 public:
  explicit MemoryStorage(std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>()) : disk_(std::move(disk)) {}

  Task<Result<StoredState>> Open(std::string name) override;
  Task<Result<StoredState>> ReadState() override;
  Task<Result<std::vector<Bytes>>> ReadPages(std::vector<PageId> ids) override;
  Task<Result<AppendOutcome>> Append(LogPosition after, Bytes entry, Durability durability) override;
  Task<Result<std::vector<LogEntry>>> ReadLog(LogPosition after) override;
  Task<Result<bool>> Fold(FoldRequest request) override;
  void Close() override { open_ = false; }

 private:
  [[nodiscard]] Result<void> CheckOpen() const;
  [[nodiscard]] std::vector<LogEntry> EntriesBehind(LogPosition after) const;

  std::shared_ptr<MemoryDisk> disk_;
  bool open_ = false;
};

}  // namespace sawa
