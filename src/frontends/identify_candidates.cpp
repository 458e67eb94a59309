#include "frontends/identify_candidates.hpp"

#include <charconv>
#include <cmath>
#include <utility>

#include <halfpixel/go.hpp>
#include <halfpixel/image_rs.hpp>
#include <halfpixel/jax.hpp>
#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/litert.hpp>
#include <halfpixel/mlx.hpp>
#include <halfpixel/onnx.hpp>
#include <halfpixel/opencv.hpp>
#include <halfpixel/paddle.hpp>
#include <halfpixel/pillow.hpp>
#include <halfpixel/tf_image.hpp>
#include <halfpixel/tfjs.hpp>
#include <halfpixel/torch.hpp>

#include "core/checked.hpp"

namespace halfpixel::identification {
namespace {

using Options = Match::Options;
using All = std::vector<Candidate>;
constexpr const char* kYes = "true";

std::string text_of(float value) {
  std::string text = concat(value);
  return text;
}

// So that reading it gives the same number.
std::string exact_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

Size size_of(const Sides& out) {
  return {out.height, out.width};
}

void add_tf2(All& all) {
  for (const auto method : tf::image::resize_methods()) {
    for (const bool antialias : {false, true}) {
      using enum tf::image::ResizeMethod;
      if (antialias && (method == nearest_neighbor || method == area)) continue;
      Options options{{"method", std::string(tf::image::name_of(method))}};
      if (antialias) options.emplace_back("antialias", kYes);
      all.push_back({"tf2", std::move(options), Axes::nhwc,
                     [=](const Shape& shape, DType dtype, const Sides& out) {
                       return tf::image::plan_resize(shape, dtype, size_of(out),
                                                     {.method = method, .antialias = antialias});
                     }});
    }
  }
}

void add_tf1(All& all) {
  namespace v1 = tf::compat::v1::image;
  using enum tf::image::ResizeMethod;
  for (const auto method : v1::resize_methods()) {
    const std::string name(tf::image::name_of(method));
    for (const bool corners : {false, true}) {
      Options options{{"method", name}};
      if (corners) options.emplace_back("align-corners", kYes);
      all.push_back({"tf1", std::move(options), Axes::nhwc,
                     [=](const Shape& shape, DType dtype, const Sides& out) {
                       return v1::plan_resize(shape, dtype, size_of(out),
                                              {.method = method, .align_corners = corners});
                     }});
    }
    if (method == area) continue;
    all.push_back({"tf1",
                   {{"method", name}, {"half-pixel-centers", kYes}},
                   Axes::nhwc,
                   [=](const Shape& shape, DType dtype, const Sides& out) {
                     const v1::ResizeKernelOptions half{.half_pixel_centers = true};
                     if (method == bilinear)
                       return v1::plan_resize_bilinear(shape, dtype, size_of(out), half);
                     if (method == bicubic)
                       return v1::plan_resize_bicubic(shape, dtype, size_of(out), half);
                     return v1::plan_resize_nearest_neighbor(shape, dtype, size_of(out), half);
                   }});
  }
}

void add_keras(All& all, const Sides& in, const Sides& out) {
  if (out.height % in.height != 0 || out.width % in.width != 0) return;
  const Size factors{out.height / in.height, out.width / in.width};
  for (const auto interpolation : keras::interpolations()) {
    all.push_back({"keras",
                   {{"interpolation", std::string(keras::name_of(interpolation))}},
                   Axes::nhwc,
                   [=](const Shape& shape, DType dtype, const Sides&) {
                     return keras::layers::UpSampling2D({.size = factors,
                                                         .data_format = DataFormat::channels_last,
                                                         .interpolation = interpolation})
                         .plan(shape, dtype);
                   },
                   [=](const Shape&, const Sides&) {
                     return std::pair<std::string, std::string>(
                         "size", concat(factors[0], "x", factors[1]));
                   },
                   true});
  }
}

// Factors that give these sides but another step than the sides do; length(side, factor) is the
// program's rule.
template <class Length>
std::vector<double> odd_factors(const Sides& in, const Sides& out, Length length) {
  std::vector<double> found;
  for (const int parts : {2, 3, 4, 5, 8, 10}) {
    for (int k = 1; k <= 8 * parts; ++k) {
      const double factor = static_cast<double>(k) / parts;
      const auto gives = [&](std::int64_t from, std::int64_t to) {
        return length(from, factor) == to;
      };
      const bool even =
          static_cast<double>(in.height) * factor == static_cast<double>(out.height) &&
          static_cast<double>(in.width) * factor == static_cast<double>(out.width);
      if (even || !gives(in.height, out.height) || !gives(in.width, out.width)) continue;
      bool known = false;
      for (const double other : found) known = known || other == factor;
      if (!known && found.size() < 4) found.push_back(factor);
    }
  }
  return found;
}

void add_torch_call(All& all, const torch::nn::functional::InterpolateOptions& call,
                    const Options& options) {
  namespace functional = torch::nn::functional;
  Candidate candidate{"torch", options, Axes::nchw,
                      [=](const Shape& shape, DType dtype, const Sides& out) {
                        functional::InterpolateOptions sized = call;
                        if (sized.scale_factor.empty()) sized.size = size_of(out);
                        return functional::plan_interpolate(shape, dtype, sized);
                      }};
  if (!call.scale_factor.empty()) {
    const std::string text = concat(call.scale_factor.front());
    candidate.size = [=](const Shape&, const Sides&) {
      return std::pair<std::string, std::string>("scale-factor", text);
    };
  }
  candidate.bytes_differ = true;
  all.push_back(std::move(candidate));
}

void add_torch(All& all, const Sides& in, const Sides& out) {
  using Mode = torch::InterpolateMode;
  std::vector<std::vector<double>> factors(1);
  const auto truncated = [](std::int64_t side, double factor) {
    return static_cast<std::int64_t>(static_cast<double>(side) * factor);
  };
  for (const double factor : odd_factors(in, out, truncated)) factors.push_back({factor});
  for (const auto& factor : factors) {
    for (const Mode mode : {Mode::nearest, Mode::nearest_exact, Mode::bilinear, Mode::bicubic,
                            Mode::lanczos, Mode::area}) {
      const bool smooth = mode == Mode::bilinear || mode == Mode::bicubic;
      const std::string name(torch::name_of(mode));
      for (const bool antialias : {false, true}) {
        if (antialias ? !smooth && mode != Mode::lanczos : mode == Mode::lanczos) continue;
        for (const bool corners : {false, true}) {
          if (corners && (!smooth || !factor.empty())) continue;
          for (const auto format :
               {torch::MemoryFormat::contiguous_format, torch::MemoryFormat::channels_last}) {
            const bool last = format == torch::MemoryFormat::channels_last;
            if (last && (mode != Mode::bilinear || antialias)) continue;
            Options options{{"mode", name}};
            torch::nn::functional::InterpolateOptions call;
            call.mode = mode;
            call.scale_factor = factor;
            call.antialias = antialias;
            call.memory_format = format;
            if (corners) call.align_corners = true;
            if (corners) options.emplace_back("align-corners", kYes);
            if (antialias) options.emplace_back("antialias", kYes);
            if (last) options.emplace_back("memory-format", "channels_last");
            add_torch_call(all, call, options);
          }
        }
      }
    }
  }
}

// thumbnail() and its like: whole factors are averaged first.
void add_pillow_gaps(All& all, const Sides& in, const Sides& out) {
  if (in.height < 4 * out.height && in.width < 4 * out.width) return;
  for (const auto filter : pillow::resamplings()) {
    if (filter == pillow::Resampling::nearest) continue;
    for (const double gap : {2.0, 3.0}) {
      Candidate candidate{
          "pillow",
          {{"resample", std::string(pillow::name_of(filter))}, {"reducing-gap", concat(gap, ".0")}},
          Axes::hwc,
          {}};
      candidate.run = [=](const ConstTensorView& image, const Sides& size) {
        return pillow::resize(image, {size.width, size.height},
                              {.resample = filter, .reducing_gap = gap});
      };
      all.push_back(std::move(candidate));
    }
  }
}

void add_pillow(All& all) {
  for (const auto filter : pillow::resamplings()) {
    for (const int version : {13, 12}) {
      const bool magic =
          filter == pillow::Resampling::mks2013 || filter == pillow::Resampling::mks2021;
      if (version == 12 && (magic || filter == pillow::Resampling::nearest)) continue;
      Options options{{"resample", std::string(pillow::name_of(filter))}};
      if (version == 12) options.emplace_back("pillow-version", "12");
      all.push_back({"pillow", std::move(options), Axes::hwc,
                     [=](const Shape& shape, DType dtype, const Sides& out) {
                       return pillow::plan_resize(shape, dtype, {out.width, out.height},
                                                  {.resample = filter, .version = version});
                     }});
    }
  }
}

void add_opencv(All& all, const Sides& in, const Sides& out) {
  const auto rounded = [](std::int64_t side, double factor) {
    return static_cast<std::int64_t>(std::nearbyint(static_cast<double>(side) * factor));
  };
  for (const double factor : odd_factors(in, out, rounded)) {
    for (const auto flag : cv::interpolation_flags()) {
      all.push_back({"opencv",
                     {{"fy", concat(factor)}, {"interpolation", std::string(cv::name_of(flag))}},
                     Axes::hwc,
                     [=](const Shape& shape, DType dtype, const Sides&) {
                       return cv::plan_resize(shape, dtype, {},
                                              {.fx = factor, .fy = factor, .interpolation = flag});
                     },
                     [=](const Shape&, const Sides&) {
                       return std::pair<std::string, std::string>("fx", concat(factor));
                     }});
      all.back().bytes_differ = true;
    }
  }
  for (const auto flag : cv::interpolation_flags()) {
    all.push_back({"opencv",
                   {{"interpolation", std::string(cv::name_of(flag))}},
                   Axes::hwc,
                   [=](const Shape& shape, DType dtype, const Sides& out) {
                     return cv::plan_resize(shape, dtype, {out.width, out.height},
                                            {.interpolation = flag});
                   }});
    all.back().bytes_differ = true;
  }
}

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

void add_jax(All& all) {
  for (const auto method : jax::image::resize_methods()) {
    for (const bool antialias : {true, false}) {
      if (!antialias && method == jax::image::ResizeMethod::nearest) continue;
      Options options{{"method", std::string(jax::image::name_of(method))}};
      if (!antialias) options.emplace_back("no-antialias", kYes);
      all.push_back({"jax", std::move(options), Axes::nhwc,
                     [=](const Shape& shape, DType dtype, const Sides& out) {
                       Shape target = shape;
                       target[1] = out.height;
                       target[2] = out.width;
                       return jax::image::plan_resize(shape, dtype, target,
                                                      {.method = method, .antialias = antialias});
                     }});
    }
  }
}

void add_litert(All& all) {
  for (const bool nearest : {false, true}) {
    for (const auto kernels : litert::all_kernels()) {
      if (nearest && kernels != litert::Kernels::builtin) continue;
      for (const int flags : {0, 1, 2}) {
        const litert::ResizeOptions call{flags == 1, flags == 2, kernels};
        Options options{{"method", nearest ? "nearest" : "bilinear"}};
        if (flags == 1) options.emplace_back("align-corners", kYes);
        if (flags == 2) options.emplace_back("half-pixel-centers", kYes);
        if (kernels != litert::Kernels::builtin)
          options.emplace_back("kernels", litert::name_of(kernels));
        all.push_back(
            {"litert", std::move(options), Axes::nhwc,
             [=](const Shape& shape, DType dtype, const Sides& out) {
               return nearest
                          ? litert::plan_resize_nearest_neighbor(shape, dtype, size_of(out), call)
                          : litert::plan_resize_bilinear(shape, dtype, size_of(out), call);
             }});
      }
    }
  }
}

void add_tfjs(All& all) {
  for (const auto backend : tfjs::all_backends()) {
    for (const int flags : {0, 1, 2}) {
      const tfjs::ResizeOptions call{flags == 1, flags == 2, backend};
      Options options{{"method", "bilinear"}};
      if (flags == 1) options.emplace_back("align-corners", kYes);
      if (flags == 2) options.emplace_back("half-pixel-centers", kYes);
      const bool cpu = backend == tfjs::Backend::cpu;
      if (!cpu) options.emplace_back("backend", tfjs::name_of(backend));
      all.push_back(
          {"tfjs", options, Axes::nhwc, [=](const Shape& shape, DType dtype, const Sides& out) {
             return tfjs::plan_resize_bilinear(shape, dtype, size_of(out), call);
           }});
      if (!cpu) continue;  // nearest takes the same pixels but for a few
      options.front().second = "nearest";
      all.push_back({"tfjs", std::move(options), Axes::nhwc,
                     [=](const Shape& shape, DType dtype, const Sides& out) {
                       return tfjs::plan_resize_nearest_neighbor(shape, dtype, size_of(out), call);
                     }});
    }
  }
}

void add_mlx_call(All& all, std::vector<double> factors, const mlx::nn::UpsampleOptions& options) {
  Options words{{"mode", std::string(mlx::nn::name_of(options.mode))}};
  if (options.align_corners) words.emplace_back("align-corners", kYes);
  if (options.antialias) words.emplace_back("antialias", kYes);
  mlx::nn::UpsampleOptions call = options;
  call.scale_factor = std::move(factors);
  std::string text;
  for (const double factor : call.scale_factor)
    text += (text.empty() ? "" : "x") + exact_text(factor);
  Candidate candidate{"mlx", std::move(words), Axes::nhwc,
                      [=](const Shape& shape, DType dtype, const Sides&) {
                        return mlx::nn::plan_upsample(shape, dtype, call);
                      },
                      [=](const Shape&, const Sides&) {
                        return std::pair<std::string, std::string>("scale-factor", text);
                      }};
  candidate.batches = true;
  all.push_back(std::move(candidate));
}

void add_mlx(All& all, const Sides& in, const Sides& out) {
  using mlx::nn::scale_factor_of;
  const double down = scale_factor_of(in.height, out.height);
  const double across = scale_factor_of(in.width, out.width);
  std::vector<std::vector<double>> factors{down == across ? std::vector<double>{down}
                                                          : std::vector<double>{down, across}};
  const auto truncated = [](std::int64_t side, double factor) {
    return static_cast<std::int64_t>(static_cast<double>(side) * factor);
  };
  for (const double factor : odd_factors(in, out, truncated)) factors.push_back({factor});
  for (const auto& factor : factors) {
    for (const auto mode : mlx::nn::upsample_modes()) {
      add_mlx_call(all, factor, {.mode = mode});
      if (mode == mlx::nn::UpsampleMode::nearest) continue;
      add_mlx_call(all, factor, {.mode = mode, .align_corners = true});
      add_mlx_call(all, factor, {.mode = mode, .antialias = true});
    }
  }
}

void add_go(All& all) {
  for (const auto interpolator : go::draw::interpolators()) {
    all.push_back({"go",
                   {{"interpolator", std::string(go::draw::name_of(interpolator))}},
                   Axes::hwc,
                   [=](const Shape& shape, DType dtype, const Sides& out) {
                     return go::draw::plan_scale(shape, dtype, out.width, out.height, interpolator);
                   }});
    all.back().bytes_differ = true;
  }
}

void add_image_rs(All& all) {
  for (const auto filter : image_rs::filter_types()) {
    all.push_back({"image_rs",
                   {{"filter", std::string(image_rs::name_of(filter))}},
                   Axes::hwc,
                   [=](const Shape& shape, DType dtype, const Sides& out) {
                     return image_rs::imageops::plan_resize(shape, dtype, out.width, out.height,
                                                            filter);
                   }});
    all.back().bytes_differ = true;
  }
}

void add_paddle_call(All& all, const std::vector<double>& factor,
                     const paddle::nn::functional::InterpolateOptions& options) {
  namespace functional = paddle::nn::functional;
  Options words{{"mode", std::string(paddle::name_of(options.mode))}};
  if (options.align_corners) words.emplace_back("align-corners", kYes);
  if (options.align_mode != 0) words.emplace_back("align-mode", "1");
  Candidate candidate{"paddle", std::move(words), Axes::nchw,
                      [=](const Shape& shape, DType dtype, const Sides& out) {
                        functional::InterpolateOptions call = options;
                        call.scale_factor = factor;
                        if (factor.empty()) call.size = size_of(out);
                        return functional::plan_interpolate(shape, dtype, call);
                      }};
  if (!factor.empty()) {
    candidate.size = [text = exact_text(factor.front())](const Shape&, const Sides&) {
      return std::pair<std::string, std::string>("scale-factor", text);
    };
  }
  candidate.bytes_differ = true;
  all.push_back(std::move(candidate));
}

void add_paddle(All& all, const Sides& in, const Sides& out) {
  using enum paddle::InterpolateMode;
  const auto truncated = [](std::int64_t side, double factor) {
    return static_cast<std::int64_t>(static_cast<double>(side) * factor);
  };
  std::vector<std::vector<double>> factors(1);
  for (const double factor : odd_factors(in, out, truncated)) factors.push_back({factor});
  for (const auto& factor : factors) {
    add_paddle_call(all, factor, {.mode = nearest});
    add_paddle_call(all, factor, {.mode = bilinear});
    add_paddle_call(all, factor, {.mode = bilinear, .align_mode = 1});
    add_paddle_call(all, factor, {.mode = bicubic});
    if (!factor.empty()) continue;
    for (const auto mode : {bilinear, bicubic})
      add_paddle_call(all, factor, {.mode = mode, .align_corners = true});
    add_paddle_call(all, factor, {.mode = area});
  }
}

}  // namespace

std::vector<Candidate> candidates(const Sides& in, const Sides& out) {
  All all;
  add_tf2(all);
  add_keras(all, in, out);
  add_torch(all, in, out);
  add_pillow(all);
  add_opencv(all, in, out);
  add_tf1(all);
  add_onnx(all);
  add_onnx_scales(all, in, out);
  add_jax(all);
  add_litert(all);
  add_tfjs(all);
  add_mlx(all, in, out);
  add_image_rs(all);
  add_go(all);
  add_paddle(all, in, out);
  add_pillow_gaps(all, in, out);
  return all;
}

}  // namespace halfpixel::identification
