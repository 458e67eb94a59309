#include "frontends/twins/opencv_twin.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "frontends/twins/opencv_places.hpp"
#include "frontends/twins/twin.hpp"

namespace twin {
namespace opencv {
namespace {

double rounded(DType dtype, double v) {
  switch (dtype) {
    case DType::uint8:
      return std::clamp(std::nearbyint(v), 0.0, 255.0);
    case DType::uint16:
      return std::clamp(std::nearbyint(v), 0.0, 65535.0);
    case DType::int16:
      return std::clamp(std::nearbyint(v), -32768.0, 32767.0);
    default:
      return v;
  }
}

struct Resize {
  Flag flag;
  Axis rows, columns;
  Image src;
  bool area_places;
  DType dtype() const { return src.pixels.dtype(); }

  Taps row_taps(Index y) const {
    return taps_of(flag, area_places ? left_aligned(rows, y) : centred(rows, y));
  }
  // The linear ones end at the edges, where those of rows take the edge twice.
  Taps column_taps(Index x) const {
    Place place = area_places ? left_aligned(columns, x) : centred(columns, x);
    if (flag == Flag::inter_linear && place.pixel < 0) place = {0, 0.0F};
    if (flag == Flag::inter_linear && place.pixel >= columns.in - 1)
      return {columns.in - 1, {1.0F}};
    return taps_of(flag, place);
  }
  // Whether vectors of the pass along rows reach this number of the result's row.
  bool in_vectors(Index x, Index c) const {
    const Index numbers = columns.out * src.channels, at = x * src.channels + c;
    const bool cubic = flag == Flag::inter_cubic, lanczos = flag == Flag::inter_lanczos4;
    const Index lanes = dtype() == DType::float32                                        ? 4
                        : dtype() == DType::uint8 && cubic                               ? 8
                        : dtype() == DType::int16 || (dtype() == DType::uint16 && cubic) ? 8
                                                                                         : 0;
    return (cubic || lanczos) && lanes > 0 && at < numbers / lanes * lanes;
  }

  // Sums in T, weights float32.
  template <class T>
  double floating(Index y, Index x, Index c) const {
    const Taps down = row_taps(y), across = column_taps(x);
    const auto taps = static_cast<Index>(across.weights.size());
    const bool inside = across.first >= 0 && across.first + taps <= columns.in;
    const auto line = [&](Index row) {
      T sum = inside || flag == Flag::inter_linear ? T(-0.0) : T(0);
      for (Index k = 0; k < taps; ++k) {
        const double v = src.at(rows.clamped(row), columns.clamped(across.first + k), c);
        sum += static_cast<T>(v) * static_cast<T>(across.weights[static_cast<std::size_t>(k)]);
      }
      return sum;
    };
    std::vector<T> terms;
    for (const float w : down.weights)
      terms.push_back(line(down.first + static_cast<Index>(terms.size())) * static_cast<T>(w));
    if (in_vectors(x, c)) std::reverse(terms.begin(), terms.end());
    T sum = terms[0];
    for (std::size_t k = 1; k < terms.size(); ++k) sum += terms[k];
    return rounded(dtype(), static_cast<double>(sum));
  }

  // Weights of bytes are 2048ths.
  double bytes(Index y, Index x, Index c) const {
    const auto fixed = [](float w) {
      return static_cast<Index>(std::clamp(std::nearbyint(w * 2048.0F), -32768.0F, 32767.0F));
    };
    const Taps down = row_taps(y), across = column_taps(x);
    std::vector<Index> line, weight;
    for (const float w : down.weights) {
      const Index row = rows.clamped(down.first + static_cast<Index>(line.size()));
      Index sum = 0, column = across.first;
      for (const float v : across.weights)
        sum += fixed(v) * static_cast<Index>(src.at(row, columns.clamped(column++), c));
      line.push_back(sum);
      weight.push_back(fixed(w));
    }
    if (flag == Flag::inter_linear) {
      const Index sum = ((line[0] >> 4) * weight[0] >> 16) + ((line[1] >> 4) * weight[1] >> 16);
      return static_cast<double>((sum + 2) >> 2);
    }
    if (in_vectors(x, c)) {
      float sum = -0.0F;
      for (std::size_t k = line.size(); k-- > 0;)
        sum += static_cast<float>(line[k]) * (static_cast<float>(weight[k]) * 0x1p-22F);
      return rounded(DType::uint8, static_cast<double>(sum));
    }
    Index sum = 1 << 21;
    for (std::size_t k = 0; k < line.size(); ++k) sum += line[k] * weight[k];
    return static_cast<double>(std::clamp<Index>(sum >> 22, 0, 255));
  }

