// SPDX-License-Identifier: MIT
// Answers to JavaScript as JSON text: {"value": …} or {"error": {code, class, retry, message, details}}. Nothing is ever
// thrown across the boundary. Layer: bindings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"

namespace sawa {

[[nodiscard]] std::string ErrorEnvelope(const Error& error);
// `json` is put in as it is.
[[nodiscard]] std::string ValueEnvelope(std::string_view json);

[[nodiscard]] std::string EnvelopeOf(const Result<void>& result);
[[nodiscard]] std::string EnvelopeOf(const Result<const Record*>& record, std::string_view id);
[[nodiscard]] std::string EnvelopeOf(const Result<std::vector<FoundRecord>>& records);
[[nodiscard]] std::string EnvelopeOf(const Result<std::uint64_t>& number);
[[nodiscard]] std::string EnvelopeOf(const Result<EngineStatus>& status);
[[nodiscard]] std::string EnvelopeOf(const Result<Enrolment>& enrolment);
[[nodiscard]] std::string EnvelopeOf(const SyncOutcome& outcome);

[[nodiscard]] std::string EventsJson(const EngineEvents& events);
[[nodiscard]] std::string ListJson(const std::vector<std::string>& json_texts);
[[nodiscard]] std::string TextsJson(const std::set<std::string>& texts);

}  // namespace sawa
