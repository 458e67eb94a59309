// Images as planes, one for each channel, for libraries that know nothing else.
#pragma once

#include <algorithm>
#include <cstdint>

#include <halfpixel/tensor.hpp>

#include "peers.hpp"

namespace halfpixel::bench {

// N * C planes whose rows begin at multiples of 64 bytes.
class Planes {
 public:
  // images: (N, H, W, C) or (N, C, H, W).
  Planes(const Shape& images, DataFormat format, DType dtype)
      : extents_(extents_of(images, format)), format_(format), item_(size_of(dtype)) {
    stride_ = (static_cast<std::size_t>(extents_.w) * item_ + 63) / 64 * 64;
    plane_bytes_ = stride_ * static_cast<std::size_t>(extents_.h);
    memory_ = Tensor({count() * static_cast<std::int64_t>(plane_bytes_) + 64}, DType::uint8);
  }
  std::int64_t count() const { return extents_.n * extents_.c; }
  int width() const { return static_cast<int>(extents_.w); }
  int height() const { return static_cast<int>(extents_.h); }
  std::ptrdiff_t stride() const { return static_cast<std::ptrdiff_t>(stride_); }
  std::uint8_t* plane(std::int64_t index) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    return memory_.data<std::uint8_t>() + (64 - address % 64) % 64 +
           static_cast<std::size_t>(index) * plane_bytes_;
  }

  void split(const void* images) {
    visit([&](std::uint8_t* here, std::size_t offset) {
      std::copy_n(static_cast<const std::uint8_t*>(images) + offset, item_, here);
    });
  }
  void join(void* images) {
    visit([&](const std::uint8_t* here, std::size_t offset) {
      std::copy_n(here, item_, static_cast<std::uint8_t*>(images) + offset);
    });
  }

 private:
  // Sees each sample here together with its place in the images, in bytes.
  template <class Visit>
  void visit(Visit&& see) {
    const auto [n, h, w, c] = extents_;
    const bool first = format_ == DataFormat::channels_first;
    for (std::int64_t i = 0; i < n * c; ++i) {
      for (std::int64_t y = 0; y < h; ++y) {
        std::uint8_t* row = plane(i) + static_cast<std::size_t>(y) * stride_;
        for (std::int64_t x = 0; x < w; ++x) {
          const std::int64_t place =
              first ? (i * h + y) * w + x : ((i / c * h + y) * w + x) * c + i % c;
          see(row + static_cast<std::size_t>(x) * item_, static_cast<std::size_t>(place) * item_);
        }
      }
    }
  }
  Extents extents_;
  DataFormat format_;
  std::size_t item_;
  std::size_t stride_;
  std::size_t plane_bytes_;
  Tensor memory_;
};

}  // namespace halfpixel::bench
