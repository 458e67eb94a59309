// Plain loops over channels-last memory: a window is a few rows of channels that are added, or of
// which the larger is kept.
#include "graph/ops/pool.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/pool_rows.hpp"

namespace halfpixel::graph {

void require_float32(std::string_view who, std::span<const Spec> inputs) {
  if (inputs.size() != 1 || inputs[0].dtype != DType::float32) {
    fail(ErrorCode::unsupported, "[", who, "] takes one float32 input; got ",
         inputs.size() == 1 ? std::string(name_of(inputs[0].dtype))
                            : concat(inputs.size(), " inputs"));
  }
}
namespace {

// Positions [begin, end) of one output along one axis, padding left out.
struct Reach {
  std::int64_t begin;
  std::int64_t end;
};

constexpr std::uint16_t kMinusInfinity = 0xFF80;  // bfloat16's

// Of float32; of bfloat16, the largest alone.
template <class Number>
struct PoolKernel final : Kernel {
  PoolKind pool = PoolKind::max;
  std::int64_t batch = 0, channels = 0, row_stride = 0;
  std::array<std::int64_t, 3> src = {1, 1, 1};  // depth, height, width
  std::array<std::vector<Reach>, 3> reach;      // per output position

  static constexpr bool kRounded = std::is_same_v<Number, std::uint16_t>;

  void one(const Number* image, std::int64_t d, std::int64_t h, std::int64_t w,
           Number* to) const noexcept {
    const Reach& depth = reach[0][static_cast<std::size_t>(d)];
    const Reach& height = reach[1][static_cast<std::size_t>(h)];
    const Reach& width = reach[2][static_cast<std::size_t>(w)];
    const bool max = pool == PoolKind::max;
    if constexpr (kRounded) {
      std::fill_n(to, channels, kMinusInfinity);
    } else {
      std::fill_n(to, channels, max ? -std::numeric_limits<float>::infinity() : 0.0F);
    }
    for (std::int64_t z = depth.begin; z < depth.end; ++z) {
      for (std::int64_t y = height.begin; y < height.end; ++y) {
        for (std::int64_t x = width.begin; x < width.end; ++x) {
          const Number* from = image + ((z * src[1] + y) * src[2] + x) * channels;
          if (max) {
            keep_larger(from, to, channels);
          } else if constexpr (!kRounded) {
            add(from, to, channels);
          }
        }
      }
    }
    if constexpr (!kRounded) {
      if (max) return;
      const auto count = static_cast<float>(
          (depth.end - depth.begin) * (height.end - height.begin) * (width.end - width.begin));
      for (std::int64_t c = 0; c < channels; ++c) to[c] /= count;
    }
  }

  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* from = static_cast<const Number*>(in[0]);
    auto* to = static_cast<Number*>(out[0]);
    const auto depths = static_cast<std::int64_t>(reach[0].size());
    const auto heights = static_cast<std::int64_t>(reach[1].size());
    const auto widths = static_cast<std::int64_t>(reach[2].size());
    const std::int64_t rows = batch * depths * heights;
    parallel_blocks(rows, rows * widths * channels, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const Number* image = from + row / (depths * heights) * src[0] * src[1] * src[2] * channels;
        for (std::int64_t w = 0; w < widths; ++w) {
          one(image, row / heights % depths, row % heights, w,
              to + (row * widths + w) * row_stride);
        }
      }
    });
  }
};

class PoolOp final : public OpWith<PoolOp, PoolAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override {
    return attr.pool == PoolKind::max ? "max_pool" : "average_pool";
  }
  std::string attributes() const override;
  bool strided_output() const override { return true; }
  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    const std::int64_t extent = args.inputs[0].shape[1], taps = attr.window[0];
    return window_positions(extent, args.outputs[0].shape[1], taps, attr.move.strides[0],
                            attr.move.dilation[0], attr.move.padding(0, extent, taps).low);
  }
  bool commutes_with_rounding() const override { return attr.pool == PoolKind::max; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;

 private:
  template <class Number>
  std::unique_ptr<Kernel> made(const PrepareArgs& args) const;
};

std::string PoolOp::attributes() const {
  std::string text;
  for (int i = 0; i < attr.move.spatial_rank; ++i) {
    text += concat(i == 0 ? "" : "x", attr.window[static_cast<std::size_t>(i)]);
  }
  for (int i = 0; i < attr.move.spatial_rank; ++i) {
    text += concat(i == 0 ? " stride " : "x", attr.move.strides[static_cast<std::size_t>(i)]);
  }
  return text + (attr.move.same ? " same" : "");
}

