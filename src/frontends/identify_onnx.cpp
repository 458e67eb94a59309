// Calls that identify() tries: ONNX.
#include <utility>

#include <halfpixel/onnx.hpp>

#include "core/checked.hpp"
#include "frontends/identify_programs.hpp"

namespace halfpixel::identification {
namespace {

void add_onnx_call(All& all, const onnx::ResizeOptions& call, Options options) {
  const auto shape_of = [](const Shape& shape, const Sides& out) {
    return std::vector<std::int64_t>{shape[0], shape[1], out.height, out.width};
  };
  all.push_back({"onnx", std::move(options), Axes::nchw,
                 [=](const Shape& shape, DType dtype, const Sides& out) {
                   onnx::ResizeOptions sized = call;
                   sized.sizes = shape_of(shape, out);
                   return onnx::plan_resize(shape, dtype, sized);
                 },
                 [=](const Shape& shape, const Sides& out) {
                   const auto sizes = shape_of(shape, out);
                   return std::pair<std::string, std::string>(
                       "sizes", concat(sizes[0], ",", sizes[1], ",", sizes[2], ",", sizes[3]));
                 }});
  all.back().bytes_differ = true;
}

}  // namespace

// Scales that give these sides but are not their ratio.
void add_onnx_scales(All& all, const Sides& in, const Sides& out) {
  const auto truncated = [](std::int64_t side, double factor) {
    return static_cast<std::int64_t>(static_cast<float>(factor) * static_cast<float>(side));
  };
  for (const double factor : odd_factors(in, out, truncated)) {
    for (const auto mode : {onnx::Mode::nearest, onnx::Mode::linear, onnx::Mode::cubic}) {
      const auto scale = static_cast<float>(factor);
      onnx::ResizeOptions call;
      call.mode = mode;
      call.scales = {1, 1, scale, scale};
      all.push_back({"onnx",
                     {{"mode", std::string(onnx::name_of(mode))}},
                     Axes::nchw,
                     [=](const Shape& shape, DType dtype, const Sides&) {
                       return onnx::plan_resize(shape, dtype, call);
                     },
                     [=](const Shape&, const Sides&) {
                       return std::pair<std::string, std::string>(
                           "scales", concat("1,1,", factor, ",", factor));
                     }});
      all.back().bytes_differ = true;
    }
  }
}

void add_onnx(All& all) {
  using Coordinates = onnx::CoordinateTransformationMode;
  for (const Coordinates coordinates : onnx::coordinate_transformation_modes()) {
    if (coordinates == Coordinates::tf_crop_and_resize) continue;
    const bool old = coordinates == Coordinates::tf_half_pixel_for_nn;
    Options base{{"coordinate-transformation-mode", std::string(onnx::name_of(coordinates))}};
    if (old) base.emplace_back("opset", "11");
    onnx::ResizeOptions call;
    call.coordinate_transformation_mode = coordinates;
    if (old) call.opset = 11;
    for (const auto rounding : onnx::nearest_modes()) {
      onnx::ResizeOptions nearest = call;
      nearest.nearest_mode = rounding;
      Options options{{"mode", "nearest"}};
      options.insert(options.end(), base.begin(), base.end());
      options.emplace_back("nearest-mode", onnx::name_of(rounding));
      add_onnx_call(all, nearest, std::move(options));
    }
    for (const bool antialias : {false, true}) {
      if (antialias && old) continue;
      for (const auto mode : {onnx::Mode::linear, onnx::Mode::cubic}) {
        for (const float a : {-0.75F, -0.5F}) {
          if (mode == onnx::Mode::linear && a != -0.75F) continue;
          for (const bool exclude : {false, true}) {
            if (exclude && (mode == onnx::Mode::linear) && !antialias) continue;
            onnx::ResizeOptions smooth = call;
            smooth.mode = mode;
            smooth.antialias = antialias;
            smooth.exclude_outside = exclude;
            Options options{{"mode", std::string(onnx::name_of(mode))}};
            options.insert(options.end(), base.begin(), base.end());
            if (antialias) options.emplace_back("antialias", kYes);
            if (a != -0.75F) {
              smooth.cubic_coeff_a = a;
              options.emplace_back("cubic-coeff-a", text_of(a));
            }
            if (exclude) options.emplace_back("exclude-outside", kYes);
            add_onnx_call(all, smooth, std::move(options));
          }
        }
      }
    }
  }
}

}  // namespace halfpixel::identification
