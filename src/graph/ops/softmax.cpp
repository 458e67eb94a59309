#include "graph/ops/softmax.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/axis_rows.hpp"
#include "graph/ops/math-inl.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

constexpr int kLanes = 8;  // partial results, so that sums become vectors and stay accurate

// NaN where there is one. Without branches: comparisons with NaN are false, and it is looked for
// beside them.
HALFPIXEL_INLINE float largest(const float* x, std::int64_t n) {
  float lanes[kLanes];
  std::int32_t numbers[kLanes];
  std::fill(lanes, lanes + kLanes, -std::numeric_limits<float>::infinity());
  std::fill(numbers, numbers + kLanes, -1);
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int k = 0; k < kLanes; ++k) {
      lanes[k] = math::pick(x[i + k] > lanes[k], x[i + k], lanes[k]);
      numbers[k] &= x[i + k] == x[i + k] ? -1 : 0;
    }
  }
  float best = -std::numeric_limits<float>::infinity();
  std::int32_t all = -1;
  for (; i < n; ++i) {
    best = math::pick(x[i] > best, x[i], best);
    all &= x[i] == x[i] ? -1 : 0;
  }
  for (int k = 0; k < kLanes; ++k) {
    best = math::pick(lanes[k] > best, lanes[k], best);
    all &= numbers[k];
  }
  return all != 0 ? best : std::numeric_limits<float>::quiet_NaN();
}

HALFPIXEL_INLINE float sum_of(const float* y, std::int64_t n) {
  float lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int k = 0; k < kLanes; ++k) lanes[k] += y[i + k];
  }
  float sum = 0;
  for (; i < n; ++i) sum += y[i];
  for (const float lane : lanes) sum += lane;
  return sum;
}

// x and y may be the same.
HALFPIXEL_CLONES void softmax_rows(const float* x, float* y, std::int64_t rows, std::int64_t n) {
  // Short rows leave vectors empty: exponentials are made of many rows at once.
  constexpr std::int64_t kElements = 2048;
  const std::int64_t most = std::max<std::int64_t>(kElements / n, 1);
  for (std::int64_t r = 0; r < rows; r += most, x += most * n, y += most * n) {
    const std::int64_t count = std::min(most, rows - r);
    for (std::int64_t k = 0; k < count; ++k) {
      const float top = largest(x + k * n, n);
      for (std::int64_t i = k * n; i < (k + 1) * n; ++i) y[i] = x[i] - top;
    }
    HALFPIXEL_IVDEP
    for (std::int64_t i = 0; i < count * n; ++i) y[i] = math::exp(y[i]);
    for (std::int64_t k = 0; k < count; ++k) {
      const float scale = 1.0F / sum_of(y + k * n, n);
      for (std::int64_t i = k * n; i < (k + 1) * n; ++i) y[i] *= scale;
    }
  }
}

HALFPIXEL_CLONES void log_softmax_row(const float* x, float* y, std::int64_t n) {
  const float top = largest(x, n);
  float sum = 0;
  for (std::int64_t i = 0; i < n; ++i) sum += math::exp(x[i] - top);
  const float shift = math::log(sum);
  for (std::int64_t i = 0; i < n; ++i) y[i] = x[i] - top - shift;
}

// Projection on the simplex: what is above a threshold that makes the sum one.
void sparsemax_row(const float* x, float* y, std::int64_t n, float* sorted) {
  std::copy(x, x + n, sorted);
  std::sort(sorted, sorted + n, std::greater<>());
  float sum = 0, kept = 0;
  std::int64_t k = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    sum += sorted[i];
    if (sorted[i] - (sum - 1.0F) / static_cast<float>(i + 1) > 0.0F) {
      kept += sum;
      ++k;
    }
  }
  // As Keras: the cumulative sums of the support are added up, then divided by its size.
  const float tau = (kept - 1.0F) / static_cast<float>(k);
  for (std::int64_t i = 0; i < n; ++i) y[i] = std::max(x[i] - tau, 0.0F);
}

