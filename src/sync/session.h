// SPDX-License-Identifier: MIT
// A sync session: pushes what waits and pulls what changed, one round trip at a time, until nothing is left to do.
// Layer: sync.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "codec/record_codec.h"
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
  // `make_id` gives a new UUID. `on_progress` is called after each round trip and must not call back into the session.
  Session(Tables& tables, const Shapes& shapes, Transport& transport, Clock& clock, StampClock& stamps,
          std::int64_t schema_version, std::function<std::string()> make_id, std::function<void()> on_progress)
      : tables_(tables),
        shapes_(shapes),
        transport_(transport),
        clock_(clock),
        stamps_(stamps),
        schema_version_(schema_version),
        make_id_(std::move(make_id)),
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

  // Asks something of the server, with the device's credential: the body of its answer. Errors: those of Transport and of
  // docs/protocol.md.
  Task<Result<std::string>> Post(std::string path, std::string body);

  // Has the next run begin from a null cursor: the server's state takes the place of the confirmed one, record by record.
  // What waits stays. Errors: those of Storage.
  Task<Result<void>> StartOver();

  [[nodiscard]] const SyncProgress& progress() const { return progress_; }
  // What the server asked to wait for, or 0.
  [[nodiscard]] std::int64_t retry_after_ms() const { return retry_after_ms_; }

 private:
  Task<Result<SyncReport>> RunRounds();
  struct Round {
    std::size_t pushed = 0;
    std::size_t pulled = 0;
    std::size_t rejected = 0;
    bool more = false;  // There is more to push or to pull.
  };

  // The answers of a run that replaces the confirmed state of a database in use. They are stored together, when the pages
  // and the effects of all that is sent again have come: a shop whose network drops half-way goes on with what it had.
  struct Replacement {
    std::string cursor;
    std::vector<Change> changes;
    std::vector<Verdict> verdicts;
    std::string answered;  // The outbox key of the last mutation that the verdicts are for.
  };

  // One round trip.
  Task<Result<Round>> RunRound();
  Task<Result<void>> Recover(ErrorCode code);
  // `from` is the stored cursor that the changes follow, if they can follow any.
  Result<WriteBatch> BatchOf(const std::string& incarnation, const std::optional<std::string>& from,
                             const SyncResponse& response) const;
  // `answered`: the outbox key of the last mutation that was sent. True if the server has everything again by now.
  Result<bool> Gather(SyncResponse& response, const std::string& answered);
  void AddChanges(const SyncResponse& response, WriteBatch& batch) const;
  Task<Result<void>> StartNewIncarnation();
  void ObserveStamps(const SyncResponse& response);
  void CountProgress(const Round& round, const SyncResponse& response);
  Task<Result<Enrolment>> StoreEnrolment(Result<std::string> body);

  Tables& tables_;
  const Shapes& shapes_;
  Transport& transport_;
  Clock& clock_;
  StampClock& stamps_;
  std::int64_t schema_version_;
  std::function<std::string()> make_id_;
  std::function<void()> on_progress_;
  SyncProgress progress_;
  std::optional<Replacement> replacement_;
  std::int64_t retry_after_ms_ = 0;
};

}  // namespace sawa
