// jax.image.resize: which axes change, in which order they are summed, and the dtypes between.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <halfpixel/jax.hpp>

#include "core/checked.hpp"
#include "core/convert.hpp"
#include "frontends/dialect.hpp"
#include "frontends/jax_axis.hpp"
#include "frontends/plan_cache.hpp"

namespace halfpixel::jax::image {
namespace {

using resample::PlanSpec;

constexpr std::string_view kWho = "jax.image.resize";
constexpr std::size_t kMostSpatial = 3;

// What JAX makes of an array of `dtype` before anything else.
DType canonical(DType dtype) {
  switch (dtype) {
    case DType::float64:
      return DType::float32;
    case DType::int64:
      return DType::int32;
    case DType::uint64:
      return DType::uint32;
    default:
      return dtype;
  }
}

ResizeMethod method_of(const ResizeOptions& options) {
  if (!options.method) {
    fail(ErrorCode::invalid_argument, "[", kWho,
         "] method: missing 1 required positional argument: 'method'; got none");
  }
  const ResizeMethod method = *options.method;
  const auto all = resize_methods();
  if (std::find(all.begin(), all.end(), method) == all.end()) {
    fail(ErrorCode::invalid_argument, "[", kWho, "] Unknown resize method; got ",
         static_cast<int>(method));
  }
  return method;
}

void check_shapes(const Shape& input, const Shape& shape) {
  if (!input.is_known() || !shape.is_known()) {
    fail(ErrorCode::invalid_argument, "[", kWho, "] shape must be known; got ", input, " and ",
         shape);
  }
  if (shape.rank() != input.rank()) {
    fail(ErrorCode::invalid_argument, "[", kWho,
         "] shape must have length equal to the number of dimensions of x; ", shape, " vs ", input);
  }
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (input[axis] == 0 && shape[axis] != 0) {
      fail(ErrorCode::invalid_argument, "[", kWho, "] shape: division by zero: axis ", axis,
           " is empty and must stay so; got ", shape);
    }
  }
}

// Axes in the order in which their sums are the fewest products: what an einsum of the image with
// the axes' weights is made of. Of equals the first.
std::vector<int> cheapest_order(const Shape& input, const Shape& shape, std::vector<int> axes) {
  std::vector<int> best;
  double least = 0;
  do {
    double products = 0, elements = 1;
    for (int axis = 0; axis < input.rank(); ++axis) elements *= static_cast<double>(input[axis]);
    for (const int axis : axes) {
      products += elements * static_cast<double>(shape[axis]);
      elements *= static_cast<double>(shape[axis]) / static_cast<double>(input[axis]);
    }
    if (best.empty() || products < least) best = axes, least = products;
  } while (std::next_permutation(axes.begin(), axes.end()));
  return best;
}

class Planner {
 public:
  Planner(const Shape& input, DType dtype, const Shape& shape, const ResizeOptions& options)
      : input_(input), shape_(shape), dtype_(dtype), method_(method_of(options)) {
    check_shapes(input, shape);
    antialias_ = options.antialias;
    if (method_ == ResizeMethod::cubic_pytorch && antialias_) method_ = ResizeMethod::cubic;
    result_ = resized_dtype(dtype, options);
  }

  std::vector<PlanSpec> specs() const {
    std::vector<int> changing;
    for (int axis = 0; axis < input_.rank(); ++axis) {
      if (input_[axis] != shape_[axis]) changing.push_back(axis);
    }
    if (changing.empty() || shape_.num_elements() == 0) return {untouched()};
    return method_ == ResizeMethod::nearest ? nearest(changing) : summed(changing);
  }

 private:
  PlanSpec outlined(const Shape& input, DType dtype, const std::vector<int>& spatial) const {
    std::vector<std::int64_t> size;
    for (const int axis : spatial) size.push_back(shape_[axis]);
    int channels = -1;
    for (int axis = 0; axis < input.rank(); ++axis) {
      if (std::find(spatial.begin(), spatial.end(), axis) == spatial.end()) channels = axis;
    }
    std::string method(name_of(method_));
    if (antialias_ && method_ != ResizeMethod::nearest) method += " antialias";
    PlanSpec spec = dialect::outlined(
        {std::string(kWho), std::move(method), input, dtype, spatial, size, channels});
    spec.output_dtype = result_;
    dialect::require_addressable(spec);
    dialect::require_room(spec, method_ == ResizeMethod::lanczos5 ? 12 : 7);
    return spec;
  }

  PlanSpec untouched() const {
    std::vector<int> spatial;
    for (int i = std::max(0, input_.rank() - 2); i < input_.rank(); ++i) spatial.push_back(i);
    PlanSpec spec = outlined(input_, dtype_, spatial);
    spec.output_shape = shape_;
    dialect::set_identity(spec);
    return spec;
  }

