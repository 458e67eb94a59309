#include "frontends/tfjs_words.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/names.hpp"

namespace halfpixel {
namespace tfjs {
namespace {

constexpr std::array<Backend, 2> kAll = {Backend::cpu, Backend::wasm};
constexpr std::array<std::string_view, 2> kNames = {"cpu", "wasm"};

}  // namespace

std::span<const Backend> all_backends() noexcept {
  return kAll;
}

std::string_view name_of(Backend backend) noexcept {
  return frontends::name_in(kNames, backend);
}

Backend to_backend(std::string_view name) {
  const std::size_t i = frontends::find_in(kNames, name);
  if (i < kAll.size()) return kAll[i];
  fail(ErrorCode::invalid_argument, "[tfjs] argument `backend` must be one of ",
       frontends::list_of(kNames), "; got ", name);
}

}  // namespace tfjs

namespace tfjs_dialect {
namespace {

template <class... Parts>
[[noreturn]] void refuse(const char* speaker, const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", speaker, "] ", parts...);
}

void check_call(const char* speaker, const Shape& shape, DType dtype,
                std::initializer_list<DType> dtypes, const Size& size,
                const tfjs::ResizeOptions& options) {
  if (shape.rank() != 3 && shape.rank() != 4)
    refuse(speaker, "images must be rank 3 or 4; got shape ", shape);
  for (const std::int64_t extent : shape) {
    if (extent < 1) refuse(speaker, "images must not be empty; got shape ", shape);
  }
  if (std::find(dtypes.begin(), dtypes.end(), dtype) == dtypes.end()) {
    refuse(speaker, "images must have float32, int32, ", dtypes.size() > 3 ? "bool " : "",
           "or uint8 (of fromPixels) as dtype; got ", dtype);
  }
  if (size.rank() != 2) refuse(speaker, "argument `size` must be two integers; got ", size);
  if (size[0] <= 0 || size[1] <= 0) refuse(speaker, "argument `size` must be positive; got ", size);
  if (options.align_corners && options.half_pixel_centers)
    refuse(speaker, "If half_pixel_centers is true, align_corners must be false; got both");
  require_enumerator(speaker, "backend", options.backend, tfjs::all_backends().back());
}

}  // namespace

void check_bilinear(const Shape& shape, DType dtype, const Size& size,
                    const tfjs::ResizeOptions& options) {
  check_call(kBilinear, shape, dtype, {DType::float32, DType::int32, DType::uint8, DType::boolean},
             size, options);
}

void check_nearest(const Shape& shape, DType dtype, const Size& size,
                   const tfjs::ResizeOptions& options) {
  check_call(kNearest, shape, dtype, {DType::float32, DType::int32, DType::uint8}, size, options);
}

}  // namespace tfjs_dialect
}  // namespace halfpixel
