// Blocks of rows are summed column by column, in float32 over short runs and in double beyond; the
// blocks do not depend on the number of threads, so neither do the bits.
#include "graph/ops/normalize_columns.hpp"

#include <algorithm>

#include "graph/ops/math-inl.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::int64_t kRowRun = 64;  // rows summed in float32 before double takes over
constexpr std::int64_t kBlocks = 16;  // of the rows that belong together

// sums[w] = sum over rows of x[row][w], or of (x[row][w] - mean[w])^2.
HALFPIXEL_CLONES void column_sums(const float* x, std::int64_t rows, std::int64_t width,
                                  const float* mean, double* sums, float* run) {
  std::fill(sums, sums + width, 0.0);
  for (std::int64_t begin = 0; begin < rows; begin += kRowRun) {
    std::fill(run, run + width, 0.0F);
    const std::int64_t end = std::min(rows, begin + kRowRun);
    for (std::int64_t r = begin; r < end; ++r) {
      const float* row = x + r * width;
      if (mean == nullptr) {
        HALFPIXEL_IVDEP
        for (std::int64_t w = 0; w < width; ++w) run[w] += row[w];
      } else {
        HALFPIXEL_IVDEP
        for (std::int64_t w = 0; w < width; ++w) {
          const float d = row[w] - mean[w];
          run[w] += d * d;
        }
      }
    }
    HALFPIXEL_IVDEP
    for (std::int64_t w = 0; w < width; ++w) sums[w] += static_cast<double>(run[w]);
  }
}

HALFPIXEL_CLONES void scale_rows(const float* x, float* y, std::int64_t rows, std::int64_t width,
                                 const float* inv, const float* rest) {
  for (std::int64_t r = 0; r < rows; ++r) {
    // y is x or far from it
    HALFPIXEL_IVDEP
    for (std::int64_t w = 0; w < width; ++w) y[r * width + w] = x[r * width + w] * inv[w] + rest[w];
  }
}

class ColumnsKernel final : public Kernel {
 public:
  ColumnsKernel(const Columns& columns, const Formula& formula) : c_(columns), formula_(formula) {
    blocks_ = std::clamp<std::int64_t>(c_.r0 / kRowRun, 1, kBlocks);
  }

  // For each block: width doubles and width floats; for each k0: mean, inv and rest.
  std::size_t scratch_bytes() const override {
    const auto width = static_cast<std::size_t>(c_.width()), k0 = static_cast<std::size_t>(c_.k0);
    return width * k0 *
           (static_cast<std::size_t>(blocks_) * (sizeof(double) + sizeof(float)) +
            3 * sizeof(float));
  }

  void run(State*, const void* const* in, void* const* out, void* scratch) const noexcept override {
    const auto* x = static_cast<const float*>(in[0]);
    const auto* scale = formula_.has_scale ? static_cast<const float*>(in[1]) : nullptr;
    const auto* offset =
        formula_.has_offset ? static_cast<const float*>(in[formula_.has_scale ? 2 : 1]) : nullptr;
    auto* y = static_cast<float*>(out[0]);
    const std::int64_t width = c_.width();
    if (c_.k0 * c_.r0 * width == 0) return;
    auto* sums = static_cast<double*>(scratch);                             // [K0, blocks, W]
    auto* runs = reinterpret_cast<float*>(sums + c_.k0 * blocks_ * width);  // [K0, blocks, W]
    float* mean = runs + c_.k0 * blocks_ * width;  // [K0, W], as inv and rest
    float* inv = mean + c_.k0 * width;
    float* rest = inv + c_.k0 * width;
    const auto for_blocks = [&](const auto& work) {
      parallel_blocks(c_.k0 * blocks_, c_.k0 * c_.r0 * width,
                      [&](std::int64_t begin, std::int64_t end) {
                        for (std::int64_t b = begin; b < end; ++b) {
                          const std::int64_t k = b / blocks_, part = b % blocks_;
                          const std::int64_t first = c_.r0 * part / blocks_,
                                             last = c_.r0 * (part + 1) / blocks_;
                          work(b, k, (k * c_.r0 + first) * width, last - first);
                        }
                      });
    };
    for_blocks([&](std::int64_t b, std::int64_t, std::int64_t at, std::int64_t rows) {
      column_sums(x + at, rows, width, nullptr, sums + b * width, runs + b * width);
    });
    combine(sums, [&](std::int64_t place, std::int64_t, double m) {
      mean[place] = static_cast<float>(m);
    });
    for_blocks([&](std::int64_t b, std::int64_t k, std::int64_t at, std::int64_t rows) {
      column_sums(x + at, rows, width, mean + k * width, sums + b * width, runs + b * width);
    });
    combine(sums, [&](std::int64_t place, std::int64_t w, double variance) {
      const float factor = 1.0F / std::sqrt(static_cast<float>(variance) + formula_.epsilon);
      inv[place] = scale != nullptr ? factor * scale[w] : factor;
      rest[place] = -mean[place] * inv[place] + (offset != nullptr ? offset[w] : 0.0F);
    });
    for_blocks([&](std::int64_t, std::int64_t k, std::int64_t at, std::int64_t rows) {
      scale_rows(x + at, y + at, rows, width, inv + k * width, rest + k * width);
    });
  }

 private:
  // store(k0 * W + w, w, average over the blocks and over the R1 columns of w's group)
  template <class Store>
  void combine(const double* sums, const Store& store) const {
    const std::int64_t width = c_.width();
    const double count = static_cast<double>(c_.r0) * static_cast<double>(c_.r1);
    for (std::int64_t k = 0; k < c_.k0; ++k) {
      for (std::int64_t group = 0; group < c_.k1; ++group) {
        double all = 0;
        for (std::int64_t b = 0; b < blocks_; ++b) {
          const double* part = sums + (k * blocks_ + b) * width + group * c_.r1;
          for (std::int64_t i = 0; i < c_.r1; ++i) all += part[i];
        }
        for (std::int64_t i = 0; i < c_.r1; ++i) {
          const std::int64_t w = group * c_.r1 + i;
          store(k * width + w, w, all / count);
        }
      }
    }
  }

  Columns c_;
  Formula formula_;
  std::int64_t blocks_ = 1;
};

}  // namespace

bool columns_fit(const Columns& columns, std::span<const std::int64_t> param_of_row,
                 std::span<const std::int64_t> param_of_element) {
  // param = row part (k0, k1) + element part (r0, r1) must be k1 * R1 + r1.
  for (std::size_t k = 0; k < param_of_row.size(); ++k) {
    if (param_of_row[k] != static_cast<std::int64_t>(k) % columns.k1 * columns.r1) return false;
  }
  for (std::size_t r = 0; r < param_of_element.size(); ++r) {
    if (param_of_element[r] != static_cast<std::int64_t>(r) % columns.r1) return false;
  }
  return true;
}

std::unique_ptr<Kernel> make_columns_kernel(const Columns& columns, const Formula& formula) {
  return std::make_unique<ColumnsKernel>(columns, formula);
}

}  // namespace halfpixel::graph
