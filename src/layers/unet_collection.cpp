// Layers of keras_unet_collection that its U-Nets and TransUNets are made of.
#include <array>
#include <memory>

#include "graph/ops/unary.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {
namespace {

struct UNetGELUOptions {
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = false;
};
class UNetGELUImpl final : public LayerOf<UNetGELUImpl, UNetGELUOptions> {
 public:
  using LayerOf::LayerOf;
  static void fields(auto&, auto&) {}
  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return {builder.add1(graph::make_unary({graph::Function::gelu_tanh, {}}), {inputs[0]})};
  }
};

}  // namespace

std::span<const LayerRow> unet_collection_rows() {
  // Others' GELU is by erf, and has no key that tells them apart: the package must be said.
  static constexpr std::array kRows = {
      LayerRow{"keras_unet_collection>GELU", row<"GELU", UNetGELUImpl>().from_config},
  };
  return kRows;
}

}  // namespace halfpixel::keras
