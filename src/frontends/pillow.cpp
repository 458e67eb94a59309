// PIL.Image.resize: modes, boxes, which pass comes first.
#include <halfpixel/pillow.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/checked.hpp"
#include "frontends/dialect.hpp"
#include "frontends/pillow_axis.hpp"
#include "frontends/pillow_reduce.hpp"
#include "frontends/plan_cache.hpp"

namespace halfpixel::pillow {
namespace {

using namespace pillow_dialect;
using dialect::Finish;
using dialect::Form;
using dialect::Number;
using dialect::PlanSpec;
using Box = std::array<double, 4>;

constexpr std::string_view kWho = "PIL.Image.resize";

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", kWho, "] ", parts...);
}

// What a mode is made of.
struct Layout {
  DType dtype;
  std::int64_t channels;
};
Layout layout_of(Mode mode) {
  switch (mode) {
    case Mode::one:
      return {DType::boolean, 1};
    case Mode::P:
    case Mode::L:
      return {DType::uint8, 1};
    case Mode::La:
    case Mode::LA:
      return {DType::uint8, 2};
    case Mode::RGB:
    case Mode::YCbCr:
    case Mode::LAB:
    case Mode::HSV:
      return {DType::uint8, 3};
    case Mode::RGBA:
    case Mode::RGBa:
    case Mode::RGBX:
    case Mode::CMYK:
      return {DType::uint8, 4};
    case Mode::I16:
      return {DType::uint16, 1};
    case Mode::I:
      return {DType::int32, 1};
    case Mode::F:
      break;
  }
  return {DType::float32, 1};
}

// An image, understood.
struct Picture {
  Shape shape;
  Mode mode = Mode::L;
  std::int64_t height() const { return shape[0]; }
  std::int64_t width() const { return shape[1]; }
};

Mode mode_of(const Shape& shape, DType dtype) {
  const std::int64_t channels = shape.rank() == 3 ? shape[2] : 1;
  switch (dtype) {
    case DType::boolean:
      if (channels == 1) return Mode::one;
      break;
    case DType::uint8:
      if (channels == 1) return Mode::L;
      if (channels == 2) return Mode::LA;
      if (channels == 3) return Mode::RGB;
      if (channels == 4) return Mode::RGBA;
      break;
    case DType::uint16:
      if (channels == 1) return Mode::I16;
      break;
    case DType::int32:
      if (channels == 1) return Mode::I;
      break;
    case DType::float32:
      if (channels == 1) return Mode::F;
      break;
    default:
      break;
  }
  fail(ErrorCode::unsupported, "[", kWho, "] Cannot handle this data type: no mode has ", channels,
       channels == 1 ? " channel" : " channels", " of ", dtype, "; got shape ", shape,
       " and dtype ", dtype);
}

Picture picture_of(const Shape& shape, DType dtype, const ResizeOptions& options) {
  if (shape.rank() != 2 && shape.rank() != 3) {
    refuse("image must be (height, width) or (height, width, channels); got shape ", shape);
  }
  Picture picture{shape, options.mode ? *options.mode : mode_of(shape, dtype)};
  const Layout layout = layout_of(picture.mode);
  const std::int64_t channels = shape.rank() == 3 ? shape[2] : 1;
  if (layout.dtype != dtype || layout.channels != channels) {
    refuse("mode ", name_of(picture.mode), " must have ", layout.channels, " channels of ",
           layout.dtype, "; got shape ", shape, " and dtype ", dtype);
  }
  if (picture.height() == 0 || picture.width() == 0)
    refuse("image must not be empty; got shape ", shape);
  return picture;
}

bool is_palette(Mode mode) {
  return mode == Mode::one || mode == Mode::P;
}
bool has_alpha(Mode mode) {
  return mode == Mode::LA || mode == Mode::RGBA;
}

Box box_of(const Picture& picture, const ResizeOptions& options) {
  const auto width = static_cast<double>(picture.width());
  const auto height = static_cast<double>(picture.height());
  if (!options.box) return {0, 0, width, height};
  // Pillow's C code takes floats, and checks these; its Python code reduces by the doubles.
  Box box = *options.box;
  for (double& edge : box) edge = static_cast<double>(static_cast<float>(edge));
  const std::string typed = concat("(", box[0], ", ", box[1], ", ", box[2], ", ", box[3], ")");
  if (!(box[0] >= 0) || !(box[1] >= 0)) refuse("box offset can't be negative; got box ", typed);
  if (!(box[2] <= width) || !(box[3] <= height))
    refuse("box can't exceed original image size; got box ", typed, " of ", width, " x ", height);
  if (box[2] - box[0] < 0 || box[3] - box[1] < 0) refuse("box can't be empty; got box ", typed);
  return *options.box;
}

