// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <array>

namespace sawa {
namespace {

struct Row {
  std::string_view code;
  ErrorClass error_class;
  Retry retry;
};

constexpr std::array kRows = {
#define X(name, code, error_class, retry) Row{code, ErrorClass::k##error_class, Retry::k##retry},
#include "base/error_codes.def"
#undef X
};

const Row& RowOf(ErrorCode code) { return kRows.at(static_cast<std::size_t>(code)); }

}  // namespace

[[gnu::noinline]] Error::Error(ErrorCode error_code, std::string error_message, std::string error_details)
    : code(error_code), message(std::move(error_message)), details(std::move(error_details)) {}
[[gnu::noinline]] Error::Error(const Error&) = default;
[[gnu::noinline]] Error::Error(Error&&) noexcept = default;
[[gnu::noinline]] Error& Error::operator=(const Error&) = default;
[[gnu::noinline]] Error& Error::operator=(Error&&) noexcept = default;
[[gnu::noinline]] Error::~Error() = default;

[[gnu::noinline]] std::unexpected<Error> Fail(ErrorCode code, std::string_view message, std::string_view details) {
  return std::unexpected(Error(code, std::string(message), std::string(details)));
}

const std::size_t kErrorCodeCount = kRows.size();

std::string_view CodeText(ErrorCode code) { return RowOf(code).code; }
ErrorClass ClassOf(ErrorCode code) { return RowOf(code).error_class; }
Retry RetryOf(ErrorCode code) { return RowOf(code).retry; }

std::optional<ErrorCode> CodeFromText(std::string_view text) {
  for (std::size_t index = 0; index < kRows.size(); ++index) {
    if (kRows.at(index).code == text) {
      return static_cast<ErrorCode>(index);
    }
  }
  return std::nullopt;
}

}  // namespace sawa
