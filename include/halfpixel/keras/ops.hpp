// Operations on symbolic tensors, as Keras' functional models record them. Component
// halfpixel::model.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <halfpixel/export.hpp>
#include <halfpixel/keras/tensor.hpp>
#include <halfpixel/tf_image.hpp>

namespace halfpixel::keras {

HALFPIXEL_EXPORT KerasTensor operator+(const KerasTensor& a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor operator-(const KerasTensor& a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor operator*(const KerasTensor& a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor operator/(const KerasTensor& a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor operator+(const KerasTensor& a, double b);
HALFPIXEL_EXPORT KerasTensor operator-(const KerasTensor& a, double b);
HALFPIXEL_EXPORT KerasTensor operator*(const KerasTensor& a, double b);
HALFPIXEL_EXPORT KerasTensor operator/(const KerasTensor& a, double b);
HALFPIXEL_EXPORT KerasTensor operator+(double a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor operator-(double a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor operator*(double a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor operator/(double a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor operator-(const KerasTensor& x);

namespace ops {
HALFPIXEL_EXPORT KerasTensor relu(const KerasTensor& x);
HALFPIXEL_EXPORT KerasTensor sigmoid(const KerasTensor& x);
HALFPIXEL_EXPORT KerasTensor tanh(const KerasTensor& x);
HALFPIXEL_EXPORT KerasTensor softmax(const KerasTensor& x, int axis = -1);
HALFPIXEL_EXPORT KerasTensor exp(const KerasTensor& x);
HALFPIXEL_EXPORT KerasTensor sqrt(const KerasTensor& x);
HALFPIXEL_EXPORT KerasTensor clip(const KerasTensor& x, double x_min, double x_max);
HALFPIXEL_EXPORT KerasTensor cast(const KerasTensor& x, DType dtype);
HALFPIXEL_EXPORT KerasTensor concatenate(const std::vector<KerasTensor>& xs, int axis = -1);
HALFPIXEL_EXPORT KerasTensor reshape(const KerasTensor& x,
                                     const Shape& newshape);  // batch included; one -1
HALFPIXEL_EXPORT KerasTensor transpose(const KerasTensor& x, const std::vector<int>& axes);
HALFPIXEL_EXPORT KerasTensor matmul(const KerasTensor& a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor mean(const KerasTensor& x, const std::vector<int>& axis,
                                  bool keepdims = false);
HALFPIXEL_EXPORT KerasTensor sum(const KerasTensor& x, const std::vector<int>& axis,
                                 bool keepdims = false);
HALFPIXEL_EXPORT KerasTensor max(const KerasTensor& x, const std::vector<int>& axis,
                                 bool keepdims = false);
HALFPIXEL_EXPORT KerasTensor maximum(const KerasTensor& a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor minimum(const KerasTensor& a, const KerasTensor& b);
HALFPIXEL_EXPORT KerasTensor depth_to_space(const KerasTensor& x, int block_size);
HALFPIXEL_EXPORT KerasTensor
pad(const KerasTensor& x, const std::vector<std::pair<std::int64_t, std::int64_t>>& pad_width,
    std::string_view mode = "constant", double constant_values = 0.0);
// begin:end:step along one axis; negative positions count from the end.
HALFPIXEL_EXPORT KerasTensor slice(const KerasTensor& x, int axis,
                                   std::optional<std::int64_t> begin,
                                   std::optional<std::int64_t> end, std::int64_t step = 1);
// The elements at one position of an axis, which the result has not; -1 is the last.
HALFPIXEL_EXPORT KerasTensor take(const KerasTensor& x, int axis, std::int64_t index);
}  // namespace ops

}  // namespace halfpixel::keras

namespace halfpixel::tf::image {
// The same function on a symbolic tensor: records.
HALFPIXEL_EXPORT keras::KerasTensor resize(const keras::KerasTensor& images, const Size& size,
                                           const ResizeOptions& options = {});
}  // namespace halfpixel::tf::image
