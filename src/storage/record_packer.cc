// SPDX-License-Identifier: MIT
#include "storage/record_packer.h"

#include "storage/table_names.h"

namespace sawa {
namespace {

// A server that sends ever new fields must not fill the memory of those who only read.
constexpr ShapeNumber kShapesMax = 4096;

// Shapes sort by their numbers.
std::string KeyOf(ShapeNumber number) {
  std::string key;
  for (int shift = 24; shift >= 0; shift -= 8) {
    key.push_back(static_cast<char>(number >> shift));
  }
  return key;
}

}  // namespace

Result<Shapes> ReadShapes(const Tables& tables) {
  Shapes shapes;
  for (const auto [key, bytes] : tables.Scan(kShapesTable)) {
    SAWA_ASSIGN(Shapes::Names names, DecodeShape(bytes));
    shapes.Add(shapes.next_number(), std::move(names));
  }
  return shapes;
}

Result<void> AddShapes(const WriteBatch& batch, Shapes& shapes) {
  for (const TableChange& change : batch) {
    if (change.table == kShapesTable && change.kind == TableChange::Kind::kPut) {
      SAWA_ASSIGN(Shapes::Names names, DecodeShape(change.value));
      shapes.Add(shapes.next_number(), std::move(names));
    }
  }
  return {};
}

ShapeNumber RecordPacker::ShapeOf(const Record& record, WriteBatch& batch) {
  const ShapeNumber known = shapes_.NumberOf(record);
  const ShapeNumber next = shapes_.next_number();
  if (known != kNoShape || next > kShapesMax) {
    return known;
  }
  Shapes::Names names;
  for (const FieldState& field : record.fields()) {
    names.push_back(field.name);
  }
  shapes_.Add(next, std::move(names));
  batch.push_back({TableChange::Kind::kPut, std::string(kShapesTable), KeyOf(next), EncodeShape(record)});
  return next;
}

void RecordPacker::Put(std::string_view collection, std::string id, const Record& record, WriteBatch& batch) {
  const ShapeNumber shape = ShapeOf(record, batch);
  batch.push_back({TableChange::Kind::kPut, RecordsTable(collection), std::move(id), EncodeRecord(record, shape)});
}

}  // namespace sawa
