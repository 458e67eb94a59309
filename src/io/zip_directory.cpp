// Only the list at the end counts, as for every reader of zip archives; of what stands in front of
// each member, its length alone.
#include "io/zip_directory.hpp"

#include <algorithm>
#include <string_view>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::io {
namespace {

constexpr std::int64_t kMaxMembers = 100'000;
constexpr std::int64_t kMaxDirectoryBytes = std::int64_t{64} << 20;
constexpr std::uint32_t kIn64 = 0xFFFFFFFF;  // the number stands in the 64-bit part
// Deflate's own limit is 1032.
constexpr std::int64_t kMostExpansion = 1040;

class Fields {
 public:
  Fields(std::string_view bytes, const std::string& where) : bytes_(bytes), where_(where) {}

  std::uint64_t number(int bytes) {
    std::uint64_t value = 0;
    const std::string_view from = text(static_cast<std::size_t>(bytes));
    for (std::size_t i = 0; i < from.size(); ++i)
      value |= std::uint64_t{static_cast<unsigned char>(from[i])} << (8 * i);
    return value;
  }
  std::uint32_t u16() { return static_cast<std::uint32_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::string_view text(std::size_t count) {
    if (count > bytes_.size())
      fail(ErrorCode::malformed_file, where_, "'s list of members ends too early");
    const std::string_view part = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return part;
  }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  const std::string& where_;
};

struct Directory {
  std::uint64_t members = 0, bytes = 0, begin = 0;
};

class Reader {
 public:
  Reader(const InputFile& file, const std::string& where) : file_(file), where_(where) {}

  std::vector<ZipMember> members() {
    const Directory list = find();
    const auto size = static_cast<std::uint64_t>(file_.size());
    if (list.members > kMaxMembers || list.bytes > kMaxDirectoryBytes)
      malformed("'s list of members is too long; got ", list.members, " members");
    if (list.begin > size || list.bytes > size - list.begin)
      malformed("'s list of members lies outside of it; is the file whole?");
    end_ = static_cast<std::int64_t>(list.begin);
    const std::string bytes = read(list.begin, list.bytes);
    Fields fields(bytes, where_);
    std::vector<ZipMember> all;
    for (std::uint64_t i = 0; i < list.members; ++i) {
      ZipMember member = next(fields);
      if (!member.name.ends_with('/')) all.push_back(std::move(member));
    }
    check_apart(all);
    return all;
  }

 private:
  template <class... Parts>
  [[noreturn]] void malformed(const Parts&... parts) const {
    fail(ErrorCode::malformed_file, where_, parts...);
  }

  std::string read(std::uint64_t begin, std::uint64_t count) const {
    std::string bytes(static_cast<std::size_t>(count), '\0');
    file_.read_at(static_cast<std::int64_t>(begin), bytes.data(), static_cast<std::int64_t>(count));
    return bytes;
  }

  // The end's own record: 22 bytes and a comment.
  Directory find() const {
    constexpr std::int64_t kRecord = 22, kMaxComment = 65535;
    const std::int64_t size = file_.size();
    const std::int64_t tail = std::min(size, kRecord + kMaxComment);
    const std::string bytes =
        read(static_cast<std::uint64_t>(size - tail), static_cast<std::uint64_t>(tail));
    for (std::int64_t at = tail - kRecord; at >= 0; --at) {
      const std::string_view record = std::string_view(bytes).substr(static_cast<std::size_t>(at));
      if (!record.starts_with(std::string_view("PK\x05\x06", 4))) continue;
      Fields fields(record.substr(4), where_);
      const std::uint32_t disk = fields.u16(), first_disk = fields.u16();
      const std::uint32_t here = fields.u16();
      Directory list{.members = fields.u16()};
      list.bytes = fields.u32();
      list.begin = fields.u32();
      if (fields.u16() != static_cast<std::uint64_t>(tail - at - kRecord)) continue;
      if (list.members == 0xFFFF || list.bytes == kIn64 || list.begin == kIn64)
        return find_large(size - tail + at, list);
      if (disk != 0 || first_disk != 0 || here != list.members)
        fail(ErrorCode::unsupported, where_, " is one of several parts of a zip archive");
      return list;
    }
    malformed(" is cut short or no zip archive: its list of members is missing");
  }

