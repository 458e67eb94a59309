// libtiff, on files of ours and without its prints. libvips reads and writes TIFF through it too,
// but takes every further channel for alpha, and colour spaces it does not know for RGB.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tiffio.h>

#include "io/image_metadata.hpp"
#include "io/input_file.hpp"

namespace halfpixel::io {

// A TIFF that is being read. Not movable: libtiff holds its address.
class TiffReader {
 public:
  // Throws Error when it is no TIFF.
  TiffReader(const InputFile& file, const std::string& where);
  ~TiffReader();
  TiffReader(const TiffReader&) = delete;
  TiffReader& operator=(const TiffReader&) = delete;

  TIFF* get() const noexcept { return tiff_; }
  const InputFile& file() const noexcept { return file_; }
  const std::string& where() const noexcept { return where_; }
  // libtiff's last complaint, in one line.
  std::string error() const;
  // Something was looked for behind the end of the file.
  bool ended() const noexcept { return ended_; }
  [[noreturn]] void damaged() const;

  template <class T>
  T field(std::uint32_t tag, T otherwise) const {
    T value{};
    return TIFFGetFieldDefaulted(tiff_, tag, &value) == 1 ? value : otherwise;
  }

 private:
  friend struct TiffCallbacks;
  const InputFile& file_;
  std::string where_;
  std::string error_;
  std::int64_t position_ = 0;
  bool ended_ = false;
  TIFF* tiff_ = nullptr;
};

// What the samples of the current directory are. Throws Error for those that are not understood, by
// their name.
struct TiffLayout {
  std::int64_t width = 0;
  std::int64_t height = 0;
  int bits = 8;
  int samples = 1;
  int format = SAMPLEFORMAT_UINT;
  int photometric = PHOTOMETRIC_MINISBLACK;
  int compression = COMPRESSION_NONE;
  bool separate = false;  // a plane for each sample
  bool tiled = false;
  bool by_libtiff = false;  // YCbCr: libtiff makes RGB of it
  int colours = 1;          // of the samples, those that are colours
  std::vector<std::uint16_t> extra;

  explicit TiffLayout(const TiffReader& tiff);
};

// Where the pages are: directories that show a picture of their own in full size.
struct TiffPages {
  std::vector<std::uint64_t> offsets;
  bool has_mask = false;  // a transparency mask beside them

  explicit TiffPages(const TiffReader& tiff);  // throws Error when there is none
};

// EXIF, GPS, XMP, IPTC, profile, resolution and GeoTIFF's keys of the current directory.
void read_tiff_metadata(const TiffReader& tiff, ImageFields& metadata);

}  // namespace halfpixel::io
