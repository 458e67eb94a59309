#include "graph/ops/by_rows.hpp"

#include <algorithm>
#include <utility>

#include <halfpixel/executor.hpp>
#include <halfpixel/resample.hpp>

#include "core/checked.hpp"
#include "graph/linear_axis.hpp"
#include "graph/ops/dnnl_kernel.hpp"
#include "graph/ops/parallel.hpp"
#include "graph/ops/strided_copy.hpp"

namespace halfpixel::graph {

bool operator==(const RowStep& a, const RowStep& b) {
  return a.inputs == b.inputs && a.op->equals(*b.op);
}
bool operator==(const ByRows& a, const ByRows& b) {
  return a.resize->equals(*b.resize) && a.steps == b.steps;
}

std::optional<resample::Plan> row_plan(const Op& resize, const Spec& x) {
  if (x.shape.rank() < 3 || x.shape.num_elements() == 0) return std::nullopt;
  Spec one = x;
  one.shape[0] = 1;
  auto plan = resize.resampling({{one}, resize.infer({&one, 1}), {nullptr}});
  if (!plan || plan->spatial_axis(0) != 1) return std::nullopt;
  return plan;
}

namespace {

std::size_t bytes_of(const Spec& spec) {
  return static_cast<std::size_t>(spec.shape.num_elements()) * size_of(spec.dtype);
}
// Between buffers, whose places would differ by a power of two.
constexpr std::size_t kApart = 17 * 64;

std::size_t rounded(std::size_t bytes) {
  return (bytes + 63) / 64 * 64;
}

Spec with_rows(Spec spec, std::int64_t rows) {
  spec.shape[0] = 1;
  spec.shape[1] = rows;
  return spec;
}

// The running value, whole: what the resize gives, then each step.
std::vector<Spec> running(const ByRows& attr, std::span<const Spec> inputs) {
  std::vector<Spec> specs = {attr.resize->infer(inputs.first(1))[0]};
  for (const RowStep& step : attr.steps) {
    std::vector<Spec> given;
    for (const int i : step.inputs)
      given.push_back(i == 0 ? specs.back() : inputs[static_cast<std::size_t>(i)]);
    specs.push_back(step.op->infer(given)[0]);
  }
  return specs;
}

class ByRowsKernel final : public Kernel {
 public:
  ByRowsKernel(const ByRows& attr, const PrepareArgs& args);
  std::size_t scratch_bytes() const override {
    return static_cast<std::size_t>(threads_) * thread_bytes_;
  }
  std::unique_ptr<State> make_state() const override;
  void run(State* state, const void* const* in, void* const* out,
           void* scratch) const noexcept override;

 private:
  // Steps prepared for a number of rows.
  struct Band {
    std::int64_t rows = 0;
    std::vector<std::unique_ptr<Kernel>> kernels;
  };
  struct Running final : State {
    std::vector<std::unique_ptr<State>> states;  // (threads, bands, steps)
  };
  Band band_of(const ByRows& attr, const PrepareArgs& args, std::int64_t rows) const;
  void resize_rows(const void* image, std::int64_t begin, std::int64_t end,
                   void* to) const noexcept;

