// tf.image.resizeBilinear and resizeNearestNeighbor of TensorFlow.js 4.22: where their samples lie
// on its two backends, and between which numbers they are.
#include <halfpixel/tfjs.hpp>

#include <cmath>

#include "core/checked.hpp"
#include "frontends/dialect.hpp"
#include "frontends/plan_cache.hpp"
#include "frontends/tfjs_words.hpp"

namespace halfpixel {
namespace tfjs_dialect {
namespace {

using namespace dialect;
using tfjs::Backend;
using tfjs::ResizeOptions;

struct Axis {
  std::int64_t in, out;
  bool align_corners, half_pixel_centers;

  // From one output to the next; T is what the backend computes in.
  template <class T>
  T step() const {
    const std::int64_t less = align_corners && out > 1 ? 1 : 0;
    return static_cast<T>(in - less) / static_cast<T>(out - less);
  }
  std::int64_t clamped(std::int64_t i) const { return std::clamp<std::int64_t>(i, 0, in - 1); }
};

// Neighbours, and how far the sample is from the first one. That may be less than 0, left of the
// image, where both are the same pixel.
Pair<double> in_doubles(const Axis& axis, std::int64_t i) {
  const auto position = static_cast<double>(i);
  const auto step = axis.step<double>();
  const double at = axis.half_pixel_centers ? step * (position + 0.5) - 0.5 : step * position;
  const auto lower = std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(at)), 0);
  return {axis.clamped(lower), axis.clamped(static_cast<std::int64_t>(std::ceil(at))), 0,
          at - static_cast<double>(lower)};
}

// The second neighbour is the next pixel, even where the sample is on the first one.
Pair<float> in_floats(const Axis& axis, std::int64_t i) {
  const auto step = axis.step<float>();
  float at = static_cast<float>(i) * step;
  if (axis.half_pixel_centers) {
    at += 0.5f * step - 0.5f;
    at = std::min(std::max(at, 0.0f), static_cast<float>(axis.in - 1));
  }
  const auto lower = static_cast<std::int64_t>(at);
  return {axis.clamped(lower), axis.clamped(lower + 1), 0, at - static_cast<float>(lower)};
}

template <class T>
std::int64_t nearest(const Axis& axis, std::int64_t i) {
  const auto position = static_cast<T>(i);
  const T at = (axis.half_pixel_centers ? position + T{0.5} : position) * axis.step<T>();
  // Math.round, which rounds halves up; no half is negative here.
  return static_cast<std::int64_t>(axis.align_corners ? std::round(at) : std::floor(at));
}

Axis axis_of(const PlanSpec& spec, const ResizeOptions& options, int i) {
  const int at = spec.spatial_axis[i];
  return {spec.input_shape[at], spec.output_shape[at], options.align_corners,
          options.half_pixel_centers};
}

template <class T, class At>
void set_lerps(PlanSpec& spec, const ResizeOptions& options, Number number, At at) {
  spec.form = Form::ordered;
  spec.order = Order::columns_first;
  spec.sums.number = number;
  for (int i = 0; i < 2; ++i) {
    const Axis axis = axis_of(spec, options, i);
    spec.sums.pass[i].order = SumOrder::lerp;
    spec.axis[i] =
        pair_axis<T>(axis.in, axis.out, [&](std::int64_t output) { return at(axis, output); });
  }
}

PlanSpec outlined_images(const char* speaker, const char* method, const Shape& shape, DType dtype,
                         const Size& size, const ResizeOptions& options) {
  const int rows = shape.rank() - 3;
  PlanSpec spec = outlined({speaker,
                            concat(method, ", backend ", tfjs::name_of(options.backend)),
                            shape,
                            dtype,
                            {rows, rows + 1},
                            {size[0], size[1]},
                            rows + 2});
  require_addressable(spec);
  require_room(spec, 2);
  return spec;
}

resample::Plan bilinear_plan(const Shape& shape, DType dtype, const Size& size,
                             const ResizeOptions& options) {
  check_bilinear(shape, dtype, size, options);
  PlanSpec spec = outlined_images(kBilinear, "resizeBilinear", shape, dtype, size, options);
  spec.output_dtype = DType::float32;
  if (options.backend == Backend::cpu)
    set_lerps<double>(spec, options, Number::float64, in_doubles);
  else
    set_lerps<float>(spec, options, Number::float32, in_floats);
  return dialect::made(std::move(spec));
}

resample::Plan nearest_plan(const Shape& shape, DType dtype, const Size& size,
                            const ResizeOptions& options) {
  check_nearest(shape, dtype, size, options);
  PlanSpec spec = outlined_images(kNearest, "resizeNearestNeighbor", shape, dtype, size, options);
  const auto at = options.backend == Backend::cpu ? nearest<double> : nearest<float>;
  for (int i = 0; i < 2; ++i) {
    const Axis axis = axis_of(spec, options, i);
    spec.axis[i] = dialect::copy_axis(axis.in, axis.out,
                                      [&](std::int64_t output) { return at(axis, output); });
  }
  return dialect::made(std::move(spec));
}

}  // namespace
}  // namespace tfjs_dialect

namespace tfjs {

resample::Plan plan_resize_bilinear(const Shape& shape, DType dtype, const Size& size,
                                    const ResizeOptions& options) {
  const PlanKey key(tfjs_dialect::kBilinear, shape, dtype, size, options.align_corners,
                    options.half_pixel_centers, options.backend);
  return PlanCache::get(key,
                        [&] { return tfjs_dialect::bilinear_plan(shape, dtype, size, options); });
}

Tensor resize_bilinear(const ConstTensorView& images, const Size& size,
                       const ResizeOptions& options) {
  return dialect::run(plan_resize_bilinear(images.shape(), images.dtype(), size, options), images);
}

void resize_bilinear(const ConstTensorView& images, const Size& size, const ResizeOptions& options,
                     const TensorView& out) {
  plan_resize_bilinear(images.shape(), images.dtype(), size, options).run(images, out);
}

resample::Plan plan_resize_nearest_neighbor(const Shape& shape, DType dtype, const Size& size,
                                            const ResizeOptions& options) {
  const PlanKey key(tfjs_dialect::kNearest, shape, dtype, size, options.align_corners,
                    options.half_pixel_centers, options.backend);
  return PlanCache::get(key,
                        [&] { return tfjs_dialect::nearest_plan(shape, dtype, size, options); });
}

Tensor resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                               const ResizeOptions& options) {
  return dialect::run(plan_resize_nearest_neighbor(images.shape(), images.dtype(), size, options),
                      images);
}

void resize_nearest_neighbor(const ConstTensorView& images, const Size& size,
                             const ResizeOptions& options, const TensorView& out) {
  plan_resize_nearest_neighbor(images.shape(), images.dtype(), size, options).run(images, out);
}

}  // namespace tfjs
}  // namespace halfpixel
