// After A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015. A block of
// tiles is transformed, multiplied (one matrix product for each position of the transformed tile)
// and transformed back while it is in the caches. The bits of a result do not depend on the blocks.
#include "graph/ops/winograd_conv.hpp"

#include <algorithm>
#include <vector>

#include <halfpixel/executor.hpp>

#include "core/checked.hpp"
#include "core/signed_index.hpp"
#include "graph/op_forms.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/parallel.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel::graph {
namespace {

// What kernels are multiplied by: (side, 3).
constexpr double kFromKernel2[4][3] = {{-1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
constexpr double kFromKernel4[6][3] = {{1, 0, 0},
                                       {1.0 / 3, 1.0 / 3, 1.0 / 3},
                                       {-1.0 / 3, 1.0 / 3, -1.0 / 3},
                                       {-16.0 / 15, -8.0 / 15, -4.0 / 15},
                                       {1.0 / 15, -2.0 / 15, 4.0 / 15},
                                       {0, 0, 1}};

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
    float* transformed;  // (positions, block, channels)
    float* products;     // (positions, block, columns)
    float* zeros;        // [channels]
    float* direct;       // [filters]
  };
  // Where a tile is in its image.
  struct Tile {
    std::int64_t image, row, column;
  };
  Tile tile_at(std::int64_t index) const {
    const std::int64_t in_image = index % (tile_rows_ * tile_columns_);
    return {index / (tile_rows_ * tile_columns_), in_image / tile_columns_ * conv_.tile,
            in_image % tile_columns_ * conv_.tile};
  }

  void pack();
  const float* pixel(const float* x, const Tile& tile, std::int64_t row,
                     std::int64_t column) const noexcept;
  bool transform(const float* x, const Tile& tile, const Memory& memory, float* to) const noexcept;
  void finish(const float* x, float* y, const Tile& tile, const float* products, bool tame,
              const Memory& memory) const noexcept;
  void run_block(const float* x, float* y, std::int64_t begin, std::int64_t end,
                 const Memory& memory) const noexcept;

  const kernels::KernelTable& kernels_ = kernels::current_table();
  const std::int64_t panel_ = kernels_.lanes * kernels::kPanelVectors;
  WinogradConv conv_;
  int form_, side_, positions_;
  std::int64_t height_, width_, channels_, out_height_, out_width_, filters_, row_stride_;
  std::int64_t tile_rows_, tile_columns_, tiles_, panels_, columns_, block_;
  std::int64_t threads_ = 1, thread_floats_ = 0;
  bool relu_;
  Tensor kernel_;
  std::vector<float> packed_;  // (positions, panels, channels, panel)
  std::vector<float> bias_;
};

WinogradKernel::WinogradKernel(const WinogradConv& conv, const PrepareArgs& args)
    : conv_(conv),
      form_(conv.tile / 4),
      side_(conv.tile + 2),
      positions_(side_ * side_),
      row_stride_(args.row_stride()),
      relu_(conv.activation == kRelu),
      kernel_(*args.constants[1]) {
  const Shape& x = args.inputs[0].shape;
  const Shape& y = args.outputs[0].shape;
  height_ = x[1];
  width_ = x[2];
  channels_ = x[3];
  out_height_ = y[1];
  out_width_ = y[2];
  filters_ = y[3];
  tile_rows_ = (out_height_ + conv.tile - 1) / conv.tile;
  tile_columns_ = (out_width_ + conv.tile - 1) / conv.tile;
  tiles_ = x[0] * tile_rows_ * tile_columns_;
  panels_ = (filters_ + panel_ - 1) / panel_;
  columns_ = panels_ * panel_;
  bias_.assign(static_cast<std::size_t>(filters_), 0.0F);
  if (args.constants.size() > 2) std::ranges::copy(args.constants[2]->span<float>(), bias_.begin());
  pack();
  // What a block takes stays in a core's own cache, about; a product of fewer rows is slow.
  constexpr std::int64_t kFloats = 256 * 1024;
  threads_ = most_threads();
  block_ = std::clamp<std::int64_t>(kFloats / (positions_ * (channels_ + columns_)) / 14 * 14, 28,
                                    kMostTiles);
  block_ = std::min(block_, std::max<std::int64_t>((tiles_ + threads_ - 1) / threads_, 14));
  block_ = std::min(block_, tiles_);
  thread_floats_ = positions_ * block_ * (channels_ + columns_) + channels_ + filters_;
  thread_floats_ = (thread_floats_ + 15) / 16 * 16;
}

// The kernel g of each channel and filter becomes G g G^T.
void WinogradKernel::pack() {
  const auto factors = [&](int i) { return conv_.tile == 2 ? kFromKernel2[i] : kFromKernel4[i]; };
  packed_.assign(static_cast<std::size_t>(positions_ * columns_ * channels_), 0.0F);
  SignedVector<double> sums(static_cast<std::size_t>(filters_));
  for (int position = 0; position < positions_; ++position) {
    const double* const rows = factors(position / side_);
    const double* const columns = factors(position % side_);
    for (std::int64_t c = 0; c < channels_; ++c) {
      std::ranges::fill(sums, 0.0);
      for (int tap = 0; tap < 9; ++tap) {
        const double factor = rows[tap / 3] * columns[tap % 3];
        const float* const weights = kernel_.data<float>() + (tap * channels_ + c) * filters_;
        for (std::int64_t f = 0; f < filters_; ++f)
          sums[f] += factor * static_cast<double>(weights[f]);
      }
      for (std::int64_t f = 0; f < filters_; ++f) {
        const std::int64_t panel = position * panels_ + f / panel_;
        packed_[static_cast<std::size_t>((panel * channels_ + c) * panel_ + f % panel_)] =
            static_cast<float>(sums[f]);
      }
    }
  }
}

// Null: outside the image.
const float* WinogradKernel::pixel(const float* x, const Tile& tile, std::int64_t row,
                                   std::int64_t column) const noexcept {
  const std::int64_t y = tile.row + row - conv_.low[0], at = tile.column + column - conv_.low[1];
  if (y < 0 || y >= height_ || at < 0 || at >= width_) return nullptr;
  return x + ((tile.image * height_ + y) * width_ + at) * channels_;
}

// Says whether all of the tile can be computed so.
bool WinogradKernel::transform(const float* x, const Tile& tile, const Memory& memory,
                               float* to) const noexcept {
  const float* pixels[kMostPositions];
  for (int row = 0; row < side_; ++row) {
    for (int column = 0; column < side_; ++column) {
      const float* const at = pixel(x, tile, row, column);
      pixels[row * side_ + column] = at != nullptr ? at : memory.zeros;
    }
  }
  return kernels_.winograd_input[form_](
      {.pixels = pixels, .channels = channels_, .dst = to, .dst_step = block_ * channels_});
}

void WinogradKernel::finish(const float* x, float* y, const Tile& tile, const float* products,
                            bool tame, const Memory& memory) const noexcept {
  const std::int64_t rows = std::min<std::int64_t>(conv_.tile, out_height_ - tile.row);
  const std::int64_t columns = std::min<std::int64_t>(conv_.tile, out_width_ - tile.column);
  float* const dst =
      y + ((tile.image * out_height_ + tile.row) * out_width_ + tile.column) * row_stride_;
  if (tame) {
    kernels_.winograd_output[form_]({.src = products,
                                     .src_step = block_ * columns_,
                                     .filters = filters_,
                                     .bias = bias_.data(),
                                     .relu = relu_,
                                     .rows = rows,
                                     .columns = columns,
                                     .dst = dst,
                                     .dst_row_step = out_width_ * row_stride_,
                                     .dst_step = row_stride_});
  }
  const bool apply_here = conv_.activation.function != Function::linear && !(tame && relu_);
  for (std::int64_t r = 0; r < rows && (!tame || apply_here); ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      float* const to = dst + (r * out_width_ + c) * row_stride_;
      if (!tame) {
        std::ranges::fill_n(memory.direct, filters_, 0.0F);
        for (int tap = 0; tap < 9; ++tap) {
          const float* const from = pixel(x, tile, r + tap / 3, c + tap % 3);
          if (from == nullptr) continue;
          const float* weights = kernel_.data<float>() + tap * channels_ * filters_;
          for (std::int64_t k = 0; k < channels_; ++k, weights += filters_) {
            for (std::int64_t f = 0; f < filters_; ++f) memory.direct[f] += from[k] * weights[f];
          }
        }
        for (std::int64_t f = 0; f < filters_; ++f)
          to[f] = memory.direct[f] + bias_[static_cast<std::size_t>(f)];
      }
      apply(conv_.activation, to, to, filters_);
    }
  }
}

