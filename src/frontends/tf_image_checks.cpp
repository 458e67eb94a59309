#include "frontends/tf_image_checks.hpp"

#include <limits>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::tf_image {
namespace {

using Kernel = Choice::Kernel;

constexpr std::int64_t kMostSide = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMostNearestSide = std::int64_t{1} << 24;

struct Extents {
  std::int64_t height, width;
  bool any(auto&& test) const { return test(height) || test(width); }
};
Extents sides_of(const resample::PlanSpec& spec, const Shape& shape) {
  return {shape[spec.spatial_axis[0]], shape[spec.spatial_axis[1]]};
}

bool is_too_long(std::int64_t side) {
  return side > kMostSide;
}
bool is_empty(std::int64_t side) {
  return side == 0;
}
bool is_not_positive(std::int64_t side) {
  return side <= 0;
}

template <class... Parts>
[[noreturn]] void refuse(const resample::PlanSpec& spec, const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", spec.speaker, "] ", parts...);
}

}  // namespace

void check_images(const resample::PlanSpec& spec, const Choice& choice) {
  const Shape& shape = spec.input_shape;
  const Extents in = sides_of(spec, shape), out = sides_of(spec, spec.output_shape);
  if (shape[spec.channel_axis] == 0)
    refuse(spec, "image must have at least one channel; got shape ", shape);
  if (in.any(is_empty)) refuse(spec, "input image must be of non-zero size; got shape ", shape);
  if (in.any(is_too_long))
    refuse(spec, "input sizes must be between 0 and max int32; got shape ", shape);
  if (out.any(is_not_positive)) {
    refuse(spec, "output dimensions must be positive: `size`; got size (", out.height, ", ",
           out.width, ")");
  }
  if (out.any(is_too_long)) {
    refuse(spec, "output dimensions must be at most 2147483647: `size`; got size (", out.height,
           ", ", out.width, ")");
  }
  if (choice.kernel == Kernel::nearest &&
      in.any([](std::int64_t side) { return side >= kMostNearestSide; })) {
    refuse(spec, "nearest neighbor requires max height & width of 2^24; got shape ", shape);
  }
  const DType dtype = spec.input_dtype;
  if (dtype == DType::boolean || dtype == DType::uint32 || dtype == DType::uint64) {
    fail(ErrorCode::unsupported, "[", spec.speaker, "] Value for attr 'T' of ", dtype,
         " is not in the list of allowed values: int8, uint8, int16, uint16, int32, int64, "
         "bfloat16, half, float, double (dtype of images of ",
         kernel_name(choice), ")");
  }
}

void check_gradient(const resample::PlanSpec& spec, const Choice& choice) {
  if (choice.kernel == Kernel::area) {
    fail(ErrorCode::unsupported, "[", spec.speaker,
         "] method area has no gradient: gradient registry has no entry for: ResizeArea");
  }
  const Shape& shape = spec.input_shape;
  if (!shape.is_known()) refuse(spec, "dy must have a known shape; got ", shape);
  const Extents dy = sides_of(spec, shape), dx = sides_of(spec, spec.output_shape);
  if (dy.any(is_not_positive))
    refuse(spec, "resized dimensions must be positive; got dy of shape ", shape);
  if (dx.any(is_not_positive)) {
    refuse(spec, "original dimensions must be positive; got input_shape with height ", dx.height,
           " and width ", dx.width);
  }
  if (dx.any(is_too_long) || dy.any(is_too_long)) {
    refuse(spec, "original sizes must be between 0 and max int32; got height ", dx.height,
           " and width ", dx.width);
  }
  const DType dtype = spec.output_dtype;
  bool known = dtype == DType::float32;
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
      break;
  }
  if (!known) {
    fail(ErrorCode::unsupported, "[", spec.speaker, "] dtype of ",
         dtype == spec.input_dtype ? "dy" : "the images", " has no gradient in ",
         kernel_name(choice), "; got ", dtype);
  }
  if (spec.input_dtype == dtype) return;
  // Results of the other kernels are float32, whatever the images are.
  const bool result = spec.input_dtype == DType::float32 && choice.kernel != Kernel::nearest;
  if (!result) {
    refuse(spec, "dtype of dy must be ", choice.kernel == Kernel::nearest ? "" : "float32 or ",
           "that of the images, ", dtype, "; got ", spec.input_dtype);
  }
}

}  // namespace halfpixel::tf_image
