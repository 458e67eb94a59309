#include "frontends/twins/onnx_twin.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <span>

#include "frontends/twins/onnx_axes.hpp"
#include "frontends/twins/twin.hpp"

namespace twin {
namespace onnx {
namespace {

class Resize {
 public:
  Resize(const Tensor& x, const ResizeOptions& o)
      : x_(x),
        o_(o),
        axes_(axes_of(x.shape(), o)),
        a_(o.cubic_coeff_a.value_or(-0.75F)),
        coordinates_(o.coordinate_transformation_mode.value_or(
            o.opset >= 11 ? Coordinates::half_pixel : Coordinates::asymmetric)) {}

  Tensor run() const {
    std::vector<Index> extents;
    for (const Axis& axis : axes_) extents.push_back(axis.out);
    Tensor y(Shape(std::span<const Index>(extents)), x_.dtype());
    const bool same = y.shape() == x_.shape();
    const std::function<double(const Indices&)> value_at = reader();
    for_each(y.shape(), [&](const Indices& at, Index i) {
      if (same) return copy(x_, i, y, i);
      if (is_outside(at)) return put(y, i, extrapolated());
      if (o_.mode != Mode::nearest) return put(y, i, value_at(at));
      Indices from = at;
      for (std::size_t a = 0; a < axes_.size(); ++a) from[a] = nearest(axes_[a], at[a]);
      copy(x_, offset(x_.shape(), from), y, i);
    });
    return y;
  }

 private:
  bool byte() const { return x_.dtype() == DType::uint8 || x_.dtype() == DType::int8; }
  bool integer() const { return byte() || x_.dtype() == DType::int32; }

  float coordinate(const Axis& axis, Index i) const {
    return twin::onnx::coordinate(coordinates_, axis, i);
  }

  bool is_outside(const Indices& at) const {
    if (coordinates_ != Coordinates::tf_crop_and_resize) return false;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      float x = coordinate(axes_[a], at[a]);
      if (o_.antialias) x = (x + 0.5F) - 0.5F;
      if (x < 0 || x > static_cast<float>(axes_[a].in - 1)) return true;
    }
    return false;
  }
  // A float made an element as x86 does.
  double extrapolated() const {
    const float v = o_.extrapolation_value.value_or(0.0F);
    if (!integer()) return static_cast<double>(v);
    const bool fits = v >= -0x1p31F && v < 0x1p31F;
    const auto whole =
        fits ? static_cast<std::int32_t>(v) : std::numeric_limits<std::int32_t>::min();
    return x_.dtype() == DType::uint8  ? static_cast<std::uint8_t>(whole)
           : x_.dtype() == DType::int8 ? static_cast<std::int8_t>(whole)
                                       : whole;
  }

  Index nearest(const Axis& axis, Index i) const {
    const auto x = static_cast<double>(coordinate(axis, i));
    const double low = std::floor(x);
    double at = std::floor(x + 0.5);
    const NearestMode how = o_.nearest_mode.value_or(NearestMode::round_prefer_floor);
    if (o_.opset < 11)
      at = axis.scale < 1 ? std::ceil(x) : std::trunc(x);
    else if (how == NearestMode::floor)
      at = low;
    else if (how == NearestMode::ceil)
      at = std::ceil(x);
    else if (std::abs(x - low - 0.5) < 1e-6)  // near enough for a tie
      at = how == NearestMode::round_prefer_floor ? low : low + 1;
    return static_cast<Index>(std::clamp(at, 0.0, static_cast<double>(axis.in - 1)));
  }

  // The axes along which numbers are summed; `true`: those of (N, H, W, C).
  bool channels_last() const { return axes_.size() == 4 && axes_[1].scale != 1; }
  std::vector<std::size_t> summed() const {
    if (axes_.size() == 2) return {0, 1};
    if (axes_.size() == 3) return {0, 1, 2};
    if (axes_.size() == 5) return {2, 3, 4};
    if (channels_last()) return {1, 2};
    return {2, 3};
  }

