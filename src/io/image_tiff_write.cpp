// TIFF by libtiff: libvips marks every further channel as alpha, writes no EXIF, and a quarter of
// IPTC.
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <tiffio.h>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_exif.hpp"
#include "io/image_sink.hpp"

namespace halfpixel::io {
namespace {

constexpr std::uint64_t kClassicLimit = std::uint64_t{3} << 30;  // offsets have 32 bits
constexpr std::int64_t kStripBytes = 1 << 18;

struct Output {
  AtomicFile* file = nullptr;
  std::int64_t position = 0;
  std::int64_t size = 0;
  std::string error;
};

Output& self(thandle_t handle) {
  return *static_cast<Output*>(handle);
}

tmsize_t read_back(thandle_t handle, void* to, tmsize_t count) {
  Output& out = self(handle);
  const auto got =
      std::min<std::int64_t>(count, std::max<std::int64_t>(0, out.size - out.position));
  if (!out.file->read_at(out.position, to, got)) return -1;
  out.position += got;
  return static_cast<tmsize_t>(got);
}
tmsize_t write_on(thandle_t handle, void* from, tmsize_t count) {
  Output& out = self(handle);
  try {
    out.file->write_at(out.position, from, count);
  } catch (const Error& error) {  // must not pass through C
    out.error = error.what();
    return -1;
  }
  out.position += count;
  out.size = std::max(out.size, out.position);
  return count;
}
toff_t seek(thandle_t handle, toff_t offset, int whence) {
  Output& out = self(handle);
  const auto by = static_cast<std::int64_t>(offset);
  out.position = whence == SEEK_CUR ? out.position + by : whence == SEEK_END ? out.size + by : by;
  return static_cast<toff_t>(out.position);
}

int keep_error(TIFF*, void* out, const char*, const char* format, std::va_list arguments) {
  char text[400];
  std::vsnprintf(text, sizeof text, format, arguments);
  auto& kept = static_cast<Output*>(out)->error;
  if (kept.empty()) kept = text;
  return 1;
}

int sample_format_of(DType dtype) {
  if (is_floating(dtype)) return SAMPLEFORMAT_IEEEFP;
  return dtype == DType::int8 || dtype == DType::int16 || dtype == DType::int32 ? SAMPLEFORMAT_INT
                                                                                : SAMPLEFORMAT_UINT;
}

class TiffSink final : public ImageSink {
 public:
  explicit TiffSink(const SinkContext& context) : context_(context) {
    output_.file = &context.file;
  }
  ~TiffSink() override {
    if (tiff_ != nullptr) TIFFClose(tiff_);
  }

  void begin_page(const PageLayout& layout, const ImageFields& metadata) override {
    layout_ = layout;
    compressed_ = metadata.compressed;
    if (tiff_ == nullptr) open();
    describe(metadata);
    add_metadata(metadata);
    strip_.resize(static_cast<std::size_t>(layout.row_bytes() * rows_per_strip_));
    held_ = 0;
    number_ = 0;
    left_ = layout.height;
  }

  void write_rows(std::int64_t rows, const void* samples) override {
    const std::int64_t row = layout_.row_bytes();
    const auto* src = static_cast<const std::byte*>(samples);
    while (rows > 0) {
      const std::int64_t wanted = std::min(rows_per_strip_, left_);
      // The predictor works where the samples lie, which is not ours.
      if (!compressed_ && held_ == 0 && rows >= wanted) {
        write_strip(src, wanted);
        src += wanted * row;
        rows -= wanted;
        continue;
      }
      const std::int64_t count = std::min(rows, wanted - held_);
      std::memcpy(strip_.data() + held_ * row, src, static_cast<std::size_t>(count * row));
      src += count * row;
      rows -= count;
      held_ += count;
      if (held_ < wanted) continue;
      write_strip(strip_.data(), wanted);
      held_ = 0;
    }
  }

  void end_page() override {
    check(TIFFWriteDirectory(tiff_) == 1);
    ++page_;
  }

  void finish() override {
    if (tiff_ == nullptr) return;
    TIFFClose(std::exchange(tiff_, nullptr));
    check(output_.error.empty());
  }

