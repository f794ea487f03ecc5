// SPDX-License-Identifier: MIT
// A session against answers that a test writes by hand.
#include "sync/session.h"

#include <gtest/gtest.h>

#include "support/json.h"
#include "support/results.h"
#include "support/session_context.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::IdOf;
using test::Int;
using test::IsOk;
using test::Link;
using test::MoveStock;
using test::PutProduct;
using test::RunNow;
using test::SessionContext;
using test::Str;
using test::Unwrap;

// An answer to a sync request, with what a test changes in it.
struct Answer {
  std::string verdicts = "[]";
  bool reset = false;
  std::string cursor = "e1:1";
  int version = 1;
  bool more = false;
  std::string changes = "[]";

  [[nodiscard]] HttpResponse Response() const {
    return {.status = 200,
            .from_sawa = true,
            .body = JsonObject()
                        .Number("server_time_ms", 1)
                        .Raw("verdicts", verdicts)
                        .Flag("reset", reset)
                        .Text("cursor", cursor)
                        .Number("version", version)
                        .Number("head", version + 10)
                        .Flag("more", more)
                        .Raw("changes", changes)
                        .Take()};
  }
};

std::string Product(int number, const std::string& name,
                    const std::string& stamp = "0000000000000001-0000000000000000") {
  return "[{\"collection\":\"products\",\"id\":\"" + IdOf(number) + "\",\"version\":1,\"stamp\":\"" + stamp +
         "\",\"fields\":{\"name\":\"" + name + "\"}}]";
}

class SessionTest : public testing::Test {
 protected:
  SessionTest() : context_([this](const HttpRequest&) { return Next(); }) {
    SAWA_CHECK(context_.tables.Commit({PutMeta(kEnrolmentKey, "{}")}).has_value(), "enrolled");
  }

  HttpResponse Next() {
    SAWA_CHECK(next_ < answers_.size(), "a session asked more often than the test expects");
    return answers_[next_++];
  }
  void Then(const Answer& answer) { answers_.push_back(answer.Response()); }
  void Then(HttpResponse response) { answers_.push_back(std::move(response)); }
  Json Sent(std::size_t index) { return Unwrap(ParseJson(context_.link.sent.at(index).body)); }

  std::vector<HttpResponse> answers_;
  std::size_t next_ = 0;
  SessionContext context_;
};

TEST_F(SessionTest, PushesAndPullsInOneRoundTrip) {
  context_.Write({PutProduct(1, "Sukari")});
  Then(Answer{
      .verdicts = R"([{"seq":1,"status":"applied","version":1}])", .reset = true, .changes = Product(1, "Sukari")});
  const SyncReport report = Unwrap(context_.Run());
  EXPECT_EQ(report.pushed, 1U);
  EXPECT_EQ(report.pulled, 1U);
  EXPECT_EQ(report.rejected, 0U);
  EXPECT_EQ(report.waiting, 0U);
  ASSERT_EQ(context_.link.sent.size(), 1U);
  EXPECT_EQ(context_.link.sent[0].path, "/sync/v1/sync");
  EXPECT_EQ(*TextAt(Sent(0), "incarnation"), test::kIncarnation);
  EXPECT_TRUE(Sent(0).at("cursor").is_null());
  EXPECT_EQ(Sent(0).at("mutations").size(), 1U);
  EXPECT_EQ(context_.waiting(), 0U);
  EXPECT_EQ(context_.Confirmed(1, "name"), Str("Sukari"));
  EXPECT_EQ(MetaNumber(context_.tables.tables, kReadyKey), 1U);
  EXPECT_EQ(MetaNumber(context_.tables.tables, kSyncedAtKey), static_cast<std::uint64_t>(test::kStartMs));
}

TEST_F(SessionTest, AsksOnFromTheCursorUntilThereIsNoMore) {
  Then(Answer{.reset = true, .cursor = "e1:1", .more = true, .changes = Product(1, "one")});
  Then(Answer{.cursor = "e1:2", .version = 2, .more = true, .changes = Product(2, "two")});
  Then(Answer{.cursor = "e1:3", .version = 3, .changes = Product(3, "three")});
  EXPECT_EQ(Unwrap(context_.Run()).pulled, 3U);
  EXPECT_EQ(*TextAt(Sent(1), "cursor"), "e1:1");
  EXPECT_EQ(*TextAt(Sent(2), "cursor"), "e1:2");
  for (int number = 1; number <= 3; ++number) {
    EXPECT_NE(context_.Confirmed(number, "name"), Value{}) << number;
  }
}

