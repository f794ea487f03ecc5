// SPDX-License-Identifier: MIT
// Assertions about Result<T> that print the error. Needs: base.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "base/check.h"
#include "base/error.h"

namespace sawa {

inline void PrintTo(const Error& error, std::ostream* out) {
  *out << CodeText(error.code) << " (" << error.message << ")";
}

namespace test {

template <typename T>
[[nodiscard]] testing::AssertionResult IsOk(const Result<T>& result) {
  if (result) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << CodeText(result.error().code) << " (" << result.error().message << ")";
}

template <typename T>
[[nodiscard]] testing::AssertionResult FailsWith(ErrorCode code, const Result<T>& result) {
  if (result) {
    return testing::AssertionFailure() << "succeeded, and should have failed with " << CodeText(code);
  }
  if (result.error().code != code) {
    return testing::AssertionFailure() << "failed with " << CodeText(result.error().code) << " ("
                                       << result.error().message << "), and should have with " << CodeText(code);
  }
  return testing::AssertionSuccess();
}

// The value of a result that must be one; else the test fails, and the process ends.
template <typename T>
[[nodiscard]] T Unwrap(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << CodeText(result.error().code) << " (" << result.error().message << ")";
  }
  SAWA_CHECK(result.has_value(), "Unwrap of an error");
  return std::move(*result);
}

}  // namespace test
}  // namespace sawa
