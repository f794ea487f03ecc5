// SPDX-License-Identifier: MIT
// Sessions against a server that was restored from a backup: what it has lost and a device still has takes effect once.
#include "support/results.h"
#include "support/session_with_server.h"

namespace sawa {
namespace {

using test::Int;
using test::IsOk;
using test::ModelServer;
using test::MoveStock;
using test::PutProduct;
using test::SessionContext;
using test::Str;
using test::Unwrap;

class SessionRestoreTest : public test::SessionWithServer {};

TEST_F(SessionRestoreTest, ARestoredServerGetsBackWhatItHadAcceptedAndNotShownYet) {
  ASSERT_TRUE(IsOk(device_.Run()));
  const ModelServer::State backup = server_.state;
  for (int number = 1; number <= 4; ++number) {
    server_.Write(PutProduct(number, std::to_string(number)), {1, 0});
  }
  server_.page_limit = 2;
  device_.Write({PutProduct(9, "mine", {{"stock", Int(5)}})});
  device_.link.before_reply = [this] { device_.link.lost_requests = 1; };
  EXPECT_FALSE(device_.Run().has_value());
  ASSERT_EQ(device_.waiting(), 0U);
  server_.Restore(backup);
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(OnServer(9, "name"), Str("mine"));
  EXPECT_EQ(device_.Confirmed(9, "stock"), Int(5));
  EXPECT_EQ(device_.Confirmed(1, "name"), Value{});
  EXPECT_EQ(device_.waiting(), 0U);
}

TEST_F(SessionRestoreTest, ANewEpochReplacesTheConfirmedState) {
  server_.Write(PutProduct(1, "old"), {1, 0});
  server_.Write(PutProduct(2, "gone soon"), {1, 0});
  ASSERT_TRUE(IsOk(device_.Run()));
  ModelServer::State other;
  server_.Restore(other);
  server_.Write(PutProduct(1, "new"), {2, 0});
  device_.Write({PutProduct(3, "mine")});
  const SyncReport report = Unwrap(device_.Run());
  EXPECT_EQ(report.pushed, 1U);
  EXPECT_EQ(device_.Confirmed(1, "name"), Str("new"));
  EXPECT_EQ(device_.Confirmed(2, "name"), Value{});
  EXPECT_EQ(device_.Confirmed(3, "name"), Str("mine"));
}

TEST_F(SessionRestoreTest, AServerRestoredToBeforeMutationsThatNobodyKeepsTakesTheOthers) {
  const ModelServer::State backup = server_.state;
  device_.Write({PutProduct(1, "lost with the server", {{"stock", Int(5)}})});
  ASSERT_TRUE(IsOk(device_.Run()));
  device_.ForgetAccepted();
  device_.Write({PutProduct(2, "two")});
  device_.Write({MoveStock(2, 7)});
  server_.Restore(backup);
  const SyncReport report = Unwrap(device_.Run());
  EXPECT_EQ(report.waiting, 0U);
  EXPECT_EQ(OnServer(1, "name"), Value{});
  EXPECT_EQ(device_.Confirmed(1, "name"), Value{});
  EXPECT_EQ(OnServer(2, "stock"), Int(7));
  EXPECT_EQ(device_.Confirmed(2, "stock"), Int(7));
  EXPECT_NE(MetaText(device_.tables.tables, kIncarnationKey), test::kIncarnation);
  ExpectEachAppliedOnce(2);
  device_.Write({MoveStock(2, 1)});
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(device_.Confirmed(2, "stock"), Int(8));
}

TEST_F(SessionRestoreTest, AcceptedAndWaitingMutationsKeepTheirOrderUnderANewIncarnation) {
  device_.Write({PutProduct(8, "old")});
  ASSERT_TRUE(IsOk(device_.Run()));
  device_.ForgetAccepted();
  device_.Write({PutProduct(1, "kept", {{"stock", Int(5)}})});
  ASSERT_TRUE(IsOk(device_.Run()));
  device_.Write({MoveStock(1, -2)});
  server_.Restore({});
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_NE(MetaText(device_.tables.tables, kIncarnationKey), test::kIncarnation);
  EXPECT_EQ(OnServer(1, "stock"), Int(3));
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(3));
  EXPECT_EQ(device_.waiting(), 0U);
  ExpectEachAppliedOnce(2);
}

TEST_F(SessionRestoreTest, ADeviceWithNothingWaitingGivesBackWhatARestoredServerLost) {
  device_.Write({PutProduct(1, "kept", {{"stock", Int(5)}})});
  ASSERT_TRUE(IsOk(device_.Run()));
  const ModelServer::State backup = server_.state;
  device_.Write({MoveStock(1, -2)});
  ASSERT_TRUE(IsOk(device_.Run()));
  server_.Restore(backup);
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(OnServer(1, "stock"), Int(3));
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(3));
  EXPECT_EQ(device_.waiting(), 0U);
  EXPECT_EQ(MetaText(device_.tables.tables, kIncarnationKey), test::kIncarnation);
  ExpectEachAppliedOnce(2);
}

