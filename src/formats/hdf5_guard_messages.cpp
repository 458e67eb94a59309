// The messages of an object header: what a dataset or group is made of.
#include <algorithm>

#include "formats/file_error.hpp"
#include "formats/hdf5_guard.hpp"
#include "formats/hdf5_version.hpp"

namespace halfpixel::formats {
namespace {

enum : unsigned {
  kNil = 0x00,
  kSpace = 0x01,
  kLinkInfo = 0x02,
  kType = 0x03,
  kOldFill = 0x04,
  kFill = 0x05,
  kLink = 0x06,
  kExternal = 0x07,
  kLayout = 0x08,
  kGroupInfo = 0x0A,
  kFilters = 0x0B,
  kAttribute = 0x0C,
  kComment = 0x0D,
  kOldTime = 0x0E,
  kContinuation = 0x10,
  kSymbols = 0x11,
  kTime = 0x12,
  kAttributeInfo = 0x15,
  kReferences = 0x16,
};
enum : unsigned {
  kFixedPoint = 0,
  kFloatingPoint = 1,
  kString = 3,
  kOpaque = 5,
  kEnumeration = 8,
  kVariable = 9
};

constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 48;
constexpr std::uint64_t kMaxTextBytes = std::uint64_t{256} << 20;

std::uint64_t round_up(std::uint64_t n) {
  return (n + 7) / 8 * 8;
}

}  // namespace

void Hdf5Guard::check_messages(const std::vector<Message>& messages, bool checksummed) {
  const auto only = [&](unsigned type) -> const Message* {
    const Message* found = nullptr;
    for (const Message& message : messages) {
      if (message.type != type) continue;
      if (found != nullptr) damaged("an object header holds a message twice");
      found = &message;
    }
    return found;
  };
  for (const Message& message : messages) {
    if ((message.flags & 2) != 0 && message.type != kNil)
      damaged("an object header shares a message");
    switch (message.type) {
      case kNil:
      case kContinuation:
      case kSpace:
      case kType:
      case kLayout:
      case kSymbols:
        break;
      case kFilters:
        check_filters(message.data);
        break;
      case kOldFill:
      case kFill:
        check_fill(message);
        break;
      case kAttribute:
        check_attribute(message.data);
        break;
      case kTime:
        if (message.data.size() < 8 || number_at(message.data, 0, 1) != 1) damaged("a time");
        break;
      case kOldTime:
        if (message.data.size() < 16) damaged("a time");
        break;
      case kComment:
        if (message.data.find('\0') == message.data.npos) damaged("a comment does not end");
        break;
      case kExternal:
        malformed("a dataset keeps its values in external files");
      case kAttributeInfo: {
        // Attributes in an index of their own: which texts they hold is not known here.
        const bool ordered = (number_at(message.data, 1, 1) & 1) != 0;
        if (number_at(message.data, ordered ? 4 : 2, 8) != kUndefined) check_all_collections();
        if (!checksummed) check_new_message(message);
        break;
      }
      case kLinkInfo:
      case kLink:
      case kGroupInfo:
      case kReferences:
        if (!checksummed) check_new_message(message);
        break;
      default:
        damaged(concat("an object header with a message of kind ", message.type));
    }
  }
  const Message *space = only(kSpace), *type = only(kType), *layout = only(kLayout),
                *symbols = only(kSymbols);
  const Message* filters = only(kFilters);
  only(kFill);
  only(kOldFill);
  const bool new_group = only(kLinkInfo) != nullptr || only(kGroupInfo) != nullptr;
  only(kAttributeInfo);
  if (new_group && !checksummed &&
      (symbols != nullptr || layout != nullptr || space != nullptr || type != nullptr)) {
    damaged("an object is a group and something else");
  }
  if (symbols != nullptr) {
    if (layout != nullptr || space != nullptr || type != nullptr)
      damaged("an object is a group and a dataset");
    check_group(number_at(symbols->data, 0, 8), number_at(symbols->data, 8, 8));
  }
  if (layout != nullptr) {
    if (space == nullptr || type == nullptr) damaged("a dataset without shape or type");
    const unsigned count = filters != nullptr ? check_filters(filters->data) : 0;
    check_layout(layout->data, read_type(type->data), read_space(space->data), count > 0,
                 checksummed);
  } else if (space != nullptr || type != nullptr) {
    damaged("a dataset without values");
  }
}

namespace {
// h5py's type of bool: an enumeration of one byte, FALSE and TRUE.
bool is_bool(std::string_view data, unsigned version, std::uint64_t size) {
  using namespace std::string_view_literals;
  constexpr std::size_t kMembers = 20;  // behind the base type
  const std::string_view members =
      version < 3 ? "FALSE\0\0\0TRUE\0\0\0\0\0\1"sv : "FALSE\0TRUE\0\0\1"sv;
  return size == 1 && (number_at(data, 1, 3) & 0xFFFF) == 2 && (number_at(data, 8, 1) & 15) == 0 &&
         data.size() >= kMembers + members.size() &&
         data.substr(kMembers, members.size()) == members;
}
}  // namespace

Hdf5Guard::Type Hdf5Guard::read_type(std::string_view data) const {
  Type type;
  const auto head = static_cast<unsigned>(number_at(data, 0, 1));
  const unsigned version = head >> 4;
  type.kind = head & 15;
  type.size = number_at(data, 4, 4);
  const auto bits = number_at(data, 1, 3);
  if (version < 1 || version > 5) damaged("a type of an unknown version");
  if (type.size == 0) damaged("a type of zero bytes");
  switch (type.kind) {
    case kFixedPoint: {
      const auto first = number_at(data, 8, 2), count = number_at(data, 10, 2);
      if (type.size > 8 || count == 0 || first + count > type.size * 8) damaged("an integer type");
      break;
    }
    case kFloatingPoint: {
      const auto first = number_at(data, 8, 2), count = number_at(data, 10, 2);
      const auto exponent = number_at(data, 12, 1), exponent_bits = number_at(data, 13, 1);
      const auto mantissa = number_at(data, 14, 1), mantissa_bits = number_at(data, 15, 1);
      const auto sign = (bits >> 8) & 0xFF, normalisation = (bits >> 4) & 3;
      const std::uint64_t most = type.size * 8;
      number_at(data, 16, 4);
      if (type.size > 8 || first != 0 || count != most || exponent_bits == 0 ||
          mantissa_bits == 0 || exponent + exponent_bits > most ||
          mantissa + mantissa_bits > most || sign >= most || normalisation != 2 || mantissa != 0 ||
          exponent != mantissa_bits || sign != exponent + exponent_bits || sign + 1 != most) {
        damaged("a floating type");
      }
      break;
    }
    case kString:
      if ((bits & 15) > 2 || ((bits >> 4) & 15) > 1) damaged("a text type");
      break;
    case kOpaque:
      if (slice_at(data, 8, bits & 0xFF).size() % 8 != 0 || type.size > 64)
        damaged("an opaque type");
      break;
    case kVariable: {
      type.variable = true;
      const Type base = read_type(data.substr(std::min<std::size_t>(8, data.size())));
      const bool text = (bits & 15) == 1 && ((bits >> 4) & 15) <= 2 && ((bits >> 8) & 15) <= 1;
      if (!text || base.size != 1 || (base.kind != kString && base.kind != kFixedPoint) ||
          type.size != 16) {
        damaged("a type of variable length that is not text");
      }
      break;
    }
    case kEnumeration:
      if (is_bool(data, version, type.size)) {
        read_type(data.substr(8));
        break;
      }
      [[fallthrough]];
    default:
      malformed("the HDF5 file holds ", type.kind == kEnumeration ? "enumerators" : "records",
                " where numbers or text are expected");
  }
  return type;
}

Hdf5Guard::Space Hdf5Guard::read_space(std::string_view data) const {
  Space space;
  const auto version = number_at(data, 0, 1), rank = number_at(data, 1, 1),
             flags = number_at(data, 2, 1);
  if (version < 1 || version > 2) damaged("a shape of an unknown version");
  if (rank > 32 || flags > 1) damaged(concat("a shape with ", rank, " axes"));
  const std::uint64_t first = version == 1 ? 8 : 4;
  const auto kind = version == 2 ? number_at(data, 3, 1) : (rank == 0 ? 0 : 1);
  if (kind > 2 || (kind != 1 && rank != 0) || (kind == 1 && rank == 0)) damaged("a shape");
  slice_at(data, first, rank * 8 * (flags + 1));
  if (kind == 2) space.count = 0;
  for (std::uint64_t i = 0; i < rank; ++i) {
    const auto extent = number_at(data, first + i * 8, 8);
    if (flags == 1 && number_at(data, first + (rank + i) * 8, 8) < extent)
      damaged("a shape beyond its maximum");
    if (extent > kMaxElements || __builtin_mul_overflow(space.count, extent, &space.count) ||
        space.count > kMaxElements) {
      malformed("the HDF5 file declares an array of more than ", kMaxElements, " elements");
    }
    space.dims.push_back(extent);
  }
  return space;
}

void Hdf5Guard::check_attribute(std::string_view data) {
  const auto version = number_at(data, 0, 1), flags = number_at(data, 1, 1);
  const auto name_bytes = number_at(data, 2, 2), type_bytes = number_at(data, 4, 2),
             space_bytes = number_at(data, 6, 2);
  if (version < 1 || version > 3 || flags > 3) damaged("an attribute of an unknown version");
  if (version > 1 && (flags & 2) != 0)
    unsupported("an attribute shares its shape with others, which is not supported");
  const auto step = [version](std::uint64_t n) { return version == 1 ? round_up(n) : n; };
  const std::uint64_t name_at = version == 3 ? 9 : 8;
  const std::uint64_t type_at = name_at + step(name_bytes), space_at = type_at + step(type_bytes);
  const std::uint64_t data_at = space_at + step(space_bytes);
  const std::string_view name = slice_at(data, name_at, name_bytes);
  if (name.size() < 2 || name.find('\0') != name.size() - 1) damaged("the name of an attribute");
  try {
    const std::string_view stored = slice_at(data, type_at, type_bytes);
    const Type type = version > 1 && (flags & 1) != 0 ? committed_type(stored) : any_type(stored);
    const Space space = read_space(slice_at(data, space_at, space_bytes));
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(space.count, type.size, &bytes)) damaged("it is too large");
    const std::string_view values = slice_at(data, data_at, bytes);
    if (type.variable) check_texts(values, space.count);
  } catch (const Error& error) {
    fail(error.code(), "attribute \"", printable(name.substr(0, name.size() - 1)),
         "\": ", error.what());
  }
}

