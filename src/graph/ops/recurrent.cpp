#include "graph/ops/recurrent.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/checked.hpp"
#include "graph/ops/conv.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::size_t kAlignment = 64;

int gates_of(RecurrentCell cell) {
  return cell == RecurrentCell::simple ? 1 : cell == RecurrentCell::lstm ? 4 : 3;
}
std::size_t states_of(RecurrentCell cell) {
  return cell == RecurrentCell::lstm ? 2 : 1;
}

// Where each input is; 0: it is not there.
struct Places {
  std::size_t late_kernel = 0, bias = 0, mask = 0, states = 0, count = 2;
  explicit Places(const RecurrentAttributes& attr) {
    if (attr.cell == RecurrentCell::gru_reset_before) late_kernel = count++;
    if (attr.bias) bias = count++;
    if (attr.mask) mask = count++;
    if (attr.initial_states) states = std::exchange(count, count + states_of(attr.cell));
  }
};

// A product of the states with a kernel, prepared once and run at every step.
struct Product {
  std::unique_ptr<Kernel> kernel;

  Product() = default;
  Product(const RecurrentAttributes& attr, const PrepareArgs& args, std::size_t weights,
          std::size_t bias, const Shape& states, std::int64_t columns) {
    OpPtr op = make_matmul();
    if (attr.window) op = make_conv({.move = *attr.window});
    PrepareArgs step;
    step.inputs = {{states, DType::float32}, args.inputs[weights]};
    step.constants = {nullptr, args.constants[weights]};
    if (bias != 0) {
      step.inputs.push_back(args.inputs[bias]);
      step.constants.push_back(args.constants[bias]);
    }
    Shape to = states;
    to[to.rank() - 1] = columns;
    step.outputs = {{to, DType::float32}};
    kernel = op->prepare(step);
  }
};

class RecurrentKernel final : public Kernel {
 public:
  RecurrentKernel(const RecurrentAttributes& attr, const PrepareArgs& args)
      : attr_(attr), places_(attr), gates_(gates_of(attr.cell)) {
    const Shape& x = args.inputs[0].shape;
    batch_ = x[0];
    steps_ = x[1];
    units_ = x.at(-1) / gates_;
    Shape states = {batch_};
    for (int i = 2; i < x.rank() - 1; ++i) {
      states.push_back(x[i]);
      positions_ *= x[i];
    }
    states.push_back(units_);
    rows_ = batch_ * positions_;
    const bool late = attr.cell == RecurrentCell::gru_reset_before;
    early_columns_ = (late ? 2 : gates_) * units_;
    if (rows_ == 0 || steps_ == 0) return;
    early_ = Product(attr, args, 1, places_.bias, states, early_columns_);
    if (late) late_ = Product(attr, args, places_.late_kernel, 0, states, units_);
    inner_scratch_ = early_.kernel->scratch_bytes();
    if (late) inner_scratch_ = std::max(inner_scratch_, late_.kernel->scratch_bytes());
    inner_scratch_ = round_up(inner_scratch_);
  }

  std::size_t scratch_bytes() const override {
    return inner_scratch_ + block(early_columns_) + 2 * block(units_) + 2 * block(gates_ * units_);
  }

  std::unique_ptr<State> make_state() const override {
    auto state = std::make_unique<Inner>();
    if (early_.kernel) state->early = early_.kernel->make_state();
    if (late_.kernel) state->late = late_.kernel->make_state();
    return state;
  }

  void run(State* state, const void* const* in, void* const* out,
           void* scratch) const noexcept override {
    auto* const inner = static_cast<Inner*>(state);
    auto* const base = static_cast<std::byte*>(scratch);
    Step step;
    std::byte* next = base + inner_scratch_;
    const auto take = [&](std::int64_t columns) {
      return reinterpret_cast<float*>(std::exchange(next, next + block(columns)));
    };
    step.early = take(early_columns_);
    step.reset = take(units_);
    step.late = take(units_);
    step.gates = take(gates_ * units_);
    step.x = static_cast<const float*>(in[0]);
    step.mask = places_.mask != 0 ? static_cast<const bool*>(in[places_.mask]) : nullptr;
    step.output = static_cast<float*>(out[0]);
    step.h = static_cast<float*>(out[1]);
    step.c = attr_.cell == RecurrentCell::lstm ? static_cast<float*>(out[2]) : nullptr;
    const std::size_t bytes = static_cast<std::size_t>(rows_ * units_) * sizeof(float);
    for (std::size_t i = 0; i < states_of(attr_.cell); ++i) {
      if (places_.states == 0)
        std::memset(out[1 + i], 0, bytes);
      else
        std::memcpy(out[1 + i], in[places_.states + i], bytes);
    }
    if (!attr_.return_sequences) std::memset(out[0], 0, bytes);
    for (step.t = 0; rows_ > 0 && step.t < steps_; ++step.t) {
      const void* const early_in[] = {step.h, in[1], in[places_.bias]};
      void* const early_out[] = {step.early};
      early_.kernel->run(inner->early.get(), early_in, early_out, base);
      const auto each_row = [&](auto function) {
        parallel_blocks(rows_, rows_ * units_ * gates_ * 4,
                        [&](std::int64_t begin, std::int64_t end) {
                          for (std::int64_t row = begin; row < end; ++row) function(row);
                        });
      };
      if (late_.kernel) {
        each_row([&](std::int64_t row) { reset(step, row); });
        const void* const late_in[] = {step.reset, in[places_.late_kernel]};
        void* const late_out[] = {step.late};
        late_.kernel->run(inner->late.get(), late_in, late_out, base);
      }
      each_row([&](std::int64_t row) { advance(step, row); });
    }
  }

