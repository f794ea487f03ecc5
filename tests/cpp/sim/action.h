// SPDX-License-Identifier: MIT
// What happens next in a simulated world. A run is a list of actions and nothing else: every choice is in them, so any list
// can be run, and again with the same end. An action that makes no sense in the world as it stands does nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sawa::sim {

enum class ActionKind : std::uint8_t {
  kStorage,        // A storage call of a device takes its next step; value: StorageFault.
  kNetwork,        // A message of a device takes its next step; value: NetworkFault.
  kWrite,          // A tab begins a write; value: what it writes.
  kRead,           // A tab reads the shop and checks what it sees.
  kSync,           // A context begins a sync run.
  kRefresh,        // A context hears that another one has committed.
  kFold,           // A tab does its upkeep.
  kWarmUp,         // A tab reads some pages ahead.
  kEnrol,          // A tab enrols, or logs in again if it is enrolled.
  kOpen,           // A context opens; value: odd for a service worker, then the schema's variant.
  kClose,          // A tab closes in good order.
  kCrash,          // A context dies.
  kFreeze,         // The browser stops a context where it stands.
  kThaw,           // And lets it go on.
  kPowerOff,       // All contexts of a device die, and what was not flushed; value: how much of it.
  kWipe,           // Somebody clears the site's data.
  kSkipTime,       // A device's clock jumps; value: milliseconds.
  kWait,           // Time goes by for all; value: milliseconds.
  kPartition,      // A device loses its network, or gets it back.
  kExpire,         // A device's credential expires.
  kServerEdit,     // Somebody edits on the server; value: what.
  kServerRestart,  // The server drops all requests and answers on the way.
  kBackup,         // The server's state is saved.
  kRestore,        // And put back.
};
inline constexpr std::size_t kActionKindCount = 24;

enum class StorageFault : std::uint8_t {
  kNone,
  kQuota,            // The call fails, and nothing has happened.
  kFailed,           // The same, with another error.
  kLost,             // The connection breaks before the call, for good.
  kAnswerLost,       // The connection breaks after it took effect; the adapter asks again.
  kAnswerLostTwice,  // And again: nobody knows whether it took effect.
};
inline constexpr std::size_t kStorageFaultCount = 6;

enum class NetworkFault : std::uint8_t {
  kNone,
  kDropped,        // The request, or its answer, gets lost.
  kDelayed,        // The device stops waiting; the request arrives later.
  kDuplicated,     // The request arrives now, and later once more.
  kServerError,    // 500, before any effect.
  kUnavailable,    // 503
  kRateLimited,    // 429
  kUnauthorised,   // 401: the credential has expired.
  kCursorInvalid,  // 409
  kSequenceGap,    // 409
  kCaptivePortal,  // 200 from somebody else.
  kTruncated,      // The answer breaks off.
};
inline constexpr std::size_t kNetworkFaultCount = 12;

struct Action {
  ActionKind kind = ActionKind::kWait;
  std::uint32_t device = 0;
  std::uint32_t pick = 0;  // Which of the device's contexts, calls or messages; counted round.
  std::uint64_t value = 0;
};

using Actions = std::vector<Action>;

// One line, for people.
[[nodiscard]] std::string TextOf(const Action& action);

}  // namespace sawa::sim
