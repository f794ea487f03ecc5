// SPDX-License-Identifier: MIT
#include <array>

#include "base/uuid.h"
#include "codec/json.h"
#include "protocol/messages.h"

namespace sawa {
namespace {

constexpr std::array<std::string_view, 5> kStatuses = {"applied", "merged", "duplicate", "rejected", "quarantined"};

std::unexpected<Error> Malformed(std::string_view place) {
  return Fail(ErrorCode::kResponseMalformed, "the server's answer cannot be read: " + std::string(place));
}

std::optional<VerdictStatus> StatusFrom(const std::string* text) {
  for (std::size_t index = 0; text != nullptr && index < kStatuses.size(); ++index) {
    if (kStatuses.at(index) == *text) {
      return static_cast<VerdictStatus>(index);
    }
  }
  return std::nullopt;
}

std::string TextOrEmpty(const Json& object, std::string_view key) {
  const std::string* text = TextAt(object, key);
  return text != nullptr ? *text : std::string();
}

Result<std::uint64_t> CountAt(const Json& object, std::string_view key) {
  const auto count = IntegerAt(object, key);
  if (!count || *count < 0) {
    return Malformed(key);
  }
  return static_cast<std::uint64_t>(*count);
}

Result<bool> FlagAt(const Json& object, std::string_view key) {
  const Json* flag = MemberAt(object, key);
  if (flag == nullptr || !flag->is_boolean()) {
    return Malformed(key);
  }
  return flag->get<bool>();
}

Result<Verdict> DecodeVerdict(const Json& json) {
  Verdict verdict;
  SAWA_ASSIGN(verdict.seq, CountAt(json, "seq"));
  const auto status = StatusFrom(TextAt(json, "status"));
  if (!status) {
    return Malformed("verdicts.status");
  }
  verdict.status = *status;
  verdict.first_status = *status;
  if (*status == VerdictStatus::kDuplicate) {
    const auto first = StatusFrom(TextAt(json, "first_status"));
    if (!first || *first == VerdictStatus::kDuplicate) {
      return Malformed("verdicts.first_status");
    }
    verdict.first_status = *first;
  }
  SAWA_ASSIGN(verdict.version, CountAt(json, "version"));
  verdict.code = TextOrEmpty(json, "code");
  verdict.message = TextOrEmpty(json, "message");
  return verdict;
}

Result<Stamp> StampFrom(const Json& json) {
  const auto* text = json.get_ptr<const std::string*>();
  const auto stamp = text != nullptr ? ParseStamp(*text) : std::nullopt;
  if (!stamp) {
    return Malformed("changes.stamp");
  }
  return *stamp;
}

Result<void> DecodeFields(const Json& json, const Stamp& stamp, Record& record) {
  const Json* fields = MemberAt(json, "fields");
  const Json* stamps = MemberAt(json, "stamps");
  if (fields == nullptr) {
    return record.removed ? Result<void>() : Malformed("changes.fields");
  }
  if (!fields->is_object() || (stamps != nullptr && !stamps->is_object())) {
    return Malformed("changes.fields");
  }
  for (const auto& [name, value] : fields->items()) {
    Stamp field_stamp = stamp;
    if (stamps != nullptr && stamps->contains(name)) {
      SAWA_ASSIGN(field_stamp, StampFrom((*stamps)[name]));
    }
    record.Set(name, ValueFromJson(value), field_stamp);
  }
  return {};
}

Result<Change> DecodeChange(const Json& json) {
  const std::string* collection = TextAt(json, "collection");
  const std::string* id = TextAt(json, "id");
  const Json* stamp_json = MemberAt(json, "stamp");
  if (collection == nullptr || id == nullptr || !IsUuid(*id) || stamp_json == nullptr) {
    return Malformed("changes");
  }
  SAWA_ASSIGN(const Stamp stamp, StampFrom(*stamp_json));
  Change change{*collection, *id, {}};
  const Json* removed = MemberAt(json, "removed");
  if (removed != nullptr && removed->is_boolean() && removed->get<bool>()) {
    change.record.removed = stamp;
  }
  SAWA_TRY(DecodeFields(json, stamp, change.record));
  return change;
}

template <typename T>
Result<void> DecodeList(const Json& object, std::string_view key, Result<T> (*decode)(const Json&),
                        std::vector<T>& out) {
  const Json* list = MemberAt(object, key);
  if (list == nullptr || !list->is_array()) {
    return Malformed(key);
  }
  out.reserve(list->size());
  for (const Json& item : *list) {
    SAWA_ASSIGN(T decoded, decode(item));
    out.push_back(std::move(decoded));
  }
  return {};
}

}  // namespace

std::string EncodeSyncRequest(const SyncRequest& request) {
  std::string body = "{\"protocol\":" + std::to_string(kProtocolVersion) +
                     ",\"schema\":" + std::to_string(request.schema_version) + ",\"incarnation\":";
  AppendJsonString(body, request.incarnation);
  body += ",\"cursor\":";
  if (request.cursor.empty()) {
    body += "null";
  } else {
    AppendJsonString(body, request.cursor);
  }
  body += ",\"limit\":" + std::to_string(kChangesPerResponse) + ",\"mutations\":[";
  for (std::size_t index = 0; index < request.mutation_texts.size(); ++index) {
    body += index > 0 ? "," : "";
    body += request.mutation_texts[index];
  }
  body += "]}";
  return body;
}

Result<SyncResponse> DecodeSyncResponse(std::string_view body) {
  const auto parsed = ParseJson(body);
  if (!parsed) {
    return Malformed(parsed.error().message);
  }
  const Json& json = *parsed;
  SyncResponse response;
  const auto server_time_ms = IntegerAt(json, "server_time_ms");
  const std::string* cursor = TextAt(json, "cursor");
  if (!server_time_ms || cursor == nullptr || cursor->empty()) {
    return Malformed("cursor");
  }
  response.server_time_ms = *server_time_ms;
  response.cursor = *cursor;
  SAWA_ASSIGN(response.reset, FlagAt(json, "reset"));
  SAWA_ASSIGN(response.more, FlagAt(json, "more"));
  SAWA_ASSIGN(response.version, CountAt(json, "version"));
  SAWA_ASSIGN(response.head, CountAt(json, "head"));
  SAWA_TRY(DecodeList(json, "verdicts", &DecodeVerdict, response.verdicts));
  SAWA_TRY(DecodeList(json, "changes", &DecodeChange, response.changes));
  return response;
}

std::string_view VerdictStatusText(VerdictStatus status) { return kStatuses.at(static_cast<std::size_t>(status)); }

}  // namespace sawa
