// Files into the inputs of a model, and its outputs into files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <halfpixel/keras/tensor.hpp>
#include <halfpixel/tensor.hpp>

#include "in_out.hpp"

namespace halfpixel::cli {

// IN as the model's input takes it: a photo loses alpha or gains channels when the model wants
// three.
Tensor read_model_input(Input& in, const std::string& path, const keras::KerasTensor& wanted);

struct ModelResult {
  std::string path;
  Tensor value;
  std::string name = "arr_0";  // in an .npz
};

// Throws Error when one of them cannot become what its path says. `picture`: the photo that went
// in, if one did; its integer type and metadata go along.
void require_writable(const std::string& path, const Shape& shape);
// A result as samples of the picture that it becomes.
Tensor result_samples(const Tensor& value, const Picture* picture);
// All of them appear or none.
void write_model_results(const std::vector<ModelResult>& results, const Picture* picture);

}  // namespace halfpixel::cli
