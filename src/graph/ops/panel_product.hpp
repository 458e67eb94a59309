// Matrix products by our own kernel, where oneDNN divides sums among threads, so that their last
// bits would depend on how many there are. Its gemm does (it has no other before AVX-512), and its
// own kernels do for deep sums of little else. Here they do not.
#pragma once

#include <optional>
#include <string_view>

#include "graph/ops/dnnl_kernel.hpp"

namespace halfpixel::graph {

// A stack of matrices (…, rows, columns) of float32 in memory, with any strides.
struct MatrixStack {
  dnnl::memory::desc desc;
  DnnlKernel::Place place;
};

// Whether what oneDNN chose for y = a b, by the implementation's name, is better replaced, and y is
// what add_panel_product() can write: columns one after the other.
bool takes_panel_product(std::string_view implementation, const dnnl::memory::desc& a,
                         const dnnl::memory::desc& y);

// y (…, M, N) = a (…, M, K) * b (…, K, N), plus bias (N) if there is one. Extents of a and b
// before the last two are y's, or 1.
void add_panel_product(DnnlKernel& kernel, const MatrixStack& a, const MatrixStack& b,
                       const MatrixStack& y, const std::optional<DnnlKernel::Place>& bias = {});

}  // namespace halfpixel::graph
