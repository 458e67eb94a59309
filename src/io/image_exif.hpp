// Directories of fields: TIFF's own, and those of EXIF blocks, which are little TIFF files. Blocks
// are patched where they lie, because the makers' notes in them count from their beginning.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "io/image_metadata.hpp"

namespace halfpixel::io {

inline constexpr std::uint16_t kTagOrientation = 274;
inline constexpr std::uint16_t kTagXResolution = 282;
inline constexpr std::uint16_t kTagYResolution = 283;
inline constexpr std::uint16_t kTagResolutionUnit = 296;
inline constexpr std::uint16_t kTagExif = 34665;
inline constexpr std::uint16_t kTagGps = 34853;
inline constexpr std::uint16_t kTagInterop = 40965;

// Of a field's value.
enum TiffType : std::uint16_t {
  kByte = 1,
  kShort = 3,
  kLong = 4,
  kRational = 5,
  kDouble = 12,
  kLong8 = 16
};
// Longer values are left out.
inline constexpr std::uint64_t kLongestValue = std::uint64_t{64} << 20;

// Reads directories; believes no count and no offset.
class DirectoryReader {
 public:
  // Copies `count` bytes at `offset`; false when they are not all there.
  using ReadAt = std::function<bool(std::uint64_t offset, void* to, std::size_t count)>;
  DirectoryReader(ReadAt read, std::uint64_t size) : read_(std::move(read)), size_(size) {}

  // The header. False when it is none.
  bool open();
  std::uint64_t first() const noexcept { return first_; }
  bool big_endian() const noexcept { return big_endian_; }

  struct Entry {
    TiffField field;
    std::uint64_t at = 0;        // of the entry, from the beginning
    std::uint64_t value_at = 0;  // of its value
  };
  // Values longer than `longest` bytes and unknown types are left out. `next` gets the offset of
  // the directory behind it and where that offset stands.
  std::vector<Entry> entries(std::uint64_t offset, std::uint64_t longest,
                             std::uint64_t* next = nullptr, std::uint64_t* next_at = nullptr) const;
  std::vector<TiffField> fields(std::uint64_t offset) const;

 private:
  template <class Number>
  bool number(std::uint64_t offset, Number* value) const;

  ReadAt read_;
  std::uint64_t size_;
  std::uint64_t first_ = 0;
  bool big_endian_ = false;
  bool big_tiff_ = false;
};

// Of an EXIF block, which must outlive it.
DirectoryReader reader_of(std::span<const std::byte> block);

// The fields of an EXIF block, or those of a TIFF that an EXIF block has too.
struct ExifTree {
  std::vector<TiffField> main;
  std::vector<TiffField> exif;
  std::vector<TiffField> gps;
  std::vector<TiffField> interop;
  bool empty() const { return main.empty() && exif.empty() && gps.empty(); }
};

// An unsigned integer of any width; `otherwise` when the field is none.
std::uint64_t unsigned_value(const TiffField& field, std::uint64_t otherwise);
TiffField short_field(std::uint16_t tag, std::uint16_t value);
TiffField long_field(std::uint16_t tag, std::uint32_t value);

// True for fields of a first directory that speak of the picture as a whole: maker, time, author.
bool is_kept_in_main(std::uint16_t tag);

// The main directory of `reader` at `offset`, and those below.
ExifTree read_exif_tree(const DirectoryReader& reader, std::uint64_t offset);
// All fields of a block's first directory.
std::vector<TiffField> exif_main_fields(std::span<const std::byte> block);
ExifTree parse_exif(std::span<const std::byte> block);
Bytes make_exif(const ExifTree& tree);

// Appends a directory whose block begins `base` bytes before out[0] in its file. Returns the
// directory's offset in the file. Fields must ascend by tag.
std::uint64_t append_directory(Bytes& out, std::uint64_t base, std::vector<TiffField> fields,
                               bool big_tiff);

// What image_exif_patch.cpp does to blocks.

// Pixels per unit, as EXIF has them.
struct Density {
  double x = 0;
  double y = 0;
  bool in_inches = true;
};
// A block that states the resolution; one that does so already stays as it is.
Bytes exif_with_resolution(Bytes block, const Density& density);

// A block as it fits a picture of this size: no thumbnail (it shows the old picture), the new
// extents, this orientation. Makes a block when there is none and the orientation is not 1.
Bytes patched_exif(Bytes block, std::int64_t width, std::int64_t height, int orientation);

}  // namespace halfpixel::io
