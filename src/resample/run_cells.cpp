// Form cells: means of rectangles and boxes of source pixels whose numbers are all added up before
// anything is multiplied or divided, in the order that the spec names. OpenCV's INTER_AREA at whole
// ratios and PyTorch's area (adaptive average pooling, one to three axes) are such.
#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "core/float_state.hpp"
#include "resample/run.hpp"
#include "resample/strip.hpp"

namespace halfpixel::resample {
namespace {

constexpr std::int64_t kCellBytes = 16 << 10;

struct CellsScratch {
  alignas(64) char loaded[kCellBytes];
  alignas(64) char sum[kCellBytes];
  alignas(64) char group[kCellBytes];
  alignas(64) char done[kCellBytes];
};
static_assert(sizeof(CellsScratch) <= kMostScratchBytes);

// Positions that a cell takes of one axis; axes that the spec does not have hold a single one.
struct Cell {
  std::int64_t first, count;
};
Cell cell_of(const PlanSpec& spec, int axis, std::int64_t i) {
  if (axis < 0) return {0, 1};
  const AxisTable& table = spec.axis[axis];
  return {table.first[i], table.count.empty() ? 1 : std::int64_t{table.count[i]}};
}

// Numbers are T; a strip of output columns and channels whose sums fit into the scratch.
template <class T>
class CellsStrip {
 public:
  static constexpr std::int64_t kMost = kCellBytes / static_cast<std::int64_t>(sizeof(T));

  CellsStrip(const Run& run, const char* src, char* dst, const Strip& strip, CellsScratch& scratch)
      : run_(run),
        strip_(strip),
        src_(src),
        dst_(dst),
        scratch_(scratch),
        cells_(run.spec->cells),
        kernels_(run.kernels->cells[static_cast<int>(run.spec->sums.number)]),
        in_bytes_(static_cast<std::int64_t>(size_of(run.spec->input_dtype))) {
    find_orders();
  }

  void rows(std::int64_t begin, std::int64_t end) {
    const int rank = run_.spec->spatial_rank;
    const Cell planes = rank == 3 ? cell_of(*run_.spec, 0, run_.z) : Cell{0, 1};
    for (std::int64_t y = begin; y < end; ++y) {
      const Cell rows = cell_of(*run_.spec, rank - 2, y);
      const bool whole = cells_.whole_rows == 0 || rows.count == cells_.whole_rows;
      const std::int64_t total = planes.count * rows.count;
      for (std::int64_t r = 0; r < total; ++r) {
        const std::int64_t plane = planes.first + r / rows.count;
        add_row(plane, rows.first + r % rows.count, r, total, whole);
      }
      finish(planes.count, rows.count, whole);
      char* const to = run_.dst_at(dst_, y, strip_.dst.begin) +
                       strip_.channel * static_cast<std::int64_t>(size_of(run_.spec->output_dtype));
      const std::int64_t columns = strip_.dst.end - strip_.dst.begin;
      if constexpr (std::is_same_v<T, double>) {
        store_numbers(run_, scratch_.done, columns, strip_.channels, to);
      } else {
        const auto* const floats = reinterpret_cast<const float*>(scratch_.done);
        store_pixels(run_, floats, columns, strip_.channels, to);
      }
    }
  }

 private:
  // Outputs [0, ordered_) of the strip are summed in the one order, those up to whole_ in the
  // other, and the last ones, whose cells the edge cuts, plainly.
  void find_orders() {
    const AxisTable& table = run_.columns();
    const std::int64_t columns = strip_.dst.end - strip_.dst.begin;
    whole_ = columns;
    while (cells_.whole_columns > 0 && whole_ > 0 &&
           table.count[strip_.dst.begin + whole_ - 1] < cells_.whole_columns) {
      --whole_;
    }
    ordered_ = whole_;
    if (cells_.multiple > 0) {
      std::int64_t limit = table.dst_len;
      if (cells_.whole_columns > 0) limit = std::min(limit, table.src_len / cells_.whole_columns);
      limit = limit / cells_.multiple * cells_.multiple;
      ordered_ = std::clamp<std::int64_t>(limit - strip_.dst.begin, 0, whole_);
    }
  }

  // Calls f(begin, end, order, start, finish) for the outputs of the strip by their orders.
  template <class F>
  void for_each_order(bool whole_rows, F&& f) const {
    const std::int64_t columns = strip_.dst.end - strip_.dst.begin;
    const std::int64_t ordered = whole_rows ? ordered_ : 0, whole = whole_rows ? whole_ : 0;
    const auto call = [&](std::int64_t begin, std::int64_t end, kernels::CellOrder order,
                          double start, kernels::CellFinish done) {
      if (begin < end) f(begin, end, order, start, done);
    };
    call(0, ordered, cells_.order, cells_.start, cells_.finish);
    call(ordered, whole, cells_.rest, cells_.rest_start, cells_.finish);
    call(whole, columns, kernels::CellOrder::ascending, 0.0, {kernels::CellFinish::Kind::mean, 1});
  }

