#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/npz.hpp>

#include "core/access.hpp"
#include "core/checked.hpp"
#include "io/atomic_file.hpp"
#include "io/crc32.hpp"
#include "io/npy_header.hpp"

namespace halfpixel::io {
namespace {

constexpr std::uint64_t kNumberIn64 = 0xFFFFFFFF;  // the number stands in the 64-bit part
constexpr std::uint64_t kMaxNameBytes = 65000;

class Record {
 public:
  explicit Record(std::string_view signature) : bytes_(signature) {}
  Record& put(int width, std::uint64_t value) {
    for (int i = 0; i < width; ++i, value >>= 8) bytes_ += static_cast<char>(value & 0xFF);
    return *this;
  }
  Record& put(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

struct Written {
  std::string name;
  std::uint32_t crc;
  std::uint64_t bytes, begin;
};

std::uint64_t short_of(std::uint64_t value) {
  return value < kNumberIn64 ? value : kNumberIn64;
}

// What the two records of a member have in common: versions, flags, method and time, as NumPy's.
void put_kind(Record& record, bool large) {
  constexpr std::uint64_t kUtf8 = 1 << 11, kFirstDay = 1 << 5 | 1;  // 1980-01-01
  record.put(2, large ? 45 : 20).put(2, kUtf8).put(2, 0).put(2, 0).put(2, kFirstDay);
}

// The numbers that do not fit, in the order that the format wants.
std::string extra_of(std::initializer_list<std::uint64_t> numbers) {
  Record part("");
  for (const std::uint64_t number : numbers) {
    if (number >= kNumberIn64) part.put(8, number);
  }
  if (part.bytes().empty()) return "";
  return Record("").put(2, 1).put(2, part.bytes().size()).put(part.bytes()).bytes();
}

}  // namespace

struct NpzWriter::Impl {
  AtomicFile file;
  std::uint64_t at = 0;
  std::vector<Written> members;
  std::set<std::string, std::less<>> names;

  explicit Impl(const std::filesystem::path& path) : file(path, "write_npz") {}

  void append(const void* bytes, std::uint64_t count) {
    file.write_at(static_cast<std::int64_t>(at), bytes, static_cast<std::int64_t>(count));
    at += count;
  }
  void append(const std::string& bytes) { append(bytes.data(), bytes.size()); }

  // tensor: row-major without gaps.
  void add(std::string_view name, const ConstTensorView& tensor) {
    if (name.empty() || name.size() > kMaxNameBytes || name.find('\0') != name.npos) {
      fail(ErrorCode::invalid_argument,
           "[write_npz] an array needs a name of 1 to 65000 bytes without zeros; got '",
           std::string(name.substr(0, 60)), "'");
    }
    if (!names.emplace(name).second) {
      fail(ErrorCode::invalid_argument, "[write_npz] array '", std::string(name),
           "' is given twice");
    }
    const std::string header = print_npy_header(tensor.shape(), tensor.dtype());
    const auto elements = static_cast<std::size_t>(tensor.size_bytes());
    Written member{std::string(name) + ".npy", crc32(0, header.data(), header.size()),
                   header.size() + elements, at};
    member.crc = crc32(member.crc, tensor.data(), elements);
    file.require_space(static_cast<std::int64_t>(member.bytes));
    // In front of a member both sizes stand in the 64-bit part, or none.
    const bool large = member.bytes >= kNumberIn64;
    const std::string extra = extra_of({member.bytes, member.bytes});
    Record front(std::string_view("PK\x03\x04", 4));
    put_kind(front, large);
    front.put(4, member.crc).put(4, short_of(member.bytes)).put(4, short_of(member.bytes));
    front.put(2, member.name.size()).put(2, extra.size()).put(member.name).put(extra);
    append(front.bytes());
    append(header);
    append(tensor.data(), elements);
    members.push_back(std::move(member));
  }

  void finish() {
    const std::uint64_t begin = at;
    for (const Written& member : members) {
      const std::string extra = extra_of({member.bytes, member.bytes, member.begin});
      Record record(std::string_view("PK\x01\x02", 4));
      record.put(2, 45 | 3 << 8);  // made by 4.5 on Unix
      put_kind(record, !extra.empty());
      record.put(4, member.crc).put(4, short_of(member.bytes)).put(4, short_of(member.bytes));
      record.put(2, member.name.size()).put(2, extra.size()).put(2, 0).put(2, 0).put(2, 0);
      record.put(4, std::uint64_t{0600} << 16).put(4, short_of(member.begin));
      append(record.put(member.name).put(extra).bytes());
    }
    const std::uint64_t bytes = at - begin, count = members.size();
    if (count >= 0xFFFF || bytes >= kNumberIn64 || begin >= kNumberIn64) {
      const std::uint64_t record = at;
      append(Record(std::string_view("PK\x06\x06", 4))
                 .put(8, 44)
                 .put(2, 45 | 3 << 8)
                 .put(2, 45)
                 .put(4, 0)
                 .put(4, 0)
                 .put(8, count)
                 .put(8, count)
                 .put(8, bytes)
                 .put(8, begin)
                 .bytes());
      append(Record(std::string_view("PK\x06\x07", 4)).put(4, 0).put(8, record).put(4, 1).bytes());
    }
    const std::uint64_t few = std::min<std::uint64_t>(count, 0xFFFF);
    append(Record(std::string_view("PK\x05\x06", 4))
               .put(2, 0)
               .put(2, 0)
               .put(2, few)
               .put(2, few)
               .put(4, short_of(bytes))
               .put(4, short_of(begin))
               .put(2, 0)
               .bytes());
    file.commit();
  }
};

NpzWriter::NpzWriter(const Path& path) : impl_(std::make_shared<Impl>(path.str())) {}
NpzWriter::~NpzWriter() = default;
NpzWriter::NpzWriter(NpzWriter&&) noexcept = default;
NpzWriter& NpzWriter::operator=(NpzWriter&&) noexcept = default;

void NpzWriter::add(std::string_view name, const ConstTensorView& tensor) {
  if (tensor.dtype() == DType::bfloat16)  // NumPy has none; float32 holds every value of it
    return impl_->add(name, Tensor(tensor).astype(DType::float32));
  if (tensor.is_contiguous()) return impl_->add(name, tensor);
  impl_->add(name, Tensor(tensor));
}
void NpzWriter::finish() {
  impl_->finish();
}

void write_npz(const Path& path, std::span<const NamedTensor> arrays) {
  NpzWriter writer(path);
  for (const NamedTensor& array : arrays) writer.add(array.name, array.tensor);
  writer.finish();
}

}  // namespace halfpixel::io
