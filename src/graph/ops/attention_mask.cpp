#include "graph/ops/attention_mask.hpp"

#include <cstdlib>

#include "core/checked.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

struct MaskKernel final : Kernel {
  AttentionMaskAttributes attr;
  std::int64_t batch = 1, heads = 1, queries = 0,
               keys = 0;  // heads: all axes between batch and queries
  // Elements of the mask from one to the next along each of these; 0: the same for all.
  std::int64_t mask_batch = 0, mask_head = 0, mask_query = 0, mask_key = 0;
  bool has_mask = false;

  void run(State*, const void* const* in, void* const* out, void*) const noexcept override {
    const auto* x = static_cast<const float*>(in[0]);
    auto* y = static_cast<float*>(out[0]);
    const auto* mask = has_mask ? static_cast<const bool*>(in[1]) : nullptr;
    const std::int64_t rows = batch * heads * queries;
    parallel_blocks(rows, rows * keys, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        const std::int64_t t = row % queries;
        const bool* seen = mask == nullptr ? nullptr
                                           : mask + row / (queries * heads) * mask_batch +
                                                 row / queries % heads * mask_head + t * mask_query;
        for (std::int64_t s = 0; s < keys; ++s) {
          const float score = x[row * keys + s];
          const bool visible = (!attr.causal || s <= t) &&
                               (attr.window == 0 || std::abs(t - s) < attr.window) &&
                               (seen == nullptr || seen[s * mask_key]);
          y[row * keys + s] = visible ? score : attr.subtract ? score - attr.value : attr.value;
        }
      }
    });
  }
};

class AttentionMaskOp final : public OpWith<AttentionMaskOp, AttentionMaskAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "attention_mask"; }
  bool in_place(int input) const override { return input == 0; }
  std::string attributes() const override {
    return concat(attr.causal ? "causal" : "",
                  attr.window != 0 ? concat(" window ", attr.window) : "");
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    const Shape& x = inputs[0].shape;
    if (inputs[0].dtype != DType::float32 || x.rank() < 3) {
      fail(ErrorCode::invalid_argument,
           "[attention] scores must be float32 of rank 3 or more; got ", x);
    }
    if (inputs.size() > 1) {
      const Shape& mask = inputs[1].shape;
      bool fits = inputs[1].dtype == DType::boolean && mask.rank() >= 2 &&
                  mask.rank() <= x.rank() && (mask.rank() <= 3 || mask.rank() == 4);
      const auto agree = [](std::int64_t a, std::int64_t b) {
        return a == b || a == 1 || a == kUnknown || b == kUnknown;
      };
      fits = fits && agree(mask.at(-1), x.at(-1)) && agree(mask.at(-2), x.at(-2)) &&
             (mask.rank() == 2 || agree(mask[0], x[0])) &&
             (mask.rank() < 4 || agree(mask[1], x[1]));
      if (!fits) {
        fail(ErrorCode::invalid_argument,
             "[attention] attention_mask must be bool and fit the scores ", x, "; got ",
             inputs[1].dtype, " ", mask);
      }
    }
    return {inputs[0]};
  }

  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    const Shape& x = args.inputs[0].shape;
    auto kernel = std::make_unique<MaskKernel>();
    kernel->attr = attr;
    kernel->batch = x[0];
    for (int i = 1; i < x.rank() - 2; ++i) kernel->heads *= x[i];
    kernel->queries = x.at(-2);
    kernel->keys = x.at(-1);
    if (args.inputs.size() > 1) {
      const Shape& mask = args.inputs[1].shape;
      const auto step = [](std::int64_t extent, std::int64_t stride) {
        return extent == 1 ? 0 : stride;
      };
      kernel->has_mask = true;
      kernel->mask_key = step(mask.at(-1), 1);
      kernel->mask_query = step(mask.at(-2), mask.at(-1));
      const std::int64_t one = mask.at(-2) * mask.at(-1);
      if (mask.rank() == 3) kernel->mask_batch = step(mask[0], one);
      if (mask.rank() == 4) {
        kernel->mask_head = step(mask[1], one);
        kernel->mask_batch = step(mask[0], one * mask[1]);
      }
    }
    return kernel;
  }
};

}  // namespace

OpPtr make_attention_mask(const AttentionMaskAttributes& attributes) {
  return std::make_shared<AttentionMaskOp>(attributes);
}

}  // namespace halfpixel::graph
