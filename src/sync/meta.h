// SPDX-License-Identifier: MIT
// What a database knows about itself: typed access to the meta table. Layer: sync.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/tables.h"

namespace sawa {

inline constexpr std::string_view kIncarnationKey = "incarnation";
inline constexpr std::string_view kEnrolmentKey = "enrolment";
inline constexpr std::string_view kLastSeqKey = "last_seq";
inline constexpr std::string_view kStampTimeKey = "stamp_time";
inline constexpr std::string_view kCursorKey = "cursor";
inline constexpr std::string_view kVersionKey = "version";
inline constexpr std::string_view kSyncedAtKey = "synced_at_ms";
inline constexpr std::string_view kReadyKey = "ready";
inline constexpr std::string_view kSchemaVersionKey = "schema_version";
inline constexpr std::string_view kIndexesKey = "indexes";  // DefinitionsText of those that are kept in step.
inline constexpr std::string_view kSeriesPrefix = "series/";
inline constexpr std::string_view kLastNumberKey = "last_number";  // A random id for each commit of numbers alone.

[[nodiscard]] std::string MetaText(const Tables& tables, std::string_view key);
[[nodiscard]] std::uint64_t MetaNumber(const Tables& tables, std::string_view key);

[[nodiscard]] TableChange PutMeta(std::string_view key, std::string_view text);
[[nodiscard]] TableChange PutMeta(std::string_view key, std::uint64_t number);

}  // namespace sawa
