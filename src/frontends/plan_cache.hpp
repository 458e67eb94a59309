// Plans of the calls that name none: a program that resizes one shape again and again builds its
// tables once.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>

#include <halfpixel/dtype.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel {

// Everything that a plan depends on, as numbers. `call` tells apart functions that share options.
class PlanKey {
 public:
  enum class Call : std::int64_t {
    resize = 1,
    resize_gradient,
    resize_v1,
    resize_v1_gradient,
    kernel_v1,  // resize_bilinear and its like
    kernel_v1_gradient,
    up_sampling,
    up_sampling_gradient,
    resizing,
  };
  PlanKey(Call call, const Shape& shape, DType dtype, std::initializer_list<std::int64_t> options);
  friend bool operator==(const PlanKey&, const PlanKey&) = default;
  std::uint64_t hash() const;

 private:
  std::array<std::int64_t, kMaxRank + 12> words_{};
};

// Thread-safe, bounded in number and in the length of axes; a plan made for another SIMD target is
// not found.
class PlanCache {
 public:
  // The plan of `key`, made by `make` when it is not there.
  template <class Make>
  static resample::Plan get(const PlanKey& key, Make&& make) {
    if (std::optional<resample::Plan> found = find(key)) return *std::move(found);
    resample::Plan plan = make();
    keep(key, plan);
    return plan;
  }

 private:
  static std::optional<resample::Plan> find(const PlanKey& key);
  static void keep(const PlanKey& key, const resample::Plan& plan);
};

}  // namespace halfpixel