 private:
  void check(bool done) const {
    if (done) return;
    fail(ErrorCode::io, context_.where, ": ",
         output_.error.empty() ? "libtiff gives no reason" : output_.error);
  }

  void open() {
    // Pages may differ; the first speaks for all.
    const double bytes = static_cast<double>(layout_.row_bytes()) *
                         static_cast<double>(layout_.height) * context_.pages;
    if (!compressed_) context_.file.require_space(static_cast<std::int64_t>(bytes));
    big_ = bytes > static_cast<double>(kClassicLimit);
    const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(
        TIFFOpenOptionsAlloc(), TIFFOpenOptionsFree);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_error, &output_);
    TIFFOpenOptionsSetWarningHandlerExtR(
        options.get(), [](TIFF*, void*, const char*, const char*, std::va_list) { return 1; },
        nullptr);
    tiff_ = TIFFClientOpenExt(
        "picture", big_ ? "w8lm" : "wlm", &output_, read_back, write_on, seek,
        [](thandle_t) { return 0; },
        [](thandle_t handle) { return static_cast<toff_t>(self(handle).size); },
        [](thandle_t, void**, toff_t*) { return 0; }, [](thandle_t, void*, toff_t) {},
        options.get());
    check(tiff_ != nullptr);
  }

  void describe(const ImageFields& metadata) {
    const auto channels = static_cast<std::uint16_t>(layout_.channels);
    const DType dtype = layout_.dtype;
    const bool rgb = metadata.colours == 3;
    rows_per_strip_ =
        std::clamp<std::int64_t>(kStripBytes / layout_.row_bytes(), 1, layout_.height);
    set(TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(layout_.width));
    set(TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(layout_.height));
    set(TIFFTAG_BITSPERSAMPLE, static_cast<int>(8 * size_of(dtype)));
    set(TIFFTAG_SAMPLESPERPIXEL, int{channels});
    set(TIFFTAG_SAMPLEFORMAT, sample_format_of(dtype));
    set(TIFFTAG_PHOTOMETRIC, rgb ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
    set(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    set(TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(rows_per_strip_));
    if (compressed_) {
      set(TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
      set(TIFFTAG_PREDICTOR, is_floating(dtype) ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL);
    } else {
      set(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    }
    set(TIFFTAG_ORIENTATION, metadata.orientation);
    std::vector<std::uint16_t> extra;
    for (const ExtraSample one : metadata.extra) extra.push_back(static_cast<std::uint16_t>(one));
    if (!extra.empty()) set(TIFFTAG_EXTRASAMPLES, static_cast<int>(extra.size()), extra.data());
    if (context_.pages > 1) {
      set(TIFFTAG_SUBFILETYPE, FILETYPE_PAGE);
      set(TIFFTAG_PAGENUMBER, page_ & 0xffff, context_.pages & 0xffff);
    }
    if (metadata.has_resolution) {
      const double millimetres = metadata.in_inches ? 25.4 : 10.0;
      set(TIFFTAG_RESOLUTIONUNIT, metadata.in_inches ? RESUNIT_INCH : RESUNIT_CENTIMETER);
      set(TIFFTAG_XRESOLUTION, metadata.x_resolution * millimetres);
      set(TIFFTAG_YRESOLUTION, metadata.y_resolution * millimetres);
    }
  }

  void add_metadata(const ImageFields& metadata) {
    if (!metadata.icc.empty()) {
      set(TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(metadata.icc.size()), metadata.icc.data());
    }
    if (!metadata.xmp.empty()) {
      set(TIFFTAG_XMLPACKET, static_cast<std::uint32_t>(metadata.xmp.size()), metadata.xmp.data());
    }
    if (!metadata.iptc.empty()) {
      // Versions of libtiff count it in bytes or in units of four.
      Bytes padded = metadata.iptc;
      padded.resize((padded.size() + 3) / 4 * 4);
      const TIFFField* known = TIFFFindField(tiff_, TIFFTAG_RICHTIFFIPTC, TIFF_ANY);
      const bool in_fours = known != nullptr && TIFFFieldDataType(known) == TIFF_LONG;
      set(TIFFTAG_RICHTIFFIPTC, static_cast<std::uint32_t>(padded.size() / (in_fours ? 4 : 1)),
          padded.data());
    }
    for (const TiffField& field : metadata.geo) set_field(field);
    const ExifTree tree = parse_exif(metadata.exif);
    for (const TiffField& field : tree.main) set_field(field);
    std::vector<TiffField> exif = tree.exif;
    add_below(tree.interop, [&](std::uint64_t at) {
      exif.push_back(long_field(kTagInterop, static_cast<std::uint32_t>(at)));
    });
    add_below(exif, [&](std::uint64_t at) { set(TIFFTAG_EXIFIFD, at); });
    add_below(tree.gps, [&](std::uint64_t at) { set(TIFFTAG_GPSIFD, at); });
  }

  // A directory of its own, at the end of what is written so far.
  template <class Point>
  void add_below(const std::vector<TiffField>& fields, const Point& point) {
    if (fields.empty()) return;
    Bytes bytes;
    const auto base = static_cast<std::uint64_t>(output_.size);
    const std::uint64_t at = append_directory(bytes, base, fields, big_);
    context_.file.write_at(output_.size, bytes.data(), static_cast<std::int64_t>(bytes.size()));
    output_.size += static_cast<std::int64_t>(bytes.size());
    point(at);
  }

  // A field of somebody else, which libtiff may not know.
  void set_field(const TiffField& field) {
    const TIFFField* known = TIFFFindField(tiff_, field.tag, TIFF_ANY);
    if (known == nullptr) {
      names_.push_back("Tag " + std::to_string(field.tag));
      const TIFFFieldInfo info = {field.tag,
                                  TIFF_VARIABLE2,
                                  TIFF_VARIABLE2,
                                  static_cast<TIFFDataType>(field.type),
                                  FIELD_CUSTOM,
                                  1,
                                  1,
                                  names_.back().data()};
      check(TIFFMergeFieldInfo(tiff_, &info, 1) == 0);
      known = TIFFFindField(tiff_, field.tag, TIFF_ANY);
    }
    if (known == nullptr || field.value.empty()) return;
    Bytes value = field.value;
    const bool same = TIFFFieldDataType(known) == static_cast<TIFFDataType>(field.type);
    if (TIFFFieldDataType(known) == TIFF_ASCII && !TIFFFieldPassCount(known)) {
      value.push_back({});  // libtiff reads up to a zero
      set(field.tag, reinterpret_cast<const char*>(value.data()));
    } else if (same && TIFFFieldPassCount(known) && TIFFFieldWriteCount(known) == TIFF_VARIABLE2) {
      set(field.tag, static_cast<std::uint32_t>(field.count), value.data());
    } else if (same && TIFFFieldPassCount(known) && field.count < 65536) {
      set(field.tag, static_cast<int>(field.count), value.data());
    } else {
      context_.lost.push_back("tag " + std::to_string(field.tag));
    }
  }

  template <class... Values>
  void set(std::uint32_t tag, Values... values) {
    check(TIFFSetField(tiff_, tag, values...) == 1);
  }

  // bytes: changed when they are compressed.
  void write_strip(const std::byte* bytes, std::int64_t rows) {
    const std::int64_t count = rows * layout_.row_bytes();
    auto* const samples = const_cast<std::byte*>(bytes);  // libtiff's interface lacks a const
    const tmsize_t written = compressed_ ? TIFFWriteEncodedStrip(tiff_, number_, samples, count)
                                         : TIFFWriteRawStrip(tiff_, number_, samples, count);
    check(written == count);
    ++number_;
    left_ -= rows;
  }

  SinkContext context_;
  Output output_;
  TIFF* tiff_ = nullptr;
  bool big_ = false;
  int page_ = 0;
  PageLayout layout_;
  bool compressed_ = false;
  std::int64_t rows_per_strip_ = 1;
  std::vector<std::byte> strip_;  // its rows are in it up to held_
  std::int64_t held_ = 0;
  std::int64_t left_ = 0;          // rows of the page that are in no strip yet
  std::uint32_t number_ = 0;       // of the next strip
  std::deque<std::string> names_;  // libtiff keeps their addresses
};

}  // namespace

std::unique_ptr<ImageSink> make_tiff_sink(const SinkContext& context) {
  return std::make_unique<TiffSink>(context);
}

}  // namespace halfpixel::io