  void add_row(std::int64_t plane, std::int64_t row, std::int64_t r, std::int64_t total,
               bool whole_rows) {
    const char* const base = src_ + (plane - run_.src_plane) * run_.src.plane_step;
    const std::int64_t step = kMost / strip_.channels;
    for (std::int64_t x = strip_.src.begin; x < strip_.src.end; x += step) {
      const Range piece{x, std::min(x + step, strip_.src.end)};
      const char* const from = run_.src_at(base, row, piece.begin) + strip_.channel * in_bytes_;
      load_numbers(run_, from, piece.end - piece.begin, strip_.channels, scratch_.loaded);
      for_each_order(whole_rows, [&](std::int64_t begin, std::int64_t end, kernels::CellOrder order,
                                     double start, auto) {
        const AxisTable& table = run_.columns();
        const std::int64_t at = strip_.dst.begin + begin, number = begin * strip_.channels;
        kernels_.add[static_cast<int>(order)]({scratch_.loaded, piece.begin, piece.end,
                                               table.first.data() + at, table.count.data() + at,
                                               end - begin, strip_.channels, r, total, start,
                                               reinterpret_cast<T*>(scratch_.sum) + number,
                                               reinterpret_cast<T*>(scratch_.group) + number});
      });
    }
  }

  std::int64_t at_once() const {
    if (cells_.at_once_multiple == 0) return 0;
    const std::int64_t channels = channels_of(*run_.spec, run_.spec->output_shape);
    // Channels that are not inside of pixels are the last of the outer axes.
    const bool outside = run_.channels != channels;
    const std::int64_t channel = outside ? run_.image % channels : strip_.channel;
    const std::int64_t limit = channels / cells_.at_once_multiple * cells_.at_once_multiple;
    return std::clamp<std::int64_t>(limit - channel, 0, strip_.channels);
  }

  void finish(std::int64_t planes, std::int64_t rows, bool whole_rows) {
    for_each_order(whole_rows,
                   [&](std::int64_t begin, std::int64_t end, auto, auto, kernels::CellFinish done) {
                     const std::int64_t number = begin * strip_.channels;
                     kernels_.done({reinterpret_cast<const T*>(scratch_.sum) + number,
                                    run_.columns().count.data() + strip_.dst.begin + begin,
                                    end - begin, strip_.channels, planes, rows, done, at_once(),
                                    scratch_.done + number * static_cast<std::int64_t>(sizeof(T))});
                   });
  }

  const Run& run_;
  const Strip& strip_;
  const char* src_;
  char* dst_;
  CellsScratch& scratch_;
  const CellSums& cells_;
  const kernels::CellKernels& kernels_;
  std::int64_t in_bytes_, ordered_ = 0, whole_ = 0;
};

template <class T>
void run_cell_numbers(const Run& run, const char* src, char* dst, std::int64_t begin,
                      std::int64_t end) noexcept {
  CellsScratch scratch;
  constexpr std::int64_t kMost = CellsStrip<T>::kMost;
  const AxisTable& columns = run.columns();
  const std::int64_t parts = (run.channels + kMost - 1) / kMost;
  const std::int64_t step = (run.channels + parts - 1) / parts;
  for (std::int64_t c = 0; c < run.channels; c += step) {
    const std::int64_t channels = std::min(step, run.channels - c);
    const std::int64_t width = kMost / channels;
    for (std::int64_t x = run.column.begin; x < run.column.end; x += width) {
      const Range out{x, std::min(x + width, run.column.end)};
      Strip strip{out, {columns.first[x], columns.first[x]}, c, channels};
      for (std::int64_t i = out.begin; i < out.end; ++i) {
        strip.src.end = std::max(strip.src.end, std::int64_t{columns.first[i]} + columns.count[i]);
      }
      CellsStrip<T>(run, src, dst, strip, scratch).rows(begin, end);
    }
  }
}

}  // namespace

std::int64_t scratch_of_cells() noexcept {
  return static_cast<std::int64_t>(sizeof(CellsScratch));
}

void run_cells(const Run& run, const char* src, char* dst, std::int64_t begin,
               std::int64_t end) noexcept {
  const ScopedFlush plain(false);
  switch (run.spec->sums.number) {
    case kernels::Number::float64:
      return run_cell_numbers<double>(run, src, dst, begin, end);
    case kernels::Number::int32:
      return run_cell_numbers<std::int32_t>(run, src, dst, begin, end);
    default:
      return run_cell_numbers<float>(run, src, dst, begin, end);
  }
}

}  // namespace halfpixel::resample
