#include "frontends/tf_image_method.hpp"

#include <algorithm>
#include <array>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/enumerator.hpp"

namespace halfpixel {
namespace {

using Kernel = tf_image::Choice::Kernel;
using Method = tf::image::ResizeMethod;

// A method: its kernel, and its filter in ScaleAndTranslate, which runs it where it has no other
// kernel or antialias is asked for.
struct Row {
  Method method;
  std::string_view name;  // TensorFlow's
  Kernel kernel;
  const resample::Filter* filter;
};

namespace filters = resample::filters;
constexpr Row kRows[] = {
    {Method::bilinear, "bilinear", Kernel::bilinear, &filters::triangle},
    {Method::lanczos3, "lanczos3", Kernel::scale_and_translate, &filters::lanczos3},
    {Method::lanczos5, "lanczos5", Kernel::scale_and_translate, &filters::lanczos5},
    {Method::bicubic, "bicubic", Kernel::bicubic, &filters::keys_cubic},
    {Method::gaussian, "gaussian", Kernel::scale_and_translate, &filters::gaussian},
    {Method::nearest_neighbor, "nearest", Kernel::nearest, nullptr},
    {Method::area, "area", Kernel::area, nullptr},
    {Method::mitchellcubic, "mitchellcubic", Kernel::scale_and_translate, &filters::mitchell_cubic},
};

constexpr bool has_kernel(const Row& row) {
  return row.kernel != Kernel::scale_and_translate;
}

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].method != static_cast<Method>(i)) return false;
  }
  return true;
}
static_assert(rows_are_in_order());

constexpr auto kMethods = [] {
  std::array<Method, std::size(kRows)> methods{};
  std::transform(std::begin(kRows), std::end(kRows), methods.begin(),
                 [](const Row& row) { return row.method; });
  return methods;
}();

constexpr auto kMethodsOfV1 = [] {
  std::array<Method, std::count_if(std::begin(kRows), std::end(kRows), has_kernel)> methods{};
  auto next = methods.begin();
  for (const Row& row : kRows) {
    if (has_kernel(row)) *next++ = row.method;
  }
  return methods;
}();

std::string names(std::span<const Method> methods) {
  std::string list;
  for (const Method method : methods) {
    list += (list.empty() ? "" : ", ") + std::string(name_of(method));
  }
  return list;
}

}  // namespace

namespace tf::image {

std::span<const ResizeMethod> resize_methods() noexcept {
  return kMethods;
}

ResizeMethod to_resize_method(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.method;
  }
  fail(ErrorCode::invalid_argument, "[tf.image.resize] Resize method is not implemented: ", name,
       " (method must be one of ", names(kMethods), ")");
}

std::string_view name_of(ResizeMethod method) noexcept {
  const auto i = static_cast<std::size_t>(method);
  return i < std::size(kRows) ? kRows[i].name : "unknown";
}

}  // namespace tf::image

std::span<const Method> tf::compat::v1::image::resize_methods() noexcept {
  return kMethodsOfV1;
}

namespace tf_image {

Choice choose(std::string_view who, Method method, bool antialias) {
  require_enumerator(who, "method", method, kMethods.back());
  const Row& row = kRows[static_cast<int>(method)];
  if (row.filter != nullptr && (antialias || !has_kernel(row))) {
    return {.kernel = Kernel::scale_and_translate, .filter = row.filter, .antialias = antialias};
  }
  return {
      .kernel = row.kernel,
      .coordinates = row.kernel == Kernel::area ? Coordinates::legacy : Coordinates::half_pixel};
}

Choice choose_v1(std::string_view who, Method method, bool align_corners, bool half_pixel_centers) {
  if (align_corners && half_pixel_centers) {
    fail(ErrorCode::invalid_argument, "[", who,
         "] If half_pixel_centers is True, align_corners must be False.");
  }
  require_enumerator(who, "method", method, kMethods.back());
  const Row& row = kRows[static_cast<int>(method)];
  if (!has_kernel(row)) {
    fail(ErrorCode::invalid_argument, "[", who, "] Resize method is not implemented: ", row.name,
         " (method must be one of ", names(kMethodsOfV1), ")");
  }
  return {.kernel = row.kernel,
          .coordinates = align_corners        ? Coordinates::align_corners
                         : half_pixel_centers ? Coordinates::half_pixel
                                              : Coordinates::legacy};
}

const char* kernel_name(const Choice& choice) {
  switch (choice.kernel) {
    case Kernel::nearest:
      return "ResizeNearestNeighbor";
    case Kernel::bilinear:
      return "ResizeBilinear";
    case Kernel::bicubic:
      return "ResizeBicubic";
    case Kernel::area:
      return "ResizeArea";
    case Kernel::scale_and_translate:
      break;
  }
  return "ScaleAndTranslate";
}

std::string text_of(const Choice& choice) {
  if (choice.kernel == Kernel::scale_and_translate) {
    return std::string(choice.filter->name) + (choice.antialias ? " antialias" : "");
  }
  const auto* const row =
      std::find_if(std::begin(kRows), std::end(kRows),
                   [&](const Row& candidate) { return candidate.kernel == choice.kernel; });
  return std::string(row->name);
}

}  // namespace tf_image
}  // namespace halfpixel
