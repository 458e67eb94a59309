// Convolutions, transposed ones too, as matrix products: what a window sees is brought together in
// a row (a patch), and rows are multiplied by the kernel. Where oneDNN has nothing else than that
// either, and divides its sums among threads: here they are the same for any number of threads and
// do not depend on where in the image a window lies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <halfpixel/tensor.hpp>

#include "graph/ops/dnnl_kernel.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel::graph {

// One spatial axis. Position o sees, by tap t, x[i] where
//   i = stride o + dilation t - low, or, transposed, stride i + dilation t - low = o.
struct PatchAxis {
  std::int64_t src = 1, dst = 1, window = 1, stride = 1, dilation = 1, low = 0;
};

// x (batch, …src…, channels), y (batch, …dst…, filters), both dense; the kernel is
// (…window…, channels / groups, filters), or, transposed, (…window…, filters, channels).
struct PatchForm {
  bool transposed = false;
  std::int64_t batch = 1, channels = 1, filters = 1, groups = 1;
  std::array<PatchAxis, 3> axes{};
};

class PatchProduct {
 public:
  // kernel: null where runs tell it.
  PatchProduct(const PatchForm& form, const float* kernel);
  std::size_t scratch_bytes() const;
  // bias: of each filter, or null.
  void run(const float* x, const float* kernel, const float* bias, float* y,
           float* scratch) const noexcept;

 private:
  // Positions that take the same taps: all of a convolution; of a transposed one those that lie
  // alike between two elements of x.
  struct PhaseAxis {
    std::int64_t first = 0, step = 1, count = 0;
    std::vector<std::int64_t> taps{};
  };
  struct Phase {
    std::array<PhaseAxis, 3> axes;
    std::int64_t positions = 0, depth = 0;
    std::int64_t packed = 0;           // where its panels begin
    std::int64_t rows = 0, items = 0;  // positions at a time, and how often
  };
  struct Rows {
    std::int64_t first, count;
  };
  // Positions one after the other.
  class Walk {
   public:
    Walk(const Phase& phase, std::int64_t index);
    std::int64_t image() const noexcept { return index_[0]; }
    std::int64_t at(std::size_t axis) const noexcept {
      return axes_[axis].first + index_[axis + 1] * axes_[axis].step;
    }
    void next() noexcept {
      for (std::size_t i = 3; i > 0 && ++index_[i] == axes_[i - 1].count; --i) {
        index_[i] = 0;
        if (i == 1) ++index_[0];
      }
    }

   private:
    const std::array<PhaseAxis, 3>& axes_;
    std::array<std::int64_t, 4> index_{};
  };

  std::vector<PhaseAxis> phases_of(const PatchAxis& axis) const;
  std::int64_t source(int axis, std::int64_t position, std::int64_t tap) const noexcept;
  std::int64_t panels() const noexcept;
  std::int64_t panel_columns(std::int64_t panel) const noexcept;
  std::int64_t panel_width(std::int64_t panel) const noexcept;  // with zeros behind its columns
  std::int64_t thread_floats() const noexcept;
  void pack(const Phase& phase, std::int64_t group, std::int64_t panel, const float* kernel,
            float* to) const noexcept;
  void pack_all(const float* kernel, float* to) const noexcept;
  // Inputs: of a group, where they are few; 0: any.
  template <std::int64_t Inputs>
  void gather(const Phase& phase, Rows rows, const float* x, float* to) const noexcept;
  std::int64_t target(const Walk& walk) const noexcept;
  void multiply(const Phase& phase, std::int64_t group, Rows rows, const float* patches,
                const float* packed, const float* bias, float* y, float* sums) const noexcept;

  PatchForm form_;
  const kernels::KernelTable* kernels_ = &kernels::current_table();
  void (PatchProduct::*gather_)(const Phase&, Rows, const float*, float*) const noexcept;
  std::int64_t panel_;  // columns
  std::int64_t inputs_, per_group_;
  std::vector<Phase> phases_;
  std::int64_t threads_ = 1, patch_floats_ = 0, packed_floats_ = 0, items_ = 0;
  Tensor packed_;  // if the kernel is constant
};

// Into output 0: of what lies at x, input 1, the kernel, and input 2, the bias if there is one;
// then the activation.
void add_patch_product(DnnlKernel& kernel, const PatchForm& form, const PrepareArgs& args,
                       const DnnlKernel::Place& x, const Unary& activation);

}  // namespace halfpixel::graph
