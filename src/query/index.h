// SPDX-License-Identifier: MIT
// Indexes: keys of bytes that sort as values do, and what a changed record changes in its collection's index tables.
// Layer: query.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/text_map.h"
#include "codec/record_codec.h"
#include "model/schema.h"
#include "query/reader.h"
#include "storage/table_names.h"

namespace sawa {

inline constexpr std::size_t kIdBytes = 16;

// Appends bytes that sort as `value` does: null, false, true, numbers, texts (folded), JSON. Of long texts only the
// beginning counts.
void AppendSortKey(std::string& key, const Value& value);

// A table that is kept in step with a collection's records. The keys of an index sort as its fields do; those of a search
// are the folded texts of its fields and a zero byte. Both end with the record's id, and have no values.
struct IndexDefinition {
  std::string table;
  std::vector<std::string> fields;
  bool search = false;

  bool operator==(const IndexDefinition&) const = default;
};

// By collection. A database keeps those it has, so that a context with another version of the schema keeps them in step too.
using IndexDefinitions = TextMap<std::vector<IndexDefinition>>;

[[nodiscard]] IndexDefinitions DefinitionsOf(const Schema& schema);
// The names of their tables, a line each; they say it all.
[[nodiscard]] std::string DefinitionsText(const IndexDefinitions& definitions);
[[nodiscard]] IndexDefinitions DefinitionsFromText(std::string_view text);

// A table and a key in it.
using IndexEntry = std::pair<std::string, std::string>;

// Makes the key of a record's entry of the values of the index's fields, in their order.
class IndexKeyWriter {
 public:
  explicit IndexKeyWriter(const IndexDefinition& index) : search_(index.search) {}
  void Add(const Value& value);
  [[nodiscard]] std::string Take(std::string_view id);

 private:
  bool search_;
  std::string key_;
};

// All index and search entries of a record; none of a removed one.
[[nodiscard]] std::vector<IndexEntry> IndexEntriesOf(const std::vector<IndexDefinition>& indexes, const Shapes& shapes,
                                                     std::string_view id, ByteView record);

// The folded texts of a record's fields, parted by line ends.
[[nodiscard]] std::string SearchTextOf(const std::vector<std::string>& fields, const Shapes& shapes, ByteView record);

// The id that an index entry's key ends with.
[[nodiscard]] inline std::string_view IdOfEntry(std::string_view key) {
  return key.substr(key.size() < kIdBytes ? 0 : key.size() - kIdBytes);
}

// Records that lie over others, with their index entries.
class RecordLayer {
 public:
  // Puts `record` (nullopt: none) over what `below` has under `key`, in place of an earlier one.
  void Put(const Reader& below, const IndexDefinitions& indexes, const Shapes& shapes, const RecordKey& key,
           std::optional<Bytes> record);
  // What is below shows again.
  void Drop(const RecordKey& key);
  void Clear();
  [[nodiscard]] const Layer& layer() const { return layer_; }

 private:
  Changes& ChangesIn(std::string_view table);

  Layer layer_;
  TextMap<std::vector<IndexEntry>> entries_;  // What was put into the layer's index tables.
};

// Adds the index entries that follow from the changed records of a batch. `tables` is the state before the batch; `shapes`
// knows the batch's.
void AddIndexChanges(const IndexDefinitions& indexes, const Shapes& shapes, const Tables& tables, WriteBatch& batch);

}  // namespace sawa
