// Calls that identify() tries: frameworks of arrays.
#include <utility>

#include <halfpixel/jax.hpp>
#include <halfpixel/mlx.hpp>
#include <halfpixel/paddle.hpp>
#include <halfpixel/torch.hpp>

#include "core/checked.hpp"
#include "frontends/identify_programs.hpp"

namespace halfpixel::identification {
namespace {

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

}  // namespace

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

}  // namespace halfpixel::identification
