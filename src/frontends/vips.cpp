// vips_resize of libvips 8.18: which steps it takes. Rows shrink before columns; what lies between
// the steps is rounded to the image's format.
#include <halfpixel/vips.hpp>

#include <cmath>
#include <limits>
#include <utility>

#include "frontends/dialect.hpp"
#include "frontends/plan_cache.hpp"
#include "frontends/vips_axis.hpp"
#include "frontends/vips_words.hpp"

namespace halfpixel {
namespace vips_dialect {
namespace {

using namespace dialect;
using vips::Kernel;

constexpr int kBits = 12;  // of integers' weights
// The pieces in which libvips computes a picture: strips over the whole width, or (below a
// vips_shrinkv) tiles, of which a vips_shrinkh asks for strips again.
constexpr std::int64_t kStrip = 16, kTile = 128;
// Of files that are read from top to bottom vips_reducev makes strips of its own.
constexpr std::int64_t kSequentialStrip = 10;

// The steps of a call, each a plan.
class Steps {
 public:
  Steps(const Shape& shape, DType dtype, double scale, const vips::ResizeOptions& options)
      : dtype_(dtype),
        kernel_(options.kernel),
        gap_(options.gap),
        sequential_(options.access == vips::Access::sequential),
        shape_(shape) {
    check_call(shape, dtype, scale, options);
    scale_[0] = options.vscale.value_or(scale);
    scale_[1] = scale;
    if (kernel_ == Kernel::nearest) subsample();
    for (int i = 0; i < 2; ++i) {
      const auto side = static_cast<double>(shape_[i]);
      scale_[i] = std::max(scale_[i], 1.0 / side);
    }
    if (scale_[0] < 1) reduce(0);
    if (scale_[1] < 1) reduce(1);
    if (scale_[0] > 1 || scale_[1] > 1) enlarge();
    if (specs_.empty()) {
      PlanSpec spec = outline(shape_[0], shape_[1]);
      set_identity(spec);
      specs_.push_back(std::move(spec));
    }
  }

  const Shape& result() const { return shape_; }
  std::size_t count() const { return specs_.size(); }
  bool same_rows(const Steps& other) const {
    if (specs_.size() != other.specs_.size()) return false;
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      const AxisTable &a = specs_[i].axis[0], &b = other.specs_[i].axis[0];
      if (a.first != b.first || a.integers != b.integers || a.doubles != b.doubles) return false;
    }
    return true;
  }
  std::vector<resample::Plan> plans() {
    std::vector<resample::Plan> plans;
    for (PlanSpec& spec : specs_) plans.push_back(made(std::move(spec)));
    return plans;
  }

 private:
  PlanSpec outline(std::int64_t height, std::int64_t width) const {
    PlanSpec spec = outlined({kResize,
                              std::string(name_of(kernel_)),
                              shape_,
                              dtype_,
                              {0, 1},
                              {height, width},
                              shape_.rank() == 3 ? 2 : -1});
    require_addressable(spec);
    return spec;
  }
  // A step of one axis; the other stays.
  PlanSpec outline_of(int axis, std::int64_t out, double terms) const {
    PlanSpec spec = axis == 0 ? outline(out, shape_[1]) : outline(shape_[0], out);
    require_room(spec, terms);
    spec.axis[1 - axis] = same_axis(shape_[1 - axis]);
    return spec;
  }
  void add(PlanSpec spec) {
    shape_ = spec.output_shape;
    if (specs_.empty() || !joins(spec)) specs_.push_back(std::move(spec));
  }
  // Copies of copies, and sums of columns after those of rows, are one plan with what was before.
  bool joins(PlanSpec& spec) {
    PlanSpec& before = specs_.back();
    const bool copies = before.form == Form::copy && spec.form == Form::copy;
    if (!copies && !(reduces(before, 0) && reduces(spec, 1))) return false;
    before.output_shape = spec.output_shape;
    if (copies) {
      for (int i = 0; i < 2; ++i) {
        for (std::int32_t& at : spec.axis[i].first) at = before.axis[i].first[at];
        spec.axis[i].src_len = before.axis[i].src_len;
        before.axis[i] = std::move(spec.axis[i]);
      }
    } else {
      before.axis[1] = std::move(spec.axis[1]);
      before.sums.pass[1] = spec.sums.pass[1];
    }
    return true;
  }
  static bool reduces(const PlanSpec& spec, int axis) {
    return spec.form == Form::ordered && spec.sums.pass[axis].order == SumOrder::ascending &&
           spec.axis[1 - axis].kind == AxisTable::Kind::copy;
  }

