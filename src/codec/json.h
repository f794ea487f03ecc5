// SPDX-License-Identifier: MIT
// JSON in and out, for everything whose speed does not decide: nlohmann/json's values behind functions that cannot throw.
// They are read by our own scanner: nlohmann's is larger than all the rest of it that we use.
// Layer: codec.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/mutation.h"
#include "model/schema.h"
#include "model/value.h"

namespace sawa {

using Json = nlohmann::json;

inline constexpr int kJsonDepthMax = 32;

// Errors: invalid_argument if `text` is not JSON or is nested too deep.
[[nodiscard]] Result<Json> ParseJson(std::string_view text);

// Canonical text: no spaces, keys in byte order, fewest escapes, whole numbers without fraction.
[[nodiscard]] std::string JsonToText(const Json& json);

[[nodiscard]] Value ValueFromJson(const Json& json);

// Errors: invalid_schema.
[[nodiscard]] Result<Schema> SchemaFromJson(const Json& json);

// The shape of docs/protocol.md. Errors: invalid_argument.
[[nodiscard]] Result<Operation> OperationFromJson(const Json& json);
[[nodiscard]] Result<Mutation> MutationFromJson(const Json& json);
[[nodiscard]] std::string MutationToText(const Mutation& mutation);

// Typed members of a JSON object; null where it is absent or of another type.
[[nodiscard]] const std::string* TextAt(const Json& object, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> IntegerAt(const Json& object, std::string_view key);
[[nodiscard]] const Json* MemberAt(const Json& object, std::string_view key);

}  // namespace sawa
