// Every mode is a table per axis: which position of the input an output position shows, or none.
// Rows whose table is one run are copied whole.
#include "graph/ops/pad.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/checked.hpp"
#include "core/dispatch.hpp"
#include "core/text.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::int64_t kNone = -1;

std::int64_t source_of(PadMode mode, std::int64_t position, std::int64_t extent) {
  if (position >= 0 && position < extent) return position;
  switch (mode) {
    case PadMode::reflect:
      return position < 0 ? -position : 2 * (extent - 1) - position;
    case PadMode::symmetric:
      return position < 0 ? -position - 1 : 2 * extent - 1 - position;
    case PadMode::edge:
      return position < 0 ? 0 : extent - 1;
    default:
      return kNone;
  }
}

template <class T>
class PadKernel final : public Kernel {
 public:
  PadKernel(const Shape& from, const Shape& to, std::int64_t row_stride, const PadAmounts& amounts,
            PadMode mode, T value)
      : rank_(to.rank()), width_(to[to.rank() - 1]), row_stride_(row_stride), value_(value) {
    const auto strides = row_major(from);
    for (int i = 0; i < rank_; ++i) {
      const auto axis = static_cast<std::size_t>(i);
      extent_[axis] = to[i];
      if (i + 1 < rank_) rows_ *= to[i];
      for (std::int64_t p = 0; p < to[i]; ++p) {
        const std::int64_t source = source_of(mode, p - amounts[axis].first, from[i]);
        table_[axis].push_back(source == kNone ? kNone : source * strides[axis]);
      }
    }
    run_begin_ = amounts.back().first;
    run_end_ = run_begin_ + from[rank_ - 1];
  }

  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* const src = static_cast<const T*>(in[0]);
    auto* const dst = static_cast<T*>(out[0]);
    parallel_blocks(rows_, rows_ * width_, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) write_row(row, src, dst + row * row_stride_);
    });
  }

 private:
  void write_row(std::int64_t row, const T* src, T* dst) const noexcept {
    bool inside = true;
    for (int i = rank_ - 2; i >= 0; --i) {
      const auto axis = static_cast<std::size_t>(i);
      const std::int64_t step = table_[axis][static_cast<std::size_t>(row % extent_[axis])];
      row /= extent_[axis];
      inside = inside && step != kNone;
      src += inside ? step : 0;
    }
    if (inside) {
      copy_row(src, dst);
    } else {
      std::fill_n(dst, width_, value_);
    }
  }

  void copy_row(const T* src, T* dst) const noexcept {
    const auto& table = table_[static_cast<std::size_t>(rank_ - 1)];
    const auto edge = [&](std::int64_t p) {
      const std::int64_t source = table[static_cast<std::size_t>(p)];
      dst[p] = source == kNone ? value_ : src[source];
    };
    for (std::int64_t p = 0; p < run_begin_; ++p) edge(p);
    if (run_end_ > run_begin_)
      std::memcpy(dst + run_begin_, src,
                  static_cast<std::size_t>(run_end_ - run_begin_) * sizeof(T));
    for (std::int64_t p = run_end_; p < width_; ++p) edge(p);
  }

  int rank_;
  std::int64_t width_, row_stride_;
  std::int64_t rows_ = 1;
  T value_;
  std::int64_t run_begin_ = 0, run_end_ = 0;
  std::array<std::int64_t, kMaxRank> extent_{};
  std::array<std::vector<std::int64_t>, kMaxRank> table_;  // offsets into the input, or kNone
};

}  // namespace

PadMode to_pad_mode(std::string_view name) {
  const std::string lower = to_lower(name);
  for (const PadMode mode :
       {PadMode::constant, PadMode::reflect, PadMode::symmetric, PadMode::edge}) {
    if (lower == name_of(mode)) return mode;
  }
  fail(ErrorCode::invalid_argument, "[pad] mode must be constant, reflect, symmetric or edge; got ",
       name);
}

std::string_view name_of(PadMode mode) noexcept {
  constexpr std::string_view kNames[] = {"constant", "reflect", "symmetric", "edge"};
  return kNames[static_cast<int>(mode)];
}

