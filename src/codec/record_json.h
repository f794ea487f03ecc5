// SPDX-License-Identifier: MIT
// Records as JSON text for the app. Layer: codec.
#pragma once

#include <string>

#include "model/record.h"

namespace sawa {

// Appends {"id": …, field: value, …}.
void AppendRecordJson(std::string& out, std::string_view id, const Record& record);

}  // namespace sawa
