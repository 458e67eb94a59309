#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/npy.hpp>

#include "core/access.hpp"
#include "core/checked.hpp"
#include "io/atomic_file.hpp"
#include "io/npy_header.hpp"

namespace halfpixel::io {

struct NpyWriter::Impl {
  AtomicFile file;
  DType dtype;         // of the caller's elements
  DType stored_dtype;  // of the file's
  std::int64_t data_begin = 0;
  std::int64_t size = 0;                  // elements
  std::int64_t next = 0;                  // write() goes on here
  std::atomic<std::int64_t> written = 0;  // elements so far, by either function

  Impl(const std::filesystem::path& path, const Shape& shape, DType given)
      // NumPy has no bfloat16; float32 holds every value of it.
      : file(path, "write_npy"),
        dtype(given),
        stored_dtype(given == DType::bfloat16 ? DType::float32 : given) {
    if (!shape.is_known()) {
      fail(ErrorCode::invalid_argument, "[write_npy] shape must be known; got ", shape.str());
    }
    const std::int64_t bytes = npy_data_bytes(shape, stored_dtype, "[write_npy]");
    size = bytes / stored_bytes();
    const std::string header = print_npy_header(shape, stored_dtype);
    data_begin = static_cast<std::int64_t>(header.size());
    file.require_space(bytes);
    file.write_at(0, header.data(), data_begin);
  }

  std::int64_t stored_bytes() const { return static_cast<std::int64_t>(size_of(stored_dtype)); }

  void write_widened(std::int64_t begin, const bfloat16* src, std::int64_t count) {
    std::vector<float> chunk(static_cast<std::size_t>(std::min<std::int64_t>(count, 1 << 18)));
    while (count > 0) {
      const auto piece = std::min<std::int64_t>(count, static_cast<std::int64_t>(chunk.size()));
      for (std::int64_t i = 0; i < piece; ++i)
        chunk[static_cast<std::size_t>(i)] = static_cast<float>(src[i]);
      file.write_at(data_begin + begin * stored_bytes(), chunk.data(), piece * stored_bytes());
      src += piece;
      begin += piece;
      count -= piece;
    }
  }
};

NpyWriter::NpyWriter(const Path& path, const Shape& shape, DType dtype)
    : impl_(std::make_shared<Impl>(path.str(), shape, dtype)) {}
NpyWriter::~NpyWriter() = default;
NpyWriter::NpyWriter(NpyWriter&&) noexcept = default;
NpyWriter& NpyWriter::operator=(NpyWriter&&) noexcept = default;

void NpyWriter::write(const void* src, std::int64_t count) {
  write_at(impl_->next, src, count);
  impl_->next += count;
}

void NpyWriter::write_at(std::int64_t begin, const void* src, std::int64_t count) {
  if (begin < 0 || count < 0 || begin > impl_->size || count > impl_->size - begin) {
    fail(ErrorCode::invalid_argument, "[write_npy] elements are outside of the array; got begin ",
         std::to_string(begin), " and count ", std::to_string(count), ", expected at most ",
         std::to_string(impl_->size));
  }
  if (impl_->dtype != impl_->stored_dtype) {
    impl_->write_widened(begin, static_cast<const bfloat16*>(src), count);
  } else {
    const std::int64_t item = impl_->stored_bytes();
    impl_->file.write_at(impl_->data_begin + begin * item, src, count * item);
  }
  impl_->written += count;
}

void NpyWriter::finish() {
  if (impl_->written < impl_->size) {
    fail(ErrorCode::invalid_argument, "[write_npy] elements are missing; got ",
         std::to_string(impl_->written.load()), ", expected ", std::to_string(impl_->size));
  }
  impl_->file.commit();
}

void write_npy(const Path& path, const ConstTensorView& tensor) {
  NpyWriter writer(path, tensor.shape(), tensor.dtype());
  if (tensor.is_contiguous()) {
    writer.write(tensor.data(), tensor.size());
  } else {
    const Tensor packed(tensor);
    writer.write(packed.data(), packed.size());
  }
  writer.finish();
}

}  // namespace halfpixel::io
