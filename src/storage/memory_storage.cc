// SPDX-License-Identifier: MIT
#include "storage/memory_storage.h"

namespace sawa {

Result<void> MemoryStorage::CheckOpen() const {
  if (!open_) {
    return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  return {};
}

std::vector<LogEntry> MemoryStorage::EntriesBehind(LogPosition after) const {
  std::vector<LogEntry> entries;
  for (auto entry = disk_->log.upper_bound(after); entry != disk_->log.end(); ++entry) {
    entries.push_back({entry->first, entry->second});
  }
  return entries;
}

Task<Result<StoredState>> MemoryStorage::Open(std::string /*name*/) {
  open_ = true;
  return ReadState();
}

Task<Result<StoredState>> MemoryStorage::ReadState() {
  SAWA_CO_TRY(CheckOpen());
  co_return StoredState{disk_->folded_to, disk_->pages, EntriesBehind(0)};
}

Task<Result<AppendOutcome>> MemoryStorage::Append(LogPosition after, Bytes entry, Durability /*durability*/) {
  SAWA_CO_TRY(CheckOpen());
  auto missed = EntriesBehind(after);
  if (!missed.empty()) {
    co_return AppendOutcome{false, std::move(missed)};
  }
  disk_->log.emplace(after + 1, std::move(entry));
  co_return AppendOutcome{true};
}

Task<Result<std::vector<LogEntry>>> MemoryStorage::ReadLog(LogPosition after) {
  SAWA_CO_TRY(CheckOpen());
  co_return EntriesBehind(after);
}

Task<Result<bool>> MemoryStorage::Fold(LogPosition from, LogPosition to, std::vector<Bytes> pages) {
  SAWA_CO_TRY(CheckOpen());
  if (disk_->folded_to != from) {
    co_return false;
  }
  disk_->folded_to = to;
  disk_->pages = std::move(pages);
  disk_->log.erase(disk_->log.begin(), disk_->log.lower_bound(to));
  co_return true;
}

}  // namespace sawa
