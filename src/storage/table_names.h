// SPDX-License-Identifier: MIT
// The tables of a Sawa database. Layer: storage.
#pragma once

#include <string>
#include <string_view>

namespace sawa {

inline constexpr std::string_view kMetaTable = "meta";
inline constexpr std::string_view kOutboxTable = "outbox";
inline constexpr std::string_view kQuarantineTable = "quarantine";
// Of the keys of what has left quarantine. It sorts behind those of what has not.
inline constexpr std::string_view kArchivePrefix = "~";
inline constexpr std::string_view kShapesTable = "shapes";
inline constexpr std::string_view kRecordsPrefix = "records/";
inline constexpr std::string_view kIndexPrefix = "index/";
inline constexpr std::string_view kSearchPrefix = "search/";

// The table of a collection's confirmed records, by the 16 bytes of their ids.
[[nodiscard]] inline std::string RecordsTable(std::string_view collection) {
  return std::string(kRecordsPrefix) + std::string(collection);
}

// The collection whose confirmed records `table` holds; empty for other tables.
[[nodiscard]] inline std::string_view CollectionOf(std::string_view table) {
  return table.starts_with(kRecordsPrefix) ? table.substr(kRecordsPrefix.size()) : std::string_view();
}

// A record, by its collection's table and its id. Those of one table follow each other in the order of their ids.
using RecordKey = std::string;

[[nodiscard]] inline RecordKey RecordKeyOf(std::string_view table, std::string_view id) {
  RecordKey key(table);
  key += '/';
  key += id;
  return key;
}

[[nodiscard]] inline std::string_view TableOf(std::string_view key) {
  return key.substr(0, key.find('/', kRecordsPrefix.size()));
}

[[nodiscard]] inline std::string_view IdOf(std::string_view key) { return key.substr(TableOf(key).size() + 1); }

// Tables that are small and needed by whoever sends.
[[nodiscard]] inline bool IsSmallTable(std::string_view table) {
  return table == kMetaTable || table == kOutboxTable || table == kQuarantineTable || table == kShapesTable;
}

}  // namespace sawa
