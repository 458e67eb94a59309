// One case of another program through its slow twin.
#pragma once

#include <optional>

#include "frontends/go_cases.hpp"
#include "frontends/image_rs_cases.hpp"
#include "frontends/litert_cases.hpp"
#include "frontends/mlx_cases.hpp"
#include "frontends/opencv_cases.hpp"
#include "frontends/oracle_onnx.hpp"
#include "frontends/paddle_cases.hpp"
#include "frontends/pillow_cases.hpp"
#include "frontends/tfjs_cases.hpp"
#include "frontends/torch_cases.hpp"
#include "frontends/twins/go_twin.hpp"
#include "frontends/twins/image_rs_twin.hpp"
#include "frontends/twins/jax_twin.hpp"
#include "frontends/twins/litert_twin.hpp"
#include "frontends/twins/mlx_twin.hpp"
#include "frontends/twins/onnx_twin.hpp"
#include "frontends/twins/opencv_twin.hpp"
#include "frontends/twins/paddle_twin.hpp"
#include "frontends/twins/pillow_twin.hpp"
#include "frontends/twins/tfjs_twin.hpp"
#include "frontends/twins/torch_twin.hpp"
#include "frontends/twins/vips_twin.hpp"
#include "frontends/vips_cases.hpp"

namespace oracle {

// Nothing for what the twins do not know: JAX's methods but nearest, gradients whose order of sums
// is not known, and what onnx::resize refuses because ONNX Runtime is wrong there.
inline std::optional<Tensor> run_dialect_twin(const Case& c) {
  if (c.operation == "torch.interpolate") return twin::torch_interpolate(c.in, torch_call(c));
  if (c.operation == "torch.interpolate_gradient")
    return twin::torch_interpolate_gradient(c.in, c.shape("input_shape"), torch_call(c));
  if (c.operation == "pillow.resize") {
    const PillowCall call = pillow_call(c);
    return twin::pillow_resize(c.in, call.size, call.options);
  }
  if (c.operation == "cv.resize") {
    const OpencvCall call = opencv_call(c);
    return twin::opencv_resize(c.in, call.dsize, call.options);
  }
  if (c.operation == "vips.resize") {
    const VipsCall call = vips_call(c);
    return twin::vips_resize(c.in, call.scale, call.options);
  }
  if (c.operation == "go.draw.scale") {
    const GoCall call = go_call(c);
    return twin::go_scale(c.in, call.width, call.height, call.interpolator);
  }
  if (c.operation == "image_rs.resize") {
    const ImageRsCall call = image_rs_call(c);
    return twin::image_rs_resize(c.in, call.nwidth, call.nheight, call.filter);
  }
  if (c.operation == "litert.resize_bilinear")
    return twin::litert_bilinear(c.in, c.size("size"), litert_options(c));
  if (c.operation == "litert.resize_nearest_neighbor")
    return twin::litert_nearest(c.in, c.size("size"), litert_options(c));
  if (c.operation == "tfjs.resize_bilinear")
    return twin::tfjs_bilinear(c.in, c.size("size"), tfjs_options(c));
  if (c.operation == "tfjs.resize_nearest_neighbor")
    return twin::tfjs_nearest(c.in, c.size("size"), tfjs_options(c));
  if (c.operation == "paddle.interpolate") return twin::paddle_interpolate(c.in, paddle_options(c));
  if (c.operation == "mlx.upsample") return twin::mlx_upsample(c.in, mlx_options(c));
  if (c.operation == "onnx.resize" && !is_refused(c))
    return twin::onnx_resize(c.in, onnx_options(c));
  if (c.operation == "jax.image.resize" && c.text("method") == "nearest")
    return twin::jax_nearest(c.in, jax_shape(c));
  return std::nullopt;
}

}  // namespace oracle
