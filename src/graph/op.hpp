// Op: one operation of a compiled graph, with its attributes and nothing else. Ops are immutable
// and shared by graphs. An op infers shapes, and prepares a Kernel for shapes that are fully known.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::graph {

// Shape and dtype of a value. Extents may be kUnknown while a model is being built; in a graph that
// is compiled they are all known.
struct Spec {
  Shape shape;
  DType dtype = DType::float32;
  friend bool operator==(const Spec&, const Spec&) = default;
};

// What an op is prepared for.
struct PrepareArgs {
  std::vector<Spec> inputs;
  std::vector<Spec> outputs;
  std::vector<const Tensor*> constants;  // per input: its value when it is constant, else null
  // Elements between rows of output 0, a row being its last axis: the extent of that axis unless
  // the op said strided_output() and a concatenation takes it in place.
  std::int64_t output_row_stride = 0;
};

// A prepared op: immutable, shared by any number of threads. Whatever a run needs to change lives
// in a State or in scratch. Memory is row-major; buffers are 64-byte aligned except for the
// caller's own.
class Kernel {
 public:
  struct State {
    virtual ~State() = default;
  };
  virtual ~Kernel() = default;
  virtual std::size_t scratch_bytes() const { return 0; }
  // Made once for each arena, so that runs allocate nothing.
  virtual std::unique_ptr<State> make_state() const { return nullptr; }
  // Pointers to inputs and outputs in the op's order (null for inputs that were constant and
  // consumed by prepare). Uses num_threads() threads of OpenMP at most.
  virtual void run(State* state, const void* const* in, void* const* out,
                   void* scratch) const noexcept = 0;
};

class Op {
 public:
  virtual ~Op() = default;
  virtual std::string_view kind() const noexcept = 0;  // "conv", "add", "up_sampling" …
  // Attributes for people and for comparing: "3x3 stride 1 same relu".
  virtual std::string attributes() const { return {}; }
  // Throws Error naming the op when the inputs cannot be. Unknown extents give unknown extents.
  virtual std::vector<Spec> infer(std::span<const Spec> inputs) const = 0;
  virtual std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const = 0;

  // Output 0 may be written over this input's memory (same size, element by element).
  virtual bool in_place(int input) const {
    (void)input;
    return false;
  }
  // Output 0 may have gaps between its rows.
  virtual bool strided_output() const { return false; }
};

using OpPtr = std::shared_ptr<const Op>;

}  // namespace halfpixel::graph
