// Axes are reduced to as few as possible; the last two or one are then copied by the loop that
// suits their strides: runs of bytes, repeated elements, a blocked transpose, or element by
// element.
#include "graph/ops/strided_copy.hpp"

#include <algorithm>
#include <cstring>

#include "core/checked.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {

void StridedCopy::simplify() {
  int kept = 0;
  for (int i = 0; i < rank; ++i) {
    const Axis next = axis[static_cast<std::size_t>(i)];
    if (next.extent == 1) continue;
    if (kept > 0) {
      Axis& last = axis[static_cast<std::size_t>(kept - 1)];
      if (last.src_stride == next.src_stride * next.extent &&
          last.dst_stride == next.dst_stride * next.extent) {
        last = {last.extent * next.extent, next.src_stride, next.dst_stride};
        continue;
      }
    }
    axis[static_cast<std::size_t>(kept++)] = next;
  }
  rank = kept;
  // The blocked transpose works on the last two axes: bring the one whose source is contiguous
  // there.
  if (rank >= 3 && axis[static_cast<std::size_t>(rank - 1)].src_stride != 1) {
    for (int i = 0; i < rank - 2; ++i) {
      if (axis[static_cast<std::size_t>(i)].src_stride == 1) {
        std::rotate(axis.begin() + i, axis.begin() + i + 1, axis.begin() + rank - 1);
        break;
      }
    }
  }
}

std::int64_t StridedCopy::elements() const noexcept {
  std::int64_t count = 1;
  for (int i = 0; i < rank; ++i) count *= axis[static_cast<std::size_t>(i)].extent;
  return count;
}

namespace {

template <class T>
void copy_line(const StridedCopy::Axis& line, const T* src, T* dst) noexcept {
  const std::int64_t n = line.extent;
  constexpr std::int64_t kShort = 16;  // not worth calling memcpy
  if (line.dst_stride == 1 && line.src_stride == 1 && n > kShort) {
    std::memcpy(dst, src, static_cast<std::size_t>(n) * sizeof(T));
  } else if (line.dst_stride == 1 && line.src_stride == 0) {
    std::fill_n(dst, n, *src);
  } else if (line.dst_stride == 1) {
    for (std::int64_t i = 0; i < n; ++i) dst[i] = src[i * line.src_stride];
  } else {
    for (std::int64_t i = 0; i < n; ++i) dst[i * line.dst_stride] = src[i * line.src_stride];
  }
}

// dst[i * dst_row + j] = src[i + j * src_row] for a square: reads and writes both stay in the first
// cache.
template <class T>
void transpose_block(const T* src, std::int64_t src_row, T* dst, std::int64_t dst_row,
                     std::int64_t rows, std::int64_t columns) noexcept {
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) dst[i * dst_row + j] = src[i + j * src_row];
  }
}

template <class T>
void copy_all(const StridedCopy& copy, const T* src, T* dst) noexcept {
  constexpr std::int64_t kBlock = 32;
  src += copy.src_offset;
  dst += copy.dst_offset;
  const int rank = copy.rank;
  if (rank == 0) {
    *dst = *src;
    return;
  }
  const auto at = [&](int i) -> const StridedCopy::Axis& {
    return copy.axis[static_cast<std::size_t>(i)];
  };
  const StridedCopy::Axis line = at(rank - 1);
  const std::int64_t elements = copy.elements();
  if (rank == 1) {
    parallel_blocks(line.extent, elements, [&](std::int64_t begin, std::int64_t end) {
      copy_line<T>({end - begin, line.src_stride, line.dst_stride}, src + begin * line.src_stride,
                   dst + begin * line.dst_stride);
    });
    return;
  }
  const StridedCopy::Axis row = at(rank - 2);
  const bool transposes = row.src_stride == 1 && line.dst_stride == 1 && line.src_stride != 1 &&
                          row.extent >= 4 && line.extent >= 2;
  const std::int64_t blocks = (row.extent + kBlock - 1) / kBlock;
  std::int64_t count = blocks;
  for (int i = 0; i < rank - 2; ++i) count *= at(i).extent;
  const auto copy_block = [&](std::int64_t index) {
    const std::int64_t first = index % blocks * kBlock;
    const std::int64_t rows = std::min(kBlock, row.extent - first);
    const T* s = src + first * row.src_stride;
    T* d = dst + first * row.dst_stride;
    index /= blocks;
    for (int i = rank - 3; i >= 0; --i) {
      const std::int64_t position = index % at(i).extent;
      index /= at(i).extent;
      s += position * at(i).src_stride;
      d += position * at(i).dst_stride;
    }
    if (!transposes) {
      for (std::int64_t i = 0; i < rows; ++i)
        copy_line(line, s + i * row.src_stride, d + i * row.dst_stride);
      return;
    }
    for (std::int64_t j = 0; j < line.extent; j += kBlock) {
      transpose_block(s + j * line.src_stride, line.src_stride, d + j, row.dst_stride, rows,
                      std::min(kBlock, line.extent - j));
    }
  };
  parallel_blocks(count, elements, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t index = begin; index < end; ++index) copy_block(index);
  });
}

class CopyKernel : public Kernel {
 public:
  explicit CopyKernel(const StridedCopy& copy) : copy_(copy) {}
  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    copy_.run(in[0], out[0]);
  }

 private:
  StridedCopy copy_;
};

}  // namespace

void StridedCopy::run(const void* src, void* dst) const noexcept {
  if (elements() == 0) return;
  switch (element_bytes) {
    case 1:
      return copy_all(*this, static_cast<const std::uint8_t*>(src),
                      static_cast<std::uint8_t*>(dst));
    case 2:
      return copy_all(*this, static_cast<const std::uint16_t*>(src),
                      static_cast<std::uint16_t*>(dst));
    case 4:
      return copy_all(*this, static_cast<const std::uint32_t*>(src),
                      static_cast<std::uint32_t*>(dst));
    default:
      return copy_all(*this, static_cast<const std::uint64_t*>(src),
                      static_cast<std::uint64_t*>(dst));
  }
}

std::array<std::int64_t, kMaxRank> row_major(const Shape& shape) noexcept {
  return row_major(shape, shape.rank() > 0 ? shape[shape.rank() - 1] : 1);
}

std::array<std::int64_t, kMaxRank> row_major(const Shape& shape, std::int64_t row_stride) noexcept {
  std::array<std::int64_t, kMaxRank> strides{};
  std::int64_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[static_cast<std::size_t>(i)] = step;
    step = i == shape.rank() - 1 ? row_stride : step * shape[i];
  }
  return strides;
}

std::unique_ptr<Kernel> make_copy_kernel(StridedCopy copy) {
  copy.simplify();
  return std::make_unique<CopyKernel>(copy);
}

}  // namespace halfpixel::graph
