// Compiling: passes, kernels, lifetimes, arena. Running: an arena is taken from the shelf, the
// steps go over it in order, and it is put back.
#include "graph/executable.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <mutex>
#include <new>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/passes/pass.hpp"
#include "graph/placement.hpp"

namespace halfpixel::graph {
struct Executable::Impl {
  struct Step {
    std::shared_ptr<const Kernel> kernel;
    std::vector<Place> in, out;
    std::size_t scratch = 0;  // offset in the arena
  };
  // What one run at a time needs.
  struct Arena {
    Tensor storage;  // of the library's own memory: large pages, used again
    std::byte* base() { return static_cast<std::byte*>(storage.data()); }
    std::vector<std::unique_ptr<Kernel::State>> states;  // per step
    std::vector<const void*> in;  // pointer lists, long enough for every step
    std::vector<void*> out;
  };

  Graph graph;
  std::vector<PassReport> report;
  std::vector<Step> steps;
  std::vector<Placement::Copy> copies;
  std::size_t arena_bytes = 0;
  std::size_t unplanned_bytes = 0;
  mutable std::mutex mutex;
  mutable std::vector<std::unique_ptr<Arena>> shelf;

  std::unique_ptr<Arena> make_arena() const {
    auto arena = std::make_unique<Arena>();
    arena->storage = Tensor({static_cast<std::int64_t>(arena_bytes)}, DType::uint8);
    std::size_t most_in = 0, most_out = 0;
    for (const Step& step : steps) {
      arena->states.push_back(step.kernel->make_state());
      most_in = std::max(most_in, step.in.size());
      most_out = std::max(most_out, step.out.size());
    }
    arena->in.resize(most_in);
    arena->out.resize(most_out);
    return arena;
  }

  std::unique_ptr<Arena> take() const {
    {
      const std::lock_guard lock(mutex);
      if (!shelf.empty()) {
        auto arena = std::move(shelf.back());
        shelf.pop_back();
        return arena;
      }
    }
    try {
      auto arena = make_arena();
      const std::lock_guard lock(mutex);
      shelf.reserve(shelf.capacity() + 1);  // so that putting it back cannot fail
      return arena;
    } catch (const std::bad_alloc&) {
      fail(ErrorCode::out_of_memory, "[graph] no memory for an arena of ", arena_bytes, " bytes");
    }
  }

  void put_back(std::unique_ptr<Arena> arena) const noexcept {
    const std::lock_guard lock(mutex);
    if (shelf.size() < shelf.capacity()) shelf.push_back(std::move(arena));
  }

  void prepare_kernels(const InPlaceConcats& concats);
  void take_places(Placement placement);
};

void Executable::Impl::prepare_kernels(const InPlaceConcats& concats) {
  for (const Node& node : graph.nodes) {
    PrepareArgs args = args_of(graph, node);
    args.output_row_stride = concats.strides[static_cast<std::size_t>(node.outputs[0])];
    steps.emplace_back().kernel = node.op->prepare(args);
  }
}

void Executable::Impl::take_places(Placement placement) {
  for (std::size_t n = 0; n < steps.size(); ++n) {
    const auto place_of = [&](ValueId id) {
      return placement.values[static_cast<std::size_t>(id)];
    };
    for (const ValueId id : graph.nodes[n].inputs) steps[n].in.push_back(place_of(id));
    for (const ValueId id : graph.nodes[n].outputs) steps[n].out.push_back(place_of(id));
    steps[n].scratch = placement.scratch[n];
  }
  copies = std::move(placement.copies);
  arena_bytes = placement.arena_bytes;
  unplanned_bytes = placement.unplanned_bytes;
}

namespace {

std::vector<Pass> chosen_passes(const CompileOptions& options) {
  check_pass_names(options.without);
  std::vector<Pass> chosen;
  for (const Pass& pass : passes()) {
    const bool left_out = std::find(options.without.begin(), options.without.end(), pass.name) !=
                          options.without.end();
    const bool allowed =
        pass.fast_only ? options.fast : !options.keep_rounding || !pass.changes_rounding;
    if (options.optimise && !left_out && allowed) chosen.push_back(pass);
  }
  return chosen;
}

// Until none of them changes anything.
std::vector<PassReport> optimise(Graph& graph, const std::vector<Pass>& chosen) {
  std::vector<PassReport> report;
  for (const Pass& pass : chosen) report.push_back({std::string(pass.name)});
  std::vector<double> added(chosen.size(), 0.0);
  double multiply_adds = graph::multiply_adds(graph);
  const double recorded = multiply_adds;
  bool changed = true;
  for (int round = 0; changed && round < 10; ++round) {
    changed = false;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const int changes = chosen[i].run(graph);
      report[i].changes += changes;
      changed = changed || changes > 0;
      if (changes > 0) {
        const double now = graph::multiply_adds(graph);
        added[i] += now - multiply_adds;
        multiply_adds = now;
      }
#ifndef NDEBUG
      graph.check();
#endif
    }
  }
  double passed = recorded;
  for (std::size_t i = 0; i < report.size(); ++i) {
    report[i].multiply_adds_before = passed;
    passed += added[i];
    report[i].multiply_adds_after = passed;
  }
  return report;
}

}  // namespace

