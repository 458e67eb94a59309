// The dialects of the command: a row for each.
#include <string>
#include <vector>

#include <halfpixel/go.hpp>
#include <halfpixel/image_rs.hpp>
#include <halfpixel/jax.hpp>
#include <halfpixel/mlx.hpp>
#include <halfpixel/onnx.hpp>
#include <halfpixel/opencv.hpp>
#include <halfpixel/paddle.hpp>
#include <halfpixel/pillow.hpp>
#include <halfpixel/tf_image.hpp>
#include <halfpixel/torch.hpp>
#include <halfpixel/vips.hpp>

#include "dialects.hpp"
#include "usage.hpp"

namespace halfpixel::cli {

const std::vector<Dialect>& dialects() {
  static const std::vector<Dialect> all = {
      {"tf2",
       "tf.image.resize",
       {"--size", "--method", "--antialias", "--preserve-aspect-ratio"},
       [] { return one_of(tf::image::resize_methods(), ""); },
       tf2_work,
       true},
      {"tf1",
       "tf.compat.v1.image.resize",
       {"--size", "--method", "--preserve-aspect-ratio", "--align-corners", "--half-pixel-centers"},
       [] { return one_of(tf::compat::v1::image::resize_methods(), ""); },
       tf1_work,
       true},
      {"torch",
       "torch.nn.functional.interpolate",
       {"--size", "--scale-factor", "--recompute-scale-factor", "--mode", "--align-corners",
        "--antialias", "--memory-format"},
       [] { return one_of(torch::interpolate_modes(), ""); },
       torch_work},
      {"pillow",
       "PIL.Image.resize",
       {"--size", "--resample", "--box", "--reducing-gap", "--mode-name", "--pillow-version"},
       [] { return one_of(pillow::resamplings(), ""); },
       pillow_work},
      {"opencv",
       "cv::resize",
       {"--size", "--fx", "--fy", "--interpolation"},
       [] { return one_of(cv::interpolation_flags(), ""); },
       opencv_work},
      {"onnx",
       "ONNX Resize",
       {"--size", "--sizes", "--scales", "--mode", "--coordinate-transformation-mode",
        "--nearest-mode", "--cubic-coeff-a", "--exclude-outside", "--extrapolation-value",
        "--antialias", "--axes", "--keep-aspect-ratio-policy", "--roi", "--opset"},
       [] { return one_of(onnx::modes(), ""); },
       onnx_work},
      {"jax",
       "jax.image.resize",
       {"--size", "--shape", "--method", "--no-antialias"},
       [] { return one_of(jax::image::resize_methods(), ""); },
       jax_work},
      {"litert",
       "RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR",
       {"--size", "--method", "--align-corners", "--half-pixel-centers", "--kernels"},
       [] { return std::string("bilinear or nearest"); },
       litert_work},
      {"tfjs",
       "tf.image.resizeBilinear, resizeNearestNeighbor of TensorFlow.js",
       {"--size", "--method", "--align-corners", "--half-pixel-centers", "--backend"},
       [] { return std::string("bilinear or nearest"); },
       tfjs_work},
      {"mlx",
       "mlx.nn.Upsample",
       {"--scale-factor", "--mode", "--align-corners", "--antialias"},
       [] { return one_of(mlx::nn::upsample_modes(), ""); },
       mlx_work},
      {"image_rs",
       "image::imageops::resize",
       {"--size", "--filter"},
       [] { return one_of(image_rs::filter_types(), ""); },
       image_rs_work},
      {"go",
       "x/image/draw's Scale",
       {"--size", "--interpolator"},
       [] { return one_of(go::draw::interpolators(), ""); },
       go_work},
      {"paddle",
       "paddle.nn.functional.interpolate",
       {"--size", "--scale-factor", "--mode", "--align-corners", "--align-mode", "--data-format"},
       [] { return one_of(paddle::interpolate_modes(), ""); },
       paddle_work},
      {"vips",
       "resize of libvips",
       {"--size", "--scale-factor", "--kernel", "--gap", "--access"},
       [] { return one_of(vips::kernels(), ""); },
       vips_work},
  };
  return all;
}

}  // namespace halfpixel::cli
