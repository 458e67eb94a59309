#include "frontends/vips_axis.hpp"

#include <algorithm>
#include <cmath>

#include "frontends/vips_words.hpp"

namespace halfpixel::vips_dialect {
namespace {

using dialect::Pair;
using dialect::sinc;
using dialect::Terms;
using vips::Kernel;

constexpr int kPhases = 64;
constexpr double kUnit = 4096;               // of integers' weights
constexpr std::int64_t kMostTerms = 2000;    // libvips'
constexpr std::int64_t kMostSide = 1 << 24;  // beyond it positions times 128 are no int

double lanczos(double x, double lobes) {
  return x >= -lobes && x <= lobes ? sinc(x) * sinc(x / lobes) : 0;
}

// Mitchell and Netravali's.
double cubic(double x, double b, double c) {
  const double a = std::abs(x), squared = a * a, cubed = squared * a;
  if (a <= 1)
    return ((12 - 9 * b - 6 * c) * cubed + (-18 + 12 * b + 6 * c) * squared + (6 - 2 * b)) / 6;
  if (a <= 2)
    return ((-b - 6 * c) * cubed + (6 * b + 30 * c) * squared + (-12 * b - 48 * c) * a +
            (8 * b + 24 * c)) /
           6;
  return 0;
}

double mks2013(double x) {
  x = std::abs(x);
  if (x >= 2.5) return 0;
  if (x >= 1.5) return (x - 2.5) * (x - 2.5) / -8;
  if (x >= 0.5) return (4 * x * x - 11 * x + 7) / 4;
  return 17.0 / 16 - 7 * x * x / 4;
}

double mks2021(double x) {
  x = std::abs(x);
  if (x >= 4.5) return 0;
  if (x >= 3.5) return (4 * x * x - 36 * x + 81) / -1152;
  if (x >= 2.5) return (4 * x * x - 27 * x + 45) / 144;
  if (x >= 1.5) return (24 * x * x - 113 * x + 130) / -144;
  if (x >= 0.5) return (140 * x * x - 379 * x + 239) / 144;
  return 577.0 / 576 - 239 * x * x / 144;
}

double value_of(Kernel kernel, double x) {
  switch (kernel) {
    case Kernel::nearest:
      return 1;
    case Kernel::linear:
      return std::abs(x) < 1 ? 1 - std::abs(x) : 0;
    case Kernel::cubic:
      return cubic(x, 0, 0.5);
    case Kernel::mitchell:
      return cubic(x, 1.0 / 3, 1.0 / 3);
    case Kernel::lanczos2:
      return lanczos(x, 2);
    case Kernel::lanczos3:
      return lanczos(x, 3);
    case Kernel::mks2013:
      return mks2013(x);
    case Kernel::mks2021:
      return mks2021(x);
  }
  return 0;
}

// On each side, before the kernel is widened.
double reach_of(Kernel kernel) {
  switch (kernel) {
    case Kernel::linear:
      return 1;
    case Kernel::lanczos3:
    case Kernel::mks2013:
      return 3;
    case Kernel::mks2021:
      return 5;
    default:
      return 2;
  }
}

int phase_of(double at) {
  const int half_phase = static_cast<int>(at * kPhases * 2) & (kPhases * 2 - 1);
  return (half_phase + 1) >> 1;
}

template <class W>
W weight_of(double weight) {
  if constexpr (std::is_integral_v<W>)
    return static_cast<W>(weight * kUnit);
  else
    return weight;
}

// The weights of each phase.
template <class W>
std::vector<std::vector<W>> masks_of(const Reduction& reduction, Kernel kernel) {
  const std::int64_t terms = terms_of(reduction, kernel);
  std::vector<std::vector<W>> masks;
  std::vector<double> values(static_cast<std::size_t>(terms));
  for (int phase = 0; phase <= kPhases; ++phase) {
    const double middle =
        static_cast<double>(phase) / kPhases + static_cast<double>(terms) / 2.0 - 1;
    double sum = 0;
    for (std::int64_t i = 0; i < terms; ++i) {
      const double x = (static_cast<double>(i) - middle) / reduction.shrink;
      sum += values[static_cast<std::size_t>(i)] = value_of(kernel, x);
    }
    std::vector<W> mask;
    for (const double value : values) mask.push_back(weight_of<W>(value / sum));
    masks.push_back(std::move(mask));
  }
  return masks;
}

// place(first, at): of each row of each piece, where its terms begin.
template <class Place>
void for_each_row(const Reduction& reduction, const Pieces& pieces, std::int64_t terms,
                  Place place) {
  const std::int64_t before = (terms + 1) / 2 - 1;
  for (const Piece& piece : pieces) {
    std::int64_t row = std::clamp<std::int64_t>(piece.begin, 0, reduction.out - 1);
    double at = (static_cast<double>(row) + 0.5) * reduction.shrink - 0.5 - reduction.offset;
    for (std::int64_t i = piece.begin; i < piece.end; ++i) {
      const std::int64_t wanted = std::clamp<std::int64_t>(i, 0, reduction.out - 1);
      for (; row < wanted; ++row) at += reduction.shrink;
      place(static_cast<std::int64_t>(at) - before, at);
    }
  }
}

template <class W>
AxisTable taps_of(const Reduction& reduction, const Pieces& pieces, Kernel kernel) {
  const auto masks = masks_of<W>(reduction, kernel);
  std::vector<Terms<W>> rows;
  for_each_row(reduction, pieces, terms_of(reduction, kernel), [&](std::int64_t first, double at) {
    const std::vector<W>& mask = masks[static_cast<std::size_t>(phase_of(at))];
    auto begin = mask.begin(), end = mask.end();
    if constexpr (std::is_integral_v<W>) {
      // What weighs nothing; of floats it makes NaNs of infinities.
      while (end - begin > 1 && *begin == 0) ++begin;
      while (end - begin > 1 && *(end - 1) == 0) --end;
    }
    rows.push_back({first + (begin - mask.begin()), std::vector<W>(begin, end)});
  });
  return dialect::taps_axis(reduction.averaged(), rows);
}

// Catmull-Rom's, as vips_interpolate_bicubic computes it.
template <class W>
std::vector<W> catmull_rom(int phase) {
  const double x = static_cast<double>(phase) / kPhases;
  const double rest = 1 - x, both = rest * (-0.5 * x);
  const double first = rest * both, last = x * both, between = last - first;
  return {weight_of<W>(first), weight_of<W>(rest - first + between),
          weight_of<W>(x - last - between), weight_of<W>(last)};
}

template <class W>
AxisTable pairs_of(std::int64_t in, const std::vector<Position>& positions) {
  return dialect::pair_axis<W>(
      in, static_cast<std::int64_t>(positions.size()), [&](std::int64_t i) -> Pair<W> {
        const Position& position = positions[static_cast<std::size_t>(i)];
        const auto inside = [&](std::int64_t k) { return std::clamp<std::int64_t>(k, 0, in - 1); };
        const W one = weight_of<W>(1), part = weight_of<W>(position.at - std::trunc(position.at));
        return {inside(position.pixel), inside(position.pixel + 1), one - part, part};
      });
}

template <class W>
AxisTable fours_of(std::int64_t in, const std::vector<Position>& positions) {
  std::vector<Terms<W>> rows;
  for (const Position& position : positions)
    rows.push_back({position.pixel - 1, catmull_rom<W>(phase_of(position.at))});
  return dialect::taps_axis(in, rows);
}

void check_side(std::int64_t side) {
  if (side < kMostSide) return;
  fail(ErrorCode::unsupported, "[", kResize,
       "] sides must be below 16777216, where libvips' positions end; got ", side);
}

}  // namespace

Reduction reduction_of(std::int64_t in, double factor, Kernel kernel, double gap) {
  check_side(in);
  const auto length = static_cast<double>(in);
  const auto out = static_cast<std::int64_t>(length / factor + 0.5);
  double invented = static_cast<double>(out) * factor - length;
  Reduction reduction{in, out, 1, factor, 0};
  if (gap > 0 && kernel != Kernel::nearest) {
    const double whole = std::floor(length / static_cast<double>(out) / gap);
    if (whole > 1) {
      reduction.box = static_cast<std::int64_t>(whole);
      reduction.shrink /= whole;
      invented /= whole;
    }
  }
  reduction.offset = (1 + invented) / 2.0 - 1;
  return reduction;
}

std::int64_t terms_of(const Reduction& reduction, Kernel kernel) {
  if (kernel == Kernel::nearest) return 1;
  const double reach = std::nearbyint(reach_of(kernel) * reduction.shrink);
  if (reach * 2 + 1 > static_cast<double>(kMostTerms))
    fail(ErrorCode::unsupported, "[", kResize, "] reduce factor too large; got ", reduction.in,
         " to ", reduction.out, " pixels without averages before (`gap`)");
  return 2 * static_cast<std::int64_t>(reach) + 1;
}

Enlargement enlargement_of(std::int64_t in, double scale, double other, Kernel kernel) {
  check_side(in);
  const double out = static_cast<double>(in) * scale + 0.5;
  if (!(out < 2147483647.0 / kPhases))
    fail(ErrorCode::unsupported, "[", kResize, "] output coordinates out of range; got ", in,
         " pixels by ", scale);
  Enlargement enlargement{in, static_cast<std::int64_t>(out), 1.0 / (scale * other) * other, 0, 0};
  enlargement.displacement = (kernel == Kernel::nearest ? 0.0 : 0.5) - 1;
  enlargement.window = kernel == Kernel::nearest || kernel == Kernel::linear ? 0 : 1;
  return enlargement;
}

Pieces pieces_of(std::int64_t out, std::int64_t length) {
  Pieces pieces;
  for (std::int64_t begin = 0; begin < out; begin += length)
    pieces.push_back({begin, std::min(begin + length, out)});
  return pieces;
}

AxisTable box_axis(const Reduction& reduction, DType dtype) {
  const auto count = static_cast<double>(reduction.box);
  // Bytes are multiplied by a reciprocal of 24 bits, which is cut off.
  const double by = dtype == DType::uint8 ? std::floor(0x1p24 / count) * 0x1p-24 : count;
  Terms<double> terms{0, std::vector<double>(static_cast<std::size_t>(reduction.box), 1.0)};
  terms.weights.push_back(by);
  std::vector<Terms<double>> rows;
  for (std::int64_t i = 0; i < reduction.averaged(); ++i) {
    terms.first = i * reduction.box;
    rows.push_back(terms);
  }
  return dialect::taps_axis(reduction.in, rows, 1);
}

AxisTable kernel_axis(const Reduction& reduction, const Pieces& pieces, Kernel kernel,
                      DType dtype) {
  return dtype == DType::float32 ? taps_of<double>(reduction, pieces, kernel)
                                 : taps_of<std::int32_t>(reduction, pieces, kernel);
}

AxisTable nearest_axis(const Reduction& reduction, const Pieces& pieces) {
  std::vector<std::int64_t> from;
  for_each_row(reduction, pieces, 1, [&](std::int64_t first, double) { from.push_back(first); });
  return dialect::copy_axis(reduction.in, static_cast<std::int64_t>(from.size()),
                            [&](std::int64_t i) { return from[static_cast<std::size_t>(i)]; });
}

std::vector<Position> positions_of(const Enlargement& enlargement, std::int64_t length) {
  std::vector<Position> positions;
  positions.reserve(static_cast<std::size_t>(enlargement.out));
  double at = 0;
  for (std::int64_t i = 0; i < enlargement.out; ++i) {
    if (length == 0 || i % length == 0)
      at = enlargement.step * static_cast<double>(i) - enlargement.displacement +
           static_cast<double>(enlargement.window);
    positions.push_back({static_cast<std::int64_t>(at) - enlargement.window - 1, at});
    at += enlargement.step;
  }
  return positions;
}

AxisTable nearest_axis(std::int64_t in, const std::vector<Position>& positions) {
  return dialect::copy_axis(in, static_cast<std::int64_t>(positions.size()), [&](std::int64_t i) {
    return positions[static_cast<std::size_t>(i)].pixel;
  });
}

AxisTable bilinear_axis(std::int64_t in, const std::vector<Position>& positions, DType dtype) {
  return dtype == DType::float32 ? pairs_of<double>(in, positions)
                                 : pairs_of<std::int32_t>(in, positions);
}

AxisTable bicubic_axis(std::int64_t in, const std::vector<Position>& positions, DType dtype) {
  return dtype == DType::uint8 ? fours_of<std::int32_t>(in, positions)
                               : fours_of<double>(in, positions);
}

}  // namespace halfpixel::vips_dialect
