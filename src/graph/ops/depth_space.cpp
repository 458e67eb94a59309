// Six axes in another order.
#include "graph/ops/depth_space.hpp"

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

enum class Direction : std::uint8_t { to_space, to_depth };

struct DepthSpaceAttributes {
  Direction direction;
  int block;
  DataFormat format;
  friend bool operator==(const DepthSpaceAttributes&, const DepthSpaceAttributes&) = default;
};

class DepthSpaceOp final : public OpWith<DepthSpaceOp, DepthSpaceAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override {
    return to_space() ? "depth_to_space" : "space_to_depth";
  }
  std::string attributes() const override {
    return concat("block ", attr.block, " ", name_of(attr.format));
  }
  bool strided_output() const override { return true; }
  int depth_to_space() const override {
    return to_space() && attr.format == DataFormat::channels_last ? attr.block : 0;
  }
  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    if (attr.format != DataFormat::channels_last) return std::nullopt;
    LinearAxis axis(args.inputs[0].shape[1]);
    for (std::int64_t i = 0; i < args.outputs[0].shape[1]; ++i, axis.next()) {
      if (to_space())
        axis.add(i / attr.block, static_cast<float>(1 + i % attr.block));
      else
        for (int k = 0; k < attr.block; ++k)
          axis.add(i * attr.block + k, static_cast<float>(1 + k));
    }
    return axis;
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    Spec result = inputs[0];
    if (result.shape.rank() != 4) {
      fail(ErrorCode::invalid_argument, "[", kind(), "] input must have 4 axes; got shape ",
           result.shape);
    }
    const std::int64_t block = attr.block;
    const auto grow = [&](int axis, std::int64_t times) {
      std::int64_t& extent = result.shape[axis];
      if (extent != kUnknown) extent = checked_multiply(extent, times, "shape");
    };
    const auto shrink = [&](int axis, std::int64_t times) {
      std::int64_t& extent = result.shape[axis];
      if (extent == kUnknown) return;
      if (extent % times != 0) {
        fail(ErrorCode::invalid_argument, "[", kind(), "] axis ", axis, " of ", inputs[0].shape,
             " must be divisible by ", times, " for block_size=", attr.block, "; got ", extent);
      }
      extent /= times;
    };
    const auto [row, column, channel] = axes();
    if (to_space()) {
      shrink(channel, block * block);
      grow(row, block);
      grow(column, block);
    } else {
      grow(channel, block * block);
      shrink(row, block);
      shrink(column, block);
    }
    return {result};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    // Not a structured binding: clang 14 does not let lambdas capture those.
    const int row = axes().row, column = axes().column, channel = axes().channel;
    const Shape& deep = (to_space() ? args.inputs : args.outputs)[0].shape;  // many channels
    const Shape& wide = (to_space() ? args.outputs : args.inputs)[0].shape;  // many pixels
    const auto deep_steps = to_space() ? row_major(deep) : row_major(deep, args.row_stride());
    const auto wide_steps = to_space() ? row_major(wide, args.row_stride()) : row_major(wide);
    const std::int64_t channels = wide[channel];
    StridedCopy copy;
    copy.element_bytes = size_of(args.inputs[0].dtype);
    const auto at = [](const auto& steps, int axis) {
      return steps[static_cast<std::size_t>(axis)];
    };
    const auto add = [&](std::int64_t extent, std::int64_t deep_step, std::int64_t wide_step) {
      copy.add(extent, to_space() ? deep_step : wide_step, to_space() ? wide_step : deep_step);
    };
    const auto add_batch = [&] { add(deep[0], at(deep_steps, 0), at(wide_steps, 0)); };
    const auto add_channel = [&] {
      add(channels, at(deep_steps, channel), at(wide_steps, channel));
    };
    const auto add_row = [&] {
      add(deep[row], at(deep_steps, row), at(wide_steps, row) * attr.block);
    };
    const auto add_block_row = [&] {
      add(attr.block, at(deep_steps, channel) * channels * attr.block, at(wide_steps, row));
    };
    const auto add_column = [&] {
      add(deep[column], at(deep_steps, column), at(wide_steps, column) * attr.block);
    };
    const auto add_block_column = [&] {
      add(attr.block, at(deep_steps, channel) * channels, at(wide_steps, column));
    };
    add_batch();
    if (attr.format == DataFormat::channels_first) {
      if (!to_space()) add_block_row(), add_block_column();
      add_channel();
      add_row();
      if (to_space()) add_block_row();
      add_column();
      if (to_space()) add_block_column();
    } else {
      add_row();
      if (to_space()) add_block_row();
      add_column();
      if (!to_space()) add_block_row();
      add_block_column();
      add_channel();
    }
    return make_copy_kernel(copy);
  }

 private:
  struct Axes {
    int row, column, channel;
  };
  Axes axes() const {
    return attr.format == DataFormat::channels_last ? Axes{1, 2, 3} : Axes{2, 3, 1};
  }
  bool to_space() const { return attr.direction == Direction::to_space; }
};

OpPtr make(const DepthSpaceAttributes& attributes) {
  constexpr int kMost = 4096;
  if (attributes.block < 2 || attributes.block > kMost) {
    fail(ErrorCode::invalid_argument, "[", DepthSpaceOp(attributes).kind(),
         "] block_size must be in [2, ", kMost, "]; got ", attributes.block);
  }
  return std::make_shared<DepthSpaceOp>(attributes);
}

}  // namespace

OpPtr make_depth_to_space(int block, DataFormat format) {
  return make({Direction::to_space, block, format});
}
OpPtr make_space_to_depth(int block, DataFormat format) {
  return make({Direction::to_depth, block, format});
}

}  // namespace halfpixel::graph
