// LayerImpl: what a Keras layer is inside. A layer knows its configuration and its variables, and
// how to express itself in ops; running, shape inference and optimising are the graph's business.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/layer.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

#include "core/access.hpp"
#include "core/checked.hpp"
#include "graph/executable.hpp"
#include "graph/graph.hpp"

namespace halfpixel::keras {

using graph::KnownValue;
using graph::Spec;
using graph::ValueId;

// For whom variables are made.
class BuildContext {
 public:
  // For a program: Keras' initial values, without a limit.
  static BuildContext& program();
  // For a file from a stranger: variables may take `bytes` in all, and stay zero until the file's
  // values come, unless initial values are asked for.
  explicit BuildContext(std::int64_t bytes, bool initial_values = false)
      : bytes_left_(bytes), initial_values_(initial_values) {}
  bool initial_values() const { return initial_values_; }
  std::int64_t bytes_left() const { return bytes_left_; }
  void take(std::int64_t bytes) {
    if (bytes_left_ != kNoLimit) bytes_left_ -= bytes;
  }

 private:
  static constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
  std::int64_t bytes_left_;
  bool initial_values_;
};

// Among the arguments of a call: it is one of tf_keras' file. Said to the layers whose masks it
// merges in another way than Keras 3.
// (MultiHeadAttention: leaves on its inputs.)
inline constexpr std::string_view kOfTfKeras = "tf_keras>call";
// Among the arguments of a nested model's call: a list that says which inputs have a mask of their
// own among the tensors, behind the inputs.
inline constexpr std::string_view kMasksOfInputs = "mask>call";
bool merges_masks(std::string_view class_name);

// An array that a call was made with where it takes tensors: it stands at this place among the
// operands.
struct CallConstant {
  std::size_t position;
  Tensor value;
};
using CallConstants = std::vector<CallConstant>;

class LayerImpl;

// What layers emit their ops into. A layer that is called for the first time makes its variables in
// the builder's context.
class Builder : public graph::Builder {
 public:
  explicit Builder(BuildContext& context = BuildContext::program()) : context_(&context) {}
  BuildContext& context() const { return *context_; }

  // Keras' mask of a value: bool, its extents without the last axis, false where recurrent layers
  // pass over. None: nothing is masked. Throws Error where masks cannot be followed.
  std::optional<ValueId> mask(ValueId value) const;
  // The same for layers other than recurrent ones, to which Keras 3 hands the mask that the file
  // says. Throws Error where Keras 3 and tf_keras disagree.
  std::optional<ValueId> agreed_mask(ValueId value) const;
  // After MultiHeadAttention: Keras 3 takes the masks off its inputs, tf_keras does not.
  void disagree(ValueId value);
  void set_mask(ValueId value, ValueId mask) { masks_.insert_or_assign(value, mask); }
  // While it lives, a value has this mask, whatever it had before.
  class OtherMask {
   public:
    OtherMask(Builder& builder, ValueId value, ValueId mask);
    ~OtherMask();
    OtherMask(const OtherMask&) = delete;
    OtherMask& operator=(const OtherMask&) = delete;

   private:
    Builder& builder_;
    ValueId value_;
    std::optional<ValueId> before_;
    bool disputed_;
  };
  // Whether the layer that is being called is one of tf_keras' file.
  bool of_tf_keras() const { return of_tf_keras_; }
  void set_of_tf_keras(bool of_tf_keras) { of_tf_keras_ = of_tf_keras; }
  // After a layer of this class: where Keras hands the mask of its inputs on, so does this.
  void hand_mask_on(std::string_view class_name, std::span<const ValueId> inputs,
                    std::span<const ValueId> results);
  // Notes the merging layers whose masks and values Keras 3 would make others of than tf_keras.
  using Layers = std::unordered_set<const LayerImpl*>;
  void watch_merges(Layers* of_two_minds) { of_two_minds_ = of_two_minds; }
  void note_merge(const LayerImpl& layer, std::span<const ValueId> inputs);

 private:
  bool merges_alike(std::string_view class_name, std::span<const ValueId> inputs) const;
  static constexpr ValueId kLost = -1;  // a mask that cannot be followed
  BuildContext* context_;
  bool of_tf_keras_ = false;
  std::unordered_map<ValueId, ValueId> masks_;
  Layers* of_two_minds_ = nullptr;
  std::unordered_set<ValueId> disputed_;  // values whose masks Keras 3 and tf_keras see differently
};

struct Variable {
  std::string name;  // "kernel", "bias", "moving_mean" …
  Tensor value;      // float32 unless Keras keeps another dtype (Normalization's count)
  bool trainable = true;
  bool alias =
      false;  // a second name, in .keras files, of a variable that a sublayer owns: not counted
};

enum class Initializer { zeros, ones, glorot_uniform, uniform };

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
  void ensure_built(std::span<const Spec> inputs, BuildContext& context = BuildContext::program());
  bool built() const { return built_; }
  // Of the inputs that it was built for.
  std::vector<Shape> build_shapes() const;

