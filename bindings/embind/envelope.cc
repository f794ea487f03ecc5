// SPDX-License-Identifier: MIT
#include "envelope.h"

#include <array>

#include "base/integer_text.h"
#include "base/text_map.h"
#include "base/uuid.h"
#include "codec/json_writer.h"

namespace sawa {
namespace {

std::string_view OrNull(std::string_view json) { return json.empty() ? "null" : json; }

std::string ErrorJson(const Error& error) {
  return JsonObject()
      .Text("code", CodeText(error.code))
      .Text("message", error.message)
      .Raw("details", OrNull(error.details))
      .Take();
}

}  // namespace

std::string ErrorEnvelope(const Error& error) { return JsonObject().Raw("error", ErrorJson(error)).Take(); }

std::string ValueEnvelope(std::string_view json) { return JsonObject().Raw("value", json).Take(); }

std::string EnvelopeOf(const Result<void>& result) {
  return result ? ValueEnvelope("null") : ErrorEnvelope(result.error());
}

std::string JsonEnvelopeOf(const Result<std::string>& json) {
  return json ? ValueEnvelope(*json) : ErrorEnvelope(json.error());
}

std::string EnvelopeOf(const Result<bool>& flag) {
  return flag ? ValueEnvelope(*flag ? "true" : "false") : ErrorEnvelope(flag.error());
}

std::string EnvelopeOf(const Result<std::size_t>& number) {
  return number ? ValueEnvelope(IntegerText(static_cast<std::int64_t>(*number))) : ErrorEnvelope(number.error());
}

std::string EnvelopeOf(const Result<std::uint64_t>& number) {
  return number ? ValueEnvelope(IntegerText(static_cast<std::int64_t>(*number))) : ErrorEnvelope(number.error());
}

std::string EnvelopeOf(const Result<LoadProgress>& progress) {
  if (!progress) {
    return ErrorEnvelope(progress.error());
  }
  return ValueEnvelope(JsonObject()
                           .Number("loaded", static_cast<std::int64_t>(progress->loaded))
                           .Number("skipped", static_cast<std::int64_t>(progress->skipped))
                           .Flag("more", progress->more)
                           .Take());
}

std::string EnvelopeOf(const Result<QueryPlan>& plan) {
  if (!plan) {
    return ErrorEnvelope(plan.error());
  }
  static constexpr std::array<std::string_view, 3> kAccess = {"records", "index", "search"};
  return ValueEnvelope(JsonObject()
                           .Text("access", kAccess.at(static_cast<std::size_t>(plan->access)))
                           .Text("table", plan->table)
                           .Flag("sorted", plan->sorted)
                           .Flag("exact", plan->exact)
                           .Take());
}

Bytes EncodeAnswer(const std::vector<FoundRecord>& records) {
  ByteWriter writer;
  writer.Fixed32(0);
  writer.Fixed32(static_cast<std::uint32_t>(records.size()));
  for (const FoundRecord& found : records) {
    writer.Raw(AsBytes(found.id));
    writer.Fixed32(static_cast<std::uint32_t>(found.record.size()));
    writer.Raw(found.record);
  }
  writer.PatchFixed32(0, static_cast<std::uint32_t>(writer.size() - 4));
  return writer.Take();
}

std::string EnvelopeOf(const Result<EngineStatus>& status) {
  if (!status) {
    return ErrorEnvelope(status.error());
  }
  const auto count = [](auto number) { return static_cast<std::int64_t>(number); };
  const auto oldest = status->outbox.oldest_at_ms;
  JsonObject json;
  json.Flag("running", status->progress.running)
      .Number("sent", count(status->progress.sent))
      .Number("toSend", count(status->progress.to_send))
      .Number("pulled", count(status->progress.pulled))
      .Number("toPull", count(status->progress.to_pull))
      .Number("waiting", count(status->outbox.waiting))
      .Raw("oldestWaitingAtMs", oldest ? IntegerText(*oldest) : "null")
      .Number("needsAction", count(status->quarantined))
      .Raw("syncedAtMs", status->synced_at_ms > 0 ? IntegerText(count(status->synced_at_ms)) : "null")
      .Flag("ready", status->ready)
      .Raw("enrolment", OrNull(status->enrolment));
  return ValueEnvelope(json.Take());
}

std::string EnvelopeOf(const Result<Enrolment>& enrolment) {
  if (!enrolment) {
    return ErrorEnvelope(enrolment.error());
  }
  JsonObject json;
  json.Raw("enrolment", enrolment->text).TextOrNull("token", enrolment->token.value_or(""));
  return ValueEnvelope(json.Take());
}

std::string EnvelopeOf(const SyncOutcome& outcome) {
  if (!outcome.report) {
    JsonObject json;
    json.Raw("error", ErrorJson(outcome.report.error())).Number("retryDelayMs", outcome.retry_delay_ms);
    return json.Take();
  }
  const auto count = [](std::size_t number) { return static_cast<std::int64_t>(number); };
  JsonObject json;
  json.Number("pushed", count(outcome.report->pushed))
      .Number("pulled", count(outcome.report->pulled))
      .Number("rejected", count(outcome.report->rejected))
      .Number("waiting", count(outcome.report->waiting));
  return ValueEnvelope(json.Take());
}

std::string EventsJson(const EngineEvents& events) {
  JsonObject collections;
  for (const auto& [name, ids] : events.collections) {
    collections.Raw(name, ids ? IdsJson(*ids) : "null");
  }
  return JsonObject().Raw("collections", collections.Take()).Flag("status", events.status).Take();
}

std::string IdsJson(const TextSet& ids) {
  JsonArray list;
  for (const std::string& id : ids) {
    list.Text(UuidText(id));
  }
  return list.Take();
}

std::string ListJson(const std::vector<std::string>& json_texts) {
  JsonArray list;
  for (const std::string& text : json_texts) {
    list.Raw(text);
  }
  return list.Take();
}

std::string TextsJson(const std::vector<std::string>& texts) {
  JsonArray list;
  for (const std::string& text : texts) {
    list.Text(text);
  }
  return list.Take();
}

}  // namespace sawa
