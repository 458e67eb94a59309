// What the two forms of panel_product have in common: where matrices lie, and how columns are
// packed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "graph/ops/dnnl_version.hpp"
#include "graph/ops/parallel.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel::graph {

// Multiplications below which another thread costs more than it brings.
inline constexpr double kSerialMultiplyAdds = 300000.0;

// How many threads so many multiply-adds are worth.
inline std::int64_t threads_for(double multiply_adds) {
  return static_cast<std::int64_t>(
      std::min(static_cast<double>(most_threads()), 1.0 + multiply_adds / kSerialMultiplyAdds));
}

// Where the matrices of a stack are.
struct MatrixLayout {
  std::vector<std::int64_t> extents, steps;  // before the last two axes; a step of 0: one for all
  std::int64_t rows, columns, row_step, column_step;

  explicit MatrixLayout(const dnnl::memory::desc& desc) {
    const dnnl::memory::dims dims = dnnl_dims(desc), strides = dnnl_strides(desc);
    const std::size_t row = dims.size() - 2;
    for (std::size_t i = 0; i < row; ++i) {
      extents.push_back(dims[i]);
      steps.push_back(dims[i] == 1 ? 0 : strides[i]);
    }
    rows = dims[row];
    columns = dims[row + 1];
    row_step = strides[row];
    column_step = columns == 1 ? 1 : strides[row + 1];
  }
  std::int64_t count() const {
    std::int64_t result = 1;
    for (const std::int64_t extent : extents) result *= extent;
    return result;
  }
  // Of what matrix `index` of `result` is made of.
  std::int64_t offset(std::int64_t index, const MatrixLayout& result) const noexcept {
    std::int64_t at = 0;
    for (std::size_t i = extents.size(); i-- > 0; index /= result.extents[i])
      at += index % result.extents[i] * steps[i];
    return at;
  }
};

// The three, and the kernels.
struct MatrixProduct {
  MatrixLayout a, b, y;
  const kernels::KernelTable* kernels = &kernels::current_table();
  std::int64_t panel = kernels->lanes * kernels::kPanelVectors;  // columns

  std::int64_t depth() const { return a.columns; }
  std::int64_t whole_panels() const { return y.columns / panel; }
  std::int64_t threads() const {
    const double products = static_cast<double>(y.count() * y.columns) *
                            static_cast<double>(y.rows) * static_cast<double>(depth());
    return threads_for(products);
  }

  // Columns of b, and zeros up to `width`, side by side.
  void pack(const float* from, std::int64_t columns, std::int64_t width, std::int64_t begin,
            std::int64_t end, float* to) const noexcept {
    if (b.column_step == 1 && columns == width) {
      if (width == 16) return copy_rows<16>(from, begin, end, to);
      if (width == 32) return copy_rows<32>(from, begin, end, to);
    }
    for (std::int64_t k = begin; k < end; ++k, to += width) {
      const float* const row = from + k * b.row_step;
      for (std::int64_t c = 0; c < columns; ++c) to[c] = row[c * b.column_step];
      std::fill_n(to + columns, width - columns, 0.0F);
    }
  }

 private:
  // Of panels that most processors have.
  template <std::size_t Width>
  void copy_rows(const float* from, std::int64_t begin, std::int64_t end,
                 float* to) const noexcept {
    for (std::int64_t k = begin; k < end; ++k, to += Width)
      std::memcpy(to, from + k * b.row_step, Width * sizeof(float));
  }
};

}  // namespace halfpixel::graph
