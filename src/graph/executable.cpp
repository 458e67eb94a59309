// Compiling: passes, kernels, lifetimes, arena. Running: an arena is taken from the shelf, the
// steps go over it in order, and it is put back.
#include "graph/executable.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "graph/memory_plan.hpp"
#include "graph/ops/concat.hpp"
#include "graph/passes/pass.hpp"

namespace halfpixel::graph {
namespace {

std::int64_t bytes_of(const Spec& spec) {
  return checked_multiply(spec.shape.num_elements(), static_cast<std::int64_t>(size_of(spec.dtype)),
                          "value");
}

// Where a value is while the graph runs.
struct Place {
  enum class Kind { arena, input, output, constant, none } kind = Kind::none;
  std::size_t offset =
      0;  // arena: bytes; input, output: index; also bytes into an output, see `shift`
  std::size_t shift = 0;  // output: bytes from its start
};

}  // namespace

struct Executable::Impl {
  struct Step {
    std::shared_ptr<const Kernel> kernel;
    std::vector<Place> in, out;
    std::vector<const void*> constants;  // parallel to in
    std::size_t scratch = 0;             // offset in the arena
  };
  // What one run at a time needs.
  struct Arena {
    std::unique_ptr<std::byte[]> storage;
    std::byte* base = nullptr;
    std::vector<std::unique_ptr<Kernel::State>> states;  // per step
    std::vector<const void*> in;  // pointer lists, long enough for every step
    std::vector<void*> out;
  };

  Graph graph;
  std::vector<PassReport> report;
  std::vector<Step> steps;
  std::size_t arena_bytes = 0;
  std::size_t unplanned_bytes = 0;
  std::vector<std::pair<std::size_t, std::size_t>> copied;  // output index <- input or constant
  mutable std::mutex mutex;
  mutable std::vector<std::unique_ptr<Arena>> shelf;

  std::unique_ptr<Arena> make_arena() const {
    auto arena = std::make_unique<Arena>();
    constexpr std::size_t kAlignment = 64;
    arena->storage.reset(new std::byte[arena_bytes + kAlignment]);  // uninitialised
    const auto address = reinterpret_cast<std::uintptr_t>(arena->storage.get());
    arena->base = arena->storage.get() + (kAlignment - address % kAlignment) % kAlignment;
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

  void build();
};

// Chooses a place for every value, prepares the kernels.
void Executable::Impl::build() {
  const auto node_count = static_cast<int>(graph.nodes.size());
  std::vector<Place> place(graph.values.size());
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (graph.values[i].constant) place[i].kind = Place::Kind::constant;
  }
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    place[static_cast<std::size_t>(graph.inputs[i])] = {Place::Kind::input, i, 0};
  }
  // The caller's result memory is used directly, unless a value is an output twice or is not
  // computed.
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    Place& p = place[static_cast<std::size_t>(graph.outputs[i])];
    if (p.kind == Place::Kind::none) {
      p = {Place::Kind::output, i, 0};
    } else {
      copied.emplace_back(i, static_cast<std::size_t>(graph.outputs[i]));
    }
  }
  // Last readers.
  std::vector<int> last(graph.values.size(), -1);
  for (int n = 0; n < node_count; ++n) {
    for (const ValueId id : graph.nodes[static_cast<std::size_t>(n)].inputs) {
      last[static_cast<std::size_t>(id)] = n;
    }
  }
  // Values that share memory have one root: in-place results, and the parts of an in-place
  // concatenation.
  const InPlaceConcats concats = find_in_place_concats(graph);
  std::vector<int> root(graph.values.size());
  std::vector<std::size_t> shift(graph.values.size(), 0);
  for (std::size_t i = 0; i < root.size(); ++i) root[i] = static_cast<int>(i);
  for (const auto& part : concats.parts) {
    root[static_cast<std::size_t>(part.value)] = part.into;
    shift[static_cast<std::size_t>(part.value)] = part.byte_offset;
  }
  const auto root_of = [&](int id, std::size_t* bytes) {
    std::size_t total = 0;
    while (root[static_cast<std::size_t>(id)] != id) {
      total += shift[static_cast<std::size_t>(id)];
      id = root[static_cast<std::size_t>(id)];
    }
    if (bytes != nullptr) *bytes = total;
    return id;
  };
  for (int n = 0; n < node_count; ++n) {
    const Node& node = graph.nodes[static_cast<std::size_t>(n)];
    const int out = node.outputs[0];
    if (place[static_cast<std::size_t>(out)].kind == Place::Kind::output) continue;
    if (root[static_cast<std::size_t>(out)] != out) continue;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const int in = node.inputs[i];
      const bool dies = last[static_cast<std::size_t>(in)] == n &&
                        std::count(node.inputs.begin(), node.inputs.end(), in) == 1;
      if (dies && node.op->in_place(static_cast<int>(i)) &&
          place[static_cast<std::size_t>(in)].kind == Place::Kind::none &&
          root_of(in, nullptr) == in && !concats.is_whole(in) &&
          bytes_of(graph.spec(in)) == bytes_of(graph.spec(out))) {
        root[static_cast<std::size_t>(out)] = in;
        break;
      }
    }
  }

  // Kernels first: they know their scratch.
  struct Scratch {
    std::size_t step, life;
  };
  std::vector<Lifetime> lives;
  std::vector<int> life_of(graph.values.size(), -1);
  std::vector<Scratch> scratch;
  std::vector<int> step_of(static_cast<std::size_t>(node_count), -1);
  for (int n = 0; n < node_count; ++n) {
    const Node& node = graph.nodes[static_cast<std::size_t>(n)];
    PrepareArgs args;
    for (const ValueId id : node.inputs) {
      const Value& value = graph.values[static_cast<std::size_t>(id)];
      args.inputs.push_back(value.spec);
      args.constants.push_back(value.constant ? &*value.constant : nullptr);
    }
    for (const ValueId id : node.outputs) args.outputs.push_back(graph.spec(id));
    const Shape& shape = args.outputs[0].shape;
    args.output_row_stride =
        concats.row_stride(node.outputs[0], shape.rank() > 0 ? shape[shape.rank() - 1] : 1);
    Step step;
    step.kernel = node.op->prepare(args);
    if (const std::size_t bytes = step.kernel->scratch_bytes(); bytes > 0) {
      scratch.push_back({steps.size(), lives.size()});
      lives.push_back({bytes, n, n});
    }
    step_of[static_cast<std::size_t>(n)] = static_cast<int>(steps.size());
    steps.push_back(std::move(step));
  }
  // Lifetimes of roots.
  const auto live = [&](int id, int when) {
    const int r = root_of(id, nullptr);
    if (place[static_cast<std::size_t>(r)].kind != Place::Kind::none) return;
    int& life = life_of[static_cast<std::size_t>(r)];
    if (life < 0) {
      life = static_cast<int>(lives.size());
      lives.push_back({static_cast<std::size_t>(bytes_of(graph.spec(r))), when, when});
    }
    Lifetime& entry = lives[static_cast<std::size_t>(life)];
    entry.first = std::min(entry.first, when);
    entry.last = std::max(entry.last, when);
  };
  for (int n = 0; n < node_count; ++n) {
    const Node& node = graph.nodes[static_cast<std::size_t>(n)];
    for (const ValueId id : node.inputs) live(id, n);
    for (const ValueId id : node.outputs) live(id, n);
  }
  const MemoryPlan plan = plan_memory(lives);
  arena_bytes = plan.arena_bytes;
  for (const Lifetime& life : lives) unplanned_bytes += life.bytes;

  const auto resolve = [&](ValueId id) {
    if (place[static_cast<std::size_t>(id)].kind == Place::Kind::constant)
      return Place{Place::Kind::constant, 0, 0};
    std::size_t bytes = 0;
    const int r = root_of(id, &bytes);
    Place p = place[static_cast<std::size_t>(r)];
    if (p.kind == Place::Kind::none) {
      p = {Place::Kind::arena,
           plan.offset[static_cast<std::size_t>(life_of[static_cast<std::size_t>(r)])] + bytes, 0};
    } else {
      p.shift += bytes;
    }
    return p;
  };
  for (int n = 0; n < node_count; ++n) {
    if (step_of[static_cast<std::size_t>(n)] < 0) continue;
    const Node& node = graph.nodes[static_cast<std::size_t>(n)];
    Step& step = steps[static_cast<std::size_t>(step_of[static_cast<std::size_t>(n)])];
    for (const ValueId id : node.inputs) {
      step.in.push_back(resolve(id));
      const auto& constant = graph.values[static_cast<std::size_t>(id)].constant;
      step.constants.push_back(constant ? constant->data() : nullptr);
    }
    for (const ValueId id : node.outputs) step.out.push_back(resolve(id));
  }
  for (const Scratch& s : scratch) steps[s.step].scratch = plan.offset[s.life];
}

