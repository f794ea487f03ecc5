// SPDX-License-Identifier: MIT
// Sessions against a whole server: what is lost, repeated or interrupted on the way takes effect once.
#include <gtest/gtest.h>

#include "support/json.h"
#include "support/results.h"
#include "support/session_with_server.h"

namespace sawa {
namespace {

using test::FailsWith;
using test::Fault;
using test::Int;
using test::IsOk;
using test::ModelServer;
using test::MoveStock;
using test::PatchProduct;
using test::PutProduct;
using test::RunNow;
using test::SessionContext;
using test::ShopSchema;
using test::Str;
using test::Unwrap;

class SessionServerTest : public test::SessionWithServer {};

TEST_F(SessionServerTest, TakesAMutationThereAndBackInOneRoundTrip) {
  device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}}), MoveStock(1, -2)});
  const SyncReport report = Unwrap(device_.Run());
  EXPECT_EQ(report.pushed, 1U);
  EXPECT_EQ(report.pulled, 1U);
  EXPECT_EQ(device_.link.sent.size(), 1U);
  EXPECT_EQ(OnServer(1, "stock"), Int(38));
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(38));
  EXPECT_EQ(device_.waiting(), 0U);
}

TEST_F(SessionServerTest, ARunWithNothingToDoIsOneRoundTripToo) {
  ASSERT_TRUE(IsOk(device_.Run()));
  device_.link.sent.clear();
  const SyncReport report = Unwrap(device_.Run());
  EXPECT_EQ(report.pushed + report.pulled, 0U);
  EXPECT_EQ(device_.link.sent.size(), 1U);
}

TEST_F(SessionServerTest, AReplyLostFiveTimesStillAppliesOnce) {
  device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}})});
  device_.Write({MoveStock(1, -2)});
  device_.link.lost_replies = 5;
  for (int attempt = 0; attempt < 5; ++attempt) {
    EXPECT_TRUE(FailsWith(ErrorCode::kNetworkTimeout, device_.Run()));
    EXPECT_EQ(device_.waiting(), 2U);
  }
  const SyncReport report = Unwrap(device_.Run());
  EXPECT_EQ(report.pushed, 2U);
  EXPECT_EQ(device_.waiting(), 0U);
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(38));
  ExpectEachAppliedOnce(2);
}

TEST_F(SessionServerTest, ALostRequestIsSentAgain) {
  device_.Write({PutProduct(1, "Sukari")});
  device_.link.lost_requests = 1;
  EXPECT_TRUE(FailsWith(ErrorCode::kNetworkUnreachable, device_.Run()));
  ASSERT_TRUE(IsOk(device_.Run()));
  ExpectEachAppliedOnce(1);
}

TEST_F(SessionServerTest, ARefusalWhoseAnswerWasLostEndsInQuarantineOnce) {
  server_.rejected_names = {"bad"};
  device_.Write({PutProduct(1, "A")}, "bad");
  device_.Write({PutProduct(2, "B")});
  device_.link.lost_replies = 1;
  EXPECT_FALSE(device_.Run().has_value());
  const SyncReport report = Unwrap(device_.Run());
  EXPECT_EQ(report.rejected, 1U);
  EXPECT_EQ(device_.quarantine_size(), 1U);
  EXPECT_EQ(device_.waiting(), 0U);
  EXPECT_EQ(device_.Confirmed(1, "name"), Value{});
  EXPECT_EQ(device_.Confirmed(2, "name"), Str("B"));
}

TEST_F(SessionServerTest, WhatIsWrittenDuringTheRoundTripGoesWithTheNextOne) {
  device_.Write({PutProduct(1, "A")});
  device_.link.before_reply = [this] { device_.Write({PutProduct(2, "B")}); };
  const SyncReport report = Unwrap(device_.Run());
  EXPECT_EQ(report.pushed, 2U);
  EXPECT_EQ(device_.link.sent.size(), 2U);
  EXPECT_EQ(device_.waiting(), 0U);
  ExpectEachAppliedOnce(2);
}

TEST_F(SessionServerTest, PullsPageByPage) {
  for (int number = 1; number <= 10; ++number) {
    server_.Write(PutProduct(number, std::to_string(number)), {1, 0});
  }
  server_.page_limit = 3;
  EXPECT_EQ(Unwrap(device_.Run()).pulled, 10U);
  EXPECT_EQ(device_.link.sent.size(), 4U);
  EXPECT_EQ(device_.Confirmed(10, "name"), Str("10"));
}

TEST_F(SessionServerTest, APullInterruptedAtAnyPageGoesOnWhereItWas) {
  for (int number = 1; number <= 6; ++number) {
    server_.Write(PutProduct(number, std::to_string(number)), {1, 0});
  }
  server_.page_limit = 2;
  device_.Write({PutProduct(7, "mine")});
  std::size_t pulled = 0;
  for (int attempt = 0; attempt < 8; ++attempt) {
    device_.link.before_reply = [this] { device_.link.lost_requests = 1; };
    const auto report = device_.Run();
    pulled += report ? 1 : 0;
    device_.link.lost_requests = 0;
  }
  EXPECT_GE(pulled, 1U);
  for (int number = 1; number <= 7; ++number) {
    EXPECT_NE(device_.Confirmed(number, "name"), Value{}) << number;
  }
  EXPECT_EQ(device_.waiting(), 0U);
  ExpectEachAppliedOnce(1);
}

