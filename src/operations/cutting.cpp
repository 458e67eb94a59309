// Operations that cut images out, pad them, and take them apart into patches.
#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>

#include "core/checked.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/pad.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/transpose.hpp"
#include "operations/images.hpp"

namespace halfpixel::keras {
namespace {

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
  const DataFormat format = image_format(arguments);
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
  if (image_format(arguments) != DataFormat::channels_last)
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

// keras.ops.unfold of (N, C, H, W): every window as a column, (N, C · places, windows).
LayerPtr unfold(std::string_view name, const OperationCall& call, const std::string& layer_name) {
  const CallArguments arguments(name, call, layer_name, {"x"});
  OperationCall form = keras_form({});
  const auto two = [&](const char* key, std::int64_t unset, std::int64_t least) {
    const auto list = arguments.integers(key).value_or(std::vector<std::int64_t>{unset});
    if (list.empty() || list.size() > 2 || list.front() < least || list.back() < least ||
        list.front() > 4096 || list.back() > 4096)
      arguments.refuse(key, "one or two integers");
    form.config.set(key, list.size() == 1 ? Config::Value(list[0]) : Config::list_of(list));
    return std::array{list.front(), list.back()};
  };
  const auto size = two("kernel_size", 0, 1), strides = two("stride", 1, 1),
             dilation = two("dilation", 1, 1), padding = two("padding", 0, 0);
  if (dilation[0] != dilation[1]) arguments.refuse("dilation", "the same twice");
  return make_recorded(
      "Unfold", kNnOps, std::move(form), layer_name,
      on_first([=, who = arguments.who()](Builder& b, ValueId x) {
        using graph::Extent;
        const Shape shape = b.shape(x);
        if (shape.rank() != 4 || shape[1] == kUnknown || shape[2] == kUnknown ||
            shape[3] == kUnknown)
          fail(ErrorCode::invalid_argument, "[", who,
               "] (N, C, H, W) of known extents is needed; got shape ", shape);
        x = b.add1(
            graph::make_pad({{0, 0}, {0, 0}, {padding[0], padding[0]}, {padding[1], padding[1]}}),
            {x});
        x = b.add1(graph::make_to_channels_last(4), {x});
        x = patches_of(b, x, size, strides, dilation[0], false);
        const std::int64_t places = size[0] * size[1];
        x = b.add1(graph::make_reshape({Extent::same_as(0), Extent::rest(), Extent::of(places),
                                        Extent::of(shape[1])}),
                   {x});
        x = b.add1(graph::make_transpose({0, 3, 2, 1}), {x});
        return b.add1(graph::make_reshape(
                          {Extent::same_as(0), Extent::of(shape[1] * places), Extent::same_as(3)}),
                      {x});
      }));
}

}  // namespace

std::span<const OperationRow> cutting_operations() {
  static constexpr std::array kRows = {
      OperationRow{"PadImages", pad_or_crop<true>},
      OperationRow{"CropImages", pad_or_crop<false>},
      OperationRow{"image.crop_to_bounding_box", bounding_box<Boxing::crop>},
      OperationRow{"image.pad_to_bounding_box", bounding_box<Boxing::pad>},
      OperationRow{"image.resize_with_crop_or_pad", bounding_box<Boxing::either>},
      OperationRow{"compat.v1.image.resize_image_with_crop_or_pad", bounding_box<Boxing::either>},
      OperationRow{"ExtractPatches", extract_patches},
      OperationRow{"Unfold", unfold},
  };
  return kRows;
}

}  // namespace halfpixel::keras
