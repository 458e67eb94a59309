// Operations that resize images: Keras', tf.image's and those of TensorFlow 1.
#include <array>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>

#include "core/checked.hpp"
#include "graph/ops/resample.hpp"
#include "operations/images.hpp"

namespace halfpixel::keras {
namespace {

using tf::image::ResizeMethod;

Size size_of(const CallArguments& arguments, std::string_view key) {
  const auto size = arguments.integers(key);
  if (!size || size->size() != 2) arguments.refuse(key, "two integers");
  return Size(std::span<const std::int64_t>(*size));
}

LayerPtr resize_keras(std::string_view name, const OperationCall& call,
                      const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"images"});
  const Size size = size_of(arguments, "size");
  if (arguments.text("fill_mode", "constant") != "constant")
    arguments.refuse("fill_mode", "\"constant\"");
  const layers::ResizingOptions options{
      .height = size[0],
      .width = size[1],
      .interpolation = to_interpolation(arguments.text("interpolation", "bilinear")),
      .crop_to_aspect_ratio = arguments.boolean("crop_to_aspect_ratio", false),
      .pad_to_aspect_ratio = arguments.boolean("pad_to_aspect_ratio", false),
      .fill_value = arguments.number("fill_value", 0.0),
      .antialias = arguments.boolean("antialias", false),
      .data_format = image_format(arguments),
      .name = "resize",
  };
  const graph::OpPtr op = graph::make_resizing(options);
  return make_recorded("Resize", kImageOps,
                       keras_form({{"size", Config::List{size[0], size[1]}},
                                   {"interpolation", name_of(options.interpolation)},
                                   {"antialias", options.antialias},
                                   {"crop_to_aspect_ratio", options.crop_to_aspect_ratio},
                                   {"pad_to_aspect_ratio", options.pad_to_aspect_ratio},
                                   {"fill_mode", "constant"},
                                   {"fill_value", options.fill_value},
                                   {"data_format", name_of(*options.data_format)}}),
                       layer_name,
                       on_first([op](Builder& b, ValueId x) { return b.add1(op, {x}); }));
}

// Keras' interpolation that computes the same, by the same name; none for area, gaussian and
// mitchellcubic.
std::optional<keras::Interpolation> keras_interpolation(ResizeMethod method) {
  for (const keras::Interpolation interpolation : keras::interpolations()) {
    if (name_of(interpolation) == name_of(method)) return interpolation;
  }
  return std::nullopt;
}

LayerPtr make_resize_later(const CallArguments& arguments, const Sizes& size,
                           const graph::TfResize& options, std::string_view name,
                           const std::string& layer_name, std::optional<DType> declares) {
  return make_unsaveable(
      name, layer_name,
      [images = arguments.input("images"), size, options, declares](
          Builder& b, std::span<const ValueId> inputs) {
        const ValueId x = inputs[static_cast<std::size_t>(images)];
        const Sizes::Known known = size.in(b, inputs);
        const auto sizes = whole(known);
        const bool open = options.preserve_aspect_ratio;
        if (!sizes || sizes->size() != 2) {
          return std::vector{later_image(b, x, open ? Sizes::Known(2) : known,
                                         declares.value_or(b.spec(x).dtype))};
        }
        graph::TfResize sized = options;
        sized.size = Size(std::span<const std::int64_t>(*sizes));
        return std::vector{b.add1(graph::make_tf_resize(sized), {x})};
      },
      declares);
}

