#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/npz.hpp>

#include "core/access.hpp"
#include "core/checked.hpp"
#include "io/crc32.hpp"
#include "io/inflate.hpp"
#include "io/input_file.hpp"
#include "io/npy_bytes.hpp"
#include "io/npy_header.hpp"
#include "io/npy_order.hpp"
#include "io/zip_directory.hpp"

namespace halfpixel::io {
namespace {

// Arrays that are larger must not be more than a hundred times what is stored for them. (Masks of
// one value are; a file of a few megabytes that fills the memory is no present, though.)
constexpr std::int64_t kBombFloor = std::int64_t{1} << 30;
constexpr std::int64_t kMaxExpansion = 100;
constexpr std::string_view kEnding = ".npy";

// The bytes of an .npy file, a few at a time, become its header and its elements.
class NpyAssembly {
 public:
  NpyAssembly(std::string where, std::int64_t file_bytes, bool with_elements)
      : where_(std::move(where)), file_bytes_(file_bytes), with_elements_(with_elements) {}

  // False: no more is wanted.
  bool take(const unsigned char* bytes, std::size_t count) {
    if (!header_) {
      front_.append(reinterpret_cast<const char*>(bytes), count);
      if (!parse_front()) return true;
      if (!with_elements_) return false;
      const std::string rest = std::move(front_);
      take_elements(rest.data(), rest.size());
      return true;
    }
    take_elements(bytes, count);
    return true;
  }
  // Behind the last byte.
  void finish() {
    if (!header_) {
      static_cast<void>(parse_npy_preamble(front_, where_));
      fail(ErrorCode::malformed_file, where_, " ends within its header");
    }
    if (done_ != wanted_) cut_short(done_);
    make_native(raw_.data(), raw_.size(), header_->dtype, header_->swap_bytes);
    if (!header_->fortran_order || orders_agree(header_->shape) || raw_.size() == 0) return;
    Tensor ordered(header_->shape, header_->dtype);
    to_row_major(raw_.data(), 0, raw_.size(), header_->shape,
                 static_cast<std::int64_t>(size_of(header_->dtype)), ordered.data());
    raw_ = std::move(ordered);
  }
  const NpyHeader& header() const { return *header_; }
  Tensor tensor() { return std::move(raw_); }

 private:
  [[noreturn]] void cut_short(std::int64_t bytes) const {
    fail(ErrorCode::malformed_file, where_, " is cut short; got ", bytes,
         " bytes of elements, expected ", wanted_, " for shape ", header_->shape.str(),
         " and dtype ", std::string(name_of(header_->dtype)));
  }

  // True when all of the header is there; front_ is then what follows it.
  bool parse_front() {
    if (front_.size() < kNpyMaxPreambleBytes) return false;
    const NpyPreamble preamble = parse_npy_preamble(front_, where_);
    const auto begin = static_cast<std::size_t>(preamble.dict_begin);
    const auto end = begin + static_cast<std::size_t>(preamble.dict_bytes);
    if (front_.size() < end) return false;
    header_ = parse_npy_dict(std::string_view(front_).substr(begin, end - begin), where_);
    wanted_ = npy_data_bytes(header_->shape, header_->dtype, where_);
    const std::int64_t there = file_bytes_ - static_cast<std::int64_t>(end);
    // Before memory is asked for.
    if (wanted_ > there) cut_short(there);
    if (with_elements_) raw_ = Tensor(header_->shape, header_->dtype);
    front_.erase(0, end);
    return true;
  }

  // What follows the elements is tolerated, as NumPy does.
  void take_elements(const void* bytes, std::size_t count) {
    const auto used = std::min(static_cast<std::int64_t>(count), wanted_ - done_);
    if (used <= 0) return;
    std::memcpy(static_cast<char*>(raw_.data()) + done_, bytes, static_cast<std::size_t>(used));
    done_ += used;
  }

  std::string where_;
  std::int64_t file_bytes_;
  bool with_elements_;
  std::string front_;
  std::optional<NpyHeader> header_;
  Tensor raw_;  // in the order of the file
  std::int64_t wanted_ = 0, done_ = 0;
};

}  // namespace

struct NpzReader::Impl {
  InputFile file;
  std::string where;
  std::vector<ZipMember> members;
  std::map<std::string, std::size_t, std::less<>> places;  // of arrays, in members
  std::vector<std::string> names, others;

