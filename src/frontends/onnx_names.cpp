#include "frontends/onnx_names.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/names.hpp"

namespace halfpixel::onnx {
namespace {

using frontends::find_in;
using frontends::list_of;
using frontends::name_in;
using Coordinates = CoordinateTransformationMode;
using Policy = KeepAspectRatioPolicy;

constexpr Mode kModes[] = {Mode::nearest, Mode::linear, Mode::cubic};
constexpr std::string_view kModeNames[] = {"nearest", "linear", "cubic"};

constexpr Coordinates kCoordinates[] = {
    Coordinates::half_pixel,         Coordinates::half_pixel_symmetric,
    Coordinates::pytorch_half_pixel, Coordinates::align_corners,
    Coordinates::asymmetric,         Coordinates::tf_half_pixel_for_nn,
    Coordinates::tf_crop_and_resize};
constexpr std::string_view kCoordinateNames[] = {
    "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
    "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"};

constexpr NearestMode kNearestModes[] = {NearestMode::round_prefer_floor,
                                         NearestMode::round_prefer_ceil, NearestMode::floor,
                                         NearestMode::ceil};
constexpr std::string_view kNearestNames[] = {"round_prefer_floor", "round_prefer_ceil", "floor",
                                              "ceil"};

constexpr Policy kPolicies[] = {Policy::stretch, Policy::not_larger, Policy::not_smaller};
constexpr std::string_view kPolicyNames[] = {"stretch", "not_larger", "not_smaller"};

template <class... Parts>
[[noreturn]] void refuse(const ResizeOptions& options, const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", speaker_of(options), "] ", parts...);
}

// An attribute that came with opset `since`.
void require_opset(const ResizeOptions& options, int since, bool is_set, std::string_view name) {
  if (!is_set || options.opset >= since) return;
  refuse(options, "Unrecognized attribute: ", name, " for operator ",
         options.opset < 10 ? "Upsample" : "Resize", " (it came with opset ", since,
         "); got opset ", options.opset);
}

void check_attributes(const ResizeOptions& options) {
  const auto require = [&](int since, bool is_set, std::string_view name) {
    require_opset(options, since, is_set, name);
  };
  require(11, !options.sizes.empty(), "sizes");
  require(11, options.coordinate_transformation_mode.has_value(), "coordinate_transformation_mode");
  require(11, options.nearest_mode.has_value(), "nearest_mode");
  require(11, options.cubic_coeff_a.has_value(), "cubic_coeff_a");
  require(11, options.exclude_outside, "exclude_outside");
  require(11, options.extrapolation_value.has_value(), "extrapolation_value");
  require(11, !options.roi.empty(), "roi");
  require(18, options.antialias, "antialias");
  require(18, !options.axes.empty(), "axes");
  require(18, options.keep_aspect_ratio_policy.has_value(), "keep_aspect_ratio_policy");
  const bool exclusive =
      options.mode == Mode::cubic || (options.mode == Mode::linear && options.antialias);
  if (options.exclude_outside && !exclusive) {
    refuse(options,
           "exclude_outside can be set to 1 when (1) mode is CUBIC, or (2) mode is LINEAR when "
           "anti-aliasing is enabled; got mode ",
           name_of(options.mode));
  }
  if (options.antialias && options.mode == Mode::nearest) {
    refuse(options,
           "antialias: when anti-aliasing is set, Resize only supports mode `LINEAR` and `CUBIC`; "
           "got mode nearest");
  }
}

void check_axes(const ResizeOptions& options, int rank) {
  std::array<bool, kMaxRank> seen{};
  for (const std::int64_t axis : options.axes) {
    if (axis < -rank || axis >= rank) {
      refuse(options, "Unexpected axis value: ", axis, ". Expected range [", -rank, ", ", rank,
             "); got axes for a tensor of rank ", rank);
    }
    bool& before = seen[static_cast<std::size_t>(axis < 0 ? axis + rank : axis)];
    if (before) refuse(options, "axes: Axis ", axis, " is referred to more than once.");
    before = true;
  }
}

void check_length(const ResizeOptions& options, std::string_view name, std::size_t length,
                  int rank) {
  const std::size_t axes = options.axes.size();
  if (axes != 0 && length != axes) {
    refuse(options, "Number of elements of input '", name, "' (", length,
           ") does not match the number of axes (", axes, ").");
  }
  if (axes == 0 && length != static_cast<std::size_t>(rank)) {
    refuse(options, "Number of elements of input '", name, "' (", length,
           ") must be same as rank of input 'X' (", rank, ").");
  }
}

void check_roi(const ResizeOptions& options, int rank) {
  // Only who crops looks at it; opsets 11 and 12 have to be given one then.
  if (options.coordinate_transformation_mode != Coordinates::tf_crop_and_resize) return;
  if (options.roi.empty() && options.opset >= 13) return;
  const std::size_t axes =
      options.axes.empty() ? static_cast<std::size_t>(rank) : options.axes.size();
  // With axes, that of all axes does as well.
  if (options.roi.size() != 2 * axes && options.roi.size() != 2 * static_cast<std::size_t>(rank)) {
    refuse(options, "size of roi array should be 2 * N where N is ",
           options.axes.empty() ? "the rank of input tensor X" : "the number of axes", " (", axes,
           "); got ", options.roi.size());
  }
}

}  // namespace

