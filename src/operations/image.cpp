// Operations on images: resizing of both frameworks, depth and space, grey, cutting and padding.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>

#include "core/checked.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/color.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/depth_space.hpp"
#include "graph/ops/pad.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/transpose.hpp"
#include "operations/sizes.hpp"

namespace halfpixel::keras {
namespace {

using graph::ColorConversion;
using tf::image::ResizeMethod;

// Keras 3's "channels_first", TensorFlow's "NCHW"; absent: channels_last.
DataFormat format_of(const CallArguments& arguments) {
  const std::string text = arguments.text("data_format", "channels_last");
  if (text == "NHWC") return DataFormat::channels_last;
  if (text == "NCHW") return DataFormat::channels_first;
  return to_data_format(text);
}

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
      .data_format = format_of(arguments),
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

// Rows and columns of (…, H, W, C) are known later.
ValueId later_image(Builder& b, ValueId x, const Sizes::Known& size, DType dtype) {
  Shape shape = b.shape(x);
  if (shape.rank() < 3 || size.size() != 2) {
    fail(ErrorCode::invalid_argument,
         "[resize] images of 3 or 4 axes and two integers are needed; ", "got shape ", shape,
         " and ", size.size());
  }
  for (int i = 0; i < 2; ++i)
    shape[shape.rank() - 3 + i] = size[static_cast<std::size_t>(i)].value_or(kUnknown);
  return b.add1(graph::make_later({shape, dtype}), {x});
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

template <bool kToSpace>
LayerPtr depth_space(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const CallArguments arguments(
      name, call, layer_name,
      {is_tf_function(name) ? "input" : "x", "block_size", "data_format", "name"});
  const std::int64_t block = arguments.integer("block_size");
  const DataFormat format = format_of(arguments);
  if (block < 2 || block > 4096) arguments.refuse("block_size", "at least 2");
  const graph::OpPtr op = kToSpace ? graph::make_depth_to_space(static_cast<int>(block), format)
                                   : graph::make_space_to_depth(static_cast<int>(block), format);
  return make_recorded(kToSpace ? "DepthToSpace" : "SpaceToDepth", kNnOps,
                       keras_form({{"block_size", block}, {"data_format", name_of(format)}}),
                       layer_name,
                       on_first([op](Builder& b, ValueId x) { return b.add1(op, {x}); }));
}

LayerPtr grayscale(std::string_view name, const OperationCall& call,
                   const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"images", "name"});
  const DataFormat format = format_of(arguments);
  return make_recorded(
      "RGBToGrayscale", kImageOps, keras_form({{"data_format", name_of(format)}}), layer_name,
      on_first([format](Builder& b, ValueId x) {
        const int axis = format == DataFormat::channels_last ? -1 : -3;
        const Spec& spec = b.spec(x);
        if (spec.shape.at(axis) == 1) return x;
        if (spec.shape.at(axis) != 3 || spec.dtype != DType::float32) {
          fail(ErrorCode::unsupported,
               "[rgb_to_grayscale] floating images of 1 or 3 channels are needed; got ", spec.shape,
               " ", spec.dtype);
        }
        Shape shape{3};
        if (axis == -3) shape = {3, 1, 1};
        const Tensor weights(shape, {0.2989f, 0.5870f, 0.1140f});
        x = b.add1(graph::make_binary(graph::BinaryFunction::multiply), {x, b.constant(weights)});
        return b.add1(graph::make_reduce(graph::Reduction::sum, {axis}, true), {x});
      }));
}

template <ColorConversion kConversion>
LayerPtr color(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"images", "name"});
  const DataFormat format = format_of(arguments);
  const graph::OpPtr op = graph::make_color(kConversion);
  return make_recorded(
      kConversion == ColorConversion::rgb_to_hsv ? "RGBToHSV" : "HSVToRGB", kImageOps,
      keras_form({{"data_format", name_of(format)}}), layer_name,
      on_first([op, format](Builder& b, ValueId x) {
        if (format == DataFormat::channels_last) return b.add1(op, {x});
        const bool batch = b.shape(x).rank() == 4;
        x = b.add1(graph::make_transpose(batch ? std::vector{0, 2, 3, 1} : std::vector{1, 2, 0}),
                   {x});
        x = b.add1(op, {x});
        return b.add1(graph::make_transpose(batch ? std::vector{0, 3, 1, 2} : std::vector{2, 0, 1}),
                      {x});
      }));
}

