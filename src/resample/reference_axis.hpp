// What the twin knows of one axis: where an output position falls among the source samples, and
// with which weights. One position at a time; every step is one float32 operation in TensorFlow's
// order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "resample/reference.hpp"

namespace halfpixel::reference {

// TensorFlow's kernels run with subnormals read as zero and written as zero. So does this thread
// while one of these lives; afterwards the caller's floating-point state is back.
class FlushSubnormals {
 public:
  FlushSubnormals() noexcept;
  ~FlushSubnormals();
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;

 private:
  std::uint64_t saved_;
};

// A source axis of `in` samples seen as `out` samples.
struct Axis {
  std::int64_t in;
  std::int64_t out;
  bool align_corners = false;
  bool half_pixel_centers = true;
};

using Tap = std::pair<std::int64_t, float>;  // source position, weight

std::int64_t nearest_source(const Axis& axis, std::int64_t i);

struct Lerp {
  std::int64_t lower;
  std::int64_t upper;
  float t;
};
Lerp bilinear_source(const Axis& axis, std::int64_t i);

// Positions are clamped; `scale` (the covered length) is what area divides by.
float area_scale(const Axis& axis);
std::vector<Tap> area_taps(const Axis& axis, std::int64_t i);

std::array<Tap, 4> bicubic_taps(const Axis& axis, std::int64_t i);

// A kernel of ScaleAndTranslate: value(|distance|), zero from the radius on.
struct Filter {
  float radius;
  float (*value)(float distance);
};
// All taps of the span, those beyond the filter's support with weight zero: infinities meet them.
std::vector<Tap> span_taps(std::int64_t in, std::int64_t out, const Filter& filter, bool antialias,
                           std::int64_t i);
// The filter behind (method, antialias); none for methods with kernels of their own.
std::optional<Filter> filter_of(std::string_view method, bool antialias);

}  // namespace halfpixel::reference
