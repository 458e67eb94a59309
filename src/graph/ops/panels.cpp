#include "graph/ops/panels.hpp"

#include <algorithm>

#include "core/float16.hpp"
#include "kernels/bf16_products.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel::graph {
namespace {

std::int64_t bf16_depth(std::int64_t depth) {
  return (depth + kernels::kBf16Depth - 1) / kernels::kBf16Depth * kernels::kBf16Depth;
}

}  // namespace

std::int64_t Panels::width(bool bf16) {
  return bf16 ? kernels::kBf16Panel : kernels::current_table().lanes * kernels::kPanelVectors;
}

Panels::Panels(std::int64_t columns, std::int64_t depth, bool bf16)
    : bf16_(bf16),
      depth_(depth),
      padded_(bf16 ? bf16_depth(depth) : depth),
      count_((columns + width(bf16) - 1) / width(bf16)),
      width_(width(bf16)),
      packed_(zeros({count_ * width_ * padded_}, bf16 ? DType::uint16 : DType::float32)) {}

void Panels::set(std::int64_t k, std::int64_t column, float value) {
  const std::int64_t first = column / width_ * width_ * padded_, p = column % width_;
  if (bf16_) {
    packed_.data<std::uint16_t>()[first + kernels::bf16_packed(k, p)] = bfloat16_bits(value);
  } else {
    packed_.data<float>()[first + k * width_ + p] = value;
  }
}

std::int64_t Panels::row_floats(std::int64_t count, std::int64_t depth, bool bf16) {
  return bf16 ? count * bf16_depth(depth) / 2 : 0;
}

Panels::Rows Panels::rows(const float* x, std::int64_t count, float* scratch) const noexcept {
  if (!bf16_) return {x, depth_};
  return padded(x, count, scratch, kernels::bf16_kernels()->round);
}

Panels::Rows Panels::rows(const std::uint16_t* x, std::int64_t count,
                          float* scratch) const noexcept {
  if (padded_ == depth_) return {x, depth_};
  return padded(x, count, scratch,
                [](const std::uint16_t* from, std::uint16_t* to, std::int64_t numbers) {
                  std::copy_n(from, numbers, to);
                });
}

// move(from, to, count): numbers as they are multiplied. Zeros follow each row.
template <class Number, class Move>
Panels::Rows Panels::padded(const Number* x, std::int64_t count, float* scratch,
                            const Move& move) const noexcept {
  auto* const to = reinterpret_cast<std::uint16_t*>(scratch);
  if (padded_ == depth_) {
    move(x, to, count * depth_);
    return {to, padded_};
  }
  for (std::int64_t r = 0; r < count; ++r) {
    move(x + r * depth_, to + r * padded_, depth_);
    std::fill_n(to + r * padded_ + depth_, padded_ - depth_, std::uint16_t{0});
  }
  return {to, padded_};
}

void Panels::multiply(const Rows& rows, std::int64_t panel, std::int64_t first, std::int64_t last,
                      float* c, std::int64_t c_step) const noexcept {
  const std::int64_t before = panel * width_ * padded_;
  c += first * c_step;
  if (!bf16_) {
    kernels::current_table().products({.a = static_cast<const float*>(rows.at) + first * rows.step,
                                       .b = packed_.data<float>() + before,
                                       .c = c,
                                       .a_step = rows.step,
                                       .b_step = width_,
                                       .c_step = c_step,
                                       .rows = last - first,
                                       .depth = depth_});
  } else {
    kernels::bf16_kernels()->products(
        {.a = static_cast<const std::uint16_t*>(rows.at) + first * rows.step,
         .b = packed_.data<std::uint16_t>() + before,
         .c = c,
         .a_step = rows.step,
         .c_step = c_step,
         .rows = last - first,
         .depth = padded_});
  }
}

}  // namespace halfpixel::graph