Mode to_mode(std::string_view name) {
  const std::size_t i = find_in(kModeNames, name);
  if (i < std::size(kModes)) return kModes[i];
  fail(ErrorCode::invalid_argument, "[onnx.to_mode] mode attribute is ", name,
       ". It can only be nearest(default) or linear or cubic.");
}
Coordinates to_coordinate_transformation_mode(std::string_view name) {
  const std::size_t i = find_in(kCoordinateNames, name);
  if (i < std::size(kCoordinates)) return kCoordinates[i];
  fail(ErrorCode::invalid_argument,
       "[onnx.to_coordinate_transformation_mode] coordinate_transform_mode:[", name,
       "] is not supported! (coordinate_transformation_mode must be one of ",
       list_of(kCoordinateNames), ")");
}
NearestMode to_nearest_mode(std::string_view name) {
  const std::size_t i = find_in(kNearestNames, name);
  if (i < std::size(kNearestModes)) return kNearestModes[i];
  fail(ErrorCode::invalid_argument, "[onnx.to_nearest_mode] nearest_mode:[", name,
       "] is not supported! (nearest_mode must be one of ", list_of(kNearestNames), ")");
}
Policy to_keep_aspect_ratio_policy(std::string_view name) {
  const std::size_t i = find_in(kPolicyNames, name);
  if (i < std::size(kPolicies)) return kPolicies[i];
  fail(ErrorCode::invalid_argument,
       "[onnx.to_keep_aspect_ratio_policy] Unknown value for `keep_aspect_ratio_policy`: ", name,
       ". (keep_aspect_ratio_policy must be one of ", list_of(kPolicyNames), ")");
}

std::string_view name_of(Mode mode) noexcept {
  return name_in(kModeNames, mode);
}
std::string_view name_of(Coordinates mode) noexcept {
  return name_in(kCoordinateNames, mode);
}
std::string_view name_of(NearestMode mode) noexcept {
  return name_in(kNearestNames, mode);
}
std::string_view name_of(Policy policy) noexcept {
  return name_in(kPolicyNames, policy);
}

std::span<const Mode> modes() noexcept {
  return kModes;
}
std::span<const Coordinates> coordinate_transformation_modes() noexcept {
  return kCoordinates;
}
std::span<const NearestMode> nearest_modes() noexcept {
  return kNearestModes;
}
std::span<const Policy> keep_aspect_ratio_policies() noexcept {
  return kPolicies;
}

std::string_view speaker_of(const ResizeOptions& options) {
  return options.opset < 10 ? "onnx.Upsample" : "onnx.Resize";
}