 private:
  struct Inner final : State {
    std::unique_ptr<State> early, late;
  };
  struct Step {
    const float* x = nullptr;
    const bool* mask = nullptr;
    float *early = nullptr, *late = nullptr;   // products
    float *reset = nullptr, *gates = nullptr;  // r · h; all gates of each row
    float *output = nullptr, *h = nullptr, *c = nullptr;
    std::int64_t t = 0;
  };

  static std::size_t round_up(std::size_t bytes) {
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
  }
  std::size_t block(std::int64_t columns) const {
    return round_up(static_cast<std::size_t>(rows_ * columns) * sizeof(float));
  }
  std::int64_t time_of(const Step& step, std::int64_t row) const {
    return row / positions_ * steps_ + step.t;
  }
  // This row of x at this step.
  const float* input(const Step& step, std::int64_t row) const {
    return step.x + (time_of(step, row) * positions_ + row % positions_) * gates_ * units_;
  }

  // The first `count` gates become f(x + product).
  static void open(const Unary& f, const float* x, const float* product, float* gates,
                   std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) gates[i] = x[i] + product[i];
    apply(f, gates, gates, count);
  }

  // gru_reset_before: z and r, then r · h.
  void reset(const Step& step, std::int64_t row) const {
    float* const gates = step.gates + row * gates_ * units_;
    open(attr_.recurrent_activation, input(step, row), step.early + row * early_columns_, gates,
         2 * units_);
    const float* const h = step.h + row * units_;
    float* const to = step.reset + row * units_;
    for (std::int64_t i = 0; i < units_; ++i) to[i] = gates[units_ + i] * h[i];
  }

  // Gates, and from them the states and the output of one row.
  void advance(const Step& step, std::int64_t row) const {
    const std::int64_t u = units_;
    float* const output =
        step.output + (attr_.return_sequences
                           ? (time_of(step, row) * positions_ + row % positions_) * u
                           : row * u);
    float* const h = step.h + row * u;
    const std::size_t bytes = static_cast<std::size_t>(u) * sizeof(float);
    if (step.mask != nullptr && !step.mask[time_of(step, row)]) {
      if (attr_.zero_output_for_mask || (attr_.return_sequences && step.t == 0))
        std::memset(output, 0, bytes);
      else if (attr_.return_sequences)
        std::memcpy(output, output - positions_ * u, bytes);
      return;
    }
    const float* const x = input(step, row);
    const float* const product = step.early + row * early_columns_;
    float* const gates = step.gates + row * gates_ * u;
    switch (attr_.cell) {
      case RecurrentCell::simple:
        open(attr_.activation, x, product, h, u);
        break;
      case RecurrentCell::lstm: {
        open(attr_.recurrent_activation, x, product, gates, 2 * u);
        open(attr_.activation, x + 2 * u, product + 2 * u, gates + 2 * u, u);
        open(attr_.recurrent_activation, x + 3 * u, product + 3 * u, gates + 3 * u, u);
        float* const c = step.c + row * u;
        for (std::int64_t i = 0; i < u; ++i)
          c[i] = gates[u + i] * c[i] + gates[i] * gates[2 * u + i];
        apply(attr_.activation, c, h, u);
        for (std::int64_t i = 0; i < u; ++i) h[i] = gates[3 * u + i] * h[i];
        break;
      }
      case RecurrentCell::gru:
        open(attr_.recurrent_activation, x, product, gates, 2 * u);
        for (std::int64_t i = 0; i < u; ++i)
          gates[2 * u + i] = x[2 * u + i] + gates[u + i] * product[2 * u + i];
        apply(attr_.activation, gates + 2 * u, gates + 2 * u, u);
        mix(gates, h);
        break;
      case RecurrentCell::gru_reset_before:
        open(attr_.activation, x + 2 * u, step.late + row * u, gates + 2 * u, u);
        mix(gates, h);
        break;
    }
    std::memcpy(output, h, bytes);
  }

  void mix(const float* gates, float* h) const {
    for (std::int64_t i = 0; i < units_; ++i) {
      h[i] = gates[i] * h[i] + (1 - gates[i]) * gates[2 * units_ + i];
    }
  }

  RecurrentAttributes attr_;
  Places places_;
  std::int64_t gates_, batch_ = 0, steps_ = 0, units_ = 0, positions_ = 1, rows_ = 0;
  std::int64_t early_columns_ = 0;
  Product early_, late_;
  std::size_t inner_scratch_ = 0;
};