namespace {

struct PadAttributes {
  PadAmounts amounts;
  PadMode mode;
  double value;
  friend bool operator==(const PadAttributes& a, const PadAttributes& b) {
    return a.amounts == b.amounts && a.mode == b.mode &&
           std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
  }
};

class PadOp final : public OpWith<PadOp, PadAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "pad"; }
  bool strided_output() const override { return true; }
  std::string attributes() const override {
    std::string text(name_of(attr.mode));
    for (const auto& [before, after] : attr.amounts) text += concat(" (", before, ", ", after, ")");
    return attr.mode == PadMode::constant && attr.value != 0.0 ? concat(text, " with ", attr.value)
                                                               : text;
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs("pad", inputs, 1);
    Spec result = inputs[0];
    if (result.shape.size() != attr.amounts.size() || attr.amounts.empty()) {
      fail(ErrorCode::invalid_argument, "[pad] paddings must have one pair for every axis; got ",
           attr.amounts.size(), " for shape ", result.shape);
    }
    for (int i = 0; i < result.shape.rank(); ++i) {
      std::int64_t& extent = result.shape[i];
      if (extent == kUnknown) continue;
      const auto& [before, after] = attr.amounts[static_cast<std::size_t>(i)];
      const std::int64_t most = attr.mode == PadMode::reflect               ? extent - 1
                                : attr.mode == PadMode::symmetric           ? extent
                                : attr.mode == PadMode::edge && extent == 0 ? 0
                                                                            : INT64_MAX;
      if (std::max(before, after) > std::max<std::int64_t>(most, 0)) {
        fail(ErrorCode::invalid_argument, "[pad] mode ", name_of(attr.mode), " takes at most ",
             most, " on each side of axis ", i, " of ", result.shape, "; got (", before, ", ",
             after, ")");
      }
      if (__builtin_add_overflow(extent, before, &extent) ||
          __builtin_add_overflow(extent, after, &extent)) {
        fail(ErrorCode::invalid_argument, "[pad] paddings are too large; got (", before, ", ",
             after, ")");
      }
    }
    return {result};
  }

  std::vector<LinearAxis> linear_axes(const PrepareArgs& args) const override {
    const auto& [shape, dtype] = args.inputs[0];
    const auto none = std::pair<std::int64_t, std::int64_t>(0, 0);
    if (dtype != DType::float32 || shape.rank() < 3 || attr.amounts.front() != none ||
        attr.amounts.back() != none || (attr.mode == PadMode::constant && attr.value != 0.0)) {
      return {};
    }
    std::vector<LinearAxis> axes;
    for (int i = 1; i + 1 < shape.rank(); ++i) {
      const auto& [before, after] = attr.amounts[static_cast<std::size_t>(i)];
      LinearAxis& axis = axes.emplace_back(shape[i]);
      for (std::int64_t p = -before; p < shape[i] + after; ++p) {
        const std::int64_t source = source_of(attr.mode, p, shape[i]);
        if (source != kNone) axis.add(source, 1.0F);
        axis.next();
      }
    }
    return axes;
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& from = args.inputs[0].shape;
    const Shape& to = args.outputs[0].shape;
    return dispatch(args.inputs[0].dtype,
                    [&]<class T>(std::type_identity<T>) -> std::unique_ptr<Kernel> {
                      T value{};
                      if constexpr (std::is_same_v<T, float16> || std::is_same_v<T, bfloat16>) {
                        value = T(static_cast<float>(attr.value));
                      } else {
                        value = static_cast<T>(attr.value);
                      }
                      return std::make_unique<PadKernel<T>>(from, to, args.row_stride(),
                                                            attr.amounts, attr.mode, value);
                    });
  }
};

}  // namespace

OpPtr make_pad(PadAmounts amounts, PadMode mode, double value) {
  for (const auto& [before, after] : amounts) {
    if (before < 0 || after < 0) {
      fail(ErrorCode::invalid_argument, "[pad] paddings must not be negative; got (", before, ", ",
           after, ")");
    }
  }
  return std::make_shared<PadOp>(PadAttributes{std::move(amounts), mode, value});
}

}  // namespace halfpixel::graph
