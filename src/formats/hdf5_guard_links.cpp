// Messages of the new form in object headers of the old one.
#include "formats/hdf5_guard.hpp"

namespace halfpixel::formats {
namespace {

enum : unsigned {
  kLinkInfo = 0x02,
  kLink = 0x06,
  kGroupInfo = 0x0A,
  kAttributeInfo = 0x15,
  kReferences = 0x16
};

}  // namespace

// Old headers hold messages of the new form where names are not ASCII. Here no checksum protects
// them; what they point to has one.
void Hdf5Guard::check_new_message(const Message& message) const {
  const std::string_view data = message.data;
  const auto version = number_at(data, 0, 1);
  if (version != (message.type == kLink ? 1 : 0)) damaged("a message of an unknown version");
  const auto flags = number_at(data, 1, 1);
  const auto points_to = [&](std::uint64_t offset, std::string_view signature) {
    const std::uint64_t address = number_at(data, offset, 8);
    if (address != kUndefined && at(address, 4, "an index") != signature)
      damaged("an index is not where the file says");
  };
  if (message.type == kLinkInfo || message.type == kAttributeInfo) {
    const std::uint64_t order = (flags & 1) == 0 ? 0 : message.type == kLinkInfo ? 8 : 2;
    if (flags > 3) damaged("an index with unknown properties");
    points_to(2 + order, "FRHP");
    points_to(10 + order, "BTHD");
    if ((flags & 2) != 0) points_to(18 + order, "BTHD");
  } else if (message.type == kGroupInfo) {
    if (flags > 3) damaged("a group with unknown properties");
    slice_at(data, 2, ((flags & 1) != 0 ? 4 : 0) + ((flags & 2) != 0 ? 4 : 0));
  } else if (message.type == kReferences) {
    slice_at(data, 1, 4);
  } else {
    std::uint64_t offset = 2;
    if (flags > 31) damaged("a link with unknown properties");
    if ((flags & 8) != 0 && number_at(data, offset++, 1) != 0)
      damaged("a link that is not to an object of the file");
    if ((flags & 4) != 0) offset += 8;
    if ((flags & 16) != 0 && number_at(data, offset++, 1) > 1)
      damaged("a name of an unknown character set");
    const unsigned width = 1u << (flags & 3);
    const std::uint64_t length = number_at(data, offset, width);
    const std::string_view name = slice_at(data, offset + width, length);
    if (name.empty() || name.find('\0') != name.npos)
      damaged("a name in a group is empty or ends early");
    at(number_at(data, offset + width + length, 8), 16, "an object header");
  }
}

}  // namespace halfpixel::formats
