// SPDX-License-Identifier: MIT
#include "query/index.h"

#include <algorithm>
#include <bit>

#include "base/text_map.h"
#include "query/fold_text.h"

namespace sawa {
namespace {

constexpr std::size_t kTextKeyBytesMax = 120;
constexpr std::string_view kEscaped("\0\1", 2);

enum SortRank : char { kNullRank = 1, kFalseRank, kTrueRank, kNumberRank, kTextRank, kJsonRank };

void AppendNumber(std::string& key, double number) {
  // Of two doubles' bits, read as integers, the greater belongs to the greater; negative ones the other way round.
  auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
  bits = (bits >> 63) != 0 ? ~bits : bits | std::uint64_t{1} << 63;
  key.push_back(kNumberRank);
  for (int shift = 56; shift >= 0; shift -= 8) {
    key.push_back(static_cast<char>(bits >> shift));
  }
}

// A text ends with a zero byte; the two smallest bytes are escaped, so that none lies inside.
void AppendText(std::string& key, std::string_view text) {
  text = text.substr(0, kTextKeyBytesMax);
  for (;;) {
    const std::size_t plain = std::min(text.find_first_of(kEscaped), text.size());
    key += text.substr(0, plain);
    if (plain == text.size()) {
      break;
    }
    key.push_back(1);
    key.push_back(text[plain] == 0 ? char{1} : char{2});
    text.remove_prefix(plain + 1);
  }
  key.push_back(0);
}

struct SortKeyAppender {
  std::string& key;

  void operator()(std::monostate) const { key.push_back(kNullRank); }
  void operator()(bool value) const { key.push_back(value ? kTrueRank : kFalseRank); }
  void operator()(std::int64_t value) const { AppendNumber(key, static_cast<double>(value)); }
  void operator()(double value) const { AppendNumber(key, value); }
  void operator()(const std::string& value) const {
    key.push_back(kTextRank);
    AppendText(key, FoldText(value));
  }
  void operator()(const JsonText& value) const {
    key.push_back(kJsonRank);
    AppendText(key, value.text);
  }
};

std::vector<IndexEntry> EntriesOrNone(const std::vector<IndexDefinition>& indexes, const Shapes& shapes,
                                      std::string_view id, const std::optional<ByteView>& record) {
  return record ? IndexEntriesOf(indexes, shapes, id, *record) : std::vector<IndexEntry>();
}

bool Has(const std::vector<IndexEntry>& entries, const IndexEntry& entry) {
  return std::ranges::find(entries, entry) != entries.end();
}

// Texts are parted by line ends, and hold no zero byte.
void AppendSearchText(std::string& searched, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr) {
    std::string folded = FoldText(*text);
    std::erase(folded, '\0');
    searched += searched.empty() ? "" : "\n";
    searched += folded;
  }
}

const std::vector<IndexDefinition>& DefinitionsFor(const IndexDefinitions& definitions, std::string_view collection) {
  static const std::vector<IndexDefinition> kNone;
  const auto found = definitions.find(collection);
  return found != definitions.end() ? found->second : kNone;
}

IndexDefinition DefinitionOf(std::string_view prefix, std::string_view collection, std::vector<std::string> fields) {
  std::string table = std::string(prefix) + std::string(collection) + "/";
  for (const std::string& field : fields) {
    table += field + ",";
  }
  return {std::move(table), std::move(fields), prefix == kSearchPrefix};
}

std::vector<std::string> Split(std::string_view text, char end) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(end), text.size());
    parts.emplace_back(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return parts;
}

}  // namespace

void AppendSortKey(std::string& key, const Value& value) { std::visit(SortKeyAppender{key}, value); }

IndexDefinitions DefinitionsOf(const Schema& schema) {
  IndexDefinitions definitions;
  for (const CollectionSchema& collection : schema.collections) {
    for (const std::vector<std::string>& fields : collection.indexes) {
      definitions[collection.name].push_back(DefinitionOf(kIndexPrefix, collection.name, fields));
    }
    if (!collection.search_fields.empty()) {
      definitions[collection.name].push_back(DefinitionOf(kSearchPrefix, collection.name, collection.search_fields));
    }
  }
  return definitions;
}

std::string DefinitionsText(const IndexDefinitions& definitions) {
  std::string text;
  for (const auto& [collection, indexes] : definitions) {
    for (const IndexDefinition& index : indexes) {
      text += index.table + "\n";
    }
  }
  return text;
}

IndexDefinitions DefinitionsFromText(std::string_view text) {
  IndexDefinitions definitions;
  for (const std::string& table : Split(text, '\n')) {
    const std::vector<std::string> parts = Split(table, '/');
    if (parts.size() == 3) {
      definitions[parts[1]].push_back(DefinitionOf(parts[0] + "/", parts[1], Split(parts[2], ',')));
    }
  }
  return definitions;
}

std::string SearchTextOf(const std::vector<std::string>& fields, const Shapes& shapes, ByteView record) {
  std::string text;
  for (const std::string& field : fields) {
    AppendSearchText(text, FieldOfRecord(record, shapes, field));
  }
  return text;
}

void IndexKeyWriter::Add(const Value& value) {
  if (search_) {
    AppendSearchText(key_, value);
  } else {
    AppendSortKey(key_, value);
  }
}

std::string IndexKeyWriter::Take(std::string_view id) {
  if (search_) {
    key_.push_back(0);
  }
  key_ += id;
  return std::move(key_);
}

