// SPDX-License-Identifier: MIT
// Errors are values. Each has a code from the one table in error_codes.def; callers act on the code, people read the
// message.
// Layer: base (std only).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sawa {

enum class ErrorCode : std::uint8_t {
#define X(name, code, error_class, retry) k##name,
#include "base/error_codes.def"
#undef X
};

// How many codes there are; they count from 0.
extern const std::size_t kErrorCodeCount;

enum class ErrorClass : std::uint8_t { kUsage, kStorage, kNetwork, kProtocol, kAuth, kRejected, kInternal };

// What a caller can do: nothing, wait, or ask a person.
enum class Retry : std::uint8_t { kNever, kLater, kAfterUserAction };

struct Error {
  Error(ErrorCode error_code, std::string error_message, std::string error_details = {});
  // Not inline: every function that returns a Result would otherwise carry a copy of them.
  Error(const Error&);
  Error(Error&&) noexcept;
  Error& operator=(const Error&);
  Error& operator=(Error&&) noexcept;
  ~Error();

  ErrorCode code;
  std::string message;
  // A JSON object with facts for the program, or empty.
  std::string details;
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] std::string_view CodeText(ErrorCode code);
[[nodiscard]] ErrorClass ClassOf(ErrorCode code);
[[nodiscard]] Retry RetryOf(ErrorCode code);
[[nodiscard]] std::optional<ErrorCode> CodeFromText(std::string_view text);

[[nodiscard]] std::unexpected<Error> Fail(ErrorCode code, std::string_view message, std::string_view details = {});

}  // namespace sawa

// Return early with the error of a Result. The CO_ forms are for coroutines.
#define SAWA_CONCAT_INNER(a, b) a##b
#define SAWA_CONCAT(a, b) SAWA_CONCAT_INNER(a, b)
#define SAWA_TRY_WITH(return_, result, expression)      \
  if (auto result = (expression); !result) {            \
    return_ std::unexpected(std::move(result).error()); \
  }
#define SAWA_TRY(expression) SAWA_TRY_WITH(return, SAWA_CONCAT(result_, __LINE__), expression)
#define SAWA_CO_TRY(expression) SAWA_TRY_WITH(co_return, SAWA_CONCAT(result_, __LINE__), expression)
#define SAWA_ASSIGN_WITH(return_, result, declaration, expression) \
  auto result = (expression);                                      \
  if (!result) {                                                   \
    return_ std::unexpected(std::move(result).error());            \
  }                                                                \
  declaration = std::move(*result)
#define SAWA_ASSIGN(declaration, expression) \
  SAWA_ASSIGN_WITH(return, SAWA_CONCAT(result_, __LINE__), declaration, expression)
#define SAWA_CO_ASSIGN(declaration, expression) \
  SAWA_ASSIGN_WITH(co_return, SAWA_CONCAT(result_, __LINE__), declaration, expression)