// Each text is {length, collection, index}; several may share one, so what counts is what they add
// up to.
void Hdf5Guard::check_texts(std::string_view data, std::uint64_t count) {
  std::uint64_t total = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto length = number_at(data, i * 16, 4), address = number_at(data, i * 16 + 4, 8);
    const auto index = static_cast<unsigned>(number_at(data, i * 16 + 12, 4));
    if (length == 0 && (address == 0 || address == kUndefined)) continue;
    const auto& objects = collection(address);
    const auto found = objects.find(index);
    if (found == objects.end() || found->second != length)
      damaged("a text is not where the file says");
    total += length;
    if (total > kMaxTextBytes)
      malformed("the texts of an attribute have more than ", kMaxTextBytes, " bytes");
  }
}

void Hdf5Guard::check_fill(const Message& message) {
  const std::string_view data = message.data;
  if (message.type == kOldFill) {
    slice_at(data, 4, number_at(data, 0, 4));
    return;
  }
  const auto version = number_at(data, 0, 1);
  if (version == 3) {
    const auto flags = number_at(data, 1, 1);
    if ((flags & 0x20) != 0) slice_at(data, 6, number_at(data, 2, 4));
  } else if (version == 1 || version == 2) {
    const auto defined = number_at(data, 3, 1);
    if (number_at(data, 1, 1) > 3 || number_at(data, 2, 1) > 2 || defined > 1)
      damaged("a fill value");
    if (version == 1 || defined == 1) {
      const auto bytes = number_at(data, 4, 4);
      if (bytes > 64) damaged("a fill value");
      slice_at(data, 8, bytes);
    }
  } else {
    damaged("a fill value");
  }
}

