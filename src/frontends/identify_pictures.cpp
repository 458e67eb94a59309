// Calls that identify() tries: programs of pictures.
#include <algorithm>
#include <cmath>
#include <optional>
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

namespace {

// Scales of both axes at once that give these sides: a thumbnail's, whose one side was asked for,
// and those that people type.
std::vector<double> vips_scales(const Sides& in, const Sides& out) {
  const auto rounded = [](std::int64_t side, double scale) {
    return static_cast<std::int64_t>(std::floor(static_cast<double>(side) * scale + 0.5));
  };
  const double height = vips::scale_of(in.height, out.height);
  const double width = vips::scale_of(in.width, out.width);
  std::vector<double> found;
  const auto add = [&](double scale) {
    if (rounded(in.height, scale) != out.height || rounded(in.width, scale) != out.width) return;
    if (scale == height && scale == width) return;  // the sides say it
    if (std::find(found.begin(), found.end(), scale) == found.end()) found.push_back(scale);
  };
  add(width);
  add(height);
  for (const double scale : odd_factors(in, out, rounded)) add(scale);
  if (width < 1) add(1.0 / std::nearbyint(1.0 / width));
  for (const double parts : {100.0, 1000.0}) {  // the least that has one
    const std::size_t before = found.size();
    add(std::ceil((width - 0.5 / static_cast<double>(in.width)) * parts) / parts);
    if (found.size() > before) break;
  }
  return found;
}

Candidate vips_candidate(vips::ResizeOptions options, std::optional<double> scale) {
  Options told{{"kernel", std::string(vips::name_of(options.kernel))}};
  const bool sequential = options.access == vips::Access::sequential;
  if (options.gap == 0) told.emplace_back("gap", "0");
  if (sequential) told.emplace_back("access", "sequential");
  Candidate candidate{"vips", std::move(told), Axes::hwc, {}};
  const auto call = [=](const Shape& shape, DType dtype, const Sides& size) {
    vips::ResizeOptions whole = options;
    whole.vscale = scale.value_or(vips::scale_of(shape[0], size.height));
    const double across = scale.value_or(vips::scale_of(shape[1], size.width));
    if (sequential) vips_dialect::require_access(shape, dtype, across, whole);
    return std::pair(across, whole);
  };
  candidate.plan = [=](const Shape& shape, DType dtype, const Sides& size) {
    const auto [across, whole] = call(shape, dtype, size);
    return vips::plan_resize(shape, dtype, across, whole);
  };
  candidate.run = [=](const ConstTensorView& image, const Sides& size) {
    const auto [across, whole] = call(image.shape(), image.dtype(), size);
    return vips::resize(image, across, whole);
  };
  if (scale) {
    candidate.size = [text = exact_text(*scale)](const Shape&, const Sides&) {
      return std::pair<std::string, std::string>("scale-factor", text);
    };
  }
  candidate.bytes_differ = true;
  return candidate;
}

}  // namespace

// All kernels from cubic on enlarge alike: as lanczos3, the default.
void add_vips(All& all, const Sides& in, const Sides& out) {
  const bool shrinks = out.height < in.height || out.width < in.width;
  const bool averages = in.height >= 4 * out.height || in.width >= 4 * out.width;
  std::vector<std::optional<double>> scales{std::nullopt};  // that of the sides
  for (const double scale : vips_scales(in, out)) scales.emplace_back(scale);
  for (const std::optional<double>& scale : scales) {
    for (const auto kernel : vips::kernels()) {
      if (!shrinks && kernel > vips::Kernel::linear && kernel != vips::Kernel::lanczos3) continue;
      for (const auto access : {vips::Access::random, vips::Access::sequential}) {
        if (access == vips::Access::sequential && out.height >= in.height) continue;
        all.push_back(vips_candidate({.kernel = kernel, .access = access}, scale));
        if (!averages) continue;
        all.push_back(vips_candidate({.kernel = kernel, .gap = 0, .access = access}, scale));
      }
    }
  }
}

}  // namespace halfpixel::identification
