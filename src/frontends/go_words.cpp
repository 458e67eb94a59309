#include "frontends/go_words.hpp"

#include <array>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/names.hpp"

namespace halfpixel {
namespace go::draw {
namespace {

constexpr std::array<Interpolator, 4> kAllInterpolators = {
    Interpolator::nearest_neighbor, Interpolator::approx_bi_linear, Interpolator::bi_linear,
    Interpolator::catmull_rom};
constexpr std::array<std::string_view, 4> kInterpolatorNames = {"NearestNeighbor", "ApproxBiLinear",
                                                                "BiLinear", "CatmullRom"};

}  // namespace

std::span<const Interpolator> interpolators() noexcept {
  return kAllInterpolators;
}

std::string_view name_of(Interpolator interpolator) noexcept {
  return frontends::name_in(kInterpolatorNames, interpolator);
}

Interpolator to_interpolator(std::string_view name) {
  const std::size_t i = frontends::find_in(kInterpolatorNames, name);
  if (i < kAllInterpolators.size()) return kAllInterpolators[i];
  fail(ErrorCode::invalid_argument, "[", go_dialect::kScale,
       "] argument `interpolator` must be one of ", frontends::list_of(kInterpolatorNames),
       "; got ", name);
}

}  // namespace go::draw

namespace go_dialect {
namespace {

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", kScale, "] ", parts...);
}

}  // namespace

void check_call(const Shape& shape, DType dtype, std::int64_t width, std::int64_t height,
                go::draw::Interpolator interpolator) {
  if (shape.rank() != 2 && shape.rank() != 3) {
    refuse("src must be (height, width) or (height, width, channels); got shape ", shape);
  }
  // Go draws nothing then.
  if (shape[0] < 1 || shape[1] < 1) refuse("src must not be empty; got shape ", shape);
  if (shape.rank() == 3 && shape[2] != 1 && shape[2] != 3 && shape[2] != 4) {
    refuse("src must have 1, 3 or 4 channels (Gray, opaque RGBA, RGBA); got shape ", shape);
  }
  if (dtype != DType::uint8 && dtype != DType::uint16) {
    refuse("src must be uint8 or uint16; got ", dtype);
  }
  if (width < 1) refuse("argument `width` must be positive; got ", width);
  if (height < 1) refuse("argument `height` must be positive; got ", height);
  require_enumerator(kScale, "interpolator", interpolator, go::draw::interpolators().back());
}

}  // namespace go_dialect
}  // namespace halfpixel