  struct Pair {
    Index at[2];
    float distance[2];  // of both to the coordinate
    Index weight[2];    // of 1024
  };
  Pair pair(const Axis& axis, Index i) const {
    const auto last = static_cast<float>(axis.in - 1);
    const float x = std::max(0.0F, std::min(coordinate(axis, i), last));
    const auto low = static_cast<Index>(x);
    const Index high = std::min(low + 1, axis.in - 1);
    if (low == high) return {{low, high}, {0.5F, 0.5F}, {512, 512}};
    const Index part = static_cast<Index>(x * 1024) - low * 1024;
    return {{low, high},
            {std::abs(x - static_cast<float>(low)), std::abs(x - static_cast<float>(high))},
            {1024 - part, part}};
  }

  // All corners at once, the last axis' neighbours first.
  double linear(const Indices& to) const {
    const std::vector<std::size_t> summed_axes = summed();
    const std::size_t count = summed_axes.size();
    const bool fixed = byte() && channels_last();
    float sum = -0.0F;
    Index whole = 0;
    for (unsigned corner = 0; corner < 1U << count; ++corner) {
      Indices at = to;
      float weight = 1;
      Index integers = 1;
      for (std::size_t k = 0; k < count; ++k) {
        const std::size_t a = summed_axes[count - 1 - k];
        const Pair p = pair(axes_[a], to[a]);
        const unsigned side = corner >> k & 1;
        at[a] = p.at[side];
        weight *= p.distance[1 - side];
        integers *= p.weight[side];
      }
      const double v = value(x_, offset(x_.shape(), at));
      sum += weight * static_cast<float>(v);
      whole += integers * (fixed ? static_cast<Index>(v) : 0);
    }
    if (fixed) return static_cast<double>(whole / (1 << 20));
    return cut(sum);
  }
  // As x86 converts to int32.
  double cut(float v) const {
    if (!integer()) return static_cast<double>(v);
    return v >= -0x1p31F && v < 0x1p31F ? std::trunc(static_cast<double>(v)) : -0x1p31;
  }

  float near(float v) const { return ((a_ + 2) * v - (a_ + 3)) * v * v + 1; }
  float far(float v) const { return ((a_ * v - 5 * a_) * v + 8 * a_) * v - 4 * a_; }

  struct Four {
    Index at[4];
    float weight[4];
    float sum;
  };
  Four four(const Axis& axis, Index i) const {
    const float x = coordinate(axis, i), low = std::floor(x), t = x - low;
    Four four{{}, {far(t + 1), near(t), near(1 - t), far(2 - t)}, o_.exclude_outside ? 0.0F : 1.0F};
    for (int k = 0; k < 4; ++k) {
      const double at = static_cast<double>(low) + k - 1, last = static_cast<double>(axis.in - 1);
      four.at[k] = static_cast<Index>(std::clamp(at, 0.0, last));
      if (!o_.exclude_outside) continue;
      if (at < 0 || at > last) four.weight[k] = 0;
      four.sum += four.weight[k];
    }
    return four;
  }
  double cubic(const Indices& to) const {
    const std::size_t y = to.size() - 2, x = to.size() - 1;
    const Four rows = four(axes_[y], to[y]), columns = four(axes_[x], to[x]);
    Indices at = to;
    float sum = 0;
    for (int k = 0; k < 4; ++k) {
      float row = 0;
      at[y] = rows.at[k];
      for (int j = 0; j < 4; ++j) {
        at[x] = columns.at[j];
        const auto v = static_cast<float>(value(x_, offset(x_.shape(), at)));
        row += columns.weight[j] / columns.sum * v;
      }
      sum += row * rows.weight[k] / rows.sum;
    }
    return static_cast<double>(sum);
  }

