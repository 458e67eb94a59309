// Decoding is libvips'; what is decided here: which formats, how damaged is too damaged, how big is
// too big, and that samples of ordinary pictures come through as they are stored.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "core/checked.hpp"
#include "io/image_limits.hpp"
#include "io/image_metadata.hpp"
#include "io/image_vips.hpp"
#include "io/input_file.hpp"

namespace halfpixel::io {
namespace {

constexpr std::string_view kWho = "read_image";
std::int64_t max_samples = std::numeric_limits<std::int32_t>::max();

using Load = int (*)(VipsSource*, VipsImage**, ...);
struct Format {
  std::string_view loader;  // how libvips' name of the loader begins
  Load load;
  // libjpeg calls it a warning when it fills in what it could not decode. The warnings of the
  // others (unknown tags, odd profiles) are harmless.
  VipsFailOn fail_on;
};
// libvips could open fifty more, through libraries that were not made for untrusted bytes.
constexpr Format kFormats[] = {
    {"VipsForeignLoadJpeg", vips_jpegload_source, VIPS_FAIL_ON_WARNING},
    {"VipsForeignLoadPng", vips_pngload_source, VIPS_FAIL_ON_ERROR},
    {"VipsForeignLoadWebp", vips_webpload_source, VIPS_FAIL_ON_ERROR},
    {"VipsForeignLoadTiff", vips_tiffload_source, VIPS_FAIL_ON_ERROR},
};

const Format& find_format(VipsSource* source, const std::string& where) {
  const char* loader = vips_foreign_find_load_source(source);
  vips_error_clear();
  for (const Format& format : kFormats) {
    if (loader != nullptr && std::string_view(loader).starts_with(format.loader)) return format;
  }
  fail(ErrorCode::unsupported, where,
       " is not a picture that is known here, expected JPEG, PNG, WebP or TIFF");
}

// The first page, as stored.
ImagePtr open_image(const InputFile& file, const std::string& where) {
  SourcePtr source(vips_source_new_from_descriptor(file.descriptor()));
  if (source == nullptr) fail(ErrorCode::io, where, ": ", take_vips_error());
  const Format& format = find_format(source.get(), where);
  return vips_step(where, ErrorCode::malformed_file, [&](VipsImage** out) {
    return format.load(source.get(), out, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                       format.fail_on, nullptr);
  });
}

void check_extents(const VipsImage* image, const std::string& where) {
  const std::int64_t width = vips_image_get_width(image);
  const std::int64_t height = vips_image_get_height(image);
  const std::int64_t bands = vips_image_get_bands(image);
  const std::string got = "; got " + std::to_string(width) + "x" + std::to_string(height) +
                          " with " + std::to_string(bands) + " channels";
  if (width * height > max_samples / bands) {
    fail(ErrorCode::unsupported, where, ": picture is too large", got);
  }
}

// Colours that tensors do not speak become sRGB; grey and RGB stay untouched.
ImagePtr to_grey_or_rgb(ImagePtr image, const std::string& where) {
  const VipsInterpretation space = vips_image_get_interpretation(image.get());
  if (space == VIPS_INTERPRETATION_CMYK) {
    return vips_step(where, ErrorCode::malformed_file, [&](VipsImage** out) {
      return vips_icc_transform(image.get(), out, "srgb", "embedded", TRUE, "input_profile", "cmyk",
                                nullptr);
    });
  }
  if (space == VIPS_INTERPRETATION_LAB || space == VIPS_INTERPRETATION_LABS ||
      space == VIPS_INTERPRETATION_LABQ) {
    return vips_step(where, ErrorCode::malformed_file, [&](VipsImage** out) {
      return vips_colourspace(image.get(), out, VIPS_INTERPRETATION_sRGB, nullptr);
    });
  }
  return image;
}

DType dtype_of_samples(const VipsImage* image, const std::string& where) {
  const VipsBandFormat format = vips_image_get_format(image);
  if (format == VIPS_FORMAT_UCHAR) return DType::uint8;
  if (format == VIPS_FORMAT_USHORT) return DType::uint16;
  fail(ErrorCode::unsupported, where, ": samples must be 8 or 16 bit unsigned integers; got ",
       std::string(vips_enum_nick(VIPS_TYPE_BAND_FORMAT, format)));
}

// Pulls all pixels through the pipeline, a strip at a time, on this thread: libvips' own sinks run
// many, and an error in the last strip of a cut file is lost to a race every few hundred times.
Tensor pull(VipsImage* image, const std::string& where) {
  const int width = vips_image_get_width(image);
  const int height = vips_image_get_height(image);
  Tensor pixels({height, width, vips_image_get_bands(image)}, dtype_of_samples(image, where));
  const std::unique_ptr<VipsRegion, Unref> region(vips_region_new(image));
  const std::size_t row_bytes = VIPS_IMAGE_SIZEOF_LINE(image);
  constexpr int kStrip = 64;
  for (int top = 0; top < height; top += kStrip) {
    const VipsRect strip{0, top, width, std::min(kStrip, height - top)};
    if (region == nullptr || vips_region_prepare(region.get(), &strip) != 0) {
      fail(ErrorCode::malformed_file, where, ": ", take_vips_error());
    }
    for (int y = top; y < top + strip.height; ++y) {
      std::memcpy(static_cast<std::byte*>(pixels.data()) + static_cast<std::size_t>(y) * row_bytes,
                  VIPS_REGION_ADDR(region.get(), 0, y), row_bytes);
    }
  }
  return pixels;
}

// Turning reads columns and the decoder gives rows: it happens in memory, on the decoded picture.
Tensor turned(const Tensor& stored, const VipsImage* like, int orientation,
              const std::string& where) {
  const ImagePtr memory(vips_image_new_from_memory(
      stored.data(), static_cast<std::size_t>(stored.size_bytes()), vips_image_get_width(like),
      vips_image_get_height(like), vips_image_get_bands(like), vips_image_get_format(like)));
  if (memory == nullptr) fail(ErrorCode::internal, where, ": ", take_vips_error());
  vips_image_set_int(memory.get(), VIPS_META_ORIENTATION, orientation);
  const ImagePtr upright = vips_step(where, ErrorCode::internal, [&](VipsImage** out) {
    return vips_autorot(memory.get(), out, nullptr);
  });
  return pull(upright.get(), where);
}

Image read_open(const InputFile& file, const std::string& where) {
  ImagePtr image = open_image(file, where);
  check_extents(image.get(), where);
  image = to_grey_or_rgb(std::move(image), where);
  const int bands = vips_image_get_bands(image.get());
  if (bands > 4) {
    fail(ErrorCode::unsupported, where, ": pictures have 1 to 4 channels; got ",
         std::to_string(bands));
  }
  ImageMetadata metadata = take_metadata(image.get());
  Tensor pixels = pull(image.get(), where);
  const int orientation = vips_image_get_orientation(image.get());
  if (orientation != 1) pixels = turned(pixels, image.get(), orientation, where);
  return {std::move(pixels), std::move(metadata)};
}

}  // namespace

std::int64_t set_max_image_samples(std::int64_t samples) {
  return std::exchange(max_samples, samples);
}

Image read_image_with_metadata(const std::filesystem::path& path) {
  start_vips();
  const InputFile file(path, kWho);
  const std::string where = "[" + std::string(kWho) + "] " + file.path();
  return read_open(file, where);
}

Tensor read_image(const std::filesystem::path& path) {
  return read_image_with_metadata(path).pixels;
}

}  // namespace halfpixel::io
