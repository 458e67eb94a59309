// After A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015. A block of
// tiles is transformed, multiplied (one matrix product for each position of the transformed tile)
// and transformed back while it is in the caches. The bits of a result do not depend on the blocks.
//
// A window that moves in steps of s is s x s windows over as many images, (s i + a, s j + b) of x;
// their channels are summed as those of one. The full result of a transposed convolution is s x s
// images of its places (s i + a, s j + b): all are convolutions of the same x, so that they share
// transformed tiles, and their filters are columns of one product.
#include <algorithm>
#include <vector>

#include <halfpixel/executor.hpp>

#include "core/checked.hpp"
#include "core/signed_index.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/winograd_conv.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel::graph {
namespace {

// What kernels are multiplied by: rows of a transformed tile, taps.
constexpr double kFromKernel2[4][3] = {{-1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
constexpr double kFromKernel3[4][3] = {{-1, 0}, {0.5, 0.5}, {0.5, -0.5}, {0, 1}};
constexpr double kFromKernel4[6][3] = {{1, 0, 0},
                                       {1.0 / 3, 1.0 / 3, 1.0 / 3},
                                       {-1.0 / 3, 1.0 / 3, -1.0 / 3},
                                       {-16.0 / 15, -8.0 / 15, -4.0 / 15},
                                       {1.0 / 15, -2.0 / 15, 4.0 / 15},
                                       {0, 0, 1}};
const double (*from_kernel(int tile))[3] {
  return tile == 2 ? kFromKernel2 : tile == 3 ? kFromKernel3 : kFromKernel4;
}

class WinogradKernel final : public Kernel {
 public:
  WinogradKernel(const WinogradConv& conv, const PrepareArgs& args);
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(threads_ * thread_floats_) * sizeof(float);
  }
  void run(State*, const void* const* in, void* const* out, void* scratch) const noexcept override;

 private:
  static constexpr int kMostPositions = 36;
  static constexpr std::int64_t kMostTiles = 112;  // of a block
  struct Memory {
    float* transformed;  // positions of (block, depth), a step apart
    float* products;     // positions of (block, columns), a step apart
    float* zeros;        // [channels]
    float* direct;       // [filters], of one pixel
  };
  // Where a tile's results are in its image, or in each of those that a transposed one makes.
  struct Tile {
    std::int64_t image, row, column;
  };
  // A tap of the kernel, by row and column.
  struct Tap {
    std::int64_t row, column;
  };
  // One of the images of a strided window, or of a transposed result.
  struct Part {
    std::int64_t row, column;
  };
  Tile tile_at(std::int64_t index) const {
    const std::int64_t in_image = index % (rows_.tiles * columns_.tiles);
    return {index / (rows_.tiles * columns_.tiles),
            rows_.first + in_image / columns_.tiles * conv_.tile,
            columns_.first + in_image % columns_.tiles * conv_.tile};
  }
  Part part_at(std::int64_t index) const { return {index / conv_.stride, index % conv_.stride}; }

  void pack();
  void choose_block();
  const float* pixel(const float* x, std::int64_t image, std::int64_t row,
                     std::int64_t column) const noexcept;
  bool transform(const float* x, const Tile& tile, const Memory& memory, float* to) const noexcept;
  void finish(const float* x, float* y, const Tile& tile, const float* products, bool tame,
              const Memory& memory) const noexcept;
  void direct(const float* x, std::int64_t image, std::int64_t row, std::int64_t column,
              float* to) const noexcept;
  void run_block(const float* x, float* y, std::int64_t begin, std::int64_t end,
                 const Memory& memory) const noexcept;

  const kernels::KernelTable& kernels_ = kernels::current_table();
  const std::int64_t panel_ = kernels_.lanes * kernels::kPanelVectors;
  WinogradConv conv_;
  int taps_, side_, positions_;
  std::int64_t height_, width_, channels_, filters_, row_stride_;
  std::int64_t padded_;  // filters, in whole vectors
  WinogradAxis rows_, columns_;
  std::int64_t tiles_, parts_, depth_, panels_, width_of_products_;
  bool narrow_;  // half a panel is left
  std::int64_t block_ = 1, transformed_step_ = 0, products_step_ = 0;
  std::int64_t threads_ = 1, thread_floats_ = 0;
  bool relu_;
  Tensor kernel_;
  std::vector<float> packed_;  // (positions, panels, depth, panel), the last perhaps narrow
  std::vector<float> bias_;    // [padded]
};

WinogradKernel::WinogradKernel(const WinogradConv& conv, const PrepareArgs& args)
    : conv_(conv),
      taps_(kernels::winograd_taps(conv.tile)),
      side_(kernels::winograd_side(conv.tile)),
      positions_(side_ * side_),
      row_stride_(args.row_stride()),
      relu_(conv.activation == kRelu),
      kernel_(*args.constants[1]) {
  const Shape& x = args.inputs[0].shape;
  height_ = x[1];
  width_ = x[2];
  channels_ = x[3];
  filters_ = kernel_.shape()[conv.transposed ? 2 : 3];
  padded_ = (filters_ + kWinogradChannels - 1) / kWinogradChannels * kWinogradChannels;
  rows_ = winograd_axis(conv, 0, height_, kernel_.shape()[0]);
  columns_ = winograd_axis(conv, 1, width_, kernel_.shape()[1]);
  tiles_ = x[0] * rows_.tiles * columns_.tiles;
  parts_ = conv.stride * conv.stride;
  depth_ = conv.transposed ? channels_ : parts_ * channels_;
  width_of_products_ = conv.transposed ? parts_ * padded_ : padded_;
  panels_ = width_of_products_ / panel_;
  narrow_ = width_of_products_ % panel_ != 0;
  bias_.assign(static_cast<std::size_t>(padded_), 0.0F);
  if (args.constants.size() > 2) std::ranges::copy(args.constants[2]->span<float>(), bias_.begin());
  pack();
  choose_block();
}

void WinogradKernel::choose_block() {
  // What a block takes stays in a core's own cache, about; a product of fewer rows is slow.
  constexpr std::int64_t kFloats = 256 * 1024;
  threads_ = most_threads();
  block_ = std::clamp<std::int64_t>(
      kFloats / (positions_ * (depth_ + width_of_products_)) / 14 * 14, 28, kMostTiles);
  block_ = std::min(block_, std::max<std::int64_t>((tiles_ + threads_ - 1) / threads_, 14));
  block_ = std::min(block_, tiles_);
  // Positions of a tile are not a power of two apart: they would share the few places of one set of
  // the cache.
  constexpr std::int64_t kLine = 16;
  const auto odd_lines = [](std::int64_t floats) { return (floats / kLine | 1) * kLine; };
  transformed_step_ = odd_lines(block_ * depth_ + kLine);
  products_step_ = odd_lines(block_ * width_of_products_ + kLine);
  thread_floats_ = positions_ * (transformed_step_ + products_step_) + channels_ + filters_;
  thread_floats_ = (thread_floats_ + kLine - 1) / kLine * kLine;
}

// The kernel g of each channel and filter becomes G g G^T.
void WinogradKernel::pack() {
  packed_.assign(static_cast<std::size_t>(positions_ * width_of_products_ * depth_), 0.0F);
  const Shape& kernel = kernel_.shape();
  const std::int64_t filter_step = conv_.transposed ? channels_ : 1;
  const std::int64_t channel_step = conv_.transposed ? 1 : filters_;
  const auto* const factors = from_kernel(conv_.tile);
  SignedVector<double> sums(static_cast<std::size_t>(filters_));
  for (std::int64_t p = 0; p < positions_ * parts_; ++p) {
    const auto position = static_cast<int>(p / parts_);
    const Part part = part_at(p % parts_);
    const std::int64_t first_depth = conv_.transposed ? 0 : p % parts_ * channels_;
    const std::int64_t first_column = conv_.transposed ? p % parts_ * padded_ : 0;
    for (std::int64_t c = 0; c < channels_; ++c) {
      std::ranges::fill(sums, 0.0);
      for (int tap = 0; tap < taps_ * taps_; ++tap) {
        const auto at = [&](int i, std::int64_t first) {
          return (conv_.transposed ? taps_ - 1 - i : i) * conv_.stride + first;
        };
        const std::int64_t row = at(tap / taps_, part.row), column = at(tap % taps_, part.column);
        const double factor =
            factors[position / side_][tap / taps_] * factors[position % side_][tap % taps_];
        if (row >= kernel[0] || column >= kernel[1] || factor == 0) continue;
        const float* const weights = kernel_.data<float>() +
                                     (row * kernel[1] + column) * channels_ * filters_ +
                                     c * channel_step;
        for (std::int64_t f = 0; f < filters_; ++f)
          sums[f] += factor * static_cast<double>(weights[f * filter_step]);
      }
      for (std::int64_t f = 0; f < filters_; ++f) {
        const std::int64_t column = first_column + f, panel = column / panel_;
        const std::int64_t width = panel < panels_ ? panel_ : kernels_.lanes;
        const std::int64_t at = (position * width_of_products_ + panel * panel_) * depth_ +
                                (first_depth + c) * width + column % panel_;
        packed_[static_cast<std::size_t>(at)] = static_cast<float>(sums[f]);
      }
    }
  }
}

// Null: outside the image.
const float* WinogradKernel::pixel(const float* x, std::int64_t image, std::int64_t row,
                                   std::int64_t column) const noexcept {
  if (row < 0 || row >= height_ || column < 0 || column >= width_) return nullptr;
  return x + ((image * height_ + row) * width_ + column) * channels_;
}

// Says whether all of the tile can be computed so.
bool WinogradKernel::transform(const float* x, const Tile& tile, const Memory& memory,
                               float* to) const noexcept {
  const float* pixels[kMostPositions];
  bool tame = true;
  const std::int64_t ahead = conv_.tile * (conv_.transposed ? 1 : conv_.stride) * channels_;
  for (std::int64_t p = 0; p < (conv_.transposed ? 1 : parts_); ++p) {
    const Part part = part_at(p);
    for (int i = 0; i < positions_; ++i) {
      std::int64_t row = tile.row + i / side_, column = tile.column + i % side_;
      if (conv_.transposed) {
        row -= taps_ - 1;
        column -= taps_ - 1;
      } else {
        row = row * conv_.stride + part.row - conv_.low[0];
        column = column * conv_.stride + part.column - conv_.low[1];
      }
      const float* const at = pixel(x, tile.image, row, column);
      pixels[i] = at != nullptr ? at : memory.zeros;
    }
    const bool all = kernels_.winograd_input[conv_.tile - 2]({.pixels = pixels,
                                                              .channels = channels_,
                                                              .ahead = ahead,
                                                              .dst = to + p * channels_,
                                                              .dst_step = transformed_step_});
    tame = tame && all;
  }
  return tame;
}

// One pixel of the result, as the definition has it.
void WinogradKernel::direct(const float* x, std::int64_t image, std::int64_t row,
                            std::int64_t column, float* to) const noexcept {
  const Shape& kernel = kernel_.shape();
  const std::int64_t filter_step = conv_.transposed ? channels_ : 1;
  const std::int64_t channel_step = conv_.transposed ? 1 : filters_;
  std::ranges::fill_n(to, filters_, 0.0F);
  for (std::int64_t tap = 0; tap < kernel[0] * kernel[1]; ++tap) {
    std::int64_t from_row = tap / kernel[1], from_column = tap % kernel[1];
    if (conv_.transposed) {
      from_row = row + conv_.low[0] - from_row;
      from_column = column + conv_.low[1] - from_column;
      if (from_row % conv_.stride != 0 || from_column % conv_.stride != 0) continue;
      from_row /= conv_.stride;
      from_column /= conv_.stride;
    } else {
      from_row += row * conv_.stride - conv_.low[0];
      from_column += column * conv_.stride - conv_.low[1];
    }
    const float* const from = pixel(x, image, from_row, from_column);
    if (from == nullptr) continue;
    const float* weights = kernel_.data<float>() + tap * channels_ * filters_;
    for (std::int64_t k = 0; k < channels_; ++k, weights += channel_step) {
      for (std::int64_t f = 0; f < filters_; ++f) to[f] += from[k] * weights[f * filter_step];
    }
  }
  for (std::int64_t f = 0; f < filters_; ++f) to[f] += bias_[static_cast<std::size_t>(f)];
}

void WinogradKernel::finish(const float* x, float* y, const Tile& tile, const float* products,
                            bool tame, const Memory& memory) const noexcept {
  const std::int64_t step = conv_.transposed ? conv_.stride : 1;
  // Of a pixel's filters, those of one row of depth_to_space's are side by side.
  const std::int64_t segment = filters_ / conv_.block;
  const std::int64_t pixel_step = conv_.block == 1 ? row_stride_ : segment;
  const std::int64_t row_step = columns_.output * (conv_.block == 1 ? row_stride_ : filters_);
  y += tile.image * rows_.output * row_step;
  for (std::int64_t p = 0; p < (conv_.transposed ? parts_ : 1); ++p) {
    const Part part = part_at(p);
    // Result i of the tile is at row + i * step, if that is in the image.
    std::int64_t row = tile.row, column = tile.column;
    if (conv_.transposed) {
      row = row * step + part.row - conv_.low[0];
      column = column * step + part.column - conv_.low[1];
    }
    const auto begin = [&](std::int64_t first) {
      return first < 0 ? (step - 1 - first) / step : 0;
    };
    const auto end = [&](std::int64_t first, std::int64_t extent) {
      return std::clamp<std::int64_t>((extent - first + step - 1) / step, 0, conv_.tile);
    };
    const kernels::WinogradOutputJob job = {.src = products + p * padded_,
                                            .src_step = products_step_,
                                            .filters = filters_,
                                            .bias = bias_.data(),
                                            .relu = relu_,
                                            .row_begin = begin(row),
                                            .row_end = end(row, rows_.output),
                                            .column_begin = begin(column),
                                            .column_end = end(column, columns_.output),
                                            .dst = y,
                                            .dst_first = row * row_step + column * pixel_step,
                                            .dst_row_step = step * row_step,
                                            .dst_step = step * pixel_step,
                                            .segment = segment,
                                            .segment_step = columns_.output * segment};
    if (tame) kernels_.winograd_output[conv_.tile - 2](job);
    const bool apply_here = conv_.activation.function != Function::linear && !(tame && relu_);
    if (tame && !apply_here) continue;
    for (std::int64_t r = job.row_begin; r < job.row_end; ++r) {
      for (std::int64_t c = job.column_begin; c < job.column_end; ++c) {
        float* to = y + job.dst_first + r * job.dst_row_step + c * job.dst_step;
        if (!tame) direct(x, tile.image, row + r * step, column + c * step, memory.direct);
        for (std::int64_t f = 0; f < filters_; f += segment, to += job.segment_step) {
          if (!tame) std::copy_n(memory.direct + f, segment, to);
          apply(conv_.activation, to, to, segment);
        }
      }
    }
  }
}

void WinogradKernel::run_block(const float* x, float* y, std::int64_t begin, std::int64_t end,
                               const Memory& memory) const noexcept {
  bool tame[kMostTiles];
  for (std::int64_t t = begin; t < end; ++t) {
    tame[t - begin] = transform(x, tile_at(t), memory, memory.transformed + (t - begin) * depth_);
  }
  for (int position = 0; position < positions_; ++position) {
    kernels::ProductsJob job = {.a = memory.transformed + position * transformed_step_,
                                .b = packed_.data() + position * width_of_products_ * depth_,
                                .c = memory.products + position * products_step_,
                                .a_step = depth_,
                                .b_step = panel_,
                                .c_step = width_of_products_,
                                .rows = end - begin,
                                .depth = depth_};
    for (std::int64_t p = 0; p < panels_; ++p, job.b += panel_ * depth_, job.c += panel_)
      kernels_.products(job);
    if (narrow_) {
      job.b_step = panel_ / kernels::kPanelVectors;
      kernels_.products_narrow(job);
    }
  }
  for (std::int64_t t = begin; t < end; ++t) {
    finish(x, y, tile_at(t), memory.products + (t - begin) * width_of_products_, tame[t - begin],
           memory);
  }
}

void WinogradKernel::run(State*, const void* const* in, void* const* out,
                         void* scratch) const noexcept {
  const auto* const x = static_cast<const float*>(in[0]);
  auto* const y = static_cast<float*>(out[0]);
  const std::int64_t blocks = (tiles_ + block_ - 1) / block_;
  const auto one = [&](std::int64_t block, std::int64_t thread) {
    auto* const floats = static_cast<float*>(scratch) + thread * thread_floats_;
    float* const products = floats + positions_ * transformed_step_;
    float* const zeros = products + positions_ * products_step_;
    std::fill_n(zeros, channels_, 0.0F);
    run_block(x, y, tiles_ * block / blocks, tiles_ * (block + 1) / blocks,
              {floats, products, zeros, zeros + channels_});
  };
  parallel_items(blocks, threads_, one);
}

}  // namespace

std::unique_ptr<Kernel> winograd_kernel(const WinogradConv& conv, const PrepareArgs& args) {
  return std::make_unique<WinogradKernel>(conv, args);
}

}  // namespace halfpixel::graph
