// Recurrent cells over time: steps one after the other, in one op. Inputs, in this order:
//   x (N, T, …, gates · U): the inputs' share of every gate, bias included
//   kernel: the states' share, (U, gates · U), or a convolution's where `window` is set
//   late kernel (U, U): gru_reset_before alone, whose `kernel` then has two gates
//   bias (3 · U) of the states' share: gru, where `bias` is set
//   mask (N, T), bool, where `mask` is set: false steps leave states as they are
//   states (N, …, U), where `initial_states` is set; zeros otherwise
// Outputs: (N, T, …, U), or the last step's (N, …, U), then the states.
#pragma once

#include <cstdint>
#include <optional>

#include "graph/op.hpp"
#include "graph/ops/conv_geometry.hpp"
#include "graph/ops/function.hpp"

namespace halfpixel::graph {

enum class RecurrentCell : std::uint8_t {
  simple,            // one gate
  lstm,              // i f c o; states h and c
  gru,               // z r h, reset after the product
  gru_reset_before,  // z r h
};

struct RecurrentAttributes {
  RecurrentCell cell = RecurrentCell::simple;
  Unary activation = Function::tanh;
  Unary recurrent_activation = Function::sigmoid;
  std::optional<WindowMove> window = {};  // lstm: states are images
  bool return_sequences = false;
  bool zero_output_for_mask = false;  // else a masked step repeats the output before it
  bool bias = false;
  bool mask = false;
  bool initial_states = false;
  friend bool operator==(const RecurrentAttributes&, const RecurrentAttributes&) = default;
};

OpPtr make_recurrent(const RecurrentAttributes& attributes);

}  // namespace halfpixel::graph
