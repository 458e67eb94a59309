// Dot: products summed along one axis of each tensor, sample by sample (Keras' batch_dot).
#include <halfpixel/keras/layers/merging.hpp>

#include <array>
#include <memory>

#include "graph/ops/matmul.hpp"
#include "graph/ops/normalize.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/transpose.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {
namespace {

using graph::Extent;

class DotImpl final : public LayerOf<DotImpl, layers::DotOptions> {
 public:
  DotImpl(std::string_view class_name, const Options& o) : LayerOf(class_name, o) {
    if (o.axes.empty() || o.axes.size() > 2) {
      refuse("axes must be one integer or two; got ", o.axes.size());
    }
  }
  bool takes_several() const override { return true; }
  static void fields(auto& v, auto& o) {
    v.axes("axes", o.axes);
    v("normalize", o.normalize);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    if (inputs.size() != 2)
      refuse("A `Dot` layer should be called on exactly 2 inputs; got ", inputs.size());
    ValueId x = inputs[0], y = inputs[1];
    const int ax = axis(0, builder.shape(x)), ay = axis(1, builder.shape(y));
    const std::int64_t dx = builder.shape(x)[ax], dy = builder.shape(y)[ay];
    if (dx != dy && dx != kUnknown && dy != kUnknown) {
      refuse("Incompatible input shapes: axis values ", dx, " (at axis ", ax, ") != ", dy,
             " (at axis ", ay, "). Full input shapes: ", builder.shape(x).str(), ", ",
             builder.shape(y).str());
    }
    if (options_.normalize) {
      x = normalized(builder, x, ax);
      y = normalized(builder, y, ay);
    }
    // As matrices (batch, rest of x, d) and (batch, rest of y, d).
    const Rest rx = rest(builder, x, ax), ry = rest(builder, y, ay);
    const ValueId product =
        builder.add1(graph::make_matmul({.transpose_b = true}), {rx.matrix, ry.matrix});
    std::vector<std::int64_t> extents = {builder.shape(x)[0] != kUnknown ? builder.shape(x)[0]
                                                                         : builder.shape(y)[0]};
    extents.insert(extents.end(), rx.extents.begin(), rx.extents.end());
    extents.insert(extents.end(), ry.extents.begin(), ry.extents.end());
    if (extents.size() == 1) extents.push_back(1);
    return {reshaped(builder, product, extents)};
  }

 private:
  struct Rest {
    ValueId matrix;
    std::vector<std::int64_t> extents;  // of the axes that stay, without the batch
  };

  int axis(std::size_t input, const Shape& shape) const {
    const int given = options_.axes.size() == 1 ? options_.axes[0] : options_.axes[input];
    const int at = given < 0 ? given + shape.rank() : given;
    if (shape.rank() < 2)
      refuse("Cannot do batch_dot on inputs with rank < 2; got shape " + shape.str());
    if (at == 0) refuse("Cannot perform batch_dot over axis 0; got axes=0");
    if (at < 0 || at >= shape.rank())
      refuse("axes must name axes of ", shape.str(), "; got ", given);
    return at;
  }

  static ValueId normalized(Builder& builder, ValueId x, int axis) {
    return builder.add1(graph::make_normalize({.kind = graph::NormalizeKind::unit,
                                               .axes = {axis},
                                               .epsilon = 1e-12,
                                               .param_axes = {}}),
                        {x});
  }

  Rest rest(Builder& builder, ValueId x, int axis) const {
    Rest result{x, {}};
    std::vector<int> order;
    const Shape shape = builder.shape(x);
    for (int i = 0; i < shape.rank(); ++i) {
      if (i != axis) order.push_back(i);
      if (i != axis && i != 0) result.extents.push_back(shape[i]);
    }
    order.push_back(axis);
    if (axis != shape.rank() - 1) result.matrix = builder.add1(graph::make_transpose(order), {x});
    if (shape.rank() == 3) return result;
    // Several unknown extents may become one; the last is the one that is summed.
    result.matrix = builder.add1(graph::make_reshape({Extent::same_as(0), Extent::rest(),
                                                      Extent::same_as(shape.rank() - 1)}),
                                 {result.matrix});
    return result;
  }

  ValueId reshaped(Builder& builder, ValueId product,
                   const std::vector<std::int64_t>& extents) const {
    std::vector<Extent> wanted;
    int unknown = 0;
    for (std::size_t i = 0; i < extents.size(); ++i) {
      if (extents[i] != kUnknown) {
        wanted.push_back(Extent::of(extents[i]));
      } else if (i == 0) {
        wanted.push_back(Extent::same_as(0));
      } else {
        wanted.push_back(unknown++ == 0 ? Extent::rest() : Extent::same_as(1));
      }
    }
    if (unknown <= 1) return builder.add1(graph::make_reshape(std::move(wanted)), {product});
    // While shapes are being inferred, two sides may each have an unknown extent: (batch, m, n) as
    // it is.
    if (extents.size() == 3) return product;
    refuse("inputs with more than one unknown extent beside the batch; got several");
  }
};

}  // namespace

namespace layers {
Dot::Dot(const DotOptions& o) : GraphLayer(std::make_shared<DotImpl>("Dot", o)) {}
}  // namespace layers

std::span<const LayerRow> dot_rows() {
  static constexpr std::array kRows = {row<"Dot", DotImpl>()};
  return kRows;
}

}  // namespace halfpixel::keras
