// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "protocol/messages.h"
#include "support/json.h"
#include "support/protocol_golden.h"
#include "support/results.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::Golden;
using test::Unwrap;

Json EnrolmentJson() { return Unwrap(ParseKept(Golden("enrolment"))); }

TEST(EnrolmentRequestTest, HasTheShapeOfTheProtocol) {
  EXPECT_EQ(
      EncodeEnrolRequest({"demo", "se\"cret", false}, "Till 1", ""),
      R"({"protocol":1,"username":"demo","password":"se\"cret","credential":"cookie","device_name":"Till 1","shop":null})");
  EXPECT_EQ(EncodeEnrolRequest({"demo", "x", true}, "Till 1", "s"),
            R"({"protocol":1,"username":"demo","password":"x","credential":"body","device_name":"Till 1","shop":"s"})");
  EXPECT_EQ(EncodeLoginRequest({"demo", "x", false}, "d"),
            R"({"protocol":1,"username":"demo","password":"x","credential":"cookie","device":"d"})");
}

TEST(EnrolmentTest, ReadsTheDocumentedExample) {
  const Enrolment enrolment = Unwrap(DecodeEnrolment(Golden("enrolment")));
  EXPECT_EQ(enrolment.device, "0190a000-0000-7000-8000-000000000002");
  EXPECT_EQ(enrolment.shop, "0190a000-0000-7000-8000-000000000003");
  EXPECT_EQ(enrolment.actor, "1");
  EXPECT_EQ(enrolment.token, std::nullopt);
}

TEST(EnrolmentTest, KeepsTheTokenOutOfTheStoredText) {
  Json json = EnrolmentJson();
  json["token"] = "very-secret";
  json["device"]["token"] = nullptr;
  const Enrolment enrolment = Unwrap(DecodeEnrolment(JsonToText(json)));
  EXPECT_EQ(enrolment.token, "very-secret");
  EXPECT_EQ(enrolment.text.find("very-secret"), std::string::npos);
}

TEST(EnrolmentTest, ReadsItsOwnStoredTextBack) {
  const Enrolment enrolment = Unwrap(DecodeEnrolment(Golden("enrolment")));
  const Enrolment again = Unwrap(DecodeEnrolment(enrolment.text));
  EXPECT_EQ(again.device, enrolment.device);
  EXPECT_EQ(again.shop, enrolment.shop);
  EXPECT_EQ(again.actor, enrolment.actor);
  EXPECT_EQ(again.text, enrolment.text);
}

TEST(EnrolmentTest, RefusesAnswersThatLackAPart) {
  for (const auto& [part, member] : std::vector<std::pair<std::string, std::string>>{{"device", "id"},
                                                                                     {"device", "name"},
                                                                                     {"device", "series"},
                                                                                     {"shop", "id"},
                                                                                     {"shop", "name"},
                                                                                     {"actor", "id"},
                                                                                     {"actor", "name"}}) {
    Json json = EnrolmentJson();
    ASSERT_EQ(json[part].erase(member), 1U);
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeEnrolment(JsonToText(json)))) << part << "." << member;
    json[part][member] = 5;
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeEnrolment(JsonToText(json)))) << part << "." << member;
    json[part] = nullptr;
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeEnrolment(JsonToText(json)))) << part;
    json.erase(part);
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeEnrolment(JsonToText(json)))) << part;
  }
  for (const std::string_view text : {"", "null", "[]", "<html>"}) {
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeEnrolment(text))) << text;
  }
}

TEST(EnrolmentTest, RefusesADeviceThatIsNoUuid) {
  Json json = EnrolmentJson();
  json["device"]["id"] = "till";
  EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, DecodeEnrolment(JsonToText(json))));
}

constexpr std::string_view kRevoked = R"({"error":{"code":"device_revoked","message":"gone","details":{"since":5}}})";

TEST(ErrorResponseTest, TakesCodeMessageAndDetailsFromTheBody) {
  const Error error = DecodeErrorResponse(403, true, kRevoked);
  EXPECT_EQ(error.code, ErrorCode::kDeviceRevoked);
  EXPECT_EQ(error.message, "gone");
  EXPECT_EQ(error.details, "{\"since\":5}");
}

TEST(ErrorResponseTest, NeedsNeitherMessageNorDetails) {
  const Error error = DecodeErrorResponse(409, true, R"({"error":{"code":"cursor_invalid","details":"none"}})");
  EXPECT_EQ(error.code, ErrorCode::kCursorInvalid);
  EXPECT_EQ(error.message, "cursor_invalid");
  EXPECT_EQ(error.details, "");
}

TEST(ErrorResponseTest, KnowsEveryCodeOfTheProtocol) {
  for (const std::string code :
       {"request_malformed", "auth_required", "auth_invalid_credentials", "auth_forbidden", "device_revoked",
        "cursor_epoch_changed", "cursor_invalid", "sequence_gap", "sequence_reused", "request_too_large",
        "protocol_version_unsupported", "rate_limited", "server_unavailable"}) {
    EXPECT_EQ(CodeText(DecodeErrorResponse(400, true, "{\"error\":{\"code\":\"" + code + "\"}}").code), code);
  }
}

TEST(ErrorResponseTest, FallsBackOnTheStatus) {
  for (const auto& [status, code] : std::vector<std::pair<int, ErrorCode>>{{401, ErrorCode::kAuthRequired},
                                                                           {403, ErrorCode::kAuthForbidden},
                                                                           {413, ErrorCode::kRequestTooLarge},
                                                                           {429, ErrorCode::kRateLimited},
                                                                           {500, ErrorCode::kServerUnavailable},
                                                                           {503, ErrorCode::kServerUnavailable},
                                                                           {400, ErrorCode::kResponseMalformed},
                                                                           {404, ErrorCode::kResponseMalformed},
                                                                           {302, ErrorCode::kResponseMalformed}}) {
    for (const std::string_view body :
         {"", "{}", "<html>", R"({"error":5})", R"({"error":{"code":5}})", R"({"error":{"code":"newer_code"}})"}) {
      EXPECT_EQ(DecodeErrorResponse(status, true, body).code, code) << status << " " << body;
    }
  }
}

TEST(ErrorResponseTest, TellsACaptivePortalFromAServerThatIsDown) {
  for (const int status : {200, 302, 400, 401, 403, 404, 429}) {
    EXPECT_EQ(DecodeErrorResponse(status, false, "<html>Log in to the Wi-Fi</html>").code, ErrorCode::kNotASawaServer)
        << status;
  }
  for (const int status : {500, 502, 503, 504}) {
    EXPECT_EQ(DecodeErrorResponse(status, false, "<html>Bad gateway</html>").code, ErrorCode::kServerUnavailable)
        << status;
  }
}

TEST(ErrorResponseTest, BelievesNoCodeThatDoesNotComeFromASawaServer) {
  EXPECT_EQ(DecodeErrorResponse(403, false, kRevoked).code, ErrorCode::kNotASawaServer);
}

}  // namespace
}  // namespace sawa
