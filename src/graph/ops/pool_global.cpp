// Pools over all positions at once.
#include <algorithm>
#include <limits>

#include "core/checked.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/pool.hpp"
#include "graph/ops/pool_rows.hpp"

namespace halfpixel::graph {
namespace {

struct GlobalPoolKernel final : Kernel {
  PoolKind pool = PoolKind::max;
  std::int64_t batch = 0, pixels = 0, channels = 0;

  static constexpr std::int64_t kBlock = 64;  // pixels that are added before the sums are
  static constexpr std::int64_t kSlice = 32;  // channels of one task

  // One image, `count` channels from `first` on.
  void slice(const float* image, float* to, std::int64_t count) const noexcept {
    const bool max = pool == PoolKind::max;
    float block[kSlice];
    std::fill_n(to, count, max ? -std::numeric_limits<float>::infinity() : 0.0F);
    for (std::int64_t begin = 0; begin < pixels; begin += kBlock) {
      const std::int64_t end = std::min(begin + kBlock, pixels);
      if (max) {
        for (std::int64_t i = begin; i < end; ++i) keep_larger(image + i * channels, to, count);
        continue;
      }
      std::fill_n(block, count, 0.0F);
      for (std::int64_t i = begin; i < end; ++i) add(image + i * channels, block, count);
      add(block, to, count);
    }
    if (max) return;
    for (std::int64_t c = 0; c < count; ++c) to[c] /= static_cast<float>(pixels);
  }

  // Channels in slices, so that one image keeps all threads busy. The order of additions does not
  // depend on their number.
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const std::int64_t slices = (channels + kSlice - 1) / kSlice;
    parallel_blocks(batch * slices, batch * pixels * channels,
                    [&](std::int64_t begin, std::int64_t end) {
                      for (std::int64_t i = begin; i < end; ++i) {
                        const std::int64_t n = i / slices;
                        const std::int64_t first = i % slices * kSlice;
                        slice(static_cast<const float*>(in[0]) + n * pixels * channels + first,
                              static_cast<float*>(out[0]) + n * channels + first,
                              std::min(kSlice, channels - first));
                      }
                    });
  }
};

class GlobalPoolOp final : public OpWith<GlobalPoolOp, GlobalPoolAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override {
    return attr.pool == PoolKind::max ? "global_max_pool" : "global_average_pool";
  }
  std::string attributes() const override { return attr.keepdims ? "keepdims" : ""; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
};

std::vector<Spec> GlobalPoolOp::infer(std::span<const Spec> inputs) const {
  require_float32("global_pool", inputs);
  const Shape& x = inputs[0].shape;
  if (x.rank() < 3) {
    fail(ErrorCode::invalid_argument, "[global_pool] x must have rank 3 or more; got ", x);
  }
  Shape shape = {x[0]};
  for (int i = 1; attr.keepdims && i < x.rank() - 1; ++i) shape.push_back(1);
  shape.push_back(x.at(-1));
  return {{shape, DType::float32}};
}

std::unique_ptr<Kernel> GlobalPoolOp::prepare(const PrepareArgs& args) const {
  const Shape& x = args.inputs[0].shape;
  if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
  auto kernel = std::make_unique<GlobalPoolKernel>();
  kernel->pool = attr.pool;
  kernel->batch = x[0];
  kernel->channels = x.at(-1);
  kernel->pixels = x.num_elements() / (kernel->batch * kernel->channels);
  return kernel;
}

}  // namespace

OpPtr make_global_pool(const GlobalPoolAttributes& attributes) {
  return std::make_shared<GlobalPoolOp>(attributes);
}

}  // namespace halfpixel::graph
