// SpatialPyramidPooling of keras_hub and keras_cv: what DeepLabV3 looks at several scales with.
#include <array>
#include <memory>

#include "graph/known.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/repeat.hpp"
#include "layers/activations.hpp"
#include "layers/fields.hpp"

namespace halfpixel::keras {
namespace {

struct PyramidOptions {
  std::vector<std::int64_t> dilation_rates;
  std::int64_t num_channels = 256;
  ActivationFunction activation{Activation::relu};
  double dropout = 0.0;
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

// A convolution without bias, its normalisation, and where files keep them.
struct Branch {
  std::string path;
  LayerPtr convolution, normalization;
};

class SpatialPyramidPoolingImpl final : public LayerOf<SpatialPyramidPoolingImpl, PyramidOptions> {
 public:
  SpatialPyramidPoolingImpl(std::string_view class_name, const Options& o)
      : LayerOf(class_name, o) {
    if (o.num_channels < 1) refuse("num_channels must be positive; got ", o.num_channels);
    const std::string folder = "aspp_parallel_channels/sequential";
    branches_.push_back(branch(folder, "_1", 1, 1));
    for (std::size_t i = 0; i < o.dilation_rates.size(); ++i) {
      branches_.push_back(
          branch(concat(folder, "_", i + 1), concat("_", i + 2), 3, o.dilation_rates[i]));
    }
    const std::string pool = concat(folder, "_", o.dilation_rates.size() + 1);
    branches_.push_back(branch(pool, "_pooling", 1, 1));
    branches_.push_back(branch("projection", "_projection", 1, 1));
  }
  static void fields(auto& v, auto& o) {
    v("dilation_rates", o.dilation_rates);
    v("num_channels", o.num_channels);
    v("activation", o.activation);
    v("dropout", o.dropout);
  }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    const ValueId x = inputs[0];
    std::vector<ValueId> seen;
    for (std::size_t i = 0; i + 2 < branches_.size(); ++i)
      seen.push_back(emit(builder, branches_[i], x));
    const ValueId mean =
        builder.add1(graph::make_reduce(graph::Reduction::mean, {1, 2}, true), {x});
    const ValueId pooled = emit(builder, branches_[branches_.size() - 2], mean);
    // Keras resizes one pixel to all of them.
    Shape shape = builder.shape(x);
    shape[3] = options_.num_channels;
    seen.push_back(builder.add1(shape.is_known() ? graph::make_broadcast_to(shape)
                                                 : graph::make_later({shape, DType::float32}),
                                {pooled}));
    const ValueId all = builder.add(graph::make_concat(3), seen)[0];
    return {emit(builder, branches_.back(), all)};
  }
  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    std::vector<std::pair<std::string, LayerPtr>> all;
    for (const Branch& branch : branches_) {
      all.emplace_back(branch.path + "/layers/conv2d", branch.convolution);
      all.emplace_back(branch.path + "/layers/batch_normalization", branch.normalization);
    }
    return all;
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    require_rank(inputs[0], 4);
    for (const Branch& branch : branches_) {
      Spec x = inputs[0];
      const auto scales = static_cast<std::int64_t>(options_.dilation_rates.size()) + 2;
      if (&branch == &branches_.back()) x.shape[3] = scales * options_.num_channels;
      branch.convolution->ensure_built(std::span(&x, 1), context);
      x.shape[3] = options_.num_channels;
      branch.normalization->ensure_built(std::span(&x, 1), context);
    }
  }

 private:
  Branch branch(std::string path, const std::string& name, std::int64_t kernel,
                std::int64_t dilation) const {
    const bool scale = path.starts_with("aspp") && name != "_pooling";
    const auto with_name = [&](const char* what) {
      Config config;
      config.set("name", concat(scale ? "aspp_" : "", what, name));
      config.set("trainable", trainable());
      return config;
    };
    Config convolution = with_name("conv");
    convolution.set("filters", options_.num_channels);
    convolution.set("kernel_size", kernel);
    convolution.set("padding", "same");
    convolution.set("dilation_rate", dilation);
    convolution.set("use_bias", false);
    convolution.set("data_format", "channels_last");
    return {std::move(path), find_layer("Conv2D")->from_config(convolution),
            find_layer("BatchNormalization")->from_config(with_name("bn"))};
  }
  ValueId emit(Builder& builder, const Branch& branch, ValueId x) const {
    x = branch.convolution->invoke(builder, std::span(&x, 1))[0];
    x = branch.normalization->invoke(builder, std::span(&x, 1))[0];
    return options_.activation.emit(builder, x);
  }

  std::vector<Branch> branches_;  // at last the pooled one, and the projection of all
};

}  // namespace

std::span<const LayerRow> spatial_pyramid_pooling_rows() {
  static constexpr std::array kRows = {
      told_row<"SpatialPyramidPooling", SpatialPyramidPoolingImpl, "dilation_rates", "keras_hub">(
          "keras_hub>SpatialPyramidPooling"),
      row<"keras_cv>SpatialPyramidPooling", SpatialPyramidPoolingImpl>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
