// SPDX-License-Identifier: MIT
#include "base/text_map.h"

namespace sawa {

bool TextLess::operator()(const std::string& left, const std::string& right) const {
  return std::string_view(left) < std::string_view(right);
}
bool TextLess::operator()(const std::string& left, std::string_view right) const {
  return std::string_view(left) < right;
}
bool TextLess::operator()(std::string_view left, const std::string& right) const {
  return left < std::string_view(right);
}

}  // namespace sawa