TEST_F(SessionTest, IsReadyOnlyAfterTheLastPage) {
  Then(Answer{.reset = true, .more = true});
  Then(test::ErrorAnswer(503, "server_unavailable"));
  EXPECT_TRUE(FailsWith(ErrorCode::kServerUnavailable, context_.Run()));
  EXPECT_EQ(MetaNumber(context_.tables.tables, kReadyKey), 0U);
  EXPECT_EQ(MetaText(context_.tables.tables, kCursorKey), "e1:1");
  Then(Answer{.cursor = "e1:2"});
  ASSERT_TRUE(IsOk(context_.Run()));
  EXPECT_EQ(*TextAt(Sent(2), "cursor"), "e1:1");
  EXPECT_EQ(MetaNumber(context_.tables.tables, kReadyKey), 1U);
}

TEST_F(SessionTest, PushesWhatIsLeftInFurtherRounds) {
  for (int count = 0; count < 201; ++count) {
    context_.Write({MoveStock(1, 1)});
  }
  JsonArray verdicts;
  for (int seq = 1; seq <= 200; ++seq) {
    verdicts.Raw(JsonObject().Number("seq", seq).Text("status", "applied").Number("version", 1).Take());
  }
  Then(Answer{.verdicts = verdicts.Take(), .reset = true});
  Then(Answer{.verdicts = R"([{"seq":201,"status":"applied","version":1}])"});
  EXPECT_EQ(Unwrap(context_.Run()).pushed, 201U);
  EXPECT_EQ(Sent(1).at("mutations").size(), 1U);
  EXPECT_EQ(context_.waiting(), 0U);
}

TEST_F(SessionTest, MovesRefusedMutationsToQuarantine) {
  context_.Write({PutProduct(1, "A")});
  context_.Write({PutProduct(2, "B")});
  context_.Write({PutProduct(3, "C")});
  Then(Answer{.verdicts = R"([{"seq":1,"status":"rejected","code":"mutation_invalid","message":"no","version":1},
      {"seq":2,"status":"applied","version":1},{"seq":3,"status":"duplicate","first_status":"quarantined","version":1}])"});
  const SyncReport report = Unwrap(context_.Run());
  EXPECT_EQ(report.rejected, 2U);
  EXPECT_EQ(report.waiting, 0U);
  EXPECT_EQ(context_.waiting(), 0U);
  EXPECT_EQ(context_.quarantine_size(), 2U);
}

TEST_F(SessionTest, SendsNothingTwiceThatWasAccepted) {
  context_.Write({PutProduct(1, "Mine")});
  Then(Answer{.verdicts = R"([{"seq":1,"status":"applied","version":9}])", .version = 5, .more = true});
  Then(test::ErrorAnswer(503, "server_unavailable"));
  EXPECT_FALSE(context_.Run().has_value());
  EXPECT_EQ(context_.waiting(), 0U);
  Then(Answer{.version = 9, .changes = Product(1, "Mine")});
  ASSERT_TRUE(IsOk(context_.Run()));
  EXPECT_TRUE(Sent(2).at("mutations").empty());
  EXPECT_EQ(context_.waiting(), 0U);
}

