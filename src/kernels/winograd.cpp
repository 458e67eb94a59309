// The transforms of Winograd's convolutions: tiles with a side of 4 by the points 0, 1, -1, of 6 by
// 0, 1, -1, 1/2, -2, which lose less than the usual 2 and -2 (Barabasz, Anderson, Soodhalter and
// Gregg, "Error Analysis and Improving the Accuracy of Winograd Convolution", 2020). That of pixels
// depends on the side alone.
#include <cstdint>
#include <cstring>

#include "kernels/kernels.hpp"
#include "kernels/prefetch.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/winograd.cpp"
#include "kernels/simd.hpp"

HWY_BEFORE_NAMESPACE();
namespace halfpixel::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// in[k] -> out[i] = sum over k of B^T[i, k] in[k]
template <class V, class D>
HWY_INLINE void InputSums4(D, const V* in, V* out) {
  out[0] = hn::Sub(in[2], in[0]);
  out[1] = hn::Add(in[1], in[2]);
  out[2] = hn::Sub(in[2], in[1]);
  out[3] = hn::Sub(in[3], in[1]);
}
template <class V, class D>
HWY_INLINE void InputSums6(D d, const V* in, V* out) {
  const V half = hn::Set(d, 0.5F), three = hn::Set(d, 1.5F), two = hn::Set(d, 2.0F),
          five = hn::Set(d, 2.5F);
  // 1, -1.5, -2, 1.5, 1 and the same one further
  out[0] =
      hn::MulAdd(three, hn::Sub(in[3], in[1]), hn::NegMulAdd(two, in[2], hn::Add(in[0], in[4])));
  out[5] =
      hn::MulAdd(three, hn::Sub(in[4], in[2]), hn::NegMulAdd(two, in[3], hn::Add(in[1], in[5])));
  out[1] = hn::MulAdd(five, in[3], hn::MulAdd(half, in[2], hn::Sub(in[4], in[1])));
  out[2] = hn::MulAdd(half, in[3], hn::NegMulAdd(five, in[2], hn::Add(in[4], in[1])));
  out[3] = hn::MulAdd(two, hn::Sub(in[3], in[1]), hn::Sub(in[4], in[2]));
  out[4] = hn::MulAdd(half, hn::Sub(in[1], in[3]), hn::Sub(in[4], in[2]));
}
// out[j] = sum over i of A^T[j, i] in[i]: powers of the points, and the last one as it is.
template <int Tile, class V, class D>
HWY_INLINE void OutputSums4(D, const V* in, V* out) {
  const V sum = hn::Add(in[1], in[2]), difference = hn::Sub(in[1], in[2]);
  out[0] = hn::Add(in[0], sum);
  if constexpr (Tile == 2) {
    out[1] = hn::Add(difference, in[3]);
  } else {
    out[1] = difference;
    out[2] = hn::Add(sum, in[3]);
  }
}
template <class V, class D>
HWY_INLINE void OutputSums6(D d, const V* in, V* out) {
  const V sum = hn::Add(in[1], in[2]), difference = hn::Sub(in[1], in[2]);
  out[0] = hn::Add(hn::Add(in[0], sum), hn::Add(in[3], in[4]));
  out[1] = hn::MulAdd(hn::Set(d, 0.5F), in[3], hn::NegMulAdd(hn::Set(d, 2.0F), in[4], difference));
  out[2] = hn::MulAdd(hn::Set(d, 0.25F), in[3], hn::MulAdd(hn::Set(d, 4.0F), in[4], sum));
  out[3] = hn::Add(
      hn::MulAdd(hn::Set(d, 0.125F), in[3], hn::NegMulAdd(hn::Set(d, 8.0F), in[4], difference)),
      in[5]);
}

template <int Side, class V, class D>
HWY_INLINE void InputSums(D d, const V* in, V* out) {
  if constexpr (Side == 4)
    InputSums4(d, in, out);
  else
    InputSums6(d, in, out);
}
template <int Tile, class V, class D>
HWY_INLINE void OutputSums(D d, const V* in, V* out) {
  if constexpr (Tile == 4)
    OutputSums6(d, in, out);
  else
    OutputSums4<Tile>(d, in, out);
}

// The address is a number: it may be none of a pixel's.
HWY_INLINE void Ahead(const float* pixel, std::int64_t floats) {
  prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(pixel) +
                                         static_cast<std::uintptr_t>(floats) * sizeof(float)));
}

