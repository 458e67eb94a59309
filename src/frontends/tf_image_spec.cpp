#include "frontends/tf_image_spec.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/float_state.hpp"

namespace halfpixel::tf_image {
namespace {

using resample::Filter;
using resample::Form;
using resample::PlanSpec;
using Kernel = Choice::Kernel;
using Method = tf::image::ResizeMethod;

constexpr std::int64_t kMostSide = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMostNearestSide = std::int64_t{1} << 24;

[[noreturn]] void refuse(const std::string& speaker, const std::string& text) {
  throw Error(ErrorCode::invalid_argument, "[" + speaker + "] " + text);
}

const char* kernel_name(const Choice& choice) {
  switch (choice.kernel) {
    case Kernel::nearest:
      return "ResizeNearestNeighbor";
    case Kernel::bilinear:
      return "ResizeBilinear";
    case Kernel::bicubic:
      return "ResizeBicubic";
    case Kernel::area:
      return "ResizeArea";
    default:
      return "ScaleAndTranslate";
  }
}

void check_images(const std::string& speaker, const Shape& shape, DType dtype, std::int64_t height,
                  std::int64_t width, const Choice& choice, const Axes& axes) {
  if (!shape.is_known()) refuse(speaker, "'images' must have a known shape; got " + shape.str());
  const std::int64_t in_height = shape[axes.spatial_axis[0]];
  const std::int64_t in_width = shape[axes.spatial_axis[1]];
  const std::string got = "; got shape " + shape.str();
  if (shape[axes.channel_axis] == 0) refuse(speaker, "image must have at least one channel" + got);
  if (in_height == 0 || in_width == 0)
    refuse(speaker, "input image must be of non-zero size" + got);
  if (in_height > kMostSide || in_width > kMostSide) {
    refuse(speaker, "input sizes must be between 0 and max int32" + got);
  }
  const std::string size =
      "; got size (" + std::to_string(height) + ", " + std::to_string(width) + ")";
  if (height <= 0 || width <= 0)
    refuse(speaker, "output dimensions must be positive: `size`" + size);
  if (height > kMostSide || width > kMostSide) {
    refuse(speaker, "output dimensions must be at most 2147483647: `size`" + size);
  }
  if (choice.kernel == Kernel::nearest &&
      (in_height >= kMostNearestSide || in_width >= kMostNearestSide)) {
    refuse(speaker, "nearest neighbor requires max height & width of 2^24" + got);
  }
  if (dtype == DType::boolean || dtype == DType::uint32 || dtype == DType::uint64) {
    throw Error(
        ErrorCode::unsupported,
        concat("[", speaker, "] Value for attr 'T' of ", dtype,
               " is not in the list of allowed values: int8, uint8, int16, uint16, int32, int64, "
               "bfloat16, half, float, double (dtype of images of ",
               kernel_name(choice), ")"));
  }
}

void check_gradient(const std::string& speaker, const Shape& shape, DType dtype,
                    std::int64_t height, std::int64_t width, const Choice& choice,
                    const Axes& axes) {
  if (choice.kernel == Kernel::area) {
    throw Error(ErrorCode::unsupported,
                "[" + speaker +
                    "] method area has no gradient: gradient registry has no entry for: "
                    "ResizeArea");
  }
  if (!shape.is_known()) refuse(speaker, "dy must have a known shape; got " + shape.str());
  const std::int64_t dy_height = shape[axes.spatial_axis[0]];
  const std::int64_t dy_width = shape[axes.spatial_axis[1]];
  if (dy_height <= 0 || dy_width <= 0) {
    refuse(speaker, "resized dimensions must be positive; got dy of shape " + shape.str());
  }
  if (height <= 0 || width <= 0) {
    refuse(speaker, "original dimensions must be positive; got input_shape with height " +
                        std::to_string(height) + " and width " + std::to_string(width));
  }
  if (height > kMostSide || width > kMostSide || dy_height > kMostSide || dy_width > kMostSide) {
    refuse(speaker, "original sizes must be between 0 and max int32; got height " +
                        std::to_string(height) + " and width " + std::to_string(width));
  }
  bool known = false;
  switch (choice.kernel) {
    case Kernel::nearest:
      known = is_floating(dtype) || dtype == DType::uint8 || dtype == DType::int8 ||
              dtype == DType::int32;
      break;
    case Kernel::bilinear:
      known = is_floating(dtype);
      break;
    case Kernel::bicubic:
      known = dtype == DType::float32 || dtype == DType::float64;
      break;
    default:
      known = dtype == DType::float32;
      break;
  }
  if (!known) {
    throw Error(ErrorCode::unsupported, concat("[", speaker, "] dtype of dy has no gradient in ",
                                               kernel_name(choice), "; got ", dtype));
  }
}

// A table for rows and one for columns.
template <class MakeAxis>
void set_axes(PlanSpec& spec, std::int64_t in_h, std::int64_t in_w, std::int64_t out_h,
              std::int64_t out_w, MakeAxis make) {
  spec.axis[0] = make(in_h, out_h);
  spec.axis[1] = in_h == in_w && out_h == out_w ? spec.axis[0] : make(in_w, out_w);
}

// Roughly the bytes of one axis' table, so that what cannot be held is refused before it is made.
double table_bytes(double in, double out, const Choice& choice, bool gradient) {
  const double shrink = std::max(in / out, 1.0);
  const double reach = resample::radius(choice.filter) * (choice.antialias ? shrink : 1.0);
  const double taps = choice.kernel == Kernel::nearest    ? 1
                      : choice.kernel == Kernel::bilinear ? 2
                      : choice.kernel == Kernel::bicubic  ? 4
                      : choice.kernel == Kernel::area     ? shrink + 2
                                                          : std::min(2 * std::ceil(reach) + 1, in);
  const double forward = out * (8 + 4 * taps);
  if (!gradient) return forward;
  // A transposed row is as long as the outputs that one input position touches.
  if (choice.kernel == Kernel::scale_and_translate) {
    return forward + in * (16 + 4 * std::min(out, taps * (out / in + 1) + 1));
  }
  return forward + 32 * out * taps + 32 * in;
}

// Runs `make`, which builds the tables of an in_h x in_w image resized to out_h x out_w; running
// out of memory is an Error.
template <class Make>
void within_memory(PlanSpec& spec, std::int64_t in_h, std::int64_t in_w, std::int64_t out_h,
                   std::int64_t out_w, const Choice& choice, bool gradient, Make make) {
  const ScopedFlush flush;
  const auto bytes = [&](std::int64_t in, std::int64_t out) {
    return table_bytes(static_cast<double>(in), static_cast<double>(out), choice, gradient);
  };
  resample::require_table_room(spec.speaker, bytes(in_h, out_h) + bytes(in_w, out_w));
  try {
    make();
  } catch (const std::bad_alloc&) {
    fail(ErrorCode::out_of_memory, "[", spec.speaker, "] no memory for the tables of ",
         spec.output_shape.str());
  }
}

void set_forward_tables(PlanSpec& spec, std::int64_t in_h, std::int64_t in_w, std::int64_t out_h,
                        std::int64_t out_w, const Choice& choice) {
  const Coordinates how = choice.coordinates;
  spec.form = Form::separable;
  switch (choice.kernel) {
    case Kernel::nearest:
      spec.form = Form::copy;
      set_axes(spec, in_h, in_w, out_h, out_w,
               [&](auto in, auto out) { return nearest_axis(in, out, how); });
      break;
    case Kernel::bilinear:
      spec.columns_first = true;
      set_axes(spec, in_h, in_w, out_h, out_w,
               [&](auto in, auto out) { return bilinear_axis(in, out, how); });
      break;
    case Kernel::bicubic:
      spec.columns_first = false;
      spec.zero_start[0] = spec.zero_start[1] = false;
      set_axes(spec, in_h, in_w, out_h, out_w,
               [&](auto in, auto out) { return bicubic_axis(in, out, how); });
      break;
    case Kernel::area: {
      spec.columns_first = true;
      spec.zero_start[0] = true;
      spec.zero_start[1] = false;
      spec.has_post_scale = true;
      const float covered = scale_of(in_h, out_h, how) * scale_of(in_w, out_w, how);
      spec.post_scale = static_cast<float>(1.0 / static_cast<double>(covered));
      set_axes(spec, in_h, in_w, out_h, out_w,
               [&](auto in, auto out) { return area_axis(in, out, how); });
      break;
    }
    default:
      spec.columns_first = false;
      spec.zero_start[0] = spec.zero_start[1] = true;
      set_axes(spec, in_h, in_w, out_h, out_w, [&](auto in, auto out) {
        return span_axis(in, out, choice.filter, choice.antialias);
      });
  }
}

// The same tables seen from the other side.
void set_backward_tables(PlanSpec& spec, const Choice& choice) {
  if (choice.kernel == Kernel::scale_and_translate) {
    for (int i = 0; i < 2; ++i) spec.axis[i] = transpose(spec.axis[i]);
    return;
  }
  spec.form = Form::gather;
  for (int i = 0; i < 2; ++i) {
    spec.gather[i] = gather_of(spec.axis[i]);
    spec.axis[i] = {};
  }
}

std::string method_name(const Choice& choice) {
  switch (choice.kernel) {
    case Kernel::nearest:
      return "nearest";
    case Kernel::bilinear:
      return "bilinear";
    case Kernel::bicubic:
      return "bicubic";
    case Kernel::area:
      return "area";
    default:
      return std::string(name_of(choice.filter)) + (choice.antialias ? " antialias" : "");
  }
}

PlanSpec base_spec(const Shape& shape, DType dtype, std::int64_t height, std::int64_t width,
                   const Choice& choice, const Axes& axes, std::string speaker) {
  PlanSpec spec;
  spec.speaker = std::move(speaker);
  spec.method = method_name(choice);
  spec.input_shape = shape;
  spec.output_shape = shape;
  spec.output_shape[axes.spatial_axis[0]] = height;
  spec.output_shape[axes.spatial_axis[1]] = width;
  spec.input_dtype = spec.cast_dtype = spec.output_dtype = dtype;
  spec.spatial_rank = axes.spatial_rank;
  spec.spatial_axis = axes.spatial_axis;
  spec.channel_axis = axes.channel_axis;
  // Refuses what cannot be addressed before any table is built.
  for (const Shape& side : {spec.input_shape, spec.output_shape}) {
    checked_multiply(side.num_elements(), static_cast<std::int64_t>(size_of(DType::float64)),
                     "images");
  }
  return spec;
}

}  // namespace

Axes image_axes(int rank, DataFormat format) {
  const int channels_first = format == DataFormat::channels_first ? 1 : 0;
  const int rows = rank - 3 + channels_first;
  return {2, {rows, rows + 1, -1}, channels_first != 0 ? rank - 3 : rank - 1};
}

Choice choose(Method method, bool antialias) {
  const auto filtered = [&](Filter filter) {
    return Choice{Kernel::scale_and_translate, Coordinates::half_pixel, filter, antialias};
  };
  switch (method) {
    case Method::nearest_neighbor:
      return {.kernel = Kernel::nearest};
    case Method::area:
      return {.kernel = Kernel::area, .coordinates = Coordinates::legacy};
    case Method::bilinear:
      return antialias ? filtered(Filter::triangle) : Choice{};
    case Method::bicubic:
      return antialias ? filtered(Filter::keys_cubic) : Choice{.kernel = Kernel::bicubic};
    case Method::lanczos3:
      return filtered(Filter::lanczos3);
    case Method::lanczos5:
      return filtered(Filter::lanczos5);
    case Method::gaussian:
      return filtered(Filter::gaussian);
    default:
      return filtered(Filter::mitchell_cubic);
  }
}

Choice choose_v1(const char* who, Method method, bool align_corners, bool half_pixel_centers) {
  if (align_corners && half_pixel_centers) {
    refuse(who, "If half_pixel_centers is True, align_corners must be False.");
  }
  Choice choice;
  choice.coordinates = align_corners        ? Coordinates::align_corners
                       : half_pixel_centers ? Coordinates::half_pixel
                                            : Coordinates::legacy;
  switch (method) {
    case Method::bilinear:
      choice.kernel = Kernel::bilinear;
      break;
    case Method::nearest_neighbor:
      choice.kernel = Kernel::nearest;
      break;
    case Method::bicubic:
      choice.kernel = Kernel::bicubic;
      break;
    case Method::area:
      choice.kernel = Kernel::area;
      break;
    default:
      refuse(who, "Resize method is not implemented: " + std::string(name_of(method)) +
                      " (method must be bilinear, nearest, bicubic or area)");
  }
  return choice;
}

PlanSpec resize_spec(const Shape& input_shape, DType dtype, std::int64_t new_height,
                     std::int64_t new_width, const Choice& choice, const Axes& axes,
                     std::string speaker) {
  check_images(speaker, input_shape, dtype, new_height, new_width, choice, axes);
  PlanSpec spec =
      base_spec(input_shape, dtype, new_height, new_width, choice, axes, std::move(speaker));
  if (choice.kernel != Kernel::nearest) spec.output_dtype = DType::float32;
  const std::int64_t in_h = input_shape[axes.spatial_axis[0]];
  const std::int64_t in_w = input_shape[axes.spatial_axis[1]];
  if (choice.kernel == Kernel::bilinear && in_h == new_height && in_w == new_width) {
    spec.form = Form::cast;  // TensorFlow's kernel returns early
    return spec;
  }
  within_memory(spec, in_h, in_w, new_height, new_width, choice, false,
                [&] { set_forward_tables(spec, in_h, in_w, new_height, new_width, choice); });
  return spec;
}

PlanSpec resize_gradient_spec(const Shape& dy_shape, DType dtype, std::int64_t height,
                              std::int64_t width, const Choice& choice, const Axes& axes,
                              std::string speaker) {
  check_gradient(speaker, dy_shape, dtype, height, width, choice, axes);
  PlanSpec spec = base_spec(dy_shape, dtype, height, width, choice, axes, std::move(speaker));
  spec.method += " gradient";
  const std::int64_t dy_h = dy_shape[axes.spatial_axis[0]];
  const std::int64_t dy_w = dy_shape[axes.spatial_axis[1]];
  within_memory(spec, height, width, dy_h, dy_w, choice, true, [&] {
    set_forward_tables(spec, height, width, dy_h, dy_w, choice);
    set_backward_tables(spec, choice);
  });
  if (choice.kernel == Kernel::scale_and_translate) return spec;
  spec.accumulate_dtype = dtype;
  if (choice.kernel == Kernel::bilinear) {
    spec.float32_products = true;
    spec.accumulate_dtype = dtype == DType::float64 ? DType::float64 : DType::float32;
  }
  return spec;
}

PlanSpec identity_spec(const Shape& shape, DType dtype, const Axes& axes, std::string speaker) {
  PlanSpec spec = base_spec(shape, dtype, shape[axes.spatial_axis[0]], shape[axes.spatial_axis[1]],
                            {}, axes, std::move(speaker));
  spec.method = "identity";
  spec.form = Form::cast;
  spec.identity = true;
  return spec;
}

PlanSpec resize_spec(const Shape& input_shape, DType dtype, std::int64_t new_height,
                     std::int64_t new_width, Method method, bool antialias, const Axes& axes,
                     std::string speaker) {
  return resize_spec(input_shape, dtype, new_height, new_width, choose(method, antialias), axes,
                     std::move(speaker));
}

PlanSpec resize_gradient_spec(const Shape& dy_shape, DType dtype, std::int64_t height,
                              std::int64_t width, Method method, bool antialias, const Axes& axes,
                              std::string speaker) {
  return resize_gradient_spec(dy_shape, dtype, height, width, choose(method, antialias), axes,
                              std::move(speaker));
}

}  // namespace halfpixel::tf_image
