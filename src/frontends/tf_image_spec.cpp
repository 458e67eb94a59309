#include "frontends/tf_image_spec.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/addressable.hpp"
#include "core/checked.hpp"
#include "core/float_state.hpp"
#include "frontends/tf_image_axis.hpp"
#include "frontends/tf_image_checks.hpp"

namespace halfpixel::tf_image {
namespace {

using resample::AxisTable;
using resample::Form;
using resample::PlanSpec;
using Kernel = Choice::Kernel;

// One axis of a resize: `in` positions seen as `out`. A gradient goes from out to in.
struct Sides {
  std::int64_t in, out;
  friend bool operator==(const Sides&, const Sides&) = default;
};
struct Grid {
  Sides rows, columns;
};

Grid grid_of(const PlanSpec& spec, const Shape& images, const Shape& resized) {
  const auto sides = [&](int axis) { return Sides{images[axis], resized[axis]}; };
  return {sides(spec.spatial_axis[0]), sides(spec.spatial_axis[1])};
}

// Roughly the bytes of one axis' table.
double forward_bytes(const Sides& sides, double taps) {
  return static_cast<double>(sides.out) * (8 + 4 * taps);
}

double taps_of(const Sides& sides, const Choice& choice) {
  const auto in = static_cast<double>(sides.in);
  const double shrink = std::max(in / static_cast<double>(sides.out), 1.0);
  switch (choice.kernel) {
    case Kernel::nearest:
      return 1;
    case Kernel::bilinear:
      return 2;
    case Kernel::bicubic:
      return 4;
    case Kernel::area:
      return shrink + 2;
    case Kernel::scale_and_translate:
      break;
  }
  const double reach = choice.filter->support * (choice.antialias ? shrink : 1.0);
  return std::min(2 * std::ceil(reach) + 1, in);
}

double resize_bytes(const Sides& sides, const Choice& choice) {
  return forward_bytes(sides, taps_of(sides, choice));
}

double gradient_bytes(const Sides& sides, const Choice& choice) {
  const double taps = taps_of(sides, choice);
  const auto in = static_cast<double>(sides.in), out = static_cast<double>(sides.out);
  const double forward = forward_bytes(sides, taps);
  // A transposed row is as long as the outputs that one input position touches.
  if (choice.kernel == Kernel::scale_and_translate) {
    return forward + in * (16 + 4 * std::min(out, taps * (out / in + 1) + 1));
  }
  return forward + 32 * out * taps + 32 * in;
}

// Runs `make`, which makes the tables, unless they need more than there is: bytes(sides) says how
// much. Whatever the caller's floating-point state is, it neither matters nor traps.
template <class Bytes, class Make>
void make_within_memory(const PlanSpec& spec, const Grid& grid, Bytes bytes, Make make) {
  const ScopedFlush flush;
  resample::require_table_room(spec.speaker, bytes(grid.rows) + bytes(grid.columns));
  try {
    make();
  } catch (const std::bad_alloc&) {
    fail(ErrorCode::out_of_memory, "[", spec.speaker, "] no memory for the tables of ",
         spec.output_shape);
  }
}

AxisTable axis_of(const Sides& sides, const Choice& choice) {
  switch (choice.kernel) {
    case Kernel::nearest:
      return nearest_axis(sides.in, sides.out, choice.coordinates);
    case Kernel::bilinear:
      return bilinear_axis(sides.in, sides.out, choice.coordinates);
    case Kernel::bicubic:
      return bicubic_axis(sides.in, sides.out, choice.coordinates);
    case Kernel::area:
      return area_axis(sides.in, sides.out, choice.coordinates);
    case Kernel::scale_and_translate:
      break;
  }
  return span_axis(sides.in, sides.out, *choice.filter, choice.antialias);
}

void set_forward_tables(PlanSpec& spec, const Grid& grid, const Choice& choice) {
  spec.form = choice.kernel == Kernel::nearest ? Form::copy : Form::separable;
  switch (choice.kernel) {
    case Kernel::nearest:
    case Kernel::bilinear:
      break;
    case Kernel::bicubic:
      spec.order = resample::Order::rows_first;
      spec.start[0] = spec.start[1] = -0.0f;
      break;
    case Kernel::area: {
      spec.start[1] = -0.0f;
      const auto scale = [&](const Sides& sides) {
        return scale_of(sides.in, sides.out, choice.coordinates);
      };
      const float covered = scale(grid.rows) * scale(grid.columns);
      spec.post_scale = static_cast<float>(1.0 / static_cast<double>(covered));
      break;
    }
    case Kernel::scale_and_translate:
      spec.order = resample::Order::rows_first;
      break;
  }
  spec.axis[0] = axis_of(grid.rows, choice);
  spec.axis[1] = grid.columns == grid.rows ? spec.axis[0] : axis_of(grid.columns, choice);
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
  spec.product_dtype = spec.accumulate_dtype = spec.output_dtype;
  if (choice.kernel == Kernel::bilinear) {
    spec.product_dtype = DType::float32;
    spec.accumulate_dtype = spec.output_dtype == DType::float64 ? DType::float64 : DType::float32;
  }
}

PlanSpec base_spec(const Images& images, const Size& size, std::string speaker,
                   std::string method) {
  PlanSpec spec;
  spec.speaker = std::move(speaker);
  spec.method = std::move(method);
  spec.input_shape = spec.output_shape = images.shape;
  spec.output_shape[images.axes.rows()] = size[0];
  spec.output_shape[images.axes.columns()] = size[1];
  spec.input_dtype = spec.cast_dtype = spec.output_dtype = images.dtype;
  spec.spatial_rank = images.axes.spatial_rank;
  spec.spatial_axis = images.axes.spatial_axis;
  spec.channel_axis = images.axes.channel_axis;
  return spec;
}

void require_known(std::string_view speaker, const Shape& shape) {
  if (shape.is_known()) return;
  fail(ErrorCode::invalid_argument, "[", speaker, "] 'images' must have a known shape; got ",
       shape);
}

// Refuses what cannot be addressed before any table is built.
void require_addressable(const PlanSpec& spec) {
  halfpixel::require_addressable(spec.speaker, "input", spec.input_shape);
  halfpixel::require_addressable(spec.speaker, "output", spec.output_shape);
}

}  // namespace

Axes image_axes(int rank, DataFormat format) {
  const int channels_first = format == DataFormat::channels_first ? 1 : 0;
  const int rows = rank - 3 + channels_first;
  return {2, {rows, rows + 1, -1}, channels_first != 0 ? rank - 3 : rank - 1};
}

PlanSpec resize_outline(const Images& images, const Size& size, const Choice& choice,
                        std::string speaker) {
  PlanSpec spec = base_spec(images, size, std::move(speaker), text_of(choice));
  check_images(spec, choice);
  if (choice.kernel != Kernel::nearest) spec.output_dtype = DType::float32;
  return spec;
}

PlanSpec resize_spec(const Images& images, const Size& size, const Choice& choice,
                     std::string speaker) {
  require_known(speaker, images.shape);
  PlanSpec spec = resize_outline(images, size, choice, std::move(speaker));
  require_addressable(spec);
  if (choice.kernel == Kernel::bilinear && spec.input_shape == spec.output_shape) {
    spec.form = Form::cast;  // TensorFlow's kernel returns early
    return spec;
  }
  const Grid grid = grid_of(spec, spec.input_shape, spec.output_shape);
  make_within_memory(
      spec, grid, [&](const Sides& sides) { return resize_bytes(sides, choice); },
      [&] { set_forward_tables(spec, grid, choice); });
  return spec;
}

PlanSpec resize_gradient_spec(const Images& dy, const Size& size, DType result,
                              const Choice& choice, std::string speaker) {
  PlanSpec spec = base_spec(dy, size, std::move(speaker), text_of(choice) + " gradient");
  spec.output_dtype = result;
  check_gradient(spec, choice);
  require_addressable(spec);
  const Grid grid = grid_of(spec, spec.output_shape, spec.input_shape);
  make_within_memory(
      spec, grid, [&](const Sides& sides) { return gradient_bytes(sides, choice); },
      [&] {
        set_forward_tables(spec, grid, choice);
        set_backward_tables(spec, choice);
      });
  return spec;
}

PlanSpec identity_spec(const Images& images, std::string speaker) {
  require_known(speaker, images.shape);
  PlanSpec spec =
      base_spec(images, {images.height(), images.width()}, std::move(speaker), "identity");
  require_addressable(spec);
  spec.form = Form::move;
  return spec;
}

}  // namespace halfpixel::tf_image
