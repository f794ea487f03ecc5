// SPDX-License-Identifier: MIT
#include "engine/loader.h"

#include <algorithm>
#include <utility>

#include "base/integer_text.h"
#include "base/uuid.h"
#include "codec/json.h"
#include "storage/record_packer.h"
#include "storage/table_names.h"

namespace sawa {
namespace {

// An item must end within so much text.
constexpr std::size_t kItemBytesMax = 1024 * 1024;

std::vector<IndexDefinition> DefinitionsOf(const IndexDefinitions& indexes, std::string_view collection) {
  const auto found = indexes.find(collection);
  return found != indexes.end() ? found->second : std::vector<IndexDefinition>();
}

}  // namespace

Loader::Loader(const CollectionSchema& schema, Tables& tables, const Shapes& shapes, const IndexDefinitions& indexes)
    : schema_(schema),
      tables_(tables),
      shapes_(shapes),
      indexes_(indexes),
      table_(RecordsTable(schema.name)),
      definitions_(DefinitionsOf(indexes, schema.name)) {
  if (tables.IsUnused(table_)) {
    sorted_.push_back({table_});
    for (const IndexDefinition& index : definitions_) {
      sorted_.push_back({index.table});
    }
  }
}

char* Loader::Room(std::size_t byte_count) {
  text_.erase(0, std::exchange(read_, 0));
  const std::size_t start = text_.size();
  text_.resize(start + byte_count);
  return text_.data() + start;
}

Task<Result<LoadProgress>> Loader::Add() {
  for (;;) {
    SAWA_CO_ASSIGN(const Outcome outcome, ReadItems());
    if (outcome == Outcome::kNeedsText) {
      SAWA_CO_TRY(co_await StoreItems());
      co_return progress_;
    }
    SAWA_CO_TRY(co_await AddShape());
  }
}

Result<Loader::Outcome> Loader::ReadItems() {
  for (;;) {
    JsonScanner scanner(std::string_view(text_).substr(read_));
    if (scanner.AtEnd()) {
      return Outcome::kNeedsText;
    }
    const char next = scanner.Peek();
    if (next == '{' && (expected_ == Expected::kFirstItem || expected_ == Expected::kItem)) {
      SAWA_ASSIGN(const Outcome outcome, ReadItem(scanner));
      if (outcome == Outcome::kNeedsText && text_.size() - read_ > kItemBytesMax) {
        return FailHere(ErrorCode::kInvalidArgument, "not JSON, or too long");
      }
      if (outcome != Outcome::kDone) {
        return outcome;
      }
      expected_ = Expected::kSeparator;
    } else if (!TakeSeparator(scanner, next)) {
      return FailHere(ErrorCode::kInvalidArgument, "what is loaded is a JSON array of objects");
    }
    read_ = text_.size() - scanner.rest().size();
  }
}

bool Loader::TakeSeparator(JsonScanner& scanner, char next) {
  scanner.Take(next);
  if (next == '[' && expected_ == Expected::kArray) {
    expected_ = Expected::kFirstItem;
  } else if (next == ',' && expected_ == Expected::kSeparator) {
    expected_ = Expected::kItem;
  } else if (next == ']' && (expected_ == Expected::kFirstItem || expected_ == Expected::kSeparator)) {
    expected_ = Expected::kNothing;
  } else {
    return false;
  }
  return true;
}

// Takes nothing but a whole item. One that is malformed looks like one that goes on in the next part.
Result<Loader::Outcome> Loader::ReadItem(JsonScanner& scanner) {
  const JsonScanner start = scanner;
  Match match = ReadMembers(scanner);
  if (match == Match::kOtherNames) {
    scanner = start;
    if (!ReadNames(scanner)) {
      return Outcome::kNeedsText;
    }
    SAWA_TRY(ArrangeRecord());
    scanner = start;
    match = ReadMembers(scanner);
  }
  if (match != Match::kRead) {
    return Outcome::kNeedsText;
  }
  const auto* text = std::get_if<std::string>(&id_);
  const auto id = text != nullptr ? PackUuid(*text) : std::nullopt;
  if (!id) {
    return FailHere(ErrorCode::kInvalidValue, "an id is a UUID in lower case");
  }
  if (!has_shape_) {
    return Outcome::kNeedsShape;
  }
  SAWA_TRY(Keep(*id));
  return Outcome::kDone;
}

// Reads the values of an object whose names are those of the item before.
Loader::Match Loader::ReadMembers(JsonScanner& scanner) {
  std::size_t index = 0;
  std::string name;
  scanner.Take('{');
  while (!scanner.Take('}')) {
    if ((index > 0 && !scanner.Take(',')) || !scanner.ReadString(&name) || !scanner.Take(':')) {
      return Match::kBroken;
    }
    if (index == names_.size() || name != names_[index]) {
      return Match::kOtherNames;
    }
    if (!ReadValue(scanner, *places_[index])) {
      return Match::kBroken;
    }
    ++index;
  }
  return index == names_.size() ? Match::kRead : Match::kOtherNames;
}

bool Loader::ReadNames(JsonScanner& scanner) {
  names_.clear();
  std::string name;
  scanner.Take('{');
  while (!scanner.Take('}')) {
    if ((!names_.empty() && !scanner.Take(',')) || !scanner.ReadString(&name) || !scanner.Take(':') ||
        !scanner.SkipValue()) {
      names_.clear();
      return false;
    }
    names_.push_back(name);
  }
  return true;
}

// Makes the places that values are read into, and checks what depends on the names alone.
Result<void> Loader::ArrangeRecord() {
  record_ = {};
  for (const std::string& name : names_) {
    if (name != "id") {
      record_.Set(name, {}, Stamp{});
    }
  }
  fields_.clear();
  for (const FieldState& field : record_.fields()) {
    fields_.push_back(schema_.Find(field.name));
    if (fields_.back() == nullptr) {
      return FailHere(ErrorCode::kUnknownField, schema_.name + "." + field.name);
    }
  }
  for (const FieldSchema& field : schema_.fields) {
    if (field.required && record_.Find(field.name) == nullptr) {
      return FailHere(ErrorCode::kInvalidValue, field.name + ": the field is required");
    }
  }
  places_.clear();
  id_ = {};
  for (const std::string& name : names_) {
    places_.push_back(name == "id" ? &id_ : record_.ValueOf(name));
  }
  for (std::size_t index = 1; index < sorted_.size(); ++index) {
    static const Value kNull;
    sorted_[index].values.clear();
    for (const std::string& name : definitions_[index - 1].fields) {
      const Value* value = record_.ValueOf(name);
      sorted_[index].values.push_back(value != nullptr ? value : &kNull);
    }
  }
  shape_ = shapes_.NumberOf(record_);
  has_shape_ = shape_ != kNoShape;
  return {};
}

Result<void> Loader::Keep(const std::string& id) {
  for (std::size_t index = 0; index < fields_.size(); ++index) {
    if (const auto valid = ValidateValue(*fields_[index], record_.fields()[index].value); !valid) {
      return FailHere(valid.error().code, valid.error().message);
    }
  }
  Bytes bytes = EncodeRecord(record_, shape_);
  if (!bulk()) {
    items_.push_back({id, std::move(bytes)});
    return {};
  }
  sorted_.front().sorter.Add(id, bytes);
  for (std::size_t index = 1; index < sorted_.size(); ++index) {
    IndexKeyWriter key(definitions_[index - 1]);
    for (const Value* value : sorted_[index].values) {
      key.Add(*value);
    }
    sorted_[index].sorter.Add(key.Take(id), {});
  }
  ++progress_.loaded;
  return {};
}

// Stored before any record that has it: a number never changes its meaning.
Task<Result<void>> Loader::AddShape() {
  const auto build = [this]() -> Result<WriteBatch> {
    WriteBatch batch;
    RecordPacker(shapes_).ShapeOf(record_, batch);
    return batch;
  };
  SAWA_CO_TRY(co_await tables_.Commit(build, Durability::kRelaxed));
  shape_ = shapes_.NumberOf(record_);
  has_shape_ = true;
  co_return Result<void>{};
}

Task<Result<void>> Loader::StoreItems() {
  LoadProgress progress;
  const auto build = [&]() -> Result<WriteBatch> {
    progress = progress_;
    WriteBatch batch;
    std::set<std::string_view> ids;
    for (const Item& item : items_) {
      if (tables_.Get(table_, item.id) || !ids.insert(item.id).second) {
        ++progress.skipped;
      } else {
        ++progress.loaded;
        batch.push_back({TableChange::Kind::kPut, table_, item.id, item.record});
      }
    }
    return batch;
  };
  SAWA_CO_TRY(co_await tables_.Commit(build, Durability::kStrict));
  progress_ = progress;
  items_.clear();
  co_return Result<void>{};
}

Task<Result<LoadProgress>> Loader::Finish() {
  if (expected_ != Expected::kNothing) {
    co_return FailHere(ErrorCode::kInvalidArgument, "the JSON array does not end");
  }
  for (Sorted& sorted : sorted_) {
    if (sorted.sorter.MergePage()) {
      progress_.more = true;
      co_return progress_;
    }
    if (sorted.sorter.has_duplicates()) {
      co_return Fail(ErrorCode::kInvalidValue, "an id is there twice");
    }
  }
  progress_.more = false;
  if (bulk()) {
    SAWA_CO_TRY(co_await tables_.Replace([this](Tables::Replacement& replacement) { return FillIn(replacement); }));
    sorted_.clear();
  }
  co_return progress_;
}

Result<void> Loader::FillIn(Tables::Replacement& replacement) {
  if (!tables_.IsUnused(table_) || DefinitionsOf(indexes_, schema_.name) != definitions_) {
    return Fail(ErrorCode::kStorageContended, "something else was put into the collection while it was loaded");
  }
  for (Sorted& sorted : sorted_) {
    if (auto pages = sorted.sorter.Finish(); !pages.empty()) {
      replacement.tables.push_back({sorted.table, std::move(pages)});
    }
  }
  return {};
}

std::unexpected<Error> Loader::FailHere(ErrorCode code, std::string_view message) const {
  const std::uint64_t number = progress_.loaded + progress_.skipped + items_.size() + 1;
  return Fail(code, "record " + IntegerText(static_cast<std::int64_t>(number)) + ": " + std::string(message));
}

}  // namespace sawa
