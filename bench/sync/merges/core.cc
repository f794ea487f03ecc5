// SPDX-License-Identifier: MIT
// Replicas that merge with the engine's own code, compiled as it is shipped: mutations come as the text that the protocol
// carries, and records are kept as the bytes that a device stores.
#include <emscripten/emscripten.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/double_text.h"
#include "codec/json.h"
#include "codec/record_codec.h"
#include "conflict/merge.h"

namespace {

struct Replica {
  sawa::Schema schema{
      1,
      {{"products",
        {{"name", sawa::FieldType::kText}, {"price", sawa::FieldType::kInteger}, {"note", sawa::FieldType::kText}}}}};
  sawa::Shapes shapes;
  std::map<std::string, sawa::Bytes> records;
};

std::vector<std::unique_ptr<Replica>> replicas;
std::string input;
std::string output;

bool Apply(Replica& replica, const sawa::Mutation& mutation) {
  for (const sawa::Operation& operation : mutation.ops) {
    sawa::Bytes& bytes = replica.records[operation.id];
    std::optional<sawa::Record> record;
    if (!bytes.empty()) {
      auto held = sawa::DecodeRecord(bytes, replica.shapes);
      if (!held) {
        return false;
      }
      record = *std::move(held);
    }
    std::vector<std::string> lost;
    const sawa::CollectionSchema* collection = replica.schema.Find(operation.collection);
    if (collection == nullptr || !sawa::ApplyOperation(*collection, operation, mutation.stamp, record, lost)) {
      return false;
    }
    sawa::ShapeNumber shape = replica.shapes.NumberOf(*record);
    if (shape == sawa::kNoShape) {
      sawa::Shapes::Names names;
      for (const sawa::FieldState& field : record->fields()) {
        names.push_back(field.name);
      }
      shape = replica.shapes.next_number();
      replica.shapes.Add(shape, std::move(names));
    }
    bytes = sawa::EncodeRecord(*record, shape);
  }
  return true;
}

}  // namespace

// JavaScript gives the text of numbers with fractions; here there are none.
std::string sawa::DoubleText(double /*number*/) { return {}; }

extern "C" {

// The number of a new replica.
EMSCRIPTEN_KEEPALIVE int bench_make() {
  replicas.push_back(std::make_unique<Replica>());
  return static_cast<int>(replicas.size()) - 1;
}

EMSCRIPTEN_KEEPALIVE void bench_clear() { replicas.clear(); }

// Where to put a text of this length.
EMSCRIPTEN_KEEPALIVE char* bench_input(int length) {
  input.resize(static_cast<std::size_t>(length));
  return input.data();
}

// Merges the mutations of the input, a JSON array, into a replica. 0 if one of them cannot be merged.
EMSCRIPTEN_KEEPALIVE int bench_merge(int replica) {
  const auto json = sawa::ParseJson(std::string_view(input));
  if (!json) {
    return 0;
  }
  for (sawa::JsonWalk walk(*json); walk.Next();) {
    const auto mutation = sawa::MutationFromJson(walk.value());
    if (!mutation || !Apply(*replicas[static_cast<std::size_t>(replica)], *mutation)) {
      return 0;
    }
  }
  return 1;
}

// All records with their stamps, as text that ends with a zero.
EMSCRIPTEN_KEEPALIVE const char* bench_state(int number) {
  const Replica& replica = *replicas[static_cast<std::size_t>(number)];
  output.clear();
  for (const auto& [id, bytes] : replica.records) {
    output += id;
    const auto record = sawa::DecodeRecord(bytes, replica.shapes);
    for (const sawa::FieldState& field : record ? record->fields() : std::vector<sawa::FieldState>()) {
      output += " " + field.name + "=" + sawa::CanonicalText(field.value) + "@" + sawa::StampText(field.stamp);
    }
    output += "\n";
  }
  return output.c_str();
}
}