// before + extent + after = target, whichever two of the three others are given.
struct Side {
  std::optional<std::int64_t> before, after, target;
  // Amounts for this extent; `sign` 1 pads, -1 crops.
  std::pair<std::int64_t, std::int64_t> resolve(std::int64_t extent, int sign,
                                                std::string_view who) const {
    if (before && after && !target) return {*before, *after};
    if ((!before && !after) || (before && after) || extent == kUnknown) {
      fail(ErrorCode::invalid_argument, "[", who,
           "] two of the amounts on both sides and the target extent must be given, and the extent "
           "be known; got extent ",
           extent);
    }
    if (!target)
      fail(ErrorCode::invalid_argument, "[", who, "] a target extent is needed; got none");
    const std::int64_t total = sign * (*target - extent);
    return before ? std::pair{*before, total - *before} : std::pair{total - *after, *after};
  }
};

template <bool kPad>
LayerPtr pad_or_crop(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"images"});
  const std::string suffix = kPad ? "_padding" : "_cropping";
  OperationCall form = keras_form({});
  const auto read = [&](const std::string& key) -> std::optional<std::int64_t> {
    form.config.set(key, nullptr);
    if (!arguments.has(key)) return {};
    form.config.set(key, arguments.integer(key));
    return arguments.integer(key);
  };
  Side rows, columns;
  rows.before = read("top" + suffix);
  columns.before = read("left" + suffix);
  rows.after = read("bottom" + suffix);
  columns.after = read("right" + suffix);
  rows.target = read("target_height");
  columns.target = read("target_width");
  const DataFormat format = format_of(arguments);
  form.config.set("data_format", name_of(format));
  return make_recorded(kPad ? "PadImages" : "CropImages", kImageOps, std::move(form), layer_name,
                       on_first([rows, columns, format](Builder& b, ValueId x) {
                         const std::string_view who = kPad ? "pad_images" : "crop_images";
                         const Shape& shape = b.shape(x);
                         const int rank = shape.rank();
                         if (rank != 3 && rank != 4) {
                           fail(ErrorCode::invalid_argument, "[", who,
                                "] images must have 3 or 4 axes; got shape ", shape);
                         }
                         const int row = rank - (format == DataFormat::channels_last ? 3 : 2);
                         const auto h = rows.resolve(shape[row], kPad ? 1 : -1, who);
                         const auto w = columns.resolve(shape[row + 1], kPad ? 1 : -1, who);
                         if (kPad) {
                           graph::PadAmounts amounts(shape.size(), {0, 0});
                           amounts[static_cast<std::size_t>(row)] = h;
                           amounts[static_cast<std::size_t>(row) + 1] = w;
                           return b.add1(graph::make_pad(std::move(amounts)), {x});
                         }
                         if (std::min({h.first, h.second, w.first, w.second}) < 0) {
                           fail(ErrorCode::invalid_argument, "[", who,
                                "] amounts must not be negative; got (", h.first, ", ", h.second,
                                ") and (", w.first, ", ", w.second, ")");
                         }
                         return b.add1(graph::make_crop(row, {h, w}), {x});
                       }));
}

// tf.image's cutting and padding: the place of one image in the other, and the size of the result.
struct Box {
  Sizes top, left, height, width;
};

// Rows and columns from `top`, `left` on, `size` of them; what lies outside of the image is zero.
ValueId boxed(Builder& b, ValueId x, const std::array<std::int64_t, 2>& from,
              const std::array<std::int64_t, 2>& size) {
  const Shape shape = b.shape(x);
  const int row = shape.rank() - 3;
  graph::PadAmounts amounts(shape.size(), {0, 0});
  std::vector<graph::SliceRange> ranges;
  bool pads = false;
  for (std::size_t i = 0; i < 2; ++i) {
    const int axis = row + static_cast<int>(i);
    const std::int64_t begin = std::clamp<std::int64_t>(from[i], 0, shape[axis]);
    const std::int64_t end = std::clamp<std::int64_t>(from[i] + size[i], begin, shape[axis]);
    ranges.push_back({axis, begin, end, 1});
    const std::int64_t before = std::clamp<std::int64_t>(-from[i], 0, size[i]);
    amounts[static_cast<std::size_t>(axis)] = {before, size[i] - before - (end - begin)};
    pads = pads || size[i] != end - begin;
  }
  x = b.add1(graph::make_slice(std::move(ranges)), {x});
  return pads ? b.add1(graph::make_pad(std::move(amounts)), {x}) : x;
}

