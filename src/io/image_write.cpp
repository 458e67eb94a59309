// Which formats there are and what they hold; the rest is each format's own.
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/image.hpp>

#include "core/access.hpp"
#include "core/checked.hpp"
#include "core/text.hpp"
#include "io/atomic_file.hpp"
#include "io/image_metadata.hpp"
#include "io/image_prepare.hpp"
#include "io/image_sink.hpp"
#include "io/image_vips.hpp"

namespace halfpixel::io {
namespace {

constexpr std::string_view kWho = "write_image";
constexpr std::string_view kHowToBytes =
    "; of values from 0 to 255, x.astype(DType::uint8) makes samples in C++, clamped and cut off "
    "(add "
    "0.5 before to round), x.round().clip(0, 255).astype('uint8') in Python";

enum class Depth {
  bytes,  // uint8
  wide,   // uint8 and uint16
  real,   // and float32
  all,    // and int8, int16, int32, uint32
};

struct Format {
  std::string_view ending;
  std::string_view name;
  std::unique_ptr<ImageSink> (*make)(const SinkContext&);
  const char* operation;  // of libvips, when it may lack it
  Depth depth;
  bool alpha;
  bool any_channels;
  bool pages;
  Holds holds;
};
constexpr Holds kJpeg{.iptc = true, .comments = true, .extended_xmp = true};
constexpr Holds kPng{.png_chunks = true, .comments = true};
constexpr Holds kWebp{.grey_profile = false, .resolution = false};
constexpr Holds kGif{.exif = false, .xmp = false, .profile = false};
constexpr Holds kTiff{.iptc = true, .geo = true, .durations = false};
constexpr Holds kHeif{.grey_profile = false, .resolution = false};
constexpr Holds kJxl{.resolution = false};
constexpr Format kFormats[] = {
    {".jpg", "JPEG", make_jpeg_sink, nullptr, Depth::bytes, false, false, false, kJpeg},
    {".jpeg", "JPEG", make_jpeg_sink, nullptr, Depth::bytes, false, false, false, kJpeg},
    {".png", "PNG", make_png_sink, nullptr, Depth::wide, true, false, false, kPng},
    {".webp", "WebP", make_webp_sink, nullptr, Depth::bytes, true, false, true, kWebp},
    {".tif", "TIFF", make_tiff_sink, nullptr, Depth::all, true, true, true, kTiff},
    {".tiff", "TIFF", make_tiff_sink, nullptr, Depth::all, true, true, true, kTiff},
    {".gif", "GIF", make_gif_sink, "gifsave_target", Depth::bytes, true, false, true, kGif},
    {".avif", "AVIF", make_avif_sink, "heifsave_target", Depth::bytes, true, false, false, kHeif},
    {".heic", "HEIC", make_heic_sink, "heifsave_target", Depth::bytes, true, false, false, kHeif},
    {".heif", "HEIC", make_heic_sink, "heifsave_target", Depth::bytes, true, false, false, kHeif},
    {".jxl", "JPEG XL", make_jxl_sink, "jxlsave_target", Depth::real, true, false, false, kJxl},
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
  const std::string ending = to_lower(path.extension().native());
  for (const Format& format : kFormats) {
    if (ending == format.ending) return &format;
  }
  return nullptr;
}

bool has_depth(const Format& format, DType dtype) {
  switch (dtype) {
    case DType::uint8:
      return true;
    case DType::uint16:
      return format.depth >= Depth::wide;
    case DType::float32:
      return format.depth >= Depth::real;
    case DType::int8:
    case DType::int16:
    case DType::int32:
    case DType::uint32:
      return format.depth == Depth::all;
    default:
      return false;
  }
}

}  // namespace

bool is_image_path(const Path& path) {
  return find_format(path.str()) != nullptr;
}

bool holds_alpha(const Path& path) {
  const Format* const format = find_format(path.str());
  return format != nullptr && format->alpha;
}

std::span<const std::string_view> image_endings() noexcept {
  return kEndings;
}

struct ImageWriter::Impl {
  Impl(const std::filesystem::path& to, int wanted)
      : path(to), where("[" + std::string(kWho) + "] " + to.native()), pages(wanted) {
    format = find_format(path);
    if (format == nullptr) {
      refuse(ErrorCode::invalid_argument, "the ending says no known format, expected " +
                                              endings_that([](const Format&) { return true; }));
    }
    if (format->operation != nullptr && !has_vips_operation(format->operation)) {
      refuse(ErrorCode::unsupported,
             concat("this libvips cannot write ", format->name, " (it lacks ", format->operation,
                    "), expected another ending"));
    }
    if (pages < 1)
      refuse(ErrorCode::invalid_argument, concat("pages must be positive; got ", pages));
    if (pages > 1 && !format->pages) {
      refuse(ErrorCode::unsupported,
             concat(format->name, " holds one page, expected a file that ends in ",
                    endings_that([](const Format& other) { return other.pages; }), "; got ", pages,
                    " pages"));
    }
  }

