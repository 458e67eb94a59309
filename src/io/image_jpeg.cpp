#include "io/image_jpeg.hpp"

#include <string_view>

#include "io/image_exif.hpp"
#include "io/image_left_out.hpp"
#include "io/image_photoshop.hpp"
#include "io/image_prepare.hpp"

namespace halfpixel::io {
namespace {

constexpr int kApp1 = 0xe1;
constexpr int kApp2 = 0xe2;
constexpr int kApp13 = 0xed;
constexpr int kComment = 0xfe;
constexpr std::size_t kLongestSegment = 65533;

constexpr std::string_view kExif("Exif\0\0", 6);
constexpr std::string_view kXmp("http://ns.adobe.com/xap/1.0/\0", 29);
constexpr std::string_view kExtendedXmp("http://ns.adobe.com/xmp/extension/\0", 35);
constexpr std::string_view kPhotoshop("Photoshop 3.0\0", 14);
constexpr std::string_view kMultiPicture("MPF\0", 4);
constexpr std::string_view kGainMap("urn:iso:std:iso:ts:21496:-1\0", 28);
constexpr std::string_view kProfile("ICC_PROFILE\0", 12);

Bytes behind(const Bytes& bytes, std::string_view text) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(text.size()), bytes.end()};
}
Bytes with(std::string_view text, const Bytes& bytes) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  Bytes out(begin, begin + text.size());
  out.insert(out.end(), bytes.begin(), bytes.end());
  return out;
}

// Segments whose meaning ends with the file, or that libjpeg has read: thumbnails, qualities, the
// colour space.
bool says_nothing(int marker, const Bytes& segment) {
  constexpr int kApp0 = 0xe0, kApp12 = 0xec, kApp14 = 0xee;
  if (marker == kApp0)
    return begins_with(segment, std::string_view("JFIF\0", 5)) || begins_with(segment, "JFXX");
  return (marker == kApp12 && begins_with(segment, "Ducky")) ||
         (marker == kApp14 && begins_with(segment, "Adobe")) ||
         (marker == kApp2 && begins_with(segment, kProfile));
}

bool mentions(const Bytes& bytes, std::string_view text) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()).find(text) !=
         std::string_view::npos;
}

}  // namespace

void JpegExtras::take(int marker, const Bytes& segment, ImageFields& metadata) {
  if (marker == kApp1 && begins_with(segment, kExif) && metadata.exif.empty()) {
    metadata.exif = behind(segment, kExif);
  } else if (marker == kApp1 && begins_with(segment, kXmp) && metadata.xmp.empty()) {
    metadata.xmp = behind(segment, kXmp);
  } else if (marker == kApp1 && begins_with(segment, kExtendedXmp)) {
    metadata.extended_xmp.push_back(segment);
  } else if (marker == kApp2 && begins_with(segment, kMultiPicture)) {
    has_others_ = true;
  } else if (marker == kApp2 && begins_with(segment, kGainMap)) {
    has_gain_map_ = true;
  } else if (marker == kApp13 && begins_with(segment, kPhotoshop)) {
    const Bytes more = photoshop_.empty() ? segment : behind(segment, kPhotoshop);
    photoshop_.insert(photoshop_.end(), more.begin(), more.end());
  } else if (marker == kComment) {
    metadata.comments.push_back(segment);
  } else if (!says_nothing(marker, segment)) {
    const std::string mark = mark_of(segment);
    add_name(left_out_,
             "APP" + std::to_string(marker - 0xe0) + (mark.empty() ? "" : " (" + mark + ")"));
  }
}

void JpegExtras::finish(const std::string& where, ImageFields& metadata) {
  metadata.iptc = iptc_records(photoshop_);
  tell_left_out(where, "its segment", "its segments", left_out_, metadata);
  tell_left_out(where, "its", "its", photoshop_names(photoshop_), metadata);
  for (const TiffField& field : exif_main_fields(metadata.exif)) {
    const std::uint64_t value = field.tag == kTagOrientation ? unsigned_value(field, 1) : 1;
    if (value >= 2 && value <= 8) metadata.orientation = static_cast<int>(value);
  }
  has_gain_map_ = has_gain_map_ || mentions(metadata.xmp, "http://ns.adobe.com/hdr-gain-map/1.0/");
  if (has_gain_map_) {
    metadata.warn(where + ": its gain map (Ultra HDR) is left out");
  } else if (mentions(metadata.xmp, "MotionPhoto") || mentions(metadata.xmp, "MicroVideo")) {
    metadata.warn(where + ": the film at its end is left out");
  } else if (has_others_) {
    metadata.warn(where + ": the further pictures at its end (MPF) are left out");
  }
}

std::vector<JpegSegment> jpeg_segments(const ImageFields& metadata,
                                       std::vector<std::string>& lost) {
  std::vector<JpegSegment> segments;
  const auto add = [&](int marker, Bytes bytes, const char* name) {
    if (bytes.size() > kLongestSegment) {
      lost.push_back(std::string(name) + " above 64 KiB");
    } else {
      segments.push_back({marker, std::move(bytes)});
    }
  };
  if (!metadata.exif.empty()) add(kApp1, with(kExif, metadata.exif), "EXIF");
  if (!metadata.xmp.empty()) add(kApp1, with(kXmp, metadata.xmp), "XMP");
  for (const Bytes& segment : metadata.extended_xmp) add(kApp1, segment, "extended XMP");
  constexpr std::size_t kPiece = kLongestSegment - 14;
  const std::size_t pieces = (metadata.icc.size() + kPiece - 1) / kPiece;
  for (std::size_t i = 0; i < pieces && pieces < 256; ++i) {
    const auto begin = metadata.icc.begin() + static_cast<std::ptrdiff_t>(i * kPiece);
    const std::size_t size = std::min(kPiece, metadata.icc.size() - i * kPiece);
    Bytes numbered = {static_cast<std::byte>(i + 1), static_cast<std::byte>(pieces)};
    numbered.insert(numbered.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
    add(kApp2, with(kProfile, numbered), "profile");
  }
  if (pieces >= 256) lost.push_back("colour profile above 16 MB");
  if (!metadata.iptc.empty()) add(kApp13, photoshop_segment(metadata.iptc), "IPTC");
  for (const Bytes& comment : metadata.comments) add(kComment, comment, "comment");
  return segments;
}

}  // namespace halfpixel::io