enum class Boxing { crop, pad, either };

template <Boxing kBoxing>
LayerPtr bounding_box(std::string_view name, const OperationCall& call,
                      const std::string& layer_name) {
  constexpr bool kCentred = kBoxing == Boxing::either;
  const auto arguments =
      kCentred ? CallArguments(name, call, layer_name, {"image", "target_height", "target_width"})
               : CallArguments(
                     name, call, layer_name,
                     {"image", "offset_height", "offset_width", "target_height", "target_width"});
  const auto read = [&](std::string_view key) {
    const auto sizes = Sizes::of(arguments, key);
    if (!sizes) arguments.refuse(key, "an integer");
    return *sizes;
  };
  // A centred one has no offset of its own.
  const Box box{read(kCentred ? "target_height" : "offset_height"),
                read(kCentred ? "target_width" : "offset_width"), read("target_height"),
                read("target_width")};
  return make_unsaveable(
      name, layer_name, [box, who = arguments.who()](Builder& b, std::span<const ValueId> inputs) {
        const Spec spec = b.spec(inputs[0]);
        const int row = spec.shape.rank() - 3;
        const std::array known = {box.top.one(b, inputs), box.left.one(b, inputs),
                                  box.height.one(b, inputs), box.width.one(b, inputs)};
        if (row != 0 && row != 1) {
          fail(ErrorCode::invalid_argument, "[", who, "] images must have 3 or 4 axes; got shape ",
               spec.shape);
        }
        if (!whole({known.begin(), known.end()}) || spec.shape[row] == kUnknown ||
            spec.shape[row + 1] == kUnknown) {
          return std::vector{later_image(b, inputs[0], {known[2], known[3]}, spec.dtype)};
        }
        std::array from = {*known[0], *known[1]};
        const std::array size = {*known[2], *known[3]};
        for (std::size_t i = 0; i < 2; ++i) {
          const std::int64_t extent = spec.shape[row + static_cast<int>(i)];
          // TensorFlow's rounding: of what is cut away, and of what is added.
          if (kCentred)
            from[i] = extent > size[i] ? (extent - size[i]) / 2 : -((size[i] - extent) / 2);
          if (kBoxing == Boxing::pad) from[i] = -from[i];
          constexpr std::int64_t kMost = std::int64_t{1} << 40;
          const bool inside = kBoxing == Boxing::crop  ? from[i] >= 0 && from[i] + size[i] <= extent
                              : kBoxing == Boxing::pad ? from[i] <= 0 && extent - from[i] <= size[i]
                                                       : true;
          if (size[i] < 0 || size[i] > kMost || from[i] > kMost || from[i] < -kMost || !inside) {
            fail(ErrorCode::invalid_argument, "[", who, "] offset ", from[i], " and target ",
                 size[i], " do not go with an extent of ", extent);
          }
        }
        return std::vector{boxed(b, inputs[0], from, size)};
      });
}

// Every position of the window is a strided slice; their channels stand side by side, row by row.
ValueId patches_of(Builder& b, ValueId x, const std::array<std::int64_t, 2>& size,
                   const std::array<std::int64_t, 2>& strides, std::int64_t dilation, bool same) {
  const Shape shape = b.shape(x);
  const int row = shape.rank() - 3;
  std::array<std::int64_t, 2> count{};
  graph::PadAmounts amounts(shape.size(), {0, 0});
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t extent = shape[row + static_cast<int>(i)],
                       span = (size[i] - 1) * dilation + 1;
    if (extent == kUnknown) {
      count[i] = kUnknown;
      continue;
    }
    count[i] = same            ? (extent + strides[i] - 1) / strides[i]
               : extent < span ? 0
                               : (extent - span) / strides[i] + 1;
    const std::int64_t missing =
        std::max<std::int64_t>((count[i] - 1) * strides[i] + span - extent, 0);
    if (same) amounts[static_cast<std::size_t>(row) + i] = {missing / 2, missing - missing / 2};
  }
  if (same) x = b.add1(graph::make_pad(amounts), {x});
  std::vector<ValueId> parts;
  for (std::int64_t i = 0; i < size[0]; ++i) {
    for (std::int64_t j = 0; j < size[1]; ++j) {
      std::vector<graph::SliceRange> ranges;
      for (std::size_t k = 0; k < 2; ++k) {
        const std::int64_t begin = (k == 0 ? i : j) * dilation;
        graph::SliceRange range{row + static_cast<int>(k), begin, std::nullopt, strides[k]};
        // Without a known extent only the shape matters, which is then unknown too.
        if (count[k] != kUnknown) range.end = begin + count[k] * strides[k];
        if (count[k] == 0) range.end = begin;
        ranges.push_back(range);
      }
      parts.push_back(b.add1(graph::make_slice(std::move(ranges)), {x}));
    }
  }
  return b.add(graph::make_concat(shape.rank() - 1), parts)[0];
}

