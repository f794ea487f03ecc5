// SPDX-License-Identifier: MIT
// What the model server answers to a pull: pages of the first sync, collection by collection, and of what changed since a
// cursor. Needs: protocol.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/model_answers.h"
#include "support/model_state.h"

namespace sawa::test {

// A position in one epoch's feed. `known`: at which version the device last had everything; of what changed more than once
// since, it may lack the earlier changes. `behind`: of a first sync that began at `version`, the last record that came;
// before the first one the id is empty.
struct ModelCursor {
  int epoch = 0;
  std::uint64_t version = 0;
  std::uint64_t known = 0;
  std::optional<RecordKey> behind = {};

  [[nodiscard]] std::string Text() const {
    std::string text = "e" + std::to_string(epoch) + ":" + std::to_string(version);
    if (known != version) {
      text += "/" + std::to_string(known);
    }
    return behind ? text + ":" + behind->first + ":" + behind->second : text;
  }

  static std::optional<ModelCursor> Parse(const std::string& text) {
    const auto colon = text.find(':');
    if (!text.starts_with("e") || colon == std::string::npos) {
      return std::nullopt;
    }
    ModelCursor cursor{std::stoi(text.substr(1)), std::stoull(text.substr(colon + 1))};
    const auto slash = text.find('/');
    cursor.known = slash == std::string::npos ? cursor.version : std::stoull(text.substr(slash + 1));
    if (const auto name = text.find(':', colon + 1); name != std::string::npos) {
      const auto id = text.find(':', name + 1);
      cursor.behind = RecordKey(text.substr(name + 1, id - name - 1), text.substr(id + 1));
    }
    return cursor;
  }
};

// A page of the feed, and the state of some records behind it.
class ModelPage {
 public:
  using Entry = std::pair<const RecordKey, ModelState::Row>;

  ModelPage(const ModelState& state, const Schema& schema, std::size_t limit)
      : state_(state), schema_(schema), limit_(limit) {}

  // Without a cursor, a first sync begins. `takes_partial`: of what the device has, the changed fields are enough.
  void Fill(const std::optional<ModelCursor>& cursor, bool takes_partial) {
    if (cursor && !cursor->behind) {
      known_ = takes_partial ? std::optional(cursor->known) : std::nullopt;
      FillSince(*cursor);
    } else {
      FillFirst(cursor.value_or(ModelCursor{state_.epoch, state_.version, state_.version, RecordKey()}));
    }
  }

  // Adds what the page lacks of these records, whole.
  void Add(const std::set<RecordKey>& keys) {
    known_.reset();
    for (const RecordKey& key : keys) {
      const auto entry = state_.rows.find(key);
      if (more_ && entry != state_.rows.end() && !on_page_.contains(key) && entry->second.version > since_) {
        Write(*entry);
      }
    }
  }

  [[nodiscard]] bool more() const { return more_; }
  // What is left of a first sync is not beyond `head` - `version`.
  [[nodiscard]] std::uint64_t version() const { return next_.version - std::min(left_, next_.version); }
  [[nodiscard]] std::string cursor() const { return next_.Text(); }
  [[nodiscard]] std::string Changes() { return changes_.Take(); }

 private:
  void FillSince(const ModelCursor& from) {
    std::map<std::uint64_t, const Entry*> changed;
    for (const Entry& entry : state_.rows) {
      if (entry.second.version > from.version) {
        changed.emplace(entry.second.version, &entry);
      }
    }
    next_ = {state_.epoch, state_.version, state_.version};
    since_ = from.version;
    for (const auto& [version, entry] : changed) {
      if (on_page_.size() == limit_) {
        more_ = true;
        next_ = {state_.epoch, since_, from.known};
        return;
      }
      since_ = version;
      on_page_.insert(entry->first);
      Write(*entry);
    }
  }

  void FillFirst(const ModelCursor& from) {
    next_ = from;
    bool reached = from.behind->first.empty();
    for (const CollectionSchema& collection : schema_.collections) {
      const bool is_current = collection.name == from.behind->first;
      reached = reached || is_current;
      for (const Entry& entry : state_.rows) {
        if (!reached || entry.first.first != collection.name || (is_current && entry.first <= *from.behind)) {
          continue;
        }
        if (on_page_.size() == limit_) {
          more_ = true;
          ++left_;
          continue;
        }
        next_.behind = entry.first;
        on_page_.insert(entry.first);
        Write(entry);
      }
    }
    if (!more_) {
      next_.behind.reset();
      more_ = next_.version < state_.version;
    }
  }

  void Write(const Entry& entry) {
    const auto& [record, version, whole_version, edits] = entry.second;
    if (!known_ || whole_version > *known_ || record.removed) {
      changes_.Raw(ChangeText(entry.first, record, version));
      return;
    }
    Record changed;
    for (const FieldState& field : record.fields()) {
      const auto edit = edits.find(field.name);
      if (edit != edits.end() && edit->second > *known_) {
        changed.Set(field.name, field.value, field.stamp);
      }
    }
    changes_.Raw(ChangeText(entry.first, changed, version, true));
  }

  const ModelState& state_;
  const Schema& schema_;
  std::size_t limit_;
  std::optional<std::uint64_t> known_;
  JsonArray changes_;
  std::set<RecordKey> on_page_;
  ModelCursor next_;
  std::uint64_t since_ = 0;
  std::uint64_t left_ = 0;
  bool more_ = false;
};

}  // namespace sawa::test