Executable::Executable(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Executable::~Executable() = default;

std::shared_ptr<const Executable> Executable::compile(Graph graph, const CompileOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->report = optimise(graph, chosen_passes(options));
  impl->graph = std::move(graph);
  const InPlaceConcats concats = find_in_place_concats(impl->graph);
  impl->prepare_kernels(concats);
  std::vector<std::size_t> scratch;
  for (const Impl::Step& step : impl->steps) scratch.push_back(step.kernel->scratch_bytes());
  impl->take_places(place_values(impl->graph, concats, scratch));
  return std::shared_ptr<const Executable>(new Executable(std::move(impl)));
}

std::vector<Spec> Executable::inputs() const {
  std::vector<Spec> specs;
  for (const ValueId id : impl_->graph.inputs) specs.push_back(impl_->graph.spec(id));
  return specs;
}

std::vector<Spec> Executable::outputs() const {
  std::vector<Spec> specs;
  for (const ValueId id : impl_->graph.outputs) specs.push_back(impl_->graph.spec(id));
  return specs;
}

namespace {

void check_views(const char* what, std::size_t given, const std::vector<Spec>& specs,
                 auto&& view_at) {
  if (given != specs.size()) {
    fail(ErrorCode::invalid_argument, "[graph] ", specs.size(), " ", what, "s are needed; got ",
         given);
  }
  for (std::size_t i = 0; i < given; ++i) {
    const ConstTensorView& view = view_at(i);
    if (view.shape() != specs[i].shape || view.dtype() != specs[i].dtype || !view.is_contiguous()) {
      fail(ErrorCode::invalid_argument, "[graph] ", what, " ", i, " must be contiguous with shape ",
           specs[i].shape.str(), " and dtype ", specs[i].dtype, "; got shape ", view.shape().str(),
           " and dtype ", view.dtype());
    }
  }
}

}  // namespace

void Executable::run(std::span<const ConstTensorView> inputs,
                     std::span<const TensorView> outputs) const {
  run(inputs, outputs, {});
}

void Executable::run(std::span<const ConstTensorView> inputs, std::span<const TensorView> outputs,
                     std::span<double> seconds) const {
  check_views("input", inputs.size(), this->inputs(),
              [&](std::size_t i) -> const ConstTensorView& { return inputs[i]; });
  check_views("output", outputs.size(), this->outputs(),
              [&](std::size_t i) -> const ConstTensorView& { return outputs[i]; });
  for (const TensorView& out : outputs) {
    for (const ConstTensorView& in : inputs) {
      if (overlaps(in, out)) {
        fail(ErrorCode::invalid_argument,
             "[graph] out must not overlap an input; got shared memory");
      }
    }
  }
  auto arena = impl_->take();
  const auto locate = [&](const Place& place) -> void* {
    switch (place.kind) {
      case Place::Kind::arena:
        return arena->base() + place.offset;
      case Place::Kind::input:
        return const_cast<void*>(inputs[place.index].data());
      case Place::Kind::output:
        return static_cast<std::byte*>(outputs[place.index].data()) + place.offset;
      case Place::Kind::constant:
        return const_cast<void*>(place.constant);
      default:
        return nullptr;
    }
  };
  for (std::size_t s = 0; s < impl_->steps.size(); ++s) {
    const Impl::Step& step = impl_->steps[s];
    for (std::size_t i = 0; i < step.in.size(); ++i) arena->in[i] = locate(step.in[i]);
    for (std::size_t i = 0; i < step.out.size(); ++i) arena->out[i] = locate(step.out[i]);
    const auto run_step = [&] {
      step.kernel->run(arena->states[s].get(), arena->in.data(), arena->out.data(),
                       arena->base() + step.scratch);
    };
    if (seconds.empty()) {
      run_step();
    } else {
      const auto start = std::chrono::steady_clock::now();
      run_step();
      seconds[s] += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
  }
  for (const Placement::Copy& copy : impl_->copies) {
    const TensorView& to = outputs[copy.output];
    if (to.size() > 0)
      std::memcpy(to.data(), locate(copy.from), static_cast<std::size_t>(to.size_bytes()));
  }
  impl_->put_back(std::move(arena));
}

std::vector<Tensor> Executable::operator()(std::span<const Tensor> inputs) const {
  std::vector<Tensor> results;
  for (const Spec& spec : outputs()) results.emplace_back(spec.shape, spec.dtype);
  const std::vector<ConstTensorView> in(inputs.begin(), inputs.end());
  const std::vector<TensorView> out(results.begin(), results.end());
  run(in, out);
  return results;
}

std::size_t Executable::arena_bytes() const noexcept {
  return impl_->arena_bytes;
}
std::size_t Executable::unplanned_bytes() const noexcept {
  return impl_->unplanned_bytes;
}
const std::vector<PassReport>& Executable::report() const noexcept {
  return impl_->report;
}
const Graph& Executable::graph() const noexcept {
  return impl_->graph;
}

}  // namespace halfpixel::graph