TEST_F(SessionServerTest, TheEffectsOfWhatWasPushedComeWithTheFirstOfManyPages) {
  for (int number = 1; number <= 6; ++number) {
    server_.Write(PutProduct(number, std::to_string(number)), {1, 0});
  }
  server_.page_limit = 2;
  device_.Write({PutProduct(9, "mine"), MoveStock(6, 4)});
  device_.link.before_reply = [this] {
    server_.Write(MoveStock(6, 1), {2, 0});
    device_.link.lost_requests = 1;
  };
  EXPECT_FALSE(device_.Run().has_value());
  EXPECT_EQ(device_.waiting(), 0U);
  EXPECT_EQ(device_.Confirmed(2, "name"), Str("2"));
  EXPECT_EQ(device_.Confirmed(3, "name"), Value{});
  EXPECT_EQ(device_.Confirmed(6, "stock"), Int(4));
  EXPECT_EQ(device_.Confirmed(9, "name"), Str("mine"));
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(device_.Confirmed(6, "stock"), Int(5));
}

TEST_F(SessionServerTest, AnInvalidCursorStartsOverToo) {
  server_.Write(PutProduct(1, "one"), {1, 0});
  ASSERT_TRUE(IsOk(device_.tables.Commit({PutMeta(kCursorKey, "nonsense")})));
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(device_.Confirmed(1, "name"), Str("one"));
}

// What the device has sent is its own: a first sync that has to begin again does not take it away meanwhile.
TEST_F(SessionServerTest, AFirstSyncThatBeginsAgainKeepsWhatThereIsUntilItIsComplete) {
  for (int number = 1; number <= 3; ++number) {
    server_.Write(PutProduct(number, std::to_string(number)), {1, 0});
  }
  server_.page_limit = 2;
  device_.Write({PutProduct(9, "mine")});
  const auto lose_the_next = [this] { device_.link.lost_requests = 1; };
  device_.link.before_reply = [&] {
    server_.Write(PutProduct(4, "4"), {1, 0});
    device_.link.before_reply = lose_the_next;
  };
  EXPECT_FALSE(device_.Run().has_value());
  ASSERT_EQ(device_.Confirmed(9, "name"), Str("mine"));
  ASSERT_EQ(device_.waiting(), 0U);
  ASSERT_TRUE(IsOk(device_.tables.Commit({PutMeta(kCursorKey, "nonsense")})));
  device_.link.before_reply = [&] { device_.link.before_reply = lose_the_next; };
  EXPECT_FALSE(device_.Run().has_value());
  EXPECT_EQ(device_.Confirmed(9, "name"), Str("mine"));
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(device_.Confirmed(9, "name"), Str("mine"));
  EXPECT_EQ(device_.Confirmed(4, "name"), Str("4"));
}

TEST_F(SessionServerTest, AServerThatChangesItsEpochForEverIsLeftAlone) {
  ASSERT_TRUE(IsOk(device_.Run()));
  device_.Write({PutProduct(1, "mine")});
  SessionContext refused([](const HttpRequest&) { return test::ErrorAnswer(409, "cursor_epoch_changed"); },
                         device_.tables.disk);
  EXPECT_TRUE(FailsWith(ErrorCode::kCursorEpochChanged, refused.Run()));
  EXPECT_LT(refused.link.sent.size(), 5U);
  EXPECT_EQ(refused.waiting(), 1U);
}

TEST_F(SessionServerTest, AnotherContextThatPulledMeanwhileIsNotUndone) {
  SessionContext tab(&server_, device_.tables.disk);
  server_.Write(PutProduct(1, "one"), {1, 0});
  device_.Write({PutProduct(5, "mine")});
  device_.link.before_reply = [&] {
    server_.Write(PatchProduct(1, {{"name", Str("two")}}), {2, 0});
    ASSERT_TRUE(IsOk(tab.Run()));
    EXPECT_EQ(tab.Confirmed(1, "name"), Str("two"));
  };
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(device_.Confirmed(1, "name"), Str("two"));
  EXPECT_EQ(device_.Confirmed(5, "name"), Str("mine"));
  EXPECT_EQ(device_.waiting(), 0U);
  ExpectEachAppliedOnce(1);
  const std::string cursor = MetaText(device_.tables.tables, kCursorKey);
  EXPECT_EQ(cursor, "e1:" + std::to_string(server_.state.version));
}

