// depth_to_space and space_to_depth: six axes in another order.
#include "core/checked.hpp"
#include "graph/ops/repeat.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

class DepthSpaceOp final : public Op {
 public:
  DepthSpaceOp(bool to_space, int block, DataFormat format)
      : to_space_(to_space), block_(block), format_(format) {}
  std::string_view kind() const noexcept override {
    return to_space_ ? "depth_to_space" : "space_to_depth";
  }
  std::string attributes() const override {
    return concat("block ", block_, " ", name_of(format_));
  }
  bool strided_output() const override { return true; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    Spec result = inputs[0];
    if (result.shape.rank() != 4) {
      fail(ErrorCode::invalid_argument, "[", kind(), "] input must have 4 axes; got shape ",
           result.shape);
    }
    const std::int64_t block = block_;
    const auto grow = [&](int axis, std::int64_t times) {
      std::int64_t& extent = result.shape[axis];
      if (extent != kUnknown) extent = checked_multiply(extent, times, "shape");
    };
    const auto shrink = [&](int axis, std::int64_t times) {
      std::int64_t& extent = result.shape[axis];
      if (extent == kUnknown) return;
      if (extent % times != 0) {
        fail(ErrorCode::invalid_argument, "[", kind(), "] axis ", axis, " of ", inputs[0].shape,
             " must be divisible by ", times, " for block_size=", block_, "; got ", extent);
      }
      extent /= times;
    };
    const auto [row, column, channel] = axes();
    if (to_space_) {
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
    const Shape& deep = (to_space_ ? args.inputs : args.outputs)[0].shape;  // many channels
    const Shape& wide = (to_space_ ? args.outputs : args.inputs)[0].shape;  // many pixels
    const auto deep_steps = to_space_ ? row_major(deep) : row_major(deep, args.output_row_stride);
    const auto wide_steps = to_space_ ? row_major(wide, args.output_row_stride) : row_major(wide);
    const std::int64_t channels = wide[channel];
    StridedCopy copy;
    copy.element_bytes = size_of(args.inputs[0].dtype);
    const auto at = [](const auto& steps, int axis) {
      return steps[static_cast<std::size_t>(axis)];
    };
    const auto add = [&](std::int64_t extent, std::int64_t deep_step, std::int64_t wide_step) {
      copy.add(extent, to_space_ ? deep_step : wide_step, to_space_ ? wide_step : deep_step);
    };
    const auto add_batch = [&] { add(deep[0], at(deep_steps, 0), at(wide_steps, 0)); };
    const auto add_channel = [&] {
      add(channels, at(deep_steps, channel), at(wide_steps, channel));
    };
    const auto add_row = [&] { add(deep[row], at(deep_steps, row), at(wide_steps, row) * block_); };
    const auto add_block_row = [&] {
      add(block_, at(deep_steps, channel) * channels * block_, at(wide_steps, row));
    };
    const auto add_column = [&] {
      add(deep[column], at(deep_steps, column), at(wide_steps, column) * block_);
    };
    const auto add_block_column = [&] {
      add(block_, at(deep_steps, channel) * channels, at(wide_steps, column));
    };
    add_batch();
    if (format_ == DataFormat::channels_first) {
      if (!to_space_) add_block_row(), add_block_column();
      add_channel();
      add_row();
      if (to_space_) add_block_row();
      add_column();
      if (to_space_) add_block_column();
    } else {
      add_row();
      if (to_space_) add_block_row();
      add_column();
      if (!to_space_) add_block_row();
      add_block_column();
      add_channel();
    }
    return make_copy_kernel(copy);
  }

 private:
  struct Axes {
    int row, column, channel;
  };
  Axes axes() const { return format_ == DataFormat::channels_last ? Axes{1, 2, 3} : Axes{2, 3, 1}; }
  bool to_space_;
  int block_;
  DataFormat format_;
};

OpPtr make(bool to_space, int block, DataFormat format) {
  constexpr int kMost = 4096;
  if (block < 2 || block > kMost) {
    fail(ErrorCode::invalid_argument, "[", to_space ? "depth_to_space" : "space_to_depth",
         "] block_size must be in [2, ", kMost, "]; got ", block);
  }
  return std::make_shared<DepthSpaceOp>(to_space, block, format);
}

}  // namespace

OpPtr make_depth_to_space(int block, DataFormat format) {
  return make(true, block, format);
}
OpPtr make_space_to_depth(int block, DataFormat format) {
  return make(false, block, format);
}

}  // namespace halfpixel::graph
