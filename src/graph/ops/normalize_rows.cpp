#include "graph/ops/normalize_rows.hpp"

#include <algorithm>

#include "graph/ops/math-inl.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

constexpr int kLanes = 8;
constexpr std::int64_t kRun = 1024;  // elements summed in float32 before double takes over

// Sum of f(x[i]).
template <class F>
HALFPIXEL_INLINE double total(const float* x, std::int64_t n, const F& f) {
  double all = 0;
  for (std::int64_t begin = 0; begin < n; begin += kRun) {
    const std::int64_t end = std::min(n, begin + kRun);
    float lanes[kLanes] = {};
    std::int64_t i = begin;
    for (; i + kLanes <= end; i += kLanes) {
      for (int k = 0; k < kLanes; ++k) lanes[k] += f(x[i + k]);
    }
    for (; i < end; ++i) all += static_cast<double>(f(x[i]));
    for (const float lane : lanes) all += static_cast<double>(lane);
  }
  return all;
}

struct Statistics {
  float mean, factor;
};

HALFPIXEL_CLONES Statistics statistics(const float* x, std::int64_t n, const Formula& formula) {
  const auto square = [](float v) __attribute__((always_inline)) { return v * v; };
  const auto count = static_cast<double>(n);
  switch (formula.kind) {
    case NormalizeKind::unit: {
      const float sum = static_cast<float>(total(x, n, square));
      return {0.0F, std::min(1.0F / std::sqrt(sum), 1.0F / formula.epsilon)};
    }
    case NormalizeKind::rms: {
      const float mean = static_cast<float>(total(x, n, square) / count);
      return {0.0F, 1.0F / std::sqrt(mean + formula.epsilon)};
    }
    default: {
      const float mean = static_cast<float>(
          total(x, n, [](float v) __attribute__((always_inline)) { return v; }) / count);
      const auto deviation = [mean](float v)
                                 __attribute__((always_inline)) { return (v - mean) * (v - mean); };
      const float variance = static_cast<float>(total(x, n, deviation) / count);
      const float factor = 1.0F / std::sqrt(variance + formula.epsilon);
      return {formula.kind == NormalizeKind::moments ? mean : 0.0F, factor};
    }
  }
}

// y = x * inv + (offset - mean * inv) with inv = factor * scale, in Keras' order. Steps of 0: one
// for all.
HALFPIXEL_CLONES void normalized(const float* x, float* y, std::int64_t n, Statistics s,
                                 const float* scale, const float* offset, bool one_for_all) {
  if (one_for_all || (scale == nullptr && offset == nullptr)) {
    const float inv = scale != nullptr ? s.factor * *scale : s.factor;
    const float rest = -s.mean * inv + (offset != nullptr ? *offset : 0.0F);
    // y is x or far from it
    HALFPIXEL_IVDEP
    for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] * inv + rest;
  } else if (offset == nullptr) {
    HALFPIXEL_IVDEP
    for (std::int64_t i = 0; i < n; ++i) {
      const float inv = s.factor * scale[i];
      y[i] = x[i] * inv + -s.mean * inv;
    }
  } else if (scale == nullptr) {
    const float rest = -s.mean * s.factor;
    HALFPIXEL_IVDEP
    for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] * s.factor + (rest + offset[i]);
  } else {
    HALFPIXEL_IVDEP
    for (std::int64_t i = 0; i < n; ++i) {
      const float inv = s.factor * scale[i];
      y[i] = x[i] * inv + (-s.mean * inv + offset[i]);
    }
  }
}