TEST_F(SessionTest, RefusesVerdictsThatDoNotAnswerWhatWasSent) {
  for (
      const std::string verdicts :
      {"[]", R"([{"seq":1,"status":"applied","version":1}])",
       R"([{"seq":1,"status":"applied","version":1},{"seq":1,"status":"applied","version":1}])",
       R"([{"seq":2,"status":"applied","version":1},{"seq":1,"status":"applied","version":1}])",
       R"([{"seq":1,"status":"applied","version":1},{"seq":7,"status":"applied","version":1}])",
       R"([{"seq":1,"status":"applied","version":1},{"seq":2,"status":"applied","version":1},{"seq":3,"status":"applied","version":1}])"}) {
    SessionContext context(
        [&](const HttpRequest&) { return Answer{.verdicts = verdicts, .changes = Product(1, "x")}.Response(); });
    ASSERT_TRUE(IsOk(context.tables.Commit({PutMeta(kEnrolmentKey, "{}")})));
    context.Write({PutProduct(1, "A")});
    context.Write({PutProduct(2, "B")});
    const std::string before = context.tables.Dump();
    EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, context.Run())) << verdicts;
    EXPECT_EQ(context.tables.Dump(), before) << verdicts;
    EXPECT_EQ(context.link.sent.size(), 1U) << verdicts;
  }
}

TEST_F(SessionTest, AnEndlessFeedThatDoesNotMoveIsAnError) {
  int requests = 0;
  SessionContext context([&](const HttpRequest&) {
    return ++requests > 10 ? test::ErrorAnswer(503, "server_unavailable")
                           : Answer{.cursor = "e1:1", .more = true}.Response();
  });
  ASSERT_TRUE(IsOk(context.tables.Commit({PutMeta(kEnrolmentKey, "{}")})));
  EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, context.Run()));
  EXPECT_LE(context.link.sent.size(), 3U);
}

// A new epoch in several pages: until the last one has come, the app keeps what it had.
TEST_F(SessionTest, ReplacesTheConfirmedStateAtOnceAndNotPageByPage) {
  Then(Answer{.reset = true, .changes = Product(1, "old")});
  ASSERT_TRUE(IsOk(context_.Run()));
  Then(test::ErrorAnswer(409, "cursor_epoch_changed"));
  Then(Answer{.reset = true, .cursor = "e2:1", .more = true, .changes = Product(2, "two")});
  Then(test::ErrorAnswer(503, "server_unavailable"));
  EXPECT_TRUE(FailsWith(ErrorCode::kServerUnavailable, context_.Run()));
  EXPECT_EQ(context_.Confirmed(1, "name"), Str("old"));
  EXPECT_EQ(context_.Confirmed(2, "name"), Value{});
  Then(Answer{.reset = true, .cursor = "e2:1", .more = true, .changes = Product(2, "two")});
  Then(Answer{.cursor = "e2:2", .version = 2, .changes = Product(3, "three")});
  ASSERT_TRUE(IsOk(context_.Run()));
  EXPECT_TRUE(Sent(4).at("cursor").is_null());
  EXPECT_EQ(*TextAt(Sent(5), "cursor"), "e2:1");
  EXPECT_EQ(context_.Confirmed(1, "name"), Value{});
  EXPECT_EQ(context_.Confirmed(2, "name"), Str("two"));
  EXPECT_EQ(context_.Confirmed(3, "name"), Str("three"));
  EXPECT_EQ(MetaText(context_.tables.tables, kCursorKey), "e2:2");
}

TEST_F(SessionTest, AMalformedAnswerChangesNothing) {
  context_.Write({PutProduct(1, "A")});
  const std::string before = context_.tables.Dump();
  Then(HttpResponse{.status = 200, .from_sawa = true, .body = "{\"cursor\":"});
  EXPECT_TRUE(FailsWith(ErrorCode::kResponseMalformed, context_.Run()));
  Then(HttpResponse{.status = 200, .from_sawa = false, .body = "<html>Log in to the Wi-Fi</html>"});
  EXPECT_TRUE(FailsWith(ErrorCode::kNotASawaServer, context_.Run()));
  Then(test::ErrorAnswer(401, "auth_required"));
  EXPECT_TRUE(FailsWith(ErrorCode::kAuthRequired, context_.Run()));
  Then(test::ErrorAnswer(409, "sequence_reused"));
  EXPECT_TRUE(FailsWith(ErrorCode::kSequenceReused, context_.Run()));
  EXPECT_EQ(context_.tables.Dump(), before);
}

