// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::IsOk;

std::vector<ErrorCode> AllCodes() {
  std::vector<ErrorCode> codes;
  for (std::size_t index = 0; index < kErrorCodeCount; ++index) {
    codes.push_back(static_cast<ErrorCode>(index));
  }
  return codes;
}

TEST(ErrorTableTest, HasEveryCodeOnce) {
  std::set<std::string_view> texts;
  for (const ErrorCode code : AllCodes()) {
    EXPECT_TRUE(texts.insert(CodeText(code)).second) << CodeText(code);
  }
  EXPECT_EQ(texts.size(), kErrorCodeCount);
  EXPECT_GE(kErrorCodeCount, 40U);
}

TEST(ErrorTableTest, ReadsEveryCodeBackFromItsText) {
  for (const ErrorCode code : AllCodes()) {
    EXPECT_EQ(CodeFromText(CodeText(code)), code) << CodeText(code);
  }
}

TEST(ErrorTableTest, KnowsNoOtherTexts) {
  for (const std::string_view text : {"", "no_such_code", "STORAGE_CORRUPT", "storage_corrupt ", "storage_corrup"}) {
    EXPECT_EQ(CodeFromText(text), std::nullopt) << text;
  }
}

TEST(ErrorTableTest, WritesCodesInSnakeCase) {
  for (const ErrorCode code : AllCodes()) {
    const std::string_view text = CodeText(code);
    EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; })) << text;
    EXPECT_TRUE(!text.empty() && text.front() != '_' && text.back() != '_') << text;
  }
}

TEST(ErrorTableTest, SaysWhatACallerCanDo) {
  EXPECT_EQ(RetryOf(ErrorCode::kNetworkUnreachable), Retry::kLater);
  EXPECT_EQ(RetryOf(ErrorCode::kInvalidArgument), Retry::kNever);
  EXPECT_EQ(RetryOf(ErrorCode::kStorageQuotaExceeded), Retry::kAfterUserAction);
  EXPECT_EQ(RetryOf(ErrorCode::kStorageContended), Retry::kLater);
}

TEST(ErrorTableTest, PutsEachFamilyOfCodesInItsClass) {
  for (const ErrorCode code : AllCodes()) {
    const std::string_view text = CodeText(code);
    if (text.starts_with("storage_")) {
      EXPECT_EQ(ClassOf(code), ErrorClass::kStorage) << text;
    } else if (text.starts_with("auth_") || text == "device_revoked") {
      EXPECT_EQ(ClassOf(code), ErrorClass::kAuth) << text;
    } else if (text.starts_with("mutation_")) {
      EXPECT_EQ(ClassOf(code), ErrorClass::kRejected) << text;
    } else if (text.starts_with("network_")) {
      EXPECT_EQ(ClassOf(code), ErrorClass::kNetwork) << text;
    }
  }
}

Result<int> HalfOf(int number) {
  if (number % 2 != 0) {
    return Fail(ErrorCode::kInvalidValue, "odd", "{\"number\":1}");
  }
  return number / 2;
}

Result<int> QuarterOf(int number) {
  SAWA_TRY(HalfOf(number));
  SAWA_ASSIGN(const int half, HalfOf(number));
  return HalfOf(half);
}

TEST(ErrorTest, AssignAndTryPassTheValueOn) { EXPECT_EQ(QuarterOf(12), 3); }

TEST(ErrorTest, AssignAndTryReturnTheErrorWhole) {
  const auto result = QuarterOf(5);
  ASSERT_TRUE(FailsWith(ErrorCode::kInvalidValue, result));
  EXPECT_EQ(result.error().message, "odd");
  EXPECT_EQ(result.error().details, "{\"number\":1}");
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidValue, QuarterOf(6)));
}

TEST(ErrorTest, CopiesAndMovesKeepAllParts) {
  const Error original(ErrorCode::kRateLimited, "slow down", "{}");
  Error copy = original;
  const Error moved = std::move(copy);
  EXPECT_EQ(moved.code, original.code);
  EXPECT_EQ(moved.message, original.message);
  EXPECT_EQ(moved.details, original.details);
}

}  // namespace
}  // namespace sawa
