// For an image u = R x with R linear along each axis, sum over taps t of W_t u[o + t] is the sum of
// (R (W_t x))[o + t]: products are made for every tap at the small image's positions (one matrix
// product), R is applied to them along columns and then rows, and taps are added on the way. What
// lies outside is left out of the sums, so borders are exact. Each term is one that the direct
// convolution has too, but added in another order.
//
// Work is cut into items: filters x tiles of columns x bands of rows. An item goes down its band
// and keeps the rows of partial sums that are still needed in a ring. The bits of a result do not
// depend on the cut.
#include "graph/ops/low_resolution_conv.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/checked.hpp"
#include "core/signed_index.hpp"
#include "graph/op_forms.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/panels.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/tap_sums.hpp"
#include "kernels/bf16_products.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel::graph {
namespace {

class LowResolutionKernel final : public Kernel {
 public:
  LowResolutionKernel(const LowResolutionConv& conv, const PrepareArgs& args);
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(threads_ * thread_floats_) * sizeof(float);
  }
  void run(State*, const void* const* in, void* const* out, void* scratch) const noexcept override;

 private:
  // Filters [first, first + width) and their packed kernels.
  struct Group {
    std::int64_t first, width;
    std::int64_t columns;  // of a row of products: taps x width, in whole panels
    Panels panels;
    std::vector<float> bias;  // [width], or of a whole tile
  };
  // Output columns [begin, end), and what they need of a row of products that starts at `origin`.
  struct Tile {
    std::int64_t begin, end, origin, extent;
    SignedVector<std::int32_t> cell_begin;
    SignedVector<std::int32_t> tap, source;                         // source: from the origin
    SignedVector<std::pair<std::int32_t, std::int32_t>> tap_range;  // by tap: first and last source
  };
  struct Memory {
    float* products;
    float* ring;
    float* rows;      // of x, as products take them
    float* finished;  // a row of the result, before it is rounded
    std::int32_t* offsets;
  };
  struct Item {
    const std::byte* x;
    std::byte* y;
    const float* summand;
    const Group* group;
    const Tile* tile;
    std::int64_t begin, end;  // output rows
  };

  void choose_groups(const PrepareArgs& args);
  void choose_tiles();
  void run_item(const Item& item, const Memory& memory) const noexcept;
  void make_rows(const Item& item, const Memory& memory, std::int64_t row,
                 std::int64_t count) const noexcept;
  void finish_row(const Item& item, const Memory& memory, std::int64_t row) const noexcept;
  std::int64_t x_bytes() const noexcept { return rounded_x_ ? 2 : 4; }
  std::int64_t y_bytes() const noexcept { return rounded_y_ ? 2 : 4; }
  float* ring_row(const Memory& memory, std::int64_t row, std::int64_t tap) const noexcept {
    return memory.ring + ((row % ring_rows_) * row_taps_ + tap) * ring_step_;
  }

  const kernels::KernelTable& kernels_ = kernels::current_table();
  TapSums rows_, columns_;
  std::int64_t batch_, depth_, filters_, source_rows_, source_columns_, row_taps_, column_taps_;
  std::int64_t row_stride_;
  Unary activation_;
  bool bf16_, rounded_x_, rounded_y_, relu_, has_summand_;
  std::int64_t panel_ = Panels::width(bf16_);
  bool flat_ = false;  // rows of the result are finished as one long cell
  std::vector<Group> groups_;
  std::vector<Tile> tiles_;
  SignedVector<std::int32_t> rows_until_;  // by output row: source rows that were needed up to here
  SignedVector<std::int32_t> rows_from_;   // … that are still needed from here on
  std::int64_t ring_rows_ = 0, ring_step_ = 0, rows_at_once_ = 1;
  std::int64_t product_floats_ = 0, row_floats_ = 0, finished_floats_ = 0;
  std::int64_t offset_count_ = 0, thread_floats_ = 0, threads_ = 1;
};