  // INTER_AREA of whole steps.
  template <class T>
  double cell(Index y, Index x, Index c) const {
    const Index down = rows.whole_step(), across = columns.whole_step(), count = down * across;
    const bool whole = y < rows.in / down && x < columns.in / across;
    const bool two = down == 2 && across == 2, floats = std::is_floating_point_v<T>;
    const Index channels = src.channels;
    std::vector<T> v;
    for (Index j = y * down; j < std::min((y + 1) * down, rows.in); ++j)
      for (Index i = x * across; i < std::min((x + 1) * across, columns.in); ++i)
        v.push_back(static_cast<T>(src.at(j, i, c)));
    T sum = 0;
    if (!whole) {
      for (const T term : v) sum += term;
      return rounded(dtype(),
                     static_cast<double>(static_cast<float>(sum) / static_cast<float>(v.size())));
    }
    const bool small = channels == 1 || channels == 3 || channels == 4;
    if (two && small && dtype() != DType::float32 && dtype() != DType::float64) {
      const auto all = static_cast<Index>(v[0] + v[1] + v[2] + v[3]);
      return static_cast<double>((all + 2) >> 2);
    }
    if (two && dtype() == DType::float32 && (channels == 1 || channels == 4)) {
      const bool vectors = channels == 4 || x < columns.in / 2 / 4 * 4;
      sum = vectors ? (v[0] + v[1]) + (v[2] + v[3]) : ((v[0] + v[1]) + v[2]) + v[3];
      return static_cast<double>(static_cast<float>(sum) * 0.25F);
    }
    std::size_t k = 0;
    for (; floats && k + 4 <= v.size(); k += 4) sum += v[k] + v[k + 1] + v[k + 2] + v[k + 3];
    for (; k < v.size(); ++k) sum += v[k];
    const float scale = 1.0F / static_cast<float>(count);
    if constexpr (std::is_same_v<T, double>) return sum * static_cast<double>(scale);
    return rounded(dtype(), static_cast<double>(static_cast<float>(sum) * scale));
  }

  // INTER_AREA of other steps: what an output covers of the pixels.
  static Taps covered(const Axis& axis, Index i) {
    const double begin = static_cast<double>(i) * axis.step(), end = begin + axis.step();
    const double cell = std::min(axis.step(), static_cast<double>(axis.in) - begin);
    const Index last = std::min(floored(end), axis.in - 1);
    const Index first = std::min(static_cast<Index>(std::ceil(begin)), last);
    const double before = static_cast<double>(first) - begin;
    const double after = end - static_cast<double>(last);
    Taps taps{first, {}};
    if (before > 1e-3) {
      --taps.first;
      taps.weights.push_back(static_cast<float>(before / cell));
    }
    for (Index k = first; k < last; ++k) taps.weights.push_back(static_cast<float>(1.0 / cell));
    if (after > 1e-3)
      taps.weights.push_back(static_cast<float>(std::min(std::min(after, 1.0), cell) / cell));
    return taps;
  }
  template <class T>
  double shares(Index y, Index x, Index c) const {
    const Taps down = covered(rows, y), across = covered(columns, x);
    T sum = -0.0;
    Index row = down.first;
    for (const float b : down.weights) {
      T line = 0;
      Index column = across.first;
      for (const float a : across.weights)
        line += static_cast<T>(src.at(row, column++, c)) * static_cast<T>(a);
      sum += line * static_cast<T>(b);
      ++row;
    }
    return rounded(dtype(), static_cast<double>(sum));
  }

