// SimpleRNN, LSTM and GRU: their cells, and what all recurrent layers do with a cell.
#include "layers/recurrent.hpp"

#include <array>
#include <memory>

#include "graph/ops/matmul.hpp"
#include "graph/ops/repeat.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/slice.hpp"
#include "model/emit.hpp"

namespace halfpixel::keras {

std::vector<ValueId> CellImpl::add_recurrent(Builder& builder,
                                             graph::RecurrentAttributes attributes, ValueId x,
                                             std::vector<ValueId> between,
                                             const Sequence& sequence) {
  attributes.return_sequences = sequence.return_sequences;
  attributes.zero_output_for_mask = sequence.zero_output_for_mask;
  attributes.mask = sequence.mask.has_value();
  attributes.initial_states = !sequence.states.empty();
  std::vector<ValueId> ids = {x};
  ids.insert(ids.end(), between.begin(), between.end());
  if (sequence.mask) ids.push_back(*sequence.mask);
  ids.insert(ids.end(), sequence.states.begin(), sequence.states.end());
  return builder.add(graph::make_recurrent(attributes), ids);
}

bool is_recurrent(std::string_view class_name) {
  return class_name == "Bidirectional" || class_name == "RNN" || class_name == "SimpleRNN" ||
         class_name == "GRU" || class_name == "LSTM" || class_name.starts_with("ConvLSTM");
}

RecurrentImpl::Call RecurrentImpl::read_call(const LayerImpl& layer, Builder& builder,
                                             std::span<const ValueId> inputs,
                                             const Config& arguments) {
  Call call;
  bool with_states = false, with_mask = false;
  for (const auto& [key, value] : arguments.items()) {
    if (key == "initial_state") {
      with_states = true;
    } else if (key == "mask") {
      with_mask = true;
    } else {
      fail(ErrorCode::invalid_argument, "[", layer.class_name(), " '", layer.name(),
           "'] unknown argument of the call; got ", arguments.json());
    }
  }
  const std::size_t states_end = inputs.size() - (with_mask ? 1 : 0);
  call.states.assign(inputs.begin() + 1, inputs.begin() + static_cast<std::ptrdiff_t>(states_end));
  const std::int64_t batch = builder.shape(inputs[0])[0];
  for (ValueId& state : call.states) {
    state = as_float32(builder, state);
    // One row of an array is every sequence's.
    Shape shape = builder.shape(state);
    if (shape.rank() == 0 || shape[0] != 1 || batch == 1 || batch == kUnknown) continue;
    shape[0] = batch;
    state = builder.add1(graph::make_broadcast_to(shape), {state});
  }
  // Keras 3 forgets the mask of a layer that is called with states by name.
  if (with_mask) {
    call.mask = inputs.back();
  } else if (!with_states) {
    call.mask = builder.mask(inputs[0]);
  }
  return call;
}

std::vector<ValueId> RecurrentImpl::call_with_arguments(Builder& builder,
                                                        std::span<const ValueId> inputs,
                                                        const Config& arguments) const {
  const SequenceOptions& o = sequence_options();
  Call call = read_call(*this, builder, inputs, arguments);
  const std::optional<ValueId> mask = call.mask;
  if (!call.states.empty() && call.states.size() != state_count()) {
    refuse("must be called with ", state_count(), " states or none; got ", call.states.size());
  }
  Sequence sequence{inputs[0], std::move(call.states), mask, o.return_sequences,
                    o.zero_output_for_mask};
  for (ValueId* const id : {&sequence.x, mask ? &*sequence.mask : nullptr}) {
    if (id != nullptr && o.go_backwards) *id = builder.add1(graph::make_flip({1}), {*id});
  }
  sequence.x = as_float32(builder, sequence.x);
  std::vector<ValueId> results = cell().unroll(builder, sequence);
  if (!o.return_state) results.resize(1);
  if (o.return_sequences && mask) builder.set_mask(results[0], *mask);
  return results;
}

void RecurrentImpl::check_sequence_options() const {
  const SequenceOptions& o = sequence_options();
  if (o.stateful) {
    fail(ErrorCode::unsupported, "[", class_name(), " '", name(),
         "'] stateful=True is not supported: what it computes depends on the calls before");
  }
  if (o.time_major) {
    fail(ErrorCode::unsupported, "[", class_name(), " '", name(),
         "'] time_major=True is not supported");
  }
}

void RecurrentImpl::build(BuildContext& context, std::span<const Spec> inputs) {
  const Shape& shape = inputs[0].shape;
  if (shape.rank() < 3) refuse("must be called on (batch, steps, …); got ", shape);
  Spec step{{shape[0]}, inputs[0].dtype};
  for (int i = 2; i < shape.rank(); ++i) step.shape.push_back(shape[i]);
  cell_->ensure_built(std::span(&step, 1), context);
}

namespace {

using graph::RecurrentCell;

struct UnitsOptions {
  std::int64_t units = 0;
  ActivationFunction activation = ActivationFunction(Activation::tanh);
  ActivationFunction recurrent_activation = ActivationFunction(Activation::sigmoid);
  bool use_bias = true;
  bool unit_forget_bias = true;
  double dropout = 0.0, recurrent_dropout = 0.0;
  bool reset_after = true;
  Config::Value seed = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};
// Keras 2's GRU before TensorFlow 2 had no such key and reset before.

template <RecurrentCell kCell>
class UnitsCell final : public LayerOf<UnitsCell<kCell>, UnitsOptions, CellImpl> {
 public:
  using Base = LayerOf<UnitsCell<kCell>, UnitsOptions, CellImpl>;
  static constexpr bool kLstm = kCell == RecurrentCell::lstm, kGru = kCell == RecurrentCell::gru;
  static constexpr std::int64_t kGates = kLstm ? 4 : kGru ? 3 : 1;

