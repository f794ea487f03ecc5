// SPDX-License-Identifier: MIT
#include "engine/merge_preview.h"

#include <algorithm>

#include <set>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "conflict/merge.h"

namespace sawa {
namespace {

constexpr std::string_view kAnyId = "00000000-0000-7000-8000-000000000000";

std::unexpected<Error> BadRequest(std::string_view what) {
  return Fail(ErrorCode::kInvalidArgument, std::string(what));
}

Result<CollectionSchema> SchemaOf(const Json& request) {
  const Json* schema = MemberAt(request, "schema");
  const Json* fields = schema != nullptr ? MemberAt(*schema, "fields") : nullptr;
  if (fields == nullptr || !std::ranges::all_of(*fields, [](const Json& field) { return field.is_object(); })) {
    return BadRequest("schema");
  }
  Json whole_json = Json::object();
  whole_json["version"] = 1;
  Json& collection = whole_json["collections"]["records"] = *schema;
  for (Json& field : collection["fields"]) {
    field["required"] = false;
  }
  SAWA_ASSIGN(Schema whole, SchemaFromJson(whole_json));
  return std::move(whole.collections.front());
}

Result<std::optional<Record>> RecordOf(const Json& request) {
  const Json* json = MemberAt(request, "record");
  if (json == nullptr || json->is_null()) {
    return std::optional<Record>();
  }
  const Json* fields = MemberAt(*json, "fields");
  const Json* stamps = MemberAt(*json, "stamps");
  if (fields == nullptr || !fields->is_object() || stamps == nullptr) {
    return BadRequest("record");
  }
  Record record;
  for (const auto& [name, value] : fields->items()) {
    const std::string* text = TextAt(*stamps, name);
    // A field without a stamp is older than any edit.
    const auto stamp = text != nullptr ? ParseStamp(*text) : Stamp{};
    if (!stamp) {
      return BadRequest("record.stamps");
    }
    record.Set(name, ValueFromJson(value), *stamp);
  }
  if (const std::string* removed = TextAt(*json, "removed"); removed != nullptr) {
    record.removed = ParseStamp(*removed);
  }
  return std::optional(std::move(record));
}

std::string JsonOf(const std::optional<Record>& record) {
  if (!record) {
    return "null";
  }
  JsonObject fields;
  JsonObject stamps;
  for (const FieldState& field : record->fields()) {
    fields.Raw(field.name, CanonicalText(field.value));
    if (field.stamp != Stamp{}) {
      stamps.Text(field.name, StampText(field.stamp));
    }
  }
  return JsonObject()
      .Raw("fields", fields.Take())
      .Raw("stamps", stamps.Take())
      .TextOrNull("removed", record->removed ? StampText(*record->removed) : std::string())
      .Take();
}

}  // namespace

Result<std::string> PreviewMerge(std::string_view request_text) {
  SAWA_ASSIGN(const Json request, ParseJson(request_text));
  SAWA_ASSIGN(const CollectionSchema schema, SchemaOf(request));
  SAWA_ASSIGN(std::optional<Record> record, RecordOf(request));
  const std::string* stamp_text = TextAt(request, "stamp");
  const auto stamp = stamp_text != nullptr ? ParseStamp(*stamp_text) : std::nullopt;
  const Json* ops = MemberAt(request, "ops");
  if (!stamp || ops == nullptr || !ops->is_array()) {
    return BadRequest("stamp, ops");
  }
  std::vector<std::string> lost;
  for (Json op : *ops) {
    if (!op.is_object()) {
      return BadRequest("ops");
    }
    op["collection"] = "records";
    op["id"] = kAnyId;
    SAWA_ASSIGN(const Operation operation, OperationFromJson(op));
    SAWA_TRY(ApplyOperation(schema, operation, *stamp, record, lost));
  }
  JsonArray lost_names;
  for (const std::string& name : std::set<std::string>(lost.begin(), lost.end())) {
    lost_names.Text(name);
  }
  return JsonObject().Raw("record", JsonOf(record)).Raw("lost", lost_names.Take()).Take();
}

}  // namespace sawa
