#include "graph/ops/panel_product.hpp"

#include <utility>

#include "graph/ops/packed_product.hpp"
#include "graph/ops/streamed_product.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {
namespace {

using dnnl::memory;

// a's matrices one after the other, and so their rows and the numbers of a row.
MatrixLayout dense_rows(const MatrixLayout& a) {
  MatrixLayout dense = a;
  dense.column_step = 1;
  dense.row_step = a.columns;
  std::int64_t step = a.rows * a.columns;
  for (std::size_t i = a.extents.size(); i-- > 0;) {
    dense.steps[i] = a.extents[i] == 1 ? 0 : step;
    step *= a.extents[i];
  }
  return dense;
}

StridedCopy copy_between(const MatrixLayout& from, const MatrixLayout& to) {
  StridedCopy copy;
  for (std::size_t i = 0; i < from.extents.size(); ++i)
    copy.add(from.extents[i], from.steps[i], to.steps[i]);
  copy.add(from.rows, from.row_step, to.row_step);
  copy.add(from.columns, from.column_step, to.column_step);
  copy.simplify();
  return copy;
}

// When there are more threads than tiles of 64 columns, for instance. The limits are those of
// oneDNN 2.6 and 3.7 together (brgemm_matmul_utils.cpp, compute_blocking_heuristic_avx512, where it
// chooses nthr_k); how many threads there are must not matter.
bool brgemm_divides_sums(const MatrixLayout& a, const MatrixLayout& y) {
  constexpr std::int64_t kDeepTurned = 2048, kDeep = 20000, kSmall = 512;
  if (a.column_step != 1 && a.columns >= kDeepTurned) return true;
  return a.columns >= kDeep && y.rows <= kSmall && y.columns <= kSmall;
}

float* floats(void* data) {
  return static_cast<float*>(data);
}

}  // namespace

bool takes_panel_product(std::string_view implementation, const memory::desc& a,
                         const memory::desc& y) {
  const MatrixLayout result(y);
  if (result.column_step != 1) return false;
  if (dnnl_is_fallback(implementation)) return true;
  return brgemm_divides_sums(MatrixLayout(a), result);
}

void add_panel_product(DnnlKernel& kernel, const MatrixStack& a, const MatrixStack& b,
                       const MatrixStack& y, const std::optional<DnnlKernel::Place>& bias) {
  MatrixLayout rows(a.desc);
  DnnlKernel::Place rows_at = a.place;
  if (rows.column_step != 1) {
    const MatrixLayout dense = dense_rows(rows);
    rows_at = kernel.take_scratch(static_cast<std::size_t>(rows.count() * rows.rows) *
                                  static_cast<std::size_t>(rows.columns) * sizeof(float));
    kernel.add([copy = copy_between(rows, dense), at = a.place, rows_at](
                   const void* const* in, void* const* out, void* scratch) {
      copy.run(DnnlKernel::data(at, in, out, scratch), DnnlKernel::data(rows_at, in, out, scratch));
    });
    rows = dense;
  }
  const MatrixProduct product{rows, MatrixLayout(b.desc), MatrixLayout(y.desc)};
  const auto add = [&](auto form) {
    const DnnlKernel::Place own = kernel.take_scratch(form.scratch_bytes());
    kernel.add([form = std::move(form), rows_at, b_at = b.place, y_at = y.place, own, bias](
                   const void* const* in, void* const* out, void* scratch) {
      const auto at = [&](const DnnlKernel::Place& place) {
        return floats(DnnlKernel::data(place, in, out, scratch));
      };
      form.run(at(rows_at), at(b_at), bias ? at(*bias) : nullptr, at(y_at), at(own));
    });
  };
  if (StreamedProduct::fits(product)) {
    add(StreamedProduct(product));
  } else {
    const bool constant = b.place.kind == DnnlKernel::Place::Kind::constant;
    add(PackedProduct(product, constant
                                   ? floats(DnnlKernel::data(b.place, nullptr, nullptr, nullptr))
                                   : nullptr));
  }
}

}  // namespace halfpixel::graph
