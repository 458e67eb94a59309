#include "model/layer_impl.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/memory_pool.hpp"
#include "frontends/keras_names.hpp"

namespace halfpixel::keras {
namespace {

// Fans as Keras counts them: receptive field times channels, the last two axes.
double glorot_limit(const Shape& shape) {
  if (shape.rank() == 0) return 1.0;
  if (shape.rank() == 1)
    return std::sqrt(6.0 / static_cast<double>(2 * std::max<std::int64_t>(shape[0], 1)));
  double field = 1.0;
  for (int i = 0; i < shape.rank() - 2; ++i) field *= static_cast<double>(shape[i]);
  const double fans =
      field * static_cast<double>(shape[shape.rank() - 2] + shape[shape.rank() - 1]);
  return std::sqrt(6.0 / std::max(fans, 1.0));
}

Spec as_computed(const Spec& spec) {
  return {spec.shape, is_floating(spec.dtype) ? DType::float32 : spec.dtype};
}

}  // namespace

LayerImpl::LayerImpl(std::string class_name, std::string name, DTypePolicy policy, bool trainable)
    : class_name_(std::move(class_name)),
      name_(layer_name(class_name_, std::move(name))),
      policy_(layer_policy(std::move(policy))),
      trainable_(trainable) {}

LayerImpl::~LayerImpl() = default;

void LayerImpl::require_rank(const Spec& input, int rank) const {
  if (input.shape.rank() == rank) return;
  refuse("Input 0 with name 'None' of layer '", name_,
         "' is incompatible with the layer: expected ndim=", rank,
         ", found ndim=", input.shape.rank(), ". Full shape received: ", input.shape.str());
}

void LayerImpl::require_inputs(std::size_t count, bool several) const {
  if (is_operation() || count == 1 || (count > 1 && several)) return;
  refuse("Layer \"", name_, "\" expects ", several ? "at least 1" : "1",
         " input(s), but it received ", count, " input tensors.");
}

Config LayerImpl::get_config() const {
  const Config base = base_config(name_, trainable_, policy_);
  Config config;
  for (const auto& [key, value] : base.items()) {
    if (key != "trainable" || writes_trainable()) config.set(key, value);
  }
  add_config(config);
  return config;
}

BuildContext& BuildContext::program() {
  static BuildContext context(kNoLimit, true);  // without a limit nothing is counted
  return context;
}

void LayerImpl::ensure_built(std::span<const Spec> inputs, BuildContext& context) {
  const std::lock_guard lock(build_mutex_);
  if (built_) return;
  build(context, inputs);
  for (const Spec& input : inputs) build_shapes_.push_back(input.shape);
  built_ = true;
}

std::vector<Shape> LayerImpl::build_shapes() const {
  const std::lock_guard lock(build_mutex_);
  return build_shapes_;
}

void LayerImpl::build(BuildContext&, std::span<const Spec>) {}

void LayerImpl::add_variable(BuildContext& context, std::string name, const Shape& shape,
                             Initializer initializer, bool trainable, DType dtype) {
  if (!shape.is_known()) {
    refuse("the shape of variable '", name, "' depends on an unknown extent; got ", shape);
  }
  const std::int64_t bytes =
      checked_multiply(shape.num_elements(), static_cast<std::int64_t>(size_of(dtype)), "variable");
  if (bytes > context.bytes_left()) {
    refuse("variable '", name, "' of shape ", shape, " passes the memory limit; ",
           context.bytes_left(), " bytes are left");
  }
  context.take(bytes);
  Tensor value(shape, dtype);
  memory::clear(value.data(), static_cast<std::size_t>(value.size_bytes()));
  if (context.initial_values()) {
    switch (initializer) {
      case Initializer::zeros:
        break;
      case Initializer::ones:
        value = full(shape, 1.0, dtype);
        break;
      case Initializer::glorot_uniform: {
        const double limit = glorot_limit(shape);
        value = random::uniform(shape, -limit, limit, dtype);
        break;
      }
      case Initializer::uniform:
        value = random::uniform(shape, -0.05, 0.05, dtype);
        break;
    }
  }
  variables_.push_back({std::move(name), std::move(value), trainable});
}

void LayerImpl::assign(std::size_t variable, Tensor value) {
  const std::lock_guard lock(build_mutex_);
  variables_.at(variable).value = std::move(value);
  changed();
}

std::atomic<std::uint64_t> LayerImpl::everywhere_ = 0;

LayerImpl::Snapshot::Snapshot(const LayerImpl& layer) : everywhere_(changes_everywhere()) {
  layer.see(*this);
}

bool LayerImpl::Snapshot::holds() {
  const std::uint64_t now = changes_everywhere();
  if (now == everywhere_) return true;
  const bool same = std::all_of(seen_.begin(), seen_.end(),
                                [](const Seen& s) { return s.changes->load() == s.count; });
  if (same) everywhere_ = now;
  return same;
}

void LayerImpl::see(Snapshot& seen) const {
  seen.seen_.push_back({changes_, changes_->load()});
  for (const auto& [key, inner] : sublayers()) inner->see(seen);
}

std::vector<ValueId> LayerImpl::call_with_arguments(Builder& builder,
                                                    std::span<const ValueId> inputs,
                                                    const Config& arguments) const {
  if (!arguments.items().empty()) refuse("unknown argument of the call; got " + arguments.json());
  return call(builder, inputs);
}

std::vector<ValueId> LayerImpl::invoke(Builder& builder, std::span<const ValueId> tensors,
                                       const Config& all_arguments,
                                       const CallConstants& constants) {
  std::vector<ValueId> inputs(tensors.begin(), tensors.end());
  for (const CallConstant& constant : constants) {
    const Tensor& value = constant.value;
    const ValueId id =
        builder.constant(is_floating(value.dtype()) ? value.astype(DType::float32) : value);
    inputs.insert(inputs.begin() + static_cast<std::ptrdiff_t>(constant.position), id);
  }
  Config arguments;
  for (const auto& [key, value] : all_arguments.items()) {
    if (key != kOfTfKeras) arguments.set(key, value);
  }
  require_inputs(inputs.size(), takes_several() || !arguments.items().empty());
  std::vector<Spec> specs;
  for (const ValueId id : inputs) specs.push_back(builder.spec(id));
  // No weight is made for masks.
  if (arguments.find("attention_mask") != nullptr) specs.pop_back();
  if (const auto* const masks = arguments.find<Config::List>(kMasksOfInputs))
    specs.resize(std::min(specs.size(), masks->size()));
  ensure_built(specs, builder.context());
  const std::string outer = builder.scope();
  builder.set_scope(outer.empty() ? name_ : outer + "/" + name_);
  const bool outside = builder.of_tf_keras();
  builder.set_of_tf_keras(all_arguments.find(kOfTfKeras) != nullptr);
  std::vector<ValueId> results = call_with_arguments(builder, inputs, arguments);
  builder.set_scope(outer);
  if (!is_operation()) builder.hand_mask_on(class_name_, inputs, results);
  builder.note_merge(*this, inputs);
  builder.set_of_tf_keras(outside);
  return results;
}

std::vector<Spec> LayerImpl::infer(std::span<const Spec> inputs, const Config& arguments,
                                   BuildContext& context) {
  return infer_known(inputs, {}, arguments, context).specs;
}

LayerImpl::Inferred LayerImpl::infer_known(std::span<const Spec> inputs,
                                           std::span<const std::optional<KnownValue>> known,
                                           const Config& arguments, BuildContext& context,
                                           const CallConstants& constants) {
  Builder builder(context);
  builder.set_only_infers();
  std::vector<ValueId> ids;
  for (const Spec& spec : inputs) ids.push_back(builder.input(as_computed(spec), {}));
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (known[i]) builder.set_known(ids[i], *known[i]);
  }
  Inferred results;
  for (const ValueId id : invoke(builder, ids, arguments, constants)) {
    Spec spec = builder.spec(id);
    if (spec.dtype == DType::float32) spec.dtype = output_dtype(inputs);
    results.specs.push_back(spec);
    results.known.push_back(builder.known(id));
  }
  return results;
}

