// The chunks of a PNG that libvips drops.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "io/image_metadata.hpp"
#include "io/input_file.hpp"

namespace halfpixel::io {

// Frames of an animated PNG: 1 for a still one.
struct PngContents {
  int frames = 1;
  int loop = 0;
  bool has_profile = false;
  bool ended = false;                               // the end mark is there
  std::uint32_t per_metre[2] = {};                  // pixels, across and down; 0: not stated
  std::vector<std::pair<std::string, Bytes>> kept;  // colours and texts
  std::vector<std::string> left_out;                // names of others that say something
};
// Chunks are believed as far as they lie within the file.
PngContents read_png_chunks(const InputFile& file);

void append_png_chunk(Bytes& out, const std::string& name, std::span<const std::byte> data);

// A PNG as libpng wrote it, from its signature to before the first IDAT, with our chunks in it.
// Nothing when the head is not complete yet.
bool has_png_head(std::span<const std::byte> begin, std::size_t* head);
Bytes with_png_chunks(std::span<const std::byte> head, const ImageFields& metadata);

}  // namespace halfpixel::io