  // Whole factors are taken by single pixels first.
  void subsample() {
    const auto factor = [&](std::int64_t in, double scale) {
      const auto side = static_cast<double>(in);
      const double out = std::floor(side * scale + 0.5);
      if (gap_ >= 1 && out == 0) return std::int64_t{1};
      const double whole = gap_ < 1 ? std::floor(1.0 / scale) : std::floor(side / out / gap_);
      if (whole > side) refuse("image has shrunk to nothing; got shape ", shape_, " by ", scale);
      return std::max<std::int64_t>(static_cast<std::int64_t>(whole), 1);
    };
    const std::int64_t by[2] = {factor(shape_[0], scale_[0]), factor(shape_[1], scale_[1])};
    if (by[0] == 1 && by[1] == 1) return;
    PlanSpec spec = outline(shape_[0] / by[0], shape_[1] / by[1]);
    for (int i = 0; i < 2; ++i) {
      scale_[i] *= static_cast<double>(by[i]);
      spec.axis[i] =
          copy_axis(shape_[i], spec.output_shape[i], [&](std::int64_t k) { return k * by[i]; });
    }
    add(std::move(spec));
  }

  Finish to_format(DType dtype) const {
    if (dtype == DType::float32) return {Finish::Kind::to_float32, 0, 0, 0};
    return {Finish::Kind::shift, kBits, 0, dtype == DType::uint8 ? 255 : 65535};
  }

  void average(int axis, const Reduction& reduction) {
    if (dtype_ == DType::uint16 && reduction.box > 32767)
      fail(ErrorCode::unsupported, "[", kResize,
           "] sums of uint16 must be of at most 32767 pixels; got ", reduction.box);
    PlanSpec spec = outline_of(axis, reduction.averaged(), 1);
    spec.form = Form::ordered;
    spec.order = Order::rows_first;
    spec.sums.number = Number::float64;
    spec.axis[axis] = box_axis(reduction, dtype_);
    OrderedSums::Pass& pass = spec.sums.pass[axis];
    pass.order = dtype_ == DType::uint8 ? SumOrder::scaled : SumOrder::mean;
    pass.start = dtype_ == DType::float32 ? 0 : static_cast<double>(reduction.box / 2);
    add(std::move(spec));
  }

  void reduce(int axis) {
    const Reduction reduction = reduction_of(shape_[axis], 1.0 / scale_[axis], kernel_, gap_);
    if (axis == 0) {
      tiled_ = reduction.box > 1;
      piece_ = sequential_ ? kSequentialStrip : tiled_ && !averages_columns() ? kTile : kStrip;
    }
    if (reduction.box > 1) average(axis, reduction);
    if (reduction.shrink == 1) return;
    Pieces pieces = pieces_of(reduction.out, axis == 0 ? piece_ : tiled_ ? kTile : reduction.out);
    if (axis == 0 && scale_[1] > 1 && !sequential_) {
      for (Piece& piece : pieces) piece = asked_for(piece, reduction.out);
      asked_ = pieces;
      rows_ = reduction.out;
    }
    std::int64_t out = 0;
    for (const Piece& piece : pieces) out += piece.end - piece.begin;
    const std::int64_t terms = terms_of(reduction, kernel_);
    PlanSpec spec = outline_of(axis, out, static_cast<double>(terms) / reduction.shrink);
    if (kernel_ == Kernel::nearest && dtype_ != DType::float32) {
      spec.axis[axis] = nearest_axis(reduction, pieces);
      return add(std::move(spec));
    }
    spec.form = Form::ordered;
    spec.order = Order::rows_first;
    spec.sums.number = dtype_ == DType::float32 ? Number::float64 : Number::int32;
    spec.axis[axis] = kernel_axis(reduction, pieces, kernel_, dtype_);
    OrderedSums::Pass& pass = spec.sums.pass[axis];
    pass.start = dtype_ == DType::float32 ? 0 : 1 << (kBits - 1);
    pass.finish = to_format(dtype_);
    add(std::move(spec));
  }
  bool averages_columns() const {
    return scale_[1] < 1 && reduction_of(shape_[1], 1.0 / scale_[1], kernel_, gap_).box > 1;
  }

