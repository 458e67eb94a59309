// `upsample *.png` of a shell that found two files.
#pragma once

#include "work.hpp"

namespace halfpixel::cli {

// Throws UsageError where OUT is rather a second IN.
void require_no_second_input(const Operation& operation, const Input& in, const Paths& paths);

}  // namespace halfpixel::cli
