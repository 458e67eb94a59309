// Calls that identify() tries: programs of pictures.
#include <cmath>
#include <utility>

#include <halfpixel/go.hpp>
#include <halfpixel/image_rs.hpp>
#include <halfpixel/opencv.hpp>
#include <halfpixel/pillow.hpp>
#include <halfpixel/vips.hpp>

#include "core/checked.hpp"
#include "frontends/identify_programs.hpp"
#include "frontends/vips_words.hpp"

namespace halfpixel::identification {

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

// All kernels from cubic on enlarge alike: as lanczos3, the default.
void add_vips(All& all, const Sides& in, const Sides& out) {
  const bool shrinks = out.height < in.height || out.width < in.width;
  for (const auto kernel : vips::kernels()) {
    if (!shrinks && kernel > vips::Kernel::linear && kernel != vips::Kernel::lanczos3) continue;
    for (const auto access : {vips::Access::random, vips::Access::sequential}) {
      const bool sequential = access == vips::Access::sequential;
      if (sequential && out.height >= in.height) continue;
      const auto options_for = [=](const Shape& shape, const Sides& size) {
        return vips::ResizeOptions{
            .vscale = vips::scale_of(shape[0], size.height), .kernel = kernel, .access = access};
      };
      Options options{{"kernel", std::string(vips::name_of(kernel))}};
      if (sequential) options.emplace_back("access", "sequential");
      Candidate candidate{"vips", std::move(options), Axes::hwc, {}};
      candidate.run = [=](const ConstTensorView& image, const Sides& size) {
        const vips::ResizeOptions call = options_for(image.shape(), size);
        const double scale = vips::scale_of(image.shape()[1], size.width);
        if (sequential) vips_dialect::require_access(image.shape(), image.dtype(), scale, call);
        return vips::resize(image, scale, call);
      };
      candidate.bytes_differ = true;
      all.push_back(std::move(candidate));
    }
  }
}

}  // namespace halfpixel::identification
