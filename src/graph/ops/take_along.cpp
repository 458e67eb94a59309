#include "graph/ops/take_along.hpp"

#include <array>

#include "core/checked.hpp"
#include "graph/ops/broadcast.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

// Values seen as broadcasting to the result, with one position of the axis alone.
Shape without_axis(Shape shape, int axis) {
  shape[axis] = 1;
  return shape;
}

template <class T>  // an integer of the elements' size
class TakeAlongKernel final : public Kernel {
 public:
  TakeAlongKernel(const PrepareArgs& args, int axis)
      : result_(args.outputs[0].shape),
        extent_(args.inputs[0].shape[axis]),
        step_(row_major(args.inputs[0].shape)[static_cast<std::size_t>(axis)]) {
    const Shape& x = args.inputs[0].shape;
    const Shape& at = args.inputs[1].shape;
    const auto x_steps = row_major(x), at_steps = row_major(at);
    for (int i = 0; i < result_.rank(); ++i) {
      const auto k = static_cast<std::size_t>(i);
      x_steps_[k] = i == axis || x[i] == 1 ? 0 : x_steps[k];
      at_steps_[k] = at[i] == 1 ? 0 : at_steps[k];
    }
  }
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* const x = static_cast<const T*>(in[0]);
    const auto* const positions = static_cast<const std::int64_t*>(in[1]);
    auto* const y = static_cast<T*>(out[0]);
    const auto last = static_cast<std::size_t>(result_.rank() - 1);
    const std::int64_t width = result_[result_.rank() - 1], count = result_.num_elements();
    if (count == 0) return;
    parallel_blocks(count / width, count, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        std::int64_t from = 0, at = 0, rest = row;
        for (std::size_t k = last; k-- > 0;) {
          const std::int64_t extent = result_[static_cast<int>(k)], i = rest % extent;
          rest /= extent;
          from += i * x_steps_[k];
          at += i * at_steps_[k];
        }
        for (std::int64_t i = 0; i < width; ++i) {
          std::int64_t place = positions[at + i * at_steps_[last]];
          if (place < 0) place += extent_;
          const bool inside = place >= 0 && place < extent_;
          y[row * width + i] = inside ? x[from + i * x_steps_[last] + place * step_] : T{0};
        }
      }
    });
  }

 private:
  Shape result_;
  std::int64_t extent_, step_;
  std::array<std::int64_t, kMaxRank> x_steps_{}, at_steps_{};
};

class TakeAlongOp final : public OpWith<TakeAlongOp, int> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "take_along"; }
  std::string attributes() const override { return concat("axis ", attr); }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 2);
    const Shape &x = inputs[0].shape, &positions = inputs[1].shape;
    if (inputs[1].dtype != DType::int64)
      fail(ErrorCode::internal, "[take_along] positions must be int64; got ", inputs[1].dtype);
    const int axis = checked_axis(kind(), attr, x.rank());
    if (x.rank() != positions.rank()) {
      fail(ErrorCode::invalid_argument,
           "[take_along_axis] x and indices must have as many axes; got ", x, " and ", positions);
    }
    Shape shape =
        broadcast_shapes("take_along_axis", without_axis(x, axis), without_axis(positions, axis));
    shape[axis] = positions[axis];
    return {{shape, inputs[0].dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const int axis = checked_axis(kind(), attr, args.inputs[0].shape.rank());
    switch (size_of(args.outputs[0].dtype)) {
      case 1:
        return std::make_unique<TakeAlongKernel<std::uint8_t>>(args, axis);
      case 2:
        return std::make_unique<TakeAlongKernel<std::uint16_t>>(args, axis);
      case 4:
        return std::make_unique<TakeAlongKernel<std::uint32_t>>(args, axis);
      default:
        return std::make_unique<TakeAlongKernel<std::uint64_t>>(args, axis);
    }
  }
};

}  // namespace

OpPtr make_take_along(int axis) {
  return std::make_shared<TakeAlongOp>(axis);
}

}  // namespace halfpixel::graph
