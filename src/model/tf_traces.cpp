// The traces of a tf::function's callable: which are known, and making those that are not.
#include <algorithm>
#include <mutex>
#include <optional>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/tf_function.hpp>

#include "core/checked.hpp"
#include "graph/passes/pass.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::tf::detail {

PlainArguments::~PlainArguments() = default;
Recorder::~Recorder() = default;

namespace {

struct Trace {
  std::vector<TensorSpec> specs;  // as traced: unknown extents of an input_signature included
  Shared<const PlainArguments> plain;
  ModelFunction function;
};
using TraceList = std::vector<Trace>;

// What this thread is tracing, the innermost first.
struct Tracing {
  const void* cache;
  const std::vector<TensorSpec>& specs;
  const PlainArguments& plain;
  const Tracing* outer;
};
thread_local const Tracing* innermost = nullptr;

class TracingScope {
 public:
  TracingScope(const void* cache, const std::vector<TensorSpec>& specs, const PlainArguments& plain)
      : tracing_{cache, specs, plain, innermost} {
    for (const Tracing* t = innermost; t != nullptr; t = t->outer) {
      if (t->cache != cache || t->specs != specs || !t->plain.equals(plain)) continue;
      std::string shapes;
      for (const TensorSpec& spec : specs)
        shapes += (shapes.empty() ? "" : ", ") + spec.shape.str();
      fail(ErrorCode::invalid_argument,
           "[tf.function] the callable calls its own function with the arguments that are being "
           "traced, which would never end; got shapes ",
           shapes);
    }
    innermost = &tracing_;
  }
  ~TracingScope() { innermost = tracing_.outer; }
  TracingScope(const TracingScope&) = delete;
  TracingScope& operator=(const TracingScope&) = delete;

 private:
  Tracing tracing_;
};

void check_signature(const TensorSpec& spec, const TensorSpec& given, std::size_t index) {
  bool fits = spec.dtype == given.dtype && spec.shape.rank() == given.shape.rank();
  for (int i = 0; fits && i < spec.shape.rank(); ++i) {
    fits = spec.shape[i] == kUnknown || spec.shape[i] == given.shape[i];
  }
  if (!fits) {
    fail(ErrorCode::invalid_argument, "[tf.function] argument ", index,
         " must fit input_signature ", spec.shape.str(), " ", spec.dtype, "; got ",
         given.shape.str(), " ", given.dtype);
  }
}

ModelFunction trace(const std::vector<TensorSpec>& specs, const Recorder& recorder,
                    const FunctionOptions& options) {
  Symbols symbols;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    symbols.push_back(keras::record_input(
        keras::make_input_layer(specs[i].shape, specs[i].dtype, "argument_" + std::to_string(i))));
  }
  const Symbols results = recorder.record(symbols);
  return ModelFunction(
      Access::make<keras::Model>(std::make_shared<keras::ModelImpl>(
          keras::Ports{symbols, {}, false}, keras::Ports{results, {}, false}, "traced")),
      options);
}

}  // namespace

// The list is replaced, never changed: whoever holds one may compare arguments, which is the user's
// code, without the lock.
struct Traces::Impl {
  Impl(std::vector<TensorSpec> input_signature, FunctionOptions function_options)
      : signature(std::move(input_signature)), options(std::move(function_options)) {}

  std::shared_ptr<const TraceList> known() const {
    const std::lock_guard lock(mutex);
    return list;
  }
  // False when somebody was faster: the list is no longer `seen`.
  bool replace(const std::shared_ptr<const TraceList>& seen,
               std::shared_ptr<const TraceList>& longer) {
    const std::lock_guard lock(mutex);
    if (list != seen) return false;
    list.swap(longer);
    return true;
  }

  const std::vector<TensorSpec> signature;
  const FunctionOptions options;
  mutable std::mutex mutex;
  std::shared_ptr<const TraceList> list = std::make_shared<const TraceList>();
};

Traces::Traces(std::vector<TensorSpec> input_signature, FunctionOptions options)
    : impl_(std::make_shared<Impl>(std::move(input_signature), std::move(options))) {
  graph::check_pass_names(impl_->options.without);
}

ConcreteFunction Traces::get(const std::vector<TensorSpec>& specs,
                             const Shared<const PlainArguments>& plain,
                             const Recorder& recorder) const {
  const std::vector<TensorSpec>& signature = impl_->signature;
  for (std::size_t i = 0; i < specs.size() && i < signature.size(); ++i)
    check_signature(signature[i], specs[i], i);
  const std::vector<TensorSpec>& key = signature.empty() ? specs : signature;
  std::optional<ModelFunction> made;
  for (;;) {
    const std::shared_ptr<const TraceList> list = impl_->known();
    const auto known = std::find_if(list->begin(), list->end(), [&](const Trace& t) {
      return t.specs == key && t.plain->equals(*plain);
    });
    if (known != list->end()) return known->function.get_concrete_function(specs);
    if (!made) {
      const TracingScope scope(impl_.get(), key, *plain);
      made = trace(key, recorder, impl_->options);
      continue;  // the callable, or another thread, may have added traces
    }
    auto longer = std::make_shared<TraceList>(*list);
    longer->push_back({key, plain, *made});
    std::shared_ptr<const TraceList> next = std::move(longer);
    if (impl_->replace(list, next)) return made->get_concrete_function(specs);
  }
}

int Traces::count() const {
  return static_cast<int>(impl_->known()->size());
}

}  // namespace halfpixel::tf::detail
