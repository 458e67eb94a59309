// libhdf5's handles closed by scope, and what every call into it needs around it.
#pragma once

#include <hdf5.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

#include "halfpixel/dtype.hpp"

namespace halfpixel::formats {

class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Hdf5Handle() = default;
  Hdf5Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept
      : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }
  explicit operator bool() const noexcept { return id_ >= 0; }
  operator hid_t() const noexcept { return id_; }  // NOLINT: stands wherever libhdf5 wants a hid_t

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

// A name that no other file in memory has: libhdf5 takes two of one name for the same file, and
// gives the second the first one's bytes.
inline std::string hdf5_memory_name() {
  static std::atomic<std::uint64_t> count{0};
  return "weights-" + std::to_string(count.fetch_add(1)) + ".h5";
}

// What a Tensor's elements are to libhdf5.
inline hid_t hdf5_memory_type(DType dtype) {
  switch (dtype) {
    case DType::float64:
      return H5T_NATIVE_DOUBLE;
    case DType::int8:
      return H5T_NATIVE_INT8;
    case DType::int16:
      return H5T_NATIVE_INT16;
    case DType::int32:
      return H5T_NATIVE_INT32;
    case DType::int64:
      return H5T_NATIVE_INT64;
    case DType::uint8:
      return H5T_NATIVE_UINT8;
    case DType::uint16:
      return H5T_NATIVE_UINT16;
    case DType::uint32:
      return H5T_NATIVE_UINT32;
    case DType::uint64:
      return H5T_NATIVE_UINT64;
    default:
      return H5T_NATIVE_FLOAT;
  }
}

// Held while libhdf5 is called: one thread at a time, and nothing printed to stderr.
class Hdf5Session {
 public:
  Hdf5Session() : lock_(mutex()) {
    H5Eget_auto2(H5E_DEFAULT, &print_, &print_data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Hdf5Session() { H5Eset_auto2(H5E_DEFAULT, print_, print_data_); }
  Hdf5Session(const Hdf5Session&) = delete;
  Hdf5Session& operator=(const Hdf5Session&) = delete;

 private:
  static std::recursive_mutex& mutex() {
    static std::recursive_mutex mutex;
    return mutex;
  }
  std::lock_guard<std::recursive_mutex> lock_;
  H5E_auto2_t print_ = nullptr;
  void* print_data_ = nullptr;
};

}  // namespace halfpixel::formats