struct Call {
  Picture picture;
  Resampling filter;
  std::int64_t width, height;  // of the result
  Box box;
  int version;
  bool same() const {
    return width == picture.width() && height == picture.height() && box[0] == 0 && box[1] == 0 &&
           box[2] == static_cast<double>(width) && box[3] == static_cast<double>(height);
  }
  Span columns() const {
    return {picture.width(), width, static_cast<float>(box[0]), static_cast<float>(box[2])};
  }
  Span rows() const {
    return {picture.height(), height, static_cast<float>(box[1]), static_cast<float>(box[3])};
  }
  // How far whole factors shrink before the resize. {1, 1}: not at all.
  std::array<std::int64_t, 2> factors(std::optional<double> gap) const {
    if (!gap || filter == Resampling::nearest || same()) return {1, 1};
    const auto factor = [&](double from, double to, std::int64_t out) {
      const double times = (to - from) / static_cast<double>(out) / *gap;
      return std::max<std::int64_t>(static_cast<std::int64_t>(times), 1);
    };
    return {factor(box[0], box[2], width), factor(box[1], box[3], height)};
  }
};

Call call_of(const Shape& shape, DType dtype, const Size& size, const ResizeOptions& options) {
  Call call{picture_of(shape, dtype, options), options.resample, 0, 0, {}, options.version};
  const int number = static_cast<int>(options.resample);
  if (number < 0 || number > 7)
    static_cast<void>(to_resampling(std::to_string(number)));  // which refuses it
  if (options.version != 12 && options.version != 13)
    refuse("version must be 12 or 13; got ", options.version);
  const bool magic =
      options.resample == Resampling::mks2013 || options.resample == Resampling::mks2021;
  if (options.version == 12 && magic)
    refuse("Unknown resampling filter (", number, "): Pillow 12 has not ",
           name_of(options.resample), "; got version 12");
  if (size.rank() != 2) refuse("size must be (width, height); got ", size);
  if (size[0] <= 0 || size[1] <= 0) refuse("height and width must be > 0; got size ", size);
  if (options.reducing_gap && !(*options.reducing_gap >= 1.0))
    refuse("reducing_gap must be 1.0 or greater; got ", *options.reducing_gap);
  call.width = size[0];
  call.height = size[1];
  call.box = box_of(call.picture, options);
  if (is_palette(call.picture.mode)) call.filter = Resampling::nearest;
  return call;
}

// Since Pillow 13 the pass that leaves less work to the other comes first.
bool rows_first(const Call& call) {
  const std::int64_t fewer_rows = call.picture.height() - call.height;
  return call.version >= 13 && call.height < call.picture.height() &&
         fewer_rows > 2 * (call.picture.width() - call.width);
}

// crops: every output is one pixel.
void set_filtered(PlanSpec& spec, const Call& call, bool crops = false) {
  spec.form = Form::ordered;
  spec.order = rows_first(call) ? resample::Order::rows_first : resample::Order::columns_first;
  const bool fixed = spec.input_dtype == DType::uint8;
  spec.sums.number = fixed ? Number::int32 : Number::float64;
  const Span spans[] = {call.rows(), call.columns()};
  for (int i = 0; i < 2; ++i) {
    const Span& span = spans[i];
    if (span.whole()) {
      spec.axis[i] = dialect::same_axis(span.in);
      continue;
    }
    resample::OrderedSums::Pass& pass = spec.sums.pass[i];
    spec.axis[i] = crops   ? fixed_crop_axis(span)
                   : fixed ? fixed_axis(span, call.filter)
                           : weights_axis(span, call.filter);
    switch (spec.input_dtype) {
      case DType::uint8:
        pass.start = static_cast<double>(1 << (kPrecisionBits - 1));
        pass.finish = {Finish::Kind::shift, kPrecisionBits, 0, 255};
        break;
      case DType::uint16:
        pass.start = 0;
        pass.finish = {Finish::Kind::away, 0, 0, 65535};
        break;
      case DType::int32:
        pass.start = 0;
        // What passes the top becomes the minimum, as conversions on x86 have it.
        pass.finish = {Finish::Kind::away, 1, std::numeric_limits<std::int32_t>::min(),
                       std::numeric_limits<std::int32_t>::max()};
        break;
      default:
        pass.start = 0;
        pass.finish = {Finish::Kind::to_float32, 0, 0, 0};
        break;
    }
  }
}

