// SPDX-License-Identifier: MIT
#include "codec/record_json.h"

namespace sawa {

void AppendRecordJson(std::string& out, std::string_view id, const Record& record) {
  out += "{\"id\":";
  AppendJsonString(out, id);
  for (const FieldState& field : record.fields()) {
    out.push_back(',');
    AppendJsonString(out, field.name);
    out.push_back(':');
    out += CanonicalText(field.value);
  }
  out.push_back('}');
}

}  // namespace sawa
