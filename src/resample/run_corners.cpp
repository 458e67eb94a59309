// Form corners: bilinear sums of four corners at once, or trilinear ones of eight, in the order of
// additions that the spec names. The corners' numbers of a source row are laid out once and serve
// all output rows between the same two.
#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "core/float_state.hpp"
#include "resample/ordered_strip.hpp"

namespace halfpixel::resample {
namespace {

constexpr std::int64_t kCornerRowBytes = 12 << 10;

struct CornersScratch {
  alignas(64) char loaded[kCornerRowBytes];
  // Of two source rows in each of two planes: left, right.
  alignas(64) char corner[2][2][2][kCornerRowBytes];
  alignas(64) char weights[2][kCornerRowBytes];
  alignas(64) char result[2][kCornerRowBytes];
};
static_assert(sizeof(CornersScratch) <= kMostScratchBytes);

template <class T>
class CornersStrip {
 public:
  static constexpr std::int64_t kMost = kCornerRowBytes / static_cast<std::int64_t>(sizeof(T));

  CornersStrip(const Run& run, const char* src, char* dst, const Strip& strip,
               CornersScratch& scratch)
      : run_(run),
        strip_(strip),
        src_(src),
        dst_(dst),
        scratch_(scratch),
        corners_(run.spec->corners),
        kernels_(run.kernels->corners[static_cast<int>(run.spec->sums.number)]),
        columns_(strip.dst.end - strip.dst.begin),
        count_(columns_ * strip.channels) {
    direct_ = std::is_same_v<T, float> && run.spec->input_dtype == DType::float32 &&
              run.src.dense() && strip.channels == run.channels;
    const T* const weights = weights_of<T>(run.columns(), strip.dst.begin);
    for (int side = 0; side < 2; ++side) {
      T* to = numbers(scratch.weights[side]);
      for (std::int64_t x = 0; x < columns_; ++x, to += strip.channels) {
        std::fill_n(to, strip.channels, weights[2 * x + side]);
      }
    }
    find_orders();
  }

  void rows(std::int64_t begin, std::int64_t end) {
    const AxisTable& table = run_.rows();
    const bool eight = run_.spec->spatial_rank == 3;
    const AxisTable& planes = run_.spec->axis[0];
    const std::int64_t plane[2] = {eight ? planes.first[run_.z] : 0,
                                   eight ? planes.second[run_.z] : 0};
    for (std::int64_t y = begin; y < end; ++y) {
      const void* corner[2][4];
      for (int z = 0; z < (eight ? 2 : 1); ++z) {
        const int upper = slot_of(z, plane[z], table.first[y], table.second[y]);
        const int lower = slot_of(z, plane[z], table.second[y], table.first[y]);
        for (int side = 0; side < 2; ++side) {
          corner[z][side] = scratch_.corner[z][upper][side];
          corner[z][side + 2] = scratch_.corner[z][lower][side];
        }
      }
      const kernels::CornersJob job{
          {corner[0][0], corner[0][1], corner[0][2], corner[0][3]},
          {scratch_.weights[0], scratch_.weights[1]},
          weights_of<T>(table, y),
          eight ? corner[1] : nullptr,
          eight ? weights_of<T>(planes, run_.z) : nullptr,
          corners_.start,
          corners_.finish,
          count_,
          scratch_.result[0],
      };
      sum(job);
      char* const to = run_.dst_at(dst_, y, strip_.dst.begin) +
                       strip_.channel * static_cast<std::int64_t>(size_of(run_.spec->output_dtype));
      store_numbers(run_, scratch_.result[0], columns_, strip_.channels, to);
    }
  }

 private:
  static T* numbers(char* memory) { return reinterpret_cast<T*>(memory); }

  // Channels [0, whole_) of the strip are summed in one order, the others in the other.
  void find_orders() {
    whole_ = strip_.channels;
    if (corners_.multiple == 0) return;
    const std::int64_t channels = channels_of(*run_.spec, run_.spec->output_shape);
    // Channels that are not inside of pixels are the last of the outer axes.
    const bool outside = run_.channels != channels;
    const std::int64_t channel = outside ? run_.image % channels : strip_.channel;
    const std::int64_t limit = channels / corners_.multiple * corners_.multiple;
    whole_ = std::clamp<std::int64_t>(limit - channel, 0, strip_.channels);
  }

  void sum(kernels::CornersJob job) const {
    const auto by = [&](kernels::CornerOrder order) { kernels_.sum[static_cast<int>(order)](job); };
    if (whole_ == strip_.channels) return by(corners_.order);
    if (whole_ == 0) return by(corners_.rest);
    by(corners_.order);
    job.dst = scratch_.result[1];
    by(corners_.rest);
    T* to = numbers(scratch_.result[0]);
    const T* from = numbers(scratch_.result[1]);
    for (std::int64_t x = 0; x < columns_; ++x, to += strip_.channels, from += strip_.channels) {
      std::copy(from + whole_, from + strip_.channels, to + whole_);
    }
  }