  std::vector<PlanSpec> nearest(std::vector<int> changing) const {
    std::vector<PlanSpec> result;
    Shape input = input_;
    while (!changing.empty()) {  // from the last axes on
      const auto count = std::min(kMostSpatial, changing.size());
      const std::vector<int> spatial(changing.end() - static_cast<std::ptrdiff_t>(count),
                                     changing.end());
      changing.resize(changing.size() - count);
      PlanSpec spec = outlined(input, result.empty() ? dtype_ : result_, spatial);
      spec.form = resample::Form::copy;
      for (int i = 0; i < spec.spatial_rank; ++i) {
        const int axis = spec.spatial_axis[i];
        spec.axis[i] = nearest_axis(input[axis], shape_[axis]);
        resample::find_repetition(spec.axis[i]);
      }
      input = spec.output_shape;
      result.push_back(std::move(spec));
    }
    return result;
  }

  // The first axes of the order in plans of two, one plan of three where that has the order.
  std::vector<PlanSpec> summed(const std::vector<int>& changing) const {
    const std::vector<int> order = cheapest_order(input_, shape_, changing);
    std::vector<PlanSpec> result;
    Shape input = input_;
    for (std::size_t i = 0; i < order.size();) {
      const bool three = order.size() == kMostSpatial;
      const std::size_t count = three ? kMostSpatial : std::min<std::size_t>(2, order.size() - i);
      std::vector<int> spatial(order.begin() + static_cast<std::ptrdiff_t>(i),
                               order.begin() + static_cast<std::ptrdiff_t>(i + count));
      const int first = spatial.front();
      std::sort(spatial.begin(), spatial.end());
      PlanSpec spec = outlined(input, result.empty() ? dtype_ : result_, spatial);
      spec.form = resample::Form::ordered;
      spec.order = first == spatial.back() || count == 1 ? resample::Order::columns_first
                                                         : resample::Order::rows_first;
      for (int k = 0; k < spec.spatial_rank; ++k) {
        const int axis = spec.spatial_axis[k];
        spec.axis[k] = weights_axis(input[axis], shape_[axis], method_, antialias_, result_);
        spec.sums.pass[k] = {dialect::SumOrder::fused, 0.0, {}};
      }
      input = spec.output_shape;
      result.push_back(std::move(spec));
      i += count;
    }
    return result;
  }

  Shape input_, shape_;
  DType dtype_, result_ = DType::float32;
  ResizeMethod method_;
  bool antialias_ = true;
};

std::vector<resample::Plan> plans_of(const Shape& input, DType dtype, const Shape& shape,
                                     const ResizeOptions& options) {
  const PlanKey key(kWho, input, dtype, shape, options.method, options.antialias);
  return PlanCache::get_all(
      key, [&] { return dialect::made(Planner(input, dtype, shape, options).specs()); });
}

// The dtype that plans take x in: 32 bits, and float32 where the kernels cannot read it.
DType planned(DType dtype, const ResizeOptions& options) {
  const DType first = canonical(dtype);
  if (method_of(options) == ResizeMethod::nearest) return first;
  return first == DType::uint32 || first == DType::boolean ? DType::float32 : first;
}

// Calls f(view) with x in the dtype that plans take.
template <class F>
auto with_planned(const ConstTensorView& x, const ResizeOptions& options, F&& f) {
  const DType dtype = planned(x.dtype(), options);
  if (dtype == x.dtype()) return f(x);
  Tensor narrow(x.shape(), dtype);
  // By way of 32-bit integers, which wrap.
  convert_elements(x, canonical(x.dtype()), dtype, narrow.data());
  return f(ConstTensorView(narrow));
}

}  // namespace

DType resized_dtype(DType dtype, const ResizeOptions& options) {
  const DType first = canonical(dtype);
  if (method_of(options) == ResizeMethod::nearest || is_floating(first)) return first;
  return DType::float32;
}

Tensor resize(const ConstTensorView& x, const Shape& shape, const ResizeOptions& options) {
  return with_planned(x, options, [&](const ConstTensorView& view) {
    return dialect::run(plans_of(view.shape(), view.dtype(), shape, options), view);
  });
}

void resize(const ConstTensorView& x, const Shape& shape, const ResizeOptions& options,
            const TensorView& out) {
  with_planned(x, options, [&](const ConstTensorView& view) {
    dialect::run(plans_of(view.shape(), view.dtype(), shape, options), view, out);
  });
}

resample::Plan plan_resize(const Shape& input_shape, DType dtype, const Shape& shape,
                           const ResizeOptions& options) {
  if (planned(dtype, options) != dtype) {
    fail(ErrorCode::unsupported, "[", kWho,
         "] dtype of a plan must be one that needs no "
         "conversion first; got ",
         dtype, ", which resize takes");
  }
  std::vector<resample::Plan> plans = plans_of(input_shape, dtype, shape, options);
  dialect::require_single(kWho, plans);
  return plans.front();
}

}  // namespace halfpixel::jax::image
