// Arrays larger than memory: a part of the output at a time, from the part of the input that it
// needs.
#pragma once

#include <filesystem>

#include <halfpixel/npy.hpp>

#include "progress.hpp"
#include "work.hpp"

namespace halfpixel::cli {

// The file has the bits that the whole would have. About `budget` bytes are held at once.
void write_in_bands(const Operation& operation, io::NpyReader& in, const std::filesystem::path& out,
                    double budget, Progress& progress);

}  // namespace halfpixel::cli
