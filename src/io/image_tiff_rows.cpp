// Rows of a TIFF directory as grey or RGB samples, from strips, tiles, planes and packed bits.
#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_colour.hpp"
#include "io/image_source.hpp"
#include "io/image_tiff.hpp"

namespace halfpixel::io {
namespace {

// How many rows are converted at once, about.
constexpr std::int64_t kConvertedPixels = 1 << 18;

DType dtype_of(const TiffLayout& layout) {
  if (layout.photometric == PHOTOMETRIC_CIELAB)
    return layout.bits == 16 ? DType::uint16 : DType::uint8;
  if (layout.format == SAMPLEFORMAT_IEEEFP) return DType::float32;
  const bool is_signed = layout.format == SAMPLEFORMAT_INT;
  if (layout.bits == 32) return is_signed ? DType::int32 : DType::uint32;
  if (layout.bits == 16) return is_signed ? DType::int16 : DType::uint16;
  return is_signed ? DType::int8 : DType::uint8;
}

// `count` samples of a packed row to places `stride` samples apart.
void spread(const std::byte* src, std::byte* dst, std::int64_t count, int bits,
            std::int64_t stride) {
  if (bits < 8) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(src);
    auto* samples = reinterpret_cast<unsigned char*>(dst);
    const unsigned mask = (1u << bits) - 1;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t bit = i * bits;
      samples[i * stride] = static_cast<unsigned char>(
          (static_cast<unsigned>(bytes[bit / 8]) >> (8 - bits - static_cast<int>(bit % 8))) & mask);
    }
    return;
  }
  const auto size = static_cast<std::size_t>(bits / 8);
  if (stride == 1) {
    std::memcpy(dst, src, static_cast<std::size_t>(count) * size);
    return;
  }
  for (std::int64_t i = 0; i < count; ++i) {
    std::memcpy(dst + static_cast<std::size_t>(i * stride) * size,
                src + static_cast<std::size_t>(i) * size, size);
  }
}

template <class Sample>
void unpremultiply_row(Sample* row, std::int64_t pixels, int samples, int colours, int alpha) {
  constexpr auto kMax = static_cast<double>(std::numeric_limits<Sample>::max());
  for (std::int64_t i = 0; i < pixels; ++i, row += samples) {
    const auto coverage = static_cast<double>(row[alpha]);
    if (!(coverage > 0)) continue;  // what is there has no colour
    for (int c = 0; c < colours; ++c) {
      if constexpr (std::is_floating_point_v<Sample>) {
        row[c] = static_cast<Sample>(static_cast<double>(row[c]) / coverage);
      } else {
        const double straight = static_cast<double>(row[c]) * kMax / coverage;
        row[c] = static_cast<Sample>(std::min(kMax, straight + 0.5));
      }
    }
  }
}

struct Palette {
  std::vector<std::uint16_t> red, green, blue;
  bool grey = false;

  Palette(const TiffReader& tiff, int bits) {
    const std::size_t count = std::size_t{1} << bits;
    std::uint16_t* maps[3] = {};
    if (TIFFGetField(tiff.get(), TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2]) != 1)
      fail(ErrorCode::malformed_file, tiff.where(), ": a palette picture without a palette");
    red.assign(maps[0], maps[0] + count);
    green.assign(maps[1], maps[1] + count);
    blue.assign(maps[2], maps[2] + count);
    grey = red == green && green == blue;
    if (bits > 8) return;
    const auto small = [](std::uint16_t value) { return value < 256; };
    const bool old = std::all_of(red.begin(), red.end(), small) &&
                     std::all_of(green.begin(), green.end(), small) &&
                     std::all_of(blue.begin(), blue.end(), small);
    if (old) return;  // written before palettes had 16 bits
    for (auto* map : {&red, &green, &blue}) {
      for (std::uint16_t& value : *map) value = static_cast<std::uint16_t>(value >> 8);
    }
  }
};

class TiffRows final : public PageSource {
 public:
  TiffRows(TiffReader& tiff, TiffLayout layout, ImageFields& metadata)
      : tiff_(tiff), layout_(std::move(layout)) {
    width = layout_.width;
    height = layout_.height;
    dtype = dtype_of(layout_);
    channels = layout_.samples;
    size_ = size_of(dtype);
    set_colours(metadata);
    set_bands();
    check_extents(width, band_rows_, std::max<std::int64_t>(channels, layout_.samples),
                  tiff.where());
  }

