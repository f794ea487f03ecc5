// SPDX-License-Identifier: MIT
// Storage on IndexedDB: one object store for the log, one for the pages, one for the fold's position; each append is one
// ArrayBuffer in one readwrite transaction. indexeddb_storage.js holds the browser's side of each request.
// Layer: platform/web.
#pragma once

#include <emscripten/val.h>

#include "storage/storage.h"

namespace sawa {

class IndexedDbStorage final : public Storage {
 public:
  Task<Result<StoredState>> Open(std::string name) override;
  Task<Result<StoredState>> ReadState() override;
  Task<Result<AppendOutcome>> Append(LogPosition after, Bytes entry, Durability durability) override;
  Task<Result<std::vector<LogEntry>>> ReadLog(LogPosition after) override;
  Task<Result<bool>> Fold(LogPosition from, LogPosition to, std::vector<Bytes> pages) override;
  void Close() override;

 private:
  Result<void> CheckOpen() const;

  // The JavaScript half: an object that holds the connection.
  emscripten::val connection_ = emscripten::val::undefined();
};

}  // namespace sawa
