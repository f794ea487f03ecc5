// SPDX-License-Identifier: MIT
#include "sim/script.h"

#include "codec/json_writer.h"
#include "support/model_answers.h"

namespace sawa::sim {
namespace {

std::string FieldsText(const FieldValues& fields) {
  JsonObject json;
  for (const auto& [name, value] : fields) {
    json.Raw(name, CanonicalText(value));
  }
  return json.Take();
}

std::string NamesText(const std::set<std::string>& names) {
  JsonArray json;
  for (const std::string& name : names) {
    json.Text(name);
  }
  return json.Take();
}

std::string RowsText(const test::ModelState& state) {
  JsonArray json;
  for (const auto& [key, row] : state.rows) {
    json.Raw(test::ChangeText(key, row.record, row.version));
  }
  return json.Take();
}

std::string ReceiptsText(const test::ModelState& state) {
  JsonObject json;
  for (const auto& [incarnation, receipts] : state.receipts) {
    JsonArray statuses;
    for (const auto& receipt : receipts) {
      statuses.Text(VerdictStatusText(receipt.verdict.first_status));
    }
    json.Raw(incarnation, statuses.Take());
  }
  return json.Take();
}

JsonObject Line(std::string_view kind) {
  JsonObject json;
  json.Text("kind", kind);
  return json;
}

}  // namespace

void Script::Begin(std::uint64_t seed, std::size_t page_limit, std::int64_t now_ms, const test::ModelState& state) {
  lines_.push_back(Line("begin")
                       .Number("seed", static_cast<std::int64_t>(seed))
                       .Number("page_limit", static_cast<std::int64_t>(page_limit))
                       .Number("now_ms", now_ms)
                       .Raw("rows", RowsText(state))
                       .Take());
}

void Script::Event(std::string_view kind) { lines_.push_back(Line(kind).Take()); }

void Script::Expire(std::uint32_t device) { lines_.push_back(Line("expire").Number("device", device).Take()); }

void Script::Edit(std::int64_t now_ms, const Operation& operation) {
  auto line = Line("edit");
  line.Number("now_ms", now_ms)
      .Text("collection", operation.collection)
      .Text("id", operation.id)
      .Raw("fields", FieldsText(operation.fields));
  line.TextOrNull("counter", operation.field).Number("delta", operation.delta);
  lines_.push_back(line.Take());
}

void Script::Request(std::int64_t now_ms, std::uint32_t device, const HttpRequest& request,
                     const HttpResponse& answer) {
  auto line = Line("request");
  line.Number("now_ms", now_ms).Number("device", device).Text("path", request.path).Raw("body", request.body);
  line.Number("status", answer.status).Raw("answer", answer.body.empty() ? "null" : answer.body);
  requests_.push_back(lines_.size());
  lines_.push_back(line.Take());
}

void Script::End(const test::ModelServer& server, const std::vector<bool>& heard) {
  for (std::size_t index = 0; index < requests_.size(); ++index) {
    std::string& line = lines_[requests_[index]];
    line.pop_back();
    line += heard.at(index) ? R"(,"heard":true})" : R"(,"heard":false})";
  }
  lines_.push_back(Line("end")
                       .Raw("rows", RowsText(server.state))
                       .Raw("receipts", ReceiptsText(server.state))
                       .Raw("rejected", NamesText(server.rejected_names))
                       .Raw("quarantined", NamesText(server.quarantined_names))
                       .Take());
}

std::string Script::Lines() const {
  std::string text;
  for (const std::string& line : lines_) {
    text += line + "\n";
  }
  return text;
}

}  // namespace sawa::sim
