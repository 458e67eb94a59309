// cv::resize of OpenCV 5.0: which of its own kernels (without IPP) a call runs.
#include <halfpixel/opencv.hpp>

#include <limits>

#include "core/checked.hpp"
#include "frontends/opencv_axis.hpp"
#include "frontends/opencv_words.hpp"
#include "frontends/plan_cache.hpp"

namespace halfpixel {
namespace opencv {
namespace {

using namespace dialect;
using Flags = cv::InterpolationFlags;
using kernels::CellFinish;
using kernels::CellOrder;

struct Problem {
  Side columns, rows;
  std::int64_t channels;
  DType dtype;

  bool floating() const { return dtype == DType::float32 || dtype == DType::float64; }
  bool sixteen_bits() const { return dtype == DType::uint16 || dtype == DType::int16; }
  bool common() const { return dtype == DType::uint8 || sixteen_bits() || floating(); }
};

void set_sums(PlanSpec& spec, AxisTable rows, AxisTable columns, const OrderedSums& sums) {
  spec.form = Form::ordered;
  spec.order = Order::columns_first;
  spec.sums = sums;
  spec.axis[0] = std::move(rows);
  spec.axis[1] = std::move(columns);
}

Finish shifted(int bits, DType dtype) {
  switch (dtype) {
    case DType::uint8:
      return {Finish::Kind::shift, bits, 0, 255};
    case DType::int8:
      return {Finish::Kind::shift, bits, -128, 127};
    case DType::uint16:
      return {Finish::Kind::shift, bits, 0, 65535};
    case DType::int16:
      return {Finish::Kind::shift, bits, -32768, 32767};
    default:
      return {Finish::Kind::shift, bits, std::numeric_limits<std::int32_t>::min(),
              std::numeric_limits<std::int32_t>::max()};
  }
}

// INTER_LINEAR, INTER_CUBIC, INTER_LANCZOS4, and INTER_AREA that enlarges.
template <class At>
void interpolate(PlanSpec& spec, const Problem& problem, Taps kind, At at) {
  const auto tables = [&]<class W>(W, const OrderedSums& sums) {
    set_sums(spec, taps<W>(problem.rows, kind, false, at), taps<W>(problem.columns, kind, true, at),
             sums);
  };
  OrderedSums sums;
  if (problem.dtype == DType::uint8) {
    sums.number = Number::int32;
    sums.pass[1].start = 0;
    if (kind == Taps::linear) {
      sums.pass[0] = {SumOrder::high_products, 2, shifted(2, DType::uint8)};
    } else {
      constexpr int kBits = 22;  // of the weights of both passes
      sums.pass[0] = {SumOrder::ascending, 1 << (kBits - 1), shifted(kBits, DType::uint8)};
      if (kind == Taps::cubic) sums.descending_multiple = 8;
    }
    return tables(std::int32_t{}, sums);
  }
  // Its loops for columns at the edges add to zero, the others begin with a product.
  sums.pass[1].edges_from_zero = kind != Taps::linear;
  if (problem.dtype == DType::float64) {
    sums.number = Number::float64;
    return tables(double{}, sums);
  }
  // What OpenCV's vectors of the second pass hold.
  if (kind == Taps::linear) {
  } else if (problem.dtype == DType::float32) {
    sums.descending_multiple = 4;
  } else if (kind == Taps::cubic || problem.dtype == DType::int16) {
    sums.descending_multiple = 8;
  }
  spec.store = resample::Store::saturate;
  tables(float{}, sums);
}

// Sums of whole numbers of pixels; at the edge perhaps of fewer, where fx and fy say so.
void average_cells(PlanSpec& spec, const Problem& problem, std::int64_t across, std::int64_t down) {
  const auto cells = [](const Side& side, std::int64_t step) {
    AxisTable table;
    table.kind = AxisTable::Kind::taps;
    table.src_len = side.in;
    table.dst_len = side.out;
    for (std::int64_t i = 0; i < side.out; ++i) {
      const std::int64_t first = std::min(i * step, side.in);
      table.first.push_back(static_cast<std::int32_t>(first));
      table.count.push_back(static_cast<std::int32_t>(std::min(step, side.in - first)));
    }
    return table;
  };
  spec.form = Form::cells;
  spec.store = resample::Store::saturate;
  spec.axis[0] = cells(problem.rows, down);
  spec.axis[1] = cells(problem.columns, across);
  resample::CellSums& sums = spec.cells;
  sums.whole_rows = down;
  sums.whole_columns = across;
  sums.order = CellOrder::fours;
  sums.start = sums.rest_start = 0;
  sums.finish = {CellFinish::Kind::scaled, 1.0f / static_cast<float>(across * down)};
  const bool two = across == 2 && down == 2;
  const std::int64_t channels = problem.channels;
  if (problem.dtype == DType::float64) {
    spec.sums.number = Number::float64;
  } else if (problem.dtype == DType::uint8 ||
             (two && problem.sixteen_bits() && channels != 2 && channels <= 4)) {
    spec.sums.number = Number::int32;
    sums.order = CellOrder::ascending;
    if (two && channels != 2 && channels <= 4) sums.finish.kind = CellFinish::Kind::quarter;
  } else if (two && problem.dtype == DType::float32 && (channels == 1 || channels == 4)) {
    sums.order = CellOrder::rows;
    sums.start = -0.0;
    sums.rest = CellOrder::fours;
    if (channels == 1) sums.multiple = 4;
  }
}

void average_shares(PlanSpec& spec, const Problem& problem) {
  OrderedSums sums;
  sums.pass[1].start = 0;  // rows begin with their first product
  if (problem.dtype == DType::float64) {
    sums.number = Number::float64;
    return set_sums(spec, shares<double>(problem.rows), shares<double>(problem.columns), sums);
  }
  spec.store = resample::Store::saturate;
  set_sums(spec, shares<float>(problem.rows), shares<float>(problem.columns), sums);
}

// INTER_LINEAR_EXACT of integers: one rounding, at the end, half up.
void interpolate_exactly(PlanSpec& spec, const Problem& problem) {
  const int bits = problem.dtype == DType::uint8 ? 8 : problem.dtype == DType::int32 ? 32 : 16;
  const std::int64_t one = std::int64_t{1} << bits;
  const auto axis = [&]<class W>(W, const Side& side) {
    return pair_axis<W>(side.in, side.out, [&](std::int64_t i) {
      const double at = side.step * (static_cast<double>(i) + 0.5) - 0.5;
      const std::int64_t first = floor_of(at);
      if (first < 0 || first >= side.in - 1) {
        const std::int64_t edge = side.clamped(first);
        return Pair<W>{edge, edge, static_cast<W>(one), 0};
      }
      const double fraction = at - static_cast<double>(first);
      const auto weight = static_cast<W>(std::nearbyint(fraction * static_cast<double>(one)));
      return Pair<W>{first, first + 1, static_cast<W>(one - weight), weight};
    });
  };
  const auto tables = [&]<class W>(W w, const OrderedSums& sums) {
    set_sums(spec, axis(w, problem.rows), axis(w, problem.columns), sums);
  };
  OrderedSums sums;
  sums.pass[1].start = 0;
  // Those of int32 are rounded once more, to as many bits as there were after the first pass.
  const bool wide = problem.dtype == DType::int32;
  const int shift = wide ? bits : 2 * bits;
  sums.pass[0] = {wide ? SumOrder::high_products : SumOrder::ascending,
                  static_cast<double>(std::int64_t{1} << (shift - 1)),
                  shifted(shift, problem.dtype)};
  if (problem.dtype == DType::uint8) {
    sums.number = Number::int32;
    tables(std::int32_t{}, sums);
  } else {
    sums.number = Number::int64;
    tables(std::int64_t{}, sums);
  }
}

// What OpenCV makes of the flag that was asked for.
Flags resolved(Flags asked, const Problem& problem, bool by_two) {
  if (asked == Flags::inter_linear_exact && problem.floating()) asked = Flags::inter_linear;
  if (asked == Flags::inter_linear && by_two) return Flags::inter_area;
  if (asked == Flags::inter_linear_exact && by_two && problem.channels != 2) {
    return Flags::inter_area;
  }
  return asked;
}

void set_tables(PlanSpec& spec, const Problem& problem, Flags asked) {
  const Side &columns = problem.columns, &rows = problem.rows;
  const std::int64_t across = columns.whole_step(), down = rows.whole_step();
  const Flags flag = resolved(asked, problem, across == 2 && down == 2);
  if (flag == Flags::inter_nearest || flag == Flags::inter_nearest_exact) {
    const auto axis = flag == Flags::inter_nearest ? nearest : nearest_exact;
    spec.axis[0] = axis(rows);
    spec.axis[1] = axis(columns);
    return;
  }
  if (flag == Flags::inter_linear_exact) {
    if (!problem.common() && problem.dtype != DType::int8 && problem.dtype != DType::int32) {
      refuse_dtype(asked, problem.dtype);
    }
    return interpolate_exactly(spec, problem);
  }
  if (!problem.common()) refuse_dtype(asked, problem.dtype);
  switch (flag) {
    case Flags::inter_cubic:
      return interpolate(spec, problem, Taps::cubic, centred);
    case Flags::inter_lanczos4:
      return interpolate(spec, problem, Taps::lanczos, centred);
    case Flags::inter_area:
      if (columns.step < 1 || rows.step < 1) {
        return interpolate(spec, problem, Taps::linear, area_like);
      }
      if (across > 0 && down > 0) return average_cells(spec, problem, across, down);
      if (problem.channels > 4) refuse_channels(problem.channels);
      return average_shares(spec, problem);
    default:
      return interpolate(spec, problem, Taps::linear, centred);
  }
}

PlanSpec spec_of(const Shape& shape, DType dtype, const cv::Size& dsize,
                 const cv::ResizeOptions& options) {
  check_source(shape, dtype, options.interpolation);
  const cv::Size size = target_size(shape, dsize, options);
  const int channel_axis = shape.rank() == 3 ? 2 : -1;
  PlanSpec spec = outlined({kResize,
                            std::string(cv::name_of(options.interpolation)),
                            shape,
                            dtype,
                            {0, 1},
                            {size.height, size.width},
                            channel_axis});
  require_addressable(spec);
  if (spec.input_shape == spec.output_shape) {
    set_identity(spec);
    return spec;
  }
  require_room(spec, options.interpolation == Flags::inter_lanczos4 ? 8 : 4);
  const bool by_factor = dsize.width <= 0 || dsize.height <= 0;
  const Problem problem{{shape[1], size.width, by_factor ? options.fx : 0.0},
                        {shape[0], size.height, by_factor ? options.fy : 0.0},
                        resample::channels_of(spec, shape),
                        dtype};
  set_tables(spec, problem, options.interpolation);
  return spec;
}

}  // namespace
}  // namespace opencv

namespace cv {

resample::Plan plan_resize(const Shape& shape, DType dtype, const Size& dsize,
                           const ResizeOptions& options) {
  const PlanKey key(opencv::kResize, shape, dtype, dsize.width, dsize.height, options.fx,
                    options.fy, options.interpolation);
  return PlanCache::get(
      key, [&] { return dialect::made(opencv::spec_of(shape, dtype, dsize, options)); });
}

Tensor resize(const ConstTensorView& src, const Size& dsize, const ResizeOptions& options) {
  return dialect::run(plan_resize(src.shape(), src.dtype(), dsize, options), src);
}

void resize(const ConstTensorView& src, const Size& dsize, const ResizeOptions& options,
            const TensorView& dst) {
  plan_resize(src.shape(), src.dtype(), dsize, options).run(src, dst);
}

}  // namespace cv
}  // namespace halfpixel
