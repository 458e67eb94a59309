// Operations on images: depth and space, grey, colours.
#include <array>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>

#include "core/checked.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/color.hpp"
#include "graph/ops/depth_space.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/transpose.hpp"
#include "operations/images.hpp"

namespace halfpixel::keras {
namespace {

using graph::ColorConversion;

template <bool kToSpace>
LayerPtr depth_space(std::string_view name, const OperationCall& call,
                     const std::string& layer_name) {
  const CallArguments arguments(
      name, call, layer_name,
      {is_tf_function(name) ? "input" : "x", "block_size", "data_format", "name"});
  const std::int64_t block = arguments.integer("block_size");
  const DataFormat format = image_format(arguments);
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
  const DataFormat format = image_format(arguments);
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
  const DataFormat format = image_format(arguments);
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

}  // namespace

std::span<const OperationRow> image_operations() {
  static constexpr std::array kRows = {
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
  };
  return kRows;
}

}  // namespace halfpixel::keras