TEST_F(SessionRestoreTest, AWholeStateIsNotTakenIfAnotherTabHasBegunAnewSince) {
  const auto disk = std::make_shared<MemoryDisk>();
  SessionContext tab(&server_, disk);
  tab.Enrol();
  SessionContext other(&server_, disk);
  tab.Write({PutProduct(1, "one")});
  ASSERT_TRUE(IsOk(tab.Run()));
  server_.Restore(server_.state);
  // No two commits may have equal bytes.
  other.clock.Advance(1);
  const auto overtake = [&] {
    ASSERT_TRUE(IsOk(other.Run()));
    other.Write({PutProduct(2, "two")});
    ASSERT_TRUE(IsOk(other.Run()));
    server_.Restore(server_.state);
    other.link.before_reply = [&] { other.link.lost_requests = 1; };
    EXPECT_FALSE(other.Run());
  };
  // The first answer tells of the new epoch, the second one brings all records, without what comes to pass meanwhile.
  tab.link.sent.clear();
  tab.link.before_reply = [&] { tab.link.before_reply = overtake; };
  ASSERT_TRUE(IsOk(tab.Run()));
  ASSERT_GE(tab.link.sent.size(), 3U);
  EXPECT_NE(tab.link.sent[1].body.find(R"("cursor":null)"), std::string::npos);
  EXPECT_NE(tab.link.sent[2].body.find(R"("cursor":null)"), std::string::npos) << "an older state was taken";
  EXPECT_EQ(tab.Confirmed(2, "name"), Str("two"));
  EXPECT_EQ(tab.waiting(), 0U);
  ExpectEachAppliedOnce(2);
}

TEST_F(SessionRestoreTest, ANewIncarnationRepeatsNothingTheServerHas) {
  const ModelServer::State backup = server_.state;
  device_.Write({PutProduct(1, "one")});
  ASSERT_TRUE(IsOk(device_.Run()));
  device_.ForgetAccepted();
  device_.Write({MoveStock(1, 1)});
  server_.Restore(backup);
  // The first answer under the new incarnation gets lost, and so do the next ones.
  for (int attempt = 0; attempt < 3; ++attempt) {
    device_.link.before_reply = [this] { device_.link.lost_replies = 2; };
    static_cast<void>(device_.Run());
    device_.link.lost_replies = 0;
  }
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_NE(MetaText(device_.tables.tables, kIncarnationKey), test::kIncarnation);
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(1));
  ExpectEachAppliedOnce(1);
}

