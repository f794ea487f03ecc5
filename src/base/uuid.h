// SPDX-License-Identifier: MIT
// UUIDs as lower-case text. Layer: base.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace sawa {

// A UUID version 7 (RFC 9562): time-ordered, so that new records lie together on disk.
[[nodiscard]] std::string MakeUuid(Clock& clock, Random& random);

// True for 36 lower-case hex digits and dashes in the UUID form, of any version.
[[nodiscard]] bool IsUuid(std::string_view text);

// The 16 bytes of a UUID, as keys are stored; nullopt if `text` is none.
[[nodiscard]] std::optional<std::string> PackUuid(std::string_view text);
// The text of 16 bytes.
[[nodiscard]] std::string UuidText(std::string_view bytes);

}  // namespace sawa
