// SPDX-License-Identifier: MIT
// Answers to JavaScript as JSON text: {"value": …} or {"error": {code, class, retry, message, details}}. Nothing is ever
// thrown across the boundary. Layer: bindings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text_map.h"
#include "engine/engine.h"

namespace sawa {

[[nodiscard]] std::string ErrorEnvelope(const Error& error);
// `json` is put in as it is.
[[nodiscard]] std::string ValueEnvelope(std::string_view json);

[[nodiscard]] std::string EnvelopeOf(const Result<void>& result);
// JSON text that is put in as it is.
[[nodiscard]] std::string JsonEnvelopeOf(const Result<std::string>& json);
[[nodiscard]] std::string EnvelopeOf(const Result<bool>& flag);
[[nodiscard]] std::string EnvelopeOf(const Result<std::size_t>& number);
[[nodiscard]] std::string EnvelopeOf(const Result<std::uint64_t>& number);
[[nodiscard]] std::string EnvelopeOf(const Result<LoadProgress>& progress);
[[nodiscard]] std::string EnvelopeOf(const Result<QueryPlan>& plan);
[[nodiscard]] std::string EnvelopeOf(const Result<EngineStatus>& status);
[[nodiscard]] std::string EnvelopeOf(const Result<Enrolment>& enrolment);
[[nodiscard]] std::string EnvelopeOf(const SyncOutcome& outcome);

[[nodiscard]] std::string EventsJson(const EngineEvents& events);
// `ids`: 16 bytes each.
[[nodiscard]] std::string IdsJson(const TextSet& ids);
[[nodiscard]] std::string ListJson(const std::vector<std::string>& json_texts);
[[nodiscard]] std::string TextsJson(const std::vector<std::string>& texts);

// Records as bytes, for bindings/js/record-decoder.ts: the length of what follows and the count (4 bytes each, little-
// endian), then for each record 16 bytes of id, 4 bytes of length and the record as it is stored.
[[nodiscard]] Bytes EncodeAnswer(const std::vector<FoundRecord>& records);

}  // namespace sawa
