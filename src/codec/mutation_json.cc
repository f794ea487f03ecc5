// SPDX-License-Identifier: MIT
#include <array>
#include <map>

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
  std::map<std::string, Value> values;
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
  const auto kind = KindFrom(TextAt(json, "op"));
  const auto collection = TextAt(json, "collection");
  const auto id = TextAt(json, "id");
  if (!kind || !collection || !id || !IsUuid(*id)) {
    return Fail(ErrorCode::kInvalidArgument, "an operation needs 'op', 'collection' and a UUID as 'id'");
  }
  Operation operation{.kind = *kind, .collection = *collection, .id = *id};
  // It may be absent.
  static_cast<void>(ReadFields(MemberAt(json, "was"), operation.was));
  if (*kind == OperationKind::kPut || *kind == OperationKind::kPatch) {
    if (!ReadFields(MemberAt(json, "fields"), operation.fields)) {
      return Fail(ErrorCode::kInvalidArgument, "put and patch need 'fields'");
    }
  } else if (*kind == OperationKind::kIncrement) {
    const auto field = TextAt(json, "field");
    const auto delta = IntegerAt(json, "delta");
    if (!field || !delta) {
      return Fail(ErrorCode::kInvalidArgument, "increment needs 'field' and a whole 'delta'");
    }
    operation.field = *field;
    operation.delta = *delta;
  }
  return operation;
}

Result<Mutation> MutationFromJson(JsonView json) {
  const auto seq = IntegerAt(json, "seq");
  const auto id = TextAt(json, "id");
  const auto name = TextAt(json, "name");
  const auto stamp_text = TextAt(json, "stamp");
  const auto stamp = stamp_text ? ParseStamp(*stamp_text) : std::nullopt;
  const auto ops = MemberAt(json, "ops");
  if (!seq || *seq < 1 || !id || !name || !stamp || !ops || !ops->is_array()) {
    return Fail(ErrorCode::kInvalidArgument, "a mutation needs seq, id, name, stamp and ops");
  }
  Mutation mutation{.seq = static_cast<std::uint64_t>(*seq), .id = *id, .name = *name, .stamp = *stamp};
  if (const auto actor = TextAt(json, "actor"); actor) {
    mutation.actor = *actor;
  }
  if (const auto base = TextAt(json, "base"); base) {
    mutation.base = *base;
  }
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
