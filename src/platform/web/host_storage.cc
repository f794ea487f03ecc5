// SPDX-License-Identifier: MIT
#include "platform/web/host_storage.h"

#include "platform/web/host_imports.h"
#include "platform/web/host_request.h"

namespace sawa {
namespace {

// Positions are exact as JavaScript numbers: a database would need 2^53 commits to leave them.
double NumberOf(LogPosition position) { return static_cast<double>(position); }

LogPosition TakePosition() { return static_cast<LogPosition>(TakeNumber()); }

std::vector<LogEntry> TakeEntries() {
  std::vector<LogEntry> entries;
  for (double count = TakeNumber(); count > 0; --count) {
    const LogPosition position = TakePosition();
    entries.push_back({position, TakeBytes()});
  }
  return entries;
}

}  // namespace

Result<void> HostStorage::CheckOpen() const {
  if (!open_) {
    return Fail(ErrorCode::kDatabaseClosed, "the database is closed");
  }
  return {};
}

Task<Result<StoredState>> HostStorage::Open(std::string name) {
  SAWA_CO_TRY(co_await HostRequest("open", this).Number(in_memory_ ? 1 : 0).Text(name));
  open_ = true;
  co_return co_await ReadState();
}

Task<Result<StoredState>> HostStorage::ReadState() {
  SAWA_CO_TRY(CheckOpen());
  SAWA_CO_TRY(co_await HostRequest("readState", this));
  StoredState state;
  state.folded_to = TakePosition();
  state.directory = TakeBytes();
  state.log = TakeEntries();
  co_return state;
}

Task<Result<AppendOutcome>> HostStorage::Append(LogPosition after, Bytes entry, Durability durability) {
  SAWA_CO_TRY(CheckOpen());
  SAWA_CO_TRY(co_await HostRequest("append", this)
                  .Number(NumberOf(after))
                  .Raw(entry)
                  .Number(durability == Durability::kStrict ? 1 : 0));
  std::vector<LogEntry> missed = TakeEntries();
  co_return AppendOutcome{missed.empty(), std::move(missed)};
}

Task<Result<std::vector<LogEntry>>> HostStorage::ReadLog(LogPosition after) {
  SAWA_CO_TRY(CheckOpen());
  SAWA_CO_TRY(co_await HostRequest("readLog", this).Number(NumberOf(after)));
  co_return TakeEntries();
}

Task<Result<std::vector<Bytes>>> HostStorage::ReadPages(std::vector<PageId> ids) {
  SAWA_CO_TRY(CheckOpen());
  HostRequest request("readPages", this);
  for (const PageId id : ids) {
    request.Number(id);
  }
  SAWA_CO_TRY(co_await request);
  std::vector<Bytes> pages;
  for (std::size_t index = 0; index < ids.size(); ++index) {
    pages.push_back(TakeBytes());
  }
  co_return pages;
}

Task<Result<bool>> HostStorage::Fold(FoldRequest fold) {
  SAWA_CO_TRY(CheckOpen());
  HostRequest request("fold", this);
  request.Number(NumberOf(fold.from)).Number(NumberOf(fold.to)).Raw(fold.directory);
  // No entry is empty.
  request.Raw(fold.entry ? ByteView(*fold.entry) : ByteView()).Number(static_cast<double>(fold.dropped.size()));
  for (const PageId id : fold.dropped) {
    request.Number(id);
  }
  for (const auto& [id, bytes] : fold.added) {
    request.Number(id).Raw(bytes);
  }
  SAWA_CO_TRY(co_await request);
  co_return TakeNumber() != 0;
}

void HostStorage::Close() {
  if (open_) {
    sawa_close_storage(this);
    open_ = false;
  }
}

}  // namespace sawa
