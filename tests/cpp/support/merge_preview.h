// SPDX-License-Identifier: MIT
// Merging by the engine's own rules, as JSON in and out: what the golden vectors use. Needs: codec, conflict.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "conflict/merge.h"

namespace sawa::test {

namespace merge_preview {

inline std::unexpected<Error> BadRequest(std::string_view what) { return Fail(ErrorCode::kInvalidArgument, what); }

// The text of an object with more members; of members that are there twice the last one counts.
inline std::string With(JsonView object, std::string_view members) {
  std::string text = JsonToText(object);
  text.pop_back();
  return text + (text.size() > 1 ? "," : "") + std::string(members) + "}";
}

inline Result<CollectionSchema> SchemaOf(JsonView request) {
  const auto schema = MemberAt(request, "schema");
  const auto fields = schema ? MemberAt(*schema, "fields") : std::nullopt;
  if (!fields) {
    return BadRequest("schema");
  }
  JsonObject optional_fields;
  for (JsonWalk walk(*fields); walk.Next();) {
    if (!walk.value().is_object()) {
      return BadRequest("schema");
    }
    optional_fields.Raw(walk.name(), With(walk.value(), R"("required":false)"));
  }
  const std::string text =
      JsonObject()
          .Number("version", 1)
          .Raw("collections",
               JsonObject().Raw("records", JsonObject().Raw("fields", optional_fields.Take()).Take()).Take())
          .Take();
  SAWA_ASSIGN(const JsonView whole_json, ParseJson(std::string_view(text)));
  SAWA_ASSIGN(Schema whole, SchemaFromJson(whole_json));
  return std::move(whole.collections.front());
}

inline Result<std::optional<Record>> RecordOf(JsonView request) {
  const auto json = MemberAt(request, "record");
  if (!json || json->is_null()) {
    return std::optional<Record>();
  }
  const auto fields = MemberAt(*json, "fields");
  const auto stamps = MemberAt(*json, "stamps");
  if (!fields || !fields->is_object() || !stamps) {
    return BadRequest("record");
  }
  Record record;
  for (JsonWalk walk(*fields); walk.Next();) {
    const auto text = TextAt(*stamps, walk.name());
    // A field without a stamp is older than any edit.
    const auto stamp = text ? ParseStamp(*text) : Stamp{};
    if (!stamp) {
      return BadRequest("record.stamps");
    }
    record.Set(walk.name(), walk.value().ToValue(), *stamp);
  }
  if (const auto removed = TextAt(*json, "removed"); removed) {
    record.removed = ParseStamp(*removed);
  }
  return std::optional(std::move(record));
}

inline std::string JsonOf(const std::optional<Record>& record) {
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

}  // namespace merge_preview

// Takes {schema: {fields}, record: {fields, stamps, removed} | null, stamp, ops} and gives {record, lost}.
// Errors: invalid_argument, invalid_schema, mutation_invalid.
[[nodiscard]] inline Result<std::string> PreviewMerge(std::string_view request_text) {
  using namespace merge_preview;
  SAWA_ASSIGN(const JsonView request, ParseJson(request_text));
  SAWA_ASSIGN(const CollectionSchema schema, SchemaOf(request));
  SAWA_ASSIGN(std::optional<Record> record, RecordOf(request));
  const auto stamp_text = TextAt(request, "stamp");
  const auto stamp = stamp_text ? ParseStamp(*stamp_text) : std::nullopt;
  const auto ops = MemberAt(request, "ops");
  if (!stamp || !ops || !ops->is_array()) {
    return BadRequest("stamp, ops");
  }
  std::vector<std::string> lost;
  for (JsonWalk walk(*ops); walk.Next();) {
    if (!walk.value().is_object()) {
      return BadRequest("ops");
    }
    const std::string op = With(walk.value(), R"("collection":"records","id":"00000000-0000-7000-8000-000000000000")");
    SAWA_ASSIGN(const JsonView op_json, ParseJson(std::string_view(op)));
    SAWA_ASSIGN(const Operation operation, OperationFromJson(op_json));
    SAWA_TRY(ApplyOperation(schema, operation, *stamp, record, lost));
  }
  JsonArray lost_names;
  for (const std::string& name : std::set<std::string>(lost.begin(), lost.end())) {
    lost_names.Text(name);
  }
  return JsonObject().Raw("record", JsonOf(record)).Raw("lost", lost_names.Take()).Take();
}

}  // namespace sawa::test
