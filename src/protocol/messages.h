// SPDX-License-Identifier: MIT
// The messages of docs/protocol.md: encode, decode, validate. What comes from the network is hostile until it is decoded.
// Layer: protocol (pure: no I/O, no clock).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/record.h"

namespace sawa {

inline constexpr int kProtocolVersion = 1;
inline constexpr std::size_t kMutationsPerRequestMax = 200;
inline constexpr std::size_t kRequestBytesMax = 512 * 1024;
inline constexpr int kChangesPerResponse = 2000;

struct SyncRequest {
  std::int64_t schema_version = 1;
  std::string incarnation;
  std::string cursor;                       // Empty before the first sync.
  bool takes_partial = false;               // Are changes of what is stored wanted, where the server knows that?
  std::vector<std::string> mutation_texts;  // In the order of their sequences.
};

enum class VerdictStatus : std::uint8_t { kApplied, kMerged, kDuplicate, kRejected, kQuarantined };

struct Verdict {
  std::uint64_t seq = 0;
  VerdictStatus status = VerdictStatus::kApplied;
  // What the mutation's first answer was; the status itself, but for duplicates.
  VerdictStatus first_status = VerdictStatus::kApplied;
  std::uint64_t version = 0;
  std::string code = {};
  std::string message = {};
};

// A record as the server has it now; `partial`: only the fields that changed since the cursor.
struct Change {
  std::string collection;
  std::string id;
  Record record;
  bool partial = false;
};

struct SyncResponse {
  std::int64_t server_time_ms = 0;
  std::vector<Verdict> verdicts;
  bool reset = false;
  std::string cursor;
  std::uint64_t version = 0;
  std::uint64_t head = 0;
  bool more = false;
  std::vector<Change> changes;
};

[[nodiscard]] std::string EncodeSyncRequest(const SyncRequest& request);

// Errors: response_malformed, with the place.
[[nodiscard]] Result<SyncResponse> DecodeSyncResponse(std::string_view body);

[[nodiscard]] std::string_view VerdictStatusText(VerdictStatus status);

struct Credentials {
  std::string username;
  std::string password;
  bool token_in_body = false;
};

[[nodiscard]] std::string EncodeEnrolRequest(const Credentials& credentials, std::string_view device_name,
                                             std::string_view shop);
[[nodiscard]] std::string EncodeLoginRequest(const Credentials& credentials, std::string_view device);

// Who this device is. `text` is the answer without the token, to be stored and handed to the app.
struct Enrolment {
  std::string device;
  std::string shop;
  std::string actor;
  std::string text;
  std::optional<std::string> token;
};

// Errors: response_malformed.
[[nodiscard]] Result<Enrolment> DecodeEnrolment(std::string_view body);

// The error that an HTTP answer other than success stands for, whatever its body holds.
[[nodiscard]] Error DecodeErrorResponse(int status, bool from_sawa, std::string_view body);

}  // namespace sawa
