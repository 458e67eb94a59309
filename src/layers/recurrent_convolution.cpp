// ConvLSTM1D, ConvLSTM2D, ConvLSTM3D: an LSTM whose products are convolutions.
#include <array>
#include <memory>

#include "graph/ops/cast.hpp"
#include "graph/ops/conv.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/transpose.hpp"
#include "layers/convolution.hpp"
#include "layers/recurrent.hpp"

namespace halfpixel::keras {
namespace {

using graph::Extent;

struct ConvLSTMOptions : SequenceOptions {
  std::int64_t filters = 0;
  Size kernel_size = 0;
  Size strides = 1;
  Padding padding = Padding::valid;
  std::optional<DataFormat> data_format = {};
  Size dilation_rate = 1;
  ActivationFunction activation = ActivationFunction(Activation::tanh);
  ActivationFunction recurrent_activation = ActivationFunction(Activation::sigmoid);
  bool use_bias = true;
  bool unit_forget_bias = true;
  double dropout = 0.0, recurrent_dropout = 0.0;
  Config::Value seed = {};
  std::string name = {};
  DTypePolicy dtype = {};
  bool trainable = true;
};

void conv_lstm_fields(auto& v, auto& o) {
  sequence_fields(v, o);
  v("filters", o.filters);
  v("kernel_size", o.kernel_size);
  v("strides", o.strides);
  v("padding", o.padding);
  v("data_format", o.data_format);
  v("dilation_rate", o.dilation_rate);
  v("activation", o.activation);
  v("recurrent_activation", o.recurrent_activation);
  v("use_bias", o.use_bias);
  v.initializer("kernel_initializer", "GlorotUniform");
  v.initializer("recurrent_initializer", "Orthogonal");
  v.initializer("bias_initializer", "Zeros");
  v("unit_forget_bias", o.unit_forget_bias);
  v.none("kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "activity_regularizer",
         "kernel_constraint", "recurrent_constraint", "bias_constraint");
  v("dropout", o.dropout);
  v("recurrent_dropout", o.recurrent_dropout);
  v("seed", o.seed);
}

class ConvLSTMCell final : public LayerOf<ConvLSTMCell, ConvLSTMOptions, CellImpl> {
 public:
  ConvLSTMCell(std::string_view class_name, int rank, const ConvLSTMOptions& o)
      : LayerOf(class_name, o, rank), rank_(rank) {
    unary("activation", o.activation);
    unary("recurrent_activation", o.recurrent_activation);
    if (o.filters <= 0) refuse("filters must be positive; got ", o.filters);
    for (const Size* const size :
         {&options_.kernel_size, &options_.strides, &options_.dilation_rate}) {
      for (int i = 0; i < rank; ++i) {
        if ((*size)[i] < 1)
          refuse("kernel_size, strides and dilation_rate must be positive; got ", *size);
      }
    }
    if (o.padding == Padding::causal) refuse("padding must be valid or same; got causal");
  }
  static void fields(auto& v, auto& o) { conv_lstm_fields(v, o); }
  std::size_t state_count() const override { return 2; }

  std::vector<ValueId> unroll(Builder& builder, const Sequence& sequence) const override {
    const Options& o = options_;
    const bool first = *o.data_format == DataFormat::channels_first;
    const Shape shape = builder.shape(sequence.x);
    std::vector<Extent> folded = {Extent::rest()};
    for (int i = 2; i < shape.rank(); ++i) folded.push_back(Extent::same_as(i));
    ValueId x = builder.add1(graph::make_reshape(std::move(folded)), {sequence.x});
    if (first) x = builder.add1(graph::make_to_channels_last(rank_ + 2), {x});
    graph::ConvAttributes conv;
    conv.move.spatial_rank = rank_;
    conv.move.strides = per_axis(o.strides);
    conv.move.dilation = per_axis(o.dilation_rate);
    conv.move.same = o.padding == Padding::same;
    std::vector<ValueId> product = {x, builder.constant(value(0))};
    if (o.use_bias) product.push_back(builder.constant(value(2)));
    x = builder.add(graph::make_conv(conv), product)[0];
    x = builder.add1(make_unfold_steps(), {x, sequence.x});
    graph::RecurrentAttributes attributes;
    attributes.cell = graph::RecurrentCell::lstm;
    attributes.activation = *o.activation.unary();
    attributes.recurrent_activation = *o.recurrent_activation.unary();
    attributes.window = graph::WindowMove{.spatial_rank = rank_, .same = true};
    Sequence inner = sequence;
    for (ValueId& state : inner.states) {
      if (first) state = builder.add1(graph::make_to_channels_last(rank_ + 2), {state});
    }
    std::vector<ValueId> results =
        add_recurrent(builder, attributes, x, {builder.constant(value(1))}, inner);
    for (ValueId& result : results) {
      if (first) result = channels_first(builder, result);
    }
    return results;
  }

 protected:
  void build(BuildContext& context, std::span<const Spec> inputs) override {
    const Options& o = options_;
    require_rank(inputs[0], rank_ + 2);
    const Shape& shape = inputs[0].shape;
    const std::int64_t channels = shape.at(*o.data_format == DataFormat::channels_first ? 1 : -1);
    if (channels == kUnknown || channels == 0) {
      refuse("The channel dimension of the inputs should be defined. Received input_shape=", shape);
    }
    Shape kernel;
    for (int i = 0; i < rank_; ++i) kernel.push_back(o.kernel_size[i]);
    for (const std::int64_t from : {channels, o.filters}) {
      Shape one = kernel;
      one.push_back(from);
      one.push_back(4 * o.filters);
      add_variable(context, variables_.empty() ? "kernel" : "recurrent_kernel", one,
                   Initializer::glorot_uniform);
    }
    if (o.use_bias) add_variable(context, "bias", {4 * o.filters}, Initializer::zeros);
  }

 private:
  // The last axis before the spatial ones, of states and of sequences of them.
  ValueId channels_first(Builder& builder, ValueId y) const {
    const int rank = builder.shape(y).rank();
    std::vector<int> order;
    for (int i = 0; i < rank - rank_ - 1; ++i) order.push_back(i);
    order.push_back(rank - 1);
    for (int i = rank - rank_ - 1; i < rank - 1; ++i) order.push_back(i);
    return builder.add1(graph::make_transpose(order), {y});
  }

  int rank_;
};

class ConvLSTMLayer final : public LayerOf<ConvLSTMLayer, ConvLSTMOptions, RecurrentImpl> {
 public:
  ConvLSTMLayer(std::string_view class_name, int rank, const ConvLSTMOptions& o)
      : LayerOf(class_name, o, rank) {
    check_sequence_options();
    ConvLSTMOptions cell = o;
    cell.name = "conv_lstm_cell";
    cell.dtype = policy();
    set_cell(std::make_shared<ConvLSTMCell>("ConvLSTMCell", rank, cell));
  }
  static void fields(auto& v, auto& o) { conv_lstm_fields(v, o); }
  const SequenceOptions& sequence_options() const override { return options_; }
  void set_zero_output_for_mask(bool zero) override { options_.zero_output_for_mask = zero; }
};

}  // namespace

std::span<const LayerRow> recurrent_convolution_rows() {
  static constexpr std::array kRows = {
      row<"ConvLSTM1D", ConvLSTMLayer, 1>(),
      row<"ConvLSTM2D", ConvLSTMLayer, 2>(),
      row<"ConvLSTM3D", ConvLSTMLayer, 3>(),
  };
  return kRows;
}

}  // namespace halfpixel::keras
