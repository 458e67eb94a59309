// Executable: a graph with known shapes, optimised, its memory planned, ready to run. Immutable;
// any number of threads may run it at once; a run allocates nothing once as many arenas exist as
// run together.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace halfpixel::graph {

struct CompileOptions {
  bool optimise = true;        // off: every node runs as it was recorded ("layer by layer")
  bool keep_rounding = false;  // no pass that changes rounding: the bits of `optimise` off
  bool fast = false;           // passes that round to fewer digits run, too
  std::vector<std::string> without = {};  // names of passes that do not run
  friend bool operator==(const CompileOptions&, const CompileOptions&) = default;
};

// What the compiler did, for people.
struct PassReport {
  std::string pass;
  int changes = 0;
  // Of the graph, a pass's rounds taken together: `before` is what the pass above it left.
  double multiply_adds_before = 0, multiply_adds_after = 0;
};

class Executable {
 public:
  // Throws Error when `without` names a pass that does not exist.
  static std::shared_ptr<const Executable> compile(Graph graph, const CompileOptions& options = {});
  ~Executable();

  std::vector<Spec> inputs() const;
  std::vector<Spec> outputs() const;
  // Shapes and dtypes must be the graph's (checked; Error). Views must be contiguous.
  void run(std::span<const ConstTensorView> inputs, std::span<const TensorView> outputs) const;
  // The same; adds the seconds that node i of graph() took to seconds[i].
  void run(std::span<const ConstTensorView> inputs, std::span<const TensorView> outputs,
           std::span<double> seconds) const;
  std::vector<Tensor> operator()(std::span<const Tensor> inputs) const;

  std::size_t arena_bytes() const noexcept;      // intermediate values and scratch of one run
  std::size_t unplanned_bytes() const noexcept;  // what separate buffers would have taken
  const std::vector<PassReport>& report() const noexcept;
  const Graph& graph() const noexcept;  // after optimisation

 private:
  struct Impl;
  explicit Executable(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace halfpixel::graph