  // The record of large archives, which a locator before the end's record points at.
  Directory find_large(std::int64_t end_record, const Directory& small) const {
    constexpr std::int64_t kLocator = 20, kRecord = 56;
    if (end_record < kLocator) return small;
    const std::string locator = read(static_cast<std::uint64_t>(end_record - kLocator), kLocator);
    if (!locator.starts_with(std::string_view("PK\x06\x07", 4))) return small;
    Fields where_it_is(std::string_view(locator).substr(8), where_);
    const std::uint64_t begin = where_it_is.number(8);
    if (begin > static_cast<std::uint64_t>(end_record) ||
        static_cast<std::uint64_t>(end_record) - begin < kRecord)
      malformed("'s list of members lies outside of it; is the file whole?");
    const std::string record = read(begin, kRecord);
    if (!record.starts_with(std::string_view("PK\x06\x06", 4)))
      malformed("'s list of members is damaged");
    Fields fields(std::string_view(record).substr(24), where_);
    const std::uint64_t here = fields.number(8), members = fields.number(8);
    if (here != members)
      fail(ErrorCode::unsupported, where_, " is one of several parts of a zip archive");
    const std::uint64_t bytes = fields.number(8);
    return {members, bytes, fields.number(8)};
  }

  ZipMember next(Fields& fields) const {
    if (fields.text(4) != std::string_view("PK\x01\x02", 4))
      malformed("'s list of members is damaged");
    fields.text(4);  // versions
    const std::uint32_t flags = fields.u16(), method = fields.u16();
    fields.text(4);  // time
    ZipMember member;
    member.crc = fields.u32();
    std::uint64_t stored = fields.u32(), bytes = fields.u32();
    const std::uint32_t name = fields.u16(), extra = fields.u16(), comment = fields.u16();
    fields.text(8);  // disk and attributes
    std::uint64_t header = fields.u32();
    member.name = fields.text(name);
    Fields extras(fields.text(extra), where_);
    fields.text(comment);
    while (!extras.empty()) {
      const std::uint32_t kind = extras.u16(), length = extras.u16();
      Fields part(extras.text(length), where_);
      if (kind != 1) continue;
      for (std::uint64_t* value : {&bytes, &stored, &header}) {
        if (*value == kIn64) *value = part.number(8);
      }
    }
    const std::string what = ": '" + member.name + "' ";
    if ((flags & 1) != 0) fail(ErrorCode::unsupported, where_, what, "is encrypted");
    if (method != 0 && method != 8) {
      fail(ErrorCode::unsupported, where_, what, "is compressed by method ", method,
           "; stored and deflated arrays are read, as numpy.savez and numpy.savez_compressed write "
           "them");
    }
    member.deflated = method == 8;
    const auto end = static_cast<std::uint64_t>(end_);
    constexpr std::uint64_t kHeader = 30;
    if (header > end || end - header < kHeader || stored > end - header - kHeader)
      malformed(what, "lies outside of the file; is it whole?");
    // What stands in front has a name and an extra part of its own.
    const std::string front = read(header, kHeader);
    Fields lengths(std::string_view(front).substr(26), where_);
    const std::uint64_t before = kHeader + lengths.u16() + lengths.u16();
    if (!front.starts_with(std::string_view("PK\x03\x04", 4)) || before > end - header - stored)
      malformed(what, "is not where the list says");
    member.begin = static_cast<std::int64_t>(header + before);
    member.stored_bytes = static_cast<std::int64_t>(stored);
    if (bytes > static_cast<std::uint64_t>(kMostExpansion) * (stored + 1) ||
        (!member.deflated && bytes != stored))
      malformed(what, "says that ", stored, " bytes become ", bytes, ", which cannot be");
    member.bytes = static_cast<std::int64_t>(bytes);
    return member;
  }

  // Members that share bytes are how small archives become huge.
  void check_apart(const std::vector<ZipMember>& all) const {
    std::vector<const ZipMember*> order;
    for (const ZipMember& member : all) order.push_back(&member);
    std::sort(order.begin(), order.end(),
              [](const ZipMember* a, const ZipMember* b) { return a->begin < b->begin; });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (order[i]->begin < order[i - 1]->begin + order[i - 1]->stored_bytes)
        malformed(": '", order[i - 1]->name, "' and '", order[i]->name, "' share bytes");
    }
  }

  const InputFile& file_;
  const std::string& where_;
  std::int64_t end_ = 0;  // of the members
};

}  // namespace

std::vector<ZipMember> read_zip_directory(const InputFile& file, const std::string& where) {
  return Reader(file, where).members();
}

}  // namespace halfpixel::io