  resample::Plan plan_;
  std::vector<RowStep> steps_;
  std::vector<Spec> running_;
  std::int64_t images_, height_;
  resample::Window whole_;  // of the resized image
  Band bands_[2];           // what fits, and the rest
  std::size_t most_inputs_ = 1;
  std::vector<std::size_t> buffers_;  // of the running value, in a thread's scratch
  std::size_t own_scratch_ = 0, thread_bytes_ = 0;
  std::int64_t threads_ = 1;
};

ByRowsKernel::ByRowsKernel(const ByRows& attr, const PrepareArgs& args)
    : plan_(*row_plan(*attr.resize, args.inputs[0])),
      steps_(attr.steps),
      running_(running(attr, args.inputs)),
      images_(args.inputs[0].shape[0]),
      height_(running_[0].shape[1]) {
  const resample::Range none;
  whole_ = plan_.spatial_rank() == 1   ? resample::Window{none}
           : plan_.spatial_rank() == 2 ? resample::Window{none, none}
                                       : resample::Window{none, none, none};
  for (int i = 0; i < whole_.rank(); ++i)
    whole_[i] = {0, plan_.output_shape()[plan_.spatial_axis(i)]};
  // A band stays in a core's own cache, about; one of few rows has its columns resized anew too
  // often.
  constexpr std::size_t kBytes = 256 * 1024;
  constexpr std::int64_t kLeastRows = 32;
  std::size_t widest = 1;
  for (const Spec& spec : running_) widest = std::max(widest, bytes_of(with_rows(spec, 1)));
  const std::int64_t rows =
      std::min(std::max(static_cast<std::int64_t>(kBytes / widest), kLeastRows), height_);
  bands_[0] = band_of(attr, args, rows);
  bands_[1] = band_of(attr, args, height_ % rows);
  // The last step writes the result itself, others over the running value where they may.
  std::size_t bytes = 0;
  for (std::size_t s = 0; s < steps_.size(); ++s) {
    const std::size_t wanted = rounded(bytes_of(with_rows(running_[s], rows)));
    const bool over = s > 0 && steps_[s - 1].op->in_place(0) && steps_[s - 1].inputs.front() == 0 &&
                      std::ranges::count(steps_[s - 1].inputs, 0) == 1 &&
                      bytes_of(running_[s]) == bytes_of(running_[s - 1]);
    buffers_.push_back(over ? buffers_.back() : bytes);
    if (!over) bytes += wanted + kApart;
    most_inputs_ = std::max(most_inputs_, steps_[s].inputs.size());
  }
  own_scratch_ = bytes;
  std::size_t most = 0;
  for (const Band& band : bands_) {
    for (const auto& kernel : band.kernels) most = std::max(most, kernel->scratch_bytes());
  }
  thread_bytes_ = bytes + rounded(most) + rounded(most_inputs_ * sizeof(void*));
  threads_ = most_threads();
}

ByRowsKernel::Band ByRowsKernel::band_of(const ByRows& attr, const PrepareArgs& args,
                                         std::int64_t rows) const {
  Band band{rows, {}};
  for (std::size_t s = 0; s < attr.steps.size() && rows > 0; ++s) {
    PrepareArgs step;
    for (const int i : attr.steps[s].inputs) {
      const auto input = static_cast<std::size_t>(i);
      step.inputs.push_back(i == 0 ? with_rows(running_[s], rows) : args.inputs[input]);
      step.constants.push_back(i == 0 ? nullptr : args.constants[input]);
    }
    step.outputs = {with_rows(running_[s + 1], rows)};
    band.kernels.push_back(attr.steps[s].op->prepare(step));
  }
  return band;
}

std::unique_ptr<Kernel::State> ByRowsKernel::make_state() const {
  auto state = std::make_unique<Running>();
  for (std::int64_t thread = 0; thread < threads_; ++thread) {
    for (const Band& band : bands_) {
      for (std::size_t s = 0; s < steps_.size(); ++s)
        state->states.push_back(band.kernels.empty() ? nullptr : band.kernels[s]->make_state());
    }
  }
  return state;
}

void ByRowsKernel::resize_rows(const void* image, std::int64_t begin, std::int64_t end,
                               void* to) const noexcept {
  Shape result = plan_.output_shape(), source = plan_.input_shape();
  const auto strides = row_major(source);
  resample::Window window = whole_;
  window[0] = {begin, end};
  const resample::Window needed = plan_.required_input(window);
  std::int64_t offset = 0;
  for (int i = 0; i < needed.rank(); ++i) {
    const int axis = plan_.spatial_axis(i);
    offset += needed[i].begin * strides[static_cast<std::size_t>(axis)];
    source[axis] = needed[i].end - needed[i].begin;
  }
  result[1] = end - begin;
  const auto dense = row_major(result);
  const auto* const first = static_cast<const char*>(image) +
                            offset * static_cast<std::int64_t>(size_of(plan_.input_dtype()));
  plan_.run_window(
      ConstTensorView(first, plan_.input_dtype(), source, {strides.data(), source.size()}),
      TensorView(to, plan_.output_dtype(), result, {dense.data(), result.size()}), window,
      serial_executor());
}

void ByRowsKernel::run(State* state, const void* const* in, void* const* out,
                       void* scratch) const noexcept {
  const std::int64_t rows = bands_[0].rows, in_image = (height_ + rows - 1) / rows;
  const std::size_t image_bytes = bytes_of({plan_.input_shape(), plan_.input_dtype()});
  const std::size_t row_bytes = bytes_of(with_rows(running_.back(), 1));
  const auto& states = static_cast<const Running*>(state)->states;
  const auto one = [&](std::int64_t item, std::int64_t thread) {
    auto* const mine =
        static_cast<std::byte*>(scratch) + static_cast<std::size_t>(thread) * thread_bytes_;
    const std::int64_t image = item / in_image, begin = item % in_image * rows;
    const bool rest = begin + rows > height_;
    const Band& band = bands_[rest ? 1 : 0];
    resize_rows(
        static_cast<const std::byte*>(in[0]) + static_cast<std::size_t>(image) * image_bytes, begin,
        begin + band.rows, mine + buffers_[0]);
    auto* const result = static_cast<std::byte*>(out[0]) +
                         static_cast<std::size_t>(image * height_ + begin) * row_bytes;
    const auto** const given = reinterpret_cast<const void**>(
        mine + thread_bytes_ - rounded(most_inputs_ * sizeof(void*)));
    for (std::size_t s = 0; s < steps_.size(); ++s) {
      for (std::size_t i = 0; i < steps_[s].inputs.size(); ++i) {
        const int from = steps_[s].inputs[i];
        given[i] = from == 0 ? mine + buffers_[s] : in[from];
      }
      void* const to = s + 1 == steps_.size() ? result : mine + buffers_[s + 1];
      const std::size_t at =
          (static_cast<std::size_t>(thread) * 2 + (rest ? 1 : 0)) * steps_.size() + s;
      band.kernels[s]->run(states[at].get(), given, &to, mine + own_scratch_);
    }
  };
  parallel_items(images_ * in_image, threads_, one);
}

class ByRowsOp final : public OpWith<ByRowsOp, ByRows> {
 public:
  using OpWith::OpWith;
  std::string_view kind() const noexcept override { return "by_rows"; }
  std::string attributes() const override {
    const auto text = [](const Op& op) {
      const std::string attributes = op.attributes();
      return attributes.empty() ? std::string(op.kind()) : concat(op.kind(), " ", attributes);
    };
    std::string all = text(*attr.resize);
    for (const RowStep& step : attr.steps) all += concat(", ", text(*step.op));
    return all;
  }

  std::vector<Spec> infer(std::span<const Spec> inputs) const override {
    return {running(attr, inputs).back()};
  }
  std::unique_ptr<Kernel> prepare(const PrepareArgs& args) const override {
    if (args.outputs[0].shape.num_elements() == 0) return nothing_to_do();
    return std::make_unique<ByRowsKernel>(attr, args);
  }
};

}  // namespace

OpPtr make_by_rows(ByRows attributes) {
  return std::make_shared<ByRowsOp>(std::move(attributes));
}

}  // namespace halfpixel::graph
