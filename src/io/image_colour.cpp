#include "io/image_colour.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "io/image_vips.hpp"

namespace halfpixel::io {
namespace {

template <class Sample>
void take(const Sample* src, Sample* dst, std::int64_t pixels, int from, int width, int stride) {
  for (std::int64_t i = 0; i < pixels; ++i)
    std::copy_n(src + i * stride + from, width, dst + i * width);
}

// TIFF's L*a*b* as floats: L* from 0 to 100, a* and b* signed.
template <class Sample, class Signed>
void lab_to_floats(const Sample* src, float* dst, std::int64_t pixels) {
  const float l = 100.0f / static_cast<float>(static_cast<Sample>(~Sample{0}));
  const float ab = sizeof(Sample) == 1 ? 1.0f : 1.0f / 256.0f;
  for (std::int64_t i = 0; i < pixels; ++i, src += 3, dst += 3) {
    dst[0] = static_cast<float>(src[0]) * l;
    dst[1] = static_cast<float>(static_cast<Signed>(src[1])) * ab;
    dst[2] = static_cast<float>(static_cast<Signed>(src[2])) * ab;
  }
}

// Rows of one colour space as libvips sees them. No row is longer than its limit.
ImagePtr wrap(const void* data, std::int64_t pixels, int bands, VipsBandFormat format,
              VipsInterpretation space, const std::string& where) {
  const ImagePtr memory(vips_image_new_from_memory(
      data, static_cast<std::size_t>(pixels * bands) * vips_format_sizeof(format),
      static_cast<int>(pixels), 1, bands, format));
  if (memory == nullptr) throw Error(ErrorCode::internal, where + ": " + take_vips_error());
  return vips_step(where, ErrorCode::internal, [&](VipsImage** out) {
    return vips_copy(memory.get(), out, "interpretation", space, nullptr);
  });
}

void convert_colours(const ColourConverter& self, const void* src, void* dst, std::int64_t pixels) {
  start_vips();
  const int depth = self.dtype == DType::uint16 ? 16 : 8;
  ImagePtr rgb;
  std::vector<float> lab;
  if (self.space == InkSpace::cmyk) {
    const ImagePtr inks = wrap(src, pixels, 4, depth == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR,
                               VIPS_INTERPRETATION_CMYK, self.where);
    if (!self.icc.empty()) {
      vips_image_set_blob_copy(inks.get(), VIPS_META_ICC_NAME, self.icc.data(), self.icc.size());
    }
    rgb = vips_step(self.where, ErrorCode::malformed_file, [&](VipsImage** out) {
      return vips_icc_transform(inks.get(), out, "srgb", "embedded", TRUE, "input_profile", "cmyk",
                                "depth", depth, nullptr);
    });
  } else {
    lab.resize(static_cast<std::size_t>(pixels) * 3);
    if (depth == 16) {
      lab_to_floats<std::uint16_t, std::int16_t>(static_cast<const std::uint16_t*>(src), lab.data(),
                                                 pixels);
    } else {
      lab_to_floats<std::uint8_t, std::int8_t>(static_cast<const std::uint8_t*>(src), lab.data(),
                                               pixels);
    }
    const ImagePtr floats =
        wrap(lab.data(), pixels, 3, VIPS_FORMAT_FLOAT, VIPS_INTERPRETATION_LAB, self.where);
    rgb = vips_step(self.where, ErrorCode::malformed_file, [&](VipsImage** out) {
      return vips_icc_export(floats.get(), out, "output_profile", "srgb", "depth", depth, nullptr);
    });
  }
  std::size_t bytes = 0;
  const std::unique_ptr<void, void (*)(void*)> samples(
      vips_image_write_to_memory(rgb.get(), &bytes), g_free);
  const std::size_t wanted = static_cast<std::size_t>(pixels) * 3 * size_of(self.dtype);
  if (samples == nullptr || bytes != wanted)
    throw Error(ErrorCode::malformed_file, self.where + ": " + take_vips_error());
  std::memcpy(dst, samples.get(), wanted);
}

template <class Sample>
void convert_with_extra(const ColourConverter& self, const Sample* src, Sample* dst,
                        std::int64_t pixels) {
  const int inks = self.colours_in();
  const int stride = inks + self.extra;
  std::vector<Sample> colours(static_cast<std::size_t>(pixels * inks));
  std::vector<Sample> rgb(static_cast<std::size_t>(pixels) * 3);
  take(src, colours.data(), pixels, 0, inks, stride);
  convert_colours(self, colours.data(), rgb.data(), pixels);
  for (std::int64_t i = 0; i < pixels; ++i) {
    Sample* pixel = dst + i * (3 + self.extra);
    std::copy_n(rgb.data() + i * 3, 3, pixel);
    std::copy_n(src + i * stride + inks, self.extra, pixel + 3);
  }
}

}  // namespace

void ColourConverter::convert(const void* src, void* dst, std::int64_t pixels) const {
  // libvips counts columns in int, and a row here may be a whole picture.
  constexpr std::int64_t kMost = 1 << 20;
  const auto size = static_cast<std::int64_t>(size_of(dtype));
  for (std::int64_t at = 0; at < pixels; at += kMost) {
    const std::int64_t count = std::min(kMost, pixels - at);
    const auto* from = static_cast<const std::byte*>(src) + at * (colours_in() + extra) * size;
    auto* to = static_cast<std::byte*>(dst) + at * (3 + extra) * size;
    if (dtype == DType::uint16) {
      convert_with_extra(*this, reinterpret_cast<const std::uint16_t*>(from),
                         reinterpret_cast<std::uint16_t*>(to), count);
    } else {
      convert_with_extra(*this, reinterpret_cast<const std::uint8_t*>(from),
                         reinterpret_cast<std::uint8_t*>(to), count);
    }
  }
}

Bytes ColourConverter::result_profile() {
  start_vips();
  VipsBlob* profile = nullptr;
  if (vips_profile_load("srgb", &profile, nullptr) != 0 || profile == nullptr) {
    vips_error_clear();
    return {};
  }
  std::size_t size = 0;
  const auto* begin = static_cast<const std::byte*>(vips_blob_get(profile, &size));
  Bytes bytes(begin, begin + size);
  vips_area_unref(VIPS_AREA(profile));
  return bytes;
}

}  // namespace halfpixel::io