  // Rows of a reduction that vips_affine asks for: some more than it makes.
  Piece asked_for(const Piece& piece, std::int64_t out) const {
    const Enlargement rows = enlargement_of(out, 1.0, scale_[1], kernel_);
    const auto at = [&](std::int64_t row) {
      return rows.step * static_cast<double>(row) - rows.displacement;
    };
    const double top = at(piece.begin), bottom = at(piece.end);
    const std::int64_t begin = static_cast<std::int64_t>(top + 0.5) - rows.window - 2;
    const auto height = static_cast<std::int64_t>(bottom - top + 0.5);
    const std::int64_t more = kernel_ == Kernel::nearest ? 2 : kernel_ == Kernel::linear ? 3 : 5;
    return {begin, begin + height + more};
  }
  // Where they are among all that were asked for.
  void find_asked(std::vector<Position>& rows) const {
    std::int64_t before = 0;
    auto row = rows.begin();
    for (const Piece& piece : asked_) {
      for (std::int64_t i = 0; i < piece_ && row != rows.end(); ++i, ++row)
        row->pixel += before - piece.begin;
      before += piece.end - piece.begin;
    }
  }

  static bool is_whole(double value) { return value == std::floor(value); }

  void enlarge() {
    const double scale[2] = {std::max(scale_[0], 1.0), std::max(scale_[1], 1.0)};
    if (kernel_ == Kernel::nearest && is_whole(scale_[0]) && is_whole(scale_[1]))
      return repeat(scale);
    const std::int64_t height = asked_.empty() ? shape_[0] : rows_;
    const Enlargement down = enlargement_of(height, scale[0], scale[1], kernel_);
    const Enlargement across = enlargement_of(shape_[1], scale[1], scale[0], kernel_);
    PlanSpec spec = outline(down.out, across.out);
    require_room(spec, 4);
    std::vector<Position> rows = positions_of(down, 0);
    if (!asked_.empty()) find_asked(rows);
    set_enlargement(spec, rows, positions_of(across, tiled_ ? kTile : across.out));
    add(std::move(spec));
  }
  void repeat(const double (&scale)[2]) {
    PlanSpec spec = outline(shape_[0] * static_cast<std::int64_t>(scale[0]),
                            shape_[1] * static_cast<std::int64_t>(scale[1]));
    for (int i = 0; i < 2; ++i) {
      const auto times = static_cast<std::int64_t>(scale[i]);
      spec.axis[i] =
          copy_axis(shape_[i], spec.output_shape[i], [&](std::int64_t k) { return k / times; });
    }
    add(std::move(spec));
  }
  void set_enlargement(PlanSpec& spec, const std::vector<Position>& rows,
                       const std::vector<Position>& columns) const {
    if (kernel_ == Kernel::nearest) {
      spec.axis[0] = nearest_axis(shape_[0], rows);
      spec.axis[1] = nearest_axis(shape_[1], columns);
      return;
    }
    const bool linear = kernel_ == Kernel::linear;
    const bool fixed = linear ? dtype_ != DType::float32 : dtype_ == DType::uint8;
    spec.sums.number = fixed ? Number::int32 : Number::float64;
    const Finish finish = to_format(dtype_);
    if (linear) {
      spec.form = Form::corners;
      spec.axis[0] = bilinear_axis(shape_[0], rows, dtype_);
      spec.axis[1] = bilinear_axis(shape_[1], columns, dtype_);
      spec.corners.order = kernels::CornerOrder::remainders;
      if (fixed) spec.corners.start = 1 << (kBits - 1);
      spec.corners.finish = finish;
      return;
    }
    spec.form = Form::ordered;
    spec.order = Order::columns_first;
    spec.axis[0] = bicubic_axis(shape_[0], rows, dtype_);
    spec.axis[1] = bicubic_axis(shape_[1], columns, dtype_);
    OrderedSums::Pass &down = spec.sums.pass[0], &across = spec.sums.pass[1];
    if (dtype_ == DType::uint8) {
      down.start = across.start = 1 << (kBits - 1);
      across.finish = {Finish::Kind::shift, kBits, std::numeric_limits<std::int32_t>::min(),
                       std::numeric_limits<std::int32_t>::max()};
      down.finish = finish;
    } else if (dtype_ == DType::uint16) {
      down.finish = {Finish::Kind::clamp, 0, 0, 65535};  // and cut off
    } else {
      across.finish = down.finish = finish;
    }
  }

