// SPDX-License-Identifier: MIT
// A reader: tables with up to two layers over them. What a page misses is noted by the tables. Layer: query.
#pragma once

#include <string_view>

#include "storage/tables.h"

namespace sawa {

class Reader {
 public:
  explicit Reader(const Tables& tables, const Layer* lower = nullptr, const Layer* upper = nullptr)
      : tables_(tables), lower_(lower), upper_(upper) {}

  [[nodiscard]] std::optional<ByteView> Get(std::string_view table, std::string_view key) const {
    for (const Layer* layer : {upper_, lower_}) {
      if (const Changes* changes = ChangesOf(layer, table); changes != nullptr) {
        if (const auto change = changes->find(key); change != changes->end()) {
          return change->second ? std::optional<ByteView>(*change->second) : std::nullopt;
        }
      }
    }
    return tables_.Get(table, key);
  }

  [[nodiscard]] CursorSources Sources(std::string_view table) const {
    CursorSources sources = tables_.Sources(table);
    sources.changes[1] = ChangesOf(lower_, table);
    sources.changes[2] = ChangesOf(upper_, table);
    return sources;
  }

  [[nodiscard]] bool missing() const { return tables_.missing(); }

 private:
  static const Changes* ChangesOf(const Layer* layer, std::string_view table) {
    if (layer == nullptr) {
      return nullptr;
    }
    const auto changes = layer->find(table);
    return changes != layer->end() ? &changes->second : nullptr;
  }

  const Tables& tables_;
  const Layer* lower_;
  const Layer* upper_;
};

}  // namespace sawa
