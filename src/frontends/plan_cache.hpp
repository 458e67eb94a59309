// Plans of the calls that name none: a program that resizes one shape again and again builds its
// tables once.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>

namespace halfpixel {

// Everything that a plan depends on, as numbers.
class PlanKey {
 public:
  // Tells apart functions that share options: TensorFlow's and Keras'.
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
  template <class... Options>
  PlanKey(Call call, const Shape& shape, DType dtype, const Options&... options) {
    add(call);
    add(dtype);
    add(shape);
    (add(options), ...);
  }
  // Other programs' functions, by the address of their name.
  template <class... Options>
  PlanKey(std::string_view call, const Shape& shape, DType dtype, const Options&... options)
      : PlanKey(static_cast<Call>(reinterpret_cast<std::intptr_t>(call.data())), shape, dtype,
                options...) {}

  friend bool operator==(const PlanKey&, const PlanKey&) = default;
  std::uint64_t hash() const;
  // False where options were too many to be told apart.
  bool is_whole() const { return count_ <= words_.size(); }

 private:
  template <class T>
    requires(std::is_integral_v<T> || std::is_enum_v<T>)
  void add(T value) {
    if (count_ < words_.size()) words_[count_] = static_cast<std::int64_t>(value);
    ++count_;
  }
  void add(double value) { add(std::bit_cast<std::int64_t>(value)); }
  void add(float value) { add(double{value}); }
  void add(const void* value) { add(reinterpret_cast<std::intptr_t>(value)); }
  void add(const Shape& shape) { add(std::span(shape.begin(), shape.end())); }
  void add(const Size& size) {
    add(size.rank());
    for (int axis = 0; axis < 3; ++axis) add(size[axis]);
  }
  template <class T>
  void add(const std::optional<T>& value) {
    add(value.has_value());
    if (value) add(*value);
  }
  template <class T, std::size_t n>
  void add(std::span<T, n> values) {
    add(values.size());
    for (const auto& value : values) add(value);
  }
  template <class T>
  void add(const std::vector<T>& values) {
    add(std::span(values));
  }
  template <class T, std::size_t n>
  void add(const std::array<T, n>& values) {
    add(std::span(values));
  }

  std::size_t count_ = 0;
  std::array<std::int64_t, 40> words_{};
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
    keep(key, {plan});
    return plan;
  }
  // Of calls that may be several plans, one after the other.
  template <class Make>
  static std::vector<resample::Plan> get_all(const PlanKey& key, Make&& make) {
    std::vector<resample::Plan> plans = find_all(key);
    if (plans.empty()) {
      plans = make();
      keep(key, plans);
    }
    return plans;
  }

 private:
  static std::optional<resample::Plan> find(const PlanKey& key);
  static std::vector<resample::Plan> find_all(const PlanKey& key);
  static void keep(const PlanKey& key, std::vector<resample::Plan> plans);
};

}  // namespace halfpixel
