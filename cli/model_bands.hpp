// Large images through a model, band by band.
#pragma once

#include <optional>
#include <string>

#include <halfpixel/keras/model.hpp>
#include <halfpixel/tensor.hpp>
#include <halfpixel/tf_function.hpp>

#include "model_data.hpp"
#include "progress.hpp"

namespace halfpixel::cli {

struct ImageRun {
  const Tensor& image;  // as it was read
  const std::string& out;
  const AsPicture& drawing;
};

// The result of a model of one input and one output, in memory for a band and for the result, which
// is made of samples where it becomes a picture. None: the image is small, or what the model
// computes needs all of it.
std::optional<Tensor> run_by_bands(const keras::Model& model, const ImageRun& run,
                                   const tf::FunctionOptions& options, double memory_limit,
                                   Progress& progress);

}  // namespace halfpixel::cli