  [[noreturn]] void refuse(ErrorCode code, const std::string& what) const {
    throw Error(code, where + ": " + what);
  }

  // Colours and further channels, as the metadata say or as the number of channels suggests.
  void settle_channels(ImageFields& metadata, std::int64_t channels) const {
    const bool fits =
        metadata.colours > 0 &&
        metadata.colours + static_cast<std::int64_t>(metadata.extra.size()) == channels;
    if (fits) return;
    metadata.colours = channels == 3 || channels == 4 ? 3 : 1;
    const bool alpha = channels == 2 || channels == 4;
    metadata.extra.assign(static_cast<std::size_t>(channels - metadata.colours),
                          alpha ? ExtraSample::alpha : ExtraSample::unspecified);
  }

  void check(const Shape& shape, DType dtype, const ImageFields& metadata) const {
    const auto holds_dtype = [&](const Format& other) { return has_depth(other, dtype); };
    if (std::none_of(std::begin(kFormats), std::end(kFormats), holds_dtype)) {
      refuse(ErrorCode::invalid_argument,
             concat("pixels must be uint8, uint16, float32, int8, int16, int32 or uint32; got ",
                    name_of(dtype), is_floating(dtype) ? kHowToBytes : ""));
    }
    if (!holds_dtype(*format)) {
      refuse(ErrorCode::unsupported,
             concat(format->name, " has no such samples, expected ",
                    format->depth == Depth::bytes ? "uint8" : "uint8 or uint16",
                    " pixels or a file that ends in ", endings_that(holds_dtype), "; got ",
                    name_of(dtype), is_floating(dtype) ? kHowToBytes : ""));
    }
    const bool alpha_last = metadata.extra.empty() ||
                            (metadata.extra.size() == 1 && metadata.extra[0] == ExtraSample::alpha);
    if (!alpha_last && !format->any_channels) {
      refuse(ErrorCode::unsupported,
             concat(format->name,
                    " has grey or RGB, and alpha, expected such channels or a file "
                    "that ends in ",
                    endings_that([](const Format& other) { return other.any_channels; }), "; got ",
                    metadata.colours == 1 ? "grey" : "RGB", " and ", metadata.extra.size(),
                    " further channel", metadata.extra.size() == 1 ? "" : "s",
                    " that are not alpha alone"));
    }
    if (!metadata.extra.empty() && !format->alpha) {
      refuse(ErrorCode::unsupported,
             concat(format->name,
                    " has no alpha channel, expected 1 or 3 channels or a file that ends in ",
                    endings_that([](const Format& other) { return other.alpha; }), "; got ",
                    shape[2], " channels"));
    }
    constexpr std::int64_t kMostSide = 10'000'000;  // libvips'
    if (shape[0] >= kMostSide || shape[1] >= kMostSide)
      refuse(ErrorCode::unsupported, "picture is too large; got " + shape.str());
  }