  void read_rows(std::int64_t rows, void* to) override {
    auto* dst = static_cast<std::byte*>(to);
    const auto out_row = static_cast<std::size_t>(width * channels) * size_;
    while (rows > 0) {
      if (next_ == band_end_) decode_band();
      const std::int64_t at_once = std::max<std::int64_t>(1, kConvertedPixels / width);
      const std::int64_t count = std::min({rows, band_end_ - next_, at_once});
      std::byte* src =
          band_.data() +
          static_cast<std::size_t>((next_ - band_begin_) * width * layout_.samples) * size_;
      finish(src, dst, count * width);
      dst += static_cast<std::size_t>(count) * out_row;
      next_ += count;
      rows -= count;
    }
  }

 private:
  void set_colours(ImageFields& metadata) {
    const int extra = layout_.samples - layout_.colours;
    metadata.colours = layout_.colours;
    if (layout_.photometric == PHOTOMETRIC_PALETTE) {
      palette_.emplace_back(tiff_, layout_.bits);
      metadata.colours = palette_[0].grey ? 1 : 3;
      channels = metadata.colours + extra;
    }
    if (layout_.photometric == PHOTOMETRIC_SEPARATED || layout_.photometric == PHOTOMETRIC_CIELAB) {
      const auto space =
          layout_.photometric == PHOTOMETRIC_SEPARATED ? InkSpace::cmyk : InkSpace::lab;
      converter_.push_back(
          {space, dtype, extra, space == InkSpace::cmyk ? metadata.icc : Bytes(), tiff_.where()});
      metadata.warn(converter_[0].told());
      metadata.icc = ColourConverter::result_profile();
      metadata.colours = 3;
      channels = 3 + extra;
    }
    if (layout_.photometric == PHOTOMETRIC_MINISWHITE && dtype == DType::float32)
      metadata.warn(tiff_.where() + ": its floats stay as they are; that 0 is white is left out");
    metadata.extra.clear();
    for (int i = 0; i < extra; ++i) {
      const std::uint16_t kind = layout_.extra[static_cast<std::size_t>(i)];
      const bool alpha = kind == EXTRASAMPLE_ASSOCALPHA || kind == EXTRASAMPLE_UNASSALPHA;
      metadata.extra.push_back(alpha ? ExtraSample::alpha : ExtraSample::unspecified);
      if (kind == EXTRASAMPLE_ASSOCALPHA && associated_ < 0) associated_ = layout_.colours + i;
    }
  }

  void set_bands() {
    if (layout_.tiled) {
      tile_width_ = tiff_.field<std::uint32_t>(TIFFTAG_TILEWIDTH, 0);
      band_rows_ = tiff_.field<std::uint32_t>(TIFFTAG_TILELENGTH, 0);
      if (tile_width_ < 1 || band_rows_ < 1) tiff_.damaged();
    } else {
      band_rows_ = tiff_.field<std::uint32_t>(TIFFTAG_ROWSPERSTRIP, 0xffffffffu);
      if (band_rows_ < 1) tiff_.damaged();
      band_rows_ = std::min(band_rows_, height);
      // A row at a time where the codec can: one strip may be the whole picture.
      if (!layout_.separate && !layout_.by_libtiff) band_rows_ = 1;
    }
  }

  std::size_t checked(std::uint64_t bytes) const {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 32;
    if (bytes == 0 || bytes > kMost) {
      fail(ErrorCode::unsupported, tiff_.where(), ": its strips or tiles are too large; got ",
           bytes, " bytes");
    }
    return static_cast<std::size_t>(bytes);
  }

  void decode_band() {
    band_begin_ = next_;
    band_end_ = std::min(height, band_begin_ + band_rows_);
    band_.resize(static_cast<std::size_t>((band_end_ - band_begin_) * width * layout_.samples) *
                 size_);
    if (layout_.by_libtiff) {
      decode_rgba();
    } else if (layout_.tiled) {
      decode_tiles();
    } else if (layout_.separate) {
      decode_planes();
    } else {
      raw_.resize(checked(TIFFScanlineSize64(tiff_.get())));
      require_bytes(width * layout_.samples);
      if (TIFFReadScanline(tiff_.get(), raw_.data(), static_cast<std::uint32_t>(next_), 0) != 1)
        tiff_.damaged();
      spread(raw_.data(), band_.data(), width * layout_.samples, layout_.bits, 1);
    }
    if (tiff_.ended()) tiff_.damaged();  // a decoder may have needed no more
  }

  // raw_ holds at least `samples` samples: what a damaged directory claims is not believed.
  void require_bytes(std::int64_t samples) const {
    if (static_cast<std::int64_t>(raw_.size()) < (samples * layout_.bits + 7) / 8) tiff_.damaged();
  }

