// SPDX-License-Identifier: MIT
// embind's own runtime registers every type that a function might have, four kinds of text and thirty kinds of array
// among them, and brings in printf for a message. This is the runtime for the types that functions here have, and library.js
// its other half; a function with another type fails when it is called.
#include <emscripten/bind.h>

#include <cstring>
#include <limits>

using emscripten::internal::InitFunc;
using emscripten::internal::TypeID;

namespace {

InitFunc* first_bindings = nullptr;

template <typename T>
void RegisterInteger(const char* name) {
  emscripten::internal::_embind_register_integer(TypeID<T>::get(), name, sizeof(T), std::numeric_limits<T>::min(),
                                                 std::numeric_limits<T>::max());
}

}  // namespace

extern "C" {

// Of a type that is not registered. JavaScript frees it.
const char* __getTypeName(const std::type_info* /*type*/) { return strdup("unregistered"); }

void _embind_register_bindings(InitFunc* bindings) {
  bindings->next = first_bindings;
  first_bindings = bindings;
}

void _embind_initialize_bindings() {
  for (const InitFunc* bindings = first_bindings; bindings != nullptr; bindings = bindings->next) {
    bindings->init_func();
  }
}

// Of promises that are awaited through embind; none is.
void _emval_coro_resume(emscripten::val::awaiter* /*awaiter*/, emscripten::EM_VAL /*result*/) { __builtin_trap(); }
void _emval_coro_reject(emscripten::val::awaiter* /*awaiter*/, emscripten::EM_VAL /*error*/) { __builtin_trap(); }
}

EMSCRIPTEN_BINDINGS(sawa_types) {
  emscripten::internal::_embind_register_void(TypeID<void>::get(), "void");
  RegisterInteger<unsigned int>("unsigned int");
  RegisterInteger<unsigned long>("unsigned long");
  emscripten::internal::_embind_register_std_string(TypeID<std::string>::get(), "std::string");
}
