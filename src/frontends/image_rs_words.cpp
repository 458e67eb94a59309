#include "frontends/image_rs_words.hpp"

#include <array>

#include "core/checked.hpp"
#include "core/enumerator.hpp"
#include "frontends/names.hpp"

namespace halfpixel {
namespace image_rs {
namespace {

constexpr std::array<FilterType, 5> kFilters = {FilterType::nearest, FilterType::triangle,
                                                FilterType::catmull_rom, FilterType::gaussian,
                                                FilterType::lanczos3};
constexpr std::array<std::string_view, 5> kNames = {"Nearest", "Triangle", "CatmullRom", "Gaussian",
                                                    "Lanczos3"};

}  // namespace

std::span<const FilterType> filter_types() noexcept {
  return kFilters;
}

std::string_view name_of(FilterType filter) noexcept {
  return frontends::name_in(kNames, filter);
}

FilterType to_filter_type(std::string_view name) {
  const std::size_t i = frontends::find_in(kNames, name);
  if (i < kFilters.size()) return kFilters[i];
  fail(ErrorCode::invalid_argument, "[", image_rs_dialect::kResize,
       "] argument `filter` must be one of ", frontends::list_of(kNames), "; got ", name);
}

}  // namespace image_rs

namespace image_rs_dialect {
namespace {

template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  fail(ErrorCode::invalid_argument, "[", kResize, "] ", parts...);
}

}  // namespace

void check_call(const Shape& shape, DType dtype, std::int64_t nwidth, std::int64_t nheight,
                image_rs::FilterType filter) {
  if (shape.rank() != 2 && shape.rank() != 3) {
    refuse("image must be (height, width) or (height, width, channels); got shape ", shape);
  }
  // The crate answers with an image of zeros.
  if (shape[0] < 1 || shape[1] < 1) refuse("image must not be empty; got shape ", shape);
  if (shape.rank() == 3 && (shape[2] < 1 || shape[2] > 4)) {
    refuse("image must have 1 to 4 channels; got shape ", shape);
  }
  if (dtype != DType::uint8 && dtype != DType::uint16 && dtype != DType::float32) {
    refuse("image must be uint8, uint16 or float32; got ", dtype);
  }
  if (nwidth < 1) refuse("argument `nwidth` must be positive; got ", nwidth);
  if (nheight < 1) refuse("argument `nheight` must be positive; got ", nheight);
  require_enumerator(kResize, "filter", filter, image_rs::filter_types().back());
}

}  // namespace image_rs_dialect
}  // namespace halfpixel
