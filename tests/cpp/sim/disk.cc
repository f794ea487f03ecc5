// SPDX-License-Identifier: MIT
#include "sim/disk.h"

#include <algorithm>

#include "support/run.h"

namespace sawa::sim {

using test::RunNow;

void Disk::LosePower(std::uint64_t choice) {
  const LogPosition last = memory->log.empty() ? memory->folded_to : memory->log.rbegin()->first;
  const LogPosition first = std::max(durable_to, memory->folded_to);
  const LogPosition kept_to = last > first ? first + choice % (last - first + 1) : last;
  memory->log.erase(memory->log.upper_bound(kept_to), memory->log.end());
  durable_to = kept_to;
}

void Disk::Wipe() {
  *memory = {};
  durable_to = 0;
  ++life;
}

void Disk::Appended(LogPosition position, Durability durability) {
  if (defect == Defect::kEarlyAnswer) {
    // Flushed is only what came before.
    durable_to = std::max(durable_to, position - 1);
  } else if (durability == Durability::kStrict && defect != Defect::kRelaxedWrites) {
    durable_to = position;
  }
}

void Disk::Folded(LogPosition to) {
  const LogPosition last = memory->log.empty() ? to : memory->log.rbegin()->first;
  durable_to = std::max(durable_to, last);
  if (defect == Defect::kForgetfulFold) {
    memory->log.erase(memory->log.upper_bound(to), memory->log.end());
  }
}

Result<void> DiskStorage::CheckReachable(StorageFault fault) const {
  if (owner_.dead) {
    return Fail(ErrorCode::kStorageConnectionLost, "the process is dead");
  }
  if (disk_.life != life_) {
    return Fail(ErrorCode::kStorageWiped, "the database was deleted while it was open");
  }
  switch (fault) {
    case StorageFault::kQuota:
      return Fail(ErrorCode::kStorageQuotaExceeded, "a planned fault");
    case StorageFault::kFailed:
      return Fail(ErrorCode::kStorageFailed, "a planned fault");
    case StorageFault::kLost:
      return Fail(ErrorCode::kStorageConnectionLost, "a planned fault");
    default:
      return {};
  }
}

template <typename T>
Task<Result<T>> DiskStorage::Run(DiskStorage* self, std::function<Result<T>()> call) {
  const StorageFault before = co_await self->scheduler_.Wait(self->owner_);
  SAWA_CO_TRY(self->CheckReachable(before));
  auto result = call();
  const StorageFault after = co_await self->scheduler_.Wait(self->owner_);
  if (self->owner_.dead || after == StorageFault::kAnswerLostTwice) {
    co_return Fail(ErrorCode::kStorageConnectionLost, "a planned fault");
  }
  if (after == StorageFault::kAnswerLost) {
    SAWA_CO_TRY(self->CheckReachable(StorageFault::kNone));
    co_return call();
  }
  co_return result;
}

Task<Result<StoredState>> DiskStorage::Open(std::string name) {
  return Run<StoredState>(this, [this, name] { return RunNow(inner_.Open(name)); });
}

Task<Result<StoredState>> DiskStorage::ReadState() {
  return Run<StoredState>(this, [this] { return RunNow(inner_.ReadState()); });
}

Task<Result<std::vector<Bytes>>> DiskStorage::ReadPages(std::vector<PageId> ids) {
  return Run<std::vector<Bytes>>(this, [this, ids = std::move(ids)] { return RunNow(inner_.ReadPages(ids)); });
}

Task<Result<AppendOutcome>> DiskStorage::Append(LogPosition after, Bytes entry, Durability durability) {
  return Run<AppendOutcome>(
      this, [this, after, entry = std::move(entry), durability] { return AppendNow(after, entry, durability); });
}

Task<Result<std::vector<LogEntry>>> DiskStorage::ReadLog(LogPosition after) {
  return Run<std::vector<LogEntry>>(this, [this, after] { return RunNow(inner_.ReadLog(after)); });
}

Task<Result<bool>> DiskStorage::Fold(FoldRequest request) {
  return Run<bool>(this, [this, request = std::move(request)] { return FoldNow(request); });
}

Result<AppendOutcome> DiskStorage::AppendNow(LogPosition after, const Bytes& entry, Durability durability) {
  auto outcome = RunNow(inner_.Append(after, entry, durability));
  if (outcome && outcome->appended) {
    trace_.AddBytes("append", entry);
    disk_.Appended(after + 1, durability);
  }
  return outcome;
}

Result<bool> DiskStorage::FoldNow(const FoldRequest& request) {
  auto folded = RunNow(inner_.Fold(request));
  if (folded && *folded) {
    trace_.AddBytes("fold", request.directory);
    disk_.Folded(request.to);
  }
  return folded;
}

}  // namespace sawa::sim
