// SPDX-License-Identifier: MIT
// What the host gives the module: bindings/js/host.ts has these functions, and host_imports.js says which is which. None
// of them calls the module back before it returns.
// Layer: platform/web.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

double sawa_now_ms();
void sawa_fill_random(std::uint8_t* bytes, std::size_t count);
double sawa_parse_number(const char* text, std::size_t length);
// Into at most 32 bytes; gives how many.
std::size_t sawa_write_number(double number, char* text);
void sawa_report(const char* text, std::size_t length);

// A request is a list of parts, put one after the other, and then sent; see host_request.h.
void sawa_put_number(double number);
void sawa_put_text(const char* text, std::size_t length);
void sawa_put_bytes(const std::uint8_t* bytes, std::size_t count);
void sawa_send(const void* request, const void* storage);
// The parts of the answer are taken one after the other.
double sawa_take_number();
std::size_t sawa_next_size();
void sawa_take_bytes(void* bytes);
void sawa_close_storage(const void* storage);

// The end of a call that takes time.
void sawa_settle(const void* database, std::uint32_t call, const char* envelope, std::size_t length);
// takeEvents has something new.
void sawa_announce(const void* database);
}