LayerPtr extract_patches(std::string_view name, const OperationCall& call,
                         const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"images"});
  const auto two = [&](std::string_view key, std::array<std::int64_t, 2> otherwise) {
    const auto list = arguments.integers(key);
    if (!list) return otherwise;
    if (list->size() > 2 || list->empty() || list->front() < 1 || list->back() < 1)
      arguments.refuse(key, "two positive integers");
    return std::array{list->front(), list->back()};
  };
  const auto size = two("size", {0, 0});
  if (size[0] < 1 || size[0] * size[1] > 4096) arguments.refuse("size", "two positive integers");
  const auto strides = two("strides", size);
  const std::int64_t dilation = two("dilation_rate", {1, 1})[0];
  const std::string padding = arguments.text("padding", "valid");
  if (padding != "valid" && padding != "same") arguments.refuse("padding", "valid or same");
  if (format_of(arguments) != DataFormat::channels_last)
    arguments.refuse("data_format", "channels_last");
  return make_recorded("ExtractPatches", kImageOps,
                       keras_form({{"size", Config::list_of(size)},
                                   {"strides", Config::list_of(strides)},
                                   {"dilation_rate", dilation},
                                   {"padding", padding},
                                   {"data_format", "channels_last"}}),
                       layer_name, on_first([=, same = padding == "same"](Builder& b, ValueId x) {
                         if (b.shape(x).rank() != 3 && b.shape(x).rank() != 4) {
                           fail(ErrorCode::invalid_argument,
                                "[extract_patches] images must have 3 or 4 axes; got shape ",
                                b.shape(x));
                         }
                         return patches_of(b, x, size, strides, dilation, same);
                       }));
}

}  // namespace

std::span<const OperationRow> image_operations() {
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
      OperationRow{"DepthToSpace", depth_space<true>},
      OperationRow{"nn.depth_to_space", depth_space<true>},
      OperationRow{"compat.v1.depth_to_space", depth_space<true>},
      OperationRow{"SpaceToDepth", depth_space<false>},
      OperationRow{"nn.space_to_depth", depth_space<false>},
      OperationRow{"compat.v1.space_to_depth", depth_space<false>},
      OperationRow{"RGBToGrayscale", grayscale},
      OperationRow{"image.rgb_to_grayscale", grayscale},
      OperationRow{"RGBToHSV", color<ColorConversion::rgb_to_hsv>},
      OperationRow{"image.rgb_to_hsv", color<ColorConversion::rgb_to_hsv>},
      OperationRow{"HSVToRGB", color<ColorConversion::hsv_to_rgb>},
      OperationRow{"image.hsv_to_rgb", color<ColorConversion::hsv_to_rgb>},
      OperationRow{"PadImages", pad_or_crop<true>},
      OperationRow{"CropImages", pad_or_crop<false>},
      OperationRow{"image.crop_to_bounding_box", bounding_box<Boxing::crop>},
      OperationRow{"image.pad_to_bounding_box", bounding_box<Boxing::pad>},
      OperationRow{"image.resize_with_crop_or_pad", bounding_box<Boxing::either>},
      OperationRow{"compat.v1.image.resize_image_with_crop_or_pad", bounding_box<Boxing::either>},
      OperationRow{"ExtractPatches", extract_patches},
  };
  return kRows;
}

}  // namespace halfpixel::keras
