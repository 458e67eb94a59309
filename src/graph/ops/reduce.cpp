// The axes are joined into runs that are kept or reduced. Where the last run is reduced, an output
// is a sum over lines; where it is kept, a strip of outputs is carried through all reduced
// positions at once.
#include "graph/ops/reduce.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::int64_t kStrip = 128;  // outputs carried at once

struct Run {
  std::int64_t extent = 1, stride = 1;
};

struct Runs {
  std::vector<Run> kept, reduced;  // without the last run
  Run last;
  bool last_reduced = true;
  std::int64_t outputs = 1, count = 1;  // elements of the result, and of the input per element
};

Runs runs_of(const Shape& shape, const std::vector<bool>& reduced) {
  struct Tagged : Run {
    bool reduced;
  };
  std::vector<Tagged> runs;
  const auto strides = row_major(shape);
  for (int i = 0; i < shape.rank(); ++i) {
    const auto axis = static_cast<std::size_t>(i);
    if (shape[i] == 1) continue;
    if (!runs.empty() && runs.back().reduced == reduced[axis]) {
      runs.back().extent *= shape[i];
      runs.back().stride = strides[axis];
    } else {
      runs.push_back({{shape[i], strides[axis]}, reduced[axis]});
    }
  }
  Runs result;
  for (const Tagged& run : runs) (run.reduced ? result.count : result.outputs) *= run.extent;
  if (!runs.empty()) {
    result.last = runs.back();
    result.last_reduced = runs.back().reduced;
    runs.pop_back();
  }
  for (const Tagged& run : runs) (run.reduced ? result.reduced : result.kept).push_back(run);
  return result;
}

std::int64_t offset_of(const std::vector<Run>& runs, std::int64_t index) {
  std::int64_t offset = 0;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    offset += index % run->extent * run->stride;
    index /= run->extent;
  }
  return offset;
}

// Calls f(offset of a line, in elements) for each position of the reduced runs.
template <class F>
void for_each_line(const std::vector<Run>& reduced, std::int64_t base, const F& f) {
  std::int64_t outer = 1;
  for (std::size_t i = 0; i + 1 < reduced.size(); ++i) outer *= reduced[i].extent;
  if (reduced.empty()) return f(base);
  const Run& inner = reduced.back();
  for (std::int64_t o = 0; o < outer; ++o) {
    std::int64_t at = base, rest = o;
    for (std::size_t i = reduced.size() - 1; i-- > 0;) {
      at += rest % reduced[i].extent * reduced[i].stride;
      rest /= reduced[i].extent;
    }
    for (std::int64_t k = 0; k < inner.extent; ++k) f(at + k * inner.stride);
  }
}

// What a dtype is summed in.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, std::uint64_t>, std::uint64_t,
                                std::conditional_t<std::is_integral_v<T>, std::int64_t, double>>;

// How elements of a dtype are read as A and written: a reduction is compiled once for each A, not
// for each dtype. float32, which models are made of, has one of its own.
template <class A>
struct Access {
  void (*read)(const void* src, std::int64_t first, std::int64_t count, A* to) noexcept;
  void (*write)(const A* from, std::int64_t count, void* dst, std::int64_t first) noexcept;
};

template <class T>
constexpr Access<Wide<T>> access_of() {
  using A = Wide<T>;
  constexpr bool kHalf = std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>;
  return {[](const void* src, std::int64_t first, std::int64_t count, A* to) noexcept {
            const T* const at = static_cast<const T*>(src) + first;
            for (std::int64_t i = 0; i < count; ++i) {
              if constexpr (kHalf) {
                to[i] = static_cast<float>(at[i]);
              } else {
                to[i] = static_cast<A>(at[i]);
              }
            }
          },
          [](const A* from, std::int64_t count, void* dst, std::int64_t first) noexcept {
            T* const at = static_cast<T*>(dst) + first;
            for (std::int64_t i = 0; i < count; ++i) {
              if constexpr (kHalf) {
                at[i] = T(static_cast<float>(from[i]));
              } else {
                at[i] = static_cast<T>(from[i]);
              }
            }
          }};
}

template <Reduction R, class A>
constexpr A start_of() {
  using limits = std::numeric_limits<A>;
  if constexpr (R == Reduction::prod || R == Reduction::all) {
    return A{1};
  } else if constexpr (R == Reduction::max) {
    return std::is_floating_point_v<A> ? -limits::infinity() : limits::lowest();
  } else if constexpr (R == Reduction::min) {
    return std::is_floating_point_v<A> ? limits::infinity() : limits::max();
  } else {
    return A{0};
  }
}

