// PNG, WebP, GIF, AVIF, HEIC and JPEG XL by libvips.
#include <algorithm>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_apng.hpp"
#include "io/image_colour.hpp"
#include "io/image_cut.hpp"
#include "io/image_left_out.hpp"
#include "io/image_photoshop.hpp"
#include "io/image_png.hpp"
#include "io/image_source.hpp"
#include "io/image_vips.hpp"

namespace halfpixel::io {
namespace {

struct Format {
  std::string_view loader;  // how libvips' name of the loader begins
  const char* operation;
  bool pages;  // that belong together: frames
};
// libvips could open fifty more, through libraries that were not made for untrusted bytes.
constexpr Format kFormats[] = {
    {"VipsForeignLoadPng", "pngload_source", false},
    {"VipsForeignLoadWebp", "webpload_source", true},
    {"VipsForeignLoadNsgif", "gifload_source", true},
    {"VipsForeignLoadHeif", "heifload_source", false},
    {"VipsForeignLoadJxl", "jxlload_source", false},
};

Bytes blob_of(VipsImage* image, const char* name) {
  const void* bytes = nullptr;
  std::size_t count = 0;
  if (vips_image_get_typeof(image, name) == 0) return {};
  if (vips_image_get_blob(image, name, &bytes, &count) != 0 || bytes == nullptr) {
    vips_error_clear();
    return {};
  }
  const auto* begin = static_cast<const std::byte*>(bytes);
  return {begin, begin + count};
}

// EXIF as a TIFF structure: some containers put JPEG's heading in front, some a count.
Bytes exif_of(Bytes bytes) {
  const auto begins = [&](std::string_view text) { return begins_with(bytes, text); };
  for (int round = 0; round < 2; ++round) {
    if (begins("II") || begins("MM")) return bytes;
    const std::size_t skip = begins(std::string_view("Exif\0\0", 6)) ? 6 : 4;
    if (bytes.size() < skip) return {};
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(skip));
  }
  return begins("II") || begins("MM") ? bytes : Bytes();
}

int integer_of(VipsImage* image, const char* name, int otherwise) {
  int value = otherwise;
  if (vips_image_get_typeof(image, name) == 0) return otherwise;
  if (vips_image_get_int(image, name, &value) != 0) vips_error_clear();
  return value;
}

class VipsRows final : public PageSource {
 public:
  // whole: the decoder holds all of the picture, whatever is asked of it.
  VipsRows(ImagePtr image, std::int64_t top, std::int64_t rows, bool whole, const InputFile& file,
           const std::string& where, ImageFields& metadata)
      : image_(std::move(image)), file_(file), where_(where), next_(top) {
    width = vips_image_get_width(image_.get());
    height = rows;
    channels = vips_image_get_bands(image_.get());
    const VipsInterpretation space = vips_image_get_interpretation(image_.get());
    if (space == VIPS_INTERPRETATION_CMYK && channels >= 4) {
      dtype = dtype_of(vips_image_get_format(image_.get()), where);
      converter_.push_back(
          {InkSpace::cmyk, dtype, static_cast<int>(channels) - 4, metadata.icc, where});
      metadata.warn(converter_[0].told());
      metadata.icc = ColourConverter::result_profile();
      channels -= 1;
    }
    dtype = dtype_of(vips_image_get_format(image_.get()), where);
    if (channels > 4) {
      fail(ErrorCode::unsupported, where, ": pictures of this format have 1 to 4 channels; got ",
           channels);
    }
    check_extents(width, whole ? height : 1, channels, where);
    metadata.colours = channels < 3 ? 1 : 3;
    metadata.extra.assign(channels % 2 == 0 ? 1 : 0, ExtraSample::alpha);
    bits_ = integer_of(image_.get(), "heif-bitdepth", 8);
  }

  // A strip at a time, on this thread: libvips' own sinks run many, and an error in the last strip
  // of a cut file is lost to a race every few hundred times.
  void read_rows(std::int64_t rows, void* to) override {
    constexpr std::int64_t kStrip = 64;
    const std::size_t row_bytes = VIPS_IMAGE_SIZEOF_LINE(image_.get());
    const std::size_t out_row = static_cast<std::size_t>(width * channels) * size_of(dtype);
    auto* dst = static_cast<std::byte*>(to);
    // A region belongs to the thread that made it.
    if (region_ == nullptr || owner_ != std::this_thread::get_id()) {
      region_.reset(vips_region_new(image_.get()));
      owner_ = std::this_thread::get_id();
    }
    while (rows > 0) {
      const std::int64_t count = std::min(rows, kStrip);
      const VipsRect strip{0, static_cast<int>(next_), static_cast<int>(width),
                           static_cast<int>(count)};
      if (region_ == nullptr || vips_region_prepare(region_.get(), &strip) != 0) {
        if (is_cut(file_)) refuse_cut(where_);
        fail(ErrorCode::malformed_file, where_, ": ", take_vips_error());
      }
      for (std::int64_t y = 0; y < count; ++y, dst += out_row) {
        const void* src = VIPS_REGION_ADDR(region_.get(), 0, static_cast<int>(next_ + y));
        if (converter_.empty()) {
          std::memcpy(dst, src, row_bytes);
        } else {
          converter_[0].convert(src, dst, width);
        }
        if (bits_ > 8 && bits_ < 16 && dtype == DType::uint16) fill_low_bits(dst);
      }
      next_ += count;
      rows -= count;
    }
  }

