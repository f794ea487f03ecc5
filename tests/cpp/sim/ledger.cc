// SPDX-License-Identifier: MIT
#include "sim/ledger.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/context.h"

namespace sawa::sim {
namespace {

using Handled = test::ModelServer::State::Handled;

bool TookEffect(const Handled& handled) {
  return handled.verdict.first_status == VerdictStatus::kApplied ||
         handled.verdict.first_status == VerdictStatus::kMerged;
}

// What is promised to be there is there, once; and what was said to have failed is not.
void CheckWrites(Oracle& oracle, const std::vector<Handled>& handled,
                 const std::function<int(std::uint32_t device)>& life_of) {
  std::set<int> serials;
  std::map<std::string, std::string> receipts;
  for (const Handled& each : handled) {
    const int serial = Oracle::SerialOf(each.mutation.name);
    if (each.mutation.id.empty()) {
      continue;
    }
    if (!serials.insert(serial).second) {
      oracle.Break("applied twice", each.mutation.name + " took effect twice");
    }
    const auto write = oracle.writes().find(serial);
    if (write == oracle.writes().end() || write->second.fate == Fate::kFailed) {
      oracle.Break("unknown write", each.mutation.name + " was never written, or was said to have failed");
    } else if (const std::string& receipt = write->second.receipt;
               !receipt.empty() && !receipts.emplace(receipt, each.mutation.name).second) {
      oracle.Break("receipt used twice", receipt + " is that of " + receipts[receipt] + " and " + each.mutation.name);
    }
  }
  for (const auto& [serial, write] : oracle.writes()) {
    // What was refused is looked for on its device.
    const bool excused = write.kind == WriteKind::kRefused || Oracle::MayBeLostByWipe(write, life_of(write.device));
    if (write.fate == Fate::kAcknowledged && !serials.contains(serial) && !excused) {
      oracle.Break("lost", "write " + std::to_string(serial) + " of device " + std::to_string(write.device) +
                               " was acknowledged, and the server does not have it");
    }
  }
}

// A record as all that was done to it makes it, in whatever order it came.
struct Sum {
  std::map<std::string, std::pair<Stamp, Value>> fields;
  std::int64_t stock = 0;
  bool counted = false;
  bool exists = false;
  Stamp edited;
  Stamp removed;
};

using Edit = std::pair<Stamp, Value>;

// What a policy looks at before it looks at stamps. Of two edits, the greater one stands.
std::int64_t RankOf(const std::string& field, const Edit& edit) {
  const auto& [stamp, value] = edit;
  const auto* integer = std::get_if<std::int64_t>(&value);
  const auto* text = std::get_if<std::string>(&value);
  if (field == "code") {
    return text != nullptr ? 1 : 0;
  }
  if (field == "odometer" || field == "since") {
    const std::int64_t sign = field == "odometer" ? 1 : -1;
    return integer != nullptr ? sign * *integer : std::numeric_limits<std::int64_t>::min();
  }
  if (field == "status") {
    // The names of the states happen to sort as the states do.
    return text != nullptr ? text->front() : -1;
  }
  if (field == "discount") {
    return stamp.node == 0 ? 1 : 0;
  }
  return 0;
}

bool Beats(const std::string& field, const Edit& edit, const Edit& other) {
  if (other.first == Stamp{}) {
    return true;
  }
  if (const auto rank = RankOf(field, edit), other_rank = RankOf(field, other); rank != other_rank) {
    return rank > other_rank;
  }
  if (edit.first != other.first) {
    // What was written once stays.
    return (edit.first > other.first) != (field == "code");
  }
  return CanonicalText(edit.second) > CanonicalText(other.second);
}

// Only these tell when a record was last edited: the newest edit of them stands.
bool TellsWhen(const std::string& field) {
  return field != "code" && field != "odometer" && field != "since" && field != "status" && field != "discount";
}

void AddTo(Sum& sum, const Operation& operation, const Stamp& stamp) {
  const bool creates = !std::exchange(sum.exists, true);
  switch (operation.kind) {
    case OperationKind::kIncrement:
      sum.stock += operation.delta;
      sum.counted = true;
      break;
    case OperationKind::kRemove:
      sum.removed = std::max(sum.removed, stamp);
      break;
    default:
      for (const auto& [name, value] : operation.fields) {
        if (name == "stock") {
          // Only the first records of the server are made with a count.
          sum.stock += std::get<std::int64_t>(value);
          sum.counted = true;
          continue;
        }
        // What was written as it was seen was not edited, unless it makes the record.
        if (!creates && std::ranges::find(operation.was, std::pair(name, value)) != operation.was.end()) {
          continue;
        }
        if (TellsWhen(name)) {
          sum.edited = std::max(sum.edited, stamp);
        }
        Edit& best = sum.fields.try_emplace(name).first->second;
        if (const Edit edit(stamp, value); Beats(name, edit, best)) {
          best = edit;
        }
      }
  }
}

std::string TextOf(const Sum& sum) {
  Record record;
  for (const auto& [name, field] : sum.fields) {
    record.Set(name, field.second, field.first);
  }
  if (sum.counted) {
    record.Set("stock", sum.stock, {});
  }
  const bool removed = sum.removed > sum.edited;
  return LineOf(record) + (removed ? " removed@" + StampText(sum.removed) : "");
}

void CheckRecords(Oracle& oracle, const test::ModelServer::State& state) {
  std::map<std::pair<std::string, std::string>, Sum> sums;
  for (const Handled& handled : state.handled) {
    if (!TookEffect(handled)) {
      continue;
    }
    for (const Operation& operation : handled.mutation.ops) {
      AddTo(sums[{operation.collection, operation.id}], operation, handled.mutation.stamp);
    }
  }
  for (const auto& [key, sum] : sums) {
    const auto row = state.rows.find(key);
    const std::string expected = TextOf(sum);
    std::string actual = "nothing";
    if (row != state.rows.end() && row->second.version > 0) {
      const Record& record = row->second.record;
      actual = LineOf(record) + (record.removed ? " removed@" + StampText(*record.removed) : "");
    }
    if (actual != expected) {
      oracle.Break("wrong sum",
                   key.first + "/" + key.second + " is" + actual + " and all that was done to it makes" + expected);
    }
  }
}

std::int64_t SumOf(const test::ModelServer::State& state, const std::string& collection, const std::string& field) {
  std::int64_t sum = 0;
  for (const auto& [key, row] : state.rows) {
    const FieldState* state_of_field = key.first == collection ? row.record.Find(field) : nullptr;
    sum += state_of_field != nullptr ? std::get<std::int64_t>(state_of_field->value) : 0;
  }
  return sum;
}

// What was sold, what was paid and what the lines say is one sum.
void CheckMoney(Oracle& oracle, const test::ModelServer::State& state) {
  const std::int64_t sold = SumOf(state, "sales", "total");
  if (sold != SumOf(state, "lines", "amount") || sold != SumOf(state, "payments", "amount")) {
    oracle.Break("money not conserved", "sales, their lines and their payments have different sums");
  }
}

// Two tabs that count up at once both count.
void CheckTallies(Oracle& oracle, const test::ModelServer& server,
                  const std::function<int(std::uint32_t device)>& life_of) {
  if (oracle.restored()) {
    // What a restored server has lost was counted on.
    return;
  }
  std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> counts;  // Promised, and perhaps more.
  for (const auto& [serial, write] : oracle.writes()) {
    if (write.kind == WriteKind::kTally && write.life == life_of(write.device)) {
      auto& [promised, perhaps] = counts[write.device];
      promised += write.fate == Fate::kAcknowledged ? 1 : 0;
      perhaps += write.fate == Fate::kUnknown || write.fate == Fate::kRunning ? 1 : 0;
    }
  }
  for (const auto& [device, count] : counts) {
    const Record* record = server.Find("tallies", TallyId(device, life_of(device)));
    const FieldState* field = record != nullptr ? record->Find("count") : nullptr;
    const std::int64_t tally = field != nullptr ? std::get<std::int64_t>(field->value) : 0;
    if (tally < count.first || tally > count.first + count.second) {
      oracle.Break("update lost", "device " + std::to_string(device) + " counted to " + std::to_string(tally) +
                                      ", with " + std::to_string(count.first) + " acknowledged and " +
                                      std::to_string(count.second) + " unknown");
    }
  }
}

}  // namespace

void CheckLedger(Oracle& oracle, const test::ModelServer& server,
                 const std::function<int(std::uint32_t device)>& life_of) {
  CheckWrites(oracle, server.state.handled, life_of);
  CheckRecords(oracle, server.state);
  CheckMoney(oracle, server.state);
  CheckTallies(oracle, server, life_of);
}

}  // namespace sawa::sim