class SoftmaxKernel final : public Kernel {
 public:
  SoftmaxKernel(SoftmaxKind kind, const Shape& shape, std::span<const int> axes)
      : kind_(kind), view_(shape, axes) {
    threads_ = num_threads();
  }
  // A gathered row, and a sorted one, for each thread.
  std::size_t scratch_bytes() const override {
    const bool needed = !view_.trailing || kind_ == SoftmaxKind::sparsemax;
    return needed ? static_cast<std::size_t>(view_.length) * 2 * sizeof(float) *
                        static_cast<std::size_t>(threads_)
                  : 0;
  }
  void run(State*, const void* const* in, void* const* out, void* scratch) const noexcept override {
    const auto* x = static_cast<const float*>(in[0]);
    auto* y = static_cast<float*>(out[0]);
    const std::int64_t n = view_.length;
    if (n == 0 || view_.rows == 0) return;
    // One block per thread: block b has scratch b.
    const std::int64_t blocks = std::min<std::int64_t>(threads_, view_.rows);
    parallel_blocks(blocks, view_.rows * n, [&](std::int64_t first, std::int64_t last) {
      float* const row = static_cast<float*>(scratch) + first * 2 * n;
      const std::int64_t end = view_.rows * last / blocks;
      const std::int64_t begin = view_.rows * first / blocks;
      if (view_.trailing && kind_ == SoftmaxKind::softmax)
        return softmax_rows(x + begin * n, y + begin * n, end - begin, n);
      for (std::int64_t r = begin; r < end; ++r) {
        if (view_.trailing) {
          one(x + r * n, y + r * n, row);
          continue;
        }
        const std::int64_t start = view_.row_at[static_cast<std::size_t>(r)];
        for (std::int64_t i = 0; i < n; ++i)
          row[i] = x[start + view_.element_at[static_cast<std::size_t>(i)]];
        one(row, row, row + n);
        for (std::int64_t i = 0; i < n; ++i)
          y[start + view_.element_at[static_cast<std::size_t>(i)]] = row[i];
      }
    });
  }

 private:
  void one(const float* x, float* y, float* sorted) const {
    if (kind_ == SoftmaxKind::sparsemax) {
      sparsemax_row(x, y, view_.length, sorted);
    } else if (kind_ == SoftmaxKind::log_softmax) {
      log_softmax_row(x, y, view_.length);
    } else {
      softmax_rows(x, y, 1, view_.length);
    }
  }
  SoftmaxKind kind_;
  AxisRows view_;
  int threads_ = 1;
};

struct SoftmaxAttributes {
  std::vector<int> axes;
  SoftmaxKind kind;
  friend bool operator==(const SoftmaxAttributes&, const SoftmaxAttributes&) = default;
};

class SoftmaxOp final : public OpWith<SoftmaxOp, SoftmaxAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override {
    return attr.kind == SoftmaxKind::softmax     ? "softmax"
           : attr.kind == SoftmaxKind::sparsemax ? "sparsemax"
                                                 : "log_softmax";
  }
  std::string attributes() const override {
    std::string text = "axis";
    for (const int axis : attr.axes) text += concat(" ", axis);
    return text;
  }
  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    return rows_beside(args.inputs[0].shape, attr.axes);
  }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    if (inputs.size() != 1)
      fail(ErrorCode::internal, "[softmax] one input is needed; got ", inputs.size());
    if (inputs[0].dtype != DType::float32) {
      fail(ErrorCode::unsupported, "[", kind(), "] float32 is needed; got ", inputs[0].dtype);
    }
    normalize_axes("Softmax", attr.axes, inputs[0].shape.rank());
    return {inputs[0]};
  }
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& shape = args.inputs[0].shape;
    return std::make_unique<SoftmaxKernel>(attr.kind, shape,
                                           normalize_axes("Softmax", attr.axes, shape.rank()));
  }
  bool in_place(int) const override { return true; }
};

}  // namespace

OpPtr make_softmax(std::vector<int> axes, SoftmaxKind kind) {
  return std::make_shared<SoftmaxOp>(SoftmaxAttributes{std::move(axes), kind});
}

}  // namespace halfpixel::graph