unsigned Hdf5Guard::check_filters(std::string_view data) {
  const auto version = number_at(data, 0, 1), count = number_at(data, 1, 1);
  if (version < 1 || version > 2 || count > 8) damaged("the filters of a dataset");
  std::uint64_t offset = version == 1 ? 8 : 2;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto id = number_at(data, offset, 2);
    if (id < 1 || id > 3)
      unsupported("a dataset is compressed by HDF5 filter ", id, "; deflate and shuffle are read");
    const bool named = version == 1 || id >= 256;
    const auto name_bytes = named ? number_at(data, offset + 2, 2) : 0;
    const auto values = number_at(data, offset + (named ? 6 : 4), 2);
    if (name_bytes % 8 != 0 || values > 16) damaged("the filters of a dataset");
    const std::uint64_t head = named ? 8 : 6;
    const std::string_view name = slice_at(data, offset + head, name_bytes);
    if (!name.empty() && name.find('\0') == name.npos) damaged("the name of a filter");
    const std::uint64_t padded = version == 1 && values % 2 == 1 ? values + 1 : values;
    slice_at(data, offset + head + name_bytes, values * 4);
    // The level of deflate; the width of shuffle, which is what it divides by.
    for (std::uint64_t v = 0; v < values; ++v) {
      const auto value = number_at(data, offset + head + name_bytes + v * 4, 4);
      if ((id == 1 && value > 9) || (id == 2 && (value == 0 || value > 16)))
        damaged("the filters of a dataset");
    }
    if (id == 2 && values != 1) damaged("the filters of a dataset");
    offset += head + name_bytes + padded * 4;
  }
  return static_cast<unsigned>(count);
}

