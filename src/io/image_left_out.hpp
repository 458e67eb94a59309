// What a file holds beside its samples and nobody here carries on: it is told by name.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "io/image_metadata.hpp"
#include "io/input_file.hpp"

namespace halfpixel::io {

// "a.png: its chunks sCAL, oFFs are left out", unless there are none.
void tell_left_out(const std::string& where, const char* one, const char* several,
                   const std::vector<std::string>& names, ImageFields& metadata);
// Each name once.
void add_name(std::vector<std::string>& names, std::string name);
// The printable beginning of a block's mark, as in "JP", at most 24 characters.
std::string mark_of(std::span<const std::byte> block);

// Chunks of a WebP that its format does not define.
std::vector<std::string> unknown_webp_chunks(const InputFile& file);

struct GifExtensions {
  std::vector<Bytes> comments;
  std::vector<std::string> left_out;  // by the programs that they are of, and texts in pictures
};
GifExtensions read_gif_extensions(const InputFile& file);

}  // namespace halfpixel::io