TEST_F(SessionRestoreTest, AnAnswerForAnOldIncarnationIsNotTakenForTheNewOne) {
  const ModelServer::State backup = server_.state;
  device_.Write({PutProduct(1, "one")});
  ASSERT_TRUE(IsOk(device_.Run()));
  device_.ForgetAccepted();
  device_.Write({MoveStock(1, 10)});
  device_.Write({MoveStock(1, 100)});
  SessionContext tab(&server_, device_.tables.disk);
  device_.link.before_reply = [&] {
    server_.Restore(backup);
    tab.link.before_reply = [&] { tab.link.before_reply = [&] { tab.link.lost_requests = 9; }; };
    static_cast<void>(tab.Run());
    ASSERT_NE(MetaText(tab.tables.tables, kIncarnationKey), test::kIncarnation);
  };
  static_cast<void>(device_.Run());
  tab.link.lost_requests = 0;
  ASSERT_TRUE(IsOk(tab.Run()));
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(OnServer(1, "stock"), Int(110));
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(110));
  EXPECT_EQ(device_.waiting(), 0U);
}

TEST_F(SessionRestoreTest, ShowsTheOldStateUntilARestoredServerHasEverythingAgain) {
  device_.Write({PutProduct(1, "kept")});
  ASSERT_TRUE(IsOk(device_.Run()));
  const ModelServer::State backup = server_.state;
  for (int count = 0; count < 201; ++count) {
    device_.Write({MoveStock(1, 1)});
  }
  ASSERT_TRUE(IsOk(device_.Run()));
  server_.Restore(backup);
  device_.link.before_reply = [this] { device_.link.before_reply = [this] { device_.link.lost_requests = 1; }; };
  EXPECT_FALSE(device_.Run().has_value());
  ASSERT_EQ(OnServer(1, "stock"), Int(199));
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(201));
  device_.link.before_reply = nullptr;
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(OnServer(1, "stock"), Int(201));
  EXPECT_EQ(device_.Confirmed(1, "stock"), Int(201));
  EXPECT_EQ(device_.waiting(), 0U);
  ExpectEachAppliedOnce(202);
}

TEST_F(SessionRestoreTest, AServerRestoredTwiceDuringARunGetsWhatWaits) {
  for (int number = 1; number <= 3; ++number) {
    server_.Write(PutProduct(number, std::to_string(number)), {1, 0});
  }
  ASSERT_TRUE(IsOk(device_.Run()));
  const ModelServer::State backup = server_.state;
  server_.page_limit = 2;
  server_.Restore(backup);
  device_.Write({PutProduct(9, "mine", {{"stock", Int(5)}})});
  device_.link.before_reply = [this] { device_.link.before_reply = [this] { device_.link.lost_requests = 1; }; };
  EXPECT_FALSE(device_.Run().has_value());
  ASSERT_EQ(OnServer(9, "name"), Str("mine"));
  server_.Restore(backup);
  ASSERT_EQ(OnServer(9, "name"), Value{});
  ASSERT_TRUE(IsOk(device_.Run()));
  EXPECT_EQ(OnServer(9, "name"), Str("mine"));
  EXPECT_EQ(device_.Confirmed(9, "stock"), Int(5));
  EXPECT_EQ(device_.waiting(), 0U);
}

TEST_F(SessionRestoreTest, AnAnswerFromBeforeARestoreDoesNotHoldBackWhatTheServerHasLost) {
  ASSERT_TRUE(IsOk(device_.Run()));
  const ModelServer::State backup = server_.state;
  device_.Write({PutProduct(9, "mine", {{"stock", Int(5)}})});
  SessionContext tab(&server_, device_.tables.disk);
  device_.link.before_reply = [&] {
    server_.Restore(backup);
    tab.link.before_reply = [&tab] { tab.link.lost_requests = 1; };
    EXPECT_FALSE(tab.Run().has_value());
    device_.link.lost_requests = 1;
  };
  static_cast<void>(device_.Run());
  ASSERT_TRUE(IsOk(tab.Run()));
  EXPECT_EQ(OnServer(9, "name"), Str("mine"));
  EXPECT_EQ(tab.Confirmed(9, "stock"), Int(5));
  EXPECT_EQ(tab.waiting(), 0U);
}

}  // namespace
}  // namespace sawa
