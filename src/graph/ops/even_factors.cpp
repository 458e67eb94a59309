#include "graph/ops/even_factors.hpp"

#include <algorithm>
#include <array>

#include "graph/ops/parallel.hpp"
#include "kernels/bf16_products.hpp"

namespace halfpixel::graph {
namespace {

// `kernel` with one more position along `axis`, of zeros.
Tensor with_zeros(const Tensor& kernel, int axis) {
  Shape shape = kernel.shape();
  std::int64_t outer = 1;
  for (int i = 0; i < axis; ++i) outer *= shape[i];
  const std::int64_t slab = kernel.size() / outer;
  const std::int64_t wider = slab / shape[axis] * ++shape[axis];
  Tensor result = zeros(shape);
  for (std::int64_t i = 0; i < outer; ++i)
    std::copy_n(kernel.data<float>() + i * slab, slab, result.data<float>() + i * wider);
  return result;
}

// Rows of `channels` numbers, each with a zero behind it. Channels: as many where that is known.
template <std::int64_t Channels = 0>
void spread(const std::uint16_t* from, std::uint16_t* to, std::int64_t rows,
            std::int64_t channels = Channels) {
  const std::int64_t count = Channels > 0 ? Channels : channels;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < count; ++c) to[r * (count + 1) + c] = from[r * count + c];
    to[r * (count + 1) + count] = 0;
  }
}
void spread_rows(const std::uint16_t* from, std::uint16_t* to, std::int64_t rows,
                 std::int64_t channels) {
  if (channels == 1) return spread<1>(from, to, rows);
  if (channels == 3) return spread<3>(from, to, rows);
  spread(from, to, rows, channels);
}

void round_rows(const float* from, std::uint16_t* to, std::int64_t rows, std::int64_t channels) {
  const auto round = kernels::bf16_kernels()->round;
  std::array<std::uint16_t, 1024> some;
  const std::int64_t together = static_cast<std::int64_t>(some.size()) / channels;
  if (together < 8) {
    for (std::int64_t r = 0; r < rows; ++r) {
      round(from + r * channels, to + r * (channels + 1), channels);
      to[r * (channels + 1) + channels] = 0;
    }
    return;
  }
  for (std::int64_t r = 0; r < rows; r += together) {
    const std::int64_t count = std::min(together, rows - r);
    round(from + r * channels, some.data(), count * channels);
    spread_rows(some.data(), to + r * (channels + 1), count, channels);
  }
}

}  // namespace

EvenFactors::EvenFactors(const PrepareArgs& args, int kernel_axis) : args_(args) {
  Shape& x = args_.inputs[0].shape;
  const int last = x.rank() - 1;
  if (x[last] % 2 == 0 || args.constants[0] != nullptr || args.constants[1] == nullptr) return;
  channels_ = x[last]++;
  rows_ = args.inputs[0].shape.num_elements() / channels_;
  const Tensor& kernel = *args.constants[1];
  kernel_ = with_zeros(kernel, kernel.rank() + kernel_axis);
  args_.inputs[1].shape = kernel_.shape();
  args_.constants[1] = &kernel_;
}

DnnlKernel::Place EvenFactors::source(DnnlKernel& kernel, const dnnl::memory::desc& stored,
                                      const dnnl::memory::desc& wanted) const {
  const DnnlKernel::Place x = DnnlKernel::input(0);
  const bool rounded = args_.inputs[0].dtype == DType::bfloat16;
  if (channels_ == 0) return rounded ? x : kernel.add_reorder(stored, x, wanted);
  const DnnlKernel::Place place = kernel.take_scratch(wanted.get_size());
  kernel.add([rounded, rows = rows_, channels = channels_, offset = place.at](
                 const void* const* in, void* const*, void* scratch) {
    auto* const to = reinterpret_cast<std::uint16_t*>(static_cast<std::byte*>(scratch) + offset);
    parallel_blocks(rows, rows * channels, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t skipped = begin * channels, written = begin * (channels + 1);
      if (rounded) {
        spread_rows(static_cast<const std::uint16_t*>(in[0]) + skipped, to + written, end - begin,
                    channels);
      } else {
        round_rows(static_cast<const float*>(in[0]) + skipped, to + written, end - begin, channels);
      }
    });
  });
  return place;
}

}  // namespace halfpixel::graph