  explicit Impl(const std::filesystem::path& path)
      : file(path, "read_npz"),
        where("[read_npz] " + file.path()),
        members(read_zip_directory(file, where)) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      std::string name = members[i].name;
      if (!name.ends_with(kEnding) || name.size() == kEnding.size()) {
        others.push_back(name);
        continue;
      }
      name.resize(name.size() - kEnding.size());
      if (!places.emplace(name, i).second)
        fail(ErrorCode::malformed_file, where, " holds array '", name, "' twice");
      names.push_back(std::move(name));
    }
  }

  const ZipMember& member(std::string_view name) const {
    const auto found = places.find(name);
    if (found != places.end()) return members[found->second];
    constexpr std::size_t kMostTold = 20;
    std::string all;
    for (std::size_t i = 0; i < std::min(names.size(), kMostTold); ++i)
      all += (i == 0 ? "'" : ", '") + names[i] + "'";
    fail(ErrorCode::invalid_argument, where, " holds no array '", std::string(name), "'; it holds ",
         names.empty() ? "none" : all, names.size() > kMostTold ? ", …" : "");
  }

  NpyAssembly assemble(std::string_view name, bool with_elements) const {
    const ZipMember& from = member(name);
    const std::string what = where + ": array '" + std::string(name) + "'";
    if (with_elements && from.bytes > kBombFloor &&
        from.bytes / kMaxExpansion > from.stored_bytes) {
      fail(ErrorCode::unsupported, what, " would expand from ", from.stored_bytes, " to ",
           from.bytes,
           " bytes, as files do that are made to fill the memory; if it is meant, "
           "numpy.savez writes it uncompressed");
    }
    NpyAssembly array(what, from.bytes, with_elements);
    std::int64_t read = 0, made = 0;
    std::uint32_t crc = 0;
    const ByteSource source = [&](unsigned char* to, std::size_t room) {
      const auto count = std::min(static_cast<std::int64_t>(room), from.stored_bytes - read);
      file.read_at(from.begin + read, to, count);
      read += count;
      return static_cast<std::size_t>(count);
    };
    const ByteSink sink = [&](const unsigned char* bytes, std::size_t count) {
      made += static_cast<std::int64_t>(count);
      if (made > from.bytes)
        fail(ErrorCode::malformed_file, what, " is damaged: it is longer than it says");
      crc = crc32(crc, bytes, count);
      return array.take(bytes, count);
    };
    const bool whole = from.deflated ? inflate(source, sink, what) : copy(source, sink);
    if (!whole) return array;
    if (made != from.bytes)
      fail(ErrorCode::malformed_file, what, " is damaged: it is shorter than it says");
    if (crc != from.crc)
      fail(ErrorCode::malformed_file, what, " is damaged: its checksum is wrong");
    array.finish();
    return array;
  }

  static bool copy(const ByteSource& source, const ByteSink& sink) {
    std::vector<unsigned char> buffer(1 << 18);
    while (const std::size_t count = source(buffer.data(), buffer.size())) {
      if (!sink(buffer.data(), count)) return false;
    }
    return true;
  }
};

NpzReader::NpzReader(const Path& path) : impl_(std::make_shared<Impl>(path.str())) {}
NpzReader::~NpzReader() = default;
NpzReader::NpzReader(NpzReader&&) noexcept = default;
NpzReader& NpzReader::operator=(NpzReader&&) noexcept = default;

const std::vector<std::string>& NpzReader::names() const noexcept {
  return impl_->names;
}
const std::vector<std::string>& NpzReader::others() const noexcept {
  return impl_->others;
}
bool NpzReader::has(std::string_view name) const noexcept {
  return impl_->places.find(name) != impl_->places.end();
}
Shape NpzReader::shape(std::string_view name) const {
  return impl_->assemble(name, false).header().shape;
}
DType NpzReader::dtype(std::string_view name) const {
  return impl_->assemble(name, false).header().dtype;
}
Tensor NpzReader::read(std::string_view name) const {
  return impl_->assemble(name, true).tensor();
}

std::vector<NamedTensor> read_npz(const Path& path) {
  const NpzReader reader(path);
  std::vector<NamedTensor> arrays;
  for (const std::string& name : reader.names()) arrays.push_back({name, reader.read(name)});
  return arrays;
}

}  // namespace halfpixel::io
