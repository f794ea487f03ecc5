// SPDX-License-Identifier: MIT
// A device's disk, and the storage of one context on it. Every call takes two steps, each at the scheduler's pleasure: it
// takes effect, then it answers. Other contexts, a crash or a power loss may come between.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/defects.h"
#include "sim/scheduler.h"
#include "sim/trace.h"
#include "storage/memory_storage.h"

namespace sawa::sim {

struct Disk {
  // What IndexedDB on LevelDB leaves after a power loss: a prefix of what was committed, with all that was strict.
  void LosePower(std::uint64_t choice);
  // What clearing the site's data leaves. Whoever has the old database open is told at the next call.
  void Wipe();
  void Appended(LogPosition position, Durability durability);
  void Folded(LogPosition to);

  std::shared_ptr<MemoryDisk> memory = std::make_shared<MemoryDisk>();
  // No power loss takes an entry up to here.
  LogPosition durable_to = 0;
  // Grows with each wipe.
  int life = 0;
  Defect defect = Defect::kNone;
};

class DiskStorage final : public Storage {
 public:
  DiskStorage(Scheduler& scheduler, Trace& trace, const Owner& owner, Disk& disk)
      : scheduler_(scheduler), trace_(trace), owner_(owner), disk_(disk), life_(disk.life), inner_(disk.memory) {}

  Task<Result<StoredState>> Open(std::string name) override;
  Task<Result<StoredState>> ReadState() override;
  Task<Result<std::vector<Bytes>>> ReadPages(std::vector<PageId> ids) override;
  Task<Result<AppendOutcome>> Append(LogPosition after, Bytes entry, Durability durability) override;
  Task<Result<std::vector<LogEntry>>> ReadLog(LogPosition after) override;
  Task<Result<bool>> Fold(FoldRequest request) override;
  void Close() override { inner_.Close(); }

 private:
  // `call` takes effect when it is called.
  template <typename T>
  static Task<Result<T>> Run(DiskStorage* self, std::function<Result<T>()> call);
  [[nodiscard]] Result<void> CheckReachable(StorageFault fault) const;
  Result<AppendOutcome> AppendNow(LogPosition after, const Bytes& entry, Durability durability);
  Result<bool> FoldNow(const FoldRequest& request);

  Scheduler& scheduler_;
  Trace& trace_;
  const Owner& owner_;
  Disk& disk_;
  int life_;
  MemoryStorage inner_;
};

}  // namespace sawa::sim