  // Where the corners of a source row are, laid out when they were not; those of `other` stay.
  int slot_of(int z, std::int64_t plane, std::int64_t row, std::int64_t other) {
    std::int64_t* const held = held_[z];
    for (int slot = 0; slot < 2; ++slot) {
      if (held[slot] == row) return slot;
    }
    const int slot = held[0] == other ? 1 : 0;
    held[slot] = row;
    const char* const from =
        run_.src_at(src_ + (plane - run_.src_plane) * run_.src.plane_step, row, strip_.src.begin) +
        strip_.channel * static_cast<std::int64_t>(size_of(run_.spec->input_dtype));
    const T* pixels = numbers(scratch_.loaded);
    if (direct_)
      pixels = reinterpret_cast<const T*>(from);
    else
      load_numbers(run_, from, strip_.src.end - strip_.src.begin, strip_.channels, scratch_.loaded);
    const AxisTable& table = run_.columns();
    for (int side = 0; side < 2; ++side) {
      const std::int32_t* const at =
          (side == 0 ? table.first : table.second).data() + strip_.dst.begin;
      lay_out(pixels, at, numbers(scratch_.corner[z][slot][side]));
    }
    return slot;
  }

  void lay_out(const T* pixels, const std::int32_t* at, T* to) const {
    const auto origin = static_cast<std::int32_t>(strip_.src.begin);
    if (strip_.channels == 1) {
      for (std::int64_t x = 0; x < columns_; ++x) to[x] = pixels[at[x] - origin];
      return;
    }
    for (std::int64_t x = 0; x < columns_; ++x, to += strip_.channels) {
      std::copy_n(pixels + (at[x] - origin) * strip_.channels, strip_.channels, to);
    }
  }

  const Run& run_;
  const Strip& strip_;
  const char* src_;
  char* dst_;
  CornersScratch& scratch_;
  const CornerSums& corners_;
  const kernels::CornerKernels& kernels_;
  std::int64_t columns_, count_, whole_ = 0;
  std::int64_t held_[2][2] = {{-1, -1}, {-1, -1}};  // rows, of each plane
  bool direct_;
};

template <class T>
void run_corner_numbers(const Run& run, const char* src, char* dst, std::int64_t begin,
                        std::int64_t end) noexcept {
  CornersScratch scratch;
  constexpr std::int64_t kMost = CornersStrip<T>::kMost;
  const AxisTable& columns = run.columns();
  const auto corners_of = [&](std::int64_t x) {
    const std::int64_t a = columns.first[x], b = columns.second[x];
    return Range{std::min(a, b), std::max(a, b) + 1};
  };
  const std::int64_t parts = (run.channels * 2 + kMost - 1) / kMost;
  const std::int64_t step = (run.channels + parts - 1) / parts;
  for (std::int64_t c = 0; c < run.channels; c += step) {
    const std::int64_t channels = std::min(step, run.channels - c);
    for (std::int64_t x = run.column.begin; x < run.column.end;) {
      Strip strip{{x, x + 1}, corners_of(x), c, channels};
      for (++x; x < run.column.end; ++x) {
        const Range next = corners_of(x);
        const Range all{std::min(next.begin, strip.src.begin), std::max(next.end, strip.src.end)};
        if ((all.end - all.begin) * channels > kMost ||
            (x + 1 - strip.dst.begin) * channels > kMost) {
          break;
        }
        strip.src = all;
        strip.dst.end = x + 1;
      }
      CornersStrip<T>(run, src, dst, strip, scratch).rows(begin, end);
    }
  }
}

}  // namespace

std::int64_t scratch_of_corners() noexcept {
  return static_cast<std::int64_t>(sizeof(CornersScratch));
}

void run_corners(const Run& run, const char* src, char* dst, std::int64_t begin,
                 std::int64_t end) noexcept {
  const ScopedFlush plain(false);
  switch (run.spec->sums.number) {
    case kernels::Number::float32:
      return run_corner_numbers<float>(run, src, dst, begin, end);
    case kernels::Number::float64:
      return run_corner_numbers<double>(run, src, dst, begin, end);
    case kernels::Number::int32:
      return run_corner_numbers<std::int32_t>(run, src, dst, begin, end);
    case kernels::Number::int64:
      return run_corner_numbers<std::int64_t>(run, src, dst, begin, end);
  }
}

}  // namespace halfpixel::resample