  float filter(float v) const {
    v = std::abs(v);
    if (o_.mode == Mode::linear) return v < 1 ? 1 - v : 0;
    return v < 1 ? near(v) : v < 2 ? (((v - 5) * v + 8) * v - 4) * a_ : 0;
  }
  // Of a sum that widens when shrinking: the first pixel, and weights.
  struct Taps {
    Index first;
    std::vector<float> weights;
  };
  Taps wide_taps(const Axis& axis, Index i) const {
    const float step = 1.0F / axis.scale, radius = o_.mode == Mode::linear ? 1 : 2;
    const float support = step >= 1 ? radius * step : radius;
    const float inverse = step >= 1 ? 1.0F / step : 1.0F;
    const float centre = 0.5F + (step == 1 ? static_cast<float>(i) : coordinate(axis, i));
    const auto low = static_cast<Index>(std::floor(centre - support + 0.5F));
    const Index most = static_cast<Index>(std::ceil(support)) * 2 + 1;
    const Index end = static_cast<Index>(std::floor(centre + support + 0.5F));
    const Index high = low + std::clamp<Index>(end - low, 0, most);
    const Index first = std::clamp<Index>(low, 0, axis.in);
    const Index last = std::clamp<Index>(high, 0, axis.in);
    Taps taps{first, std::vector<float>(static_cast<std::size_t>(last - first))};
    if (taps.weights.empty()) return taps;
    // What lies outside is added to the edge, or left out.
    float sum = 0;
    std::vector<float> before;
    for (Index j = o_.exclude_outside ? first : low; j < (o_.exclude_outside ? last : high); ++j) {
      const float w = filter((static_cast<float>(j) - centre + 0.5F) * inverse);
      sum += w;
      if (j < first)
        before.push_back(w);
      else if (j < last)
        taps.weights[static_cast<std::size_t>(j - first)] = w;
    }
    for (const float w : before) taps.weights.front() += w;
    for (Index j = last; !o_.exclude_outside && j < high; ++j)
      taps.weights.back() += filter((static_cast<float>(j) - centre + 0.5F) * inverse);
    const float factor = sum == 0 ? 1 : 1 / sum;
    for (float& w : taps.weights) w *= factor;
    return taps;
  }
  double wide(const Indices& to, std::size_t axis,
              const std::function<double(const Indices&)>& from) const {
    if (axes_[axis].in == axes_[axis].out) return from(to);
    const Taps taps = wide_taps(axes_[axis], to[axis]);
    Indices at = to;
    at[axis] = taps.first;
    if (byte()) {
      Index sum = 1 << 21;
      for (const float w : taps.weights) {
        sum += static_cast<Index>(std::round(w * 0x1p22F)) * static_cast<Index>(from(at));
        ++at[axis];
      }
      const Index v = std::clamp<Index>(sum >> 22, 0, 255);
      return static_cast<double>(x_.dtype() == DType::int8 ? static_cast<std::int8_t>(v) : v);
    }
    float sum = 0;
    for (const float w : taps.weights) {
      sum += w * static_cast<float>(from(at));
      ++at[axis];
    }
    return cut(integer() ? std::round(sum) : sum);
  }

  std::function<double(const Indices&)> reader() const {
    // Cubic of (N, H, W, C) has no other kernel.
    if (o_.mode != Mode::nearest && (o_.antialias || (o_.mode == Mode::cubic && channels_last()))) {
      std::function<double(const Indices&)> read = [this](const Indices& at) {
        return value(x_, offset(x_.shape(), at));
      };
      std::vector<std::size_t> order = summed();
      for (; !order.empty(); order.pop_back())
        read = [this, read, axis = order.back()](const Indices& at) {
          return wide(at, axis, read);
        };
      return read;
    }
    if (o_.mode == Mode::linear) return [this](const Indices& at) { return linear(at); };
    return [this](const Indices& at) { return cubic(at); };
  }

  const Tensor& x_;
  const ResizeOptions& o_;
  std::vector<Axis> axes_;
  float a_;
  Coordinates coordinates_;
};

}  // namespace
}  // namespace onnx

Tensor onnx_resize(const Tensor& x, const halfpixel::onnx::ResizeOptions& options) {
  return onnx::Resize(x, options).run();
}

}  // namespace twin