 private:
  // libvips shifts 10 and 12 bits up; white is to be the largest value.
  void fill_low_bits(std::byte* row) const {
    auto* samples = reinterpret_cast<std::uint16_t*>(row);
    for (std::int64_t i = 0; i < width * channels; ++i) {
      samples[i] = static_cast<std::uint16_t>(samples[i] | samples[i] >> bits_);
    }
  }

  ImagePtr image_;
  const InputFile& file_;
  std::string where_;
  RegionPtr region_;
  std::thread::id owner_;
  std::int64_t next_;
  int bits_ = 8;
  std::vector<ColourConverter> converter_;  // none or one
};

class VipsFile final : public ImageFile {
 public:
  VipsFile(const InputFile& file, const std::string& where) : file_(file), where_(where) {
    format_ = find_format();
    is_png_ = format_->loader == "VipsForeignLoadPng";
    if (is_png_) png_ = read_png_chunks(file);
    if (format_->loader == "VipsForeignLoadWebp") left_out_ = unknown_webp_chunks(file);
    if (format_->loader == "VipsForeignLoadNsgif") gif_ = read_gif_extensions(file);
    // These two decoders are content with what has come.
    const bool gif = format_->loader == "VipsForeignLoadNsgif";
    if ((is_png_ && !png_.ended) || (gif && is_cut(file))) refuse_cut(where);
    head_ = load(false);
    pages_ = integer_of(head_.get(), VIPS_META_N_PAGES, 1);
    if (is_png_ && png_.frames > 1) {
      apng_ = std::make_unique<ApngFrames>(file, where);
      pages_ = apng_->count();
    }
    pages_ = std::max(pages_, 1);
  }

  int pages() const override { return format_->pages || apng_ != nullptr ? pages_ : 1; }

  bool animated() const override { return pages() > 1; }

  std::unique_ptr<PageSource> open_page(int page, ImageFields& metadata) override {
    if (apng_ != nullptr) return open_apng_frame(page, metadata);
    ImagePtr image = page == 0 ? load(false) : frames_for(page);
    take_metadata(image.get(), page, metadata);
    std::int64_t rows = vips_image_get_height(image.get());
    std::int64_t top = 0;
    if (page > 0) {
      rows = vips_image_get_page_height(image.get());
      top = rows * page;
    }
    if (!format_->pages && pages_ > 1)
      metadata.warn(where_ + ": its further pictures are left out");
    const bool whole = !is_png_ || integer_of(image.get(), "interlaced", 0) != 0;
    return std::make_unique<VipsRows>(std::move(image), top, rows, whole, file_, where_, metadata);
  }

 private:
  const Format* find_format() const {
    SourcePtr source(vips_source_new_from_descriptor(file_.descriptor()));
    if (source == nullptr) throw Error(ErrorCode::io, where_ + ": " + take_vips_error());
    const char* loader = vips_foreign_find_load_source(source.get());
    vips_error_clear();
    for (const Format& format : kFormats) {
      if (loader != nullptr && std::string_view(loader).starts_with(format.loader)) return &format;
    }
    if (is_cut(file_)) refuse_cut(where_);
    constexpr std::int64_t kLeast = 12;  // bytes that tell one format from the other
    if (file_.size() == 0) fail(ErrorCode::malformed_file, where_, " is empty");
    if (file_.size() < kLeast) {
      fail(ErrorCode::malformed_file, where_, " is cut short or no picture: it has ", file_.size(),
           file_.size() == 1 ? " byte" : " bytes");
    }
    throw Error(ErrorCode::unsupported,
                where_ +
                    " is not a picture that is known here, expected JPEG, PNG, WebP or TIFF, "
                    "GIF, AVIF, HEIC or JPEG XL (the last three where libvips has them)");
  }

