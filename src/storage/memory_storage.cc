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
  co_return StoredState{disk_->folded_to, disk_->directory, EntriesBehind(0)};
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

Task<Result<std::vector<Bytes>>> MemoryStorage::ReadPages(std::vector<PageId> ids) {
  SAWA_CO_TRY(CheckOpen());
  std::vector<Bytes> pages;
  for (const PageId id : ids) {
    const auto page = disk_->pages.find(id);
    pages.push_back(page != disk_->pages.end() ? page->second : Bytes());
  }
  co_return pages;
}

Task<Result<bool>> MemoryStorage::Fold(FoldRequest request) {
  SAWA_CO_TRY(CheckOpen());
  const LogPosition last = disk_->log.empty() ? 0 : disk_->log.rbegin()->first;
  if (disk_->folded_to != request.from || (request.entry && last + 1 != request.to)) {
    co_return false;
  }
  if (request.entry) {
    disk_->log.emplace(request.to, std::move(*request.entry));
  }
  disk_->folded_to = request.to;
  disk_->directory = std::move(request.directory);
  for (const PageId id : request.dropped) {
    disk_->pages.erase(id);
  }
  for (const auto& [id, bytes] : request.added) {
    disk_->pages.insert_or_assign(id, Bytes(bytes.begin(), bytes.end()));
  }
  disk_->log.erase(disk_->log.begin(), disk_->log.lower_bound(request.to));
  co_return true;
}

}  // namespace sawa
