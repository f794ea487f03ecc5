// SPDX-License-Identifier: MIT
// The examples of docs/protocol.md, with the ids and stamps that the page leaves out filled in. Needs: base.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace sawa::test {

// The first JSON block behind `heading` in docs/protocol.md, or the one after so many others.
inline std::string DocumentedExample(std::string_view heading, int index) {
  std::ifstream file(SAWA_VECTORS_FOLDER "/../../docs/protocol.md");
  std::stringstream buffer;
  buffer << file.rdbuf();
  const std::string page = buffer.str();
  std::size_t position = page.find(heading);
  for (int block = 0; block <= index && position != std::string::npos; ++block) {
    position = page.find("```json\n", position + 1);
  }
  if (position == std::string::npos) {
    ADD_FAILURE() << "docs/protocol.md has no example " << index << " behind " << heading;
    return "{}";
  }
  const std::size_t start = position + std::string_view("```json\n").size();
  return page.substr(start, page.find("```", start) - start);
}

inline void ReplaceAll(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// sync_request, sync_response or enrolment.
inline std::string Golden(std::string_view name) {
  std::string text = name == "enrolment" ? DocumentedExample("## `POST /sync/v1/enroll`", 1)
                                         : DocumentedExample("## `POST /sync/v1/sync`", name == "sync_request" ? 0 : 1);
  ReplaceAll(text, "<uuid>", "0190a000-0000-7000-8000-000000000001");
  ReplaceAll(text, "<opaque>", "epoch:120");
  ReplaceAll(text, R"("device": { "id": "…")", R"("device": { "id": "0190a000-0000-7000-8000-000000000002")");
  ReplaceAll(text, R"("shop": { "id": "…")", R"("shop": { "id": "0190a000-0000-7000-8000-000000000003")");
  int stamp = 0;
  for (std::size_t at = text.find("\"…\""); at != std::string::npos; at = text.find("\"…\"", at)) {
    const std::string digit = std::to_string(++stamp);
    text.replace(at, std::string_view("\"…\"").size(), "\"000000000000000" + digit + "-000000000000000" + digit + "\"");
  }
  return text;
}

}  // namespace sawa::test
