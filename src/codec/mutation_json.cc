// SPDX-License-Identifier: MIT
#include <array>

#include "base/text_map.h"
#include "base/uuid.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace sawa {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"put", "patch", "increment", "remove"};

std::optional<OperationKind> KindFrom(const std::optional<std::string>& text) {
  for (std::size_t index = 0; text && index < kKinds.size(); ++index) {
    if (kKinds.at(index) == *text) {
      return static_cast<OperationKind>(index);
    }
  }
  return std::nullopt;
}

std::string FieldsToText(const FieldValues& fields) {
  JsonObject json;
  for (const auto& [name, value] : fields) {
    json.Raw(name, CanonicalText(value));
  }
  return json.Take();
}

// In the order of their names; of names that are there twice the last one counts. False for what is no object.
bool ReadFields(const std::optional<JsonView>& json, FieldValues& fields) {
  if (!json || !json->is_object()) {
    return false;
  }
  TextMap<Value> values;
  for (JsonWalk walk(*json); walk.Next();) {
    values.insert_or_assign(walk.name(), walk.value().ToValue());
  }
  fields.assign(values.begin(), values.end());
  return true;
}

std::string OperationToText(const Operation& operation) {
  JsonObject json;
  json.Text("op", kKinds.at(static_cast<std::size_t>(operation.kind)))
      .Text("collection", operation.collection)
      .Text("id", operation.id);
  if (!operation.was.empty()) {
    json.Raw("was", FieldsToText(operation.was));
  }
  if (operation.kind == OperationKind::kPut || operation.kind == OperationKind::kPatch) {
    json.Raw("fields", FieldsToText(operation.fields));
  } else if (operation.kind == OperationKind::kIncrement) {
    json.Text("field", operation.field).Number("delta", operation.delta);
  }
  return json.Take();
}

}  // namespace

Result<Operation> OperationFromJson(JsonView json) {
  const auto [op, collection_json, id_json, was, fields, field_json, delta_json] =
      MembersAt(json, "op", "collection", "id", "was", "fields", "field", "delta");
  const auto kind = KindFrom(TextOf(op));
  auto collection = TextOf(collection_json);
  auto id = TextOf(id_json);
  if (!kind || !collection || !id || !IsUuid(*id)) {
    return Fail(ErrorCode::kInvalidArgument, "an operation needs 'op', 'collection' and a UUID as 'id'");
  }
  Operation operation{.kind = *kind, .collection = *std::move(collection), .id = *std::move(id)};
  // It may be absent.
  static_cast<void>(ReadFields(was, operation.was));
  if (*kind == OperationKind::kPut || *kind == OperationKind::kPatch) {
    if (!ReadFields(fields, operation.fields)) {
      return Fail(ErrorCode::kInvalidArgument, "put and patch need 'fields'");
    }
  } else if (*kind == OperationKind::kIncrement) {
    auto field = TextOf(field_json);
    const auto delta = IntegerOf(delta_json);
    if (!field || !delta) {
      return Fail(ErrorCode::kInvalidArgument, "increment needs 'field' and a whole 'delta'");
    }
    operation.field = *std::move(field);
    operation.delta = *delta;
  }
  return operation;
}

Result<Mutation> MutationFromJson(JsonView json) {
  const auto [seq_json, id_json, name_json, stamp_json, actor, base, ops] =
      MembersAt(json, "seq", "id", "name", "stamp", "actor", "base", "ops");
  const auto seq = IntegerOf(seq_json);
  auto id = TextOf(id_json);
  auto name = TextOf(name_json);
  const auto stamp = ParseStamp(TextOf(stamp_json).value_or(""));
  if (!seq || *seq < 1 || !id || !name || !stamp || !ops || !ops->is_array()) {
    return Fail(ErrorCode::kInvalidArgument, "a mutation needs seq, id, name, stamp and ops");
  }
  Mutation mutation{.seq = static_cast<std::uint64_t>(*seq),
                    .id = *std::move(id),
                    .name = *std::move(name),
                    .stamp = *stamp,
                    .actor = TextOf(actor).value_or(""),
                    .base = TextOf(base).value_or("")};
  for (JsonWalk walk(*ops); walk.Next();) {
    SAWA_ASSIGN(Operation operation, OperationFromJson(walk.value()));
    mutation.ops.push_back(std::move(operation));
  }
  return mutation;
}

std::string MutationToText(const Mutation& mutation) {
  JsonArray ops;
  for (const Operation& operation : mutation.ops) {
    ops.Raw(OperationToText(operation));
  }
  return JsonObject()
      .Number("seq", static_cast<std::int64_t>(mutation.seq))
      .Text("id", mutation.id)
      .Text("name", mutation.name)
      .Text("stamp", StampText(mutation.stamp))
      .Text("actor", mutation.actor)
      .TextOrNull("base", mutation.base)
      .Raw("ops", ops.Take())
      .Take();
}

}  // namespace sawa
