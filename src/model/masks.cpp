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

// Add and its like.
bool merges_values(std::string_view class_name) {
  static constexpr std::array<std::string_view, 6> kClasses = {"Add",     "Average",  "Maximum",
                                                               "Minimum", "Multiply", "Subtract"};
  return std::find(kClasses.begin(), kClasses.end(), class_name) != kClasses.end();
}

}  // namespace

bool merges_masks(std::string_view class_name) {
  return merges_values(class_name) || class_name == "Concatenate";
}

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
         "inputs of a MultiHeadAttention and of what is computed of them");
  }
  return mask(value);
}

void Builder::disagree(ValueId value) {
  if (masks_.count(value) != 0) disputed_.insert(value);
}

Builder::OtherMask::OtherMask(Builder& builder, ValueId value, ValueId mask)
    : builder_(builder), value_(value), disputed_(builder.disputed_.erase(value) != 0) {
  const auto found = builder.masks_.find(value);
  if (found != builder.masks_.end()) before_ = found->second;
  builder.set_mask(value, mask);
}

Builder::OtherMask::~OtherMask() {
  builder_.masks_.erase(value_);
  if (before_) builder_.set_mask(value_, *before_);
  if (disputed_) builder_.disputed_.insert(value_);
}

void Builder::hand_mask_on(std::string_view class_name, std::span<const ValueId> inputs,
                           std::span<const ValueId> results) {
  if (masks_.empty() || results.size() != 1 || masks_.count(results[0]) != 0 ||
      !hands_on(class_name))
    return;
  // tf_keras: what every mask that there is lets through; Keras 3: what any lets through, and
  // nothing is masked where an input has no mask.
  const auto both =
      of_tf_keras_ ? graph::BinaryFunction::logical_and : graph::BinaryFunction::logical_or;
  const Shape from = shape(inputs[0]), to = shape(results[0]);
  const bool along_steps = class_name == "Concatenate" && inputs.size() > 1 && from.rank() > 0 &&
                           from.at(-1) == to.at(-1);
  std::optional<ValueId> all;
  bool disputed = false;
  for (const ValueId input : inputs) {
    const auto found = masks_.find(input);
    disputed = disputed || disputed_.count(input) != 0;
    if (found == masks_.end()) {
      if (merges_masks(class_name) && !of_tf_keras_ && !along_steps) return;
    } else if (!all || found->second == kLost) {
      all = found->second;
    } else if (*all != kLost && *all != found->second) {
      all = add1(graph::make_binary(both), {*all, found->second});
    }
  }
  if (!all) return;
  if (along_steps) all = kLost;
  set_mask(results[0], *all);
  if (disputed) disputed_.insert(results[0]);
}

// Only where one mask is all that there is do "and" and "or" agree, and with them those who pass
// over what is masked and those who do not. Keras 3 joins the masks of a concatenation by an
// operation whose name is the layer's own, so that it could not open the file.
bool Builder::merges_alike(std::string_view class_name, std::span<const ValueId> inputs) const {
  std::optional<ValueId> one;
  std::size_t masked = 0;
  for (const ValueId input : inputs) {
    const auto found = masks_.find(input);
    if (found == masks_.end()) continue;
    if (found->second == kLost || (one && *one != found->second)) return false;
    one = found->second;
    ++masked;
  }
  if (masked == 0) return true;
  return masked == inputs.size() &&
         (class_name == "Add" || class_name == "Subtract" || class_name == "Average");
}

void Builder::note_merge(const LayerImpl& layer, std::span<const ValueId> inputs) {
  if (of_two_minds_ == nullptr || !of_tf_keras_ || !merges_masks(layer.class_name())) return;
  if (!merges_alike(layer.class_name(), inputs)) of_two_minds_->insert(&layer);
}

}  // namespace halfpixel::keras
