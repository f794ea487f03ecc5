// SPDX-License-Identifier: MIT
#include "base/integer_text.h"
#include "base/uuid.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "protocol/messages.h"

namespace sawa {
namespace {

JsonObject CredentialsJson(const Credentials& credentials) {
  JsonObject json;
  json.Number("protocol", kProtocolVersion)
      .Text("username", credentials.username)
      .Text("password", credentials.password)
      .Text("credential", credentials.token_in_body ? "body" : "cookie");
  return json;
}

Error StatusError(int status) {
  if (status == 401) {
    return {ErrorCode::kAuthRequired, "the server asks for a log-in"};
  }
  if (status == 403) {
    return {ErrorCode::kAuthForbidden, "the server refuses this device"};
  }
  if (status == 413) {
    return {ErrorCode::kRequestTooLarge, "the request is too large for the server"};
  }
  if (status == 429) {
    return {ErrorCode::kRateLimited, "too many requests"};
  }
  if (status >= 500) {
    return {ErrorCode::kServerUnavailable, "the server cannot answer now"};
  }
  return {ErrorCode::kResponseMalformed, "the server answered with status " + IntegerText(status)};
}

// A server does not speak for this device's storage or engine.
bool MayComeFromServer(ErrorCode code) {
  const ErrorClass error_class = ClassOf(code);
  return error_class == ErrorClass::kNetwork || error_class == ErrorClass::kProtocol ||
         error_class == ErrorClass::kAuth || error_class == ErrorClass::kRejected;
}

}  // namespace

std::string EncodeEnrolRequest(const Credentials& credentials, std::string_view device_name, std::string_view shop) {
  return CredentialsJson(credentials).Text("device_name", device_name).TextOrNull("shop", shop).Take();
}

std::string EncodeLoginRequest(const Credentials& credentials, std::string_view device) {
  return CredentialsJson(credentials).Text("device", device).Take();
}

Result<Enrolment> DecodeEnrolment(std::string_view body) {
  const auto malformed = [] { return Fail(ErrorCode::kResponseMalformed, "the enrolment's answer cannot be read"); };
  const auto parsed = ParseJson(body);
  if (!parsed) {
    return malformed();
  }
  const JsonView json = *parsed;
  const auto device = MemberAt(json, "device");
  const auto shop = MemberAt(json, "shop");
  const auto actor = MemberAt(json, "actor");
  if (!device || !shop || !actor) {
    return malformed();
  }
  const auto device_id = TextAt(*device, "id");
  const auto shop_id = TextAt(*shop, "id");
  const auto actor_id = TextAt(*actor, "id");
  const bool complete = device_id && IsUuid(*device_id) && shop_id && actor_id && TextAt(*device, "name") &&
                        TextAt(*device, "series") && TextAt(*shop, "name") && TextAt(*actor, "name");
  if (!complete) {
    return malformed();
  }
  Enrolment enrolment{*device_id, *shop_id, *actor_id, {}, std::nullopt};
  enrolment.token = TextAt(json, "token");
  enrolment.text = JsonObject()
                       .Raw("device", JsonToText(*device))
                       .Raw("shop", JsonToText(*shop))
                       .Raw("actor", JsonToText(*actor))
                       .Take();
  return enrolment;
}

Error DecodeErrorResponse(int status, bool from_sawa, std::string_view body) {
  if (!from_sawa) {
    // A captive portal, a proxy's error page, or a wrong address.
    if (status >= 500) {
      return StatusError(status);
    }
    return {ErrorCode::kNotASawaServer, "what answered at this address is not a Sawa server"};
  }
  const auto json = ParseJson(body);
  const auto error = json ? MemberAt(*json, "error") : std::nullopt;
  const auto code_text = error ? TextAt(*error, "code") : std::nullopt;
  const auto code = code_text ? CodeFromText(*code_text) : std::nullopt;
  if (!code || !MayComeFromServer(*code)) {
    return StatusError(status);
  }
  const auto message = TextAt(*error, "message");
  const auto details = MemberAt(*error, "details");
  return {*code, message ? *message : std::string(*code_text),
          details && details->is_object() ? JsonToText(*details) : std::string()};
}

}  // namespace sawa
