// SPDX-License-Identifier: MIT
// A record: named fields, each with the stamp of the edit it comes from. Layer: model.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/stamp.h"
#include "model/value.h"

namespace sawa {

struct FieldState {
  std::string name;
  Value value;
  Stamp stamp;

  bool operator==(const FieldState&) const = default;
};

class Record {
 public:
  // The tombstone's stamp, if the record was removed. Its fields stay, for edits that come later than the removal.
  std::optional<Stamp> removed;

  // Ordered by name.
  [[nodiscard]] const std::vector<FieldState>& fields() const { return fields_; }

  [[nodiscard]] const FieldState* Find(std::string_view name) const {
    const auto position = LowerBound(name);
    return position != fields_.end() && position->name == name ? &*position : nullptr;
  }

  // Null if there is no such field. Lives until another field is set.
  [[nodiscard]] Value* ValueOf(std::string_view name) {
    const auto position = fields_.begin() + (LowerBound(name) - fields_.cbegin());
    return position != fields_.end() && position->name == name ? &position->value : nullptr;
  }

  void Set(std::string_view name, Value value, const Stamp& stamp) {
    // Whoever reads a stored record sets its fields in their order.
    const bool last = fields_.empty() || fields_.back().name < name;
    const auto position = last ? fields_.end() : fields_.begin() + (LowerBound(name) - fields_.cbegin());
    if (position != fields_.end() && position->name == name) {
      position->value = std::move(value);
      position->stamp = stamp;
    } else {
      fields_.insert(position, FieldState{std::string(name), std::move(value), stamp});
    }
  }

  bool operator==(const Record&) const = default;

 private:
  [[nodiscard]] std::vector<FieldState>::const_iterator LowerBound(std::string_view name) const {
    return std::ranges::lower_bound(fields_, name, {},
                                    [](const FieldState& field) { return std::string_view(field.name); });
  }

  std::vector<FieldState> fields_;
};

}  // namespace sawa
