// The values that stand for a picture's samples in a model: 0..1, -1..1 or the samples themselves.
#pragma once

#include <string>

#include <halfpixel/tensor.hpp>

namespace halfpixel::cli {

// LOW..HIGH, for samples from 0 to the largest of their type.
class ValueRange {
 public:
  // option: for messages. "": the samples as they are. Throws UsageError.
  ValueRange(const std::string& text, const std::string& option);

  bool given() const noexcept { return given_; }
  // sample / (most / (high - low)) + low, in float32, as people write it: x / 255, x / 127.5 - 1.
  // samples: uint8 or uint16; others, floating ones too, stay as they are.
  Tensor values(const Tensor& samples) const;
  // (value - low) * (most / (high - low)), for samples of `dtype`.
  Tensor samples(const Tensor& values, DType dtype) const;

 private:
  bool given_ = false;
  float low_ = 0, high_ = 0;
};

// The least and largest of the values that become a picture. Warns when one that counts from 0 to
// 255 would be black.
class ValueExtent {
 public:
  // Looks no further than to a value that is seen.
  void add(const Tensor& values);
  void warn_if_black(const std::string& out, const std::string& what_to_do) const;

 private:
  float least_ = 0, most_ = 0;
  bool any_ = false, numbers_ = false;
};

// Of an array x whose result becomes a picture of `samples`: warns when the picture would be black,
// and of values of x that no sample has. What a filter adds at edges is no news.
void warn_of_values(const Tensor& x, const Tensor& result, DType samples, const std::string& out);

}  // namespace halfpixel::cli
