// What ImageMetadata holds: plain bytes in neutral forms, which each format's writer spells its own
// way.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <halfpixel/image.hpp>

namespace halfpixel::io {

using Bytes = std::vector<std::byte>;

inline bool begins_with(std::span<const std::byte> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

// A channel beyond the colours, in TIFF's numbers (ExtraSamples).
enum class ExtraSample : std::uint16_t { unspecified = 0, alpha = 2 };

// A field of a TIFF directory, kept as it is; `value` in this machine's byte order.
struct TiffField {
  std::uint16_t tag = 0;
  std::uint16_t type = 0;
  std::uint64_t count = 0;
  Bytes value;
};

struct ImageFields {
  int colours = 0;                 // channels before the extra ones; 0: by the number of channels
  std::vector<ExtraSample> extra;  // of the channels behind them
  int orientation = 1;             // not yet applied, in EXIF's numbers
  std::int64_t height = 0;         // of the picture that was read, upright when it was turned
  std::int64_t width = 0;
  bool turned = false;        // rows and columns are not those of the file
  double x_resolution = 1.0;  // pixels per millimetre
  double y_resolution = 1.0;
  bool has_resolution = false;
  bool in_inches = true;  // the unit that people see
  int delay_ms = 0;       // how long a page of an animation is shown
  int loop = 1;           // how often an animation is played; 0: for ever
  bool animated = false;
  bool compressed = false;  // the samples of a TIFF: a TIFF that is made of it will be, too
  std::vector<int> background;

  Bytes icc;
  Bytes exif;  // a TIFF structure: "II*\0" or "MM\0*" first
  Bytes xmp;
  Bytes iptc;                                             // IIM records, no Photoshop heading
  std::vector<TiffField> geo;                             // GeoTIFF's keys
  std::vector<std::pair<std::string, Bytes>> png_chunks;  // those that speak of colours, and texts
  std::vector<Bytes> extended_xmp;                        // segments of JPEG, for JPEG
  std::vector<Bytes> comments;                            // texts without a key, Latin-1
  std::vector<std::string> warnings;

  void warn(std::string line) { warnings.push_back(std::move(line)); }
};

// "RGB ", "GRAY": which channels a profile is for; empty when there is none.
inline std::string_view profile_space(const Bytes& icc) {
  if (icc.size() < 20) return {};
  return {reinterpret_cast<const char*>(icc.data()) + 16, 4};
}

}  // namespace halfpixel::io