LowResolutionKernel::LowResolutionKernel(const LowResolutionConv& conv, const PrepareArgs& args)
    : row_stride_(args.row_stride()),
      activation_(conv.activation),
      bf16_(conv.bf16),
      rounded_x_(args.inputs[0].dtype == DType::bfloat16),
      rounded_y_(conv.rounded_result) {
  const Shape& x = args.inputs[0].shape;
  const Shape& kernel = args.inputs[1].shape;
  const int rank = static_cast<int>(conv.axes.size());
  batch_ = x[0];
  depth_ = x[rank + 1];
  filters_ = kernel[rank + 1];
  column_taps_ = kernel[rank - 1];
  row_taps_ = taps_of(kernel) / column_taps_;
  source_columns_ = x[rank];
  source_rows_ = x.num_elements() / std::max<std::int64_t>(batch_ * source_columns_ * depth_, 1);
  relu_ = activation_ == kRelu;
  has_summand_ = args.inputs.size() > 3;
  columns_ = tap_sums(conv, static_cast<std::size_t>(rank - 1), column_taps_);
  rows_.add(0, 0, 1.0F);
  rows_.next();
  for (int i = 0; i + 1 < rank; ++i) {
    rows_ =
        nested(rows_, tap_sums(conv, static_cast<std::size_t>(i), kernel[i]), kernel[i], x[i + 1]);
  }
  std::int32_t until = 0, from = static_cast<std::int32_t>(source_rows_);
  rows_until_.resize(static_cast<std::size_t>(rows_.size()));
  rows_from_.resize(static_cast<std::size_t>(rows_.size()));
  for (std::int64_t y = 0; y < rows_.size(); ++y) {
    for (std::int64_t e = rows_.begin[y]; e < rows_.begin[y + 1]; ++e)
      until = std::max(until, rows_.source[e] + 1);
    rows_until_[y] = until;
  }
  for (std::int64_t y = rows_.size(); y-- > 0;) {
    for (std::int64_t e = rows_.begin[y]; e < rows_.begin[y + 1]; ++e)
      from = std::min(from, rows_.source[e]);
    rows_from_[y] = from;
    ring_rows_ = std::max<std::int64_t>(ring_rows_, rows_until_[y] - from);
  }
  choose_groups(args);
  choose_tiles();
}

void LowResolutionKernel::choose_groups(const PrepareArgs& args) {
  const std::int64_t taps = row_taps_ * column_taps_;
  const std::int64_t wanted = std::max<std::int64_t>(filters_ / panel_, 1);
  std::int64_t width = (filters_ + wanted - 1) / wanted;
  if (width > kernels_.lanes && wanted > 1)
    width = (width + kernels_.lanes - 1) / kernels_.lanes * kernels_.lanes;
  const auto* const kernel = args.constants[1]->data<float>();
  const auto* const bias = args.constants[2]->data<float>();
  for (std::int64_t first = 0; first < filters_; first += width) {
    const std::int64_t own = std::min(width, filters_ - first);
    Group group{first, own, 0, Panels(taps * own, depth_, bf16_), {}};
    group.columns = group.panels.count() * panel_;
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      for (std::int64_t k = 0; k < depth_; ++k) {
        const float* const from = kernel + (tap * depth_ + k) * filters_ + first;
        for (std::int64_t f = 0; f < group.width; ++f)
          group.panels.set(k, tap * group.width + f, from[f]);
      }
    }
    group.bias.assign(bias + first, bias + first + group.width);
    groups_.push_back(std::move(group));
  }
  flat_ = groups_.size() == 1 && row_stride_ == filters_ && filters_ % kernels_.lanes != 0;
}