void check_options(const ResizeOptions& options, int rank) {
  if (options.opset < 7 || options.opset > 19) {
    refuse(options, "opset must be 7 to 9 (Upsample) or 10 to 19 (Resize); got ", options.opset);
  }
  const std::string_view who = speaker_of(options);
  require_enumerator(who, "mode", options.mode, std::end(kModes)[-1]);
  require_enumerator(who, "coordinate_transformation_mode",
                     options.coordinate_transformation_mode.value_or(Coordinates::half_pixel),
                     std::end(kCoordinates)[-1]);
  require_enumerator(who, "nearest_mode", options.nearest_mode.value_or(NearestMode::floor),
                     std::end(kNearestModes)[-1]);
  require_enumerator(who, "keep_aspect_ratio_policy",
                     options.keep_aspect_ratio_policy.value_or(Policy::stretch),
                     std::end(kPolicies)[-1]);
  if (rank == 0) refuse(options, "input shape needs to be at least a single dimension; got ()");
  check_attributes(options);
  check_axes(options, rank);
  if (options.sizes.empty() == options.scales.empty()) {
    refuse(options, "Either `sizes` or `scales` must be provided, but not both of them; got ",
           options.sizes.empty() ? "neither" : "both");
  }
  const Policy policy = options.keep_aspect_ratio_policy.value_or(Policy::stretch);
  if (policy != Policy::stretch && !options.scales.empty()) {
    refuse(options,
           "Providing `scales` is incompatible with a `keep_aspect_ratio_policy` other than "
           "\"stretch\"; got ",
           name_of(policy));
  }
  if (!options.sizes.empty())
    check_length(options, "sizes", options.sizes.size(), rank);
  else
    check_length(options, "scales", options.scales.size(), rank);
  check_roi(options, rank);
}

void check_dtype(const ResizeOptions& options, DType dtype) {
  const bool integer = dtype == DType::uint8 || dtype == DType::int8 || dtype == DType::int32;
  if (!integer && dtype != DType::float32 && dtype != DType::float16) {
    refuse(options, "Could not find an implementation for ",
           options.opset < 10 ? "Upsample" : "Resize",
           ": dtype must be float32, float16, uint8, int8 or int32; got ", dtype);
  }
}

void check_cubic(const ResizeOptions& options, DType dtype) {
  const bool floating = dtype == DType::float32 || dtype == DType::float16;
  if (!floating && options.mode == Mode::cubic && !options.antialias) {
    refuse(options,
           "Tensor type mismatch: dtype must be float32 or float16 for mode cubic without "
           "antialias; got ",
           dtype);
  }
}

void check_scales(const ResizeOptions& options, const std::vector<float>& scales) {
  for (const float scale : scales) {
    if (options.opset < 10 && !(scale >= 1)) {
      refuse(options, "scales: Scale value should be greater than or equal to 1; got ", scale);
    }
    if (!(scale > 0)) {
      refuse(options, options.scales.empty() ? "sizes" : "scales",
             ": Scale value should be greater than 0; got ", scale);
    }
  }
  const std::size_t rank = scales.size();
  const bool outer = rank >= 4 && scales[0] == 1;
  const bool channels_first = outer && scales[1] == 1;
  const bool channels_last = rank == 4 && outer && scales[3] == 1;
  if (options.mode == Mode::linear) {
    if (rank == 2 || rank == 3 || (rank == 4 && (channels_first || channels_last)) ||
        (rank == 5 && channels_first)) {
      return;
    }
    refuse(options,
           "'Linear' mode only supports: 2-D inputs or 3-D inputs ('Bilinear', 'Trilinear') or 4-D "
           "inputs with the corresponding outermost 2 scale values being 1 or the corresponding "
           "outermost and innermost scale values being 1 or 5-D inputs with the corresponding "
           "outermost 2 scale values being 1; got scales of ",
           rank, " axes");
  }
  if (options.mode == Mode::cubic) {
    const bool enlarges = rank == 4 && scales[1] >= 1 && scales[2] >= 1;
    if (rank == 2 || (rank == 4 && channels_first) ||
        (channels_last && (options.antialias || enlarges))) {
      return;
    }
    refuse(
        options,
        "'Cubic' mode only supports: 2-D inputs ('Bicubic') or 4-D inputs with the corresponding "
        "outermost 2 scale values being 1 or the corresponding outermost and innermost scale "
        "values being 1 with antialias attribute or the corresponding outermost and innermost "
        "scale values being 1 and other scales >= 1 without antialias attribute; got scales of ",
        rank, " axes");
  }
}

}  // namespace halfpixel::onnx
