// One row per file format; the rest is the same for all of them.
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "core/checked.hpp"
#include "io/atomic_file.hpp"
#include "io/image_metadata.hpp"
#include "io/image_vips.hpp"

namespace halfpixel::io {
namespace {

constexpr std::string_view kWho = "write_image";

// Samples that were worked out to the last bit are stored losslessly where the format can; JPEG has
// quality 95 and full colour resolution.
int save_jpeg(VipsImage* image, const char* path) {
  return vips_jpegsave(image, path, "Q", 95, "optimize_coding", TRUE, "subsample_mode",
                       VIPS_FOREIGN_SUBSAMPLE_OFF, nullptr);
}
int save_png(VipsImage* image, const char* path) {
  const bool wide = vips_image_get_format(image) == VIPS_FORMAT_USHORT;
  return vips_pngsave(image, path, "bitdepth", wide ? 16 : 8, "palette", FALSE, nullptr);
}
int save_webp(VipsImage* image, const char* path) {
  return vips_webpsave(image, path, "lossless", TRUE, nullptr);
}
int save_tiff(VipsImage* image, const char* path) {
  const std::uint64_t bytes = VIPS_IMAGE_SIZEOF_IMAGE(image);
  return vips_tiffsave(image, path, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE,
                       "predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL, "bigtiff",
                       bytes > (3ULL << 30), nullptr);
}

struct Format {
  std::string_view ending;
  std::string_view name;
  int (*save)(VipsImage*, const char*);
  bool wide;  // 16 bit
  bool alpha;
};
constexpr Format kFormats[] = {
    {".jpg", "JPEG", save_jpeg, false, false}, {".jpeg", "JPEG", save_jpeg, false, false},
    {".png", "PNG", save_png, true, true},     {".webp", "WebP", save_webp, false, true},
    {".tif", "TIFF", save_tiff, true, true},   {".tiff", "TIFF", save_tiff, true, true},
};

constexpr auto kEndings = [] {
  std::array<std::string_view, std::size(kFormats)> endings;
  for (std::size_t i = 0; i < endings.size(); ++i) endings[i] = kFormats[i].ending;
  return endings;
}();

// ".jpg, .png or .tif": the endings of formats that `can`.
template <class Can>
std::string endings_that(Can&& can) {
  std::vector<std::string_view> known;
  for (const Format& format : kFormats) {
    if (can(format)) known.push_back(format.ending);
  }
  std::string text;
  for (std::size_t i = 0; i < known.size(); ++i) {
    text += i == 0 ? "" : i + 1 == known.size() ? " or " : ", ";
    text += known[i];
  }
  return text;
}

const Format* find_format(const std::filesystem::path& path) {
  std::string ending = path.extension().native();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const Format& format : kFormats) {
    if (ending == format.ending) return &format;
  }
  return nullptr;
}

[[noreturn]] void refuse(ErrorCode code, const std::filesystem::path& path,
                         const std::string& what) {
  fail(code, "[", std::string(kWho), "] ", path.native(), ": ", what);
}

VipsInterpretation interpretation_of(std::int64_t channels, bool wide) {
  if (channels <= 2) return wide ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W;
  return wide ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB;
}

}  // namespace

bool is_image_path(const std::filesystem::path& path) {
  return find_format(path) != nullptr;
}

std::span<const std::string_view> image_endings() noexcept {
  return kEndings;
}

void write_image(const std::filesystem::path& path, const ConstTensorView& pixels) {
  write_image(path, pixels, ImageMetadata());
}

void write_image(const std::filesystem::path& path, const ConstTensorView& pixels,
                 const ImageMetadata& metadata) {
  const Format* format = find_format(path);
  if (format == nullptr) {
    refuse(ErrorCode::invalid_argument, path,
           "the ending says no known format, expected " +
               endings_that([](const Format&) { return true; }));
  }
  const Shape& shape = pixels.shape();
  if (shape.rank() != 3 || shape[2] < 1 || shape[2] > 4 || pixels.size() == 0) {
    refuse(ErrorCode::invalid_argument, path,
           "pixels must be (height, width, channels) with 1 to 4 channels and not empty; got " +
               shape.str());
  }
  const bool wide = pixels.dtype() == DType::uint16;
  if (!wide && pixels.dtype() != DType::uint8) {
    refuse(ErrorCode::invalid_argument, path,
           "pixels must be uint8 or uint16; got " + std::string(name_of(pixels.dtype())));
  }
  if (wide && !format->wide) {
    refuse(ErrorCode::unsupported, path,
           std::string(format->name) +
               " has 8 bits per sample, expected uint8 pixels or a file that ends in " +
               endings_that([](const Format& other) { return other.wide; }) + "; got uint16");
  }
  if (shape[2] % 2 == 0 && !format->alpha) {
    refuse(ErrorCode::unsupported, path,
           std::string(format->name) +
               " has no alpha channel, expected 1 or 3 channels or a file that ends in " +
               endings_that([](const Format& other) { return other.alpha; }) + "; got " +
               std::to_string(shape[2]) + " channels");
  }
  if (shape[0] >= VIPS_MAX_COORD || shape[1] >= VIPS_MAX_COORD) {
    refuse(ErrorCode::unsupported, path, "picture is too large; got " + shape.str());
  }

  const Tensor packed = pixels.is_contiguous() ? Tensor() : Tensor(pixels);
  const void* data = pixels.is_contiguous() ? pixels.data() : packed.data();
  start_vips();
  const std::string where = "[" + std::string(kWho) + "] " + path.native();
  const ImagePtr memory(vips_image_new_from_memory(
      data, static_cast<std::size_t>(pixels.size_bytes()), static_cast<int>(shape[1]),
      static_cast<int>(shape[0]), static_cast<int>(shape[2]),
      wide ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR));
  if (memory == nullptr) fail(ErrorCode::internal, where, ": ", take_vips_error());
  const ImagePtr image = vips_step(where, ErrorCode::internal, [&](VipsImage** out) {
    return vips_copy(memory.get(), out, "interpretation", interpretation_of(shape[2], wide), "xres",
                     metadata.impl->x_resolution, "yres", metadata.impl->y_resolution, nullptr);
  });
  put_metadata(metadata, image.get());

  AtomicFile file(path, kWho);
  if (format->save(image.get(), file.temporary_path().c_str()) != 0) {
    fail(ErrorCode::io, where, ": ", take_vips_error());
  }
  file.commit();
}

}  // namespace halfpixel::io
