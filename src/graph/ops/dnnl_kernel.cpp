// Runs go through oneDNN's C interface: its C++ one builds a hash map and a vector for each
// execution.
#include "graph/ops/dnnl_kernel.hpp"

#include <omp.h>

#include <utility>

#include <halfpixel/executor.hpp>

#include "core/checked.hpp"
#include "graph/ops/parallel.hpp"
#include "kernels/bf16_products.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::size_t kAlignment = 64;

// An activation as oneDNN spells it; undef when it has none.
struct Eltwise {
  dnnl::algorithm form = dnnl::algorithm::undef;
  float alpha = 0.0F;
  float beta = 0.0F;
};
Eltwise eltwise(const Unary& f) {
  using dnnl::algorithm;
  switch (f.function) {
    case Function::relu:
      if (f.threshold != 0.0F) return {};
      if (f.high == kNoLimit) return {algorithm::eltwise_relu, f.alpha, 0.0F};
      return f.alpha == 0.0F ? Eltwise{algorithm::eltwise_clip, 0.0F, f.high} : Eltwise{};
    case Function::clip:
      return {algorithm::eltwise_clip, f.low, f.high};
    case Function::elu:
      return {algorithm::eltwise_elu, f.alpha, 0.0F};
    case Function::sigmoid:
      return {algorithm::eltwise_logistic, 0.0F, 0.0F};
    case Function::tanh:
      return {algorithm::eltwise_tanh, 0.0F, 0.0F};
    case Function::silu:
      return {algorithm::eltwise_swish, 1.0F, 0.0F};
    case Function::gelu:
      return {algorithm::eltwise_gelu_erf, 0.0F, 0.0F};
    case Function::gelu_tanh:
      return {algorithm::eltwise_gelu_tanh, 0.0F, 0.0F};
    case Function::abs:
      return {algorithm::eltwise_abs, 0.0F, 0.0F};
    case Function::square:
      return {algorithm::eltwise_square, 0.0F, 0.0F};
    default:
      return {};
  }
}

// oneDNN takes as many threads as OpenMP offers; the library's number holds while this lives.
class ThreadScope {
 public:
  ThreadScope() : saved_(omp_get_max_threads()) {
    if (saved_ != num_threads()) omp_set_num_threads(num_threads());
  }
  ~ThreadScope() { omp_set_num_threads(saved_); }
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;

 private:
  int saved_;
};

class NothingToDo final : public Kernel {
 public:
  void run(State*, const void* const*, void* const*, void*) const noexcept override {}
};

}  // namespace

std::unique_ptr<Kernel> nothing_to_do() {
  return std::make_unique<NothingToDo>();
}

const dnnl::engine& dnnl_engine() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

bool follows_in_dnnl(const Unary& activation) {
  return eltwise(activation).form != dnnl::algorithm::undef;
}

dnnl::primitive_attr dnnl_attributes(const Unary& activation) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const Eltwise after = eltwise(activation);
  if (after.form == dnnl::algorithm::undef) return attributes;
  dnnl::post_ops list;
  dnnl_append_eltwise(list, after.form, after.alpha, after.beta);
  attributes.set_post_ops(list);
  return attributes;
}

std::string activation_text(const Unary& activation) {
  return activation.function == Function::linear ? "" : " " + str(activation);
}

std::unique_ptr<Kernel> dnnl_guard(std::string_view who,
                                   const std::function<std::unique_ptr<Kernel>()>& make) {
  const ThreadScope threads;
  try {
    return make();
  } catch (const dnnl::error& error) {
    const ErrorCode code =
        error.status == dnnl_out_of_memory ? ErrorCode::out_of_memory : ErrorCode::unsupported;
    fail(code, "[", who, "] oneDNN refused it; got \"", error.message, "\" (status ",
         static_cast<int>(error.status), ")");
  }
}

dnnl::memory dnnl_constant(const Tensor& tensor, const dnnl::memory::desc& layout,
                           const dnnl::memory::desc& wanted) {
  // The tensor is only read; the C interface has no word for that.
  dnnl::memory from(layout, dnnl_engine(), const_cast<void*>(tensor.data()));
  if (layout == wanted) return from;
  dnnl::memory to(wanted, dnnl_engine());
  dnnl::stream stream(dnnl_engine());
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
  return to;
}

bool dnnl_is_fallback(std::string_view implementation) {
  const auto names = [&](std::string_view part) {
    return implementation.find(part) != std::string_view::npos;
  };
  return (names("gemm") && !names("brgemm")) || implementation.starts_with("ref");
}

