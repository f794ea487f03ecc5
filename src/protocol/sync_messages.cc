// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "base/integer_text.h"
#include "base/uuid.h"
#include "codec/json.h"
#include "protocol/messages.h"

namespace sawa {
namespace {

constexpr std::array<std::string_view, 5> kStatuses = {"applied", "merged", "duplicate", "rejected", "quarantined"};

std::unexpected<Error> Malformed(std::string_view place) {
  return Fail(ErrorCode::kResponseMalformed, "the server's answer cannot be read: " + std::string(place));
}

std::optional<VerdictStatus> StatusFrom(const std::optional<std::string>& text) {
  for (std::size_t index = 0; text && index < kStatuses.size(); ++index) {
    if (kStatuses.at(index) == *text) {
      return static_cast<VerdictStatus>(index);
    }
  }
  return std::nullopt;
}

Result<std::uint64_t> CountAt(JsonView object, std::string_view key) {
  const auto count = IntegerAt(object, key);
  if (!count || *count < 0) {
    return Malformed(key);
  }
  return static_cast<std::uint64_t>(*count);
}

Result<bool> RequiredFlag(JsonView object, std::string_view key) {
  const auto flag = FlagAt(object, key);
  return flag ? Result<bool>(*flag) : Malformed(key);
}

Result<Verdict> DecodeVerdict(JsonView json) {
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
  verdict.code = TextAt(json, "code").value_or("");
  verdict.message = TextAt(json, "message").value_or("");
  return verdict;
}

Result<Stamp> StampFrom(JsonView json) {
  const Value value = json.ToValue();
  const auto* text = std::get_if<std::string>(&value);
  const auto stamp = text != nullptr ? ParseStamp(*text) : std::nullopt;
  if (!stamp) {
    return Malformed("changes.stamp");
  }
  return *stamp;
}

Result<void> DecodeFields(JsonView json, const Stamp& stamp, Record& record) {
  const auto fields = MemberAt(json, "fields");
  const auto stamps = MemberAt(json, "stamps");
  if (!fields) {
    return record.removed ? Result<void>() : Malformed("changes.fields");
  }
  if (!fields->is_object() || (stamps && !stamps->is_object())) {
    return Malformed("changes.fields");
  }
  for (JsonWalk walk(*fields); walk.Next();) {
    const auto own = stamps ? MemberAt(*stamps, walk.name()) : std::nullopt;
    SAWA_ASSIGN(const Stamp own_stamp, own ? StampFrom(*own) : stamp);
    record.Set(walk.name(), walk.value().ToValue(), own_stamp);
  }
  return {};
}

bool IsPartial(JsonView json) { return FlagAt(json, "partial").value_or(false); }

Result<Change> DecodeChange(JsonView json) {
  const auto collection = TextAt(json, "collection");
  const auto id = TextAt(json, "id");
  const auto stamp_json = MemberAt(json, "stamp");
  if (!collection || !id || !IsUuid(*id) || !stamp_json) {
    return Malformed("changes");
  }
  SAWA_ASSIGN(const Stamp stamp, StampFrom(*stamp_json));
  Change change{*collection, *id, {}, IsPartial(json)};
  if (FlagAt(json, "removed").value_or(false)) {
    change.record.removed = stamp;
  }
  SAWA_TRY(DecodeFields(json, stamp, change.record));
  return change;
}

// Many records, column by column: each column has an item for each id. The last stamp is that of all records behind it, too.
Result<void> DecodeBlock(JsonView json, std::vector<Change>& changes) {
  const auto collection = TextAt(json, "collection");
  const auto ids = MemberAt(json, "ids");
  const auto stamp_list = MemberAt(json, "stamps");
  const auto fields = MemberAt(json, "fields");
  if (!collection || !ids || !stamp_list || !fields || !fields->is_object()) {
    return Malformed("blocks");
  }
  std::vector<Stamp> stamps;
  for (JsonWalk walk(*stamp_list); walk.Next();) {
    SAWA_ASSIGN(stamps.emplace_back(), StampFrom(walk.value()));
  }
  const bool partial = IsPartial(json);
  const std::size_t first = changes.size();
  for (JsonWalk walk(*ids); walk.Next();) {
    const Value id = walk.value().ToValue();
    const auto* text = std::get_if<std::string>(&id);
    if (text == nullptr || !IsUuid(*text)) {
      return Malformed("blocks.ids");
    }
    changes.push_back({*collection, *text, {}, partial});
  }
  const std::size_t count = changes.size() - first;
  bool even = !stamps.empty();
  for (JsonWalk field(*fields); even && field.Next();) {
    std::size_t row = 0;
    JsonWalk column(field.value());
    for (; row < count && column.Next(); ++row) {
      changes[first + row].record.Set(field.name(), column.value().ToValue(), stamps[std::min(row, stamps.size() - 1)]);
    }
    even = row == count && !column.Next();
  }
  return even ? Result<void>() : Malformed("blocks.fields");
}

template <typename T>
Result<void> DecodeList(JsonView object, std::string_view key, Result<T> (*decode)(JsonView), std::vector<T>& out) {
  const auto list = MemberAt(object, key);
  if (!list || !list->is_array()) {
    return Malformed(key);
  }
  for (JsonWalk walk(*list); walk.Next();) {
    SAWA_ASSIGN(T decoded, decode(walk.value()));
    out.push_back(std::move(decoded));
  }
  return {};
}

}  // namespace

std::string EncodeSyncRequest(const SyncRequest& request) {
  std::string body = "{\"protocol\":" + IntegerText(kProtocolVersion) +
                     ",\"schema\":" + IntegerText(request.schema_version) + ",\"incarnation\":";
  AppendJsonString(body, request.incarnation);
  body += ",\"cursor\":";
  if (request.cursor.empty()) {
    body += "null";
  } else {
    AppendJsonString(body, request.cursor);
  }
  body += request.takes_partial ? ",\"partial\":true" : "";
  body += ",\"limit\":" + IntegerText(kChangesPerResponse) + ",\"mutations\":[";
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
  JsonView json = *parsed;
  SyncResponse response;
  const auto server_time_ms = IntegerAt(json, "server_time_ms");
  const auto cursor = TextAt(json, "cursor");
  if (!server_time_ms || !cursor || cursor->empty()) {
    return Malformed("cursor");
  }
  response.server_time_ms = *server_time_ms;
  response.cursor = *cursor;
  SAWA_ASSIGN(response.reset, RequiredFlag(json, "reset"));
  SAWA_ASSIGN(response.more, RequiredFlag(json, "more"));
  SAWA_ASSIGN(response.version, CountAt(json, "version"));
  SAWA_ASSIGN(response.head, CountAt(json, "head"));
  SAWA_TRY(DecodeList(json, "verdicts", &DecodeVerdict, response.verdicts));
  SAWA_TRY(DecodeList(json, "changes", &DecodeChange, response.changes));
  const JsonView blocks = MemberAt(json, "blocks").value_or(JsonView());
  if (!blocks.is_array() && !blocks.is_null()) {
    return Malformed("blocks");
  }
  for (JsonWalk walk(blocks); walk.Next();) {
    SAWA_TRY(DecodeBlock(walk.value(), response.changes));
  }
  return response;
}

std::string_view VerdictStatusText(VerdictStatus status) { return kStatuses.at(static_cast<std::size_t>(status)); }

}  // namespace sawa
