// The columns of a matrix product, packed for kernels in panels of a few columns side by side; its
// factors float32, or rounded to bfloat16.
#pragma once

#include <cstdint>

#include <halfpixel/tensor.hpp>

namespace halfpixel::graph {

class Panels {
 public:
  // Zeros. bf16: kernels::bf16_kernels() has kernels.
  Panels(std::int64_t columns, std::int64_t depth, bool bf16);
  static std::int64_t width(bool bf16);  // columns of a panel
  std::int64_t count() const { return count_; }
  void set(std::int64_t k, std::int64_t column, float value);

  // Rows (rows, depth) of float32, or of bfloat16, as multiply() takes them.
  struct Rows {
    const void* at;
    std::int64_t step;
  };
  // Floats of scratch that rows() takes.
  static std::int64_t row_floats(std::int64_t count, std::int64_t depth, bool bf16);
  Rows rows(const float* x, std::int64_t count, float* scratch) const noexcept;
  Rows rows(const std::uint16_t* x, std::int64_t count, float* scratch) const noexcept;
  // The sums of rows [first, last) and all columns of a panel: row r at c + r * c_step.
  void multiply(const Rows& rows, std::int64_t panel, std::int64_t first, std::int64_t last,
                float* c, std::int64_t c_step) const noexcept;

 private:
  template <class Number, class Move>
  Rows padded(const Number* x, std::int64_t count, float* scratch, const Move& move) const noexcept;

  bool bf16_;
  std::int64_t depth_, padded_, count_, width_;
  Tensor packed_;  // float32 (panels, depth, panel); uint16 (panels, as kernels::bf16_packed)
};

}  // namespace halfpixel::graph
