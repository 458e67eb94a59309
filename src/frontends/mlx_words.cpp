#include "frontends/mlx_words.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/names.hpp"

namespace halfpixel {
namespace mlx::nn {
namespace {

constexpr std::array<UpsampleMode, 3> kModes = {UpsampleMode::nearest, UpsampleMode::linear,
                                                UpsampleMode::cubic};
constexpr std::array<std::string_view, 3> kNames = {"nearest", "linear", "cubic"};

// int(factor * extent), as Python has it; -1 for what no int64 holds.
std::int64_t scaled(std::int64_t extent, double factor) {
  const double product = factor * static_cast<double>(extent);
  return product >= 0 && product < 0x1p62 ? static_cast<std::int64_t>(product) : -1;
}

}  // namespace

std::span<const UpsampleMode> upsample_modes() noexcept {
  return kModes;
}

std::string_view name_of(UpsampleMode mode) noexcept {
  return frontends::name_in(kNames, mode);
}

UpsampleMode to_upsample_mode(std::string_view name) {
  const std::size_t i = frontends::find_in(kNames, name);
  if (i < kModes.size()) return kModes[i];
  fail(ErrorCode::invalid_argument, "[", mlx_dialect::kWho,
       "] Got unsupported upsampling algorithm: mode must be one of ", frontends::list_of(kNames),
       "; got ", name);
}

double scale_factor_of(std::int64_t in, std::int64_t out) {
  if (in <= 0 || out <= 0) {
    fail(ErrorCode::invalid_argument, "[", mlx_dialect::kWho, "] extents must be positive; got ",
         in, " and ", out);
  }
  double factor = static_cast<double>(out) / static_cast<double>(in);
  while (scaled(in, factor) < out)
    factor = std::nextafter(factor, std::numeric_limits<double>::infinity());
  return factor;
}

}  // namespace mlx::nn

namespace mlx_dialect {
namespace {

using mlx::nn::UpsampleMode;
using mlx::nn::UpsampleOptions;

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", kWho, "] ", parts...);
}

bool is_mixed_with_float32(DType dtype) {
  return dtype != DType::float64 && dtype != DType::uint32 && dtype != DType::uint64;
}

}  // namespace

void check_call(const Shape& shape, DType dtype, const UpsampleOptions& options) {
  const int axes = shape.rank() - 2;
  if (axes < 1) {
    refuse(
        "The input should have at least 1 spatial dimension, which means it should be at least "
        "3D; got shape ",
        shape);
  }
  if (axes > 3) refuse("the input must have at most three spatial axes; got shape ", shape);
  for (const std::int64_t extent : shape) {
    if (extent < 1) refuse("the input must not be empty; got shape ", shape);
  }
  require_enumerator(kWho, "mode", options.mode, mlx::nn::upsample_modes().back());
  const auto factors = static_cast<int>(options.scale_factor.size());
  if (factors != 1 && factors != axes) {
    refuse("One scale per spatial dimension is required: scale_factor must be one number or ", axes,
           "; got ", factors);
  }
  const bool copies = options.mode == UpsampleMode::nearest;
  if (options.antialias && copies)
    refuse("Antialiasing is not supported for nearest neighbor upsampling; got antialias");
  if (options.antialias && options.align_corners)
    refuse("antialias=True with align_corners=True is not supported; got both");
  if (!copies && !is_mixed_with_float32(dtype)) {
    fail(ErrorCode::unsupported, "[", kWho,
         "] dtype of linear and cubic must be float32, float16, bfloat16, bool or an integer but "
         "uint32 and uint64; got ",
         dtype);
  }
  if (options.mode == UpsampleMode::cubic && !options.antialias && axes == 3) {
    fail(ErrorCode::unsupported, "[", kWho,
         "] cubic of three axes is not offered without antialias; got shape ", shape);
  }
}

std::vector<Scaled> scaled_axes(const Shape& shape, const UpsampleOptions& options) {
  std::vector<Scaled> axes;
  for (int axis = 1; axis + 1 < shape.rank(); ++axis) {
    const auto& factors = options.scale_factor;
    const double factor =
        factors.size() == 1 ? factors[0] : factors[static_cast<std::size_t>(axis - 1)];
    const std::int64_t out = mlx::nn::scaled(shape[axis], factor);
    if (out < 1 || out > std::numeric_limits<std::int32_t>::max()) {
      refuse("scale_factor must leave from 1 to 2147483647 positions of each axis; got ", factor,
             " for ", shape[axis]);
    }
    axes.push_back({shape[axis], out, factor});
  }
  return axes;
}

}  // namespace mlx_dialect
}  // namespace halfpixel
