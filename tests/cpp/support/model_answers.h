// SPDX-License-Identifier: MIT
// What a server of docs/protocol.md says, as JSON texts. Needs: protocol.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "codec/json_writer.h"
#include "protocol/messages.h"
#include "sync/transport.h"

namespace sawa::test {

inline HttpResponse ErrorAnswer(int status, const std::string& code, const std::string& details = "{}") {
  return {
      .status = status,
      .from_sawa = true,
      .body = JsonObject()
                  .Raw("error", JsonObject().Text("code", code).Text("message", code).Raw("details", details).Take())
                  .Take()};
}

inline HttpResponse EnrolmentAnswer(const std::string& device, const std::string& series, bool token_in_body) {
  return {.status = 200,
          .from_sawa = true,
          .body = JsonObject()
                      .Raw("device", JsonObject().Text("id", device).Text("name", "Till").Text("series", series).Take())
                      .Raw("shop",
                           JsonObject().Text("id", "0190a000-0000-7000-8000-00000000000a").Text("name", "Shop").Take())
                      .Raw("actor", JsonObject().Text("id", "7").Text("name", "demo").Take())
                      .TextOrNull("token", token_in_body ? "token" : "")
                      .Take()};
}

inline std::string VerdictText(const Verdict& verdict) {
  JsonObject json;
  json.Number("seq", static_cast<std::int64_t>(verdict.seq))
      .Text("status", VerdictStatusText(verdict.status))
      .TextOrNull("code", verdict.code)
      .TextOrNull("message", verdict.message)
      .Number("version", static_cast<std::int64_t>(verdict.version))
      .Raw("warnings", "[]");
  if (verdict.status == VerdictStatus::kDuplicate) {
    json.Text("first_status", VerdictStatusText(verdict.first_status));
  }
  return json.Take();
}

// A record of a collection as it stands at a version, or only its changed fields.
inline std::string ChangeText(const std::pair<std::string, std::string>& key, const Record& record,
                              std::uint64_t version, bool partial = false) {
  JsonObject fields;
  JsonObject stamps;
  for (const FieldState& field : record.fields()) {
    fields.Raw(field.name, CanonicalText(field.value));
    stamps.Text(field.name, StampText(field.stamp));
  }
  JsonObject json;
  json.Text("collection", key.first).Text("id", key.second).Number("version", static_cast<std::int64_t>(version));
  json.Text("stamp", StampText(record.removed.value_or(Stamp{})));
  json.Raw("stamps", stamps.Take()).Raw("fields", fields.Take());
  if (record.removed) {
    json.Flag("removed", true);
  }
  if (partial) {
    json.Flag("partial", true);
  }
  return json.Take();
}

}  // namespace sawa::test
