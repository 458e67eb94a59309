#include "frontends/paddle_words.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/names.hpp"

namespace halfpixel {
namespace paddle {
namespace {

using enum InterpolateMode;
constexpr std::array<InterpolateMode, 6> kModes = {nearest,   linear,  bilinear,
                                                   trilinear, bicubic, area};
constexpr std::array<std::string_view, 6> kNames = {"nearest",   "linear",  "bilinear",
                                                    "trilinear", "bicubic", "area"};

}  // namespace

std::span<const InterpolateMode> interpolate_modes() noexcept {
  return kModes;
}

std::string_view name_of(InterpolateMode mode) noexcept {
  return frontends::name_in(kNames, mode);
}

InterpolateMode to_interpolate_mode(std::string_view name) {
  const std::size_t i = frontends::find_in(kNames, name);
  if (i < kModes.size()) return kModes[i];
  fail(ErrorCode::invalid_argument, "[", paddle_dialect::kWho, "] mode must be one of ",
       frontends::list_of(kNames), "; got ", name);
}

}  // namespace paddle

namespace paddle_dialect {
namespace {

using paddle::InterpolateMode;
using paddle::nn::functional::InterpolateOptions;

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", kWho, "] ", parts...);
}

void check_rank(int rank, InterpolateMode mode) {
  const auto wants = [&](bool right, const char* ranks) {
    if (!right) refuse("'", name_of(mode), "' only supports ", ranks, " tensors; got rank ", rank);
  };
  switch (mode) {
    case InterpolateMode::nearest:
      return wants(rank == 4 || rank == 5, "4-D and 5-D");
    case InterpolateMode::linear:
      return wants(rank == 3, "3-D");
    case InterpolateMode::bilinear:
    case InterpolateMode::bicubic:
      return wants(rank == 4, "4-D");
    case InterpolateMode::trilinear:
      return wants(rank == 5, "5-D");
    case InterpolateMode::area:
      return wants(rank >= 3 && rank <= 5, "3-D, 4-D and 5-D");
  }
}

void check_dtype(DType dtype, InterpolateMode mode) {
  if (dtype == DType::float32 || dtype == DType::float64) return;
  const bool copies = mode == InterpolateMode::nearest;
  const bool linear = mode == InterpolateMode::bilinear || mode == InterpolateMode::trilinear;
  if (dtype == DType::uint8 && (copies || linear)) return;
  if (copies && (dtype == DType::int32 || dtype == DType::int64 || dtype == DType::float16 ||
                 dtype == DType::bfloat16)) {
    return;
  }
  if (dtype == DType::uint8 && mode == InterpolateMode::linear) {
    fail(ErrorCode::unsupported, "[", kWho,
         "] linear of uint8 is a fault of PaddlePaddle's, which cuts all fractions to 0 and takes "
         "the left pixel; got uint8");
  }
  fail(ErrorCode::unsupported, "[", kWho, "] dtype of ", name_of(mode),
       copies   ? " must be float32, float64, float16, bfloat16, uint8, int32 or int64"
       : linear ? " must be float32, float64 or uint8"
                : " must be float32 or float64",
       "; got ", dtype);
}

void check_words(const InterpolateOptions& options, int axes) {
  const InterpolateMode mode = options.mode;
  const bool scaled = !options.scale_factor.empty();
  if (!options.size && !scaled)
    refuse("One of size and scale_factor must not be None; got neither");
  if (options.size && scaled)
    refuse("Only one of size or scale_factor should be defined; got size ", *options.size,
           " and a scale_factor");
  if (options.size && options.size->rank() != axes) {
    refuse("The x and size should satisfy rank(x) - 2 == len(size): ", axes, "; got ",
           *options.size);
  }
  const auto factors = static_cast<int>(options.scale_factor.size());
  if (scaled && factors != 1 && factors != axes)
    refuse("scale_factor must be one number or ", axes, "; got ", factors);
  for (const double factor : options.scale_factor) {
    if (!(factor > 0)) refuse("scale_factor should be greater than zero; got ", factor);
  }
  const bool area = mode == InterpolateMode::area;
  if (options.align_corners && mode == InterpolateMode::nearest) {
    refuse(
        "align_corners option can only be set with the interpolating modes: linear | bilinear | "
        "bicubic | trilinear; got mode ",
        name_of(mode));
  }
  if (options.align_mode != 0 && options.align_mode != 1)
    refuse("align_mode can only be 0 or 1; got ", options.align_mode);
  if (area && !options.size) refuse("output size can not be None in area mode; got a scale_factor");
  if (area && options.data_format == DataFormat::channels_last) {
    refuse("area is pooling of channels_first, whatever data_format says; got ",
           options.data_format);
  }
}

}  // namespace

void check_call(const Shape& shape, DType dtype, const InterpolateOptions& options) {
  require_enumerator(kWho, "mode", options.mode, InterpolateMode::area);
  require_enumerator(kWho, "data_format", options.data_format, DataFormat::channels_first);
  check_rank(shape.rank(), options.mode);
  for (const std::int64_t extent : shape) {
    if (extent < 1) refuse("x must not be empty; got shape ", shape);
  }
  check_words(options, shape.rank() - 2);
  check_dtype(dtype, options.mode);
}

std::vector<int> spatial_axes(const Shape& shape, const InterpolateOptions& options) {
  const int first = options.data_format == DataFormat::channels_first ? 2 : 1;
  std::vector<int> axes;
  for (int i = 0; i < shape.rank() - 2; ++i) axes.push_back(first + i);
  return axes;
}

std::vector<Sides> sides_of(const Shape& shape, const InterpolateOptions& options) {
  constexpr double kMost = std::numeric_limits<std::int32_t>::max();
  std::vector<Sides> sides;
  for (const int axis : spatial_axes(shape, options)) {
    const auto i = static_cast<int>(sides.size());
    if (options.size) {
      const std::int64_t out = (*options.size)[i];
      if (out < 1) refuse("Each dimension size given in size must be greater than 0; got ", out);
      sides.push_back({shape[axis], out, {}});
      continue;
    }
    const auto& factors = options.scale_factor;
    const double factor = factors.size() == 1 ? factors[0] : factors[static_cast<std::size_t>(i)];
    const double length = static_cast<double>(shape[axis]) * factor;
    if (!(length >= 1) || length > kMost) {
      refuse("scale_factor must leave from 1 to 2147483647 positions of each axis; got ", factor,
             " for ", shape[axis]);
    }
    sides.push_back({shape[axis], static_cast<std::int64_t>(length), factor});
  }
  return sides;
}

}  // namespace paddle_dialect
}  // namespace halfpixel
