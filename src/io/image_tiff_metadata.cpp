// What a TIFF directory says beside its samples, read by our own directory reader: libtiff knows no
// tags of others, and gives IPTC in units of four bytes.
#include <algorithm>
#include <string>
#include <string_view>

#include "core/checked.hpp"
#include "io/image_exif.hpp"
#include "io/image_geo.hpp"
#include "io/image_left_out.hpp"
#include "io/image_photoshop.hpp"
#include "io/image_tiff.hpp"

namespace halfpixel::io {
namespace {

constexpr std::uint16_t kTagRpc = 50844;
constexpr std::uint16_t kTagPlanes = 33629;  // of MetaMorph: UIC2, a value for each plane

std::string_view text_of(const TiffField& field) {
  return {reinterpret_cast<const char*>(field.value.data()), field.value.size()};
}

// Programs for microscopes describe all pages and their extents in the text of the first: once
// pages or extents change, it is wrong.
bool describes_extents(const TiffField& field) {
  if (field.tag != TIFFTAG_IMAGEDESCRIPTION) return false;
  const std::string_view text = text_of(field);
  return text.starts_with("ImageJ=") || text.starts_with("{\"shape\"") ||
         (text.find("<OME") != text.npos && text.find("SizeX") != text.npos);
}

// Some write IPTC as 32-bit integers, whose bytes then turn with the byte order.
Bytes iptc_of(Bytes bytes) {
  constexpr std::byte kMark{0x1c};
  if (bytes.size() >= 4 && bytes[0] != kMark && bytes[3] == kMark) {
    for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4)
      std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                   bytes.begin() + static_cast<std::ptrdiff_t>(i + 4));
  }
  return iptc_records(bytes);
}

// Fields that lay samples out, that are read elsewhere, or that say nothing about a picture that is
// made from this one.
bool says_nothing(std::uint16_t tag) {
  constexpr std::uint16_t kNothing[] = {
      254, 255,   256,   257,   258,   259,   262,   263,   264,     265,  266, 273, 274, 277,
      278, 279,   282,   283,   284,   288,   289,   290,   291,     292,  293, 296, 297, 317,
      320, 321,   322,   323,   324,   325,   326,   327,   328,     330,  332, 334, 338, 339,
      347, 512,   513,   514,   515,   517,   518,   519,   520,     521,  529, 530, 531, 532,
      700, 33723, 34377, 34665, 34675, 34853, 40965, 50341, kTagRpc, 59932};
  return std::binary_search(std::begin(kNothing), std::end(kNothing), tag) || is_geo_tag(tag) ||
         is_kept_in_main(tag);
}

// "37724 (Photoshop layers)"
std::string field_name(std::uint16_t tag) {
  struct Name {
    std::uint16_t tag;
    const char* name;
  };
  constexpr Name kNames[] = {
      {280, "smallest value"},  {281, "largest value"},     {286, "horizontal place"},
      {287, "vertical place"},  {301, "transfer function"}, {318, "white point"},
      {319, "primary colours"}, {333, "names of inks"},     {336, "range of inks"},
      {340, "smallest value"},  {341, "largest value"},     {37724, "Photoshop layers"},
      {50839, "ImageJ"},        {34412, "Zeiss LSM"}};
  for (const Name& one : kNames) {
    if (one.tag == tag) return std::to_string(tag) + " (" + one.name + ")";
  }
  return std::to_string(tag);
}

void read_resolution(const TiffReader& tiff, ImageFields& metadata) {
  float x = 0;
  float y = 0;
  const bool given = TIFFGetField(tiff.get(), TIFFTAG_XRESOLUTION, &x) == 1 &&
                     TIFFGetField(tiff.get(), TIFFTAG_YRESOLUTION, &y) == 1;
  const auto unit = tiff.field<std::uint16_t>(TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  if (!given || !(x > 0) || !(y > 0) || x > 1e9f || y > 1e9f) return;
  if (unit != RESUNIT_INCH && unit != RESUNIT_CENTIMETER) {  // only a ratio
    if (x != y) metadata.warn(tiff.where() + ": that its pixels are not square is left out");
    return;
  }
  metadata.in_inches = unit == RESUNIT_INCH;
  const double millimetres = metadata.in_inches ? 25.4 : 10.0;
  metadata.x_resolution = static_cast<double>(x) / millimetres;
  metadata.y_resolution = static_cast<double>(y) / millimetres;
  metadata.has_resolution = true;
}

}  // namespace

void read_tiff_metadata(const TiffReader& tiff, ImageFields& metadata) {
  read_resolution(tiff, metadata);
  const InputFile& file = tiff.file();
  const auto size = static_cast<std::uint64_t>(file.size());
  DirectoryReader reader(
      [&](std::uint64_t offset, void* to, std::size_t count) {
        if (offset > size || count > size - offset) return false;
        file.read_at(static_cast<std::int64_t>(offset), to, static_cast<std::int64_t>(count));
        return true;
      },
      size);
  if (!reader.open()) return;
  const std::uint64_t here = TIFFCurrentDirOffset(tiff.get());
  bool has_rpc = false;
  Bytes photoshop;
  std::vector<std::string> left_out;
  for (TiffField& field : reader.fields(here)) {
    if (field.tag == kTagPlanes && field.count > 1) {
      fail(ErrorCode::unsupported, tiff.where(),
           ": it is a MetaMorph stack with one directory for ", field.count,
           " planes, which is not read; save its planes as pages");
    }
    if (!says_nothing(field.tag)) add_name(left_out, field_name(field.tag));
    if (field.tag == TIFFTAG_ICCPROFILE) metadata.icc = std::move(field.value);
    if (field.tag == TIFFTAG_XMLPACKET) metadata.xmp = std::move(field.value);
    if (field.tag == TIFFTAG_RICHTIFFIPTC) metadata.iptc = iptc_of(std::move(field.value));
    if (field.tag == TIFFTAG_PHOTOSHOP) photoshop = std::move(field.value);
    has_rpc = has_rpc || field.tag == kTagRpc;
    if (is_geo_tag(field.tag)) metadata.geo.push_back(std::move(field));
  }
  if (metadata.iptc.empty()) metadata.iptc = iptc_records(photoshop);
  if (has_rpc) metadata.warn(tiff.where() + ": its rational polynomial coefficients are left out");

  tell_left_out(tiff.where(), "its field", "its fields", left_out, metadata);
  tell_left_out(tiff.where(), "its", "its", photoshop_names(photoshop), metadata);

  ExifTree tree = read_exif_tree(reader, here);
  const std::size_t described = std::erase_if(tree.main, describes_extents);
  if (described > 0) {
    metadata.warn(tiff.where() +
                  ": its description (ImageJ, OME or tifffile) speaks of the old extents and is "
                  "left out");
  }
  metadata.exif = make_exif(tree);
}

}  // namespace halfpixel::io
