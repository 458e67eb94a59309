// Rows times panels of packed columns: constants are packed once, others by the thread that takes
// them.
#pragma once

#include <cstddef>

#include <halfpixel/tensor.hpp>

#include "graph/ops/matrix_product.hpp"

namespace halfpixel::graph {

class PackedProduct {
 public:
  // constant: b, or null where runs tell it.
  PackedProduct(const MatrixProduct& p, const float* constant)
      : p_(p),
        threads_(p.threads()),
        panels_((p.y.columns + p.panel - 1) / p.panel),
        panel_floats_(p.depth() * p.panel) {
    // Blocks of rows: as many as share the panel that a thread packs, or few that stay near.
    constexpr std::int64_t kItems = 32;  // divide well among threads
    const bool pack_now = constant != nullptr && p_.b.count() == 1;
    if (!pack_now) block_ *= 2;
    const std::int64_t wanted = pack_now ? p_.y.rows : kItems / (panels_ * p_.y.count());
    blocks_ = std::clamp<std::int64_t>(wanted, 1, std::max<std::int64_t>(p_.y.rows / block_, 1));
    block_ = p_.y.rows / blocks_ / kChunk * kChunk;
    if (!pack_now) return;
    packed_ = Tensor({panels_ * panel_floats_}, DType::float32);
    for (std::int64_t panel = 0; panel < panels_; ++panel)
      pack(constant, panel, packed_.data<float>() + panel * panel_floats_);
  }
  std::size_t scratch_bytes() const {
    return static_cast<std::size_t>(threads_) * static_cast<std::size_t>(scratch_floats()) *
           sizeof(float);
  }
  void run(const float* a, const float* b, const float* bias, float* y,
           float* scratch) const noexcept {
    parallel_items(
        p_.y.count() * blocks_ * panels_, threads_, [&](std::int64_t item, std::int64_t thread) {
          const std::int64_t matrix = item / panels_ / blocks_, panel = item % panels_;
          float* const own = scratch + thread * scratch_floats();
          const float* columns = nullptr;
          if (packed()) {
            columns = packed_.data<float>() + panel * panel_floats_;
          } else {
            pack(b + p_.b.offset(matrix, p_.y), panel, own + 2 * kChunk * p_.panel);
            columns = own + 2 * kChunk * p_.panel;
          }
          const std::int64_t block = item / panels_ % blocks_;
          const std::int64_t end = block + 1 < blocks_ ? (block + 1) * block_ : p_.y.rows;
          for (std::int64_t r = block * block_; r < end;) {
            // A few rows that would be left join the last.
            const std::int64_t rows = end - r < 2 * kChunk ? end - r : kChunk;
            multiply({a + p_.a.offset(matrix, p_.y) + r * p_.a.row_step, columns, bias,
                      y + p_.y.offset(matrix, p_.y) + r * p_.y.row_step, own, rows},
                     panel);
            r += rows;
          }
        });
  }

 private:
  static constexpr std::int64_t kChunk = 48;  // rows that stay near with a panel's part

  struct Rows {  // of one matrix
    const float *a, *packed, *bias;
    float *y, *sums;
    std::int64_t count;
  };

  bool packed() const noexcept { return packed_.size() > 0; }
  std::int64_t scratch_floats() const noexcept {
    return 2 * kChunk * p_.panel + (packed() ? 0 : panel_floats_);
  }
  std::int64_t columns(std::int64_t panel) const noexcept {
    return std::min(p_.panel, p_.y.columns - panel * p_.panel);
  }
  std::int64_t width(std::int64_t panel) const noexcept {
    return columns(panel) <= p_.kernels->lanes ? p_.kernels->lanes : p_.panel;
  }
  void pack(const float* b, std::int64_t panel, float* to) const noexcept {
    p_.pack(b + panel * p_.panel * p_.b.column_step, columns(panel), width(panel), 0, p_.depth(),
            to);
  }

  void multiply(const Rows& rows, std::int64_t panel) const noexcept {
    const std::int64_t count = columns(panel), step = width(panel);
    const bool whole = count == p_.panel;
    float* const y = rows.y + panel * p_.panel;
    const auto kernel = step == p_.panel ? p_.kernels->products : p_.kernels->products_narrow;
    kernel({.a = rows.a,
            .b = rows.packed,
            .c = whole ? y : rows.sums,
            .a_step = p_.a.row_step,
            .b_step = step,
            .c_step = whole ? p_.y.row_step : step,
            .rows = rows.count,
            .depth = p_.depth()});
    for (std::int64_t i = 0; i < rows.count; ++i) {
      float* const row = y + i * p_.y.row_step;
      if (!whole) std::copy_n(rows.sums + i * step, count, row);
      if (rows.bias == nullptr) continue;
      for (std::int64_t c = 0; c < count; ++c) row[c] += rows.bias[panel * p_.panel + c];
    }
  }

  MatrixProduct p_;
  std::int64_t threads_, panels_, panel_floats_;
  std::int64_t blocks_ = 1,
               block_ = kChunk;  // of rows, and of how many; the last: of all that are left
  Tensor packed_;                // panels, if b is constant
};

}  // namespace halfpixel::graph
