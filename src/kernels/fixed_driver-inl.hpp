// Loops of the jobs of bytes in fixed point around the sums of a kernel file. Included inside of
// its namespace, once per target: the functions are compiled for what the file's own are.

#if defined(HALFPIXEL_KERNELS_FIXED_DRIVER_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef HALFPIXEL_KERNELS_FIXED_DRIVER_INL_HPP
#undef HALFPIXEL_KERNELS_FIXED_DRIVER_INL_HPP
#else
#define HALFPIXEL_KERNELS_FIXED_DRIVER_INL_HPP
#endif

// Sums: of one output of kVectorRows rows, all channels.
template <class Layout, class Sums>
void SumColumns(const FixedColumnsJob& job) {
  constexpr std::int64_t c = Layout::kChannelCount, kRow = c * kVectorRows;
  constexpr std::int64_t kSome = 16;
  alignas(64) std::int32_t numbers[kSome * kRow] = {};
  const Layout layout;
  const std::int64_t row = job.steps * Sums::kParts;
  for (std::int64_t x = 0; x < job.outputs;) {
    const auto part = Layout::PartAt(job, x);
    // Of an output that reads more than is laid out at once, in pieces.
    const bool whole = part.end > x;
    const std::int64_t end = whole ? part.end : x + 1;
    for (int r = 0; r < job.rows; r += kVectorRows) {
      std::uint8_t* const* const dst = job.dst + r / kQuad;
      if (whole) {
        const std::int64_t first = layout.LayOut(job, r, part.first, part.last);
        for (std::int64_t begin = x; begin < end; begin += kSome) {
          const std::int64_t count = std::min(kSome, end - begin);
          for (std::int64_t i = 0; i < count; ++i) {
            Sums sums(job);
            const std::int64_t word = job.begin[begin + i] / Layout::kWord - first;
            sums.Add(job.planes + word * Layout::kWordBytes, job.weights + (begin + i) * row,
                     job.steps);
            sums.Store(job, numbers + i * kRow);
          }
          StoreQuads(numbers, count * c, dst, begin * c * kQuad);
        }
        continue;
      }
      Sums sums(job);
      const std::int64_t begin = job.begin[x] / Layout::kWord;
      for (std::int64_t s = 0; s < job.steps; s += Layout::kMostWords) {
        const std::int64_t steps = std::min(Layout::kMostWords, job.steps - s);
        const std::int64_t first = layout.LayOut(job, r, begin + s, begin + s + steps);
        sums.Add(job.planes + (begin + s - first) * Layout::kWordBytes,
                 job.weights + x * row + s * Sums::kParts, steps);
      }
      sums.Store(job, numbers);
      StoreQuads(numbers, c, dst, x * c * kQuad);
    }
    x = end;
  }
}

// Vector::Sum makes kVectorBytes results from i on.
template <class Vector>
void SumQuads(const FixedQuadsJob& job) {
  std::int64_t i = 0;
  for (; i + kVectorBytes <= job.count; i += kVectorBytes) Vector::Sum(job, i, job.dst + i);
  if (i == job.count) return;
  if (job.count >= kVectorBytes) {
    i = job.count - kVectorBytes;
    return Vector::Sum(job, i, job.dst + i);
  }
  // Of the margin, too.
  alignas(64) std::uint8_t bytes[kVectorBytes];
  Vector::Sum(job, 0, bytes);
  std::memcpy(job.dst, bytes, static_cast<std::size_t>(job.count));
}

#endif