TEST_F(SessionTest, SendsTheSameBytesAgain) {
  context_.Write({PutProduct(1, "A", {{"rate", 0.1}, {"extra", JsonText{"{\"a\":[1]}"}}})});
  context_.link.lost_replies = 1;
  Then(Answer{});
  EXPECT_FALSE(context_.Run().has_value());
  context_.clock.Advance(86'400'000);
  Then(Answer{.verdicts = R"([{"seq":1,"status":"applied","version":1}])"});
  ASSERT_TRUE(IsOk(context_.Run()));
  EXPECT_EQ(context_.link.sent[0].body, context_.link.sent[1].body);
}

TEST_F(SessionTest, ReportsHowLongTheServerAsksToWait) {
  Then(HttpResponse{.status = 429, .from_sawa = true, .retry_after_s = 30, .body = ""});
  EXPECT_TRUE(FailsWith(ErrorCode::kRateLimited, context_.Run()));
  EXPECT_EQ(context_.session.retry_after_ms(), 30'000);
  context_.link.lost_requests = 1;
  EXPECT_TRUE(FailsWith(ErrorCode::kNetworkUnreachable, context_.Run()));
  EXPECT_EQ(context_.session.retry_after_ms(), 0);
}

TEST_F(SessionTest, StampsWhatItWritesLaterThanWhatItPulled) {
  const Stamp future{static_cast<std::uint64_t>(test::kStartMs + 3'600'000) << 16, 5};
  Then(Answer{.reset = true, .changes = Product(1, "x", StampText(future))});
  ASSERT_TRUE(IsOk(context_.Run()));
  EXPECT_GT(context_.stamps.Next(), future);
  EXPECT_GE(MetaNumber(context_.tables.tables, kStampTimeKey), future.time);
}

TEST_F(SessionTest, ObservesTheStampsOfTombstonesToo) {
  const Stamp future{static_cast<std::uint64_t>(test::kStartMs + 3'600'000) << 16, 5};
  Then(Answer{.reset = true,
              .changes = R"([{"collection":"products","id":")" + IdOf(1) + R"(","version":1,"stamp":")" +
                         StampText(future) + R"(","removed":true}])"});
  ASSERT_TRUE(IsOk(context_.Run()));
  EXPECT_GT(context_.stamps.Next(), future);
}

TEST_F(SessionTest, StoresAnswersToMutationsStrictlyAndMereChangesRelaxed) {
  Then(Answer{.changes = Product(1, "x")});
  ASSERT_TRUE(IsOk(context_.Run()));
  EXPECT_EQ(context_.tables.storage.appended().back(), Durability::kRelaxed);
  context_.Write({PutProduct(1, "A")});
  Then(Answer{.verdicts = R"([{"seq":1,"status":"applied","version":1}])"});
  ASSERT_TRUE(IsOk(context_.Run()));
  EXPECT_EQ(context_.tables.storage.appended().back(), Durability::kStrict);
}

TEST_F(SessionTest, TellsItsProgress) {
  context_.Write({PutProduct(1, "A")});
  Then(Answer{.verdicts = R"([{"seq":1,"status":"applied","version":1}])",
              .version = 1,
              .more = true,
              .changes = Product(1, "A")});
  Then(Answer{.cursor = "e1:2", .version = 2, .changes = Product(2, "B")});
  ASSERT_TRUE(IsOk(context_.Run()));
  ASSERT_GE(context_.progress.size(), 4U);
  EXPECT_TRUE(context_.progress.front().running);
  const SyncProgress& end = context_.progress.back();
  EXPECT_FALSE(end.running);
  EXPECT_EQ(end.sent, 1U);
  EXPECT_EQ(end.to_send, 1U);
  EXPECT_EQ(end.pulled, 2U);
  EXPECT_EQ(end.to_pull, 2U);
}

TEST(SessionEnrolmentTest, NeedsAnEnrolmentToSync) {
  SessionContext context([](const HttpRequest&) { return HttpResponse{}; });
  EXPECT_TRUE(FailsWith(ErrorCode::kNotEnrolled, context.Run()));
  EXPECT_TRUE(FailsWith(ErrorCode::kNotEnrolled, RunNow(context.session.Login({"demo", "right", false}))));
  EXPECT_TRUE(context.link.sent.empty());
}

}  // namespace
}  // namespace sawa