class RecurrentOp final : public OpWith<RecurrentOp, RecurrentAttributes> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override {
    switch (attr.cell) {
      case RecurrentCell::simple:
        return "simple_rnn";
      case RecurrentCell::lstm:
        return attr.window ? "conv_lstm" : "lstm";
      case RecurrentCell::gru:
      case RecurrentCell::gru_reset_before:
        break;
    }
    return "gru";
  }
  std::string attributes() const override {
    return concat(str(attr.activation), attr.return_sequences ? " sequences" : "",
                  attr.mask ? " masked" : "");
  }
  // Every step of every position meets the kernels.
  double multiply_adds(const PrepareArgs& args) const override {
    const Shape& x = args.inputs[0].shape;
    std::int64_t kernels = args.inputs[1].shape.num_elements();
    if (attr.cell == RecurrentCell::gru_reset_before)
      kernels += args.inputs[2].shape.num_elements();
    return static_cast<double>(x.num_elements() / std::max<std::int64_t>(x.at(-1), 1)) *
           static_cast<double>(kernels);
  }
  std::vector<Spec> infer(std::span<const Spec> inputs) const override;
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    return std::make_unique<RecurrentKernel>(attr, args);
  }
};

std::vector<Spec> RecurrentOp::infer(std::span<const Spec> inputs) const {
  const Places places(attr);
  const int gates = gates_of(attr.cell);
  if (inputs.size() != places.count) {
    fail(ErrorCode::internal, "[", kind(), "] takes ", places.count, " inputs; got ",
         inputs.size());
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool is_mask = places.mask != 0 && i == places.mask;
    if (inputs[i].dtype == (is_mask ? DType::boolean : DType::float32)) continue;
    fail(ErrorCode::unsupported, "[", kind(), "] the mask must be bool and all else float32; got ",
         inputs[i].dtype);
  }
  const Shape& x = inputs[0].shape;
  const std::int64_t units = inputs[1].shape.at(-2);
  if (x.rank() < 3 || x.at(-1) != gates * units) {
    fail(ErrorCode::invalid_argument, "[", kind(), "] x must be (batch, steps, …, ", gates * units,
         "); got ", x);
  }
  Shape states = {x[0]};
  for (int i = 2; i < x.rank() - 1; ++i) states.push_back(x[i]);
  states.push_back(units);
  const auto fits = [](const Shape& a, const Shape& b) {
    bool same = a.rank() == b.rank();
    for (int i = 0; same && i < a.rank(); ++i)
      same = a[i] == b[i] || a[i] == kUnknown || b[i] == kUnknown;
    return same;
  };
  if (places.mask != 0 && !fits(inputs[places.mask].shape, {x[0], x[1]})) {
    fail(ErrorCode::invalid_argument, "[", kind(), "] the mask must be (batch, steps); got ",
         inputs[places.mask].shape, " for ", x);
  }
  for (std::size_t i = 0; places.states != 0 && i < states_of(attr.cell); ++i) {
    if (fits(inputs[places.states + i].shape, states)) continue;
    fail(ErrorCode::invalid_argument, "[", kind(), "] states must have shape ", states, "; got ",
         inputs[places.states + i].shape);
  }
  Shape output = states;
  if (attr.return_sequences) {
    output = x;
    output[x.rank() - 1] = units;
  }
  std::vector<Spec> specs = {{output, DType::float32}};
  specs.resize(1 + states_of(attr.cell), {states, DType::float32});
  return specs;
}

}  // namespace

OpPtr make_recurrent(const RecurrentAttributes& attributes) {
  return std::make_shared<RecurrentOp>(attributes);
}

}  // namespace halfpixel::graph
