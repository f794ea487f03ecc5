// SPDX-License-Identifier: MIT
// A sync session: pushes what waits and pulls what changed, one round trip at a time, until nothing is left to do.
// Layer: sync.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "protocol/messages.h"
#include "storage/tables.h"
#include "sync/outbox.h"
#include "sync/transport.h"

namespace sawa {

struct SyncReport {
  std::size_t pushed = 0;
  std::size_t pulled = 0;
  std::size_t rejected = 0;
  std::size_t waiting = 0;
};

struct SyncProgress {
  bool running = false;
  std::size_t sent = 0;
  std::size_t to_send = 0;
  std::size_t pulled = 0;
  std::size_t to_pull = 0;
};

class Session {
 public:
  // `on_progress` is called after each round trip and must not call back into the session.
  Session(Tables& tables, Transport& transport, Clock& clock, StampClock& stamps, std::int64_t schema_version,
          std::function<void()> on_progress)
      : tables_(tables),
        transport_(transport),
        clock_(clock),
        stamps_(stamps),
        schema_version_(schema_version),
        on_progress_(std::move(on_progress)) {}

  // Runs until the outbox is empty and the feed's end is reached. Each answer is stored whole or not at all, so a run that
  // fails leaves the database at the last good answer and everything unanswered in the outbox.
  // Errors: not_enrolled; those of Transport, of docs/protocol.md and of Storage.
  Task<Result<SyncReport>> Run();

  // Makes this database a device of a shop. Errors: invalid_argument if it is one already; auth_invalid_credentials …
  Task<Result<Enrolment>> Enrol(Credentials credentials, std::string device_name, std::string shop);

  // Renews the credential of the enrolled device. Errors: not_enrolled, auth_invalid_credentials …
  Task<Result<Enrolment>> Login(Credentials credentials);

  Task<Result<void>> Logout();

  [[nodiscard]] const SyncProgress& progress() const { return progress_; }
  // What the server asked to wait for, or 0.
  [[nodiscard]] std::int64_t retry_after_ms() const { return retry_after_ms_; }

 private:
  Task<Result<SyncReport>> RunRounds();
  // One round trip; true if there is more to do.
  Task<Result<bool>> RunRound(SyncReport& report);
  Task<Result<SyncResponse>> Exchange(const SyncRequest& request);
  Task<Result<std::string>> Post(std::string path, std::string body);
  Result<WriteBatch> BatchOf(const SyncRequest& request, const SyncResponse& response) const;
  void AddChanges(const SyncResponse& response, WriteBatch& batch) const;
  Task<Result<void>> StartOver();
  void ObserveStamps(const SyncResponse& response);
  void CountProgress(const SyncRequest& request, const SyncResponse& response, SyncReport& report);
  Task<Result<Enrolment>> StoreEnrolment(Result<std::string> body);

  Tables& tables_;
  Transport& transport_;
  Clock& clock_;
  StampClock& stamps_;
  std::int64_t schema_version_;
  std::function<void()> on_progress_;
  SyncProgress progress_;
  std::int64_t retry_after_ms_ = 0;
};

}  // namespace sawa