  // A row that begins in raw_ at `offset` to column x of a row of the band.
  void place(std::size_t offset, std::int64_t y, std::int64_t x, std::int64_t pixels, int plane) {
    std::byte* dst =
        band_.data() + static_cast<std::size_t>((y * width + x) * layout_.samples) * size_;
    if (layout_.separate) {
      spread(raw_.data() + offset, dst + static_cast<std::size_t>(plane) * size_, pixels,
             layout_.bits, layout_.samples);
    } else {
      spread(raw_.data() + offset, dst, pixels * layout_.samples, layout_.bits, 1);
    }
  }

  void decode_planes() {
    const std::size_t row = checked(TIFFScanlineSize64(tiff_.get()));
    const std::int64_t rows = band_end_ - band_begin_;
    raw_.resize(checked(TIFFVStripSize64(tiff_.get(), static_cast<std::uint32_t>(rows))));
    if (raw_.size() < row * static_cast<std::size_t>(rows) ||
        static_cast<std::int64_t>(row) < (width * layout_.bits + 7) / 8) {
      tiff_.damaged();
    }
    for (int plane = 0; plane < layout_.samples; ++plane) {
      const std::uint32_t strip = TIFFComputeStrip(
          tiff_.get(), static_cast<std::uint32_t>(band_begin_), static_cast<std::uint16_t>(plane));
      const auto wanted = static_cast<tmsize_t>(row * static_cast<std::size_t>(rows));
      if (TIFFReadEncodedStrip(tiff_.get(), strip, raw_.data(), wanted) != wanted) tiff_.damaged();
      for (std::int64_t y = 0; y < rows; ++y)
        place(row * static_cast<std::size_t>(y), y, 0, width, plane);
    }
  }

  void decode_tiles() {
    raw_.resize(checked(TIFFTileSize64(tiff_.get())));
    const std::size_t row = checked(TIFFTileRowSize64(tiff_.get()));
    const std::int64_t in_row = layout_.separate ? tile_width_ : tile_width_ * layout_.samples;
    if (raw_.size() < row * static_cast<std::size_t>(band_rows_) ||
        static_cast<std::int64_t>(row) < (in_row * layout_.bits + 7) / 8) {
      tiff_.damaged();
    }
    const int planes = layout_.separate ? layout_.samples : 1;
    for (std::int64_t x = 0; x < width; x += tile_width_) {
      for (int plane = 0; plane < planes; ++plane) {
        if (TIFFReadTile(tiff_.get(), raw_.data(), static_cast<std::uint32_t>(x),
                         static_cast<std::uint32_t>(band_begin_), 0,
                         static_cast<std::uint16_t>(plane)) < 0) {
          tiff_.damaged();
        }
        for (std::int64_t y = 0; y < band_end_ - band_begin_; ++y) {
          place(row * static_cast<std::size_t>(y), y, x, std::min(tile_width_, width - x), plane);
        }
      }
    }
  }

  // libtiff's RGB comes bottom row first, four bytes a pixel.
  void decode_rgba() {
    const std::int64_t rows = band_end_ - band_begin_;
    const std::int64_t columns = layout_.tiled ? tile_width_ : width;
    const std::int64_t raster_rows = layout_.tiled ? band_rows_ : rows;
    std::vector<std::uint32_t> raster(
        checked(static_cast<std::uint64_t>(columns) * static_cast<std::uint64_t>(raster_rows) * 4) /
        4);
    for (std::int64_t x = 0; x < width; x += columns) {
      const auto column = static_cast<std::uint32_t>(x);
      const auto top = static_cast<std::uint32_t>(band_begin_);
      const int done = layout_.tiled
                           ? TIFFReadRGBATileExt(tiff_.get(), column, top, raster.data(), 1)
                           : TIFFReadRGBAStripExt(tiff_.get(), top, raster.data(), 1);
      if (done != 1) tiff_.damaged();
      for (std::int64_t y = 0; y < rows; ++y) {
        const std::uint32_t* src = raster.data() + (raster_rows - 1 - y) * columns;
        auto* dst =
            reinterpret_cast<std::uint8_t*>(band_.data()) + (y * width + x) * layout_.samples;
        for (std::int64_t i = 0; i < std::min(columns, width - x); ++i, dst += layout_.samples) {
          dst[0] = static_cast<std::uint8_t>(TIFFGetR(src[i]));
          if (layout_.samples < 3) continue;
          dst[1] = static_cast<std::uint8_t>(TIFFGetG(src[i]));
          dst[2] = static_cast<std::uint8_t>(TIFFGetB(src[i]));
        }
      }
    }
  }

