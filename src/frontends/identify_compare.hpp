// How far a result is from what was found, and what may have happened to it in between.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

namespace halfpixel::identification {

struct Difference {
  std::int64_t different = 0, count = 0;
  double largest = 0, sum = 0;
  double mean() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
  void add(const Difference& other);
  bool operator<(const Difference& other) const;  // nearer
};

// From a program's result to what lies in OUT.
struct Change {
  enum class Value { none, rounded, cut_off, divided, cast } value = Value::none;
  bool reversed = false;  // channels: RGB and BGR
};

// Those that make sense of a result of one dtype in an array of another.
std::vector<Change> changes(DType result, DType found, std::int64_t channels, bool pictures);
std::vector<std::string> words_of(const Change& change, DType found, bool pictures);

// Both (N, H, W, C); `found` may have strides.
Difference difference(const ConstTensorView& result, const ConstTensorView& found,
                      const Change& change);

Tensor divided_by_255(const Tensor& images);  // float32

}  // namespace halfpixel::identification
