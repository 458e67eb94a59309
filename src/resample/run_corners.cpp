// Form corners: bilinear sums of four corners at once, or trilinear ones of eight, in the order of
// additions that the spec names. The corners' numbers of a source row are laid out once and serve
// all output rows between the same two. Pixels of many channels are read where they are.
#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "core/float_state.hpp"
#include "kernels/prefetch.hpp"
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
    const bool whole_pixels = strip.channels == run.channels;
    many_ = strip.channels >= kManyChannels && run.spec->spatial_rank == 2;
    by_windows_ = run.windows != nullptr && whole_pixels;
    if (!many_) lay_out_weights();
    find_orders();
    const bool one_order = whole_ == 0 || whole_ == strip.channels;
    in_place_ = std::is_same_v<T, float> && run.spec->output_dtype == DType::float32 &&
                run.dst.dense() && whole_pixels && (!run.stream || (one_order && can_stream()));
    together_ = !one_order || run.spec->spatial_rank != 2 ? 1 : in_place_ ? kMostRows : 2;
  }

  void rows(std::int64_t begin, std::int64_t end) {
    const AxisTable& table = run_.rows();
    for (std::int64_t y = begin; y < end;) {
      Results results{y, 0, {}};
      do {
        results.rows[results.count] = in_place_ ? place_of(y) : scratch_.result[results.count];
        ++results.count;
        ++y;
      } while (y < end && results.count < together_ && table.first[y] == table.first[y - 1] &&
               table.second[y] == table.second[y - 1]);
      many_ ? sum_pixels(results) : sum_corners(results);
      for (int r = 0; r < results.count && !in_place_; ++r) {
        store_numbers(run_, numbers(results.rows[r]), columns_, strip_.channels,
                      place_of(results.begin + r));
      }
    }
  }

 private:
  static constexpr std::int64_t kManyChannels = 16;
  static constexpr int kMostRows = kernels::CornersJob::kMostRows;

  // Output rows that lie between the same two source rows.
  struct Results {
    std::int64_t begin;
    int count;
    char* rows[kMostRows];
  };

  char* place_of(std::int64_t y) const {
    return run_.dst_at(dst_, y, strip_.dst.begin) +
           strip_.channel * static_cast<std::int64_t>(size_of(run_.spec->output_dtype));
  }

  static T* numbers(char* memory) { return reinterpret_cast<T*>(memory); }

  void lay_out_weights() {
    const T* const weights = weights_of<T>(run_.columns(), strip_.dst.begin);
    if (strip_.channels == 1) {
      T* const left = numbers(scratch_.weights[0]);
      T* const right = numbers(scratch_.weights[1]);
      for (std::int64_t x = 0; x < columns_; ++x) {
        left[x] = weights[2 * x];
        right[x] = weights[2 * x + 1];
      }
      return;
    }
    for (int side = 0; side < 2; ++side) {
      T* to = numbers(scratch_.weights[side]);
      for (std::int64_t x = 0; x < columns_; ++x, to += strip_.channels) {
        std::fill_n(to, strip_.channels, weights[2 * x + side]);
      }
    }
  }

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

  // Whether kernels can write past the caches by themselves.
  bool can_stream() const {
    constexpr std::int64_t kVector = kernels::kMostLanes * static_cast<std::int64_t>(sizeof(float));
    if (corners_.finish.kind != kernels::Finish::Kind::none) return false;
    const char* const first = run_.dst_at(dst_, run_.row.begin, strip_.dst.begin);
    return !many_ || (strip_.channels % kernels::kMostLanes == 0 &&
                      reinterpret_cast<std::uintptr_t>(first) % kVector == 0 &&
                      run_.dst.row_step % kVector == 0);
  }

  void sum_corners(const Results& results) {
    const AxisTable& table = run_.rows();
    const std::int64_t y = results.begin;
    const bool eight = run_.spec->spatial_rank == 3;
    const AxisTable& planes = run_.spec->axis[0];
    const void* corner[2][4];
    for (int z = 0; z < (eight ? 2 : 1); ++z) {
      const std::int64_t plane = !eight ? 0 : z == 0 ? planes.first[run_.z] : planes.second[run_.z];
      const int upper = slot_of(z, plane, table.first[y], table.second[y]);
      const int lower = slot_of(z, plane, table.second[y], table.first[y]);
      for (int side = 0; side < 2; ++side) {
        corner[z][side] = scratch_.corner[z][upper][side];
        corner[z][side + 2] = scratch_.corner[z][lower][side];
      }
    }
    kernels::CornersJob job{
        {corner[0][0], corner[0][1], corner[0][2], corner[0][3]},
        {scratch_.weights[0], scratch_.weights[1]},
        weights_of<T>(table, y),
        eight ? corner[1] : nullptr,
        eight ? weights_of<T>(planes, run_.z) : nullptr,
        corners_.start,
        corners_.finish,
        count_,
        results.count,
        {},
        run_.stream && in_place_,
    };
    std::copy_n(results.rows, results.count, job.dst);
    const auto by = [&](kernels::CornerOrder order) { kernels_.sum[static_cast<int>(order)](job); };
    if (whole_ > 0) by(corners_.order);
    if (whole_ == strip_.channels) return;
    if (whole_ > 0) job.dst[0] = scratch_.result[1];
    by(corners_.rest);
    if (whole_ == 0) return;
    T* to = numbers(results.rows[0]);
    const T* from = numbers(scratch_.result[1]);
    for (std::int64_t x = 0; x < columns_; ++x, to += strip_.channels, from += strip_.channels) {
      std::copy(from + whole_, from + strip_.channels, to + whole_);
    }
  }

  void sum_pixels(const Results& results) {
    const AxisTable& table = run_.rows();
    const std::int64_t y = results.begin, begin = strip_.dst.begin;
    const int upper = slot_of(0, 0, table.first[y], table.second[y]);
    const int lower = slot_of(0, 0, table.second[y], table.first[y]);
    const auto sum = [&](kernels::CornerOrder order, std::int64_t from, std::int64_t to) {
      if (from == to) return;
      kernels::CornerPixelsJob job{
          {row_[upper] + from, row_[lower] + from},
          strip_.src.begin,
          columns_,
          run_.columns().first.data() + begin,
          run_.columns().second.data() + begin,
          weights_of<T>(run_.columns(), begin),
          weights_of<T>(table, y),
          corners_.start,
          corners_.finish,
          to - from,
          strip_.channels,
          results.count,
          {},
          run_.stream && in_place_,
      };
      for (int r = 0; r < results.count; ++r) job.dst[r] = numbers(results.rows[r]) + from;
      kernels_.pixels[static_cast<int>(order)](job);
    };
    sum(corners_.order, 0, whole_);
    sum(corners_.rest, whole_, strip_.channels);
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
    ask_for(plane, row + 1);
    const T* pixels = numbers(many_ ? scratch_.corner[z][slot][0] : scratch_.loaded);
    if (direct_)
      pixels = reinterpret_cast<const T*>(from);
    else
      load_numbers(run_, from, strip_.src.end - strip_.src.begin, strip_.channels,
                   const_cast<T*>(pixels));
    if (many_)
      row_[slot] = pixels;
    else
      lay_out(pixels, scratch_.corner[z][slot]);
    return slot;
  }

  // The next row of a strip may lie far from this one: memory is told beforehand.
  void ask_for(std::int64_t plane, std::int64_t row) const {
    if (!direct_ || row >= run_.rows().src_len) return;
    const char* const from =
        run_.src_at(src_ + (plane - run_.src_plane) * run_.src.plane_step, row, strip_.src.begin);
    const std::int64_t bytes = (strip_.src.end - strip_.src.begin) * run_.src.pixel_step;
    for (std::int64_t i = 0; i < bytes; i += 64) kernels::prefetch(from + i);
  }

  void lay_out(const T* pixels, char (*to)[kCornerRowBytes]) const {
    const AxisTable& table = run_.columns();
    const std::int32_t* const at[2] = {table.first.data() + strip_.dst.begin,
                                       table.second.data() + strip_.dst.begin};
    if constexpr (sizeof(T) == sizeof(float)) {
      if (by_windows_) {
        run_.kernels->lay_out({run_.windows,
                               strip_.src.begin,
                               columns_,
                               at[0],
                               at[1],
                               reinterpret_cast<const float*>(pixels),
                               (strip_.src.end - strip_.src.begin) * strip_.channels,
                               strip_.channels,
                               {reinterpret_cast<float*>(to[0]), reinterpret_cast<float*>(to[1])},
                               strip_.dst.begin});
        return;
      }
    }
    for (int side = 0; side < 2; ++side) lay_out_side(pixels, at[side], numbers(to[side]));
  }

  void lay_out_side(const T* pixels, const std::int32_t* at, T* to) const {
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
  const T* row_[2] = {};                            // of pixels of many channels
  bool direct_;                                     // source rows can be read where they lie
  bool in_place_;                                   // results can be written where they belong
  int together_;                                    // rows that are summed at once
  bool many_;                                       // channels
  bool by_windows_;
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
