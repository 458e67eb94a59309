// Op: one operation of a compiled graph, with its attributes and nothing else. Ops are immutable
// and shared by graphs. An op infers shapes, and prepares a Kernel for shapes that are fully known.
// Passes know no op: they ask it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <halfpixel/dtype.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::resample {
class Plan;
}

namespace halfpixel::graph {

// Shape and dtype of a value. Extents may be kUnknown while a model is being built; in a graph that
// is compiled they are all known.
struct Spec {
  Shape shape;
  DType dtype = DType::float32;
  friend bool operator==(const Spec&, const Spec&) = default;
};

// What an op is prepared for, and what a pass tells it about its node.
struct PrepareArgs {
  std::vector<Spec> inputs;
  std::vector<Spec> outputs;
  std::vector<const Tensor*> constants;  // per input: its value when it is constant, else null
  // Set where a concatenation takes output 0 in place; ops ask row_stride().
  std::int64_t output_row_stride = 0;

  // Elements between rows of output 0, a row being its last axis: the extent of that axis unless
  // the op said strided_output() and a concatenation takes it in place.
  std::int64_t row_stride() const {
    if (output_row_stride != 0) return output_row_stride;
    const Shape& shape = outputs[0].shape;
    return shape.rank() > 0 ? shape[shape.rank() - 1] : 1;
  }
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
  // Of several that compute the same, which: for people and tests.
  virtual std::string_view implementation() const { return {}; }
  // Made once for each arena, so that runs allocate nothing.
  virtual std::unique_ptr<State> make_state() const { return nullptr; }
  // Pointers to inputs and outputs in the op's order (null for inputs that were constant and
  // consumed by prepare). Uses num_threads() threads of OpenMP at most.
  virtual void run(State* state, const void* const* in, void* const* out,
                   void* scratch) const noexcept = 0;
};

class Op;
using OpPtr = std::shared_ptr<const Op>;
struct Unary;           // ops/function.hpp
class ElementFunction;  // op_forms.hpp
class ProductForm;      // op_forms.hpp
struct LinearAxis;      // linear_axis.hpp
struct WindowMove;      // ops/conv_geometry.hpp
struct TransposedForm;  // op_forms.hpp

// y = x · scale + shift, one of each for every place on the last axis; empty: 1 and 0.
struct PerChannel {
  std::vector<double> scale, shift;
};

// What the axes of an input have to do with those of output 0.
enum class InputAxes : std::uint8_t {
  own,        // nothing
  same,       // axis i of one is axis i of the other, though extents may differ
  broadcast,  // the input broadcasts to the output, as NumPy does
};

// Tiles of rows; one of them begins at `first`.
struct RowTile {
  std::int64_t size = 1, first = 0;
};

// Where the elements of the outputs come from, for those who follow what is known before a run.
enum class Elements : std::uint8_t {
  mixed,      // from all of the inputs'
  each,       // one of every input, which broadcast to output 0
  moved,      // copies of the inputs' own, at places that shapes decide
  looked_up,  // copies of the inputs' own, at places that the last input decides
  shape,      // output 0 holds the extents of input 0
};

class Op : public std::enable_shared_from_this<Op> {
 public:
  virtual ~Op() = default;
  virtual std::string_view kind() const noexcept = 0;    // "conv", "add", "up_sampling" …
  virtual std::string attributes() const { return {}; }  // for people: "3x3 stride 1 same relu"
  // Throws Error naming the op when the inputs cannot be. Unknown extents give unknown extents.
  virtual std::vector<Spec> infer(std::span<const Spec> inputs) const = 0;
  virtual std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const = 0;

  // Output 0 may be written over this input's memory (same size, element by element).
  virtual bool in_place(int input) const {
    (void)input;
    return false;
  }
  virtual Elements elements() const { return Elements::mixed; }
  // Output 0 may have gaps between its rows.
  virtual bool strided_output() const { return false; }

  // Rows of output 0 (positions of axis 1) that may be computed together, here or in what a pass
  // makes of it: the bits of one depend on what all of them are made of, and on its place among
  // them.
  virtual RowTile row_tile(const PrepareArgs& args) const {
    (void)args;
    return {};
  }

