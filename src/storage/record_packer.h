// SPDX-License-Identifier: MIT
// Puts records into a batch, with the shapes that are new. Layer: storage.
#pragma once

#include <string>

#include "codec/batch_codec.h"
#include "codec/record_codec.h"
#include "storage/tables.h"

namespace sawa {

// All shapes of a database. Errors: storage_corrupt.
Result<Shapes> ReadShapes(const Tables& tables);

// Takes over the shapes that `batch` puts. Errors: storage_corrupt.
Result<void> AddShapes(const WriteBatch& batch, Shapes& shapes);

class RecordPacker {
 public:
  // `shapes`: those that are stored.
  explicit RecordPacker(Shapes shapes) : shapes_(std::move(shapes)) {}

  // Records of a shape that is new come with it; of too many shapes, with their names. `id`: 16 bytes.
  void Put(std::string_view collection, std::string id, const Record& record, WriteBatch& batch);
  // The record's shape, put into the batch if it is new.
  ShapeNumber ShapeOf(const Record& record, WriteBatch& batch);

 private:
  Shapes shapes_;
};

}  // namespace sawa