std::vector<Spec> PoolOp::infer(std::span<const Spec> inputs) const {
  const bool rounded =
      attr.pool == PoolKind::max && inputs.size() == 1 && inputs[0].dtype == DType::bfloat16;
  if (!rounded) require_float32("pool", inputs);
  Shape shape = inputs[0].shape;
  if (shape.rank() != attr.move.spatial_rank + 2) {
    fail(ErrorCode::invalid_argument, "[pool] x must have rank ", attr.move.spatial_rank + 2,
         "; got ", shape);
  }
  for (int axis = 0; axis < attr.move.spatial_rank; ++axis) {
    const std::int64_t extent =
        attr.move.output_extent(axis, shape[axis + 1], attr.window[static_cast<std::size_t>(axis)]);
    if (extent == 0 && shape[axis + 1] != 0) {
      fail(ErrorCode::invalid_argument, "[pool] Computed output size would be negative. Received ",
           "input shape ", inputs[0].shape, ", pool size ", attributes());
    }
    shape[axis + 1] = extent;
  }
  return {{shape, inputs[0].dtype}};
}

std::unique_ptr<Kernel> PoolOp::prepare(const PrepareArgs& args) const {
  if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
  if (args.inputs[0].dtype == DType::bfloat16) return made<std::uint16_t>(args);
  return made<float>(args);
}

template <class Number>
std::unique_ptr<Kernel> PoolOp::made(const PrepareArgs& args) const {
  const Shape& x = args.inputs[0].shape;
  const Shape& y = args.outputs[0].shape;
  auto kernel = std::make_unique<PoolKernel<Number>>();
  kernel->pool = attr.pool;
  kernel->batch = x[0];
  kernel->channels = x.at(-1);
  kernel->row_stride = args.row_stride();
  const int missing = kMaxSpatialRank - attr.move.spatial_rank;
  for (int i = 0; i < missing; ++i) kernel->reach[static_cast<std::size_t>(i)] = {{0, 1}};
  for (int axis = 0; axis < attr.move.spatial_rank; ++axis) {
    const auto i = static_cast<std::size_t>(axis);
    const auto at = static_cast<std::size_t>(axis + missing);
    const std::int64_t extent = x[axis + 1];
    const std::int64_t low = attr.move.padding(axis, extent, attr.window[i]).low;
    kernel->src[at] = extent;
    for (std::int64_t position = 0; position < y[axis + 1]; ++position) {
      const std::int64_t begin = position * attr.move.strides[i] - low;
      kernel->reach[at].push_back(
          {std::max<std::int64_t>(begin, 0), std::min(begin + attr.window[i], extent)});
    }
  }
  return kernel;
}

class AdaptivePoolOp final : public OpWith<AdaptivePoolOp, AdaptivePoolAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override {
    return attr.pool == PoolKind::max ? "adaptive_max_pool" : "adaptive_average_pool";
  }
  std::string attributes() const override;
  bool strided_output() const override { return true; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override;
};

std::string AdaptivePoolOp::attributes() const {
  std::string text;
  for (int i = 0; i < attr.spatial_rank; ++i)
    text += concat(i == 0 ? "to " : "x", attr.size[static_cast<std::size_t>(i)]);
  return text;
}

std::vector<Spec> AdaptivePoolOp::infer(std::span<const Spec> inputs) const {
  require_float32("adaptive_pool", inputs);
  Shape shape = inputs[0].shape;
  if (shape.rank() != attr.spatial_rank + 2) {
    fail(ErrorCode::invalid_argument, "[adaptive_pool] x must have rank ", attr.spatial_rank + 2,
         "; got ", shape);
  }
  for (int axis = 0; axis < attr.spatial_rank; ++axis) {
    if (shape[axis + 1] == 0) {
      fail(ErrorCode::invalid_argument, "[adaptive_pool] x must not be empty; got ", shape);
    }
    shape[axis + 1] = attr.size[static_cast<std::size_t>(axis)];
  }
  return {{shape, DType::float32}};
}

std::unique_ptr<Kernel> AdaptivePoolOp::prepare(const PrepareArgs& args) const {
  const Shape& x = args.inputs[0].shape;
  if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
  auto kernel = std::make_unique<PoolKernel<float>>();
  kernel->pool = attr.pool;
  kernel->batch = x[0];
  kernel->channels = x.at(-1);
  kernel->row_stride = args.row_stride();
  const int missing = kMaxSpatialRank - attr.spatial_rank;
  for (int i = 0; i < missing; ++i) kernel->reach[static_cast<std::size_t>(i)] = {{0, 1}};
  for (int axis = 0; axis < attr.spatial_rank; ++axis) {
    const auto at = static_cast<std::size_t>(axis + missing);
    const std::int64_t extent = x[axis + 1], count = attr.size[static_cast<std::size_t>(axis)];
    kernel->src[at] = extent;
    const std::int64_t whole = extent / count, left = extent % count;  // i * extent may not fit
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t begin = i * whole + i * left / count;
      const std::int64_t end = (i + 1) * whole + ((i + 1) * left + count - 1) / count;
      kernel->reach[at].push_back({begin, end});
    }
  }
  return kernel;
}

}  // namespace

OpPtr make_pool(const PoolAttributes& attributes) {
  return std::make_shared<PoolOp>(attributes);
}
OpPtr make_adaptive_pool(const AdaptivePoolAttributes& attributes) {
  return std::make_shared<AdaptivePoolOp>(attributes);
}

}  // namespace halfpixel::graph
