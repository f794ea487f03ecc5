// SPDX-License-Identifier: MIT
// What the devices were promised, kept outside the engine, and the first promise that was broken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "support/model_server.h"
#include "sync/transport.h"

namespace sawa::sim {

struct Violation {
  std::string invariant;
  std::string details;
};

enum class WriteKind : std::uint8_t { kSale, kEdit, kMove, kRemove, kCreate, kTally, kRefused, kOrder };
inline constexpr std::size_t kWriteKindCount = 8;

enum class Fate : std::uint8_t {
  kRunning,
  kAcknowledged,
  kFailed,   // The engine said that nothing has changed.
  kUnknown,  // Its tab died, or its connection broke for good, before anybody heard.
};

// One mutation; its name ends with its serial.
struct Write {
  int serial = 0;
  WriteKind kind = WriteKind::kEdit;
  std::uint32_t device = 0;
  int life = 0;  // Of the device's database.
  int context = 0;
  Fate fate = Fate::kRunning;
  std::uint64_t acknowledged_at = 0;  // Counts acknowledgements.
  std::string receipt = {};           // Of a sale.
  // Of an edit that was read right after it: the record, and its fields with the stamps it gave them, where those hold.
  std::string record = {};
  std::map<std::string, Stamp> stamps = {};
};

class Oracle {
 public:
  // The first broken promise stays.
  void Break(std::string invariant, std::string details);
  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }

  Write& Begin(WriteKind kind, std::uint32_t device, int life, int context);
  void SetReceipt(int serial, std::string receipt) { writes_.at(serial).receipt = std::move(receipt); }
  void SetStamps(int serial, std::string record, std::map<std::string, Stamp> stamps) {
    writes_.at(serial).record = std::move(record);
    writes_.at(serial).stamps = std::move(stamps);
  }
  // `heard`: there was somebody to be told.
  void End(int serial, const Result<void>& result, bool heard);

  // Sees each sync request before it leaves: no sequence is used twice, and stamps rise with sequences.
  void Sent(const HttpRequest& request);

  // The server went back to a backup.
  void Restored() { restored_ = true; }

  // What the promises do not cover. Every exemption is here.
  // Who clears the site's data loses what was not sent.
  [[nodiscard]] static bool MayBeLostByWipe(const Write& write, int life_of_device) {
    return write.life != life_of_device;
  }

  [[nodiscard]] const std::map<int, Write>& writes() const { return writes_; }
  [[nodiscard]] std::uint64_t acknowledged_count() const { return acknowledged_count_; }
  [[nodiscard]] bool restored() const { return restored_; }

  // The serial in a mutation's name; 0 if it has none.
  [[nodiscard]] static int SerialOf(std::string_view name);

 private:
  struct SentMutation {
    std::string text;
    Stamp stamp;
  };

  std::optional<Violation> violation_;
  std::map<int, Write> writes_;
  bool restored_ = false;
  std::uint64_t acknowledged_count_ = 0;
  std::set<std::string> acknowledged_receipts_;
  std::map<std::pair<std::string, std::uint64_t>, SentMutation> sent_;
};

}  // namespace sawa::sim