  UnitsCell(std::string_view class_name, const UnitsOptions& o) : Base(class_name, o) {
    if (o.units <= 0) {
      this->refuse(
          "Received an invalid value for argument `units`, expected a positive integer, got ",
          o.units);
    }
    this->unary("activation", o.activation);
    this->unary("recurrent_activation", o.recurrent_activation);
  }

  // layer: of the layer rather than the cell.
  static void cell_fields(auto& v, auto& o, bool layer) {
    v("units", o.units);
    v("activation", o.activation);
    if constexpr (kLstm || kGru) v("recurrent_activation", o.recurrent_activation);
    v("use_bias", o.use_bias);
    v.initializer("kernel_initializer", "GlorotUniform");
    v.initializer("recurrent_initializer", "Orthogonal");
    v.initializer("bias_initializer", "Zeros");
    if constexpr (kLstm) v("unit_forget_bias", o.unit_forget_bias);
    v.none("kernel_regularizer", "recurrent_regularizer", "bias_regularizer");
    if (layer) v.none("activity_regularizer");
    v.none("kernel_constraint", "recurrent_constraint", "bias_constraint");
    v("dropout", o.dropout);
    v("recurrent_dropout", o.recurrent_dropout);
    if constexpr (kGru) v("reset_after", o.reset_after);
    if (kLstm || kGru || !layer) v("seed", o.seed);
  }
  static void fields(auto& v, auto& o) { cell_fields(v, o, false); }

  std::size_t state_count() const override { return kLstm ? 2 : 1; }

  std::vector<ValueId> unroll(Builder& builder, const Sequence& sequence) const override {
    const UnitsOptions& o = this->options_;
    const bool late = kGru && !o.reset_after;
    graph::RecurrentAttributes attributes;
    attributes.cell = late ? RecurrentCell::gru_reset_before : kCell;
    attributes.activation = *o.activation.unary();
    attributes.recurrent_activation = *o.recurrent_activation.unary();
    attributes.bias = kGru && !late && o.use_bias;
    const auto columns = [&](const Tensor& kernel, std::int64_t begin, std::int64_t end) {
      return builder.add1(graph::make_slice({{1, begin, end}}), {builder.constant(kernel)});
    };
    std::vector<ValueId> product = {sequence.x, builder.constant(this->value(0))};
    std::vector<ValueId> between;
    if (late) {
      between.push_back(columns(this->value(1), 0, 2 * o.units));
      between.push_back(columns(this->value(1), 2 * o.units, 3 * o.units));
    } else {
      between.push_back(builder.constant(this->value(1)));
    }
    if (attributes.bias) {
      const auto row = [&](std::int64_t i) {
        const ValueId both = builder.constant(this->value(2));
        const ValueId one = builder.add1(graph::make_slice({{0, i, i + 1}}), {both});
        return builder.add1(graph::make_reshape({graph::Extent::of(3 * o.units)}), {one});
      };
      product.push_back(row(0));
      between.push_back(row(1));
    } else if (o.use_bias) {
      product.push_back(builder.constant(this->value(2)));
    }
    const ValueId x = builder.add(graph::make_matmul(), product)[0];
    return this->add_recurrent(builder, attributes, x, std::move(between), sequence);
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const UnitsOptions& o = this->options_;
    const Shape& shape = inputs[0].shape;
    if (shape.rank() != 2 || shape[1] == kUnknown) {
      this->refuse("steps must be (batch, features), the features known; got ", shape);
    }
    this->add_variable(context, "kernel", {shape[1], kGates * o.units},
                       Initializer::glorot_uniform);
    this->add_variable(context, "recurrent_kernel", {o.units, kGates * o.units},
                       Initializer::glorot_uniform);
    if (!o.use_bias) return;
    Shape bias = {kGates * o.units};
    if (kGru && o.reset_after) bias = {2, kGates * o.units};
    this->add_variable(context, "bias", bias, Initializer::zeros);
  }
};

struct UnitsLayerOptions : UnitsOptions, SequenceOptions {};

template <RecurrentCell kCell>
class UnitsLayer final : public LayerOf<UnitsLayer<kCell>, UnitsLayerOptions, RecurrentImpl> {
 public:
  using Base = LayerOf<UnitsLayer<kCell>, UnitsLayerOptions, RecurrentImpl>;
  using Cell = UnitsCell<kCell>;

  UnitsLayer(std::string_view class_name, const UnitsLayerOptions& o) : Base(class_name, o) {
    this->check_sequence_options();
    UnitsOptions cell = o;
    cell.name = Cell::kLstm ? "lstm_cell" : Cell::kGru ? "gru_cell" : "simple_rnn_cell";
    cell.dtype = this->policy();
    this->set_cell(std::make_shared<Cell>(concat(class_name, "Cell"), cell));
  }
  static void fields(auto& v, auto& o) {
    sequence_fields(v, o);
    Cell::cell_fields(v, o, true);
  }
  const SequenceOptions& sequence_options() const override { return this->options_; }
  void set_zero_output_for_mask(bool zero) override { this->options_.zero_output_for_mask = zero; }
};

}  // namespace

std::span<const LayerRow> recurrent_rows() {
  static constexpr std::array kRows = {
      row<"SimpleRNN", UnitsLayer<RecurrentCell::simple>>(),
      row<"SimpleRNNCell", UnitsCell<RecurrentCell::simple>>(),
      row<"LSTM", UnitsLayer<RecurrentCell::lstm>>(),
      row<"LSTMCell", UnitsCell<RecurrentCell::lstm>>(),
      row<"GRU", UnitsLayer<RecurrentCell::gru>>(),
      row<"GRUCell", UnitsCell<RecurrentCell::gru>>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