  // How many a run computes, for people: of convolutions and products, with their padding and with
  // sums of products that are additions alone. Other ops are not measured by them.
  virtual double multiply_adds(const PrepareArgs& args) const {
    (void)args;
    return 0;
  }

  // The rest is what passes ask. Who does not answer is right, and left as it is.

  // Gives the same bits from the same inputs as `other`.
  virtual bool equals(const Op& other) const { return this == &other; }
  // The input that output 0 repeats bit for bit (x + -0, x · 1, a cast to its own dtype); -1: none.
  virtual int repeated_input(const PrepareArgs& args) const {
    (void)args;
    return -1;
  }
  // Output 0 as a function of input `input`, channel by channel; the factors are constant. None:
  // it is something else.
  virtual std::optional<PerChannel> per_channel(int input, const PrepareArgs& args) const {
    (void)input, (void)args;
    return std::nullopt;
  }

  // The op g with transposed(g(x, …)) equal to this(transposed(x), …), axis i of what is transposed
  // being axis order[i] of what it is made from. Every input that has the output's axes is
  // transposed. Null: there is none.
  virtual OpPtr before_transpose(std::span<const int> order) const {
    (void)order;
    return nullptr;
  }
  virtual InputAxes input_axes(int input) const {
    (void)input;
    return InputAxes::own;
  }
  // For ops that do nothing but transpose: axis i of the result is axis order[i] of the input.
  virtual std::optional<std::span<const int>> transposes() const { return std::nullopt; }

  // The block of depth_to_space, channels last, if that is all; 0: it is something else.
  virtual int depth_to_space() const { return 0; }
  // The op whose output 0 is depth_to_space of this one's. Null: there is none.
  virtual OpPtr then_depth_to_space(int block) const {
    (void)block;
    return nullptr;
  }

  // Output 0 is its inputs side by side along the last of its `rank` axes.
  virtual bool joins_channels(int rank) const {
    (void)rank;
    return false;
  }

  // Output 0 as a function of float32 elements, its shape having `rank` axes; null: it is none.
  virtual const ElementFunction* element_function(int rank) const {
    (void)rank;
    return nullptr;
  }
  // The function of one element that this is and nothing else; null: it is something else.
  virtual const Unary* activation() const { return nullptr; }
  // The op whose output 0 is this one's rounded to bfloat16; null: there is none.
  virtual OpPtr rounded_result() const { return nullptr; }
  // The input may as well be given as bfloat16: the op rounds it to that.
  virtual bool rounds_input(int input) const {
    (void)input;
    return false;
  }
  // The op takes all its inputs as bfloat16, too, and rounding them is rounding output 0.
  virtual bool commutes_with_rounding() const { return false; }
  // A sum of products of input 0 with a kernel; null: it is none.
  virtual const ProductForm* product() const { return nullptr; }
  // How a convolution's window moves over (N, …spatial…, C), all filters seeing all channels; null:
  // it is no such convolution.
  virtual const WindowMove* window() const { return nullptr; }
  // The same of a transposed convolution.
  virtual std::optional<TransposedForm> transposed_window(const PrepareArgs& args) const;
  // Output 0 (N, …spatial…, C) as weighted sums of input 0's positions, one axis for each spatial
  // one, rounding aside; empty: it is something else.
  virtual std::vector<LinearAxis> linear_axes(const PrepareArgs& args) const;
  // The plan that makes output 0 of input 0, if that is all.
  virtual std::optional<resample::Plan> resampling(const PrepareArgs& args) const;
  // Which rows of input `input` (positions of its axis 1) those of output 0 are made of, all other
  // axes left aside; weights tell one tap from another and nothing else. None: perhaps of all. An
  // op answers for itself only where the answers above do not say it.
  virtual std::optional<LinearAxis> row_sources(int input, const PrepareArgs& args) const;
};

// An op that is its attributes: what nearly every op derives from. `Derived` is the op itself.
template <class Derived, class Attributes>
class OpWith : public Op {
 public:
  explicit OpWith(Attributes attributes) : attr(std::move(attributes)) {}
  const Attributes attr;

  bool equals(const Op& other) const override {
    const auto* const same = dynamic_cast<const Derived*>(&other);
    return same != nullptr && same->attr == attr;
  }
};

}  // namespace halfpixel::graph
