// Which TIFF directories are pictures, and which samples are understood. What is not is refused by
// its name: colours must never be guessed.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_tiff.hpp"

namespace halfpixel::io {
namespace {

constexpr int kLinearRaw = 34892;
constexpr int kColourFilterArray = PHOTOMETRIC_CFA;

struct Name {
  int number;
  std::string_view name;
  std::string_view advice;
};
constexpr std::string_view kDevelop =
    "develop it first, for example with darktable-cli IN.dng OUT.tif";
constexpr std::string_view kRgba = "libtiff's tiff2rgba IN.tif OUT.tif makes RGB of it";
constexpr std::string_view kEditor = "convert it to RGB in a program with colour management";
constexpr Name kRefused[] = {
    {PHOTOMETRIC_MASK, "a transparency mask", "it is no picture by itself"},
    {PHOTOMETRIC_ICCLAB, "ICC L*a*b*", kEditor},
    {PHOTOMETRIC_ITULAB, "ITU L*a*b*", kEditor},
    {kColourFilterArray, "raw camera data (colour filter array)", kDevelop},
    {kLinearRaw, "raw camera data (linear raw)", kDevelop},
    {PHOTOMETRIC_LOGL, "LogL", kRgba},
    {PHOTOMETRIC_LOGLUV, "LogLuv", kRgba},
    {51177, "a depth map", "it is no picture by itself"},
    {52527, "a photometric mask", "it is no picture by itself"},
};

[[noreturn]] void refuse(const TiffReader& tiff, const std::string& what) {
  fail(ErrorCode::unsupported, tiff.where(), ": ", what);
}

void check_photometric(const TiffReader& tiff, int photometric) {
  for (const Name& one : kRefused) {
    if (one.number != photometric) continue;
    refuse(tiff, concat("its samples are ", one.name, " (photometric interpretation ", photometric,
                        "), which is not read, expected grey, RGB, palette, YCbCr, CMYK or CIE "
                        "L*a*b*; ",
                        one.advice));
  }
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_PALETTE:
    case PHOTOMETRIC_SEPARATED:
    case PHOTOMETRIC_YCBCR:
    case PHOTOMETRIC_CIELAB:
      return;
    default:
      refuse(tiff, concat("its photometric interpretation is not known here, expected grey, RGB, "
                          "palette, YCbCr, CMYK or CIE L*a*b*; got ",
                          photometric));
  }
}

void check_samples(const TiffReader& tiff, const TiffLayout& layout) {
  const int bits = layout.bits;
  const auto got = [&](const std::string& what, std::string_view advice) {
    refuse(tiff, concat("its samples are ", what,
                        ", expected unsigned integers of 1, 2, 4, 8, 16 or 32 bits, signed ones of "
                        "8, 16 or 32, or float32; ",
                        advice));
  };
  switch (layout.format) {
    case SAMPLEFORMAT_UINT:
    case SAMPLEFORMAT_VOID:
      if (bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16 || bits == 32) return;
      got(concat("unsigned integers of ", bits, " bits"),
          bits < 16 ? "ImageMagick's convert IN.tif -depth 16 OUT.tif unpacks them"
                    : "gdal_translate -ot UInt32 IN.tif OUT.tif converts them");
      return;
    case SAMPLEFORMAT_INT:
      if (bits == 8 || bits == 16 || bits == 32) return;
      got(concat("signed integers of ", bits, " bits"),
          "gdal_translate -ot Int32 IN.tif OUT.tif converts them");
      return;
    case SAMPLEFORMAT_IEEEFP:
      if (bits == 32) return;
      got(concat("float", bits), "gdal_translate -ot Float32 IN.tif OUT.tif converts them");
      return;
    default:
      got("complex numbers", "save their parts or their magnitude as float32");
  }
}

// Of samples in a row of pixels, how many are colours.
int colours_of(const TiffReader& tiff, const TiffLayout& layout) {
  switch (layout.photometric) {
    case PHOTOMETRIC_RGB:
    case PHOTOMETRIC_YCBCR:
    case PHOTOMETRIC_CIELAB:
      return 3;
    case PHOTOMETRIC_SEPARATED: {
      const auto inks = tiff.field<std::uint16_t>(TIFFTAG_INKSET, INKSET_CMYK);
      const auto count = tiff.field<std::uint16_t>(TIFFTAG_NUMBEROFINKS, 4);
      if (inks != INKSET_CMYK || count != 4) {
        refuse(tiff, concat("its samples are ", count,
                            " inks that are not CMYK, which are not read; ", kEditor));
      }
      return 4;
    }
    default:
      return 1;
  }
}

void check_colour_depth(const TiffReader& tiff, const TiffLayout& layout) {
  const bool wide = layout.bits == 8 || layout.bits == 16;
  const bool integers = layout.format == SAMPLEFORMAT_UINT || layout.format == SAMPLEFORMAT_VOID;
  std::string_view name;
  if (layout.photometric == PHOTOMETRIC_SEPARATED && !(wide && integers)) name = "CMYK";
  // a* and b* are signed: some writers say so, which describes the same bytes.
  if (layout.photometric == PHOTOMETRIC_CIELAB && !wide) name = "CIE L*a*b*";
  if (layout.photometric == PHOTOMETRIC_CIELAB && layout.format == SAMPLEFORMAT_IEEEFP)
    name = "CIE L*a*b*";
  if (layout.photometric == PHOTOMETRIC_PALETTE && !(integers && layout.bits <= 16))
    name = "palette";
  if (!name.empty()) {
    refuse(tiff, concat(name, " samples must be integers of 8 or 16 bits; got ", layout.bits,
                        " bits, sample format ", layout.format));
  }
  if (layout.photometric == PHOTOMETRIC_YCBCR &&
      (layout.bits != 8 || layout.samples != 3 || !integers)) {
    refuse(tiff, concat("YCbCr must have three samples of 8 bits; got ", layout.samples,
                        " samples of ", layout.bits, " bits; ", kRgba));
  }
}

bool is_reduced(const TiffReader& tiff) {
  if ((tiff.field<std::uint32_t>(TIFFTAG_SUBFILETYPE, 0) & FILETYPE_REDUCEDIMAGE) != 0) return true;
  std::uint16_t old = 0;
  return TIFFGetField(tiff.get(), TIFFTAG_OSUBFILETYPE, &old) == 1 && old == OFILETYPE_REDUCEDIMAGE;
}

bool is_mask(const TiffReader& tiff) {
  return (tiff.field<std::uint32_t>(TIFFTAG_SUBFILETYPE, 0) & FILETYPE_MASK) != 0;
}

std::vector<std::uint64_t> children_of(const TiffReader& tiff) {
  std::uint16_t count = 0;
  std::uint64_t* offsets = nullptr;
  if (TIFFGetField(tiff.get(), TIFFTAG_SUBIFD, &count, &offsets) != 1) return {};
  constexpr std::uint16_t kMost = 64;
  return {offsets, offsets + std::min(count, kMost)};
}

// ImageJ writes stacks of more than 4 GB behind one directory, which names their number in its
// text.
void check_one_directory_stack(const TiffReader& tiff) {
  const char* text = nullptr;
  if (TIFFGetField(tiff.get(), TIFFTAG_IMAGEDESCRIPTION, &text) != 1 || text == nullptr) return;
  const std::string_view description(text);
  const std::size_t at = description.find("\nimages=");
  if (!description.starts_with("ImageJ=") || at == description.npos) return;
  if (std::atoll(text + at + 8) > 1) {
    refuse(tiff,
           "it is an ImageJ stack with one directory for all its pages, which is not read; save it "
           "as BigTIFF or as an image sequence");
  }
}

// Of a volume in one directory libtiff reads the first plane.
void check_planes(const TiffReader& tiff) {
  const auto depth = tiff.field<std::uint32_t>(TIFFTAG_IMAGEDEPTH, 1);
  if (depth > 1) {
    refuse(tiff, concat("it is a volume of ", depth,
                        " planes in one directory, which is not read; save its planes as pages"));
  }
}

// Canon's raw files have pictures of a quarter of the size in front.
void check_signature(const TiffReader& tiff) {
  char head[10] = {};
  if (tiff.file().size() < 16) return;
  tiff.file().read_at(0, head, sizeof head);
  if (std::string_view(head + 8, 2) == "CR") {
    refuse(tiff, concat("it is raw camera data (Canon CR2), which is not read; ", kDevelop));
  }
}

}  // namespace

