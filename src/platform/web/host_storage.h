// SPDX-License-Identifier: MIT
// Storage in JavaScript. On IndexedDB: one object store for the log, one for the pages, one for the fold's position; each
// append is one ArrayBuffer in one readwrite transaction. Or in memory, for tests and for hosts without IndexedDB.
// bindings/js/indexeddb-storage.ts and memory-storage.ts are the host's side of each request.
// Layer: platform/web.
#pragma once

#include "storage/storage.h"

namespace sawa {

class HostStorage final : public Storage {
 public:
  explicit HostStorage(bool in_memory) : in_memory_(in_memory) {}
  HostStorage(const HostStorage&) = delete;
  HostStorage& operator=(const HostStorage&) = delete;
  ~HostStorage() override { HostStorage::Close(); }

  Task<Result<StoredState>> Open(std::string name) override;
  Task<Result<StoredState>> ReadState() override;
  Task<Result<AppendOutcome>> Append(LogPosition after, Bytes entry, Durability durability) override;
  Task<Result<std::vector<LogEntry>>> ReadLog(LogPosition after) override;
  Task<Result<std::vector<Bytes>>> ReadPages(std::vector<PageId> ids) override;
  Task<Result<bool>> Fold(FoldRequest request) override;
  void Close() override;

 private:
  Result<void> CheckOpen() const;

  bool in_memory_;
  bool open_ = false;
};

}  // namespace sawa