template <Reduction R, class A>
inline void take(A& sum, A value) {
  if constexpr (R == Reduction::prod) {
    if constexpr (std::is_integral_v<A>) {  // wraps, as TensorFlow's integers do
      sum = static_cast<A>(static_cast<std::uint64_t>(sum) * static_cast<std::uint64_t>(value));
    } else {
      sum *= value;
    }
  } else if constexpr (R == Reduction::max) {
    sum = value > sum || value != value ? value : sum;
  } else if constexpr (R == Reduction::min) {
    sum = value < sum || value != value ? value : sum;
  } else if constexpr (R == Reduction::any) {
    sum = sum != 0 || value != 0 ? A{1} : A{0};
  } else if constexpr (R == Reduction::all) {
    sum = sum != 0 && value != 0 ? A{1} : A{0};
  } else if constexpr (std::is_integral_v<A>) {
    sum = static_cast<A>(static_cast<std::uint64_t>(sum) + static_cast<std::uint64_t>(value));
  } else {
    sum += value;
  }
}

template <class A>
struct Source {
  Access<A> access;
  const A* operator()(const void* src, std::int64_t first, std::int64_t count,
                      A* buffer) const noexcept {
    access.read(src, first, count, buffer);
    return buffer;
  }
};

struct FloatSource {
  Access<double> access;
  const float* operator()(const void* src, std::int64_t first, std::int64_t,
                          double*) const noexcept {
    return static_cast<const float*>(src) + first;
  }
};

template <Reduction R, class A, class Read>
class ReduceKernel final : public Kernel {
  static constexpr bool kDeviation = R == Reduction::var || R == Reduction::std;

 public:
  ReduceKernel(Runs runs, Read read) : runs_(std::move(runs)), read_(read) {}

  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const std::int64_t width = runs_.last_reduced ? 1 : runs_.last.extent;
    const std::int64_t strips = (width + kStrip - 1) / kStrip;
    if (runs_.outputs == 0) return;
    parallel_blocks(runs_.outputs / width * strips, runs_.outputs * runs_.count,
                    [&](std::int64_t begin, std::int64_t end) {
                      for (std::int64_t task = begin; task < end; ++task) {
                        const std::int64_t first = task % strips * kStrip, row = task / strips;
                        const std::int64_t size = std::min(kStrip, width - first);
                        reduce_strip(in[0], offset_of(runs_.kept, row) + first, out[0],
                                     row * width + first, size);
                      }
                    });
  }

 private:
  void reduce_strip(const void* src, std::int64_t base, void* dst, std::int64_t at,
                    std::int64_t size) const noexcept {
    std::array<A, kStrip> sums;
    A* const sum = sums.data();
    fold(src, base, sum, size, [](A value, std::int64_t) { return value; });
    if constexpr (kDeviation) {
      std::array<A, kStrip> means;
      A* const mean = means.data();
      for (std::int64_t j = 0; j < size; ++j) mean[j] = over_count(sum[j]);
      fold(src, base, sum, size, [mean](A value, std::int64_t j) {
        const A distance = value - mean[j];
        return distance * distance;
      });
    }
    for (std::int64_t j = 0; j < size; ++j) {
      if constexpr (R == Reduction::mean || kDeviation) sum[j] = over_count(sum[j]);
      if constexpr (R == Reduction::std)
        sum[j] = static_cast<A>(std::sqrt(static_cast<double>(sum[j])));
    }
    read_.access.write(sum, size, dst, at);
  }

  A over_count(A sum) const {
    if constexpr (std::is_integral_v<A>) {
      return runs_.count == 0 ? A{0} : static_cast<A>(sum / static_cast<A>(runs_.count));
    } else {
      return sum / static_cast<A>(runs_.count);
    }
  }

  // Folds map(value, j) into sum[j] for every reduced position.
  template <class Map>
  void fold(const void* src, std::int64_t base, A* sum, std::int64_t size,
            const Map& map) const noexcept {
    constexpr A kStart = start_of<R, A>();
    std::fill_n(sum, size, kStart);
    if (runs_.count == 0) return;
    std::array<A, kStrip> buffer;
    if (!runs_.last_reduced) {
      for_each_line(runs_.reduced, base, [&](std::int64_t line) {
        const auto* const value = read_(src, line, size, buffer.data());
        for (std::int64_t j = 0; j < size; ++j) take<R>(sum[j], map(static_cast<A>(value[j]), j));
      });
      return;
    }
    // Several chains at once: one would wait for each addition. What is left of a line goes to the
    // first.
    constexpr std::int64_t kLanes = 8;
    static_assert(kStrip % kLanes == 0);
    std::array<A, kLanes> lane;
    lane.fill(kStart);
    for_each_line(runs_.reduced, base, [&](std::int64_t line) {
      for (std::int64_t at = 0; at < runs_.last.extent; at += kStrip) {
        const std::int64_t count = std::min(kStrip, runs_.last.extent - at);
        const auto* const value = read_(src, line + at, count, buffer.data());
        std::int64_t i = 0;
        for (; i + kLanes <= count; i += kLanes) {
          for (std::int64_t k = 0; k < kLanes; ++k) {
            take<R>(lane[static_cast<std::size_t>(k)], map(static_cast<A>(value[i + k]), 0));
          }
        }
        for (; i < count; ++i) take<R>(lane[0], map(static_cast<A>(value[i]), 0));
      }
    });
    for (const A part : lane) take<R>(sum[0], part);
  }

  Runs runs_;
  Read read_;
};

