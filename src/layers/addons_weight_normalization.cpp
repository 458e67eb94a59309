// WeightNormalization of tensorflow_addons: the wrapped layer's kernel is v, and it computes with
// g * v / |v|, the norm over all axes but the last.
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "layers/wrapper.hpp"

namespace halfpixel::keras {
namespace {

struct WeightNormalizationOptions {
  Wrapped wrapped;
  bool data_init = true;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

// What files keep of the wrapped layer beside its kernel, which is the wrapper's.
class BesideKernelImpl final : public LayerImpl {
 public:
  explicit BesideKernelImpl(const LayerImpl& wrapped, std::string name)
      : LayerImpl(wrapped.class_name(), std::move(name), wrapped.policy(), wrapped.trainable()) {
    for (const Variable& variable : wrapped.variables()) {
      if (variable.name != "kernel") variables_.push_back(variable);
    }
  }
  std::vector<ValueId> call(Builder&, std::span<const ValueId>) const override { return {}; }
  void add_config(Config&) const override {}
};

class WeightNormalizationImpl final
    : public LayerOf<WeightNormalizationImpl, WeightNormalizationOptions> {
 public:
  using LayerOf::LayerOf;
  static void fields(auto& v, auto& o) {
    v("layer", o.wrapped);
    v("data_init", o.data_init);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const LayerPtr layer = fresh(true);
    layer->ensure_built(specs_of(builder, inputs), unlimited());
    if (!builder.only_infers()) {
      std::size_t beside = 0;
      for (std::size_t i = 0; i < layer->variables().size(); ++i) {
        layer->assign(i, i == kernel_at_ ? kernel() : beside_->variables()[beside++].value);
      }
    }
    return layer->invoke(builder, inputs);
  }
  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    std::vector<std::pair<std::string, LayerPtr>> all;
    if (beside_ != nullptr && !beside_->variables().empty()) all.emplace_back("layer", beside_);
    if (first_call_ != nullptr) all.emplace_back("_naked_clone_layer", first_call_);
    return all;
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const LayerPtr layer = fresh(true);
    layer->ensure_built(inputs, context);
    const auto& variables = layer->variables();
    kernel_at_ = 0;
    while (kernel_at_ < variables.size() && variables[kernel_at_].name != "kernel") ++kernel_at_;
    if (kernel_at_ == variables.size() || !layer->sublayers().empty()) {
      refuse("must wrap a layer that contains a `kernel` for weights; got layer '", layer->name(),
             "' (", layer->class_name(), ")");
    }
    const Tensor& v = variables[kernel_at_].value;
    add_variable(context, "g", {v.shape()[v.rank() - 1]}, Initializer::ones);
    variables_.push_back(variables[kernel_at_]);
    add_variable(context, "initialized", {}, Initializer::zeros, false, DType::boolean);
    beside_ = std::make_shared<BesideKernelImpl>(*layer, name());
    if (!options_.data_init) return;
    first_call_ = fresh(false);  // what the first call in training measured; files keep it
    first_call_->ensure_built(inputs, context);
  }

 private:
  LayerPtr fresh(bool trainable) const {
    Config config = options_.wrapped.layer->get_config();
    config.set("trainable", trainable && options_.wrapped.layer->trainable());
    return find_layer(options_.wrapped.layer->class_name())->from_config(config);
  }
  static BuildContext& unlimited() {
    static BuildContext context(std::numeric_limits<std::int64_t>::max());
    return context;
  }
  static std::vector<Spec> specs_of(const Builder& builder, std::span<const ValueId> inputs) {
    std::vector<Spec> specs;
    for (const ValueId input : inputs) specs.push_back(builder.spec(input));
    return specs;
  }

  Tensor kernel() const {
    Tensor v = variables()[1].value.clone();
    const bool initialized = *variables()[2].value.data<bool>();
    if (!initialized && options_.data_init) {
      refuse("was saved before its first call, which sets g by its data (data_init)");
    }
    if (!initialized) return v;  // the first call makes g the norm of v
    const std::span<const float> g = variables()[0].value.span<float>();
    const std::span<float> values = v.span<float>();
    std::vector<double> squares(g.size());
    for (std::size_t i = 0; i < values.size(); ++i)
      squares[i % g.size()] += double{values[i]} * values[i];
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double norm = std::sqrt(std::max(squares[i % g.size()], 1e-12));
      values[i] = static_cast<float>(values[i] / norm * g[i % g.size()]);
    }
    return v;
  }

  std::size_t kernel_at_ = 0;
  LayerPtr beside_, first_call_;
};

}  // namespace

std::span<const LayerRow> weight_normalization_rows() {
  static constexpr std::array kRows = {
      row<"Addons>WeightNormalization", WeightNormalizationImpl>()};
  return kRows;
}

}  // namespace halfpixel::keras