TEST_F(SessionServerTest, TwoContextsThatPushAtOnceApplyEachMutationOnce) {
  SessionContext tab(&server_, device_.tables.disk);
  for (int count = 0; count < 5; ++count) {
    device_.Write({MoveStock(1, 1)});
  }
  device_.link.before_reply = [&] { ASSERT_TRUE(IsOk(tab.Run())); };
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(OnServer(1, "stock"), Int(5));
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(5));
  ExpectEachAppliedOnce(5);
  ASSERT_TRUE(IsOk(tab.tables.Refresh()));
  EXPECT_EQ(tab.tables.Dump(), device_.tables.Dump());
}

TEST_F(SessionServerTest, AFullDiskWhileTheAnswerIsStoredLeavesEverythingInTheOutbox) {
  device_.Write({PutProduct(1, "Sukari", {{"stock", Int(40)}})});
  const std::string before = device_.tables.Dump();
  // The first storage call of a run is the refresh, the second stores the answer.
  device_.tables.storage.FailAt(2, Fault::kErrorBefore, ErrorCode::kStorageQuotaExceeded);
  EXPECT_TRUE(FailsWith(ErrorCode::kStorageQuotaExceeded, device_.Run()));
  EXPECT_EQ(device_.tables.Dump(), before);
  EXPECT_EQ(device_.waiting(), 1U);
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(40));
  EXPECT_EQ(device_.waiting(), 0U);
  ExpectEachAppliedOnce(1);
}

TEST_F(SessionServerTest, AFaultAtAnyStorageCallOfARunLosesAndRepeatsNothing) {
  for (const Fault fault : test::kAllFaults) {
    for (int call = 1;; ++call) {
      ModelServer server(ShopSchema());
      SessionContext device(&server);
      device.Enrol();
      for (int number = 1; number <= 3; ++number) {
        server.Write(PutProduct(number, std::to_string(number)), {1, 0});
        device.Write({MoveStock(1, number)});
      }
      server.page_limit = 2;
      const int calls_before = device.tables.storage.calls();
      device.tables.storage.FailAt(call, fault);
      const auto report = device.Run();
      if (device.tables.storage.calls() - calls_before < call) {
        EXPECT_TRUE(IsOk(report));
        EXPECT_GT(call, 2);
        break;
      }
      EXPECT_FALSE(report.has_value()) << call;
      // The process starts again on what is stored.
      SessionContext next(&server, device.tables.disk);
      ASSERT_TRUE(IsOk(next.Run())) << call;
      EXPECT_EQ(next.Confirmed(1, "stock"), Int(6)) << call;
      EXPECT_EQ(next.waiting(), 0U) << call;
      for (const auto& [id, times] : server.applied) {
        EXPECT_EQ(times, 1) << call;
      }
    }
  }
}

TEST_F(SessionServerTest, ACloneOfADatabaseIsFoundOut) {
  const auto clone_disk = std::make_shared<MemoryDisk>(*device_.tables.disk);
  SessionContext clone(&server_, clone_disk);
  device_.Write({PutProduct(1, "one")});
  clone.Write({PutProduct(1, "another")});
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_TRUE(FailsWith(ErrorCode::kSequenceReused, clone.Run()));
  EXPECT_EQ(clone.waiting(), 1U);
}

TEST_F(SessionServerTest, EnrolsOnceAndLogsInAgain) {
  EXPECT_TRUE(
      FailsWith(ErrorCode::kInvalidArgument, RunNow(device_.session.Enrol({"demo", "right", false}, "Till", ""))));
  const std::string enrolment = MetaText(device_.tables.tables, kEnrolmentKey);
  EXPECT_NE(enrolment.find("\"series\":\"A1\""), std::string::npos);
  EXPECT_TRUE(FailsWith(ErrorCode::kAuthInvalidCredentials, RunNow(device_.session.Login({"demo", "wrong", false}))));
  EXPECT_EQ(MetaText(device_.tables.tables, kEnrolmentKey), enrolment);
  EXPECT_TRUE(device_.link.tokens.empty());
  ASSERT_TRUE(IsOk(RunNow(device_.session.Login({"demo", "right", true}))));
  EXPECT_EQ(device_.link.tokens, std::vector<std::string>{"token"});
  EXPECT_EQ(device_.tables.Dump().find("token"), std::string::npos);
  EXPECT_TRUE(IsOk(RunNow(device_.session.Logout())));
}

TEST_F(SessionServerTest, RefusesTheLogInOfAnotherDevice) {
  SessionContext other(
      [&](const HttpRequest& request) {
        HttpRequest changed = request;
        changed.path = "/sync/v1/enroll";
        Json json = Unwrap(ParseJson(request.body));
        json.erase("device");
        changed.body = JsonToText(json);
        return server_.Handle(changed);
      },
      device_.tables.disk);
  const std::string enrolment = MetaText(device_.tables.tables, kEnrolmentKey);
  EXPECT_TRUE(FailsWith(ErrorCode::kInvalidArgument, RunNow(other.session.Login({"demo", "right", false}))));
  EXPECT_EQ(MetaText(other.tables.tables, kEnrolmentKey), enrolment);
}

}  // namespace
}  // namespace sawa