PlanSpec spec_of(const Call& call) {
  const Shape& shape = call.picture.shape;
  const Layout layout = layout_of(call.picture.mode);
  dialect::Outline outline{std::string(kWho),
                           concat(name_of(call.filter), ", mode ", name_of(call.picture.mode)),
                           shape,
                           layout.dtype,
                           {0, 1},
                           {call.height, call.width},
                           shape.rank() == 3 ? 2 : -1};
  PlanSpec spec = dialect::outlined(outline);
  dialect::require_addressable(spec);
  if (call.same()) {
    dialect::set_identity(spec);
    return spec;
  }
  dialect::require_room(spec, 2 * support_of(call.filter));
  const Span rows = call.rows(), columns = call.columns();
  const bool crops = rows.crops() && columns.crops();
  const bool weighed = has_alpha(call.picture.mode) && call.filter != Resampling::nearest;
  if (crops && !weighed) {
    spec.axis[0] = crop_axis(rows);
    spec.axis[1] = crop_axis(columns);
  } else if (call.filter == Resampling::nearest) {
    const bool accumulates = call.picture.mode != Mode::I16;
    spec.axis[0] = nearest_axis(rows, accumulates);
    spec.axis[1] = nearest_axis(columns, accumulates);
  } else {
    // A crop too multiplies colours by alpha and divides them again, which changes them.
    set_filtered(spec, call, crops);
    spec.sums.premultiplies = spec.sums.unpremultiplies = weighed;
  }
  return spec;
}

resample::Plan plan_of(const Call& call) {
  const PlanKey key(kWho, call.picture.shape, layout_of(call.picture.mode).dtype, call.height,
                    call.width, call.filter, call.box, call.picture.mode, call.version);
  return PlanCache::get(key, [&] { return dialect::made(spec_of(call)); });
}

// What is left of a call when whole factors were averaged: a smaller image of colours that are
// weighted already, another box.
void run_reduced(const ConstTensorView& image, const Call& call,
                 std::array<std::int64_t, 2> factors, const TensorView& out) {
  const double margin = support_of(call.filter) - 0.5;
  const Box& box = call.box;
  const double x_margin = margin * ((box[2] - box[0]) / static_cast<double>(call.width));
  const double y_margin = margin * ((box[3] - box[1]) / static_cast<double>(call.height));
  const auto low = [](double at) {
    return std::max<std::int64_t>(static_cast<std::int64_t>(at), 0);
  };
  const auto high = [](double at, std::int64_t most) {
    return std::min(static_cast<std::int64_t>(std::ceil(at)), most);
  };
  const Part part{low(box[1] - y_margin), high(box[3] + y_margin, call.picture.height()),
                  low(box[0] - x_margin), high(box[2] + x_margin, call.picture.width())};
  const bool alpha = has_alpha(call.picture.mode);
  const Tensor reduced = reduce(image, part, factors[1], factors[0], alpha);
  Call rest = call;
  rest.picture.shape = reduced.shape();
  const auto moved = [](double edge, std::int64_t by, std::int64_t factor) {
    const double at = (edge - static_cast<double>(by)) / static_cast<double>(factor);
    return static_cast<double>(static_cast<float>(at));
  };
  rest.box = {moved(box[0], part.left, factors[0]), moved(box[1], part.top, factors[1]),
              moved(box[2], part.left, factors[0]), moved(box[3], part.top, factors[1])};
  PlanSpec spec = spec_of(rest);
  spec.sums.premultiplies = false;
  if (!alpha || spec.form == Form::ordered) return dialect::made(std::move(spec)).run(reduced, out);
  Tensor result = dialect::run(dialect::made(spec), reduced);
  unpremultiply(result);
  spec.input_shape = spec.output_shape;
  dialect::set_identity(spec);
  dialect::made(std::move(spec)).run(result, out);
}

// The call is more than one plan.
bool reduces(const Call& call, const std::array<std::int64_t, 2>& factors) {
  if (factors[0] == 1 && factors[1] == 1) return false;
  if (call.picture.mode != Mode::I16) return true;
  fail(ErrorCode::unsupported, "[", kWho,
       "] image has wrong mode for reducing_gap, whose means Pillow has not for it; got I;16");
}

}  // namespace

resample::Plan plan_resize(const Shape& shape, DType dtype, const Size& size,
                           const ResizeOptions& options) {
  const Call call = call_of(shape, dtype, size, options);
  const auto factors = call.factors(options.reducing_gap);
  if (reduces(call, factors)) {
    fail(ErrorCode::unsupported, "[", kWho,
         "] reducing_gap takes effect here, which is two steps and no single plan: call "
         "pillow::resize; got reducing_gap ",
         *options.reducing_gap);
  }
  return plan_of(call);
}

void resize(const ConstTensorView& image, const Size& size, const ResizeOptions& options,
            const TensorView& out) {
  const Call call = call_of(image.shape(), image.dtype(), size, options);
  const auto factors = call.factors(options.reducing_gap);
  if (reduces(call, factors)) return run_reduced(image, call, factors, out);
  if (has_alpha(call.picture.mode) && image.stride(2) != 1)
    return plan_of(call).run(Tensor(image), out);
  plan_of(call).run(image, out);
}

Tensor resize(const ConstTensorView& image, const Size& size, const ResizeOptions& options) {
  const Call call = call_of(image.shape(), image.dtype(), size, options);
  Shape shape = image.shape();
  shape[0] = call.height;
  shape[1] = call.width;
  Tensor result(shape, image.dtype());
  resize(image, size, options, result);
  return result;
}

}  // namespace halfpixel::pillow
