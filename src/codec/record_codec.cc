// SPDX-License-Identifier: MIT
#include "codec/record_codec.h"

#include <algorithm>

#include "codec/frame.h"
#include "codec/value_codec.h"

namespace sawa {
namespace {

// The first byte of a record.
constexpr std::uint8_t kRemovedFlag = 1;
constexpr std::uint8_t kStampMask = 6;
constexpr std::uint8_t kNoStamps = 0;    // All fields have the zero stamp.
constexpr std::uint8_t kOneStamp = 2;    // All fields have the stamp that follows.
constexpr std::uint8_t kManyStamps = 4;  // A list of stamps follows, then for each field its place in the list.

// How many bytes it takes to tell so many stamps apart.
std::size_t PlaceBytes(std::size_t stamp_count) { return stamp_count <= 256 ? 1 : 3; }

void EncodeStamp(ByteWriter& writer, const Stamp& stamp) {
  writer.Fixed64(stamp.time);
  writer.Fixed64(stamp.node);
}

std::optional<Stamp> DecodeStamp(ByteReader& reader) {
  const auto time = reader.Fixed64();
  const auto node = reader.Fixed64();
  return time && node ? std::optional(Stamp{*time, *node}) : std::nullopt;
}

std::vector<Stamp> StampsOf(const Record& record) {
  std::vector<Stamp> stamps;
  for (const FieldState& field : record.fields()) {
    if (std::ranges::find(stamps, field.stamp) == stamps.end()) {
      stamps.push_back(field.stamp);
    }
  }
  return stamps;
}

void EncodeNames(ByteWriter& writer, const Record& record) {
  writer.Variable(record.fields().size());
  for (const FieldState& field : record.fields()) {
    writer.Text(field.name);
  }
}

std::optional<std::vector<std::string_view>> DecodeNames(ByteReader& reader) {
  const auto count = reader.Variable();
  if (!count || *count > reader.rest().size()) {
    return std::nullopt;
  }
  std::vector<std::string_view> names;
  for (std::uint64_t index = 0; index < *count; ++index) {
    const auto name = reader.Text();
    if (!name) {
      return std::nullopt;
    }
    names.push_back(*name);
  }
  return names;
}

// What comes before the values.
struct Header {
  std::uint8_t flags = 0;
  std::optional<Stamp> removed = std::nullopt;
  const Shapes::Names* shape = nullptr;
  std::vector<std::string_view> own_names = {};
  std::vector<Stamp> stamps = {};
  ByteView stamp_places = {};