  // INTER_LINEAR_EXACT: how much the second of two neighbours counts, of 2^bits.
  static Place exact_place(const Axis& axis, Index i, int bits, Index& weight) {
    const double at = axis.step() * (static_cast<double>(i) + 0.5) - 0.5;
    const Index pixel = floored(at);
    const bool edge = pixel < 0 || pixel >= axis.in - 1;
    weight =
        edge
            ? 0
            : static_cast<Index>(std::nearbyint(std::ldexp(at - static_cast<double>(pixel), bits)));
    return {axis.clamped(pixel), 0};
  }
  double exact(Index y, Index x, Index c) const {
    const int bits = dtype() == DType::uint8 ? 8 : dtype() == DType::int32 ? 32 : 16;
    const Index one = Index{1} << bits;
    Index down = 0, across = 0;
    const Index top = exact_place(rows, y, bits, down).pixel;
    const Index left = exact_place(columns, x, bits, across).pixel;
    const auto line = [&](Index row) {
      const auto a = static_cast<Index>(src.at(row, left, c));
      const auto b = static_cast<Index>(src.at(row, columns.clamped(left + 1), c));
      return a * (one - across) + b * across;
    };
    const Index first = line(top), second = line(rows.clamped(top + 1));
    // int32 has too many bits: products are rounded, half away from zero.
    const auto product = [&](Index v, Index w) {
      if (bits < 32) return v * w;
      const auto bits64 = static_cast<std::uint64_t>(v), n = static_cast<std::uint64_t>(w);
      const std::uint64_t size = v < 0 ? 0 - bits64 : bits64;
      const std::uint64_t low = ((size & 0xFFFFFFFF) * n + (1U << 31)) >> 32;
      const std::uint64_t magnitude = (size >> 32) * n + low;
      return static_cast<Index>(v < 0 ? 0 - magnitude : magnitude);
    };
    const int shift = bits < 32 ? 2 * bits : bits;
    const Index sum = product(first, one - down) + product(second, down);
    const Index all = (sum + (Index{1} << (shift - 1))) >> shift;
    return with_element(dtype(), [&]<class T>(T) {
      if constexpr (std::is_integral_v<T> && sizeof(T) <= 4) {
        using Limits = std::numeric_limits<T>;
        return static_cast<double>(std::clamp<Index>(all, Limits::min(), Limits::max()));
      }
      return 0.0;
    });
  }

  double one(Index y, Index x, Index c) const {
    const bool wide = dtype() == DType::float64, byte = dtype() == DType::uint8;
    if (flag == Flag::inter_linear_exact) return exact(y, x, c);
    if (flag == Flag::inter_area && rows.whole_step() > 0 && columns.whole_step() > 0)
      return wide ? cell<double>(y, x, c) : byte ? cell<Index>(y, x, c) : cell<float>(y, x, c);
    if (flag == Flag::inter_area) return wide ? shares<double>(y, x, c) : shares<float>(y, x, c);
    return byte ? bytes(y, x, c) : wide ? floating<double>(y, x, c) : floating<float>(y, x, c);
  }
};

Index nearest(const Axis& axis, Index i, bool exact) {
  if (!exact) return axis.clamped(floored(static_cast<double>(i) * axis.step()));
  const double step = static_cast<double>(axis.in) / static_cast<double>(axis.out);
  double at = 0.5 * step;  // centres are added up
  for (Index k = 0; k < i; ++k) at += step;
  return axis.clamped(floored(at));
}

}  // namespace
}  // namespace opencv

Tensor opencv_resize(const Tensor& src, const halfpixel::cv::Size& dsize,
                     const halfpixel::cv::ResizeOptions& options) {
  using namespace opencv;
  const bool by_factor = dsize.width <= 0 || dsize.height <= 0;
  const auto axis = [&](Index in, Index out, double factor) {
    if (by_factor)
      return Axis{in, static_cast<Index>(std::nearbyint(static_cast<double>(in) * factor)), factor};
    return Axis{in, out, static_cast<double>(out) / static_cast<double>(in)};
  };
  const Shape& s = src.shape();
  Resize resize{options.interpolation,
                axis(s[0], dsize.height, options.fy),
                axis(s[1], dsize.width, options.fx),
                {src, s.rank() == 3 ? s[2] : 1},
                false};
  const Axis &rows = resize.rows, &columns = resize.columns;
  const Index channels = resize.src.channels;
  Flag& flag = resize.flag;
  const bool floats = halfpixel::is_floating(src.dtype());
  const bool by_two = rows.whole_step() == 2 && columns.whole_step() == 2;
  if (flag == Flag::inter_linear_exact && floats) flag = Flag::inter_linear;
  if (by_two && (flag == Flag::inter_linear || (flag == Flag::inter_linear_exact && channels != 2)))
    flag = Flag::inter_area;
  if (flag == Flag::inter_area && (rows.step() < 1 || columns.step() < 1)) {
    flag = Flag::inter_linear;
    resize.area_places = true;
  }
  Shape shape = s;
  shape[0] = rows.out;
  shape[1] = columns.out;
  Tensor result(shape, src.dtype());
  const bool same = shape == s, exact = flag == Flag::inter_nearest_exact;
  for_each({rows.out, columns.out, channels}, [&](const Indices& at, Index i) {
    if (same) return copy(src, i, result, i);
    if (exact || flag == Flag::inter_nearest) {
      const Index y = nearest(rows, at[0], exact), x = nearest(columns, at[1], exact);
      return copy(src, (y * columns.in + x) * channels + at[2], result, i);
    }
    put(result, i, resize.one(at[0], at[1], at[2]));
  });
  return result;
}

}  // namespace twin
