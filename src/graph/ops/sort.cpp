#include "graph/ops/sort.hpp"

#include <algorithm>
#include <limits>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/axis_walk.hpp"
#include "graph/ops/op_checks.hpp"

namespace halfpixel::graph {
namespace {

template <class T>
class SortKernel final : public Kernel {
 public:
  // most: how many of a line are wanted.
  SortKernel(const AxisWalk& axis, std::int64_t most, bool descending)
      : axis_(axis), most_(most), descending_(descending), threads_(most_threads()) {}
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(threads_ * axis_.extent) * sizeof(std::int32_t);
  }
  void run(State*, const void* const* in, void* const* out, void* scratch) const noexcept override {
    const std::int64_t lines = axis_.outer * axis_.inner;
    const std::int64_t threads = lines * axis_.extent < kSerialElements ? 1 : threads_;
    parallel_items(lines, threads, [&](std::int64_t line, std::int64_t thread) {
      const std::int64_t outer = line / axis_.inner, inner = line % axis_.inner;
      sort_line(static_cast<const T*>(in[0]) + outer * axis_.extent * axis_.inner + inner,
                static_cast<std::int32_t*>(scratch) + thread * axis_.extent, out,
                outer * most_ * axis_.inner + inner);
    });
  }

 private:
  void sort_line(const T* x, std::int32_t* order, void* const* out, std::int64_t to) const {
    for (std::int64_t i = 0; i < axis_.extent; ++i) order[i] = static_cast<std::int32_t>(i);
    // By position where values are equal: a total order, so that no stable sort, which allocates,
    // is needed.
    const auto before = [&](std::int32_t a, std::int32_t b) {
      const T p = x[a * axis_.inner], q = x[b * axis_.inner];
      const bool p_is_nan = p != p, q_is_nan = q != q;
      if (p_is_nan || q_is_nan) return p_is_nan == q_is_nan ? a < b : q_is_nan;
      return p == q ? a < b : (p < q) != descending_;
    };
    if (most_ == axis_.extent) {
      std::sort(order, order + axis_.extent, before);
    } else {
      std::partial_sort(order, order + most_, order + axis_.extent, before);
    }
    for (std::int64_t i = 0; i < most_; ++i, to += axis_.inner) {
      static_cast<T*>(out[0])[to] = x[order[i] * axis_.inner];
      static_cast<std::int32_t*>(out[1])[to] = order[i];
    }
  }

  AxisWalk axis_;
  std::int64_t most_;
  bool descending_;
  std::int64_t threads_;
};

class SortOp final : public OpWith<SortOp, SortAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "sort"; }
  std::string attributes() const override {
    return concat("axis ", attr.axis, attr.descending ? " descending" : "",
                  attr.most < 0 ? std::string() : concat(" first ", attr.most));
  }
  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    return rows_beside(args.inputs[0].shape, std::span(&attr.axis, 1));
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("sort", inputs, 1);
    Shape shape = inputs[0].shape;
    const int axis = checked_axis("sort", attr.axis, shape.rank());
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    if (shape[axis] != kUnknown && (shape[axis] < attr.most || shape[axis] > kMost)) {
      fail(ErrorCode::invalid_argument, "[sort] axis ", attr.axis, " must hold ",
           std::max<std::int64_t>(attr.most, 0), " to ", kMost, " elements; got shape ", shape);
    }
    if (attr.most >= 0) shape[axis] = attr.most;
    return {{shape, inputs[0].dtype}, {shape, DType::int32}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& shape = args.inputs[0].shape;
    const AxisWalk along(shape, checked_axis("sort", attr.axis, shape.rank()));
    const std::int64_t most = attr.most < 0 ? along.extent : attr.most;
    return dispatch(
        args.inputs[0].dtype, [&]<class T>(std::type_identity<T>) -> std::unique_ptr<Kernel> {
          if constexpr (std::is_arithmetic_v<T>) {
            return std::make_unique<SortKernel<T>>(along, most, attr.descending);
          } else {
            fail(ErrorCode::unsupported, "[sort] 16-bit floats must be cast to float32 first; got ",
                 args.inputs[0].dtype);
          }
        });
  }
};

}  // namespace

OpPtr make_sort(const SortAttributes& attributes) {
  return std::make_shared<SortOp>(attributes);
}

}  // namespace halfpixel::graph
