#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/npy.hpp>

#include "core/access.hpp"
#include "core/checked.hpp"
#include "io/input_file.hpp"
#include "io/npy_bytes.hpp"
#include "io/npy_header.hpp"
#include "io/npy_order.hpp"

namespace halfpixel::io {

struct NpyReader::Impl {
  InputFile file;
  NpyHeader header;
  std::int64_t data_begin = 0;
  std::int64_t size = 0;  // elements

  explicit Impl(const std::filesystem::path& path) : file(path, "read_npy") {
    const std::string where = "[read_npy] " + file.path();
    std::string bytes(
        static_cast<std::size_t>(std::min<std::int64_t>(file.size(), kNpyMaxPreambleBytes)), '\0');
    file.read_at(0, bytes.data(), static_cast<std::int64_t>(bytes.size()));
    const NpyPreamble preamble = parse_npy_preamble(bytes, where);
    data_begin = preamble.dict_begin + preamble.dict_bytes;
    if (data_begin > file.size()) {
      fail(ErrorCode::malformed_file, where, " ends within its header; got ",
           std::to_string(file.size()), " bytes, expected ", std::to_string(data_begin));
    }
    std::string dict(static_cast<std::size_t>(preamble.dict_bytes), '\0');
    file.read_at(preamble.dict_begin, dict.data(), preamble.dict_bytes);
    header = parse_npy_dict(dict, where);
    // Bytes after the elements are tolerated, as NumPy does: several arrays may follow one another.
    const std::int64_t expected = npy_data_bytes(header.shape, header.dtype, where);
    if (expected > file.size() - data_begin) {
      fail(ErrorCode::malformed_file, where, " is cut short; got ",
           std::to_string(file.size() - data_begin), " bytes of elements, expected ",
           std::to_string(expected), " for shape ", header.shape.str(), " and dtype ",
           std::string(name_of(header.dtype)));
    }
    size = expected / item_bytes();
  }

  std::int64_t item_bytes() const { return static_cast<std::int64_t>(size_of(header.dtype)); }

  // Elements in the order of the file.
  void read_raw(std::int64_t begin, std::int64_t count, void* dst) const {
    file.read_at(data_begin + begin * item_bytes(), dst, count * item_bytes());
    make_native(dst, count, header.dtype, header.swap_bytes);
  }

  bool is_row_major() const { return !header.fortran_order || orders_agree(header.shape); }

  void read_transposed(void* dst) const;
};

void NpyReader::Impl::read_transposed(void* dst) const {
  const std::int64_t chunk = std::min<std::int64_t>(size, (1 << 20) / item_bytes());
  std::vector<std::uint64_t> buffer(static_cast<std::size_t>(chunk * item_bytes() + 7) / 8);
  for (std::int64_t begin = 0; begin < size; begin += chunk) {
    const std::int64_t count = std::min(chunk, size - begin);
    read_raw(begin, count, buffer.data());
    to_row_major(buffer.data(), begin, count, header.shape, item_bytes(), dst);
  }
}

NpyReader::NpyReader(const Path& path) : impl_(std::make_shared<Impl>(path.str())) {}
NpyReader::~NpyReader() = default;
NpyReader::NpyReader(NpyReader&&) noexcept = default;
NpyReader& NpyReader::operator=(NpyReader&&) noexcept = default;

const Shape& NpyReader::shape() const noexcept {
  return impl_->header.shape;
}
DType NpyReader::dtype() const noexcept {
  return impl_->header.dtype;
}
bool NpyReader::fortran_order() const noexcept {
  return !impl_->is_row_major();
}

void NpyReader::read(std::int64_t begin, std::int64_t count, void* dst) {
  if (fortran_order()) {
    fail(ErrorCode::unsupported, "[read_npy] ", impl_->file.path(),
         " is in Fortran order and can only be read whole");
  }
  if (begin < 0 || count < 0 || begin > impl_->size || count > impl_->size - begin) {
    fail(ErrorCode::invalid_argument, "[read_npy] elements are outside of the array; got begin ",
         std::to_string(begin), " and count ", std::to_string(count), ", expected at most ",
         std::to_string(impl_->size));
  }
  impl_->read_raw(begin, count, dst);
}

Tensor NpyReader::read_all() {
  Tensor tensor(shape(), dtype());
  if (tensor.size() == 0) return tensor;
  if (fortran_order()) {
    impl_->read_transposed(tensor.data());
  } else {
    impl_->read_raw(0, impl_->size, tensor.data());
  }
  return tensor;
}

Tensor read_npy(const Path& path) {
  return NpyReader(path).read_all();
}

}  // namespace halfpixel::io
