#include "graph/known.hpp"

#include <algorithm>
#include <memory>
#include <new>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/ops/repeat.hpp"

namespace halfpixel::graph {
namespace {

struct Free {
  void operator()(void* memory) const { ::operator delete(memory, std::align_val_t{64}); }
};

bool is_small(const Spec& spec) {
  return spec.shape.is_known() && spec.shape.num_elements() <= kMostKnown;
}

// 1 where the element is unknown.
Tensor flags_of(const KnownValue& x, DType dtype) {
  Tensor flags = zeros(x.value.shape(), DType::int32);
  for (std::size_t i = 0; i < x.is_unknown.size(); ++i)
    flags.data<std::int32_t>()[i] = x.is_unknown[i] ? 1 : 0;
  return flags.astype(dtype);
}

std::vector<bool> read_flags(const Tensor& flags) {
  const Tensor numbers = flags.astype(DType::int32);
  std::vector<bool> unknown;
  for (const std::int32_t flag : numbers.span<std::int32_t>()) unknown.push_back(flag != 0);
  const bool any = std::find(unknown.begin(), unknown.end(), true) != unknown.end();
  return any ? unknown : std::vector<bool>{};
}

std::vector<KnownValue> known_shape(const Spec& from, const Spec& result) {
  KnownValue shape{full(result.shape, 1.0, DType::int64), {}};
  for (int i = 0; i < from.shape.rank(); ++i) {
    const bool unknown = from.shape[i] == kUnknown;
    shape.is_unknown.push_back(unknown);
    if (!unknown) shape.value.data<std::int64_t>()[i] = from.shape[i];
  }
  if (from.shape.is_known()) shape.is_unknown.clear();
  shape.value = shape.value.astype(result.dtype);
  return {std::move(shape)};
}

// Each element of the result has an element of every input.
std::vector<bool> unknown_each(const PrepareArgs& args, std::span<const KnownValue* const> inputs) {
  const Spec to{args.outputs[0].shape, DType::int32};
  std::vector<bool> unknown(static_cast<std::size_t>(to.shape.num_elements()), false);
  for (const KnownValue* const input : inputs) {
    const Tensor flags = flags_of(*input, DType::int32);
    const OpPtr broadcast = make_broadcast_to(to.shape);
    const auto spread =
        evaluate(*broadcast, {{{flags.shape(), DType::int32}}, {to}, {&flags}})[0].clone();
    for (std::size_t i = 0; i < unknown.size(); ++i)
      unknown[i] = unknown[i] || spread.span<std::int32_t>()[i] != 0;
  }
  return unknown;
}

class LaterOp final : public Op {
 public:
  explicit LaterOp(Spec result) : result_(std::move(result)) {}
  std::string_view kind() const noexcept override { return "later"; }
  std::vector<Spec> infer(std::span<const Spec>) const override { return {result_}; }
  std::unique_ptr<Kernel> prepare(const PrepareArgs&) const override {
    fail(ErrorCode::internal, "[later] shapes are not known");
  }

 private:
  Spec result_;
};

}  // namespace

std::vector<Tensor> evaluate(const Op& op, const PrepareArgs& args) {
  std::vector<const void*> in;
  std::vector<void*> out;
  std::vector<Tensor> results;
  for (const Tensor* constant : args.constants) in.push_back(constant->data());
  for (const Spec& spec : args.outputs) results.emplace_back(spec.shape, spec.dtype);
  for (Tensor& result : results) out.push_back(result.data());
  const std::unique_ptr<Kernel> kernel = op.prepare(args);
  const std::unique_ptr<void, Free> scratch(
      ::operator new(kernel->scratch_bytes() + 1, std::align_val_t{64}));
  const auto state = kernel->make_state();
  kernel->run(state.get(), in.data(), out.data(), scratch.get());
  return results;
}

std::vector<KnownValue> known_results(const Op& op, const PrepareArgs& args,
                                      std::span<const KnownValue* const> inputs) {
  if (!std::all_of(args.outputs.begin(), args.outputs.end(), is_small)) return {};
  const Elements elements = op.elements();
  if (elements == Elements::shape) return known_shape(args.inputs[0], args.outputs[0]);
  if (inputs.empty()) return {};
  PrepareArgs values = args;
  bool all = true;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    values.constants[i] = &inputs[i]->value;
    all = all && inputs[i]->is_unknown.empty();
  }
  std::vector<KnownValue> results;
  for (Tensor& value : evaluate(op, values)) results.push_back({std::move(value), {}});
  if (all) return results;
  // Positions of a lookup decide where elements go, the others go there.
  const bool looked_up = elements == Elements::looked_up && inputs.back()->is_unknown.empty();
  if (elements == Elements::moved || looked_up) {
    std::vector<Tensor> flags;
    for (const KnownValue* const input : inputs)
      flags.push_back(flags_of(*input, input->value.dtype()));
    if (looked_up) flags.back() = inputs.back()->value;
    for (std::size_t i = 0; i < flags.size(); ++i) values.constants[i] = &flags[i];
    const std::vector<Tensor> moved = evaluate(op, values);
    for (std::size_t i = 0; i < moved.size(); ++i) results[i].is_unknown = read_flags(moved[i]);
  } else if (elements == Elements::each) {
    results[0].is_unknown = unknown_each(args, inputs);
  } else {
    for (KnownValue& result : results)
      result.is_unknown.assign(static_cast<std::size_t>(result.value.size()), true);
  }
  return results;
}

OpPtr make_later(Spec result) {
  return std::make_shared<LaterOp>(std::move(result));
}

}  // namespace halfpixel::graph
