#include "graph/ops/panel_product.hpp"

#include <utility>

#include "graph/ops/packed_product.hpp"
#include "graph/ops/streamed_product.hpp"

namespace halfpixel::graph {
namespace {

using dnnl::memory;

// Rows of a one after the other, and numbers of a row.
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

void make_dense(const MatrixLayout& from, const MatrixLayout& to, const float* src,
                float* dst) noexcept {
  const std::int64_t rows = from.count() * from.rows;
  parallel_blocks(rows, rows * from.columns, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const float* x = src + from.offset(i / from.rows, from) + i % from.rows * from.row_step;
      float* y = dst + to.offset(i / to.rows, to) + i % to.rows * to.row_step;
      for (std::int64_t k = 0; k < from.columns; ++k) y[k] = x[k * from.column_step];
    }
  });
}

float* floats(void* data) {
  return static_cast<float*>(data);
}

}  // namespace

bool takes_panel_product(std::string_view implementation, const memory::desc& y) {
  const auto names = [&](std::string_view part) {
    return implementation.find(part) != std::string_view::npos;
  };
  const bool gemm = names("gemm") && !names("brgemm");
  return (gemm || implementation.substr(0, 3) == "ref") && MatrixLayout(y).column_step == 1;
}

void add_panel_product(DnnlKernel& kernel, const MatrixStack& a, const MatrixStack& b,
                       const MatrixStack& y, const DnnlKernel::Place* bias) {
  MatrixLayout rows(a.desc);
  DnnlKernel::Place rows_at = a.place;
  if (rows.column_step != 1) {
    const MatrixLayout dense = dense_rows(rows);
    rows_at = kernel.take_scratch(static_cast<std::size_t>(rows.count() * rows.rows) *
                                  static_cast<std::size_t>(rows.columns) * sizeof(float));
    kernel.add([from = rows, dense, at = a.place, rows_at](const void* const* in, void* const* out,
                                                           void* scratch) {
      make_dense(from, dense, floats(DnnlKernel::data(at, in, out, scratch)),
                 floats(DnnlKernel::data(rows_at, in, out, scratch)));
    });
    rows = dense;
  }
  const MatrixProduct product{rows, MatrixLayout(b.desc), MatrixLayout(y.desc)};
  const auto add = [&](auto form) {
    const DnnlKernel::Place own = kernel.take_scratch(form.scratch_bytes());
    kernel.add([form = std::move(form), rows_at, b_at = b.place, y_at = y.place, own,
                biased = bias != nullptr, bias_at = bias != nullptr ? *bias : DnnlKernel::Place{}](
                   const void* const* in, void* const* out, void* scratch) {
      const auto at = [&](const DnnlKernel::Place& place) {
        return floats(DnnlKernel::data(place, in, out, scratch));
      };
      form.run(at(rows_at), at(b_at), biased ? at(bias_at) : nullptr, at(y_at), at(own));
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