void Hdf5Guard::check_layout(std::string_view data, const Type& type, const Space& space,
                             bool filtered, bool checksummed) {
  const auto version = number_at(data, 0, 1), kind = number_at(data, 1, 1);
  if (kind == 3) malformed("a dataset is virtual; it takes its values from other files");
  if (checksummed && (version == 4 || version == 5)) {
    if (version > kHdf5NewestLayout) {
      unsupported("a dataset has layout version ", version,
                  ", which HDF5 writes from 2.0 on and this program's HDF5 does not read");
    }
    return;
  }
  if (version != 3) damaged(concat("a dataset of layout version ", version));
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(space.count, type.size, &bytes)) damaged("a dataset is too large");
  if (kind == 0) {
    if (number_at(data, 2, 2) != bytes)
      damaged("a dataset has more or fewer bytes than its shape says");
    slice_at(data, 4, bytes);
  } else if (kind == 1) {
    const auto address = number_at(data, 2, 8), stored = number_at(data, 10, 8);
    if (stored != bytes) damaged("a dataset has more or fewer bytes than its shape says");
    if (address != kUndefined && (address > end_ || stored > end_ - address)) {
      damaged("the values of a dataset lie outside the file");
    }
  } else if (kind == 2) {
    const auto rank = number_at(data, 2, 1), tree = number_at(data, 3, 8);
    if (rank != space.dims.size() + 1)
      damaged("a dataset's chunks have another rank than the dataset");
    std::vector<std::uint64_t> chunk;
    std::uint64_t chunk_bytes = type.size;
    for (std::uint64_t i = 0; i + 1 < rank; ++i) {
      chunk.push_back(number_at(data, 11 + i * 4, 4));
      if (chunk.back() == 0 || __builtin_mul_overflow(chunk_bytes, chunk.back(), &chunk_bytes) ||
          chunk_bytes >= (std::uint64_t{1} << 32)) {
        damaged("a dataset's chunks have an impossible size");
      }
    }
    if (number_at(data, 11 + (rank - 1) * 4, 4) != type.size)
      damaged("a dataset's chunks have another type");
    if (tree != kUndefined) check_chunks(tree, chunk, space, chunk_bytes, filtered);
  } else {
    damaged("a dataset of unknown layout");
  }
}

}  // namespace halfpixel::formats
