// SPDX-License-Identifier: MIT
// A fixture: one enrolled device, and the server it syncs with. Needs: sync.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/session_context.h"

namespace sawa::test {

class SessionWithServer : public testing::Test {
 protected:
  SessionWithServer() { device_.Enrol(); }

  Value OnServer(int number, const std::string& field) {
    const Record* record = server_.Find("products", IdOf(number));
    const FieldState* state = record != nullptr ? record->Find(field) : nullptr;
    return state != nullptr ? state->value : Value{};
  }
  void ExpectEachAppliedOnce(std::size_t count) {
    EXPECT_EQ(server_.applied.size(), count);
    for (const auto& [id, times] : server_.applied) {
      EXPECT_EQ(times, 1) << id;
    }
  }

  ModelServer server_{ShopSchema()};
  SessionContext device_{&server_};
};

}  // namespace sawa::test
