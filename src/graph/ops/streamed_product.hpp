// Few rows times a matrix that lies row by row: it is read once, from its first number to its last.
#pragma once

#include "graph/ops/matrix_product.hpp"

namespace halfpixel::graph {

// A thread takes rows of b, a part of the depth, for all columns. Parts are added up in their
// order.
class StreamedProduct {
 public:
  static bool fits(const MatrixProduct& p) {
    return p.y.rows <= 16 && p.b.column_step == 1 && p.depth() > 0;
  }
  explicit StreamedProduct(const MatrixProduct& p) : p_(p), threads_(p.threads()) {
    constexpr std::int64_t kMostParts = 16, kLeastDepth = 32;
    parts_ = std::clamp<std::int64_t>(kMostParts / p_.y.count(), 1,
                                      std::max<std::int64_t>(p_.depth() / kLeastDepth, 1));
    width_ = (p_.y.columns + p_.panel - 1) / p_.panel * p_.panel;
  }
  std::size_t scratch_bytes() const {
    return static_cast<std::size_t>(p_.y.count() * parts_) * sizeof(float) *
               static_cast<std::size_t>(p_.y.rows * width_) +
           static_cast<std::size_t>(threads_ * kRows * p_.panel) * sizeof(float);
  }
  void run(const float* a, const float* b, const float* bias, float* y,
           float* scratch) const noexcept {
    const std::int64_t size = p_.y.rows * width_, matrices = p_.y.count();
    float* const packed = scratch + matrices * parts_ * size;
    parallel_items(matrices * parts_, threads_, [&](std::int64_t item, std::int64_t thread) {
      const std::int64_t matrix = item / parts_;
      run_part(a + p_.a.offset(matrix, p_.y), b + p_.b.offset(matrix, p_.y), item % parts_,
               scratch + item * size, packed + thread * kRows * p_.panel);
    });
    const std::int64_t rows = matrices * p_.y.rows;
    parallel_blocks(rows, rows * width_ * parts_, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t matrix = i / p_.y.rows, r = i % p_.y.rows;
        float* const row = y + p_.y.offset(matrix, p_.y) + r * p_.y.row_step;
        const float* part = scratch + matrix * parts_ * size + r * width_;
        std::copy_n(part, p_.y.columns, row);
        for (std::int64_t p = 1; p < parts_; ++p) {
          part += size;
          for (std::int64_t c = 0; c < p_.y.columns; ++c) row[c] += part[c];
        }
        if (bias == nullptr) continue;
        for (std::int64_t c = 0; c < p_.y.columns; ++c) row[c] += bias[c];
      }
    });
  }

 private:
  static constexpr std::int64_t kRows = 16;  // of b, at a time

  void run_part(const float* a, const float* b, std::int64_t part, float* sums,
                float* packed) const noexcept {
    const std::int64_t end = p_.depth() * (part + 1) / parts_;
    const std::int64_t whole = p_.whole_panels() * p_.panel;
    const bool one = p_.y.rows == 1;
    const std::int64_t wide = p_.kernels->lanes * kernels::kRowVectors;
    bool add = false;
    for (std::int64_t k = p_.depth() * part / parts_; k < end; k += kRows, add = true) {
      const std::int64_t rows = std::min(kRows, end - k);
      for (std::int64_t c = 0; c < p_.y.columns;) {
        kernels::ProductsJob job = {.a = a + k,
                                    .b = b + k * p_.b.row_step + c,
                                    .c = sums + c,
                                    .a_step = p_.a.row_step,
                                    .b_step = p_.b.row_step,
                                    .c_step = width_,
                                    .rows = p_.y.rows,
                                    .depth = rows,
                                    .add = add};
        if (one && c + wide <= whole) {
          p_.kernels->products_row(job);
          c += wide;
          continue;
        }
        if (c == whole) {
          p_.pack(b + c, p_.y.columns - c, p_.panel, k, k + rows, packed);
          job.b = packed;
          job.b_step = p_.panel;
        }
        p_.kernels->products(job);
        c += p_.panel;
      }
    }
  }

  MatrixProduct p_;
  std::int64_t threads_, parts_, width_;
};

}  // namespace halfpixel::graph