  [[nodiscard]] std::size_t field_count() const { return shape != nullptr ? shape->size() : own_names.size(); }
  [[nodiscard]] std::string_view name(std::size_t index) const {
    return shape != nullptr ? std::string_view((*shape)[index]) : own_names[index];
  }
  [[nodiscard]] std::optional<Stamp> stamp(std::size_t index) const {
    if (stamp_places.empty()) {
      return stamps.empty() ? Stamp{} : stamps.front();
    }
    const std::size_t width = PlaceBytes(stamps.size());
    std::size_t place = 0;
    for (std::size_t byte = 0; byte < width; ++byte) {
      place |= std::size_t{stamp_places[index * width + byte]} << (8 * byte);
    }
    return place < stamps.size() ? std::optional(stamps[place]) : std::nullopt;
  }
};

bool ReadStamps(ByteReader& reader, Header& header) {
  const auto kind = static_cast<std::uint8_t>(header.flags & kStampMask);
  const auto count = kind == kManyStamps ? reader.Variable() : std::optional<std::uint64_t>(kind == kOneStamp ? 1 : 0);
  if (!count || *count > reader.rest().size() || kind > kManyStamps) {
    return false;
  }
  for (std::uint64_t index = 0; index < *count; ++index) {
    const auto stamp = DecodeStamp(reader);
    if (!stamp) {
      return false;
    }
    header.stamps.push_back(*stamp);
  }
  if (kind == kManyStamps) {
    const auto places = reader.Raw(header.field_count() * PlaceBytes(header.stamps.size()));
    header.stamp_places = places.value_or(ByteView());
    return places.has_value();
  }
  return true;
}

std::optional<Header> ReadHeader(ByteReader& reader, const Shapes& shapes) {
  Header header;
  const auto flags = reader.Byte();
  const auto shape = reader.Variable();
  if (!flags || *flags > (kRemovedFlag | kStampMask) || !shape || *shape > 0xFFFFFFFF) {
    return std::nullopt;
  }
  header.flags = *flags;
  if (*shape == kNoShape) {
    auto names = DecodeNames(reader);
    if (!names) {
      return std::nullopt;
    }
    header.own_names = std::move(*names);
  } else {
    header.shape = shapes.Find(static_cast<ShapeNumber>(*shape));
    if (header.shape == nullptr) {
      return std::nullopt;
    }
  }
  if ((header.flags & kRemovedFlag) != 0) {
    header.removed = DecodeStamp(reader);
    if (!header.removed) {
      return std::nullopt;
    }
  }
  return ReadStamps(reader, header) ? std::optional(std::move(header)) : std::nullopt;
}

}  // namespace

ShapeNumber Shapes::NumberOf(const Record& record) const {
  const auto number = numbers_.find(std::string(AsText(EncodeShape(record))));
  return number != numbers_.end() ? number->second : kNoShape;
}

bool Shapes::Add(ShapeNumber number, Names names) {
  if (number != next_number()) {
    return false;
  }
  ByteWriter writer;
  writer.Variable(names.size());
  for (const std::string& name : names) {
    writer.Text(name);
  }
  numbers_.emplace(std::string(AsText(writer.view())), number);
  by_number_.push_back(std::move(names));
  return true;
}

Bytes EncodeShape(const Record& record) {
  ByteWriter writer;
  EncodeNames(writer, record);
  return writer.Take();
}

Result<Shapes::Names> DecodeShape(ByteView bytes) {
  ByteReader reader(bytes);
  const auto names = DecodeNames(reader);
  if (!names || !reader.at_end()) {
    return Corrupt("a shape cannot be read");
  }
  return Shapes::Names(names->begin(), names->end());
}

Bytes EncodeRecord(const Record& record, ShapeNumber shape) {
  const std::vector<Stamp> stamps = StampsOf(record);
  const bool all_zero = stamps.empty() || (stamps.size() == 1 && stamps.front() == Stamp{});
  const std::uint8_t stamp_kind = all_zero ? kNoStamps : (stamps.size() == 1 ? kOneStamp : kManyStamps);
  ByteWriter writer;
  writer.Byte(static_cast<std::uint8_t>((record.removed ? kRemovedFlag : 0) | stamp_kind));
  writer.Variable(shape);
  if (shape == kNoShape) {
    EncodeNames(writer, record);
  }
  if (record.removed) {
    EncodeStamp(writer, *record.removed);
  }
  if (stamp_kind == kManyStamps) {
    writer.Variable(stamps.size());
  }
  if (stamp_kind != kNoStamps) {
    for (const Stamp& stamp : stamps) {
      EncodeStamp(writer, stamp);
    }
  }
  if (stamp_kind == kManyStamps) {
    for (const FieldState& field : record.fields()) {
      const auto place = static_cast<std::size_t>(std::ranges::find(stamps, field.stamp) - stamps.begin());
      for (std::size_t byte = 0; byte < PlaceBytes(stamps.size()); ++byte) {
        writer.Byte(static_cast<std::uint8_t>(place >> (8 * byte)));
      }
    }
  }
  for (const FieldState& field : record.fields()) {
    EncodeValue(writer, field.value);
  }
  return writer.Take();
}

Result<Record> DecodeRecord(ByteView bytes, const Shapes& shapes) {
  ByteReader reader(bytes);
  const auto header = ReadHeader(reader, shapes);
  if (!header) {
    return Corrupt("a stored record cannot be read");
  }
  Record record;
  record.removed = header->removed;
  for (std::size_t index = 0; index < header->field_count(); ++index) {
    auto value = DecodeValue(reader);
    const auto stamp = header->stamp(index);
    if (!value || !stamp) {
      return Corrupt("a stored record cannot be read");
    }
    record.Set(header->name(index), std::move(*value), *stamp);
  }
  if (!reader.at_end()) {
    return Corrupt("a stored record has bytes left over");
  }
  return record;
}

bool IsRemoved(ByteView record) { return record.empty() || (record.front() & kRemovedFlag) != 0; }

Value FieldOfRecord(ByteView record, const Shapes& shapes, std::string_view field) {
  ByteReader reader(record);
  const auto header = ReadHeader(reader, shapes);
  for (std::size_t index = 0; header && index < header->field_count(); ++index) {
    if (header->name(index) == field) {
      return DecodeValue(reader).value_or(Value{});
    }
    if (!SkipValue(reader)) {
      break;
    }
  }
  return {};
}

}  // namespace sawa
