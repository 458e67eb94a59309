// Maximum or average over windows of one to three axes, channels last; and over all of them at
// once.
#pragma once

#include <string>

#include "graph/op.hpp"
#include "graph/ops/conv_geometry.hpp"

namespace halfpixel::graph {

enum class PoolKind { max, average };

// x (N, …spatial…, C). Averages leave padding out of sum and count, as TensorFlow's.
class Pool final : public Op {
 public:
  Pool(PoolKind pool_kind, const WindowMove& window_move, const PerAxis& window_extents)
      : pool(pool_kind), move(window_move), window(window_extents) {}
  const PoolKind pool;
  const WindowMove move;
  const PerAxis window;

  std::string_view kind() const noexcept override {
    return pool == PoolKind::max ? "max_pool" : "average_pool";
  }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool strided_output() const override { return true; }
};

// x (N, …spatial…, C) -> (N, …output size…, C): position i of an axis of n sees [floor(i n / size),
// ceil((i + 1) n / size)).
class AdaptivePool final : public Op {
 public:
  AdaptivePool(PoolKind pool_kind, int rank, const PerAxis& output_size)
      : pool(pool_kind), spatial_rank(rank), size(output_size) {}
  const PoolKind pool;
  const int spatial_rank;
  const PerAxis size;

  std::string_view kind() const noexcept override {
    return pool == PoolKind::max ? "adaptive_max_pool" : "adaptive_average_pool";
  }
  std::string attributes() const override;
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
  bool strided_output() const override { return true; }
};

// x (N, …any axes…, C) -> (N, C), or (N, 1, …, 1, C).
class GlobalPool final : public Op {
 public:
  GlobalPool(PoolKind pool_kind, bool keep_axes) : pool(pool_kind), keepdims(keep_axes) {}
  const PoolKind pool;
  const bool keepdims;

  std::string_view kind() const noexcept override {
    return pool == PoolKind::max ? "global_max_pool" : "global_average_pool";
  }
  std::string attributes() const override { return keepdims ? "keepdims" : ""; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
};

}  // namespace halfpixel::graph