class RowsKernel final : public Kernel {
 public:
  RowsKernel(AxisRows view, const Formula& formula, std::vector<std::int64_t> row,
             std::vector<std::int64_t> element)
      : view_(std::move(view)),
        formula_(formula),
        row_(std::move(row)),
        element_(std::move(element)) {
    threads_ = num_threads();
    // Parameters along a row come in runs: of equal ones, or counting up by one.
    while (equal_ < static_cast<std::int64_t>(element_.size()) &&
           element_[static_cast<std::size_t>(equal_)] == element_[0]) {
      ++equal_;
    }
    for (std::size_t i = 1; i < element_.size(); ++i)
      counting_ = counting_ && element_[i] == element_[i - 1] + 1;
    runs_ = !element_.empty() && view_.length % std::max<std::int64_t>(equal_, 1) == 0;
    for (std::size_t i = 0; runs_ && i < element_.size(); ++i) {
      runs_ = element_[i] ==
              element_[i / static_cast<std::size_t>(equal_) * static_cast<std::size_t>(equal_)];
    }
  }

  std::size_t scratch_bytes() const override {
    return view_.trailing ? 0
                          : sizeof(float) * static_cast<std::size_t>(view_.length) *
                                static_cast<std::size_t>(threads_);
  }

  void run(State*, const void* const* in, void* const* out, void* scratch) const noexcept override {
    const auto* x = static_cast<const float*>(in[0]);
    const auto* scale = formula_.has_scale ? static_cast<const float*>(in[1]) : nullptr;
    const auto* offset =
        formula_.has_offset ? static_cast<const float*>(in[formula_.has_scale ? 2 : 1]) : nullptr;
    auto* y = static_cast<float*>(out[0]);
    const std::int64_t n = view_.length;
    if (n == 0 || view_.rows == 0) return;
    const std::int64_t blocks = std::min<std::int64_t>(threads_, view_.rows);
    parallel_blocks(blocks, view_.rows * n, [&](std::int64_t first, std::int64_t last) {
      float* const row = static_cast<float*>(scratch) + first * n;
      const std::int64_t end = view_.rows * last / blocks;
      for (std::int64_t r = view_.rows * first / blocks; r < end; ++r) {
        if (view_.trailing) {
          one(r, x + r * n, y + r * n, scale, offset);
          continue;
        }
        const std::int64_t start = view_.row_at[static_cast<std::size_t>(r)];
        for (std::int64_t i = 0; i < n; ++i)
          row[i] = x[start + view_.element_at[static_cast<std::size_t>(i)]];
        one(r, row, row, scale, offset);
        for (std::int64_t i = 0; i < n; ++i)
          y[start + view_.element_at[static_cast<std::size_t>(i)]] = row[i];
      }
    });
  }

 private:
  void one(std::int64_t r, const float* x, float* y, const float* scale,
           const float* offset) const {
    const Statistics s = statistics(x, view_.length, formula_);
    if (element_.empty()) {
      normalized(x, y, view_.length, s, nullptr, nullptr, true);
      return;
    }
    const auto part = [&](std::int64_t begin, std::int64_t count, bool one_for_all) {
      const std::int64_t at =
          row_[static_cast<std::size_t>(r)] + element_[static_cast<std::size_t>(begin)];
      normalized(x + begin, y + begin, count, s, scale != nullptr ? scale + at : nullptr,
                 offset != nullptr ? offset + at : nullptr, one_for_all);
    };
    if (counting_) {
      part(0, view_.length, view_.length == 1);
    } else {
      const std::int64_t run = runs_ ? equal_ : 1;
      for (std::int64_t i = 0; i < view_.length; i += run) part(i, run, true);
    }
  }

  AxisRows view_;
  Formula formula_;
  std::vector<std::int64_t> row_, element_;
  int threads_ = 1;
  std::int64_t equal_ = 0;
  bool counting_ = true, runs_ = false;
};

}  // namespace

std::unique_ptr<Kernel> make_rows_kernel(AxisRows view, const Formula& formula,
                                         std::vector<std::int64_t> param_of_row,
                                         std::vector<std::int64_t> param_of_element) {
  return std::make_unique<RowsKernel>(std::move(view), formula, std::move(param_of_row),
                                      std::move(param_of_element));
}

}  // namespace halfpixel::graph
