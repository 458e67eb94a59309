#include "graph/ops/color.hpp"

#include <algorithm>
#include <cmath>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/op_checks.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

void rgb_to_hsv(const float* rgb, float* hsv) noexcept {
  const float r = rgb[0], g = rgb[1], b = rgb[2];
  const float value = std::max({r, g, b});
  const float range = value - std::min({r, g, b});
  float hue = 0.0f;
  if (range > 0.0f) {
    const float norm = 1.0f / (6.0f * range);
    hue = r == value   ? norm * (g - b)
          : g == value ? norm * (b - r) + 2.0f / 6.0f
                       : norm * (r - g) + 4.0f / 6.0f;
    if (hue < 0.0f) hue += 1.0f;
  }
  hsv[0] = hue;
  hsv[1] = value > 0.0f ? range / value : 0.0f;
  hsv[2] = value;
}

void hsv_to_rgb(const float* hsv, float* rgb) noexcept {
  const float dh = hsv[0] * 6.0f, saturation = hsv[1], value = hsv[2];
  const auto part = [&](float amount) {
    return ((1.0f - saturation) + saturation * std::clamp(amount, 0.0f, 1.0f)) * value;
  };
  rgb[0] = part(std::fabs(dh - 3.0f) - 1.0f);
  rgb[1] = part(2.0f - std::fabs(dh - 2.0f));
  rgb[2] = part(2.0f - std::fabs(dh - 4.0f));
}

class ColorKernel final : public Kernel {
 public:
  ColorKernel(ColorConversion conversion, std::int64_t pixels)
      : convert_(conversion == ColorConversion::rgb_to_hsv ? rgb_to_hsv : hsv_to_rgb),
        pixels_(pixels) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    parallel_blocks(pixels_, 8 * pixels_, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        convert_(static_cast<const float*>(in[0]) + 3 * i, static_cast<float*>(out[0]) + 3 * i);
      }
    });
  }

 private:
  void (*convert_)(const float* from, float* to) noexcept;
  std::int64_t pixels_;
};

class ColorOp final : public OpWith<ColorOp, ColorConversion> {
 public:
  using OpWith::OpWith;
  std::optional<LinearAxis> row_sources(int, const PrepareArgs& args) const override {
    return rows_beside(args.inputs[0].shape, {});
  }
  std::string_view kind() const noexcept override {
    return attr == ColorConversion::rgb_to_hsv ? "rgb_to_hsv" : "hsv_to_rgb";
  }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    require_inputs(kind(), inputs, 1);
    const Shape& shape = inputs[0].shape;
    if (inputs[0].dtype != DType::float32 || shape.rank() < 1 ||
        (shape.at(-1) != 3 && shape.at(-1) != kUnknown)) {
      fail(ErrorCode::invalid_argument, "[", kind(),
           "] floating images with 3 channels last are needed; got ", shape, " ", inputs[0].dtype);
    }
    return {inputs[0]};
  }
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    return std::make_unique<ColorKernel>(attr, args.inputs[0].shape.num_elements() / 3);
  }
};

}  // namespace

OpPtr make_color(ColorConversion conversion) {
  return std::make_shared<ColorOp>(conversion);
}

}  // namespace halfpixel::graph