void LowResolutionKernel::choose_tiles() {
  // A row of products, the ring and a group's kernels stay in a core's own cache.
  constexpr std::int64_t kFloats = 160 * 1024;
  const Group& widest = groups_.front();
  const std::int64_t out = columns_.size();
  const double shrink = static_cast<double>(source_columns_) / static_cast<double>(out);
  const double per_output = shrink * static_cast<double>(widest.columns + depth_) +
                            static_cast<double>(ring_rows_ * row_taps_ * widest.width);
  const auto most = std::max<std::int64_t>(
      static_cast<std::int64_t>(static_cast<double>(kFloats) / per_output), 16);
  const std::int64_t count = (out + most - 1) / most;
  std::int64_t widest_tile = 0, extent = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    Tile tile{out * i / count, out * (i + 1) / count, source_columns_, 0, {}, {}, {}, {}};
    std::int64_t last = -1;
    tile.tap_range.assign(static_cast<std::size_t>(column_taps_),
                          {static_cast<std::int32_t>(source_columns_), -1});
    for (std::int64_t e = columns_.begin[tile.begin]; e < columns_.begin[tile.end]; ++e) {
      tile.origin = std::min<std::int64_t>(tile.origin, columns_.source[e]);
      last = std::max<std::int64_t>(last, columns_.source[e]);
      auto& range = tile.tap_range[columns_.tap[e]];
      range.first = std::min(range.first, columns_.source[e]);
      range.second = std::max(range.second, columns_.source[e]);
    }
    tile.extent = std::max<std::int64_t>(last + 1 - tile.origin, 0);
    for (std::int64_t x = tile.begin; x <= tile.end; ++x)
      tile.cell_begin.push_back(columns_.begin[x] - columns_.begin[tile.begin]);
    for (std::int64_t e = columns_.begin[tile.begin]; e < columns_.begin[tile.end]; ++e) {
      tile.tap.push_back(columns_.tap[e]);
      tile.source.push_back(columns_.source[e] - static_cast<std::int32_t>(tile.origin));
    }
    widest_tile = std::max(widest_tile, tile.end - tile.begin);
    extent = std::max(extent, tile.extent);
    offset_count_ =
        std::max<std::int64_t>(offset_count_, static_cast<std::int64_t>(tile.tap.size()));
    tiles_.push_back(std::move(tile));
  }
  // Narrow images: several rows make one product.
  if (count == 1 && extent == source_columns_) {
    rows_at_once_ =
        std::clamp<std::int64_t>(48 / std::max<std::int64_t>(extent, 1), 1, source_rows_);
  }
  ring_rows_ = std::min(ring_rows_ + rows_at_once_ - 1, source_rows_);
  ring_rows_ = std::max<std::int64_t>(ring_rows_, 1);
  ring_step_ = widest_tile * widest.width + kernels::kPadding;
  product_floats_ = rows_at_once_ * extent * widest.columns + kernels::kPadding;
  row_floats_ = (Panels::row_floats(rows_at_once_ * extent, depth_, bf16_) + 15) / 16 * 16;
  if (rounded_y_) finished_floats_ = widest_tile * widest.width + kernels::kPadding;
  thread_floats_ = row_floats_ + finished_floats_ + product_floats_ +
                   ring_rows_ * row_taps_ * ring_step_ + offset_count_;
  thread_floats_ = (thread_floats_ + 15) / 16 * 16;
  threads_ = most_threads();
  if (flat_) {
    Group& group = groups_.front();
    const std::vector<float> one = group.bias;
    for (std::int64_t x = 1; x < widest_tile; ++x)
      group.bias.insert(group.bias.end(), one.begin(), one.end());
  }
  for (Group& group : groups_) group.bias.resize(group.bias.size() + kernels::kPadding);
}

// Source rows [row, row + count), into the ring.
void LowResolutionKernel::make_rows(const Item& item, const Memory& memory, std::int64_t row,
                                    std::int64_t count) const noexcept {
  const Group& group = *item.group;
  const Tile& tile = *item.tile;
  const std::byte* const x = item.x + (row * source_columns_ + tile.origin) * depth_ * x_bytes();
  const Panels::Rows rows =
      rounded_x_
          ? group.panels.rows(reinterpret_cast<const std::uint16_t*>(x), count * tile.extent,
                              memory.rows)
          : group.panels.rows(reinterpret_cast<const float*>(x), count * tile.extent, memory.rows);
  for (std::int64_t p = 0; p < group.panels.count(); ++p) {
    // The sources that this panel's taps are read at.
    std::int64_t first = 0, last = count * tile.extent;
    if (count == 1) {
      std::int32_t low = static_cast<std::int32_t>(source_columns_), high = -1;
      const std::int64_t from = p * panel_ / group.width;
      const std::int64_t to =
          std::min((p * panel_ + panel_ - 1) / group.width, row_taps_ * column_taps_ - 1);
      for (std::int64_t tap = from; tap <= to; ++tap) {
        const auto& range = tile.tap_range[tap % column_taps_];
        low = std::min(low, range.first);
        high = std::max(high, range.second);
      }
      first = low - tile.origin;
      last = high + 1 - tile.origin;
    }
    if (first >= last) continue;
    group.panels.multiply(rows, p, first, last, memory.products + p * panel_, group.columns);
  }
  for (std::int64_t r = 0; r < count; ++r) {
    for (std::int64_t tap = 0; tap < row_taps_; ++tap) {
      kernels_.sum_cells({.src = memory.products + r * source_columns_ * group.columns +
                                 tap * column_taps_ * group.width,
                          .begin = tile.cell_begin.data(),
                          .offset = memory.offsets,
                          .weights = columns_.weight.data() + columns_.begin[tile.begin],
                          .count = tile.end - tile.begin,
                          .width = group.width,
                          .ones = columns_.ones,
                          .dst = ring_row(memory, row + r, tap)});
    }
  }
}

