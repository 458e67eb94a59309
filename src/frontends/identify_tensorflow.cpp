// Calls that identify() tries: TensorFlow's family.
#include <utility>

#include <halfpixel/keras/up_sampling.hpp>
#include <halfpixel/litert.hpp>
#include <halfpixel/tf_image.hpp>
#include <halfpixel/tfjs.hpp>

#include "core/checked.hpp"
#include "frontends/identify_programs.hpp"

namespace halfpixel::identification {

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
                   }});
    all.back().upsample = true;
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

}  // namespace halfpixel::identification
