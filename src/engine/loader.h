// SPDX-License-Identifier: MIT
// Fills a collection with confirmed records: a JSON array of objects, each with its "id", that comes in parts. They are
// never sent to the server; what it says of a record later takes their place. Records that the database has already stay
// as they are.
//
// Into a collection that is empty all is stored at once, straight as pages; into any other, part by part.
// Layer: engine.
#pragma once

#include <string>
#include <vector>

#include "codec/json_scanner.h"
#include "query/index.h"
#include "storage/entry_sorter.h"
#include "storage/tables.h"

namespace sawa {

struct LoadProgress {
  std::uint64_t loaded = 0;
  std::uint64_t skipped = 0;  // Were there already.
  bool more = false;          // There is still something to store.
};

class Loader {
 public:
  // What is given must outlive the loader. `shapes` and `indexes` are those of the database at any time.
  Loader(const CollectionSchema& schema, Tables& tables, const Shapes& shapes, const IndexDefinitions& indexes);

  // Room for the next part of the text, to be filled before Add.
  [[nodiscard]] char* Room(std::size_t byte_count);

  // Reads the part. Errors: invalid_argument for what is no array of objects; invalid_value, unknown_field, with the number
  // of the record; those of Tables::Commit. Then the load is over; what parts before stored stays.
  Task<Result<LoadProgress>> Add();

  // After the last part: a step towards having all stored, until there is no more. Errors: as Add, and storage_contended if
  // something else came into the collection meanwhile: nothing of the load is stored then.
  Task<Result<LoadProgress>> Finish();

 private:
  // What the text goes on with.
  enum class Expected : std::uint8_t { kArray, kFirstItem, kItem, kSeparator, kNothing };
  enum class Outcome : std::uint8_t { kDone, kNeedsText, kNeedsShape };
  enum class Match : std::uint8_t { kRead, kOtherNames, kBroken };
  struct Item {
    std::string id;
    Bytes record;
  };
  struct Sorted {
    std::string table;
    EntrySorter sorter = {};
    std::vector<const Value*> values = {};  // Of the index's fields, in `record_`.
  };

  Result<Outcome> ReadItems();
  Result<Outcome> ReadItem(JsonScanner& scanner);
  Match ReadMembers(JsonScanner& scanner);
  bool ReadNames(JsonScanner& scanner);
  Result<void> ArrangeRecord();
  Result<void> Keep(const std::string& id);
  Task<Result<void>> AddShape();
  Task<Result<void>> StoreItems();
  Result<void> FillIn(Tables::Replacement& replacement);
  bool TakeSeparator(JsonScanner& scanner, char next);
  [[nodiscard]] bool bulk() const { return !sorted_.empty(); }
  [[nodiscard]] std::unexpected<Error> FailHere(ErrorCode code, std::string_view message) const;

  const CollectionSchema& schema_;
  Tables& tables_;
  const Shapes& shapes_;
  const IndexDefinitions& indexes_;
  const std::string table_;
  const std::vector<IndexDefinition> definitions_;

  std::string text_;
  std::size_t read_ = 0;  // So much of it.
  Expected expected_ = Expected::kArray;

  // The item that is being read, into places that serve all items of the same names in the same order.
  std::vector<std::string> names_;
  std::vector<Value*> places_;              // By name: in `record_`, or `id_`.
  std::vector<const FieldSchema*> fields_;  // By the fields of `record_`.
  Value id_;
  Record record_;
  ShapeNumber shape_ = kNoShape;
  bool has_shape_ = false;

  std::vector<Sorted> sorted_;  // The records, then each of `definitions_`.
  std::vector<Item> items_;
  LoadProgress progress_;
};

}  // namespace sawa
