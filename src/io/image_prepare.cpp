#include "io/image_prepare.hpp"

#include <algorithm>
#include <cstring>

#include "io/image_exif.hpp"
#include "io/image_geo.hpp"
#include "io/image_xmp.hpp"

namespace halfpixel::io {
namespace {

constexpr std::uint16_t kXResolution = 282;
constexpr std::uint16_t kYResolution = 283;
constexpr std::uint16_t kResolutionUnit = 296;

double ratio_of(const TiffField& field) {
  std::uint32_t parts[2] = {};
  if (field.type != 5 || field.value.size() < sizeof parts) return 0;
  std::memcpy(parts, field.value.data(), sizeof parts);
  return parts[1] == 0 ? 0 : static_cast<double>(parts[0]) / parts[1];
}

// gAMA 1/2.2 and sRGB's primaries say nothing that a picture without them does not.
bool says_more_than_srgb(const ImageFields& metadata) {
  constexpr std::string_view kGamma("\0\0\xb1\x8f", 4);
  constexpr std::string_view kPrimaries(
      "\0\0\x7a\x26\0\0\x80\x84\0\0\xfa\0\0\0\x80\xe8\0\0\x75\x30\0\0\xea\x60\0\0\x3a\x98\0\0\x17"
      "\x70",
      32);
  bool more = false;
  for (const auto& [name, bytes] : metadata.png_chunks) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (name == "sRGB") return false;
    if (name == "cICP" || name == "mDCV" || name == "cLLI") more = true;
    if (name == "gAMA") more = more || text != kGamma;
    if (name == "cHRM") more = more || text != kPrimaries;
  }
  return more;
}

// A pHYs that is no resolution.
bool has_oblong_pixels(const ImageFields& metadata) {
  return std::any_of(metadata.png_chunks.begin(), metadata.png_chunks.end(), [](const auto& chunk) {
    return chunk.first == "pHYs" &&
           std::memcmp(chunk.second.data(), chunk.second.data() + 4, 4) != 0;
  });
}

bool has_chunk(const ImageFields& metadata, std::string_view name) {
  return std::any_of(metadata.png_chunks.begin(), metadata.png_chunks.end(),
                     [&](const auto& chunk) { return chunk.first == name; });
}

bool has_text(const ImageFields& metadata) {
  return std::any_of(metadata.png_chunks.begin(), metadata.png_chunks.end(), [](const auto& chunk) {
    return chunk.first == "tEXt" || chunk.first == "zTXt" || chunk.first == "iTXt";
  });
}

}  // namespace

ImageFields prepared(const ImageFields& metadata, const Shape& shape, const Holds& holds,
                     std::vector<std::string>& lost) {
  ImageFields out = metadata;
  const std::int64_t height = shape[0];
  const std::int64_t width = shape[1];
  out.exif = patched_exif(std::move(out.exif), width, height, out.orientation);
  // A block that is made for the resolution alone is worth it where nothing else states it.
  if (out.has_resolution && holds.exif && (!out.exif.empty() || !holds.resolution)) {
    const double millimetres = out.in_inches ? 25.4 : 10.0;
    out.exif = exif_with_resolution(
        std::move(out.exif),
        {out.x_resolution * millimetres, out.y_resolution * millimetres, out.in_inches});
  }
  out.xmp = patched_xmp(out.xmp, width, height, out.orientation);
  const auto leave = [&](bool kept, auto& what, const char* name) {
    if (kept || what.empty()) return;
    what.clear();
    lost.push_back(name);
  };
  leave(holds.exif, out.exif, "EXIF");
  leave(holds.xmp, out.xmp, "XMP");
  leave(holds.iptc, out.iptc, "IPTC");
  leave(holds.comments, out.comments, "comments");
  leave(holds.extended_xmp, out.extended_xmp, "extended XMP");
  if (!holds.png_chunks) {
    if (says_more_than_srgb(out)) lost.push_back("gamma and primaries (PNG)");
    if (has_oblong_pixels(out)) lost.push_back("the shape of pixels (PNG)");
    if (has_chunk(out, "bKGD")) lost.push_back("the background's colour (PNG)");
    if (has_text(out)) lost.push_back("texts (PNG)");
    out.png_chunks.clear();
  }
  if (!out.geo.empty() && holds.geo && metadata.turned) {
    lost.push_back("GeoTIFF keys of a turned picture");
    out.geo.clear();
  }
  leave(holds.geo, out.geo, "GeoTIFF keys");
  if (!out.geo.empty() && metadata.width > 0 && metadata.height > 0) {
    out.geo = scaled_geo(std::move(out.geo),
                         static_cast<double>(width) / static_cast<double>(metadata.width),
                         static_cast<double>(height) / static_cast<double>(metadata.height));
  }
  leave(holds.profile, out.icc, "the colour profile");
  // A profile fits the channels that it was made for.
  const std::string_view space = profile_space(out.icc);
  const bool grey = out.colours == 1;
  const bool fits = grey ? space == "GRAY" && holds.grey_profile : space == "RGB ";
  if (!out.icc.empty() && !fits) {
    out.icc.clear();
    lost.push_back(grey && space == "GRAY" ? "the profile of a grey picture"
                                           : "a profile for other channels");
  }
  return out;
}

void take_exif_resolution(ImageFields& metadata) {
  if (metadata.has_resolution || metadata.exif.empty()) return;
  double x = 0;
  double y = 0;
  std::uint64_t unit = 2;
  for (const TiffField& field : exif_main_fields(metadata.exif)) {
    if (field.tag == kXResolution) x = ratio_of(field);
    if (field.tag == kYResolution) y = ratio_of(field);
    if (field.tag == kResolutionUnit) unit = unsigned_value(field, unit);
  }
  if (!(x > 0) || !(y > 0) || (unit != 2 && unit != 3)) return;
  metadata.in_inches = unit == 2;
  const double millimetres = metadata.in_inches ? 25.4 : 10.0;
  metadata.x_resolution = x / millimetres;
  metadata.y_resolution = y / millimetres;
  metadata.has_resolution = true;
}

std::string lost_line(const std::string& path, std::string_view format,
                      const std::vector<std::string>& lost) {
  if (lost.empty()) return {};
  std::string line = path + ": " + std::string(format) + " cannot hold ";
  for (std::size_t i = 0; i < lost.size(); ++i) line += (i == 0 ? "" : ", ") + lost[i];
  return line + ": left out";
}

}  // namespace halfpixel::io