LayerPtr make_resize(const CallArguments& arguments, graph::TfResize options, std::string_view name,
                     const std::string& layer_name) {
  if (const auto size = Sizes::of(arguments, "size"); size && !size->is_constant()) {
    std::optional<DType> result = DType::float32;
    if (options.method == ResizeMethod::nearest_neighbor) result.reset();
    return make_resize_later(arguments, *size, options, name, layer_name, result);
  }
  options.size = size_of(arguments, "size");
  const graph::OpPtr op = graph::make_tf_resize(options);
  const Emit emit = on_first([op](Builder& b, ValueId x) { return b.add1(op, {x}); });
  std::optional<DType> declares = DType::float32;
  if (options.method == ResizeMethod::nearest_neighbor) declares.reset();
  const auto interpolation = keras_interpolation(options.method);
  if (!interpolation || options.v1 || options.preserve_aspect_ratio) {
    return make_unsaveable(name, layer_name, emit, declares);
  }
  return make_recorded("Resize", kImageOps,
                       keras_form({{"size", Config::List{options.size[0], options.size[1]}},
                                   {"interpolation", name_of(*interpolation)},
                                   {"antialias", options.antialias},
                                   {"crop_to_aspect_ratio", false},
                                   {"pad_to_aspect_ratio", false},
                                   {"fill_mode", "constant"},
                                   {"fill_value", 0.0},
                                   {"data_format", "channels_last"}}),
                       layer_name, emit, declares);
}

// Text, or v1's numbers 0 … 3.
ResizeMethod method_of(const CallArguments& arguments) {
  const Config::Value* const value = arguments.value("method");
  if (value == nullptr) return ResizeMethod::bilinear;
  if (const auto* number = value->get_if<std::int64_t>()) {
    constexpr std::array kMethods = {ResizeMethod::bilinear, ResizeMethod::nearest_neighbor,
                                     ResizeMethod::bicubic, ResizeMethod::area};
    if (*number < 0 || *number >= static_cast<std::int64_t>(kMethods.size()))
      arguments.refuse("method", "0 to 3");
    return kMethods[static_cast<std::size_t>(*number)];
  }
  return tf::image::to_resize_method(arguments.text("method", "bilinear"));
}

LayerPtr resize_tf(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const CallArguments arguments(
      name, call, layer_name,
      {"images", "size", "method", "preserve_aspect_ratio", "antialias", "name"});
  graph::TfResize options;
  options.method = method_of(arguments);
  options.preserve_aspect_ratio = arguments.boolean("preserve_aspect_ratio", false);
  options.antialias = arguments.boolean("antialias", false);
  return make_resize(arguments, options, name, layer_name);
}

LayerPtr resize_v1(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const CallArguments arguments(
      name, call, layer_name,
      {"images", "size", "method", "align_corners", "preserve_aspect_ratio", "name"});
  graph::TfResize options;
  options.method = method_of(arguments);
  options.preserve_aspect_ratio = arguments.boolean("preserve_aspect_ratio", false);
  options.align_corners = arguments.boolean("align_corners", false);
  options.v1 = true;
  return make_resize(arguments, options, name, layer_name);
}

template <ResizeMethod kMethod>
LayerPtr resize_v1_kernel(std::string_view name, const OperationCall& call,
                          const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name,
                                {"images", "size", "align_corners", "name", "half_pixel_centers"});
  graph::TfResize options;
  options.method = kMethod;
  options.align_corners = arguments.boolean("align_corners", false);
  // With half-pixel centres the kernels compute what tf.image.resize computes.
  const bool half_pixel = arguments.boolean("half_pixel_centers", false);
  if (half_pixel && options.align_corners)
    arguments.refuse("half_pixel_centers", "false with align_corners");
  options.v1 = !half_pixel;
  return make_resize(arguments, options, name, layer_name);
}

}  // namespace

std::span<const OperationRow> resizing_operations() {
  static constexpr std::array kRows = {
      OperationRow{"Resize", resize_keras},
      OperationRow{"image.resize", resize_tf},
      OperationRow{"image.resize_v2", resize_tf},
      OperationRow{"compat.v1.image.resize", resize_v1},
      OperationRow{"compat.v1.image.resize_images", resize_v1},
      OperationRow{"compat.v1.image.resize_bilinear", resize_v1_kernel<ResizeMethod::bilinear>},
      OperationRow{"compat.v1.image.resize_bicubic", resize_v1_kernel<ResizeMethod::bicubic>},
      OperationRow{"compat.v1.image.resize_nearest_neighbor",
                   resize_v1_kernel<ResizeMethod::nearest_neighbor>},
      OperationRow{"compat.v1.image.resize_area", resize_v1_kernel<ResizeMethod::area>},
  };
  return kRows;
}

}  // namespace halfpixel::keras
