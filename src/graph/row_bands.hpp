// RowBands: which rows of a graph's result come out right when it runs on some of the rows of its
// input alone. Found by following rows through the graph as it was recorded: a row is right when
// it is made of right rows by the same taps as in the whole, however far padding or strides are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "graph/linear_axis.hpp"

namespace halfpixel::graph {

class RowBands {
 public:
  // A run of the band's graph on input rows [input, input + band height) gives rows
  // [begin, end) of the whole result, where they stand at [begin - output, end - output).
  struct Band {
    std::int64_t input = 0, output = 0, begin = 0, end = 0;
  };

  // The same graph recorded for (1, height, …) images of two heights; one input and one result of
  // at least three axes. Throws Error(unsupported) that names the node whose rows may come from
  // anywhere.
  RowBands(const Graph& whole, const Graph& band);

  // Bands that together give every row once, from the top; empty: the band is too low for that.
  std::vector<Band> cover() const;
  // Bands begin at multiples of it, where strides and the tiles of fast convolutions agree.
  std::int64_t step() const { return step_; }

 private:
  struct Source {  // of a node's result
    int from, to;  // places in values_
    LinearAxis whole, band;
  };
  struct Rows {
    std::int64_t whole = 0, band = 0;
    RowTile tile = {};
    std::int64_t shift(const RowBands& bands, std::int64_t input) const;
  };
  Band at(std::int64_t input) const;

  std::vector<Rows> values_;     // that depend on the input, in the order in which they are made
  std::vector<Source> sources_;  // by `to`
  int result_ = 0;
  std::int64_t step_ = 0;
};

}  // namespace halfpixel::graph
