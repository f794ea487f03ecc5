// SPDX-License-Identifier: MIT
// Storage: a durable log that any number of contexts (tabs, a service worker) append to, and pages that the log is folded
// into. Implemented by the platform; tests/cpp/contract holds every implementation to this contract.
//
// Every context is equal. An append succeeds only if the context has seen the whole log, so the log's order makes all
// contexts' commits one serial history, with no leader to fail.
// Layer: storage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/task.h"
#include "storage/directory.h"

namespace sawa {

// Entries are numbered 1, 2, 3 …; 0 stands before the first.
using LogPosition = std::uint64_t;

struct LogEntry {
  LogPosition position = 0;
  Bytes bytes;
};

enum class Durability : std::uint8_t {
  kRelaxed,  // Survives the end of the process; the operating system writes it when it likes.
  kStrict,   // Survives a loss of power once the call has returned.
};

// What a context reads when it opens: the pages of the directory hold everything up to `folded_to`, the log what came
// after. Entries of the log up to `folded_to` count for nothing.
struct StoredState {
  LogPosition folded_to = 0;
  Bytes directory;
  std::vector<LogEntry> log;
};

// Pages are never overwritten, so whoever reads by an older directory misses one rather than reading a wrong one.
struct FoldRequest {
  LogPosition from = 0;  // Where the pages stand now.
  LogPosition to = 0;    // Where they stand afterwards.
  Bytes directory;
  // Their bytes live until the call returns.
  std::vector<std::pair<PageId, ByteView>> added = {};
  std::vector<PageId> dropped = {};
  // For pages that hold more than the log says: appended at `to`, which must be the log's next position.
  std::optional<Bytes> entry = std::nullopt;
};

struct AppendOutcome {
  bool appended = false;
  // If not appended: the entries that this context has not seen, in order. If the first does not follow the given
  // position, the log was folded meanwhile, and the context reads the state anew.
  std::vector<LogEntry> missed = {};
};

class Storage {
 public:
  virtual ~Storage() = default;

  // Errors of all calls: storage_unavailable, storage_quota_exceeded, storage_blocked, storage_version_too_new,
  // storage_corrupt, storage_wiped (an open store was emptied from outside), storage_connection_lost, storage_failed,
  // database_closed. On an error nothing has changed.

  // Opens or creates the store `name` and reads its state.
  virtual Task<Result<StoredState>> Open(std::string name) = 0;

  // Reads the state of an open store again.
  virtual Task<Result<StoredState>> ReadState() = 0;

  // These pages, in the order of `ids`; no bytes for one that is not there.
  virtual Task<Result<std::vector<Bytes>>> ReadPages(std::vector<PageId> ids) = 0;

  // Appends `entry` at `after` + 1 if no entry is stored behind `after`; else changes nothing and returns what was missed.
  // One transaction; durable as asked once it returns.
  virtual Task<Result<AppendOutcome>> Append(LogPosition after, Bytes entry, Durability durability) = 0;

  // The entries behind `after`, in order.
  virtual Task<Result<std::vector<LogEntry>>> ReadLog(LogPosition after) = 0;

  // In one transaction: takes over the directory, adds and drops pages, and drops the entries before `to`. The entry at
  // `to` stays: a context that is behind would otherwise take an empty log for an unchanged one. Durable once it returns.
  // Does nothing and returns false if the store was folded to another position than `from` meanwhile, or if there is an
  // entry and its position is taken.
  virtual Task<Result<bool>> Fold(FoldRequest request) = 0;

  // Releases the store; later calls fail with database_closed.
  virtual void Close() = 0;
};

}  // namespace sawa