void WinogradKernel::run_block(const float* x, float* y, std::int64_t begin, std::int64_t end,
                               const Memory& memory) const noexcept {
  bool tame[kMostTiles];
  for (std::int64_t t = begin; t < end; ++t) {
    tame[t - begin] =
        transform(x, tile_at(t), memory, memory.transformed + (t - begin) * channels_);
  }
  for (int position = 0; position < positions_; ++position) {
    for (std::int64_t p = 0; p < panels_; ++p) {
      kernels_.products({.a = memory.transformed + position * block_ * channels_,
                         .b = packed_.data() + (position * panels_ + p) * channels_ * panel_,
                         .c = memory.products + position * block_ * columns_ + p * panel_,
                         .a_step = channels_,
                         .c_step = columns_,
                         .rows = end - begin,
                         .depth = channels_});
    }
  }
  for (std::int64_t t = begin; t < end; ++t) {
    finish(x, y, tile_at(t), memory.products + (t - begin) * columns_, tame[t - begin], memory);
  }
}

void WinogradKernel::run(State*, const void* const* in, void* const* out,
                         void* scratch) const noexcept {
  const auto* const x = static_cast<const float*>(in[0]);
  auto* const y = static_cast<float*>(out[0]);
  const std::int64_t blocks = (tiles_ + block_ - 1) / block_;
  const auto one = [&](std::int64_t block, std::int64_t thread) {
    auto* const floats = static_cast<float*>(scratch) + thread * thread_floats_;
    float* const products = floats + positions_ * block_ * channels_;
    float* const zeros = products + positions_ * block_ * columns_;
    std::fill_n(zeros, channels_, 0.0F);
    run_block(x, y, tiles_ * block / blocks, tiles_ * (block + 1) / blocks,
              {floats, products, zeros, zeros + channels_});
  };
  parallel_items(blocks, threads_, one);
}

