// LayerImpl: what a Keras layer is inside. A layer knows its configuration and its variables, and
// how to express itself in ops; running, shape inference and optimising are the graph's business.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layer.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

#include "core/checked.hpp"
#include "graph/executable.hpp"
#include "graph/graph.hpp"

namespace halfpixel::keras {

using graph::Builder;
using graph::Spec;
using graph::ValueId;

struct Variable {
  std::string name;  // "kernel", "bias", "moving_mean" …
  Tensor value;      // float32 unless Keras keeps another dtype (Normalization's count)
  bool trainable = true;
  bool alias =
      false;  // a second name, in .keras files, of a variable that a sublayer owns: not counted
};

enum class Initializer { zeros, ones, glorot_uniform, uniform };

class LayerImpl;
using LayerPtr = std::shared_ptr<LayerImpl>;

class LayerImpl : public std::enable_shared_from_this<LayerImpl> {
 public:
  // name empty: automatic, as Keras numbers it. Throws Error for names with '/'.
  LayerImpl(std::string class_name, std::string name, DTypePolicy policy, bool trainable);
  virtual ~LayerImpl();

  const std::string& name() const { return name_; }
  // Before the layer is part of a model; the name is taken as it is.
  void rename(std::string name) { name_ = std::move(name); }
  const std::string& class_name() const { return class_name_; }  // as in config files
  const DTypePolicy& policy() const { return policy_; }
  bool trainable() const { return trainable_; }

  // Makes the variables for these input shapes, once; later calls check that the shapes still fit
  // where a variable depends on them. Initial values: glorot uniform kernels, zeros, ones, as
  // Keras' defaults.
  void ensure_built(std::span<const Spec> inputs);
  bool built() const { return built_; }

  // Builds, casts and calls: what everybody outside uses to put a layer into a graph.
  // `arguments`: of the call, beside the tensors.
  std::vector<ValueId> invoke(Builder& builder, std::span<const ValueId> inputs,
                              const Config& arguments = {});
  // Shapes and dtypes of the results; floating ones in the policy's compute dtype.
  std::vector<Spec> infer(std::span<const Spec> inputs, const Config& arguments = {});
  // The layer alone, compiled for inputs that are fully known; kept for the next call.
  std::shared_ptr<const graph::Executable> executable(std::span<const Spec> inputs,
                                                      const graph::CompileOptions& options = {});

  // Emits the layer's ops for inputs of these values; called with ensure_built done. Specs may hold
  // unknown extents (shape inference) or be complete (compiling). Floating inputs have been cast to
  // float32.
  virtual std::vector<ValueId> call(Builder& builder, std::span<const ValueId> inputs) const = 0;
  // The same with what a call may say beside its tensors ("use_causal_mask"); a key that the layer
  // does not know is an Error. True values and numbers only: what is False or None is left out by
  // the caller.
  virtual std::vector<ValueId> call_with_arguments(Builder& builder,
                                                   std::span<const ValueId> inputs,
                                                   const Config& arguments) const;

  // The layer's own keys, in Keras' order, after name, trainable and dtype.
  virtual void add_config(Config& config) const = 0;
  // False for the few whose Keras constructor refuses the argument.
  virtual bool writes_trainable() const { return true; }
  Config get_config() const;

  // Order of vars/0, 1, … in a .keras file.
  std::vector<Variable>& variables() { return variables_; }
  const std::vector<Variable>& variables() const { return variables_; }
  // Layers inside this one that have variables, under the names that weight files use
  // ("query_dense").
  virtual std::vector<std::pair<std::string, LayerPtr>> sublayers() const { return {}; }
  // Own variables and those of sublayers, flattened in Keras' order.
  std::int64_t count_params() const;

  // An operation (x + y, keras.ops.*) rather than a layer: recorded in configs, absent from weight
  // files.
  virtual bool is_operation() const { return false; }
  // dtype that floating results are said to have: the policy's, or for operations the inputs'.
  virtual DType output_dtype(std::span<const Spec> inputs) const;
  // True when the layer reads floating input as it is, without the policy's cast (integer inputs
  // are never cast): Input, operations, Embedding.
  virtual bool casts_inputs() const { return true; }

 protected:
  // Creates variables_ for these input shapes. Unknown extents that a variable needs are an Error.
  virtual void build(std::span<const Spec> inputs) { (void)inputs; }
  // Appends a variable with initial values. While a file is being loaded the values stay zero (they
  // are about to be replaced) and the sizes count against the file's limit.
  void add_variable(std::string name, const Shape& shape, Initializer initializer,
                    bool trainable = true, DType dtype = DType::float32);
  // Throws Error "[Conv2D 'name'] parts…".
  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    fail(ErrorCode::invalid_argument, "[", class_name_, " '", name_, "'] ", parts...);
  }
  // Keras' rank error, when the input has another rank than this.
  void require_rank(const Spec& input, int rank) const;

  std::vector<Variable> variables_;

 private:
  friend class ModelImpl;
  std::string class_name_;
  std::string name_;
  DTypePolicy policy_;
  bool trainable_;
  bool built_ = false;
  std::recursive_mutex build_mutex_;
  struct Compiled {
    std::vector<Spec> inputs;
    graph::CompileOptions options;
    std::uint64_t generation;
    std::shared_ptr<const graph::Executable> executable;
  };
  std::vector<Compiled> compiled_;  // the most recent last
};

// Says that variables somewhere have new values: graphs compiled before hold the old ones.
void variables_changed();

// While one of these lives, layers built by this thread belong to a file from a stranger: their
// variables may take `bytes` in all (Error beyond that) and stay zero unless initial values are
// asked for.
class LoadScope {
 public:
  explicit LoadScope(std::int64_t bytes, bool initial_values = false);
  ~LoadScope();
  LoadScope(const LoadScope&) = delete;
  LoadScope& operator=(const LoadScope&) = delete;

 private:
  std::int64_t saved_;
  bool saved_loading_;
};

}  // namespace halfpixel::keras
