// What recurrent layers share: a cell knows its variables and how to go through a sequence, a layer
// knows which sequence that is and what of the result is wanted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/ops/recurrent.hpp"
#include "layers/activations.hpp"
#include "layers/wrapper.hpp"

namespace halfpixel::keras {

// What a cell goes through, first step first.
struct Sequence {
  ValueId x = 0;                     // (N, T, …)
  std::vector<ValueId> states = {};  // empty: zeros
  std::optional<ValueId> mask = {};  // (N, T)
  bool return_sequences = false;
  bool zero_output_for_mask = false;
};

class CellImpl : public LayerImpl {
 public:
  using LayerImpl::LayerImpl;
  virtual std::size_t state_count() const = 0;
  // The output, then the states.
  virtual std::vector<ValueId> unroll(Builder& builder, const Sequence& sequence) const = 0;
  std::vector<ValueId> call(Builder&, std::span<const ValueId>) const override {
    refuse("a cell is a part of a recurrent layer; it cannot be called alone");
  }

 protected:
  // The values of variables: kernel, recurrent_kernel, bias.
  Tensor value(std::size_t variable) const { return variables()[variable].value; }
  graph::Unary unary(std::string_view key, const ActivationFunction& function) const {
    if (!function.unary()) {
      refuse(key, " must be a function of one element; got ", function.serialize().json());
    }
    return *function.unary();
  }
  // x and states with the op's attributes filled in; `between`: inputs before mask and states.
  static std::vector<ValueId> add_recurrent(Builder& builder, graph::RecurrentAttributes attributes,
                                            ValueId x, std::vector<ValueId> between,
                                            const Sequence& sequence);
};

// The keys that Keras' RNN has.
struct SequenceOptions {
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;  // changes nothing
  bool zero_output_for_mask = false;
  bool time_major = false;  // tf_keras
};

void sequence_fields(auto& v, auto& o) {
  v.formerly("time_major", o.time_major);
  v("return_sequences", o.return_sequences);
  v("return_state", o.return_state);
  v("go_backwards", o.go_backwards);
  v("stateful", o.stateful);
  v("unroll", o.unroll);
  v("zero_output_for_mask", o.zero_output_for_mask);
}

// Classes that are called on x, states if any and a mask if any.
bool is_recurrent(std::string_view class_name);
// Whose calls Keras records with the mask of their input.
inline bool takes_mask(std::string_view class_name) {
  return is_recurrent(class_name) || class_name == "GlobalAveragePooling1D" ||
         class_name == "GlobalAvgPool1D" || class_name == "TimeDistributed" ||
         class_name == "Softmax";
}

// A recurrent layer, whatever its cell. Called on x, its states if any, and a mask if any.
class RecurrentImpl : public LayerImpl {
 public:
  using LayerImpl::LayerImpl;
  bool takes_several() const override { return true; }
  virtual const SequenceOptions& sequence_options() const = 0;
  virtual void set_zero_output_for_mask(bool zero) = 0;  // Bidirectional's
  std::size_t state_count() const { return cell().state_count(); }

  std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const override {
    return call_with_arguments(builder, inputs, {});
  }
  std::vector<ValueId> call_with_arguments(Builder& builder, std::span<const ValueId> inputs,
                                           const Config& arguments) const override;
  std::vector<std::pair<std::string, LayerPtr>> sublayers() const override {
    return {{"cell", cell_}};
  }

  // What a call says beside x, for those who are called alike.
  struct Call {
    std::vector<ValueId> states;
    std::optional<ValueId> mask;
  };
  static Call read_call(const LayerImpl& layer, Builder& builder, std::span<const ValueId> inputs,
                        const Config& arguments);

 protected:
  const CellImpl& cell() const { return static_cast<const CellImpl&>(*cell_); }
  void set_cell(LayerPtr cell) { cell_ = std::move(cell); }
  void check_sequence_options() const;
  void build(BuildContext& context, std::span<const Spec> inputs) override;

 private:
  LayerPtr cell_;  // a CellImpl
};

}  // namespace halfpixel::keras