  DType dtype_;
  Kernel kernel_;
  double gap_;
  bool sequential_;
  Shape shape_;  // of what the steps until now make
  double scale_[2];
  bool tiled_ = false;
  std::int64_t piece_ = kStrip, rows_ = 0;
  Pieces asked_;  // rows of these are listed; there are rows_
  std::vector<PlanSpec> specs_;
};

}  // namespace

void require_access(const Shape& shape, DType dtype, double scale, vips::ResizeOptions options) {
  options.access = vips::Access::sequential;
  const Steps sequential(shape, dtype, scale, options);
  options.access = vips::Access::random;
  if (sequential.same_rows(Steps(shape, dtype, scale, options)))
    refuse("argument `access` makes no difference; got shape ", shape, " and scale ", scale);
}

}  // namespace vips_dialect

namespace vips {

static std::vector<resample::Plan> plans_of(const ConstTensorView& image, double scale,
                                            const ResizeOptions& options) {
  const PlanKey key(vips_dialect::kResize, image.shape(), image.dtype(), scale, options.vscale,
                    options.kernel, options.gap, options.access);
  return PlanCache::get_all(key, [&] {
    return vips_dialect::Steps(image.shape(), image.dtype(), scale, options).plans();
  });
}

Shape resized(const Shape& shape, DType dtype, double scale, const ResizeOptions& options) {
  return vips_dialect::Steps(shape, dtype, scale, options).result();
}

resample::Plan plan_resize(const Shape& shape, DType dtype, double scale,
                           const ResizeOptions& options) {
  vips_dialect::Steps steps(shape, dtype, scale, options);
  if (steps.count() == 1) {
    std::vector<resample::Plan> plans = steps.plans();
    return std::move(plans.front());
  }
  fail(ErrorCode::unsupported, "[", vips_dialect::kResize, "] this call is ", steps.count(),
       " steps and no single plan: call vips::resize; got shape ", shape, ", scale ", scale,
       ", vscale ", options.vscale.value_or(scale), " and gap ", options.gap);
}

Tensor resize(const ConstTensorView& image, double scale, const ResizeOptions& options) {
  return dialect::run(plans_of(image, scale, options), image);
}

void resize(const ConstTensorView& image, double scale, const ResizeOptions& options,
            const TensorView& out) {
  dialect::run(plans_of(image, scale, options), image, out);
}

}  // namespace vips
}  // namespace halfpixel
