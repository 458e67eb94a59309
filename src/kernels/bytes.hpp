// Jobs of sums of bytes with weights of few bits, whose intermediate results fit into 16.
#pragma once

#include <cstdint>

namespace halfpixel::kernels {

// Up to four outputs of a row: where their numbers lie in sixteen bytes, as pairs of 16-bit numbers
// whose upper halves are zero (0x80), and the pairs' weights.
struct ByteGroup {
  static constexpr int kOutputs = 4, kBytes = 16;
  std::uint8_t place[kBytes];
  std::int16_t weight[2 * kOutputs];
};

// dst[each g + i] = (x0 w0 + x1 w1) >> 4 of output i < each of the groups g; or, exactly, x0 w0 +
// x1 w1 - 2^15 of weights that are 256 together. src is exact: all sixteen bytes of each group can
// be read. kByteMargin numbers beyond the end of dst may be written.
inline constexpr std::int64_t kByteMargin = 16;
struct LerpByteColumnsJob {
  const std::uint8_t* src;
  const ByteGroup* group;
  const std::int32_t* offset;  // of a group's sixteen bytes
  std::int64_t groups;
  int each;  // outputs of a group
  std::int16_t* dst;
};

// dst[i] = ((a[i] w0 >> 16) + (b[i] w1 >> 16) + 2) >> 2; or, of exact columns, ((a[i] + 2^15) w0 +
// (b[i] + 2^15) w1 + 2^15) >> 16 of weights that are 256 together. dst is exact, a and b are
// scratch.
struct LerpByteRowsJob {
  const std::int16_t* a;
  const std::int16_t* b;
  std::int16_t weight[2];
  std::int64_t count;
  std::uint8_t* dst;
};

// dst[x, c] = (a[2 x, c] + a[2 x + 1, c] + b[2 x, c] + b[2 x + 1, c] + 2) / 4 of pixels of 1, 3 or
// 4 channels; all exact.
struct HalveBytesJob {
  const std::uint8_t* a;
  const std::uint8_t* b;
  std::int64_t outputs, channels;
  std::uint8_t* dst;
};

// sum[i] = the sum over r of rows[r][i], i in [0, count); all exact. At most kMostRows.
struct SumByteRowsJob {
  static constexpr std::int64_t kMostRows = 257;
  const std::uint8_t* const* rows;
  std::int64_t row_count, count;
  std::uint16_t* sum;
};

// dst[x, c] = the sum over k < each of sum[each x + k, c], times scale, rounded half to even and
// clamped. `slid` is scratch of as many numbers as sum has; sums fit into 16 bits if `narrow`.
struct MeanColumnsJob {
  const std::uint16_t* sum;
  std::int64_t outputs, channels, each;
  float scale;
  bool narrow;
  std::uint16_t* slid;
  std::uint8_t* dst;  // exact
};

// dst[r][x, c] = +0 + src[r][first[x], c] w[0] + src[r][first[x] + 1, c] w[1] …, in float32, of
// pixels of 3 or 4 channels; w = weights + x * taps. All four bytes of a pixel can be read;
// kByteMargin floats beyond the end of dst may be written.
struct ShareBytesJob {
  static constexpr int kRows = 4;
  const std::uint8_t* src[kRows];  // pixel `origin`
  float* dst[kRows];
  std::int64_t origin, channels;
  const std::int32_t* first;
  const std::int32_t* count;
  const float* weights;
  std::int64_t taps, outputs;
};

struct ByteKernels {
  void (*lerp_columns)(const LerpByteColumnsJob&);
  void (*lerp_rows)(const LerpByteRowsJob&);
  void (*lerp_exact_columns)(const LerpByteColumnsJob&);
  void (*lerp_exact_rows)(const LerpByteRowsJob&);
  void (*halve)(const HalveBytesJob&);
  void (*sum_rows)(const SumByteRowsJob&);
  void (*mean_columns)(const MeanColumnsJob&);
  void (*share)(const ShareBytesJob&);
};

}  // namespace halfpixel::kernels
