#include "graph/ops/gather.hpp"

#include <cmath>
#include <cstring>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

// The position as an integer, -1 when it cannot be one.
template <class I>
std::int64_t position_of(I value, std::int64_t extent) {
  if constexpr (std::is_floating_point_v<I>) {
    if (!(value > -9.0e18 && value < 9.0e18)) return -1;
  } else if constexpr (std::is_same_v<I, std::uint64_t>) {
    if (value > static_cast<std::uint64_t>(INT64_MAX)) return -1;
  }
  const auto at = static_cast<std::int64_t>(value);
  return at < 0 ? at + extent : at;
}

template <class I>
class GatherKernel final : public Kernel {
 public:
  GatherKernel(std::int64_t outer, std::int64_t extent, std::int64_t positions,
               std::int64_t inner_bytes)
      : outer_(outer),
        extent_(extent),
        positions_(positions),
        bytes_(static_cast<std::size_t>(inner_bytes)) {}

  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* const table = static_cast<const char*>(in[0]);
    const auto* const positions = static_cast<const I*>(in[1]);
    auto* const dst = static_cast<char*>(out[0]);
    const std::int64_t count = outer_ * positions_;
    parallel_blocks(
        count, count * static_cast<std::int64_t>(bytes_ / 4 + 1),
        [&](std::int64_t begin, std::int64_t end) {
          for (std::int64_t i = begin; i < end; ++i) {
            const std::int64_t at = position_of(positions[i % positions_], extent_);
            char* const line = dst + static_cast<std::size_t>(i) * bytes_;
            if (at >= 0 && at < extent_) {
              std::memcpy(line,
                          table + static_cast<std::size_t>(i / positions_ * extent_ + at) * bytes_,
                          bytes_);
            } else {
              std::memset(line, 0, bytes_);
            }
          }
        });
  }

 private:
  std::int64_t outer_, extent_, positions_;
  std::size_t bytes_;
};

class GatherOp final : public OpWith<GatherOp, int> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "gather"; }
  Elements elements() const override { return Elements::looked_up; }
  std::string attributes() const override { return concat("axis ", attr); }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("gather", inputs, 2);
    const Shape& table = inputs[0].shape;
    const DType positions = inputs[1].dtype;
    if (!is_integer(positions) && positions != DType::float32 && positions != DType::float64) {
      fail(ErrorCode::invalid_argument, "[gather] indices must be integers; got ", positions);
    }
    const int axis = checked_axis("gather", attr, table.rank());
    Shape to;
    for (int i = 0; i < axis; ++i) to.push_back(table[i]);
    for (const std::int64_t extent : inputs[1].shape) to.push_back(extent);
    for (int i = axis + 1; i < table.rank(); ++i) to.push_back(table[i]);
    return {{to, inputs[0].dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& table = args.inputs[0].shape;
    const int axis = checked_axis("gather", attr, table.rank());
    std::int64_t outer = 1, bytes = static_cast<std::int64_t>(size_of(args.inputs[0].dtype));
    for (int i = 0; i < axis; ++i) outer *= table[i];
    for (int i = axis + 1; i < table.rank(); ++i) bytes *= table[i];
    const std::int64_t count = args.inputs[1].shape.num_elements();
    return dispatch(args.inputs[1].dtype,
                    [&]<class I>(std::type_identity<I>) -> std::unique_ptr<Kernel> {
                      if constexpr (std::is_arithmetic_v<I>) {
                        return std::make_unique<GatherKernel<I>>(outer, table[axis], count, bytes);
                      } else {
                        fail(ErrorCode::internal, "[gather] dtype of indices was not checked");
                      }
                    });
  }
};

class ShapeKernel final : public Kernel {
 public:
  ShapeKernel(const Shape& shape, DType dtype) : shape_(shape), dtype_(dtype) {}
  void run(State*, const void* const*, void* const* out, void*) const noexcept override {
    for (int i = 0; i < shape_.rank(); ++i) {
      if (dtype_ == DType::int64) {
        static_cast<std::int64_t*>(out[0])[i] = shape_[i];
      } else {
        static_cast<std::int32_t*>(out[0])[i] = static_cast<std::int32_t>(shape_[i]);
      }
    }
  }

 private:
  Shape shape_;
  DType dtype_;
};

// dtype: of the result.
class ShapeOfOp final : public OpWith<ShapeOfOp, DType> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "shape"; }
  Elements elements() const override { return Elements::shape; }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("shape", inputs, 1);
    return {{Shape{inputs[0].shape.rank()}, attr}};
  }
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    return std::make_unique<ShapeKernel>(args.inputs[0].shape, attr);
  }
};

}  // namespace

OpPtr make_gather(int axis) {
  return std::make_shared<GatherOp>(axis);
}
OpPtr make_shape_of(DType result) {
  return std::make_shared<ShapeOfOp>(result);
}

}  // namespace halfpixel::graph