  std::filesystem::path path;
  std::string where;
  int pages;
  const Format* format = nullptr;
  std::vector<std::string> lost;
  std::unique_ptr<AtomicFile> file;
  std::unique_ptr<ImageSink> sink;
  int written = 0;             // pages
  PageLayout page;             // the one that is being written
  std::int64_t rows_left = 0;  // of it
};

ImageWriter::ImageWriter(const Path& path, int pages)
    : impl_(std::make_shared<Impl>(path.str(), pages)) {}
ImageWriter::~ImageWriter() = default;
ImageWriter::ImageWriter(ImageWriter&&) noexcept = default;
ImageWriter& ImageWriter::operator=(ImageWriter&&) noexcept = default;

void ImageWriter::begin(const Shape& shape, DType dtype, const ImageMetadata& metadata) {
  Impl& state = *impl_;
  if (shape.rank() != 3 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1 || shape[2] > 65535 ||
      (shape[2] > 4 && !state.format->any_channels)) {
    state.refuse(ErrorCode::invalid_argument,
                 concat("pixels must be (height, width, channels) with ",
                        state.format->any_channels ? "at least 1 channel" : "1 to 4 channels",
                        " and not empty; got ", shape.str()));
  }
  if (state.rows_left > 0) {
    state.refuse(ErrorCode::invalid_argument, concat("the page before must be complete; ",
                                                     state.rows_left, " rows are missing"));
  }
  if (state.written == state.pages)
    state.refuse(ErrorCode::invalid_argument, concat("more pages than ", state.pages));
  ImageFields settled = Access::impl(metadata);
  state.settle_channels(settled, shape[2]);
  state.check(shape, dtype, settled);
  if (state.pages > 1 && settled.animated && !state.format->holds.durations)
    state.lost.emplace_back("how long frames are shown");
  settled = prepared(settled, shape, state.format->holds, state.lost);
  if (state.file == nullptr) {
    state.file = std::make_unique<AtomicFile>(state.path, kWho);
    state.sink = state.format->make({*state.file, state.where, state.pages, state.lost});
  }
  state.page = {shape[0], shape[1], shape[2], dtype};
  state.sink->begin_page(state.page, settled);
  state.rows_left = shape[0];
}

void ImageWriter::write_rows(const ConstTensorView& rows) {
  Impl& state = *impl_;
  const Shape& shape = rows.shape();
  const PageLayout& page = state.page;
  if (shape.rank() != 3 || shape[0] < 1 || shape[0] > state.rows_left || shape[1] != page.width ||
      shape[2] != page.channels || rows.dtype() != page.dtype) {
    state.refuse(
        ErrorCode::invalid_argument,
        concat("rows must be 1 to ", state.rows_left, " of ", name_of(page.dtype), " (", page.width,
               ", ", page.channels, "); got ", name_of(rows.dtype()), " ", shape.str()));
  }
  const Tensor packed = rows.is_contiguous() ? Tensor() : Tensor(rows);
  state.sink->write_rows(shape[0], rows.is_contiguous() ? rows.data() : packed.data());
  state.rows_left -= shape[0];
  if (state.rows_left > 0) return;
  state.sink->end_page();
  ++state.written;
}

void ImageWriter::write(const ConstTensorView& pixels, const ImageMetadata& metadata) {
  begin(pixels.shape(), pixels.dtype(), metadata);
  write_rows(pixels);
}

std::vector<std::string> ImageWriter::finish() {
  Impl& state = *impl_;
  if (state.written != state.pages) {
    state.refuse(ErrorCode::invalid_argument,
                 concat("not all pages were written; got ", state.written, " of ", state.pages));
  }
  state.sink->finish();
  state.sink.reset();
  state.file->commit();
  std::vector<std::string> lost;
  for (std::string& one : state.lost) {
    if (std::find(lost.begin(), lost.end(), one) == lost.end()) lost.push_back(std::move(one));
  }
  const std::string line = lost_line(state.where, state.format->name, lost);
  return line.empty() ? std::vector<std::string>() : std::vector<std::string>{line};
}

std::vector<std::string> write_image(const Path& path, const ConstTensorView& pixels,
                                     const ImageMetadata& metadata) {
  ImageWriter writer(path);
  writer.write(pixels, metadata);
  return writer.finish();
}

}  // namespace halfpixel::io
