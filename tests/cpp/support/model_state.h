// SPDX-License-Identifier: MIT
// All that a backup of the model server would hold, and how mutations change it. Needs: protocol, conflict.
#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/json.h"
#include "conflict/merge.h"
#include "protocol/messages.h"

namespace sawa::test {

// A record, by collection and id.
using RecordKey = std::pair<std::string, std::string>;

struct ModelState {
  // `edits`: at which version each field changed since `whole_version`, from which on devices have all of it.
  struct Row {
    Record record;
    std::uint64_t version = 0;
    std::uint64_t whole_version = std::numeric_limits<std::uint64_t>::max();
    std::map<std::string, std::uint64_t> edits = {};
  };
  struct Receipt {
    std::string body;
    Verdict verdict;
  };
  // A mutation and its first verdict; with the stamp that counted. An edit on the server has no id.
  struct Handled {
    Mutation mutation;
    Verdict verdict;
  };
  // What became of a mutation's operations.
  enum class Effect : std::uint8_t { kApplied, kMerged, kImpossible };

  int epoch = 1;
  std::uint64_t version = 0;
  // The latest time of all stamps seen: the server's own are later.
  std::uint64_t clock = 0;
  std::map<RecordKey, Row> rows;
  std::map<std::string, std::vector<Receipt>> receipts;  // By incarnation; sequence n at n - 1.
  std::map<std::string, std::size_t> handled_ids;        // Where in `handled`, by the mutation's id.
  std::vector<Handled> handled;                          // In order.

  [[nodiscard]] const Record* Find(const RecordKey& key) const {
    const auto row = rows.find(key);
    return row != rows.end() ? &row->second.record : nullptr;
  }

  // Applies all of them, or none. Each record that has changed gets a version, in the order of first being named.
  Effect Apply(const Schema& schema, const std::vector<Operation>& operations, const Stamp& stamp) {
    std::vector<std::pair<RecordKey, Record>> staged;
    std::vector<std::string> lost;
    for (const Operation& operation : operations) {
      const CollectionSchema* collection = schema.Find(operation.collection);
      if (collection == nullptr) {
        continue;
      }
      const RecordKey key(operation.collection, operation.id);
      const auto known = std::ranges::find(staged, key, &std::pair<RecordKey, Record>::first);
      const Record* held = known != staged.end() ? &known->second : Find(key);
      std::optional<Record> record = held != nullptr ? std::optional(*held) : std::nullopt;
      if (!ApplyOperation(*collection, operation, stamp, record, lost)) {
        return Effect::kImpossible;
      }
      if (known != staged.end()) {
        known->second = *std::move(record);
      } else {
        staged.emplace_back(key, *std::move(record));
      }
    }
    clock = std::max(clock, stamp.time);
    for (auto& [key, record] : staged) {
      if (const Record* held = Find(key); held == nullptr || *held != record) {
        Enter(key, std::move(record));
      }
    }
    return lost.empty() ? Effect::kApplied : Effect::kMerged;
  }

  // Somebody edits on the server: what differs from what is there stands, with a stamp later than all seen. Nobody edits a
  // record that is not there.
  void Edit(const Schema& schema, Operation operation, std::int64_t now_ms) {
    const Record* held = Find({operation.collection, operation.id});
    if (held == nullptr || held->removed) {
      return;
    }
    std::erase_if(operation.fields, [held](const auto& written) {
      const FieldState* field = held->Find(written.first);
      return field != nullptr && field->value == written.second;
    });
    if (operation.fields.empty() && operation.delta == 0) {
      return;
    }
    const Stamp stamp{std::max(static_cast<std::uint64_t>(now_ms) << 16, clock + 1), 0};
    Apply(schema, {operation}, stamp);
    handled.push_back({{.stamp = stamp, .ops = {std::move(operation)}}, {}});
  }

 private:
  void Enter(const RecordKey& key, Record record) {
    Row& row = rows[key];
    ++version;
    if (row.version == 0 || row.record.removed || record.removed) {
      row.whole_version = version;
      row.edits.clear();
    } else {
      for (const FieldState& field : record.fields()) {
        const FieldState* held = row.record.Find(field.name);
        if (held == nullptr || *held != field) {
          row.edits[field.name] = version;
        }
      }
    }
    row.record = std::move(record);
    row.version = version;
  }
};

}  // namespace sawa::test
