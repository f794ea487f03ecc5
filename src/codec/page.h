// SPDX-License-Identifier: MIT
// A page: a run of one table's entries, ordered by key, that is written once and read in place. docs/storage-format.md has
// the layout. Layer: codec.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace sawa {

class Page {
 public:
  // Takes the bytes of a page and checks all of them once. Errors: storage_corrupt, storage_version_too_new.
  [[nodiscard]] static Result<Page> Open(Bytes bytes);

  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] std::string_view key(std::size_t index) const { return AsText(At(index).key); }
  [[nodiscard]] ByteView value(std::size_t index) const { return At(index).value; }
  // The index of the first entry whose key is not less than `key`.
  [[nodiscard]] std::size_t LowerBound(std::string_view key) const;
  // The index of the first entry, from `from` on, that `part` may begin in; size() if there is none.
  [[nodiscard]] std::size_t IndexWith(std::string_view part, std::size_t from) const;

 private:
  friend class PageBuilder;
  struct Entry {
    ByteView key;
    ByteView value;
  };
  Page(Bytes bytes, std::size_t count) : bytes_(std::move(bytes)), count_(count) {}
  [[nodiscard]] Result<void> Check() const;
  [[nodiscard]] std::size_t OffsetOf(std::size_t index) const;
  [[nodiscard]] Entry At(std::size_t index) const;

  Bytes bytes_;
  std::size_t count_;
};

class PageBuilder {
 public:
  // Keys come in ascending order, each once.
  void Add(std::string_view key, ByteView value);
  [[nodiscard]] std::size_t byte_count() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return offsets_.empty(); }
  // The builder is empty afterwards.
  [[nodiscard]] Page Finish();

 private:
  std::vector<std::uint32_t> offsets_;
  ByteWriter entries_;
};

}  // namespace sawa