DType LayerImpl::output_dtype(std::span<const Spec> inputs) const {
  (void)inputs;
  return policy_.compute_dtype();
}

graph::Graph LayerImpl::recorded(std::span<const Spec> inputs) {
  Builder builder;
  std::vector<ValueId> ids;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    ids.push_back(builder.input(as_computed(inputs[i]), "input_" + std::to_string(i)));
  std::vector<ValueId> results = invoke(builder, ids);
  return std::move(builder).finish(std::move(results));
}

std::shared_ptr<const graph::Executable> LayerImpl::executable(
    std::span<const Spec> inputs, const graph::CompileOptions& options) {
  constexpr std::size_t kMostKept = 8;
  std::vector<Spec> key;
  for (const Spec& spec : inputs) key.push_back(as_computed(spec));
  const std::lock_guard lock(build_mutex_);
  std::erase_if(compiled_, [](Compiled& c) { return !c.seen.holds(); });
  for (const Compiled& c : compiled_) {
    if (c.inputs == key && c.options == options) return c.executable;
  }
  require_inputs(key.size(), takes_several());
  ensure_built(key);
  Snapshot seen(*this);
  auto executable = graph::Executable::compile(recorded(key), options);
  require_memory(*executable);
  if (compiled_.size() == kMostKept) compiled_.erase(compiled_.begin());
  compiled_.push_back({std::move(key), options, std::move(seen), executable});
  return executable;
}

std::int64_t LayerImpl::count_params() const {
  std::unordered_set<const LayerImpl*>
      seen;  // a layer may be shared by several models within this one
  const auto count = [&seen](const LayerImpl& layer, const auto& self) -> std::int64_t {
    if (!seen.insert(&layer).second) return 0;
    std::int64_t sum = 0;
    for (const Variable& variable : layer.variables_)
      sum += variable.alias ? 0 : variable.value.size();
    for (const auto& [key, inner] : layer.sublayers()) sum += self(*inner, self);
    return sum;
  };
  return count(*this, count);
}

LayerImpl::Lock LayerImpl::lock() {
  return {std::shared_lock(variables_mutex()), std::unique_lock(build_mutex_)};
}

std::shared_mutex& variables_mutex() {
  static std::shared_mutex mutex;
  return mutex;
}

}  // namespace halfpixel::keras
