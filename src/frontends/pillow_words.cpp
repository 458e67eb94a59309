// Pillow's words.
#include <algorithm>
#include <string>

#include <halfpixel/pillow.hpp>

#include "core/checked.hpp"
#include "core/text.hpp"

namespace halfpixel::pillow {
namespace {

constexpr Resampling kFilters[] = {Resampling::nearest, Resampling::lanczos, Resampling::bilinear,
                                   Resampling::bicubic, Resampling::box,     Resampling::hamming,
                                   Resampling::mks2013, Resampling::mks2021};
constexpr Mode kModes[] = {Mode::one,   Mode::P,   Mode::L,   Mode::La,   Mode::LA,   Mode::RGB,
                           Mode::YCbCr, Mode::LAB, Mode::HSV, Mode::RGBA, Mode::RGBa, Mode::RGBX,
                           Mode::CMYK,  Mode::I16, Mode::I,   Mode::F};

}  // namespace

std::span<const Resampling> resamplings() noexcept {
  return kFilters;
}

std::span<const Mode> modes() noexcept {
  return kModes;
}

std::string_view name_of(Resampling resample) noexcept {
  switch (resample) {
    case Resampling::nearest:
      return "NEAREST";
    case Resampling::lanczos:
      return "LANCZOS";
    case Resampling::bilinear:
      return "BILINEAR";
    case Resampling::bicubic:
      return "BICUBIC";
    case Resampling::box:
      return "BOX";
    case Resampling::hamming:
      return "HAMMING";
    case Resampling::mks2013:
      return "MKS2013";
    case Resampling::mks2021:
      return "MKS2021";
  }
  return "?";
}

std::string_view name_of(Mode mode) noexcept {
  switch (mode) {
    case Mode::one:
      return "1";
    case Mode::P:
      return "P";
    case Mode::L:
      return "L";
    case Mode::La:
      return "La";
    case Mode::LA:
      return "LA";
    case Mode::RGB:
      return "RGB";
    case Mode::YCbCr:
      return "YCbCr";
    case Mode::LAB:
      return "LAB";
    case Mode::HSV:
      return "HSV";
    case Mode::RGBA:
      return "RGBA";
    case Mode::RGBa:
      return "RGBa";
    case Mode::RGBX:
      return "RGBX";
    case Mode::CMYK:
      return "CMYK";
    case Mode::I16:
      return "I;16";
    case Mode::I:
      return "I";
    case Mode::F:
      return "F";
  }
  return "?";
}

Resampling to_resampling(std::string_view name) {
  const std::string lower = to_lower(name);
  std::string names;
  for (const Resampling filter : kFilters) {
    const auto number = static_cast<int>(filter);
    if (to_lower(name_of(filter)) == lower || std::to_string(number) == lower) return filter;
    names +=
        concat(names.empty() ? "" : ", ", "Image.Resampling.", name_of(filter), " (", number, ")");
  }
  fail(ErrorCode::invalid_argument, "[PIL.Image.resize] Unknown resampling filter (", name,
       "). Use ", names, "; got resample '", name, "'");
}

Mode to_mode(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kModes), std::end(kModes),
                                         [&](Mode mode) { return name_of(mode) == name; });
  if (found != std::end(kModes)) return *found;
  if (name == "I;16L") return Mode::I16;
  std::string names;
  for (const Mode mode : kModes) names += (names.empty() ? "" : ", ") + std::string(name_of(mode));
  fail(ErrorCode::invalid_argument, "[PIL.Image.resize] mode must be one of ", names, "; got '",
       name,
       name.starts_with("I;16") ? "', which Pillow filters as if its bytes were in order" : "'");
}

}  // namespace halfpixel::pillow