  // The warnings of these (unknown chunks, odd profiles) are harmless, their errors not.
  ImagePtr load(bool all) const {
    const SourcePtr source(vips_source_new_from_descriptor(file_.descriptor()));
    if (source == nullptr) throw Error(ErrorCode::io, where_ + ": " + take_vips_error());
    VipsImage* out = nullptr;
    const int failed =
        all ? vips_call(format_->operation, source.get(), &out, "access", VIPS_ACCESS_SEQUENTIAL,
                        "fail_on", VIPS_FAIL_ON_ERROR, "n", -1, nullptr)
            : vips_call(format_->operation, source.get(), &out, "access", VIPS_ACCESS_SEQUENTIAL,
                        "fail_on", VIPS_FAIL_ON_ERROR, nullptr);
    if (failed == 0) return ImagePtr(out);
    const std::string reason = take_vips_error();
    if (is_cut(file_)) refuse_cut(where_);
    fail(ErrorCode::malformed_file, where_, ": ", reason);
  }

  std::unique_ptr<PageSource> open_apng_frame(int frame, ImageFields& metadata) {
    take_metadata(head_.get(), 0, metadata);
    metadata.loop = apng_->loop();
    metadata.delay_ms = apng_->delay_ms(frame);
    auto rows = std::make_unique<TensorRows>(apng_->canvas(frame));
    metadata.colours = rows->channels < 3 ? 1 : 3;
    metadata.extra.assign(rows->channels % 2 == 0 ? 1 : 0, ExtraSample::alpha);
    return rows;
  }

  // All frames one below the other. They are decoded in order: one that was passed needs a new
  // start.
  ImagePtr frames_for(int page) {
    if (frames_ == nullptr || page < next_frame_) frames_ = load(true);
    next_frame_ = page + 1;
    g_object_ref(frames_.get());
    return ImagePtr(frames_.get());
  }

  // A profile of grey or of RGB, for pixels of that kind.
  static bool fits(const Bytes& icc, int bands) {
    const std::string_view space = profile_space(icc);
    return bands < 3 ? space != "RGB " : space != "GRAY";
  }

  void take_metadata(VipsImage* image, int page, ImageFields& metadata) const {
    metadata.icc = blob_of(image, VIPS_META_ICC_NAME);
    metadata.exif = exif_of(blob_of(image, VIPS_META_EXIF_NAME));
    metadata.xmp = blob_of(image, VIPS_META_XMP_NAME);
    metadata.iptc = iptc_records(blob_of(image, VIPS_META_IPTC_NAME));
    metadata.png_chunks = png_.kept;
    metadata.comments = gif_.comments;
    tell_left_out(where_, "its chunk", "its chunks", is_png_ ? png_.left_out : left_out_, metadata);
    tell_left_out(where_, "its extension", "its extensions", gif_.left_out, metadata);
    // Whether libvips finds that out depends on how it reads PNGs.
    if (is_png_ && !fits(metadata.icc, vips_image_get_bands(image))) metadata.icc.clear();
    if (png_.has_profile && metadata.icc.empty())
      metadata.warn(where_ + ": its colour profile does not fit its pixels and is left out");
    metadata.orientation = vips_image_get_orientation(image);
    const char* unit = nullptr;
    if (vips_image_get_typeof(image, VIPS_META_RESOLUTION_UNIT) != 0 &&
        vips_image_get_string(image, VIPS_META_RESOLUTION_UNIT, &unit) == 0 && unit != nullptr) {
      metadata.in_inches = std::string_view(unit) != "cm";
    }
    // libvips takes a PNG that states no resolution for one of 72 pixels per inch, and one that
    // states the shape of its pixels for one of so many per metre.
    const double x = is_png_ ? png_.per_metre[0] / 1000.0 : vips_image_get_xres(image);
    const double y = is_png_ ? png_.per_metre[1] / 1000.0 : vips_image_get_yres(image);
    if (x > 0 && y > 0 && (is_png_ || x != 1.0 || y != 1.0)) {
      metadata.x_resolution = x;
      metadata.y_resolution = y;
      metadata.has_resolution = true;
    }
    if (pages() < 2) return;
    metadata.animated = true;
    metadata.loop = integer_of(image, "loop", 0);
    int count = 0;
    int* delays = nullptr;
    if (vips_image_get_typeof(image, "delay") != 0 &&
        vips_image_get_array_int(image, "delay", &delays, &count) == 0 && page < count) {
      metadata.delay_ms = delays[page];
    }
    vips_error_clear();
  }

  const InputFile& file_;
  std::string where_;
  const Format* format_ = nullptr;
  bool is_png_ = false;
  std::unique_ptr<ApngFrames> apng_;
  PngContents png_;
  GifExtensions gif_;
  std::vector<std::string> left_out_;
  ImagePtr head_;
  ImagePtr frames_;
  int next_frame_ = 0;
  int pages_ = 1;
};

}  // namespace

std::unique_ptr<ImageFile> open_with_vips(const InputFile& file, const std::string& where) {
  start_vips();
  return std::make_unique<VipsFile>(file, where);
}

}  // namespace halfpixel::io
