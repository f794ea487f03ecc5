// SPDX-License-Identifier: MIT
#include "base/text_map.h"

#include <algorithm>
#include <cstring>

namespace sawa {
namespace {

inline bool IsLess(std::string_view left, std::string_view right) {
  const int order = std::memcmp(left.data(), right.data(), std::min(left.size(), right.size()));
  return order < 0 || (order == 0 && left.size() < right.size());
}

}  // namespace

bool TextLess::operator()(const std::string& left, const std::string& right) const { return IsLess(left, right); }
bool TextLess::operator()(const std::string& left, std::string_view right) const { return IsLess(left, right); }
bool TextLess::operator()(std::string_view left, const std::string& right) const { return IsLess(left, right); }

}  // namespace sawa
