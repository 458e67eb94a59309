// MLX' words: names, and what it refuses.
#pragma once

#include <cstdint>
#include <vector>

#include <halfpixel/mlx.hpp>

namespace halfpixel::mlx_dialect {

inline constexpr const char* kWho = "mlx.nn.Upsample";

// Throws Error for arrays and options that the layer does not take.
void check_call(const Shape& shape, DType dtype, const mlx::nn::UpsampleOptions& options);

// A factor and the two extents of an axis.
struct Scaled {
  std::int64_t in, out;
  double factor;
};
// Of each spatial axis; of calls that were checked. Throws Error where nothing would be left, or
// more than can be addressed.
std::vector<Scaled> scaled_axes(const Shape& shape, const mlx::nn::UpsampleOptions& options);

}  // namespace halfpixel::mlx_dialect
