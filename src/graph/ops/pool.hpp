// Maximum or average over windows of one to three axes, channels last; and over all of them at
// once.
#pragma once

#include "graph/op.hpp"
#include "graph/ops/conv_geometry.hpp"

namespace halfpixel::graph {

enum class PoolKind : std::uint8_t { max, average };

struct PoolAttributes {
  PoolKind pool = PoolKind::max;
  WindowMove move = {};
  PerAxis window = {1, 1, 1};
  friend bool operator==(const PoolAttributes&, const PoolAttributes&) = default;
};
// x (N, …spatial…, C). Averages leave padding out of sum and count, as TensorFlow's.
OpPtr make_pool(const PoolAttributes& attributes);

struct AdaptivePoolAttributes {
  PoolKind pool = PoolKind::max;
  int spatial_rank = 2;
  PerAxis size = {1, 1, 1};  // of the result
  friend bool operator==(const AdaptivePoolAttributes&, const AdaptivePoolAttributes&) = default;
};
// x (N, …spatial…, C) -> (N, …size…, C): position i of an axis of n sees [floor(i n / size),
// ceil((i + 1) n / size)).
OpPtr make_adaptive_pool(const AdaptivePoolAttributes& attributes);

struct GlobalPoolAttributes {
  PoolKind pool = PoolKind::max;
  bool keepdims = false;
  friend bool operator==(const GlobalPoolAttributes&, const GlobalPoolAttributes&) = default;
};
// x (N, …any axes…, C) -> (N, C), or (N, 1, …, 1, C).
OpPtr make_global_pool(const GlobalPoolAttributes& attributes);

}  // namespace halfpixel::graph
