// SPDX-License-Identifier: MIT
#include "sync/meta.h"

#include "storage/table_names.h"

namespace sawa {

std::string MetaText(const Tables& tables, std::string_view key) {
  const auto bytes = tables.Get(kMetaTable, key);
  return bytes ? std::string(AsText(*bytes)) : std::string();
}

std::uint64_t MetaNumber(const Tables& tables, std::string_view key) {
  const auto bytes = tables.Get(kMetaTable, key);
  return bytes ? ByteReader(*bytes).Variable().value_or(0) : 0;
}

TableChange PutMeta(std::string_view key, std::string_view text) {
  return {TableChange::Kind::kPut, std::string(kMetaTable), std::string(key), BytesOf(text)};
}

TableChange PutMeta(std::string_view key, std::uint64_t number) {
  ByteWriter writer;
  writer.Variable(number);
  return {TableChange::Kind::kPut, std::string(kMetaTable), std::string(key), writer.Take()};
}

}  // namespace sawa
