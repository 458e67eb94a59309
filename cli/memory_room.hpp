// How much memory may still be asked for. The kernel grants more than there is and ends the program
// later; better to say so first.
#pragma once

#include <cstdint>
#include <string>

namespace halfpixel::cli {

// The least of: available memory, what the control group leaves, what the address space limit
// leaves.
std::int64_t memory_room();

// Throws Error(out_of_memory) that begins with `what` when `bytes` do not fit.
void require_memory(double bytes, const std::string& what);

}  // namespace halfpixel::cli