bool dnnl_has_bf16(const std::function<std::string()>& name) {
  const kernels::Bf16Kernels* const ours = kernels::bf16_kernels();
  if (ours == nullptr) return false;
  const char* const wanted = std::string_view(ours->name) == "amx_bf16" ? "amx" : "bf16";
  try {
    return name().find(wanted) != std::string::npos;
  } catch (const dnnl::error&) {
    return false;
  }
}

DnnlKernel::Place DnnlKernel::take_scratch(std::size_t bytes) {
  const Place place{Place::Kind::scratch, scratch_bytes_, {}};
  scratch_bytes_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
  return place;
}

void DnnlKernel::add(const dnnl::primitive& primitive, std::vector<Argument> arguments) {
  stages_.push_back({primitive, std::move(arguments), {}});
}

DnnlKernel::Place DnnlKernel::add_reorder(const dnnl::memory::desc& from, const Place& place,
                                          const dnnl::memory::desc& to) {
  const dnnl::reorder::primitive_desc reorder(dnnl_engine(), from, dnnl_engine(), to,
                                              dnnl_attributes());
  const Place result = take_scratch(to.get_size());
  add(dnnl::reorder(reorder), {{DNNL_ARG_FROM, from, place},
                               {DNNL_ARG_TO, to, result},
                               {DNNL_ARG_SCRATCHPAD, reorder.scratchpad_desc(),
                                take_scratch(reorder.scratchpad_desc().get_size())}});
  return result;
}

void DnnlKernel::add(Step step) {
  stages_.push_back({{}, {}, std::move(step)});
}

void DnnlKernel::add_activation(const Unary& activation, std::int64_t rows, std::int64_t columns,
                                std::int64_t row_stride) {
  if (activation.function == Function::linear) return;
  add([=](const void* const*, void* const* out, void*) {
    auto* const y = static_cast<float*>(out[0]);
    parallel_blocks(rows, rows * columns, [&](std::int64_t begin, std::int64_t end) {
      if (columns == row_stride) {
        apply(activation, y + begin * columns, y + begin * columns, (end - begin) * columns);
        return;
      }
      for (std::int64_t i = begin; i < end; ++i) {
        apply(activation, y + i * row_stride, y + i * row_stride, columns);
      }
    });
  });
}

void DnnlKernel::add_missing_activation(const Unary& activation, std::int64_t rows,
                                        std::int64_t columns, std::int64_t row_stride) {
  if (!follows_in_dnnl(activation)) add_activation(activation, rows, columns, row_stride);
}

void* DnnlKernel::data(const Place& place, const void* const* in, void* const* out,
                       void* scratch) noexcept {
  switch (place.kind) {
    case Place::Kind::input:
      return const_cast<void*>(in[place.at]);
    case Place::Kind::output:
      return out[place.at];
    case Place::Kind::scratch:
      return static_cast<std::byte*>(scratch) + place.at;
    default:
      break;
  }
  void* data = nullptr;
  dnnl_memory_get_data_handle(place.constant.get(), &data);
  return data;
}

struct DnnlKernel::RunState final : Kernel::State {
  struct Moving {
    dnnl::memory memory;
    Place place;
  };
  struct Bound {
    std::vector<Moving> moving;
    std::vector<dnnl_exec_arg_t> arguments;
  };
  dnnl::stream stream{dnnl_engine()};
  std::vector<Bound> stages;
};

std::unique_ptr<Kernel::State> DnnlKernel::make_state() const {
  auto state = std::make_unique<RunState>();
  for (const Stage& stage : stages_) {
    RunState::Bound bound;
    for (const Argument& argument : stage.arguments) {
      dnnl::memory memory = argument.place.constant;
      if (argument.place.kind != Place::Kind::constant) {
        memory = dnnl::memory(argument.desc, dnnl_engine(), DNNL_MEMORY_NONE);
        bound.moving.push_back({memory, argument.place});
      }
      bound.arguments.push_back({argument.role, memory.get()});
    }
    state->stages.push_back(std::move(bound));
  }
  return state;
}

void DnnlKernel::run(State* state, const void* const* in, void* const* out,
                     void* scratch) const noexcept {
  const ThreadScope threads;
  auto& run_state = *static_cast<RunState*>(state);
  const dnnl_stream_t stream = run_state.stream.get();
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i].step) {
      stages_[i].step(in, out, scratch);
      continue;
    }
    RunState::Bound& bound = run_state.stages[i];
    for (const RunState::Moving& moving : bound.moving) {
      dnnl_point_to(moving.memory.get(), data(moving.place, in, out, scratch), stream);
    }
    dnnl_primitive_execute(stages_[i].primitive.get(), stream,
                           static_cast<int>(bound.arguments.size()), bound.arguments.data());
  }
}

}  // namespace halfpixel::graph