  // Builds, casts and calls: what everybody outside uses to put a layer into a graph.
  // `arguments`: of the call, beside the tensors. `constants` join the inputs, in order.
  std::vector<ValueId> invoke(Builder& builder, std::span<const ValueId> inputs,
                              const Config& arguments = {}, const CallConstants& constants = {});
  // Shapes and dtypes of the results; floating ones in the policy's compute dtype.
  std::vector<Spec> infer(std::span<const Spec> inputs, const Config& arguments = {},
                          BuildContext& context = BuildContext::program());
  // The same with what is known of the values: of the inputs (empty: nothing), and of the results.
  struct Inferred {
    std::vector<Spec> specs;
    std::vector<std::optional<KnownValue>> known;
  };
  Inferred infer_known(std::span<const Spec> inputs,
                       std::span<const std::optional<KnownValue>> known, const Config& arguments,
                       BuildContext& context, const CallConstants& constants = {});
  // Keeps others from building or compiling the layer, and variables from changing, while it lives.
  struct Lock {
    std::shared_lock<std::shared_mutex> values;
    std::unique_lock<std::recursive_mutex> building;
  };
  Lock lock();
  // The layer alone as a graph, for inputs that are fully known. Built, under lock().
  graph::Graph recorded(std::span<const Spec> inputs);
  // The same compiled; kept for the next call until a
  // variable of the layer or of one inside it is given another value. Where other threads may call
  // the layer or change it, under lock().
  std::shared_ptr<const graph::Executable> executable(std::span<const Spec> inputs,
                                                      const graph::CompileOptions& options = {});

  // The values that the variables of a layer, and of those inside it, have now.
  class Snapshot {
   public:
    Snapshot() = default;
    explicit Snapshot(const LayerImpl& layer);  // taken before the values are read
    // False once one of them has another value. While no layer anywhere changes it costs nothing.
    bool holds();

   private:
    friend class LayerImpl;
    using Changes = std::atomic<std::uint64_t>;
    struct Seen {
      std::shared_ptr<const Changes> changes;
      std::uint64_t count;
    };
    std::vector<Seen> seen_;
    std::uint64_t everywhere_ = 0;
  };
  // How often a variable of any layer has got another value.
  static std::uint64_t changes_everywhere() { return everywhere_.load(); }

  // Of layers from a file: what a run may take, weights included, of this layer and of each inside
  // it; where its inputs are large, 1024 times these. 0: no limit.
  void limit_memory(std::int64_t bytes);

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
  const std::vector<Variable>& variables() const { return variables_; }
  // Gives a variable another value.
  void assign(std::size_t variable, Tensor value);
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
  // True when a call may be on more than one tensor without saying more.
  virtual bool takes_several() const { return false; }

 protected:
  // Creates variables_ for these input shapes. Unknown extents that a variable needs are an Error.
  virtual void build(BuildContext& context, std::span<const Spec> inputs);
  // Appends a variable. Throws Error when it passes the context's limit.
  void add_variable(BuildContext& context, std::string name, const Shape& shape,
                    Initializer initializer, bool trainable = true, DType dtype = DType::float32);
  // Says that graphs compiled before do not hold any more.
  void changed() {
    ++*changes_;
    ++everywhere_;
  }
  // Throws Error "[Conv2D 'name'] parts…".
  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    fail(ErrorCode::invalid_argument, "[", class_name_, " '", name_, "'] ", parts...);
  }
  // Keras' error, when a call is on another number of tensors than the layer takes.
  void require_inputs(std::size_t count, bool several) const;
  // Keras' rank error, when the input has another rank than this.
  void require_rank(const Spec& input, int rank) const;

  std::vector<Variable> variables_;

 private:
  friend class ModelImpl;
  std::string class_name_;
  std::string name_;
  DTypePolicy policy_;
  bool trainable_;
  std::atomic<bool> built_ = false;
  std::vector<Shape> build_shapes_;
  mutable std::recursive_mutex build_mutex_;
  struct Compiled {
    std::vector<Spec> inputs;
    graph::CompileOptions options;
    Snapshot seen;
    std::shared_ptr<const graph::Executable> executable;
  };
  void see(Snapshot& seen) const;
  // Throws Error when a run passes the limit.
  void require_memory(const graph::Executable& executable) const;
  std::atomic<std::int64_t> memory_limit_ = 0;
  std::shared_ptr<Snapshot::Changes> changes_ = std::make_shared<Snapshot::Changes>(0);
  static std::atomic<std::uint64_t> everywhere_;
  std::vector<Compiled> compiled_;  // the most recent last
};

// A variable of a layer, for those who give it another value.
struct VariableRef {
  LayerImpl* layer;
  std::size_t index;
  const Variable& operator*() const { return layer->variables()[index]; }
  const Variable* operator->() const { return &**this; }
  void assign(Tensor value) const { layer->assign(index, std::move(value)); }
};

// Held shared while values of variables are read (compiling, get_weights), alone while they change
// (set_weights, load_weights): a compiled graph has all of the new values or none. Taken before a
// layer's own lock.
std::shared_mutex& variables_mutex();

}  // namespace halfpixel::keras