class WinogradConvOp final : public ProductOp<WinogradConvOp, WinogradConv> {
 public:
  using ProductOp::ProductOp;
  int filter_axis(int kernel_rank) const override { return kernel_rank - 1; }

  std::string_view kind() const noexcept override { return "winograd_conv"; }
  std::string attributes() const override {
    return concat("tiles of ", attr.tile, "x", attr.tile, activation_text(attr.activation));
  }
  // The products of whole tiles; what makes them and what is made of them is additions.
  double multiply_adds(const PrepareArgs& args) const override {
    const Shape& y = args.outputs[0].shape;
    const auto tiles = [&](int axis) { return (y[axis] + attr.tile - 1) / attr.tile; };
    return static_cast<double>(y[0] * tiles(1) * tiles(2) * (attr.tile + 2) * (attr.tile + 2)) *
           static_cast<double>(args.inputs[0].shape[3] * y[3]);
  }
  bool strided_output() const override { return true; }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    if (inputs.size() < 2 || inputs.size() > 3 || inputs[0].shape.rank() != 4 ||
        inputs[1].shape.rank() != 4 || inputs[1].shape[0] != 3 || inputs[1].shape[1] != 3 ||
        inputs[0].shape[3] % kWinogradChannels != 0 ||
        inputs[1].shape[3] % kWinogradChannels != 0 || inputs[0].shape[3] != inputs[1].shape[2]) {
      fail(ErrorCode::internal, "[winograd_conv] inputs do not fit");
    }
    Shape result = inputs[0].shape;
    for (int i = 0; i < 2; ++i) {
      const auto axis = static_cast<std::size_t>(i);
      result[i + 1] =
          std::max<std::int64_t>(result[i + 1] + attr.low[axis] + attr.high[axis] - 2, 0);
    }
    result[3] = inputs[1].shape[3];
    return {{result, DType::float32}};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
    if (args.constants[1] == nullptr || (args.constants.size() > 2 && args.constants[2] == nullptr))
      fail(ErrorCode::internal, "[winograd_conv] kernel and bias must be constant");
    return std::make_unique<WinogradKernel>(attr, args);
  }
};

}  // namespace

OpPtr make_winograd_conv(const WinogradConv& attributes) {
  return std::make_shared<WinogradConvOp>(attributes);
}

}  // namespace halfpixel::graph