template <int Tile>
bool Input(const WinogradInputJob& job) {
  constexpr int kSide = winograd_side(Tile);
  const hn::CappedTag<float, kMostLanes> d;
  const hn::RebindToSigned<decltype(d)> di;
  using V = hn::Vec<decltype(d)>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  // As integers, magnitudes are ordered like the numbers, and NaNs come last.
  auto largest = hn::Zero(di);
  const auto magnitude = hn::Set(di, 0x7FFFFFFF);
  for (std::int64_t c = 0; c < job.channels; c += n) {
    V half_way[kSide][kSide];  // [column][transformed row]
    for (int x = 0; x < kSide; ++x) {
      V in[kSide];
      for (int y = 0; y < kSide; ++y) {
        in[y] = hn::LoadU(d, job.pixels[y * kSide + x] + c);
        if (x >= kSide - Tile) Ahead(job.pixels[y * kSide + x], job.ahead + c);
        largest = hn::Max(largest, hn::And(hn::BitCast(di, in[y]), magnitude));
      }
      InputSums<kSide>(d, in, half_way[x]);
    }
    float* dst = job.dst + c;
    for (int i = 0; i < kSide; ++i) {
      V in[kSide], out[kSide];
      for (int x = 0; x < kSide; ++x) in[x] = half_way[x][i];
      InputSums<kSide>(d, in, out);
      for (int j = 0; j < kSide; ++j, dst += job.dst_step) hn::StoreU(out[j], d, dst);
    }
  }
  HWY_ALIGN std::int32_t lanes[kMostLanes] = {};
  hn::Store(largest, di, lanes);
  std::int32_t most = 0;
  for (const std::int32_t lane : lanes) most = HWY_MAX(most, lane);
  float value;
  std::memcpy(&value, &most, sizeof(value));
  return value < kWinogradMost;
}

// Filters from f on of one output.
template <class V>
HWY_INLINE void StoreOutput(const WinogradOutputJob& job, V sum, std::int64_t f, float* dst) {
  const hn::CappedTag<float, kMostLanes> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  if (job.segment % n == 0) {
    const std::int64_t before = job.segment == job.filters ? 0 : f / job.segment;
    hn::StoreU(sum, d, dst + (before * job.segment_step + f - before * job.segment));
    return;
  }
  HWY_ALIGN float lanes[kMostLanes];
  hn::Store(sum, d, lanes);
  const std::int64_t end = HWY_MIN(f + n, job.filters);
  for (std::int64_t from = f; from < end;) {
    const std::int64_t segment = from / job.segment;
    const std::int64_t to = HWY_MIN((segment + 1) * job.segment, end);
    float* const at = dst + (segment * job.segment_step + from - segment * job.segment);
    for (std::int64_t i = 0; i < to - from; ++i) at[i] = lanes[from - f + i];
    from = to;
  }
}

template <int Tile>
void Output(const WinogradOutputJob& job) {
  constexpr int kSide = winograd_side(Tile);
  const hn::CappedTag<float, kMostLanes> d;
  using V = hn::Vec<decltype(d)>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const V zero = hn::Zero(d);
  for (std::int64_t f = 0; f < job.filters; f += n) {
    V half_way[kSide][Tile];
    const float* src = job.src + f;
    for (int i = 0; i < kSide; ++i) {
      V in[kSide];
      for (int j = 0; j < kSide; ++j, src += job.src_step) in[j] = hn::LoadU(d, src);
      OutputSums<Tile>(d, in, half_way[i]);
    }
    const V bias = hn::LoadU(d, job.bias + f);
    for (int x = 0; x < Tile; ++x) {
      V in[kSide], out[Tile];
      for (int i = 0; i < kSide; ++i) in[i] = half_way[i][x];
      OutputSums<Tile>(d, in, out);
      if (x < job.column_begin || x >= job.column_end) continue;
      for (int y = 0; y < Tile; ++y) {
        if (y < job.row_begin || y >= job.row_end) continue;
        V sum = hn::Add(out[y], bias);
        if (job.relu) sum = hn::IfThenElse(hn::Le(sum, zero), zero, sum);
        StoreOutput(job, sum, f,
                    job.dst + (job.dst_first + y * job.dst_row_step + x * job.dst_step));
      }
    }
  }
}

template <int Tile>
void FillTile(KernelTable& table) {
  table.winograd_input[Tile - 2] = Input<Tile>;
  table.winograd_output[Tile - 2] = Output<Tile>;
}
void fill_winograd(KernelTable& table) {
  FillTile<2>(table);
  FillTile<3>(table);
  FillTile<4>(table);
}

}  // namespace halfpixel::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "kernels/export-inl.hpp"
namespace halfpixel::kernels {
HALFPIXEL_EXPORT_KERNELS(fill_winograd)
}  // namespace halfpixel::kernels
#endif
