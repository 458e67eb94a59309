#include "frontends/keras_interpolation.hpp"

#include <algorithm>
#include <string>

#include "core/checked.hpp"
#include "core/text.hpp"

namespace halfpixel::keras {
namespace {

constexpr Interpolation kAll[] = {Interpolation::bilinear, Interpolation::nearest,
                                  Interpolation::lanczos3, Interpolation::lanczos5,
                                  Interpolation::bicubic};

}  // namespace

void refuse_interpolation(std::string_view speaker, std::string_view received) {
  std::string names;
  for (const Interpolation i : kAll) {
    names += (names.empty() ? "'" : ", '") + std::string(name_of(i)) + "'";
  }
  fail(ErrorCode::invalid_argument, "[", speaker,
       "] Invalid value for argument `interpolation`. Expected of one (", names,
       "). Received: interpolation=", received);
}

std::span<const Interpolation> interpolations() noexcept {
  return kAll;
}

Interpolation to_interpolation(std::string_view name) {
  const std::string lower = to_lower(name);
  const auto* found = std::find_if(std::begin(kAll), std::end(kAll),
                                   [&](Interpolation i) { return name_of(i) == lower; });
  if (found == std::end(kAll)) refuse_interpolation("keras.to_interpolation", name);
  return *found;
}

std::string_view name_of(Interpolation interpolation) noexcept {
  switch (interpolation) {
    case Interpolation::nearest:
      return "nearest";
    case Interpolation::bilinear:
      return "bilinear";
    case Interpolation::bicubic:
      return "bicubic";
    case Interpolation::lanczos3:
      return "lanczos3";
    case Interpolation::lanczos5:
      return "lanczos5";
  }
  return "unknown";
}

void check_interpolation(std::string_view speaker, Interpolation interpolation) {
  if (std::find(std::begin(kAll), std::end(kAll), interpolation) == std::end(kAll)) {
    refuse_interpolation(speaker, std::to_string(static_cast<int>(interpolation)));
  }
}

tf::image::ResizeMethod resize_method(Interpolation interpolation) noexcept {
  switch (interpolation) {
    case Interpolation::nearest:
      return tf::image::ResizeMethod::nearest_neighbor;
    case Interpolation::bilinear:
      break;
    case Interpolation::bicubic:
      return tf::image::ResizeMethod::bicubic;
    case Interpolation::lanczos3:
      return tf::image::ResizeMethod::lanczos3;
    case Interpolation::lanczos5:
      return tf::image::ResizeMethod::lanczos5;
  }
  return tf::image::ResizeMethod::bilinear;
}

}  // namespace halfpixel::keras
