// A oneDNN primitive as a Kernel: what it is made of is fixed at prepare time; a run sets pointers
// and executes. Shared by convolution, transposed convolution, matrix products and einsum.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/op.hpp"
#include "graph/ops/dnnl_version.hpp"
#include "graph/ops/unary.hpp"

namespace halfpixel::graph {

const dnnl::engine& dnnl_engine();

// Scratch memory is the caller's, and the activation follows where oneDNN has it (follows_in_dnnl).
dnnl::primitive_attr dnnl_attributes(const Unary& activation = {});
bool follows_in_dnnl(const Unary& activation);

// " relu", or "" for none: what attributes() of these ops end in.
std::string activation_text(const Unary& activation);

// Calls `make` and turns oneDNN's exception into Error "[who] …".
std::unique_ptr<Kernel> dnnl_guard(std::string_view who,
                                   const std::function<std::unique_ptr<Kernel>()>& make);

// Whether the implementation of that name, which `name` tells or throws, has the instructions that
// kernels::bf16_kernels() has.
bool dnnl_has_bf16(const std::function<std::string()>& name);

// Whether the implementation of that name is what oneDNN falls back to: its gemm, which may divide
// sums among threads, or its reference code, which is slow. Ours are better than both.
bool dnnl_is_fallback(std::string_view implementation);

// The tensor's elements in the layout `wanted`: the tensor itself where that is its layout already.
// `layout` says what the elements of `tensor` mean.
dnnl::memory dnnl_constant(const Tensor& tensor, const dnnl::memory::desc& layout,
                           const dnnl::memory::desc& wanted);

// One or more primitives that run one after the other.
class DnnlKernel : public Kernel {
 public:
  // Where the memory of an argument is when the kernel runs.
  struct Place {
    enum class Kind { input, output, scratch, constant };
    Kind kind = Kind::input;
    std::size_t at = 0;     // input or output: index; scratch: byte offset
    dnnl::memory constant;  // memory that the kernel keeps
  };
  struct Argument {
    int role;  // DNNL_ARG_SRC …
    dnnl::memory::desc desc;
    Place place;
  };
  static Place input(std::size_t index) { return {Place::Kind::input, index, {}}; }
  static Place output(std::size_t index) { return {Place::Kind::output, index, {}}; }
  static Place constant(dnnl::memory memory) {
    return {Place::Kind::constant, 0, std::move(memory)};
  }
  // Takes `bytes` of scratch memory that stays valid for the whole run.
  Place take_scratch(std::size_t bytes);

  // `keep` holds what constants point into.
  void add(const dnnl::primitive& primitive, std::vector<Argument> arguments);
  // Scratch that holds what is at `place` as `to` has it.
  Place add_reorder(const dnnl::memory::desc& from, const Place& place,
                    const dnnl::memory::desc& to);
  // A step of our own between primitives.
  using Step = std::function<void(const void* const* in, void* const* out, void* scratch)>;
  void add(Step step);
  // Where `place` is in a run.
  static void* data(const Place& place, const void* const* in, void* const* out,
                    void* scratch) noexcept;
  // output 0 becomes f(output 0), in rows of `columns` that are `row_stride` apart.
  void add_activation(const Unary& activation, std::int64_t rows, std::int64_t columns,
                      std::int64_t row_stride);
  // The same for activations that oneDNN does not have; nothing otherwise.
  void add_missing_activation(const Unary& activation, std::int64_t rows, std::int64_t columns,
                              std::int64_t row_stride);
  void keep(const Tensor& tensor) { kept_.push_back(tensor); }
  void set_implementation(std::string name) { implementation_ = std::move(name); }
  // oneDNN's name of what was chosen: "brgconv:avx512_core".
  std::string_view implementation() const override { return implementation_; }

  std::size_t scratch_bytes() const override { return scratch_bytes_; }
  std::unique_ptr<State> make_state() const override;
  void run(State* state, const void* const* in, void* const* out,
           void* scratch) const noexcept override;

 private:
  struct Stage {
    dnnl::primitive primitive;
    std::vector<Argument> arguments;
    Step step;
  };
  struct RunState;
  std::vector<Stage> stages_;
  std::vector<Tensor> kept_;
  std::size_t scratch_bytes_ = 0;
  std::string implementation_;
};

// A kernel for results without elements.
std::unique_ptr<Kernel> nothing_to_do();

}  // namespace halfpixel::graph
