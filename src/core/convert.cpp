#include "core/convert.hpp"

#include <algorithm>
#include <cstring>

#include "core/dispatch.hpp"

namespace halfpixel {
namespace {

using Convert = void (*)(const void* src, void* dst, std::int64_t count);

// Null when there is nothing to convert: elements keep their bits.
Convert converter(DType from, DType to) {
  if (from == to) return nullptr;
  return dispatch(from, [&]<class From>(std::type_identity<From>) {
    return dispatch(to, []<class To>(std::type_identity<To>) -> Convert {
      return [](const void* src, void* dst, std::int64_t count) {
        const auto* const x = static_cast<const From*>(src);
        auto* const y = static_cast<To*>(dst);
        for (std::int64_t i = 0; i < count; ++i) y[i] = convert<To>(x[i]);
      };
    });
  });
}

// One run of elements after the other, each at a constant distance from the one before.
class Converter {
 public:
  Converter(DType from, DType via, DType to, void* dst)
      : first_(converter(from, via)),
        second_(converter(via, to)),
        from_bytes_(static_cast<std::int64_t>(size_of(from))),
        to_bytes_(static_cast<std::int64_t>(size_of(to))),
        dst_(static_cast<char*>(dst)) {}

  void run(const char* src, std::int64_t stride, std::int64_t count) {
    if (stride == 1 && (first_ == nullptr || second_ == nullptr)) {
      dense(src, count);
      return;
    }
    for (std::int64_t done = 0; done < count; done += kBlock) {
      const std::int64_t part = std::min(kBlock, count - done);
      const char* block = src + done * stride * from_bytes_;
      alignas(8) char gathered[kBlock * 8];
      if (stride != 1) {
        for (std::int64_t i = 0; i < part; ++i) {
          std::memcpy(gathered + i * from_bytes_, block + i * stride * from_bytes_,
                      static_cast<std::size_t>(from_bytes_));
        }
        block = gathered;
      }
      if (first_ == nullptr || second_ == nullptr) {
        dense(block, part);
        continue;
      }
      alignas(8) char between[kBlock * 8];
      first_(block, between, part);
      second_(between, dst_, part);
      dst_ += part * to_bytes_;
    }
  }

 private:
  static constexpr std::int64_t kBlock = 512;

  void dense(const char* src, std::int64_t count) {
    if (const Convert only = first_ != nullptr ? first_ : second_) {
      only(src, dst_, count);
    } else {
      std::memcpy(dst_, src, static_cast<std::size_t>(count * to_bytes_));
    }
    dst_ += count * to_bytes_;
  }

  Convert first_, second_;
  std::int64_t from_bytes_, to_bytes_;
  char* dst_;
};

void walk(const ConstTensorView& view, int axis, const char* src, Converter& converter) {
  if (axis + 1 == view.shape().rank()) {
    converter.run(src, view.stride(axis), view.shape()[axis]);
    return;
  }
  const std::int64_t step = view.stride(axis) * static_cast<std::int64_t>(size_of(view.dtype()));
  for (std::int64_t i = 0; i < view.shape()[axis]; ++i)
    walk(view, axis + 1, src + i * step, converter);
}

}  // namespace

void convert_elements(const ConstTensorView& src, DType via, DType to, void* dst) {
  if (src.size() == 0) return;
  Converter converter(src.dtype(), via, to, dst);
  const auto* const data = static_cast<const char*>(src.data());
  if (src.is_contiguous()) {
    converter.run(data, 1, src.size());
  } else {
    walk(src, 0, data, converter);
  }
}

}  // namespace halfpixel
