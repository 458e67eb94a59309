#include "graph/ops/scan.hpp"

#include <cmath>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/axis_walk.hpp"
#include "graph/ops/op_checks.hpp"
#include "kernels/extremes.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel::graph {
namespace {

template <class T>
class ArgKernel final : public Kernel {
 public:
  ArgKernel(const AxisWalk& walk, const ArgExtremeAttributes& attr)
      : walk_(walk),
        greatest_(attr.extreme == Extreme::greatest),
        zeros_apart_(attr.zeros_apart),
        result_(attr.result) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* const src = static_cast<const T*>(in[0]);
    walk_.each([&](std::int64_t o, std::int64_t i) {
      const T* const line = src + o * walk_.extent * walk_.inner + i;
      std::int64_t best = 0;
      for (std::int64_t k = 1; k < walk_.extent; ++k) {
        const T value = line[k * walk_.inner], so_far = line[best * walk_.inner];
        if (greatest_ ? kernels::exceeds<true>(value, so_far, zeros_apart_)
                      : kernels::exceeds<false>(value, so_far, zeros_apart_))
          best = k;
      }
      const std::int64_t at = o * walk_.inner + i;
      if (result_ == DType::int64) {
        static_cast<std::int64_t*>(out[0])[at] = best;
      } else {
        static_cast<std::int32_t*>(out[0])[at] = static_cast<std::int32_t>(best);
      }
    });
  }

 private:
  AxisWalk walk_;
  bool greatest_, zeros_apart_;
  DType result_;
};

// Of float32, along the last axis.
class ArgRowsKernel final : public Kernel {
 public:
  ArgRowsKernel(const AxisWalk& walk, const ArgExtremeAttributes& attr)
      : rows_(walk.outer),
        extent_(walk.extent),
        greatest_(attr.extreme == Extreme::greatest),
        zeros_apart_(attr.zeros_apart),
        wide_(attr.result == DType::int64) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* const src = static_cast<const float*>(in[0]);
    parallel_blocks(rows_, rows_ * extent_, [&](std::int64_t begin, std::int64_t end) {
      const kernels::ExtremeJob job{
          .src = src + begin * extent_,
          .rows = end - begin,
          .extent = extent_,
          .zeros_apart = zeros_apart_,
          .wide = wide_ ? static_cast<std::int64_t*>(out[0]) + begin : nullptr,
          .narrow = wide_ ? nullptr : static_cast<std::int32_t*>(out[0]) + begin};
      greatest_ ? kernels_.greatest(job) : kernels_.least(job);
    });
  }

 private:
  const kernels::KernelTable& kernels_ = kernels::current_table();
  std::int64_t rows_, extent_;
  bool greatest_, zeros_apart_, wide_;
};

[[noreturn]] void refuse_dtype(std::string_view who, DType dtype) {
  fail(ErrorCode::unsupported, "[", who, "] 16-bit floats must be cast to float32 first; got ",
       dtype);
}

class ArgExtremeOp final : public OpWith<ArgExtremeOp, ArgExtremeAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override {
    return attr.extreme == Extreme::greatest ? "argmax" : "argmin";
  }
  std::string attributes() const override { return concat("axis ", attr.axis); }
  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    return rows_beside(args.inputs[0].shape, std::span(&attr.axis, 1));
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    const Shape& from = inputs[0].shape;
    const int axis = checked_axis(kind(), attr.axis, from.rank());
    if (from[axis] == 0) {
      fail(ErrorCode::invalid_argument, "[", kind(), "] axis ", attr.axis,
           " must not be empty; got shape ", from);
    }
    Shape to;
    for (int i = 0; i < from.rank(); ++i) {
      if (i != axis)
        to.push_back(from[i]);
      else if (attr.keepdims)
        to.push_back(1);
    }
    return {{to, attr.result}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Spec& from = args.inputs[0];
    const AxisWalk walk(from.shape, checked_axis(kind(), attr.axis, from.shape.rank()));
    return dispatch(from.dtype, [&]<class T>(std::type_identity<T>) -> std::unique_ptr<Kernel> {
      if constexpr (std::is_arithmetic_v<T>) {
        if (std::is_same_v<T, float> && walk.inner == 1)
          return std::make_unique<ArgRowsKernel>(walk, attr);
        return std::make_unique<ArgKernel<T>>(walk, attr);
      } else {
        refuse_dtype(kind(), from.dtype);
      }
    });
  }
};

struct Cumulative {
  bool product;
  CumsumAttributes along;
  friend bool operator==(const Cumulative&, const Cumulative&) = default;
};

template <class T>
class CumulativeKernel final : public Kernel {
 public:
  CumulativeKernel(const AxisWalk& walk, const Cumulative& attr)
      : walk_(walk),
        product_(attr.product),
        exclusive_(attr.along.exclusive),
        reverse_(attr.along.reverse) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    walk_.each([&](std::int64_t o, std::int64_t i) {
      const std::int64_t base = o * walk_.extent * walk_.inner + i;
      T so_far = static_cast<T>(product_ ? 1 : 0);
      for (std::int64_t n = 0; n < walk_.extent; ++n) {
        const std::int64_t at = base + (reverse_ ? walk_.extent - 1 - n : n) * walk_.inner;
        const T value = static_cast<const T*>(in[0])[at];
        // Integers wrap.
        using Wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;
        const auto a = static_cast<Wide>(so_far), b = static_cast<Wide>(value);
        const T next = static_cast<T>(product_ ? a * b : a + b);
        static_cast<T*>(out[0])[at] = exclusive_ ? so_far : next;
        so_far = next;
      }
    });
  }

 private:
  AxisWalk walk_;
  bool product_, exclusive_, reverse_;
};

class CumulativeOp final : public OpWith<CumulativeOp, Cumulative> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return attr.product ? "cumprod" : "cumsum"; }
  std::string attributes() const override {
    return concat("axis ", attr.along.axis, attr.along.exclusive ? " exclusive" : "",
                  attr.along.reverse ? " reverse" : "");
  }
  bool in_place(int) const override { return true; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    checked_axis(kind(), attr.along.axis, inputs[0].shape.rank());
    return {inputs[0]};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Spec& from = args.inputs[0];
    const AxisWalk walk(from.shape, checked_axis(kind(), attr.along.axis, from.shape.rank()));
    return dispatch(from.dtype, [&]<class T>(std::type_identity<T>) -> std::unique_ptr<Kernel> {
      if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
        return std::make_unique<CumulativeKernel<T>>(walk, attr);
      } else {
        refuse_dtype(kind(), from.dtype);
      }
    });
  }
};

}  // namespace

OpPtr make_arg_extreme(const ArgExtremeAttributes& attributes) {
  return std::make_shared<ArgExtremeOp>(attributes);
}

OpPtr make_cumsum(const CumsumAttributes& attributes) {
  return std::make_shared<CumulativeOp>(Cumulative{false, attributes});
}

OpPtr make_cumprod(const CumsumAttributes& attributes) {
  return std::make_shared<CumulativeOp>(Cumulative{true, attributes});
}

}  // namespace halfpixel::graph