TiffLayout::TiffLayout(const TiffReader& tiff) {
  TIFF* const handle = tiff.get();
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
  if (TIFFGetField(handle, TIFFTAG_IMAGEWIDTH, &columns) != 1 ||
      TIFFGetField(handle, TIFFTAG_IMAGELENGTH, &rows) != 1 || columns == 0 || rows == 0) {
    fail(ErrorCode::malformed_file, tiff.where(), ": a directory without width or height");
  }
  width = columns;
  height = rows;
  bits = tiff.field<std::uint16_t>(TIFFTAG_BITSPERSAMPLE, 1);
  samples = tiff.field<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL, 1);
  format = tiff.field<std::uint16_t>(TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  compression = tiff.field<std::uint16_t>(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  separate = tiff.field<std::uint16_t>(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) ==
                 PLANARCONFIG_SEPARATE &&
             samples > 1;
  tiled = TIFFIsTiled(handle) != 0;
  std::uint16_t stated = samples < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB;
  TIFFGetField(handle, TIFFTAG_PHOTOMETRIC, &stated);
  photometric = stated;

  check_planes(tiff);
  check_photometric(tiff, photometric);
  if (TIFFIsCODECConfigured(static_cast<std::uint16_t>(compression)) == 0) {
    refuse(tiff, concat("compression ", compression,
                        " is not among those that libtiff was built with; libtiff's tiffcp -c zip "
                        "IN.tif OUT.tif repacks it where it is"));
  }
  check_samples(tiff, *this);
  colours = colours_of(tiff, *this);
  check_colour_depth(tiff, *this);
  if (samples < colours) {
    fail(ErrorCode::malformed_file, tiff.where(), ": photometric interpretation ", photometric,
         " needs ", colours, " samples per pixel; got ", samples);
  }
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  if (TIFFGetField(handle, TIFFTAG_EXTRASAMPLES, &count, &kinds) == 1 && kinds != nullptr)
    extra.assign(kinds, kinds + count);
  // Too many or too few are stated by some writers; what is not stated is not alpha.
  extra.resize(static_cast<std::size_t>(samples - colours), EXTRASAMPLE_UNSPECIFIED);

  by_libtiff = photometric == PHOTOMETRIC_YCBCR && compression != COMPRESSION_JPEG;
  if (compression == COMPRESSION_OJPEG) by_libtiff = true;
  if (by_libtiff && (bits != 8 || samples != colours)) {
    refuse(tiff, concat("old-style JPEG with further channels is not read; ", kRgba));
  }
  if (compression == COMPRESSION_JPEG && photometric == PHOTOMETRIC_YCBCR)
    TIFFSetField(handle, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
}

TiffPages::TiffPages(const TiffReader& tiff) {
  TIFF* const handle = tiff.get();
  check_signature(tiff);
  struct Directory {
    std::uint64_t offset;
    std::vector<std::uint64_t> children;
  };
  std::vector<Directory> reduced;
  constexpr std::size_t kMost = 100000;
  for (std::size_t read = 0; read < kMost; ++read) {
    const std::uint64_t here = TIFFCurrentDirOffset(handle);
    if (is_mask(tiff)) {
      has_mask = true;
    } else if (is_reduced(tiff)) {
      reduced.push_back({here, children_of(tiff)});
    } else {
      offsets.push_back(here);
    }
    if (TIFFLastDirectory(handle) != 0) break;
    if (TIFFReadDirectory(handle) != 1) tiff.damaged();
  }
  // Cameras put a thumbnail first and the picture below it.
  for (const Directory& one : reduced) {
    if (!offsets.empty()) break;
    for (const std::uint64_t child : one.children) {
      if (TIFFSetSubDirectory(handle, child) != 1) tiff.damaged();
      if (!is_reduced(tiff) && !is_mask(tiff)) offsets.push_back(child);
    }
  }
  if (offsets.size() == 1) {
    if (TIFFSetSubDirectory(handle, offsets[0]) != 1) tiff.damaged();
    check_one_directory_stack(tiff);
  }
  if (offsets.empty()) {
    refuse(tiff, reduced.empty()
                     ? "it holds a transparency mask and no picture"
                     : "it holds reduced copies of a picture and not the picture itself");
  }
}

}  // namespace halfpixel::io
