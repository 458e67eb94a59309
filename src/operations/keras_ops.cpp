// keras/ops.hpp: each function writes down the call that Keras 3 would record and records it.
#include <halfpixel/keras/ops.hpp>

#include <array>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "model/record.hpp"
#include "operations/operation_rows.hpp"

namespace halfpixel::keras {
namespace {

using Settings = std::initializer_list<std::pair<std::string_view, Config::Value>>;

KerasTensor record_operation(const std::string& name, const OperationCall& call,
                             const std::vector<KerasTensor>& inputs) {
  return record(make_operation(name, call, {}), inputs);
}

KerasTensor unary(const std::string& name, const KerasTensor& x, Settings config = {}) {
  return record_operation(name, keras_form(config), {x});
}

KerasTensor binary(const std::string& name, const KerasTensor& a, const KerasTensor& b) {
  return record_operation(name, keras_form({}, 2), {a, b});
}

// A number stays a number: it takes the tensor's dtype.
KerasTensor binary(const std::string& name, const KerasTensor& a, double b) {
  OperationCall call;
  call.args = {input_argument(0), plain(b)};
  return record_operation(name, call, {a});
}

KerasTensor binary(const std::string& name, double a, const KerasTensor& b) {
  OperationCall call;
  call.args = {plain(a), input_argument(0)};
  return record_operation(name, call, {b});
}

Config::Value axes_value(const std::vector<int>& axes) {
  Config::List list;
  for (const int axis : axes) list.emplace_back(axis);
  return list;
}

KerasTensor reduction(const std::string& name, const KerasTensor& x, const std::vector<int>& axis,
                      bool keepdims) {
  return unary(name, x, {{"axis", axes_value(axis)}, {"keepdims", keepdims}});
}

}  // namespace

KerasTensor operator+(const KerasTensor& a, const KerasTensor& b) {
  return binary("Add", a, b);
}
KerasTensor operator-(const KerasTensor& a, const KerasTensor& b) {
  return binary("Subtract", a, b);
}
KerasTensor operator*(const KerasTensor& a, const KerasTensor& b) {
  return binary("Multiply", a, b);
}
KerasTensor operator/(const KerasTensor& a, const KerasTensor& b) {
  return binary("TrueDivide", a, b);
}
KerasTensor operator+(const KerasTensor& a, double b) {
  return binary("Add", a, b);
}
KerasTensor operator-(const KerasTensor& a, double b) {
  return binary("Subtract", a, b);
}
KerasTensor operator*(const KerasTensor& a, double b) {
  return binary("Multiply", a, b);
}
KerasTensor operator/(const KerasTensor& a, double b) {
  return binary("TrueDivide", a, b);
}
KerasTensor operator+(double a, const KerasTensor& b) {
  return binary("Add", a, b);
}
KerasTensor operator-(double a, const KerasTensor& b) {
  return binary("Subtract", a, b);
}
KerasTensor operator*(double a, const KerasTensor& b) {
  return binary("Multiply", a, b);
}
KerasTensor operator/(double a, const KerasTensor& b) {
  return binary("TrueDivide", a, b);
}
KerasTensor operator-(const KerasTensor& x) {
  return unary("Negative", x);
}

namespace ops {

KerasTensor relu(const KerasTensor& x) {
  return unary("Relu", x);
}
KerasTensor sigmoid(const KerasTensor& x) {
  return unary("Sigmoid", x);
}
KerasTensor tanh(const KerasTensor& x) {
  return unary("Tanh", x);
}
KerasTensor softmax(const KerasTensor& x, int axis) {
  return unary("Softmax", x, {{"axis", axis}});
}
KerasTensor exp(const KerasTensor& x) {
  return unary("Exp", x);
}
KerasTensor sqrt(const KerasTensor& x) {
  return unary("Sqrt", x);
}
KerasTensor clip(const KerasTensor& x, double x_min, double x_max) {
  return unary("Clip", x, {{"x_min", x_min}, {"x_max", x_max}});
}
KerasTensor cast(const KerasTensor& x, DType dtype) {
  return unary("Cast", x, {{"dtype", name_of(dtype)}});
}

KerasTensor concatenate(const std::vector<KerasTensor>& xs, int axis) {
  OperationCall call;
  call.config.set("axis", axis);
  Argument::List items;
  for (std::size_t i = 0; i < xs.size(); ++i) items.push_back(input_argument(static_cast<int>(i)));
  call.args.push_back({std::move(items)});
  return record_operation("Concatenate", call, xs);
}

KerasTensor reshape(const KerasTensor& x, const Shape& newshape) {
  return unary("Reshape", x,
               {{"newshape", Config::list_of(std::span(newshape.begin(), newshape.size()))}});
}

KerasTensor transpose(const KerasTensor& x, const std::vector<int>& axes) {
  return unary("Transpose", x, {{"axes", axes_value(axes)}});
}

KerasTensor matmul(const KerasTensor& a, const KerasTensor& b) {
  return binary("Matmul", a, b);
}

KerasTensor mean(const KerasTensor& x, const std::vector<int>& axis, bool keepdims) {
  return reduction("Mean", x, axis, keepdims);
}
KerasTensor sum(const KerasTensor& x, const std::vector<int>& axis, bool keepdims) {
  return reduction("Sum", x, axis, keepdims);
}
KerasTensor max(const KerasTensor& x, const std::vector<int>& axis, bool keepdims) {
  return reduction("Max", x, axis, keepdims);
}
KerasTensor maximum(const KerasTensor& a, const KerasTensor& b) {
  return binary("Maximum", a, b);
}
KerasTensor minimum(const KerasTensor& a, const KerasTensor& b) {
  return binary("Minimum", a, b);
}

KerasTensor depth_to_space(const KerasTensor& x, int block_size) {
  return unary("DepthToSpace", x, {{"block_size", block_size}, {"data_format", "channels_last"}});
}

KerasTensor pad(const KerasTensor& x,
                const std::vector<std::pair<std::int64_t, std::int64_t>>& pad_width,
                std::string_view mode, double constant_values) {
  Config::List widths;
  for (const auto& [before, after] : pad_width) widths.emplace_back(Config::List{before, after});
  OperationCall call = keras_form({{"pad_width", std::move(widths)}, {"mode", mode}});
  if (mode == "constant") call.kwargs.emplace_back("constant_values", plain(constant_values));
  return record_operation("Pad", call, {x});
}

namespace {

// x[:, …, :, part] with the part at one axis.
KerasTensor get_item(std::string_view who, const KerasTensor& x, int axis, Argument part) {
  const int rank = x.shape().rank();
  if (axis < -rank || axis >= rank) {
    fail(ErrorCode::invalid_argument, "[", who, "] axis must be in [", -rank, ", ", rank, "); got ",
         axis);
  }
  Argument::List key;
  for (int i = 0; i < (axis < 0 ? axis + rank : axis); ++i) key.push_back({Argument::Slice{}});
  key.push_back(std::move(part));
  OperationCall call = keras_form({});
  call.args.push_back({std::move(key)});
  return record_operation("GetItem", call, {x});
}

}  // namespace

KerasTensor slice(const KerasTensor& x, int axis, std::optional<std::int64_t> begin,
                  std::optional<std::int64_t> end, std::int64_t step) {
  const auto steps = step == 1 ? std::nullopt : std::optional(step);
  return get_item("slice", x, axis, {Argument::Slice{begin, end, steps}});
}
KerasTensor take(const KerasTensor& x, int axis, std::int64_t index) {
  return get_item("take", x, axis, plain(index));
}

}  // namespace ops
}  // namespace halfpixel::keras

namespace halfpixel::tf::image {

keras::KerasTensor resize(const keras::KerasTensor& images, const Size& size,
                          const ResizeOptions& options) {
  using keras::Config;
  if (size.rank() != 2) {
    fail(ErrorCode::invalid_argument, "[tf.image.resize] size must be {height, width}; got ", size);
  }
  keras::OperationCall call = keras::keras_form({});
  call.kwargs = {{"size", keras::plain(Config::List{size[0], size[1]})},
                 {"method", keras::plain(name_of(options.method))},
                 {"preserve_aspect_ratio", keras::plain(options.preserve_aspect_ratio)},
                 {"antialias", keras::plain(options.antialias)}};
  return keras::record(keras::make_operation("image.resize", call, {}), {images});
}

}  // namespace halfpixel::tf::image