namespace {

std::string KeyIn(const IndexDefinition& index, const Shapes& shapes, std::string_view id, ByteView record) {
  IndexKeyWriter key(index);
  for (const std::string& field : index.fields) {
    key.Add(FieldOfRecord(record, shapes, field));
  }
  return key.Take(id);
}

// Have they equal keys because they have equal values? To fold texts would take longer than to compare them.
bool AgreeIn(const IndexDefinition& index, const Shapes& shapes, ByteView first, ByteView second) {
  for (const std::string& field : index.fields) {
    if (FieldOfRecord(first, shapes, field) != FieldOfRecord(second, shapes, field)) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::vector<IndexEntry> IndexEntriesOf(const std::vector<IndexDefinition>& indexes, const Shapes& shapes,
                                       std::string_view id, ByteView record) {
  std::vector<IndexEntry> entries;
  if (IsRemoved(record)) {
    return entries;
  }
  for (const IndexDefinition& index : indexes) {
    entries.emplace_back(index.table, KeyIn(index, shapes, id, record));
  }
  return entries;
}

void RecordLayer::Put(const Reader& below, const IndexDefinitions& indexes, const Shapes& shapes, const RecordKey& key,
                      std::optional<Bytes> record) {
  Drop(key);
  const std::string_view table = TableOf(key);
  const std::string_view id = IdOf(key);
  auto& entries = entries_[key];
  auto hidden = below.Get(table, id);
  if (hidden && IsRemoved(*hidden)) {
    hidden.reset();
  }
  for (const IndexDefinition& index : DefinitionsFor(indexes, CollectionOf(table))) {
    if (hidden && record && AgreeIn(index, shapes, *hidden, *record)) {
      continue;
    }
    if (hidden) {
      entries.emplace_back(index.table, KeyIn(index, shapes, id, *hidden));
      ChangesIn(index.table).insert_or_assign(entries.back().second, std::nullopt);
    }
    if (record) {
      entries.emplace_back(index.table, KeyIn(index, shapes, id, *record));
      ChangesIn(index.table).insert_or_assign(entries.back().second, Bytes());
    }
  }
  ChangesIn(table).insert_or_assign(std::string(id), std::move(record));
}

void RecordLayer::Drop(const RecordKey& key) {
  const auto entries = entries_.find(key);
  if (entries == entries_.end()) {
    return;
  }
  for (const auto& [table, entry] : entries->second) {
    ChangesIn(table).erase(entry);
  }
  ChangesIn(TableOf(key)).erase(std::string(IdOf(key)));
  entries_.erase(entries);
}

Changes& RecordLayer::ChangesIn(std::string_view table) {
  const auto changes = layer_.find(table);
  return changes != layer_.end() ? changes->second : layer_[std::string(table)];
}

void RecordLayer::Clear() {
  layer_.clear();
  entries_.clear();
}

namespace {

// The records of a batch as they were and will be. A batch may change one record twice, or clear its table first.
class IndexUpkeep {
 public:
  IndexUpkeep(const IndexDefinitions& indexes, const Shapes& shapes, const Tables& tables, WriteBatch& batch)
      : indexes_(indexes), shapes_(shapes), tables_(tables), batch_(batch) {}

  void Follow(const TableChange& change) {
    const std::string collection(CollectionOf(change.table));
    const std::vector<IndexDefinition>& definitions = DefinitionsFor(indexes_, collection);
    if (definitions.empty()) {
      return;
    }
    if (change.kind == TableChange::Kind::kClear) {
      cleared_.insert(collection);
      std::erase_if(changed_, [&](const auto& entry) { return TableOf(entry.first) == change.table; });
      for (const IndexDefinition& index : definitions) {
        batch_.push_back({TableChange::Kind::kClear, index.table});
      }
      return;
    }
    const bool puts = change.kind == TableChange::Kind::kPut;
    auto before = EntriesBefore(definitions, collection, change);
    auto after =
        EntriesOrNone(definitions, shapes_, change.key, puts ? std::optional<ByteView>(change.value) : std::nullopt);
    for (const IndexEntry& entry : before) {
      if (!Has(after, entry)) {
        batch_.push_back({TableChange::Kind::kRemove, entry.first, entry.second});
      }
    }
    for (const IndexEntry& entry : after) {
      if (!Has(before, entry)) {
        batch_.push_back({TableChange::Kind::kPut, entry.first, entry.second});
      }
    }
    changed_.insert_or_assign(RecordKeyOf(change.table, change.key), std::move(after));
  }

 private:
  std::vector<IndexEntry> EntriesBefore(const std::vector<IndexDefinition>& definitions, const std::string& collection,
                                        const TableChange& change) const {
    if (const auto earlier = changed_.find(RecordKeyOf(change.table, change.key)); earlier != changed_.end()) {
      return earlier->second;
    }
    return EntriesOrNone(definitions, shapes_, change.key,
                         cleared_.contains(collection) ? std::nullopt : tables_.Get(change.table, change.key));
  }

  const IndexDefinitions& indexes_;
  const Shapes& shapes_;
  const Tables& tables_;
  WriteBatch& batch_;
  TextSet cleared_;
  TextMap<std::vector<IndexEntry>> changed_;
};

}  // namespace

void AddIndexChanges(const IndexDefinitions& indexes, const Shapes& shapes, const Tables& tables, WriteBatch& batch) {
  IndexUpkeep upkeep(indexes, shapes, tables, batch);
  const std::size_t count = batch.size();
  for (std::size_t position = 0; position < count; ++position) {
    // A copy: the batch grows meanwhile.
    upkeep.Follow(TableChange(batch[position]));
  }
}

}  // namespace sawa
