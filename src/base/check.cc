// SPDX-License-Identifier: MIT
#include "base/check.h"

namespace sawa {

CheckHandler& FailedCheckHandler() {
  static CheckHandler handler = [](const char* reason) { static_cast<void>(std::fputs(reason, stderr)); };
  return handler;
}

}  // namespace sawa
