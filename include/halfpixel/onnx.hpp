// The ONNX operators Resize (opsets 10 to 19) and Upsample (7 to 9), with the numbers of ONNX
// Runtime 1.32 on the CPU. Where that differs from the standard, it is the runtime that is
// followed: docs/dialects.md.
//
// Shapes are those of the operator: (N, C, …spatial…) as a rule, but `nearest` takes any axes of
// any rank, `linear` 2-D, 3-D (all three axes), 4-D with two axes that change, NCHW or NHWC, and
// 5-D, `cubic` 2-D and 4-D. All functions may be called by many threads at once; they throw Error
// in the words of ONNX Runtime and of ONNX's shape inference before anything is computed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/export.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::onnx {

enum class Mode { nearest, linear, cubic };

enum class CoordinateTransformationMode {
  half_pixel,
  half_pixel_symmetric,
  pytorch_half_pixel,  // 0 where the result has one position; PyTorch itself has none of that
  align_corners,       // by the integer length, even where `scales` ask for a fraction
  asymmetric,
  tf_half_pixel_for_nn,
  tf_crop_and_resize,  // of `roi`; positions outside get `extrapolation_value`
};

// Ties within 1e-6 are ties.
enum class NearestMode { round_prefer_floor, round_prefer_ceil, floor, ceil };

enum class KeepAspectRatioPolicy { stretch, not_larger, not_smaller };

// The operator's own strings, in exact case. Throws Error for others.
HALFPIXEL_EXPORT Mode to_mode(std::string_view name);
HALFPIXEL_EXPORT CoordinateTransformationMode
to_coordinate_transformation_mode(std::string_view name);
HALFPIXEL_EXPORT NearestMode to_nearest_mode(std::string_view name);
HALFPIXEL_EXPORT KeepAspectRatioPolicy to_keep_aspect_ratio_policy(std::string_view name);
HALFPIXEL_EXPORT std::string_view name_of(Mode mode) noexcept;
HALFPIXEL_EXPORT std::string_view name_of(CoordinateTransformationMode mode) noexcept;
HALFPIXEL_EXPORT std::string_view name_of(NearestMode mode) noexcept;
HALFPIXEL_EXPORT std::string_view name_of(KeepAspectRatioPolicy policy) noexcept;
HALFPIXEL_EXPORT std::span<const Mode> modes() noexcept;
HALFPIXEL_EXPORT std::span<const CoordinateTransformationMode>
coordinate_transformation_modes() noexcept;
HALFPIXEL_EXPORT std::span<const NearestMode> nearest_modes() noexcept;
HALFPIXEL_EXPORT std::span<const KeepAspectRatioPolicy> keep_aspect_ratio_policies() noexcept;

// What is unset has the operator's default, and an operator that lacks an option refuses it.
struct ResizeOptions {
  // One number for each axis of x, or of `axes`; either sizes or scales. Before opset 11: scales.
  std::vector<std::int64_t> sizes = {};
  std::vector<float> scales = {};
  Mode mode = Mode::nearest;
  // Opset 11 on; unset: half_pixel. Before: asymmetric.
  std::optional<CoordinateTransformationMode> coordinate_transformation_mode = {};
  // Opset 11 on, unset: round_prefer_floor. Before: up when shrinking, else down.
  std::optional<NearestMode> nearest_mode = {};
  std::optional<float> cubic_coeff_a = {};        // opset 11 on; unset: -0.75
  bool exclude_outside = false;                   // opset 11 on; cubic, or linear with antialias
  std::optional<float> extrapolation_value = {};  // opset 11 on; unset: 0
  bool antialias = false;                         // opset 18 on; linear and cubic
  std::vector<std::int64_t> axes = {};            // opset 18 on; unset: all
  std::optional<KeepAspectRatioPolicy> keep_aspect_ratio_policy =
      {};                       // opset 18 on, with sizes; unset: stretch
  std::vector<float> roi = {};  // opset 11 on: starts, then ends, of every axis, 0 to 1
  int opset = 19;               // 7 to 9: Upsample
};

// x: float32, float16 (computed in float32 and rounded once), uint8, int8, int32 (by cubic
// without antialias only those of (N, H, W, C)). Returns x's dtype.
HALFPIXEL_EXPORT Tensor resize(const ConstTensorView& x, const ResizeOptions& options);
// The same into memory of the caller's.
HALFPIXEL_EXPORT void resize(const ConstTensorView& x, const ResizeOptions& options,
                             const TensorView& out);
// Plans change at most three axes; more throw Error(unsupported).
HALFPIXEL_EXPORT resample::Plan plan_resize(const Shape& shape, DType dtype,
                                            const ResizeOptions& options);
// The shape of the result.
HALFPIXEL_EXPORT Shape resized_shape(const Shape& shape, const ResizeOptions& options);

}  // namespace halfpixel::onnx
