// The superblock and object headers.
#include "formats/hdf5_guard.hpp"

#include <cstring>

#include "formats/file_error.hpp"

namespace halfpixel::formats {
namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
constexpr std::size_t kMaxMessages = 20'000;
constexpr std::size_t kMaxBlocks = 2'000;
constexpr std::uint64_t kMaxHeaderBytes = std::uint64_t{64} << 20;

void require_wide(std::uint64_t address_bytes, std::uint64_t length_bytes) {
  for (const std::uint64_t bytes : {address_bytes, length_bytes}) {
    if (bytes != 2 && bytes != 4 && bytes != 8 && bytes != 16 && bytes != 32)
      damaged(concat("addresses of ", bytes, " bytes"));
  }
  if (address_bytes != 8 || length_bytes != 8) {
    unsupported("the HDF5 file has addresses of ", address_bytes, " and lengths of ", length_bytes,
                " bytes, which is not supported; 8 are");
  }
}

}  // namespace

void damaged(std::string_view what) {
  malformed("the HDF5 file is damaged: ", what);
}

std::string ByteSource::read(std::uint64_t address, std::uint64_t count,
                             std::string_view what) const {
  if (address > size_ || count > size_ - address) damaged(concat(what, " lies outside the file"));
  std::string bytes(count, '\0');
  if (file_ != nullptr) {
    file_->read_at(static_cast<std::int64_t>(address), bytes.data(),
                   static_cast<std::int64_t>(count));
  } else if (count > 0) {
    std::memcpy(bytes.data(), data_ + address, count);
  }
  return bytes;
}

std::uint64_t number_at(std::string_view block, std::uint64_t offset, unsigned bytes) {
  const std::string_view part = slice_at(block, offset, bytes);
  std::uint64_t number = 0;
  for (unsigned i = bytes; i-- > 0;) number = (number << 8) | static_cast<unsigned char>(part[i]);
  return number;
}

std::string_view slice_at(std::string_view block, std::uint64_t offset, std::uint64_t count) {
  if (offset > block.size() || count > block.size() - offset)
    damaged("a block is shorter than what it holds");
  return block.substr(offset, count);
}

Hdf5Guard::Hdf5Guard(ByteSource source) : source_(std::move(source)) {}

std::string Hdf5Guard::at(std::uint64_t address, std::uint64_t count, std::string_view what) const {
  if (address > end_ || count > end_ - address) damaged(concat(what, " lies outside the file"));
  return source_.read(base_ + address, count, what);
}

void Hdf5Guard::check_file() {
  for (base_ = 0;; base_ = base_ == 0 ? 512 : 2 * base_) {
    if (source_.read(base_, 8, "the superblock") == kSignature) break;
    if (base_ > (std::uint64_t{1} << 20)) damaged("there is no superblock");
  }
  const std::string block =
      source_.read(base_, std::min<std::uint64_t>(source_.size() - base_, 128), "superblock");
  const auto version = number_at(block, 8, 1);
  std::uint64_t root = 0, base = 0, end = 0, extension = kUndefined;
  if (version <= 1) {
    require_wide(number_at(block, 13, 1), number_at(block, 14, 1));
    group_leaf_k_ = static_cast<unsigned>(number_at(block, 16, 2));
    group_internal_k_ = static_cast<unsigned>(number_at(block, 18, 2));
    std::uint64_t next = 24;
    if (version == 1) {
      chunk_k_ = static_cast<unsigned>(number_at(block, 24, 2));
      next = 28;
    }
    base = number_at(block, next, 8);
    end = number_at(block, next + 16, 8);
    if (number_at(block, next + 8, 8) != kUndefined)
      unsupported("the HDF5 file keeps a list of its free space, which is not supported");
    if (number_at(block, next + 24, 8) != kUndefined)
      unsupported("the HDF5 file was written by a driver of its own, which is not supported");
    root = number_at(block, next + 40, 8);
    const auto cached = number_at(block, next + 48, 4);
    if (cached > 1) damaged("the root group is not a group");
    end_ = end;
    if (base == base_ && cached == 1) {
      if (end > source_.size()) damaged("it ends too early; the file is truncated");
      check_group(number_at(block, next + 56, 8), number_at(block, next + 64, 8));
    }
  } else if (version <= 3) {
    require_wide(number_at(block, 9, 1), number_at(block, 10, 1));
    base = number_at(block, 12, 8);
    extension = number_at(block, 20, 8);
    end = number_at(block, 28, 8);
    root = number_at(block, 36, 8);
  } else {
    damaged(concat("superblock version ", version));
  }
  constexpr unsigned kMostK = 4096;
  if (group_leaf_k_ == 0 || group_internal_k_ == 0 || chunk_k_ == 0 || group_leaf_k_ > kMostK ||
      group_internal_k_ > kMostK || chunk_k_ > kMostK) {
    damaged("its trees have impossible sizes");
  }
  if (base != base_) damaged("it does not begin where it says");
  if (end > source_.size()) damaged("it ends too early; the file is truncated");
  end_ = end;
  if (extension != kUndefined) check_extension(extension);
  check_object(root);
}

