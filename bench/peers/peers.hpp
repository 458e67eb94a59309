// The table of peers: one row and one file for each library that was found when this was built.
#pragma once

#include <span>

#include "engine.hpp"

namespace halfpixel::bench {

std::span<const Peer> peers();

// For the files of peers.
// A forward resize with half-pixel centres and no antialiasing: what most libraries mean by their
// filters.
bool is_plain_resize(const Workload& workload);
// The same with antialiasing.
bool is_antialiased_resize(const Workload& workload);

// Images as (N, H, W, C) or (N, C, H, W): extents by name.
struct Extents {
  std::int64_t n, h, w, c;
};
Extents extents_of(const Shape& shape, DataFormat format);

}  // namespace halfpixel::bench