void LowResolutionKernel::finish_row(const Item& item, const Memory& memory,
                                     std::int64_t row) const noexcept {
  const Group& group = *item.group;
  const Tile& tile = *item.tile;
  const std::int64_t count = tile.end - tile.begin;
  const std::int64_t pixel = row * columns_.size() + tile.begin;
  std::byte* const to = item.y + (pixel * row_stride_ + group.first) * y_bytes();
  float* const dst = rounded_y_ ? memory.finished : reinterpret_cast<float*>(to);
  const std::int64_t dst_step = rounded_y_ ? group.width : row_stride_;
  const std::int32_t begin = rows_.begin[row], terms = rows_.begin[row + 1] - begin;
  std::array<const float*, kMostRowTerms> rows;
  for (std::int32_t e = 0; e < terms; ++e) {
    rows[static_cast<std::size_t>(e)] =
        ring_row(memory, rows_.source[begin + e], rows_.tap[begin + e]);
  }
  kernels_.sum_rows(
      {.rows = rows.data(),
       .weights = rows_.weight.data() + begin,
       .terms = terms,
       .bias = group.bias.data(),
       .addend = item.summand != nullptr ? item.summand + pixel * filters_ + group.first : nullptr,
       .count = flat_ ? 1 : count,
       .width = flat_ ? count * filters_ : group.width,
       .ones = rows_.ones,
       .relu = relu_,
       .dst = dst,
       .dst_step = dst_step,
       .addend_step = filters_});
  if (!relu_ && activation_.function != Function::linear) {
    if (dst_step == group.width) {
      apply(activation_, dst, dst, count * group.width);
    } else {
      for (std::int64_t x = 0; x < count; ++x)
        apply(activation_, dst + x * dst_step, dst + x * dst_step, group.width);
    }
  }
  if (!rounded_y_) return;
  auto* const rounded = reinterpret_cast<std::uint16_t*>(to);
  const auto round = kernels::bf16_kernels()->round;
  if (row_stride_ == group.width) return round(dst, rounded, count * group.width);
  for (std::int64_t x = 0; x < count; ++x)
    round(dst + x * group.width, rounded + x * row_stride_, group.width);
}

void LowResolutionKernel::run_item(const Item& item, const Memory& memory) const noexcept {
  const Tile& tile = *item.tile;
  for (std::int64_t e = 0; e < static_cast<std::int64_t>(tile.tap.size()); ++e) {
    memory.offsets[e] = static_cast<std::int32_t>(tile.source[e] * item.group->columns +
                                                  tile.tap[e] * item.group->width);
  }
  std::int64_t made = rows_from_[item.begin];
  for (std::int64_t row = item.begin; row < item.end; ++row) {
    while (made < rows_until_[row]) {
      const std::int64_t count = std::min(rows_at_once_, source_rows_ - made);
      make_rows(item, memory, made, count);
      made += count;
    }
    finish_row(item, memory, row);
  }
}

void LowResolutionKernel::run(State*, const void* const* in, void* const* out,
                              void* scratch) const noexcept {
  const auto* const x = static_cast<const std::byte*>(in[0]);
  const auto* const summand = has_summand_ ? static_cast<const float*>(in[3]) : nullptr;
  auto* const y = static_cast<std::byte*>(out[0]);
  const auto groups = static_cast<std::int64_t>(groups_.size());
  const auto tiles = static_cast<std::int64_t>(tiles_.size());
  const std::int64_t threads = std::min<std::int64_t>(num_threads(), threads_);
  const std::int64_t whole = batch_ * groups * tiles;
  std::int64_t bands = 1;
  if (threads > 1 && whole < 4 * threads) bands = (4 * threads + whole - 1) / whole;
  bands = std::clamp<std::int64_t>(bands, 1, std::max<std::int64_t>(rows_.size() / 16, 1));
  const auto one = [&](std::int64_t item, std::int64_t thread) {
    auto* const floats = static_cast<float*>(scratch) + thread * thread_floats_;
    float* const finished = floats + row_floats_;
    float* const products = finished + finished_floats_;
    const Memory memory{products, products + product_floats_, floats, finished,
                        reinterpret_cast<std::int32_t*>(floats + thread_floats_ - offset_count_)};
    const std::int64_t band = item % bands;
    const std::int64_t tile = item / bands % tiles;
    const std::int64_t group = item / bands / tiles % groups;
    const std::int64_t n = item / bands / tiles / groups;
    const std::int64_t pixels = rows_.size() * columns_.size();
    run_item({.x = x + n * source_rows_ * source_columns_ * depth_ * x_bytes(),
              .y = y + n * pixels * row_stride_ * y_bytes(),
              .summand = summand != nullptr ? summand + n * pixels * filters_ : nullptr,
              .group = &groups_[static_cast<std::size_t>(group)],
              .tile = &tiles_[static_cast<std::size_t>(tile)],
              .begin = rows_.size() * band / bands,
              .end = rows_.size() * (band + 1) / bands},
             memory);
  };
  const std::int64_t items = whole * bands;
  parallel_items(items, threads_, one);
}

}  // namespace

std::unique_ptr<Kernel> low_resolution_kernel(const LowResolutionConv& conv,
                                              const PrepareArgs& args) {
  return std::make_unique<LowResolutionKernel>(conv, args);
}

}  // namespace halfpixel::graph
