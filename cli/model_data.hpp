// Files into the inputs of a model, and its outputs into files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <halfpixel/keras/tensor.hpp>
#include <halfpixel/tensor.hpp>

#include "in_out.hpp"
#include "value_range.hpp"

namespace halfpixel::cli {

// IN as the model's input takes it: a photo loses alpha or gains channels when the model wants
// three, and its samples become values of `range`.
Tensor read_model_input(Input& in, const std::string& path, const keras::KerasTensor& wanted,
                        const ValueRange& range);

// How results become pictures.
struct AsPicture {
  const Picture* picture = nullptr;  // the photo that went in: its type and metadata go along
  const ValueRange& range;           // of the values
};

struct ModelResult {
  std::string path;
  Tensor value;
  std::string name = "arr_0";  // in an .npz
};

// Throws Error when one of them cannot become what its path says.
void require_writable(const std::string& path, const Shape& shape);
// A result as samples of the picture that it becomes.
Tensor result_samples(const Tensor& value, const AsPicture& drawing);
// A model whose results are shares of a whole, say, drawn as they are.
void warn_if_black(const ValueExtent& extent, const std::string& out, const AsPicture& drawing);
// All of them appear or none.
void write_model_results(const std::vector<ModelResult>& results, const AsPicture& drawing);

}  // namespace halfpixel::cli
