#include "frontends/vips_words.hpp"

#include <array>
#include <cmath>

#include "core/enumerator.hpp"
#include "frontends/names.hpp"

namespace halfpixel {
namespace vips {
namespace {

constexpr std::array<Kernel, 8> kAllKernels = {Kernel::nearest,  Kernel::linear,   Kernel::cubic,
                                               Kernel::mitchell, Kernel::lanczos2, Kernel::lanczos3,
                                               Kernel::mks2013,  Kernel::mks2021};
constexpr std::array<std::string_view, 8> kNames = {"nearest",  "linear",   "cubic",   "mitchell",
                                                    "lanczos2", "lanczos3", "mks2013", "mks2021"};

constexpr std::array<std::string_view, 2> kAccesses = {"random", "sequential"};

}  // namespace

std::span<const Kernel> kernels() noexcept {
  return kAllKernels;
}

std::string_view name_of(Kernel kernel) noexcept {
  return frontends::name_in(kNames, kernel);
}

Kernel to_kernel(std::string_view name) {
  const std::size_t i = frontends::find_in(kNames, name);
  if (i < kAllKernels.size()) return kAllKernels[i];
  vips_dialect::refuse("argument `kernel` must be one of ", frontends::list_of(kNames), "; got ",
                       name);
}

std::string_view name_of(Access access) noexcept {
  return frontends::name_in(kAccesses, access);
}

Access to_access(std::string_view name) {
  const std::size_t i = frontends::find_in(kAccesses, name);
  if (i < kAccesses.size()) return static_cast<Access>(i);
  vips_dialect::refuse("argument `access` must be one of ", frontends::list_of(kAccesses), "; got ",
                       name);
}

double scale_of(std::int64_t in, std::int64_t out) noexcept {
  return 1.0 / (static_cast<double>(in) / static_cast<double>(out));
}

}  // namespace vips

namespace vips_dialect {

void check_call(const Shape& shape, DType dtype, double scale, const vips::ResizeOptions& options) {
  if (shape.rank() != 2 && shape.rank() != 3) {
    refuse("image must be (height, width) or (height, width, bands); got shape ", shape);
  }
  if (shape[0] < 1 || shape[1] < 1 || (shape.rank() == 3 && shape[2] < 1))
    refuse("image must not be empty; got shape ", shape);
  if (dtype != DType::uint8 && dtype != DType::uint16 && dtype != DType::float32) {
    refuse("image must be uint8, uint16 or float32; got ", dtype);
  }
  const auto check_scale = [](const char* name, double value) {
    if (!(value > 0 && value <= 1e7))
      refuse("argument `", name, "` must be positive and at most 10000000; got ", value);
  };
  check_scale("scale", scale);
  if (options.vscale) check_scale("vscale", *options.vscale);
  require_enumerator(kResize, "kernel", options.kernel, vips::kernels().back());
  require_enumerator(kResize, "access", options.access, vips::Access::sequential);
  const bool none = options.gap == 0 || options.kernel == vips::Kernel::nearest;
  if (!(options.gap >= (none ? 0 : 1) && options.gap <= 1e6))
    refuse("argument `gap` must be 0 or from 1 to 1000000; got ", options.gap);
}

}  // namespace vips_dialect
}  // namespace halfpixel