template <Reduction R, class T>
std::unique_ptr<Kernel> kernel_for(Runs runs) {
  using Read = std::conditional_t<std::is_same_v<T, float>, FloatSource, Source<Wide<T>>>;
  return std::make_unique<ReduceKernel<R, Wide<T>, Read>>(std::move(runs), Read{access_of<T>()});
}

template <Reduction R>
std::unique_ptr<Kernel> kernel_of(DType dtype, Runs runs) {
  return dispatch(dtype, [&]<class T>(std::type_identity<T>) -> std::unique_ptr<Kernel> {
    return kernel_for<R, T>(std::move(runs));
  });
}

}  // namespace

std::string_view name_of(Reduction reduction) noexcept {
  constexpr std::string_view kNames[] = {"reduce_sum", "reduce_mean", "reduce_prod",
                                         "reduce_max", "reduce_min",  "reduce_var",
                                         "reduce_std", "reduce_any",  "reduce_all"};
  return kNames[static_cast<int>(reduction)];
}

namespace {

struct ReduceAttributes {
  Reduction reduction;
  std::vector<int> axes;
  bool keepdims;
  friend bool operator==(const ReduceAttributes&, const ReduceAttributes&) = default;
};

class ReduceOp final : public OpWith<ReduceOp, ReduceAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return name_of(attr.reduction); }
  std::string attributes() const override {
    std::string text = attr.axes.empty() ? "all axes" : "axes";
    for (const int axis : attr.axes) text += concat(" ", axis);
    return attr.keepdims ? text + " kept" : text;
  }

  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    if (attr.axes.empty()) return std::nullopt;
    return rows_beside(args.inputs[0].shape, attr.axes);
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    const bool logical = attr.reduction == Reduction::any || attr.reduction == Reduction::all;
    if (logical != (inputs[0].dtype == DType::boolean)) {
      fail(ErrorCode::invalid_argument, "[", kind(), "] input must ", logical ? "" : "not ",
           "be bool; got ", inputs[0].dtype);
    }
    const Shape& from = inputs[0].shape;
    const std::vector<bool> gone = reduced(from.rank());
    Shape to;
    for (int i = 0; i < from.rank(); ++i) {
      if (!gone[static_cast<std::size_t>(i)]) {
        to.push_back(from[i]);
      } else if (attr.keepdims) {
        to.push_back(1);
      }
    }
    return {{to, inputs[0].dtype}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Spec& from = args.inputs[0];
    Runs runs = runs_of(from.shape, reduced(from.shape.rank()));
    switch (attr.reduction) {
      case Reduction::sum:
        return kernel_of<Reduction::sum>(from.dtype, std::move(runs));
      case Reduction::mean:
        return kernel_of<Reduction::mean>(from.dtype, std::move(runs));
      case Reduction::prod:
        return kernel_of<Reduction::prod>(from.dtype, std::move(runs));
      case Reduction::max:
        return kernel_of<Reduction::max>(from.dtype, std::move(runs));
      case Reduction::min:
        return kernel_of<Reduction::min>(from.dtype, std::move(runs));
      case Reduction::var:
        return kernel_of<Reduction::var>(from.dtype, std::move(runs));
      case Reduction::std:
        return kernel_of<Reduction::std>(from.dtype, std::move(runs));
      case Reduction::any:  // of bool alone, as infer() says
        return kernel_for<Reduction::any, bool>(std::move(runs));
      default:
        return kernel_for<Reduction::all, bool>(std::move(runs));
    }
  }

 private:
  std::vector<bool> reduced(int rank) const {
    std::vector<bool> result(static_cast<std::size_t>(rank), attr.axes.empty());
    for (const int axis : attr.axes)
      result[static_cast<std::size_t>(checked_axis(kind(), axis, rank))] = true;
    return result;
  }
};

}  // namespace

OpPtr make_reduce(Reduction reduction, std::vector<int> axes, bool keepdims) {
  return std::make_shared<ReduceOp>(ReduceAttributes{reduction, std::move(axes), keepdims});
}

}  // namespace halfpixel::graph
