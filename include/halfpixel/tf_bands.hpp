// tf::BandedFunction: a model of images run on bands of rows, so that photos of any height pass
// through it in little memory. Component halfpixel::model.
#pragma once

#include <cstddef>
#include <cstdint>

#include <halfpixel/export.hpp>
#include <halfpixel/shared.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_function.hpp>

namespace halfpixel::tf {

struct BandedOptions {
  FunctionOptions function = {};
  // What a band may take: intermediate values, its input and its result. Lower bands compute more
  // rows twice.
  std::size_t memory_bytes = std::size_t{256} << 20;
};

// A model of one image (1, H, W, …) and one result (1, rows, …) whose rows depend on few rows of
// the image: convolutions, poolings, up-samplings by factors, element-wise layers, concatenations
// and what else knows no whole image. Bands begin where strides and tiles of the whole do, and
// overlap by what their first and last rows see: there are no seams. Immutable; any number of
// threads may run it at once.
class HALFPIXEL_EXPORT BandedFunction {
 public:
  // `input`: the whole image, known extents. Throws Error(unsupported) that names the layer whose
  // rows may need all of the image, Error(out_of_memory) when even low bands take more than
  // memory_bytes.
  BandedFunction(const keras::Model& model, const TensorSpec& input,
                 const BandedOptions& options = {});

  TensorSpec input() const;
  TensorSpec output() const;
  std::int64_t bands() const;
  std::int64_t band_height() const;  // rows of the image that each reads
  std::size_t arena_bytes() const;   // intermediate values of one band

  // Rows [begin, end) of the result, which band i gives; bands follow each other.
  struct Rows {
    std::int64_t begin = 0, end = 0;
  };
  Rows rows(std::int64_t band) const;  // throws Error(invalid_argument) unless 0 <= band < bands()
  // Those rows, (1, end - begin, …) of output()'s dtype. x: the whole image, of any dtype.
  Tensor run_band(std::int64_t band, const ConstTensorView& x) const;
  // All of them into `out`, contiguous, of output()'s shape and dtype.
  void run(const ConstTensorView& x, const TensorView& out) const;

 private:
  friend struct halfpixel::Access;
  struct Impl;
  halfpixel::detail::Shared<const Impl> impl_;
};

}  // namespace halfpixel::tf