void Hdf5Guard::check_object(std::uint64_t address) {
  if (checked_.count(address) != 0) return;
  bool checksummed = false;
  const std::vector<Message> list = messages(address, &checksummed);
  check_messages(list, checksummed);
  checked_.insert(address);  // what failed once fails again
}

std::vector<Hdf5Guard::Message> Hdf5Guard::messages(std::uint64_t address,
                                                    bool* checksummed) const {
  std::vector<Message> list;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> continued;
  const std::string start = at(address, 16, "an object header");
  *checksummed = start.starts_with("OHDR");
  unsigned flags = 0;
  if (*checksummed) {
    if (number_at(start, 4, 1) != 2) damaged("an object header of an unknown version");
    flags = static_cast<unsigned>(number_at(start, 5, 1));
    const unsigned width = 1u << (flags & 3);
    const std::uint64_t before = 6 + ((flags & 32) != 0 ? 16 : 0) + ((flags & 16) != 0 ? 4 : 0);
    const std::string prefix = at(address, before + width, "an object header");
    const std::uint64_t bytes = number_at(prefix, before, width);
    if (bytes > kMaxHeaderBytes) damaged("an object header is too large");
    add_messages(at(address + before + width, bytes, "an object header"), true, flags, list,
                 continued);
  } else {
    if (number_at(start, 0, 1) != 1) damaged("an object header of an unknown version");
    const std::uint64_t bytes = number_at(start, 8, 4);
    if (bytes > kMaxHeaderBytes) damaged("an object header is too large");
    add_messages(at(address + 16, bytes, "an object header"), false, 0, list, continued);
    if (number_at(start, 4, 4) > 0xFFFF) damaged("an object is linked too often");
  }
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < continued.size(); ++i) {
    const auto [where, bytes] = continued[i];
    total += bytes;
    for (std::size_t k = 0; k < i; ++k) {
      if (continued[k].first == where) damaged("an object header continues in itself");
    }
    if (i > kMaxBlocks || total > kMaxHeaderBytes) damaged("an object header is too large");
    const std::string block = at(where, bytes, "an object header");
    if (*checksummed) {
      if (!block.starts_with("OCHK") || bytes < 8)
        damaged("an object header does not continue where it says");
      add_messages(slice_at(block, 4, bytes - 8), true, flags, list, continued);
    } else {
      add_messages(block, false, 0, list, continued);
    }
  }
  if (!*checksummed && number_at(start, 2, 2) != list.size())
    damaged("an object header counts its messages wrongly");
  return list;
}

void Hdf5Guard::add_messages(
    std::string_view block, bool new_form, unsigned header_flags, std::vector<Message>& messages,
    std::vector<std::pair<std::uint64_t, std::uint64_t>>& continued) const {
  const std::uint64_t head = new_form ? ((header_flags & 4) != 0 ? 6 : 4) : 8;
  for (std::uint64_t offset = 0; offset + head <= block.size();) {
    Message message;
    message.type = static_cast<unsigned>(number_at(block, offset, new_form ? 1 : 2));
    const std::uint64_t bytes = number_at(block, offset + (new_form ? 1 : 2), 2);
    message.flags = static_cast<unsigned>(number_at(block, offset + (new_form ? 3 : 4), 1));
    if (!new_form && bytes % 8 != 0) damaged("a message of an object header is not aligned");
    message.data = slice_at(block, offset + head, bytes);
    if (message.type == 0x10)
      continued.emplace_back(number_at(message.data, 0, 8), number_at(message.data, 8, 8));
    offset += head + bytes;
    messages.push_back(std::move(message));
    if (messages.size() > kMaxMessages || continued.size() > kMaxBlocks)
      damaged("an object header is too large");
  }
}

}  // namespace halfpixel::formats
