// The methods of jax.image.resize by name.
#include <algorithm>
#include <iterator>
#include <string>

#include <halfpixel/jax.hpp>

#include "core/checked.hpp"

namespace halfpixel::jax::image {
namespace {

using Method = ResizeMethod;

constexpr Method kMethods[] = {Method::nearest,  Method::linear, Method::lanczos3,
                               Method::lanczos5, Method::cubic,  Method::cubic_pytorch,
                               Method::area};

struct Name {
  std::string_view name;
  Method method;
};
// A method's own name is the first.
constexpr Name kNames[] = {
    {"nearest", Method::nearest},
    {"linear", Method::linear},
    {"bilinear", Method::linear},
    {"trilinear", Method::linear},
    {"triangle", Method::linear},
    {"lanczos3", Method::lanczos3},
    {"lanczos5", Method::lanczos5},
    {"cubic", Method::cubic},
    {"bicubic", Method::cubic},
    {"tricubic", Method::cubic},
    {"cubic-pytorch", Method::cubic_pytorch},
    {"bicubic-pytorch", Method::cubic_pytorch},
    {"area", Method::area},
};

}  // namespace

ResizeMethod to_resize_method(std::string_view name) {
  std::string list;
  for (const Name& candidate : kNames) {
    if (candidate.name == name) return candidate.method;
    list += (list.empty() ? "" : ", ") + std::string(candidate.name);
  }
  fail(ErrorCode::invalid_argument, "[jax.image.to_resize_method] Unknown resize method \"", name,
       "\" (method must be one of ", list, ")");
}

std::string_view name_of(ResizeMethod method) noexcept {
  const auto* const found = std::find_if(std::begin(kNames), std::end(kNames),
                                         [&](const Name& name) { return name.method == method; });
  return found == std::end(kNames) ? "unknown" : found->name;
}

std::span<const ResizeMethod> resize_methods() noexcept {
  return kMethods;
}

}  // namespace halfpixel::jax::image