Executable::Executable(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Executable::~Executable() = default;

std::shared_ptr<const Executable> Executable::compile(Graph graph, const CompileOptions& options) {
  auto impl = std::make_unique<Impl>();
  if (options.optimise) {
    bool changed = true;
    for (const Pass& pass : passes()) impl->report.push_back({std::string(pass.name), 0});
    for (int round = 0; changed && round < 10; ++round) {
      changed = false;
      for (std::size_t i = 0; i < passes().size(); ++i) {
        const int changes = passes()[i].run(graph);
        impl->report[i].changes += changes;
        changed = changed || changes > 0;
#ifndef NDEBUG
        graph.check();
#endif
      }
    }
  }
  impl->graph = std::move(graph);
  impl->build();
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
  const auto locate = [&](const Place& p) -> void* {
    switch (p.kind) {
      case Place::Kind::arena:
        return arena->base + p.offset;
      case Place::Kind::input:
        return const_cast<void*>(inputs[p.offset].data());
      case Place::Kind::output:
        return static_cast<std::byte*>(outputs[p.offset].data()) + p.shift;
      default:
        return nullptr;
    }
  };
  for (std::size_t s = 0; s < impl_->steps.size(); ++s) {
    const Impl::Step& step = impl_->steps[s];
    for (std::size_t i = 0; i < step.in.size(); ++i) {
      arena->in[i] = step.constants[i] != nullptr ? step.constants[i] : locate(step.in[i]);
    }
    for (std::size_t i = 0; i < step.out.size(); ++i) arena->out[i] = locate(step.out[i]);
    step.kernel->run(arena->states[s].get(), arena->in.data(), arena->out.data(),
                     arena->base + step.scratch);
  }
  for (const auto& [index, value] : impl_->copied) {
    const Value& source = impl_->graph.values[value];
    const void* from = nullptr;
    if (source.constant) {
      from = source.constant->data();
    } else {
      const auto& in = impl_->graph.inputs;
      const auto at = std::find(in.begin(), in.end(), static_cast<ValueId>(value));
      if (at != in.end()) {
        from = inputs[static_cast<std::size_t>(at - in.begin())].data();
      } else {  // the same value under an earlier output
        const auto& outs = impl_->graph.outputs;
        const auto first = std::find(outs.begin(), outs.end(), static_cast<ValueId>(value));
        from = outputs[static_cast<std::size_t>(first - outs.begin())].data();
      }
    }
    if (outputs[index].size() > 0) {
      std::memcpy(outputs[index].data(), from,
                  static_cast<std::size_t>(outputs[index].size_bytes()));
    }
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