  // Samples of the file to samples of the tensor.
  void finish(std::byte* src, std::byte* dst, std::int64_t pixels) {
    if (!palette_.empty()) {
      if (dtype == DType::uint16) {
        look_up(reinterpret_cast<const std::uint16_t*>(src), reinterpret_cast<std::uint16_t*>(dst),
                pixels);
      } else {
        look_up(reinterpret_cast<const std::uint8_t*>(src), reinterpret_cast<std::uint8_t*>(dst),
                pixels);
      }
      return;
    }
    const std::int64_t samples = pixels * layout_.samples;
    if (layout_.bits < 8) {
      const unsigned scale = 255u / ((1u << layout_.bits) - 1);
      auto* bytes = reinterpret_cast<std::uint8_t*>(src);
      for (std::int64_t i = 0; i < samples; ++i)
        bytes[i] = static_cast<std::uint8_t>(bytes[i] * scale);
    }
    // The largest value becomes the least one; signed integers alike.
    if (layout_.photometric == PHOTOMETRIC_MINISWHITE && dtype != DType::float32) {
      const auto width_of = static_cast<std::int64_t>(size_);
      for (std::int64_t i = 0; i < pixels; ++i) {
        for (std::int64_t b = 0; b < width_of; ++b) {
          std::byte& one = src[i * layout_.samples * width_of + b];
          one = ~one;
        }
      }
    }
    if (associated_ >= 0) straighten(src, pixels);
    if (converter_.empty()) {
      std::memcpy(dst, src, static_cast<std::size_t>(samples) * size_);
    } else {
      converter_[0].convert(src, dst, pixels);
    }
  }

  void straighten(std::byte* src, std::int64_t pixels) {
    const auto with = [&](auto* samples) {
      unpremultiply_row(samples, pixels, layout_.samples, layout_.colours, associated_);
    };
    if (dtype == DType::uint8) with(reinterpret_cast<std::uint8_t*>(src));
    if (dtype == DType::uint16) with(reinterpret_cast<std::uint16_t*>(src));
    if (dtype == DType::uint32) with(reinterpret_cast<std::uint32_t*>(src));
    if (dtype == DType::float32) with(reinterpret_cast<float*>(src));
  }

  template <class Sample>
  void look_up(const Sample* src, Sample* dst, std::int64_t pixels) const {
    const Palette& palette = palette_[0];
    const int extra = layout_.samples - 1;
    const unsigned scale = layout_.bits < 8 ? 255u / ((1u << layout_.bits) - 1) : 1;
    for (std::int64_t i = 0; i < pixels; ++i) {
      const std::size_t index = *src++;
      *dst++ = static_cast<Sample>(palette.red[index]);
      if (!palette.grey) {
        *dst++ = static_cast<Sample>(palette.green[index]);
        *dst++ = static_cast<Sample>(palette.blue[index]);
      }
      for (int e = 0; e < extra; ++e) *dst++ = static_cast<Sample>(*src++ * scale);
    }
  }

  TiffReader& tiff_;
  TiffLayout layout_;
  std::size_t size_ = 1;
  int associated_ = -1;                     // the sample that colours were multiplied by
  std::vector<Palette> palette_;            // none or one
  std::vector<ColourConverter> converter_;  // none or one
  std::int64_t tile_width_ = 0;
  std::int64_t band_rows_ = 1;
  std::int64_t next_ = 0;
  std::int64_t band_begin_ = 0;
  std::int64_t band_end_ = 0;
  std::vector<std::byte> band_;  // rows as the file has them, unpacked
  std::vector<std::byte> raw_;
};

class TiffFile final : public ImageFile {
 public:
  TiffFile(const InputFile& file, const std::string& where) : tiff_(file, where), pages_(tiff_) {}

  int pages() const override { return static_cast<int>(pages_.offsets.size()); }

  std::unique_ptr<PageSource> open_page(int page, ImageFields& metadata) override {
    if (TIFFSetSubDirectory(tiff_.get(), pages_.offsets[static_cast<std::size_t>(page)]) != 1)
      tiff_.damaged();
    TiffLayout layout(tiff_);
    metadata.orientation = tiff_.field<std::uint16_t>(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    if (metadata.orientation < 1 || metadata.orientation > 8) metadata.orientation = 1;
    read_tiff_metadata(tiff_, metadata);
    metadata.compressed = layout.compression != COMPRESSION_NONE;
    if (pages_.has_mask) metadata.warn(tiff_.where() + ": its transparency mask is left out");
    // libtiff would turn what it converts.
    if (layout.by_libtiff) TIFFSetField(tiff_.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    return std::make_unique<TiffRows>(tiff_, std::move(layout), metadata);
  }

 private:
  TiffReader tiff_;
  TiffPages pages_;
};

}  // namespace

std::unique_ptr<ImageFile> open_tiff(const InputFile& file, const std::string& where) {
  return std::make_unique<TiffFile>(file, where);
}

}  // namespace halfpixel::io
