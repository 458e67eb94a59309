#include "frontends/litert_words.hpp"

#include <array>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/names.hpp"

namespace halfpixel {
namespace litert {
namespace {

constexpr std::array<Kernels, 3> kAll = {Kernels::builtin, Kernels::xnnpack, Kernels::reference};
constexpr std::array<std::string_view, 3> kNames = {"builtin", "xnnpack", "reference"};

}  // namespace

std::span<const Kernels> all_kernels() noexcept {
  return kAll;
}

std::string_view name_of(Kernels kernels) noexcept {
  return frontends::name_in(kNames, kernels);
}

Kernels to_kernels(std::string_view name) {
  const std::size_t i = frontends::find_in(kNames, name);
  if (i < kAll.size()) return kAll[i];
  fail(ErrorCode::invalid_argument, "[litert] argument `kernels` must be one of ",
       frontends::list_of(kNames), "; got ", name);
}

}  // namespace litert

namespace litert_dialect {
namespace {

template <class... Parts>
[[noreturn]] void refuse(const char* speaker, const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", speaker, "] ", parts...);
}

void check_call(const char* speaker, const Shape& shape, const Size& size,
                const litert::ResizeOptions& options) {
  if (shape.rank() != 4) refuse(speaker, "images must be (N, H, W, C); got shape ", shape);
  for (const std::int64_t extent : shape) {
    if (extent < 1) refuse(speaker, "images must not be empty; got shape ", shape);
  }
  if (!size.fits(2)) refuse(speaker, "argument `size` must be two integers; got ", size);
  const std::int64_t height = size[0], width = size[size.rank() == 1 ? 0 : 1];
  if (height <= 0 || width <= 0) {
    refuse(speaker, "argument `size` must be positive; got (", height, ", ", width, ")");
  }
  require_enumerator(speaker, "kernels", options.kernels, litert::all_kernels().back());
}

}  // namespace

void check_bilinear(const Shape& shape, DType dtype, const Size& size,
                    const litert::ResizeOptions& options) {
  check_call(kBilinear, shape, size, options);
  if (dtype != DType::float32 && dtype != DType::uint8 && dtype != DType::int8 &&
      dtype != DType::int16) {
    refuse(kBilinear, "images must be float32, uint8, int8 or int16; got ", dtype);
  }
  const bool delegated = options.kernels == litert::Kernels::xnnpack && dtype != DType::int16;
  if (options.align_corners && options.half_pixel_centers && !delegated) {
    refuse(kBilinear, "If half_pixel_centers is True, align_corners must be False; got both for ",
           dtype, " with kernels ", litert::name_of(options.kernels));
  }
}

void check_nearest(const Shape& shape, DType dtype, const Size& size,
                   const litert::ResizeOptions& options) {
  check_call(kNearest, shape, size, options);
  if (size_of(dtype) == 8) {
    refuse(kNearest, "Output type is ", dtype, ", requires one of at most 32 bits; got images of ",
           dtype);
  }
}

}  // namespace litert_dialect
}  // namespace halfpixel
