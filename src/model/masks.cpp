// Keras' masks: which steps of a sequence recurrent layers pass over and attention does not see.
// They follow the values that they belong to, through the layers for which Keras says
// supports_masking.
#include <algorithm>
#include <array>

#include "graph/ops/binary.hpp"
#include "model/layer_impl.hpp"

namespace halfpixel::keras {
namespace {

bool hands_on(std::string_view class_name) {
  static constexpr std::array<std::string_view, 31> kClasses = {"Activation",
                                                                "ActivityRegularization",
                                                                "Add",
                                                                "AlphaDropout",
                                                                "Average",
                                                                "BatchNormalization",
                                                                "Concatenate",
                                                                "Dense",
                                                                "Dropout",
                                                                "ELU",
                                                                "GaussianDropout",
                                                                "GaussianNoise",
                                                                "GroupNormalization",
                                                                "Identity",
                                                                "LayerNormalization",
                                                                "LeakyReLU",
                                                                "Maximum",
                                                                "Minimum",
                                                                "Multiply",
                                                                "Normalization",
                                                                "PReLU",
                                                                "ReLU",
                                                                "Rescaling",
                                                                "Softmax",
                                                                "SpatialDropout1D",
                                                                "SpatialDropout2D",
                                                                "SpatialDropout3D",
                                                                "Subtract",
                                                                "ThresholdedReLU",
                                                                "TimeDistributed",
                                                                "UnitNormalization"};
  return std::find(kClasses.begin(), kClasses.end(), class_name) != kClasses.end();
}

}  // namespace

std::optional<ValueId> Builder::mask(ValueId value) const {
  const auto found = masks_.find(value);
  if (found == masks_.end()) return std::nullopt;
  if (found->second == kLost) {
    fail(ErrorCode::unsupported,
         "[mask] the mask of a recurrent layer's input cannot be followed through a "
         "concatenation along another axis than the last");
  }
  return found->second;
}

std::optional<ValueId> Builder::agreed_mask(ValueId value) const {
  if (disputed_.count(value) != 0) {
    fail(ErrorCode::unsupported,
         "[mask] Keras 3 and tf_keras disagree on the mask of what this layer is called with: of "
         "inputs of a MultiHeadAttention and of a sum of which not all have the same mask");
  }
  return mask(value);
}

void Builder::disagree(ValueId value) {
  if (masks_.count(value) != 0) disputed_.insert(value);
}

void Builder::hand_mask_on(std::string_view class_name, std::span<const ValueId> inputs,
                           std::span<const ValueId> results) {
  if (masks_.empty() || results.size() != 1 || masks_.count(results[0]) != 0 ||
      !hands_on(class_name))
    return;
  std::optional<ValueId> all;
  bool disputed = false;
  for (const ValueId input : inputs) {
    const auto found = masks_.find(input), first = masks_.find(inputs[0]);
    disputed = disputed || disputed_.count(input) != 0 ||
               (found == masks_.end()) != (first == masks_.end()) ||
               (found != masks_.end() && found->second != first->second);
    if (found == masks_.end()) continue;
    if (!all || found->second == kLost) {
      all = found->second;
    } else if (*all != kLost && *all != found->second) {
      all = add1(graph::make_binary(graph::BinaryFunction::logical_and), {*all, found->second});
    }
  }
  if (!all) return;
  const Shape from = shape(inputs[0]), to = shape(results[0]);
  const bool joined = class_name == "Concatenate" && inputs.size() > 1;
  if (joined && from.rank() > 0 && from.at(-1) == to.at(-1)) all = kLost;
  set_mask(results[0], *all);
  if (disputed) disputed_.insert(results[0]);
}

}  // namespace halfpixel::keras
