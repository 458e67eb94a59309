// NumPy's broadcasting: result shapes, and walks over inputs whose steps are 0 along repeated axes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <halfpixel/shape.hpp>

#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {

// Throws Error "[who] …" with both shapes when they do not go together. Unknown with 1 or unknown
// stays unknown; unknown with n > 1 is n.
Shape broadcast_shapes(std::string_view who, const Shape& a, const Shape& b);

// Inputs of a result, as runs: the last (merged) axis is walked by the caller's loop, the others
// here.
template <int N>
class BroadcastWalk {
 public:
  BroadcastWalk(const std::array<Shape, N>& inputs, const Shape& result) {
    // Merge axes along which every input goes on alike.
    for (int axis = 0; axis < result.rank(); ++axis) {
      const std::int64_t extent = result[axis];
      if (extent == 1) continue;
      std::array<bool, N> repeats{};
      for (std::size_t i = 0; i < N; ++i) {
        const int own = axis - (result.rank() - inputs[i].rank());
        repeats[i] = own < 0 || inputs[i][own] == 1;
      }
      if (rank_ > 0 && repeats == repeats_[static_cast<std::size_t>(rank_ - 1)]) {
        extents_[static_cast<std::size_t>(rank_ - 1)] *= extent;
      } else {
        extents_[static_cast<std::size_t>(rank_)] = extent;
        repeats_[static_cast<std::size_t>(rank_)] = repeats;
        ++rank_;
      }
    }
    if (rank_ == 0) {
      extents_[0] = 1;
      repeats_[0] = {};
      rank_ = 1;
    }
    for (std::size_t i = 0; i < N; ++i) {
      std::int64_t step = 1;
      for (int axis = rank_ - 1; axis >= 0; --axis) {
        const auto k = static_cast<std::size_t>(axis);
        steps_[k][i] = repeats_[k][i] ? 0 : step;
        if (!repeats_[k][i]) step *= extents_[k];
      }
    }
    run_ = extents_[static_cast<std::size_t>(rank_ - 1)];
    for (int axis = 0; axis + 1 < rank_; ++axis) outer_ *= extents_[static_cast<std::size_t>(axis)];
  }

  std::int64_t run_length() const { return run_; }
  int run_step(std::size_t input) const {
    return static_cast<int>(steps_[static_cast<std::size_t>(rank_ - 1)][input]);
  }

  // part(offsets of the inputs, first element of the result, count)
  template <class Part>
  void run(const Part& part) const noexcept {
    if (outer_ == 0 || run_ == 0) return;
    if (outer_ == 1) {
      parallel_blocks(run_, run_, [&](std::int64_t begin, std::int64_t end) {
        std::array<std::int64_t, N> offsets{};
        for (std::size_t i = 0; i < N; ++i) offsets[i] = begin * run_step(i);
        part(offsets, begin, end - begin);
      });
      return;
    }
    parallel_blocks(outer_, outer_ * run_, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        std::array<std::int64_t, N> offsets{};
        std::int64_t rest = r;
        for (int axis = rank_ - 2; axis >= 0; --axis) {
          const auto k = static_cast<std::size_t>(axis);
          const std::int64_t at = rest % extents_[k];
          rest /= extents_[k];
          for (std::size_t i = 0; i < N; ++i) offsets[i] += at * steps_[k][i];
        }
        part(offsets, r * run_, run_);
      }
    });
  }

 private:
  std::array<std::int64_t, kMaxRank + 1> extents_{};
  std::array<std::array<bool, N>, kMaxRank + 1> repeats_{};
  std::array<std::array<std::int64_t, N>, kMaxRank + 1> steps_{};
  int rank_ = 0;
  std::int64_t run_ = 1;
  std::int64_t outer_ = 1;
};

}  // namespace halfpixel::graph
