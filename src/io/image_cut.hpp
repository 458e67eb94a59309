// Files that end too early, as copies and downloads that were broken off do.
#pragma once

#include <string>
#include <string_view>

#include "io/input_file.hpp"

namespace halfpixel::io {

// By its own sizes and end marks the file should go on where it ends: PNG, GIF, WebP, and the boxes
// of AVIF, HEIC and JPEG XL. False for what is none of them.
bool is_cut(const InputFile& file);

// Throws Error that says so. what: more of it; may be empty.
[[noreturn]] void refuse_cut(const std::string& where, std::string_view what = "");

}  // namespace halfpixel::io
