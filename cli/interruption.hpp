// What is told when somebody interrupts.
#pragma once

#include <cstddef>

namespace halfpixel::cli {

// So many of many works are finished.
void tell_interruption(std::size_t finished, std::size_t all) noexcept;
// A line on stderr. For signal handlers: without locks and memory.
void write_interruption() noexcept;

}  // namespace halfpixel::cli
