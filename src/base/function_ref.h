// SPDX-License-Identifier: MIT
// A reference to something that can be called, of any type. Layer: base.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace sawa {

template <typename Signature>
class FunctionRef;

// What it refers to must outlive it; it is never copied.
template <typename Result, typename... Arguments>
class FunctionRef<Result(Arguments...)> {
 public:
  template <typename Function>
    requires(!std::is_same_v<std::remove_cvref_t<Function>, FunctionRef>)
  FunctionRef(Function&& function)  // NOLINT(google-explicit-constructor): it stands for what it refers to.
      : function_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* callee, Arguments... arguments) -> Result {
          return (*static_cast<std::remove_reference_t<Function>*>(callee))(std::forward<Arguments>(arguments)...);
        }) {}

  Result operator()(Arguments... arguments) const { return call_(function_, std::forward<Arguments>(arguments)...); }

 private:
  void* function_;
  Result (*call_)(void*, Arguments...);
};

}  // namespace sawa
