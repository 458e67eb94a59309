// What one upstream position gives to a cell of a gradient.
#pragma once

#include <cstdint>

namespace halfpixel::kernels {

struct GatherGroup {
  std::int32_t src;     // upstream position
  std::int32_t weight;  // first weight
  std::int32_t weight_count;
};

}  // namespace halfpixel::kernels
